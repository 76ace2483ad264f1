# initbox: `make` builds out/initbox, `make test` tests it, `make run` shows it at work; CONTRIBUTING.md has the rest.
# O=DIR builds elsewhere, CONFIG=FILE takes that choice of applets (there is no file: all), V=1 shows the commands.
O       := out
CONFIG  := .config
ifeq ($(MAKELEVEL),0)
ifneq ($(shell build/need $(or $(MAKECMDGOALS),all) >&2 || echo missing),)
$(error install these packages first)
endif
endif

CC       := $(shell command -v musl-gcc || echo cc)
WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wswitch-enum
STD      := -std=c11 -D_GNU_SOURCE -Icore
STRIP    := -s
LTO      := -flto -flto-partition=one
# what makes it smaller, each by more than 100 bytes: -Oz still spends bytes to save jumps, calls and loads
SMALL    := -Oz -fno-pie -ffunction-sections -fdata-sections -mgeneral-regs-only -fno-asynchronous-unwind-tables \
            -fno-stack-protector -fno-expensive-optimizations -fno-jump-tables -fno-caller-saves -fno-optimize-sibling-calls \
            -fno-tree-dominator-opts -fno-inline-small-functions -fno-move-loop-invariants -fno-tree-tail-merge \
            -fno-forward-propagate -fno-shrink-wrap -fno-if-conversion -fno-tree-pta
CFLAGS   := $(STD) $(WARN) $(SMALL) $(LTO)
# musl starts without the compiler's files for constructors
LAYOUT   := $(if $(findstring musl,$(CC) $(shell $(CC) -dumpmachine)),-nostartfiles -l:crt1.o -L$(O) -T build/layout.ld -z max-page-size=16)
LDFLAGS  := -static -no-pie -Wl,--gc-sections,--sort-section=alignment,-z,relro,-z,now,-z,noexecstack,-z,noseparate-code \
            -Wl,--build-id=none,-Map=$(O)/initbox.map $(LAYOUT) $(STRIP)
VERSION  := $(word 1,$(file <VERSION))
DATE     := $(word 2,$(file <VERSION))
export O
export LC_ALL := C
Q        := $(if $(V),,@)
say      := $(if $(findstring s,$(firstword -$(MAKEFLAGS))),:,echo)

EVERY   := $(wildcard applets/*.c)
ENTRY   := $(wildcard core/*.c)
ROOMS   := $(wildcard core/*/*.c)
CHOSEN  := $(EVERY) $(ENTRY) $(ROOMS)
CHOSEN  := $(if $(wildcard $(CONFIG)),$(shell awk -f build/select.awk $(CONFIG) $(CHOSEN)),$(CHOSEN))
APPLETS := $(filter applets/%,$(CHOSEN))
OBJECTS := $(CHOSEN:%.c=$(O)/%.o) $(O)/applets.o
HEADER   = awk -v version=$(VERSION) -f build/header.awk

# `make minimal_defconfig all`: a choice first, then what depends on it, in a make of its own
ifneq ($(and $(filter %config,$(MAKECMDGOALS)),$(filter-out %config,$(MAKECMDGOALS))),)
$(MAKECMDGOALS): one-by-one ;
one-by-one:
	@for g in $(MAKECMDGOALS); do $(MAKE) --no-print-directory $$g || exit; done
.PHONY: one-by-one $(MAKECMDGOALS)
else

all: $(O)/initbox

$(O)/initbox: $(OBJECTS) build/layout.ld $(O)/text.ld $(O)/rodata.ld | $(O)/links
	@$(say) "  LD  $@"
	$Q$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $(OBJECTS)

# names of what the resident processes are made of
$(O)/text.ld $(O)/rodata.ld &: build/together.awk $(CHOSEN) $(wildcard core/*.h core/*/*.h) $(O)/chosen
	$Qawk -v to=$(O) -f $< $(filter %.c %.h,$^)

# the inner loops of the log are the one place where vectors are worth their size
$(O)/core/base/bytes.o: CFLAGS := $(filter-out -mgeneral-regs-only,$(CFLAGS)) -O2

$(O)/%.o: %.c Makefile
	@mkdir -p $(@D)
	@$(say) "  CC  $<"
	$Q$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# changes when an applet comes, goes, or is chosen or not
$(O)/chosen: always
	@mkdir -p $(O) && echo '$(CC) $(CHOSEN)' | cmp -s - $@ || echo '$(CC) $(CHOSEN)' >$@

$(O)/applets.c: build/header.awk build/applets.awk VERSION $(APPLETS) $(O)/chosen
	$Q$(HEADER) -f build/applets.awk $(APPLETS) </dev/null >$@.new && mv $@.new $@

$(O)/applets.o: $(O)/applets.c Makefile
	$Q$(CC) $(CFLAGS) -c -o $@ $<

$(O)/links.list: build/header.awk build/links.awk $(APPLETS) $(O)/chosen
	$Q$(HEADER) -f build/links.awk $(APPLETS) </dev/null >$@.new && mv $@.new $@

$(O)/links: $(O)/links.list
	$Qrm -rf $@ && mkdir $@ && for l in `cat $<`; do ln -s ../initbox $@/$${l##*/}; done

include build/tests.mk

$(O)/man: build/header.awk build/man.awk VERSION $(APPLETS) $(O)/chosen
	@rm -rf $@ && mkdir -p $@/man8
	$Q$(HEADER) -v date=$(DATE) -v to=$@/man8 -f build/man.awk $(APPLETS) </dev/null

out/Kconfig.applets: build/header.awk build/kconfig.awk $(EVERY)
	@mkdir -p out
	$Q$(HEADER) -f build/kconfig.awk $(EVERY) >$@
out/Kconfig.parts: build/kconfig_parts.awk $(ENTRY) $(ROOMS)
	@mkdir -p out
	$Qawk -f build/kconfig_parts.awk $(ENTRY) $(ROOMS) >$@
menuconfig: out/Kconfig.applets out/Kconfig.parts
	KCONFIG_CONFIG=$(CONFIG) kconfig-mconf Kconfig
defconfig: out/Kconfig.applets out/Kconfig.parts
	KCONFIG_CONFIG=$(CONFIG) kconfig-conf --alldefconfig Kconfig
minimal_defconfig: out/Kconfig.applets out/Kconfig.parts
	KCONFIG_CONFIG=$(CONFIG) KCONFIG_ALLCONFIG=configs/$@ kconfig-conf --allnoconfig Kconfig

install: all $(O)/man
	install -D -m 755 $(O)/initbox $(DESTDIR)/bin/initbox
	@mkdir -p $(DESTDIR)/usr/share/man/man8 && cp $(O)/man/man8/*.8 $(DESTDIR)/usr/share/man/man8
	build/links $(DESTDIR) <$(O)/links.list

size: all
	build/size
run: all
	images/run
images: all
	images/build
units-corpus: all
	tests/units/corpus
bench: all
	tests/bench/run
new:
	build/new $(NAME)
readme:
	$(HEADER) -f build/readme.awk $(EVERY) README.md >README.md.new && mv README.md.new README.md

clean:
	rm -rf out

always:
.PHONY: all menuconfig defconfig minimal_defconfig install size run images units-corpus bench new readme clean always
endif
-include $(OBJECTS:.o=.d)
