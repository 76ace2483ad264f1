#!/usr/bin/env bats

setup() {
  load ../lib/common
  use_links
}

@test "@NAME@: says its words" {
  run -0 @NAME@ one "two words"
  [ "$output" = "one two words" ]
}

@test "@NAME@ -n: without a newline" {
  [ "$(@NAME@ -n one | od -An -tx1)" = " 6f 6e 65" ]
}

@test "@NAME@: wrong use is one line and exit code 2" {
  run -2 @NAME@
  [ "$output" = "@NAME@: a word is missing; see '@NAME@ --help'" ]
  run -2 @NAME@ -x
  [ "$output" = "@NAME@: unknown option '-x'; see '@NAME@ --help'" ]
}
