#!/usr/bin/env bats
# service plot: the boot as SVG.
# shellcheck disable=SC2154 # output is of run

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  load ../lib/services
}

teardown() {
  services_teardown
}

# bar CLASS NAME: "x end" of that bar in the row of that service
bar() {
  python3 - "$T/boot.svg" "$@" <<'END'
import sys, xml.etree.ElementTree as tree
svg = tree.parse(sys.argv[1]).getroot()
assert svg.tag == '{http://www.w3.org/2000/svg}svg'
rects = {}
for e in svg:
    kind, name = e.tag.split('}')[1], (e.text or '').split(' ')[0]
    if kind == 'rect' and e.get('class'):
        rects[e.get('class')] = (int(e.get('x')), int(e.get('x')) + int(e.get('width')))
    elif kind == 'text' and rects:
        if name == sys.argv[3] and sys.argv[2] in rects:
            print(*rects[sys.argv[2]])
        rects = {}
END
}

@test "who waits starts when the other is ready; what failed and what is down; names as they are" {
  service db <<<'#!/bin/sh
sleep 0.3
echo >&3
exec sleep 1000'
  value db/notification-fd 3
  sleeper web
  mkdir "$SV/web/dependencies.d"
  : >"$SV/web/dependencies.d/db"
  sleeper 'a&b<c'
  sleeper off down
  service bad <<<'#!/bin/sh
exit 1'
  script "$SV/bad/finish" <<<'#!/bin/sh
exit 125'
  supervise
  await 5 is web up
  await 5 is bad failed
  SVDIR=$SV run -0 --separate-stderr "$BIN/service" plot
  echo "$output" >"$T/boot.svg"
  [[ $output == *'4 services, '*' ms</text>'* ]]
  read -r from to <<<"$(bar start db)"
  read -r wait_from wait_to <<<"$(bar wait web)"
  read -r up _ <<<"$(bar up web)"
  # an end is the pixel behind
  ((from + 100 < to && wait_from + 100 < to && wait_to >= to && up >= to - 1))
  [ -n "$(bar up db)" ]
  [ -n "$(bar up 'a&b<c')" ]
  [ -z "$(bar wait off)" ]
}

@test "nothing to show is a picture too" {
  sleeper off down
  supervise
  await 5 is off down
  SVDIR=$SV run -0 "$BIN/service" plot
  [[ $output == *'0 services'* && $output == *'</svg>' ]]
}
