# initbox: `make` builds out/initbox, `make test` tests all, `make run` shows it at work.
CC      := $(shell command -v musl-gcc || echo cc)
CFLAGS  := -std=c11 -D_GNU_SOURCE -Os -flto -fno-asynchronous-unwind-tables -fno-stack-protector -ffunction-sections -fdata-sections \
           -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wswitch-enum -Icore
LDFLAGS := -static -Wl,--gc-sections -Wl,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code -Wl,--build-id=none -s

APPLETS := $(wildcard applets/*.c)
CORE    := $(wildcard core/*.c core/*/*.c)
OBJECTS := $(patsubst %.c,out/%.o,$(APPLETS) $(CORE)) out/applets.o

all: out/initbox

out/initbox: $(OBJECTS)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS)

out/applets.c: build/applets.awk $(APPLETS)
	@mkdir -p out
	LC_ALL=C awk -f build/applets.awk $(APPLETS) >$@.new && mv $@.new $@

out/applets.o: out/applets.c
	$(CC) $(CFLAGS) -c -o $@ $<

out/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d)

clean:
	rm -rf out

.PHONY: all clean
