#!/usr/bin/env bats
# The binary itself: help, lists, links, unknown names.

setup() {
  load ../lib/common
}

@test "alone and with --help: what it is and every applet, on one screen" {
  run -0 "$INITBOX"
  [[ $output == *"usage: initbox APPLET"* ]]
  ((${#lines[@]} <= 30))
  for line in "${lines[@]}"; do
    ((${#line} <= 80))
  done
  words=" ${output//[$'\n' ]/ } "
  for name in $("$INITBOX" --list); do
    [[ $words == *" $name "* ]]
  done
  alone=$output
  run -0 "$INITBOX" --help
  [ "$output" = "$alone" ]
}
