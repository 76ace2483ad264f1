#!/usr/bin/env bats
# dumb-init: ours and the real one do the same.
# shellcheck disable=SC2016,SC2154 # single quotes are for the shell inside; $init is set by each

load ../lib/inits_setup

codes() {
  local n code
  for n in {0..255}; do
    code "$init" sh -c "exit $n"
    [ "$code" = "$n" ]
  done
  for n in 1 2 3 6 9 11 13 14 15 31 34 64; do
    code "$init" "$P" die "$n"
    [ "$code" = $((128 + n)) ]
  done
}

@test "every exit code is passed on, a signal as 128 + its number" {
  each dumb-init codes
}

signals() {
  local n code mode
  for mode in '' -c; do
    for n in 1 2 3 10 12 13 14 15 16 18 23 24 25 26 27 28 29 30 31; do
      # shellcheck disable=SC2086 # none or one
      start "$init" $mode "$P" wait
      kill "-$n" "$pid"
      ended
      [ "$code" = "$n" ]
    done
  done
}

@test "every signal is passed on" {
  each dumb-init signals
}

rewrites() {
  local code
  start "$init" -r 15:2 --rewrite 10:12 -r 1:0 "$P" wait
  kill -HUP "$pid"
  kill -TERM "$pid"
  ended
  [ "$code" = 2 ]
  start "$init" -c -r 15:2 --rewrite 10:12 -r 1:0 "$P" wait
  kill -HUP "$pid"
  kill -USR1 "$pid"
  ended
  [ "$code" = 12 ]
  for wrong in 15 15:32 0:1 32:1 x:1 1:x -1:1; do
    code "$init" -r "$wrong" true 2>/dev/null
    [ "$code" = 1 ]
  done
}

@test "-r: a signal as another, or not at all; wrong ones are refused" {
  each dumb-init rewrites
}

sessions() {
  [ "$("$init" "$P" where)" = 'leader=1 session=1 terminal=-1' ]
  [ "$("$init" -c "$P" where)" = 'leader=0 session=0 terminal=-1' ]
  [ "$(DUMB_INIT_SETSID=0 "$init" "$P" where)" = 'leader=0 session=0 terminal=-1' ]
  run -0 on_terminal '' "$init" "$P" where
  [ "$output" = 'leader=1 session=1 terminal=1' ]
  run -3 on_terminal '^C' "$init" sh -c 'trap "echo ended; exit 3" INT; echo ready; while :; do sleep 0.05; done'
  [[ $output == *ended* ]]
}

@test "the child leads a session and gets the terminal, but not with -c" {
  each dumb-init sessions
}

stops() {
  local child signal
  for signal in TSTP TTIN TTOU; do
    start setsid "$init" sh -c 'echo ready; exec sleep 1000' # a shell in a loop may be stopped in a vfork: then it is in D
    child=$(child_of "$pid")
    kill "-$signal" "$pid"
    await 5 is_state "$child" T
    await 5 is_state "$pid" T
    kill -CONT "$pid"
    await 5 is_state "$pid" S
    await 5 is_state "$child" S
    kill "$pid"
    await 5 gone "$pid"
  done
}

@test "TSTP, TTIN, TTOU stop the child and dumb-init; CONT goes on" {
  each dumb-init stops
}

group_ends() {
  rm -f "$T/pid"
  "$init" sh -c 'sh -c "trap \"echo told >>$1; exit\" TERM; echo \$\$ >$0; while :; do sleep 0.02; done" & until test -s $0; do sleep 0.02; done' "$T/pid" "$T/told"
  await 5 gone "$(<"$T/pid")"
  rm "$T/told"
}

group_is_told() {
  start "$init" sh -c 'sh -c "trap \"exit 7\" USR1; echo ready; while :; do sleep 0.02; done" & trap : USR1; wait $!; wait $!; exit $?'
  kill -USR1 "$pid"
  ended
  [ "$code" = 7 ]
}

@test "signals go to the whole session, and so does TERM when the child has ended" {
  each dumb-init group_is_told
  each dumb-init group_ends
}

failures() {
  local try code
  for try in "2 /nonexistent" "2 nonexistent" "2 /etc/passwd" "1 " "1 -z true" "1 --wrong true"; do
    # shellcheck disable=SC2086 # words on purpose
    code "$init" ${try#* } >/dev/null 2>"$T/err"
    [ "$code" = "${try%% *}" ]
    [ -s "$T/err" ]
  done
  "$init" --version 2>&1 | grep -q '^dumb-init v1'
  "$init" -h >/dev/null 2>&1
}

@test "exec failures are 2, wrong use 1" {
  each dumb-init failures
}

orphans() {
  unshare -p -f --mount-proc "$init" sh -c 'for i in 1 2 3; do sh -c "sh -c : & :"; done; until set -- /proc/[0-9]*; [ $# = 2 ]; do sleep 0.02; done; echo none left' >"$T/out"
  [ "$(<"$T/out")" = 'none left' ]
}

@test "process 1: orphans are reaped" {
  each dumb-init orphans
}
