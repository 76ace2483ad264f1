#!/usr/bin/env bats
# tini: ours and the real one do the same.
# shellcheck disable=SC2016,SC2154 # single quotes are for the shell inside; $init is set by each

load ../lib/inits_setup
subreaper=(-s)

# the same of catatonit, which has no -s and needs none
catatonit_too() {
  # shellcheck disable=SC2034 # for the function
  local init=/usr/bin/catatonit subreaper=()
  "$1"
}

all_codes() {
  local n code
  for n in {0..255}; do
    code "$init" "${subreaper[@]}" -- sh -c "exit $n"
    [ "$code" = "$n" ]
  done
}

@test "every exit code is passed on" {
  each tini all_codes
  catatonit_too all_codes
}

deaths() {
  local n code
  for n in 1 2 3 4 6 7 8 9 10 11 12 13 14 15 31 34 50 64; do
    code "$init" "${subreaper[@]}" "$P" die "$n"
    [ "$code" = $((128 + n)) ]
  done
}

@test "a child killed by a signal: 128 + its number" {
  each tini deaths
  catatonit_too deaths
}

signals() {
  local n code
  for n in 1 2 3 10 12 13 14 15 16 18 20 23 24 25 26 27 28 29 30 {34..64}; do
    start "$init" "${subreaper[@]}" "$P" wait
    kill "-$n" "$pid"
    ended
    [ "$code" = "$n" ]
  done
}

@test "every signal is passed on" {
  each tini signals
}

groups() {
  local code
  start "$init" -s -- sh -c 'trap "exit 5" USR1; sleep 1000 & echo $!; wait'
  kill -USR1 "$pid"
  ended
  [ "$code" = 5 ]
  kill -KILL "$(head -1 "$T/out")"
  start "$init" -s -g -- sh -c 'trap : USR1; sh -c "trap \"exit 7\" USR1; echo ready; while :; do sleep 0.02; done" & wait $!; wait $!; exit $?'
  kill -USR1 "$pid"
  ended
  [ "$code" = 7 ]
  start env TINI_KILL_PROCESS_GROUP=1 "$init" -s -- sh -c 'trap : USR1; sh -c "trap \"exit 7\" USR1; echo ready; while :; do sleep 0.02; done" & wait $!; wait $!; exit $?'
  kill -USR1 "$pid"
  ended
  [ "$code" = 7 ]
}

@test "-g: signals go to the whole group, else to the child" {
  each tini groups
}

subreaper() {
  start "$init" -s -- sh -c 'sh -c "sleep 0.2 & echo \$! >$0" ; until [ "$(cut -d" " -f4 /proc/$(cat $0)/stat 2>/dev/null || echo $PPID)" = $PPID ]; do :; done; until ! [ -e /proc/$(cat $0) ]; do sleep 0.02; done; echo reaped; exec sleep 1000' "$T/pid"
  await 10 grep -q reaped "$T/out"
  kill "$pid"
  wait "$pid" || true
  TINI_SUBREAPER='' "$init" -- true 2>"$T/err"
  [ ! -s "$T/err" ]
  "$init" -- true 2>"$T/err"
  grep -q subreaper "$T/err"
}

@test "-s and TINI_SUBREAPER: orphans are reaped" {
  each tini subreaper
}

one_in_a_namespace() {
  unshare -p -f --mount-proc "$init" -w -- sh -c 'for i in 1 2 3; do sh -c "sh -c : & :"; done; sleep 0.3; set -- /proc/[0-9]*; echo $#' >"$T/out" 2>"$T/err"
  [ "$(<"$T/out")" = 2 ]
  grep -qi 'reaped zombie process with pid=' "$T/err"
}

@test "process 1: zombies are reaped, and named with -w" {
  each tini one_in_a_namespace
}

remaps() {
  local code
  code "$init" -s -e 7 -e 143 -- sh -c 'exit 7'
  [ "$code" = 0 ]
  code "$init" -s -e 7 -e 143 -- sh -c 'kill $$'
  [ "$code" = 0 ]
  code "$init" -s -e 7 -- sh -c 'exit 8'
  [ "$code" = 8 ]
  for wrong in 256 -1 x; do
    code "$init" -s -e "$wrong" -- true 2>/dev/null
    [ "$code" = 1 ]
  done
}

@test "-e: codes that are success" {
  each tini remaps
}

parent_dies() {
  rm -f "$T/out"
  sh -c '"$0" -s -p SIGUSR1 -- "$1" wait >"$2" & echo $! >"$3"; until test -s "$2"; do sleep 0.02; done' "$init" "$P" "$T/out" "$T/pid"
  await 10 gone "$(<"$T/pid")"
}

@test "-p: a signal when the parent dies" {
  each tini parent_dies
}

failures() {
  local code
  for try in "127 /nonexistent" "127 nonexistent" "126 /etc/passwd" "126 /etc" "1 " "1 -z true"; do
    # shellcheck disable=SC2086 # words on purpose
    code "$init" -s ${try#* } >/dev/null 2>"$T/err"
    [ "$code" = "${try%% *}" ]
  done
  "$init" --version | grep -q '^tini version 0'
  "$init" -h >/dev/null
}

@test "exec failures are 127, 126, wrong use 1" {
  try_one() { failures; }
  each tini try_one
}

words() {
  [ "$("$init" -s -- printf '<%s>' a '' 'b c' -- -x)" = '<a><><b c><--><-x>' ]
  [ "$("$init" -s printf '<%s>' -- -x)" = '<--><-x>' ] || [ "$("$init" -s printf '<%s>' -- -x)" = '<-x>' ]
}

@test "the child's words are its own" {
  each tini words
}

terminal() {
  run -0 on_terminal '' "$init" -s -- "$P" where
  [ "$output" = 'leader=1 session=0 terminal=1' ]
  run -3 on_terminal '^C' "$init" -s -- sh -c 'trap "echo ended; exit 3" INT; echo ready; while :; do sleep 0.05; done'
  [[ $output == *ended* ]]
}

@test "on a terminal the child has the foreground" {
  each tini terminal
}

inherited() {
  [ "$("$init" -s -- sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status')" = "$(sh -c 'grep -E "^Sig(Blk|Ign)" /proc/self/status')" ]
  [ "$("$init" -s -- sh -c 'ls /proc/self/fd | wc -l')" = "$(sh -c 'ls /proc/self/fd | wc -l')" ]
  [ "$(env -i A=1 "$init" -s -- /usr/bin/env)" = A=1 ]
}

@test "signal mask, descriptors and environment are the child's as if there were no init" {
  each tini inherited
}
