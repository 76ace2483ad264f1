#!/usr/bin/env bats
# A service's files wait and semaphore: what it waits for before each start, and who else may know that it is there.

load ../lib/common
load ../lib/services

teardown() {
  services_teardown
}

# noted WORDS: the lines of the file `order` so far, once each where they repeat
noted() {
  [ "$(uniq "$SV/a/order" | tr '\n' ' ')" = "$1 " ]
}

# A service whose every step writes its name into `order`, with a flag if the semaphore is there at that moment. It waits
# for the file `go`, its check for the file `well`.
steps() {
  local step
  service a <<<'#!/bin/sh
echo run >>order
exec sleep 1000'
  for step in asked setup check finish control/u; do
    script "$SV/a/$step" <<<"#!/bin/sh
[ -e '$T/flag' ] && flag=+flag
echo ${step#*/}\$flag >>order"
  done
  sed -i '$a [ -e go ]' "$SV/a/asked"
  sed -i '$a [ -e well ]' "$SV/a/check"
  value a/semaphore "$T/flag"
  printf '# what it needs\n\nfile:go\n\texec:./asked  # a comment\r\n-i50ms\n' >"$SV/a/wait"
}

ready() { is a ready && [ -e "$T/flag" ]; }
gone() { ! kill -0 "$1"; }

@test "the order: wait, control/u, setup, run, semaphore; and away with it before finish" {
  steps
  : >"$T/flag" # of an earlier life
  supervise
  await 5 test -s "$SV/a/order"
  is a waiting
  [ "$(state a reason)" = "waits for file:go exec:./asked -i50ms" ]
  noted asked
  [ ! -e "$T/flag" ]
  : >"$SV/a/go"
  await 5 noted "asked u setup run check"
  is a starting
  [ -z "$(state a reason)" ]
  [ ! -e "$T/flag" ]
  : >"$SV/a/well"
  await 5 ready
  byte a d
  await 5 is a down
  noted "asked u setup run check finish"
  [ ! -e "$T/flag" ]
  byte a u # and again, all of it
  await 5 ready
  noted "asked u setup run check finish asked u setup run check"
}

@test "after kill -9 of everything the next supervisor removes the stale semaphores first" {
  local sleeping
  steps
  touch "$SV/a/go" "$SV/a/well"
  sleeper b
  value b/semaphore "$T/flag.b"
  supervise
  await 5 ready
  await 5 test -e "$T/flag.b"
  sleeping="$(state a pid) $(state b pid)"
  kill -KILL "$SUP"
  wait "$SUP" || true
  # shellcheck disable=SC2086 # pids
  kill -KILL $sleeping
  [ -e "$T/flag" ]
  [ -e "$T/flag.b" ]
  rm "$SV/a/go"
  : >"$SV/b/down" # not even to be started
  supervise
  await 5 is a waiting
  [ ! -e "$T/flag" ]
  [ ! -e "$T/flag.b" ]
  : >"$SV/a/go"
  await 5 ready
}

@test "TERM while it waits: nothing is started, all that waited is gone, at once, with 0" {
  local from pid
  sleeper a
  script "$SV/a/setup" <<<'#!/bin/sh
echo >started'
  value a/wait 'exec:sh -c "echo \$\$ >asking; exec sleep 1000"'
  value a/down-signal WINCH
  supervise
  await 5 test -s "$SV/a/asking"
  pid=$(<"$SV/a/asking")
  from=${EPOCHREALTIME/./}
  unsupervise
  ((${EPOCHREALTIME/./} - from < 1000000))
  await 5 gone "$pid"
  [ ! -e "$SV/a/started" ]
  run ! said failed
  run ! said killed
}

@test "down while it waits is no failure; up begins anew" {
  sleeper a
  value a/wait file:go
  supervise
  await 5 is a waiting
  byte a d
  await 5 is a down
  [ -z "$(state a reason)" ]
  byte a u
  await 5 is a waiting
  byte a du
  : >"$SV/a/go"
  await 5 is a up
  run ! said failed
}

@test "-t: a start that failed, and what was missing" {
  sleeper a
  printf '%s\n' -t200ms "file:$T" file:gone/x >"$SV/a/wait"
  supervise
  await 5 is a backoff
  [ "$(state a reason)" = "waits for -t200ms file:$T file:gone/x" ]
  said "a: wait failed with 124: not started"
  grep -q '^wait-for: timed out after 200 ms: file:gone/x' "$T/err"
  mkdir "$SV/a/gone"
  : >"$SV/a/gone/x"
  await 5 is a up
}

@test "a server that dies takes no restarts: it is waited for" {
  service a <<<'#!/bin/sh
echo >>runs; [ ! -e ../server/there ] && exit 1
exec sleep 1000'
  value a/wait service:server
  service server <<<'#!/bin/sh
echo $$ >there; exec sleep 1000'
  script "$SV/server/check" <<<'#!/bin/sh
[ -e there ]'
  script "$SV/server/finish" <<<'#!/bin/sh
rm there'
  INIT_SERVICE_DIR=$SV supervise
  await 5 is a up
  byte server d
  await 5 is server down
  kill "$(state a pid)"
  await 5 is a waiting
  byte server u
  await 5 is a up
  [ "$(wc -l <"$SV/a/runs")" = 2 ]
}

@test "targets that are none, no target at all, no file" {
  local n
  for n in wrong empty dir; do sleeper $n; done
  value wrong/wait 'ftp://x'
  value empty/wait '# nothing'
  mkdir "$SV/dir/wait"
  supervise
  await 5 is empty up
  await 5 is wrong backoff
  said "wrong: wait failed with 2: not started"
  grep -q "^wait-for: .*ftp://x" "$T/err"
  await 5 is dir backoff
  said "dir: wait: cannot be read: Is a directory; not started"
}
