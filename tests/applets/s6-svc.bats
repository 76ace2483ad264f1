#!/usr/bin/env bats
# s6-svc, s6-svwait, s6-svstat: the same words and codes as s6's own on its own supervisor.

setup_file() {
  load ../lib/common
  S=$BATS_FILE_TMPDIR
  for name in a b r f t p; do
    printf '#!/bin/sh\nexec sleep 1000\n' | script "$S/L/$name/run"
  done
  touch "$S/L/b/down" "$S/L/p/down"
  printf '#!/bin/sh\nread -r x <gate; echo >&3; exec sleep 1000\n' | script "$S/L/r/run"
  echo 3 >"$S/L/r/notification-fd"
  mkfifo "$S/L/r/gate"
  printf '#!/bin/sh\nread -r x <gate\n' | script "$S/L/f/finish"
  mkfifo "$S/L/f/gate"
  echo 0 | tee "$S/L/f/timeout-finish" "$S/L/t/timeout-kill" >/dev/null
  printf '#!/bin/sh\ntrap "" TERM\necho >up\nwhile :; do sleep 1; done\n' | script "$S/L/t/run"
  mkdir "$S/L/.nosup"
  cp -a "$S/L" "$S/R"
  env --default-signal setsid s6-svscan "$S/L" >/dev/null 2>&1 3>&- &
  echo $! >"$S/pids"
  env --default-signal setsid "$BIN/runsvdir" "$S/R" >/dev/null 2>&1 3>&- &
  echo $! >>"$S/pids"
  await 10 eval "s6-svwait -t 100 -u '$S/L/a' '$S/L/f' '$S/L/r' && '$BIN/s6-svwait' -t 100 -u '$S/R/a' '$S/R/f' '$S/R/r'"
  await 10 test -e "$S/L/t/up" -a -e "$S/R/t/up"
}

setup() {
  load ../lib/common
  S=$BATS_FILE_TMPDIR
}

teardown_file() {
  local left right
  { read -r left && read -r right; } <"$BATS_FILE_TMPDIR/pids"
  kill "$left" || true
  s6-svc -xk "$BATS_FILE_TMPDIR/L/t" || true
  for s in L R; do echo 1<>"$BATS_FILE_TMPDIR/$s/f/gate" >&1; done
  kill "$right" || true
  kill "$right" || true # at once
}

side() { # SIDE DIRECTORY-OF-TOOLS TOOL ARG...
  local s=$1
  cd "$S/$s" || return
  { "$2/$3" "${@:4}" 2>/dev/null && echo 0 || echo $?; } |
    sed -E 's/\(pid [0-9]+\)/(pid N)/; s/[0-9]+ seconds/N seconds/g' | paste -sd'|' >"$T/$s"
}

same() { # EXPECTED TOOL ARG...
  side L /usr/bin "${@:2}" &
  side R "$BIN" "${@:2}" &
  wait
  if [ "$1" != "$(cat "$T/L")" ] || [ "$1" != "$(cat "$T/R")" ]; then
    printf '%s\n' "command: ${*:2}" "expected: $1" "s6's: $(cat "$T/L")" "ours: $(cat "$T/R")"
    return 1
  fi
}

@test "s6-svstat" {
  same 'up (pid N) N seconds|0' s6-svstat a
  same 'down (exitcode 0) N seconds, ready N seconds|0' s6-svstat b
  same 'true true true false false -1 NA -1|0' s6-svstat -o up,wantedup,normallyup,ready,paused,exitcode,signal,signum r
  same 'false false false false -1 0 NA -1|0' s6-svstat -o up,wantedup,normallyup,paused,pid,exitcode,signal,signum b
  same 'true true true -1 NA|0' s6-svstat -uwNes a
  same 1 s6-svstat nosuch
  same 1 s6-svstat .nosup
  same 100 s6-svstat
  same 100 s6-svstat -o nonsense a
  same 100 s6-svstat -Z a
}

@test "s6-svstat: pids and stamps" {
  cd "$S/R"
  run -0 "$BIN/s6-svstat" -p a
  [ "$output" = "$(cat a/supervise/pid)" ]
  run -0 "$BIN/s6-svstat" -o updownsince,updownfor,readysince,readyfor a
  [[ $output =~ ^@40000000[0-9a-f]{16}\ [0-9]+\ @40000000[0-9a-f]{16}\ [0-9]+$ ]]
}

@test "s6-svwait" {
  same 0 s6-svwait -t 2000 -u a
  same 0 s6-svwait a
  same 99 s6-svwait -t 100 -u a b
  same 0 s6-svwait -t 100 -o -u b a
  same 0 s6-svwait -t 2000 -d b
  same 0 s6-svwait -t 2000 -D b
  same 99 s6-svwait -t 100 -d a
  same 99 s6-svwait -t 100 -r a
  same 99 s6-svwait -t 100 -U r
  same 111 s6-svwait -t 100 -u nosuch
  same 100 s6-svwait
  same 100 s6-svwait -x a
}

@test "s6-svc -u -d -wu -wd, readiness" {
  same 0 s6-svc -wu -T 5000 -u b
  same 'up (pid N) N seconds, normally down|0' s6-svstat b
  same 0 s6-svc -o b
  same 'up (pid N) N seconds, normally down, want down|0' s6-svstat b
  same 0 s6-svc -wd -T 5000 -d b
  same 'down (signal SIGTERM) N seconds, ready N seconds|0' s6-svstat b
  same 'false -1 SIGTERM 15|0' s6-svstat -o up,exitcode,signal,signum b
  for s in L R; do echo >"$S/$s/r/gate"; done
  same 0 s6-svwait -t 5000 -U r
  same 'up (pid N) N seconds, ready N seconds|0' s6-svstat r
  same true\|0 s6-svstat -r r
  same 0 s6-svwait -t 100 -U r
}

@test "s6-svc -p -c -r, signals" {
  same 0 s6-svc -p a
  await 5 same 'up (pid N) N seconds, paused|0' s6-svstat a
  same 0 s6-svc -c a
  await 5 same 'up (pid N) N seconds|0' s6-svstat a
  same 0 s6-svc -wr -T 5000 -r a
  await 5 same 'up (pid N) N seconds|0' s6-svstat a
  same 0 s6-svc a
}

@test "s6-svc: a finish that takes its time; -wd and -wD" {
  same 0 s6-svc -wd -T 5000 -d f
  same 'down (signal SIGTERM) N seconds, normally up|0' s6-svstat f
  same 0 s6-svwait -t 100 -d f
  same 99 s6-svwait -t 100 -D f
  for s in L R; do echo >"$S/$s/f/gate"; done
  same 0 s6-svwait -t 5000 -D f
}

@test "s6-svc: late, not supervised, wrong" {
  same 99 s6-svc -wd -T 200 -d t
  same 'up (pid N) N seconds, want down|0' s6-svstat t
  same 0 s6-svc -wd -T 5000 -k t
  same 'down (signal SIGKILL) N seconds, normally up, ready N seconds|0' s6-svstat t
  same 111 s6-svc -u nosuch
  same 100 s6-svc -Z a
  same 100 s6-svc -wx -u a
  same 100 s6-svc -u
  same 0 s6-svc -x p
  run -100 "$BIN/s6-svc" -u "$S/R/p"
}
