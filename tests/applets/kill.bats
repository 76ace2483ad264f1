#!/usr/bin/env bats

setup() {
  load ../lib/common
  cd "$T" || return
}

teardown() {
  [ -z "${pid-}" ] || command kill -KILL "$pid" 2>/dev/null || true
}

# sleeper: a process in a group of its own whose id is $pid.
sleeper() {
  setsid sleep 60 3>&- &
  pid=$!
  await 10 grep -q '^sleep$' "/proc/$pid/comm"
}

# ended CODE: so did the sleeper. (`run wait` would ask a subshell, whose child it is not.)
ended() {
  local code=0
  wait "$pid" || code=$?
  [ "$code" = "$1" ]
}

@test "kill: TERM without a word, else by name, number, -s; 0 only looks" {
  for words in "TERM" "TERM -TERM" "KILL -9" "HUP -SIGHUP" "USR1 -usr1" "ALRM -s ALRM" "VTALRM -s 26" "USR2 -s SIGUSR2 --" "HUP --signal HUP" "PIPE --signal=PIPE"; do
    sleeper
    # shellcheck disable=SC2086 # words on purpose
    "$BIN/kill" -0 $pid
    # shellcheck disable=SC2086
    set -- $words
    "$BIN/kill" "${@:2}" $pid
    ended $((128 + $("$BIN/kill" -l "$1")))
  done
}

@test "kill: a process group" {
  sleeper
  "$BIN/kill" -TERM -$pid
  ended 143
  sleeper
  "$BIN/kill" -- -$pid
  ended 143
}

@test "kill: one message for each that failed, the others get theirs, exit code 1" {
  sleeper
  run -1 "$BIN/kill" -HUP 4194304999 abc 4194300 '' 12x $pid
  [ "$output" = "kill: '4194304999' is no process id
kill: 'abc' is no process id
kill: 4194300: No such process
kill: '' is no process id
kill: '12x' is no process id" ]
  ended 129
}

@test "kill -l" {
  run -0 "$BIN/kill" -l
  [ "$output" = "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU \
URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS" ]
  run -0 "$BIN/kill" -l 9 143 TERM sighup RTMIN+3 37
  [ "$output" = $'KILL\nTERM\n15\n1\n37\nRTMIN+3' ]
  run -1 "$BIN/kill" -l nonsense
  [ "$output" = "kill: unknown signal 'nonsense'; 'kill -l' lists them" ]
}

@test "kill: wrong use" {
  run -1 "$BIN/kill"
  [ "$output" = "kill: no process id; see 'kill --help'" ]
  run -1 "$BIN/kill" -9
  [ "$output" = "kill: no process id; see 'kill --help'" ]
  run -1 "$BIN/kill" -FOO 1
  [ "$output" = "kill: unknown signal 'FOO'; 'kill -l' lists them" ]
  run -1 "$BIN/kill" -s
  [ "${#lines[@]}" = 1 ]
}

@test "true is 0, false is 1, whatever they are given" {
  run -0 "$BIN/true" --nope x
  [ -z "$output" ]
  run -1 "$BIN/false" --nope x
  [ -z "$output" ]
}
