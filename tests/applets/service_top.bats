#!/usr/bin/env bats
# service top: the list on a live screen.
# shellcheck disable=SC2154 # output is of run

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  load ../lib/services
  service ok <<<'#!/bin/sh
echo >&3
exec sleep 1000'
  value ok/notification-fd 3
  service zz <<<'#!/bin/sh
exit 1'
  script "$SV/zz/finish" <<<'#!/bin/sh
exit 125'
  sleeper zoff down
  supervise
  await 5 is ok ready
  await 5 is zz failed
  export SVDIR=$SV
}

teardown() {
  services_teardown
}

# on_terminal KEYS: types the next of them each time "ready" is on the screen
on_terminal() {
  run -0 python3 "$TOP/tests/lib/terminal.py" "$1" sh -c "trap : INT; stty rows ${2:-24}; $BIN/service top; stty -a"
}

@test "drawn again until q; what is not well comes first; the terminal is left as it was" {
  local page=$'\e[?1049'
  on_terminal 'x|q'
  [ "$(grep -c NAME <<<"$output")" = 2 ]
  [[ $output == *"${page}h"*zz*failed*ok*ready*NAME*zz*"${page}l"*' icanon '* ]]
  [[ $output == *' echo '* ]]
  [[ $output == *$'\n\e[2Kzoff '* ]]
}

@test "a signal ends it; no more lines than the screen has" {
  on_terminal '^C' 4
  [[ $output == *zz*ok*$'\e[?1049l'*' icanon '* ]]
  [[ $output != *zoff* ]]
}

@test "no terminal: said" {
  run -1 "$BIN/service" top </dev/null
  [[ $output == 'service: top: '* ]]
}
