#!/usr/bin/env bats
# runsv and its engine: what each file of a service directory does.

load ../lib/common
load ../lib/services

teardown() {
  services_teardown
}

run_one() { # run_one NAME: runsv over one service
  "$INITBOX" runsv "$SV/$1" >"$T/out" 2>"$T/err" 3>&- &
  SUP=$!
}

@test "wrong use exits with 100, an impossible service with 111" {
  run "$INITBOX" runsv
  [ "$status" -eq 100 ]
  run "$INITBOX" runsv -z x
  [ "$status" -eq 100 ]
  run "$INITBOX" runsv "$T/none"
  [ "$status" -eq 111 ]
  [[ $output == *"$T/none"* ]]
}

@test "a second supervisor is refused while the first one lives" {
  sleeper a
  run_one a
  await 5 is a up
  run "$INITBOX" runsv "$SV/a"
  [ "$status" -eq 111 ]
  [[ $output == *"another supervisor has it"* ]]
  is a up
}

@test "x stops the service, runsv exits with 0 and leaves runit's files" {
  sleeper a
  run_one a
  await 5 is a up
  byte a x
  wait "$SUP"
  SUP=
  [ "$(cat "$SV/a/supervise/stat")" = down ]
  [ -z "$(cat "$SV/a/supervise/pid")" ]
  [ "$(stat -c %s "$SV/a/supervise/status")" = 20 ]
  [ "$(stat -c %a "$SV/a/supervise")" = 700 ]
}

@test "finish: arguments in runit's style, and in s6's" {
  local style first pid
  for style in runit s6; do
    first=-1
    [ $style = runit ] || first=256
    service $style <<<'#!/bin/sh
[ -e once ] && exec sleep 1000
>once; exit 3'
    script "$SV/$style/finish" <<<'#!/bin/sh
echo "$1 $2 $3" >>args'
    INIT_FINISH_STYLE=$style "$INITBOX" runsv "$SV/$style" 2>"$T/err" 3>&- &
    SUP=$!
    await 5 lines "$SV/$style/args" 1
    await 5 is $style backoff
    byte $style u # which is not waited for
    await 5 is $style up
    pid=$(state $style pid)
    kill -KILL "$pid"
    await 5 lines "$SV/$style/args" 2
    [ "$(sed -n 1p "$SV/$style/args")" = "3 0 $style" ]
    [ "$(sed -n 2p "$SV/$style/args")" = "$first 9 $style" ]
    await 5 is $style backoff
    byte $style u
    await 5 eval 'is $style up && [ "$(state $style pid)" != '"$pid ]"
    unsupervise
    [ "$(sed -n 3p "$SV/$style/args")" = "$first 15 $style" ]
  done
}

@test "finish 125: not restarted until told so" {
  service a <<<'#!/bin/sh
exit 7'
  script "$SV/a/finish" <<<'#!/bin/sh
exit 125'
  run_one a
  await 5 is a failed
  [ "$(state a exit)" = 7 ]
  said "finish exited with 125"
  script "$SV/a/run" <<<'#!/bin/sh
exec sleep 1000'
  byte a u
  await 5 is a up
}

@test "a crash after a second is restarted at once, a young one waits" {
  sleeper a
  run_one a
  await 5 is a up
  await 5 eval '(( $(date +%s%N) / 1000000 - $(stat -c %Y "$SV/a/supervise/pid") * 1000 > 2100 ))'
  local pid
  pid=$(state a pid)
  kill -9 "$pid"
  await 5 eval 'is a up && [ "$(state a pid)" != '"$pid ]"
  [ "$(state a restarts)" = 1 ]
  said "a: was killed by KILL"
  kill -9 "$(state a pid)"
  await 5 is a backoff
  await 5 is a up
  [ "$(state a restarts)" = 2 ]
}

@test "max-death-tally: too many deaths are a failure" {
  service a <<<'#!/bin/sh
echo x >>runs; exit 1'
  value a/max-death-tally 2
  run_one a
  await 8 is a failed
  [ "$(wc -l <"$SV/a/runs")" = 2 ]
  said "2 deaths within 60 s"
}

@test "notification-fd: ready when it says so, not before; garbage without a newline is nothing" {
  service a <<<'#!/bin/sh
printf "almost" >&5
while ! [ -e go ]; do sleep 0.05; done
echo >&5
exec sleep 1000'
  value a/notification-fd 5
  run_one a
  await 5 is a starting
  [ "$(state a ready)" = no ]
  : >"$SV/a/go"
  await 5 is a ready
}

@test "check: asked until it says yes" {
  sleeper a
  script "$SV/a/check" <<<'#!/bin/sh
echo >>asked; [ -e go ]'
  run_one a
  await 5 lines "$SV/a/asked" 2
  [ "$(state a ready)" = no ]
  : >"$SV/a/go"
  await 5 is a ready
}

@test "setup runs before each start; its failure is a failed start" {
  sleeper a
  script "$SV/a/setup" <<<'#!/bin/sh
echo >>setups; [ ! -e bad ]'
  run_one a
  await 5 is a up
  byte a t
  await 5 lines "$SV/a/setups" 2
  await 5 is a up
  : >"$SV/a/bad"
  byte a t
  await 5 is a backoff
  said "setup failed with 1"
}

@test "control/X: its success suppresses the signal, its failure does not" {
  service a <<<'#!/bin/sh
trap "echo usr1 >>got" USR1
trap "echo usr2 >>got" USR2
echo up >>got
while :; do sleep 0.05; done'
  script "$SV/a/control/1" <<<'#!/bin/sh
echo control1 >>got'
  script "$SV/a/control/2" <<<'#!/bin/sh
echo control2 >>got; exit 1'
  script "$SV/a/control/u" <<<'#!/bin/sh
echo control-u >>got'
  run_one a
  await 5 grep -q '^up' "$SV/a/got"
  byte a 12
  await 5 grep -q usr2 "$SV/a/got"
  [ "$(tr '\n' ' ' <"$SV/a/got")" = "control-u up control1 control2 usr2 " ]
}

@test "control/t and control/d: in runit's order" {
  sleeper a
  for c in t d x; do
    script "$SV/a/control/$c" <<<"#!/bin/sh
echo $c >>order; [ $c != t ]"
  done
  run_one a
  await 5 is a up
  byte a d
  await 5 is a down
  await 5 lines "$SV/a/order" 2
  [ "$(tr -d '\n' <"$SV/a/order")" = td ]
}

@test "a control script that hangs holds up neither its supervisor nor a stop" {
  sleeper a
  script "$SV/a/control/h" <<<'#!/bin/sh
exec sleep 1000'
  run_one a
  await 5 is a up
  byte a h
  unsupervise
}

@test "timeout-kill: KILL when the time is over, and said" {
  service a <<<'#!/bin/sh
trap "" TERM
echo >>up
while :; do sleep 0.05; done'
  value a/timeout-kill 150
  run_one a
  await 5 lines "$SV/a/up" 1
  byte a d
  await 5 is a down
  [ "$(state a signal)" = KILL ]
  said "did not end in time: killed"
}

@test "timeout-finish: a finish that hangs is killed" {
  service a <<<'#!/bin/sh
exec sleep 1000'
  script "$SV/a/finish" <<<'#!/bin/sh
exec sleep 1000'
  value a/timeout-finish 150
  run_one a
  await 5 is a up
  byte a d
  await 5 is a down
}

@test "down-signal and reload-signal" {
  service a <<<'#!/bin/sh
trap "echo quit >>got; exit 0" QUIT
trap "echo usr2 >>got" USR2
echo up >>got
while :; do sleep 0.05; done'
  value a/down-signal QUIT
  value a/reload-signal SIGUSR2
  run_one a
  await 5 lines "$SV/a/got" 1
  byte a h
  await 5 grep -q usr2 "$SV/a/got"
  byte a d
  await 5 is a down
  grep -q quit "$SV/a/got"
}

@test "env/, INIT_SERVICE and the working directory" {
  service a <<<'#!/bin/sh
echo "$COLOUR|$INIT_SERVICE|${GONE-unset}|$(pwd)|$#" >seen
exec sleep 1000'
  value a/env/COLOUR 'dark blue  '
  : >"$SV/a/env/GONE"
  GONE=here run_one a
  await 5 test -s "$SV/a/seen"
  [ "$(cat "$SV/a/seen")" = "dark blue|a|unset|$SV/a|0" ]
}

@test "semaphore: there while it is ready, a stale one is removed" {
  sleeper a down
  value a/semaphore "$T/flag"
  : >"$T/flag"
  run_one a
  await 5 is a down
  byte a u
  await 5 is a up
  await 5 test -e "$T/flag"
  byte a d
  await 5 is a down
  [ ! -e "$T/flag" ]
}

@test "log/run gets standard output through all restarts, and ends after its service" {
  service a <<<'#!/bin/sh
echo "run $$"; echo aside >&2; exec sleep 1000'
  script "$SV/a/log/run" <<<'#!/bin/sh
cat >>got; echo end >>got'
  run_one a
  await 5 lines "$SV/a/log/got" 1
  byte a t
  await 5 lines "$SV/a/log/got" 2
  [ "$(cat "$SV/a/log/supervise/stat")" = run ]
  grep -q aside "$T/err"
  byte a x
  wait "$SUP"
  SUP=
  [ "$(tail -n 1 "$SV/a/log/got")" = end ]
}

@test "what a service leaves in its group, and daemons that left it, end with it" {
  service a <<<'#!/bin/sh
sleep 1001 & echo $! >child
setsid sh -c "sleep 1002 & echo \$! >daemon"
exec sleep 1000'
  run_one a
  await 5 test -s "$SV/a/daemon"
  await 5 is a up
  byte a d
  await 5 is a down
  run ! kill -0 "$(cat "$SV/a/child")"
  run ! kill -0 "$(cat "$SV/a/daemon")"
}

@test "supervise may be a link to a place that can be written" {
  sleeper a
  ln -s "$T/elsewhere" "$SV/a/supervise"
  run_one a
  await 5 is a up
  [ -p "$T/elsewhere/control" ]
}

@test "garbage on the control FIFO, or in its place, is harmless" {
  sleeper a
  mkdir -p "$SV/a/supervise"
  echo junk >"$SV/a/supervise/control"
  echo junk >"$SV/a/supervise/ok"
  run_one a
  await 5 is a up
  head -c 5000 /dev/urandom | tr -d 'udoxtkpcahiq12' >"$SV/a/supervise/control"
  byte a p
  await 5 grep -q paused "$SV/a/supervise/stat"
  byte a c
  await 5 eval '! grep -q paused "$SV/a/supervise/stat"'
  is a up
}

@test "a run that cannot be run: named once, with the remedy" {
  local n
  for n in nox nointerp foreign empty dir noline; do mkdir -p "$SV/$n"; done
  printf '#!/bin/sh\n' >"$SV/nox/run"
  script "$SV/nointerp/run" <<<'#!/no/such/shell'
  head -c 4096 "$INITBOX" >"$SV/foreign/run"
  printf '\xb7' | dd of="$SV/foreign/run" bs=1 seek=18 conv=notrunc status=none
  : >"$SV/empty/run"
  echo 'exec sleep 10' >"$SV/noline/run"
  mkdir "$SV/dir/run"
  chmod +x "$SV"/{foreign,empty,noline}/run
  sleeper good
  supervise
  await 5 is good up
  await 5 said "nox: run: not executable: chmod +x"
  await 5 said "nointerp: run: /no/such/shell not found (interpreter of $SV/nointerp/run)"
  await 5 said "foreign: run: "
  await 5 said "aarch64"
  await 5 said "empty: run: "
  await 5 said "noline: run: "
  await 5 said "dir: run: a directory"
  await 5 eval '[ "$(state nox restarts)" -ge 2 ]'
  [ "$(grep -c 'nox: run' "$T/err")" = 1 ]
  chmod +x "$SV/nox/run"
}

@test "numbers and signals that are none: one line each, the default holds" {
  sleeper a
  value a/timeout-kill 12x
  value a/timeout-finish ''
  value a/max-death-tally 99999
  value a/down-signal SIGNOPE
  value a/notification-fd 1
  run_one a
  await 5 is a up
  said "a: timeout-kill: '12x' is not a number"
  said "a: timeout-finish: '' is not a number"
  said "a: max-death-tally: '99999' is not a number from 0 to 4096"
  said "a: down-signal: 'SIGNOPE' is not a signal"
  said "a: notification-fd: 1 is taken"
  unsupervise
}
