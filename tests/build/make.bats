#!/usr/bin/env bats
# The Makefile's goals, in a copy of the tree.

setup() {
  load ../lib/common
  load ../lib/tree
  tree
}

@test "make new: an applet whose tests pass" {
  make -s new NAME=say-it
  [ -e applets/say_it.c ]
  run -0 env -i PATH="${PATH#*/bats-core:}" make -s check T=say-it # an environment without this bats
  [[ $output == *"Result: PASS"* ]]
  run -0 out/links/say-it --help
  [[ $output == "say-it - "* ]]
  run -2 make -s new NAME=say-it
  [[ $output == *"there is a say-it already: applets/say_it.c"* ]]
  run -2 make -s new NAME=Bad/Name
  [[ $output == *"usage: make new NAME="* ]]
}

@test "make check T=: one name that no test has" {
  touch tests/applets/one.bats tests/applets/two.bats
  run -2 make -s check T=nonsense
  [[ $output == *"no test has a path with /nonsense. in it"* ]]
}

@test "a choice of applets: a goal of its own, beside others, out of the way" {
  echo CONFIG_FALSE=y >configs/minimal_defconfig
  make -s minimal_defconfig all
  [ "$(out/initbox --list)" = false ]
  [ "$(ls out/links)" = false ]
  make -s O=out/true CONFIG=<(echo CONFIG_TRUE=y)
  [ "$(out/true/initbox --list)" = true ]
  [ "$(out/initbox --list)" = false ]
  make -s defconfig all
  [ "$(out/initbox --list | tr '\n' ' ')" = "false true " ]
  rm .config
  make -s
  [ "$(out/initbox --list | tr '\n' ' ')" = "false true " ]
  rm applets/false.c
  make -s
  [ "$(out/initbox --list)" = true ]
}

@test "make again: nothing to do; after a change: what it touches" {
  make -s
  run -0 make
  [[ $output != *CC* && $output != *LD* ]]
  touch core/base/num.h
  run -0 make
  [[ $output == *"CC  core/base/num.c"*LD* && $output != *"CC  applets/true.c"* ]]
}

@test "make install: binary, links, manual pages; a foreign file stays" {
  mkdir -p "$T/root/bin"
  echo mine >"$T/root/bin/false"
  run -2 make -s install DESTDIR="$T/root"
  [[ $output == *"$T/root/bin/false exists and is no link to initbox: left as it is"* ]]
  [ "$(cat "$T/root/bin/false")" = mine ]
  rm "$T/root/bin/false"
  make -s install DESTDIR="$T/root"
  make -s install DESTDIR="$T/root"
  "$T/root/bin/true"
  [ "$(readlink "$T/root/bin/false")" = initbox ]
  [ -e "$T/root/usr/share/man/man8/true.8" ]
}

@test "a header that is not right: file, line, why" {
  cat >applets/wrong.c <<'EOF'
/* wrong - a header with mistakes
 *
 * config:  wrong
 * grupp:   small tools
 * install: bin
 * also:    true
 */
EOF
  run -2 make -s
  [[ $output == *"applets/wrong.c:3: a config symbol is one word of A-Z, 0-9, _"* ]]
  [[ $output == *"applets/wrong.c:4: unknown key grupp:"* ]]
  [[ $output == *"applets/wrong.c:5: install: takes one absolute directory"* ]]
  [[ $output == *"applets/wrong.c:1: the header lacks 'group:"* ]]
  [[ $output == *"applets/wrong.c:1: the header lacks 'usage: wrong"* ]]
  [[ $output == *"the name true is taken by applets/true.c"* || $output == *"the name true is taken by applets/wrong.c"* ]]
  [ ! -e out/applets.c ]
}

@test "a compiler that makes a static binary of itself: CC=" {
  make -s CC="musl-gcc -DNATIVE"
  run -0 out/initbox --version
}
