# tests.mk - included by the Makefile: `make test`, `make check`, and what they build on this machine's own compiler.
# In out/: unit/ core as it is, asan/ with sanitizers, fuzz/ for libFuzzer; tests/ROOM/NAME.c becomes VARIANT/ROOM/NAME.t.
HOSTCC    := gcc
HOSTFLAGS := $(STD) $(WARN) -g -Og
SANITIZE  := address,undefined -fno-sanitize-recover=all
comma     := ,

UNITS    := $(patsubst tests/%.c,%.t,$(wildcard tests/core/*/*.c))
PROGRAMS := $(addprefix $(O)/unit/,$(UNITS)) $(addprefix $(O)/asan/,$(UNITS)) \
            $(patsubst tests/%.c,$(O)/fuzz/%.t,$(wildcard tests/fuzz/*.c))
TESTS    := $(filter-out tests/daemons/%,$(wildcard tests/*/*.bats)) $(PROGRAMS)
PICKED   := $(strip $(foreach t,$(TESTS),$(if $(findstring /$(T).,$t),$t)))

# an archive gives what is only weakly wanted if it is asked to
WEAK     := $(addprefix -Wl$(comma)-u$(comma),machine_unit_action edges_of_unit unitlife_result_name)

# $1 variant, $2 compiler, $3 flags, $4 libraries
define variant
$(O)/$1/%.o: %.c Makefile build/tests.mk
	@mkdir -p $$(@D)
	@$(say) "  CC  $$@"
	$$Q$2 $(HOSTFLAGS) $3 -MMD -MP -c -o $$@ $$<
$(O)/$1/core.a: $(patsubst %.c,$(O)/$1/%.o,$(ROOMS))
	@rm -f $$@
	$$Qar rcs $$@ $$^
$(O)/$1/%.t: $(O)/$1/tests/%.o $(O)/$1/core.a
	@mkdir -p $$(@D)
	$$Q$2 $3 $(WEAK) -o $$@ $$^ $4
endef
$(eval $(call variant,unit,$(HOSTCC),,-lcmocka))
$(eval $(call variant,asan,$(HOSTCC),-fsanitize=$(SANITIZE),-lcmocka))
$(eval $(call variant,fuzz,clang,-fsanitize=fuzzer$(comma)$(SANITIZE),))

# Everything that tests and checks share, by as many as there are processors.
built: $(O)/initbox $(O)/man $(PROGRAMS)
test:
	@$(MAKE) --no-print-directory -j$(shell nproc) built
	build/prove $(TESTS)

# more daemons of Debian's than `make test` has time for
test-daemons: all
	bats --tap --setup-suite-file $(CURDIR)/tests/engine/setup_suite.bash tests/engine/daemons.bats tests/daemons

ifdef T
check: all $(filter $(PROGRAMS),$(PICKED))
	@$(if $(PICKED),,echo "no test has a path with /$(T). in it" >&2; exit 1)
	prove -v --exec build/tap $(PICKED)
else
check: all
	build/check
endif
check-%: all
	build/check $*

# `make fuzz TIME=600 T=syslog`: that target (all without T) for that many seconds each
FUZZERS := $(filter $(O)/fuzz/fuzz/%,$(PROGRAMS))
TIME    := 60
fuzz: $(if $(T),$(filter %/$(T).t,$(FUZZERS)),$(FUZZERS))
	build/fuzz $(TIME) $^

.PHONY: built test test-daemons check fuzz
.SECONDARY:
-include $(wildcard $(foreach v,unit asan fuzz,$(O)/$v/core/*/*.d $(O)/$v/tests/*/*.d $(O)/$v/tests/*/*/*.d))
