# initbox: `make` builds out/initbox, `make test` tests it, `make run` shows it at work; CONTRIBUTING.md has the rest.
# O=DIR builds elsewhere, CONFIG=FILE takes that choice of applets (there is no file: all), V=1 shows the commands.
O       := out
CONFIG  := .config
PREFIX  :=
ifeq ($(MAKELEVEL),0)
ifneq ($(shell build/need $(or $(MAKECMDGOALS),all) >&2 || echo missing),)
$(error install these packages first)
endif
endif

CC       := $(shell command -v musl-gcc || echo cc)
HOSTCC   := gcc
WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wswitch-enum
STD      := -std=c11 -D_GNU_SOURCE -Icore
LTO      := -flto
CFLAGS   := $(STD) $(WARN) -Os $(LTO) -fno-asynchronous-unwind-tables -fno-stack-protector -ffunction-sections -fdata-sections
LDFLAGS  := -static -Wl,--gc-sections,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code,--build-id=none,-Map=$(O)/initbox.map -s
HOSTFLAGS := $(STD) $(WARN) -g -Og
ASAN     := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
VERSION  := $(firstword $(file <VERSION))
export O
export LC_ALL := C
Q        := $(if $(V),,@)
say      := $(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo)

EVERY   := $(wildcard applets/*.c)
APPLETS := $(if $(wildcard $(CONFIG)),$(shell awk -f build/select.awk $(CONFIG) $(EVERY)),$(EVERY))
ROOMS   := $(wildcard core/*/*.c)
OBJECTS := $(patsubst %.c,$(O)/%.o,$(APPLETS) $(wildcard core/*.c) $(ROOMS)) $(O)/applets.o
UNITS   := $(patsubst tests/%.c,%.t,$(wildcard tests/core/*/*.c))
PROGRAMS := $(addprefix $(O)/unit/,$(UNITS)) $(addprefix $(O)/asan/,$(UNITS)) \
            $(patsubst tests/%.c,$(O)/fuzz/%.t,$(wildcard tests/fuzz/*.c))
TESTS   := $(wildcard tests/*/*.bats) $(PROGRAMS)
PICKED  := $(foreach t,$(TESTS),$(if $(findstring /$(T).,$t),$t))
comma   := ,
HEADER   = awk -v version=$(VERSION) -f build/header.awk

# `make minimal_defconfig all`: a choice first, then what depends on it, in a make of its own
ifneq ($(and $(filter %config,$(MAKECMDGOALS)),$(filter-out %config,$(MAKECMDGOALS))),)
$(MAKECMDGOALS): one-by-one ;
one-by-one:
	@for g in $(MAKECMDGOALS); do $(MAKE) --no-print-directory $$g || exit; done
.PHONY: one-by-one $(MAKECMDGOALS)
else

all: $(O)/initbox

$(O)/initbox: $(OBJECTS) | $(O)/links
	@$(say) "  LD  $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS)

$(O)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@$(say) "  CC  $<"
	$Q$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# changes when an applet comes, goes, or is chosen or not
$(O)/chosen: always
	@mkdir -p $(O) && echo '$(CC) $(APPLETS)' | cmp -s - $@ || echo '$(CC) $(APPLETS)' >$@

$(O)/applets.c: build/header.awk build/applets.awk VERSION $(APPLETS) $(O)/chosen
	$Q$(HEADER) -f build/applets.awk $(APPLETS) >$@.new && mv $@.new $@

$(O)/applets.o: $(O)/applets.c Makefile
	$Q$(CC) $(CFLAGS) -c -o $@ $<

$(O)/links.list: build/header.awk build/links.awk $(APPLETS) $(O)/chosen
	$Q$(HEADER) -f build/links.awk $(APPLETS) >$@.new && mv $@.new $@

$(O)/links: $(O)/links.list
	$Qrm -rf $@ && mkdir $@ && for l in `cat $<`; do ln -s ../initbox $@/$${l##*/}; done

# what runs on the building machine: core/ as it is (unit), with sanitizers (asan), for libFuzzer (fuzz), and the tests on it
define variant
$(O)/$1/%.o: %.c Makefile
	@mkdir -p $$(@D)
	@$(say) "  CC  $$@"
	$$Q$2 $(HOSTFLAGS) $3 -MMD -MP -c -o $$@ $$<
$(O)/$1/core.a: $(patsubst %.c,$(O)/$1/%.o,$(ROOMS))
	@rm -f $$@
	$$Qar rcs $$@ $$^
$(O)/$1/%.t: $(O)/$1/tests/%.o $(O)/$1/core.a
	@mkdir -p $$(@D)
	$$Q$2 $3 -o $$@ $$^ $4
endef
$(eval $(call variant,unit,$(HOSTCC),,-lcmocka))
$(eval $(call variant,asan,$(HOSTCC),-fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-lcmocka))
$(eval $(call variant,fuzz,clang,-fsanitize=fuzzer$(comma)address$(comma)undefined -fno-sanitize-recover=all,))

test: all $(PROGRAMS)
	prove --timer -j2 --rulesfile build/rules.yml --exec build/tap $(TESTS)

ifdef T
check: all $(filter $(PROGRAMS),$(PICKED))
	$(if $(PICKED),prove -v --exec build/tap $(PICKED),$(error no test is called $(T)))
else
check: all
	build/check all
endif
check-%: all
	build/check $*

clean:
	rm -rf out

always:
.PHONY: all test check clean always
.SECONDARY:
endif
-include $(OBJECTS:.o=.d) $(wildcard $(O)/*/core/*/*.d $(O)/*/tests/*/*/*.d)
