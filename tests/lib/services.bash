# services.bash - service directories in $T/sv and a supervisor over them. `load ../lib/services`, after common.

SV=$T/sv
SUP=

# service NAME [FILE...]: its run script from stdin; the files are made empty.
service() {
  local name=$1 f
  script "$SV/$name/run"
  shift
  for f; do : >"$SV/$name/$f"; done
}

# sleeper NAME [FILE...]: a service that does nothing, and ends by TERM.
sleeper() {
  service "$@" <<<'#!/bin/sh
exec sleep 1000'
}

# value NAME TEXT...: FILES of one line, as `value web/timeout-kill 200`.
value() {
  mkdir -p "$(dirname "$SV/$1")"
  printf '%s\n' "${*:2}" >"$SV/$1"
}

supervise() {
  "$INITBOX" runsvdir "$SV" >"$T/out" 2>"$T/err" 3>&- &
  SUP=$!
}

# Ends the supervisor and waits for it: its exit code.
unsupervise() {
  local code=0
  kill "${1:--TERM}" "$SUP" 2>/dev/null
  wait "$SUP" || code=$?
  SUP=
  return "$code"
}

services_teardown() {
  local f
  [ -n "$SUP" ] || return 0
  for f in "$SV"/*/supervise/control; do # what ignores TERM would hold up the test
    [ ! -p "$f" ] || printf dk 1<>"$f" >&1
  done
  kill "$SUP" 2>/dev/null || true
  wait "$SUP" || true
}

# state NAME KEY: a value of supervise/state
state() {
  sed -n "s/^$2=//p" "$SV/$1/supervise/state"
}

is() { # is NAME STATE
  [ "$(state "$1" state)" = "$2" ]
}

byte() { # byte NAME LETTERS
  printf %s "$2" >"$SV/$1/supervise/control"
}

said() { # said TEXT: on standard error of the supervisor
  grep -qF -- "$1" "$T/err"
}

lines() { # lines FILE N: it has at least N
  [ "$(wc -l <"$1")" -ge "$2" ]
}
