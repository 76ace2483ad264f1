#!/usr/bin/env bats
# Each check of build/checks/ is made to fail: a violation is planted in a copy of a small part of the tree.

setup() {
  load ../lib/common
  load ../lib/tree
  tree
}

# plant FILE: adds the text on stdin to it
plant() {
  mkdir -p "$(dirname "$1")"
  cat >>"$1"
}

# good CHECK / finds CHECK TEXT
good() {
  run build/check "$1"
  [ "$status" = 0 ] || {
    echo "$output"
    return 1
  }
}
finds() {
  run -1 build/check "$1"
  [[ $output == *"FAIL $1"*"$2"* ]] || {
    echo "$output"
    return 1
  }
}

@test "layers: a wrong arrow" {
  good layers
  plant core/pure/status.c <<<'#include "sys/clock.h"'
  finds layers 'core/pure/status.c:'
  [[ $output == *'"sys/clock.h": pure may include headers of: pure base'* ]]
}

@test "layers: base/die.h in the core" {
  plant core/sys/clock.c <<<'#include "base/die.h"'
  finds layers 'base/die.h is for applets'
}

@test "layers: init and what it may not see" {
  plant applets/init.c <<<'#include "pure/status.h"'
  finds layers 'applets/init.c:'
  echo '#include "base/die.h"' >applets/init.c
  finds layers 'init never dies'
}

@test "layers: an applet that includes a neighbour" {
  plant applets/true.c <<<'#include "applets/false.h"'
  finds layers 'applets/true.c:'
}

@test "layers: a circle in a room" {
  plant core/pure/one.c <<<'#include "pure/two.h"'
  plant core/pure/two.c <<<'#include "pure/three.h"'
  plant core/pure/three.c <<<'#include "pure/one.h"'
  finds layers 'a circle of includes: pure/'
}

@test "layers: an applet that runs another" {
  plant applets/true.c <<<'int code = applet_run(argc, argv);'
  finds layers 'an applet never runs another'
}

@test "pure: a system call, a clock" {
  good pure
  plant core/pure/status.c <<<'#include <unistd.h>
int status_pid(void);
int status_pid(void)
{
	return getpid() + (int)time(NULL);
}'
  finds pure 'core/pure/status.c:1: calls getpid'
  [[ $output == *'calls time'* ]]
}

@test "init: needs a room it may not see" {
  printf 'int init_main(int, char **);\nint status_of(void);\nint init_main(int c, char **v)\n{\n\treturn c + !v + status_of();\n}\n' >applets/init.c
  plant core/pure/status.c <<<'int status_of(void);
int status_of(void)
{
	return 0;
}'
  finds init status_of
}

@test "init: ends the process" {
  printf '#include "base/die.h"\nint init_main(int, char **);\nint init_main(int c, char **v)\n{\n\tdie(c, "%%s", *v);\n}\n' >applets/init.c
  finds init 'init or core/sys ends the process'
}

options() {
  cat >applets/opt.c <<EOF
/* opt - read options
 *
 * config:  OPT
 * group:   small tools
 * install: /bin
 *
 * usage: opt $1 FILE
 *
 *   $2  what it means
 *   --long  a long one
 */
static const struct opts_long longs[] = {{"long", 300, 0}, {0}};
static const char letters[] = "x";
int c = opts_next(&o, "$3", longs);
int d = opts_next(&o, letters, NULL);
EOF
}

@test "opts: letters that are read and not named, named and not read" {
  options '[-abx]' '-c FILE' abc:
  good opts
  options '[-abx]' '-c FILE' abcd
  finds opts 'applets/opt.c:1: reads -d, which the usage block does not name'
  options '[-abex]' '-c FILE' abc
  finds opts 'applets/opt.c:1: the usage block names -e, which is not read'
  options '[-ab]' '-c FILE' abc
  finds opts 'reads -x'
}

@test "opts: long options" {
  options '[-abx]' '-c FILE, --file FILE' abc
  finds opts 'the usage block names --file, which is not read'
  options '[-abx]' '-c FILE' abc
  sed -i 's/{"long", 300, 0}/{"long", 300, 0}, {"longer", 301, 0}/' applets/opt.c
  finds opts 'reads --longer, which the usage block does not name'
  sed -i 's/{"longer", 301, 0}/\n\/* private: of another name *\/ &/' applets/opt.c
  good opts
}

@test "config: a choice that drops lines" {
  good config
  plant core/base/num.c <<<'#if CONFIG_TRUE'
  finds config core/base/num.c
}

@test "format" {
  good format
  plant applets/true.c <<<'int  x;'
  finds format applets/true.c
}

@test "tidy and cppcheck: an index behind the end" {
  good tidy
  good cppcheck
  plant applets/true.c <<<'
int behind(void);
int behind(void)
{
	int a[3] = {0};
	int *p = 0;

	if (a[0])
		return a[3];
	return *p;
}'
  finds tidy applets/true.c
  finds cppcheck applets/true.c
}

@test "shell: a word that is not quoted" {
  # shellcheck disable=SC2016 # the planted text's
  printf '#!/bin/sh\nrm $1\n' >build/bad
  chmod +x build/bad
  finds shell SC2086
}

@test "markers" {
  good markers
  printf '/* TO%s: later */\n' DO >>core/base/num.c
  finds markers core/base/num.c
}

@test "man: a page that is not clean" {
  rm applets/false.c
  good man
  sed -i 's/SH SYNOPSIS/XX SYNOPSIS/' build/man.awk
  finds man 'true.8:'
}

@test "readme: a table that is old" {
  make readme >/dev/null
  good readme
  sed -i '1s/nothing/everything/' applets/true.c
  finds readme 'type: make readme'
}

@test "awk: a generator that one awk reads otherwise" {
  good awk
  # shellcheck disable=SC2016 # awk's
  echo 'END { print length(PROCINFO) }' >>build/links.awk
  finds awk links
}

@test "size: over the budget" {
  good size
  sed -i 's/return 0;/static const volatile char ballast[600000] = {1};\n\treturn ballast[argc];/' applets/true.c
  finds size OVER
}

@test "reproducible: a build that knows its place" {
  good reproducible
  # shellcheck disable=SC2016 # make's
  echo 'CFLAGS += -DPLACE="\"$(CURDIR)\""' >>Makefile
  sed -i 's/return 0;/static const volatile char place[] = PLACE;\n\treturn place[argc];/' applets/true.c
  finds reproducible differ
}

@test "a check that does not exist" {
  run -2 build/check nonsense
  [[ $output == "no check is called nonsense; there are: "*layers* ]]
}
