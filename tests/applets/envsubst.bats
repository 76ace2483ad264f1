#!/usr/bin/env bats
# envsubst beside GNU's: byte for byte the same. And what only ours has.
# shellcheck disable=SC2016 # placeholders are envsubst's

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  use_links
  export A=1 B=two EMPTY=''
  unset U
}

# as EXPECTED TEXT OPTION...
as() {
  run -0 envsubst "${@:3}" <<<"$2"
  [ "$output" = "$1" ] || {
    printf 'expected: %s\n     got: %s\n' "$1" "$output"
    false
  }
}

@test "--ops" {
  as '1 d d v v x2two' '${A:-x} ${U:-d} ${U-d} ${U:=v} $U x2${B}' --ops
  as 'xtwoy $A alt.' '${U:-x${B}y} $$A ${A:+alt}${U:+no}.' --ops
}
