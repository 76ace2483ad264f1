#!/usr/bin/env bats
# runsvdir: a directory of services, their order, and what changes while it runs. What one service does: runsv.bats.

load ../lib/common
load ../lib/services

teardown() {
  services_teardown
}

@test "wrong use exits with 100, an unreadable directory with 111" {
  run "$INITBOX" runsvdir
  [ "$status" -eq 100 ]
  run "$INITBOX" runsvdir -x "$T"
  [ "$status" -eq 100 ]
  run "$INITBOX" runsvdir "$T/none"
  [ "$status" -eq 111 ]
  [[ $output == *"$T/none"* ]]
}

@test "starts what has a run file, leaves out dot names and what is down" {
  sleeper a
  sleeper b down
  sleeper .hidden
  : >"$SV/file"
  supervise
  await 5 is a up
  await 5 is b down
  [ ! -e "$SV/.hidden/supervise" ]
  unsupervise
}

@test "only-if-exists: what has nothing to do is down until told otherwise" {
  local name
  for name in file pattern crlf none dangling hidden started enabled unreadable; do
    sleeper $name
  done
  mkdir -p "$T/d/sub" "$T/e"
  touch "$T/d/sub/job" "$T/e/.keep"
  ln -s nowhere "$T/e/link"
  printf '%s\n' "# a comment" "" "$T/nothing" "$T/d/sub/job" >"$SV/file/only-if-exists"
  value pattern/only-if-exists "$T/*/*/j?b"
  printf '%s\r\n' "$T/nothing" "$T/d/" >"$SV/crlf/only-if-exists"
  printf '%s' "$T/nothing" >"$SV/none/only-if-exists"
  value dangling/only-if-exists "$T/e/link"
  value hidden/only-if-exists "$T/e/*"
  value started/only-if-exists "$T/x/*"
  value enabled/only-if-exists "relative/path"
  mkdir "$SV/unreadable/only-if-exists"
  INIT_ENABLED_SERVICES=enabled supervise
  for name in file pattern crlf enabled unreadable; do await 5 is $name up; done
  for name in none dangling hidden started; do
    await 5 is $name down
    [ "$(state $name reason)" = "nothing there of only-if-exists" ]
    [ "$(state $name wanted)" = no ]
  done
  [ -z "$(state file reason)" ]
  said "enabled: only-if-exists: 'relative/path' does not begin with a slash; it is left out"
  said "unreadable: only-if-exists: cannot be read: "
  SVDIR=$SV run -0 "$BIN/service"
  [[ $output == *"hidden"*" down "*"nothing there of only-if-exists"* ]]
  SVDIR=$SV run "$BIN/sv" status none
  [[ $output =~ ^down:\ none:\ [0-9]+s$ ]]
  SVDIR=$SV run -0 "$BIN/service" started start
  is started up
  [ -z "$(state started reason)" ]
  unsupervise
}

@test "runit's command line: -P and a line for errors are taken" {
  sleeper a
  "$INITBOX" runsvdir -P "$SV" 'log: ...........' 2>"$T/err" 3>&- &
  SUP=$!
  await 5 is a up
  unsupervise
}

@test "a relative directory" {
  sleeper a
  cd "$T"
  "$INITBOX" runsvdir sv 2>"$T/err" 3>&- &
  SUP=$!
  await 5 is a up
  unsupervise
}

@test "new services are started, removed ones stopped, renamed ones kept" {
  local pid
  sleeper a
  supervise
  await 5 is a up
  pid=$(state a pid)
  sleeper b
  await 8 is b up
  mv "$SV/a" "$SV/c"
  sleeper d
  await 8 is d up
  is c up
  [ "$(state c pid)" = "$pid" ]
  pid=$(state b pid)
  mv "$SV/b" "$T/b"
  await 8 eval '! kill -0 '"$pid"
}

@test "5 s later: a run file that came late, and what sv exit has ended, as under runit" {
  mkdir -p "$SV/late"
  sleeper a
  supervise
  await 5 is a up
  sleeper late
  byte a x
  await 3 is a down
  await 10 is late up
  await 10 is a up
}

@test "dependencies: needs them ready, waits, and says for what" {
  sleeper web
  mkdir -p "$SV/web/dependencies.d"
  : >"$SV/web/dependencies.d/db"
  service db <<<'#!/bin/sh
while ! [ -e go ]; do sleep 0.05; done
echo >&3
exec sleep 1000'
  value db/notification-fd 3
  supervise
  await 5 is db starting
  await 5 is web waiting
  [ "$(state web reason)" = "waits for db" ]
  : >"$SV/db/go"
  await 5 is web up
}

@test "a cycle is named, the rest is started; a stop is over at once" {
  local s
  for s in a b c free; do sleeper $s; mkdir "$SV/$s/dependencies.d"; done
  : >"$SV/a/dependencies.d/b"
  : >"$SV/b/dependencies.d/c"
  : >"$SV/c/dependencies.d/a"
  : >"$SV/free/dependencies.d/unknown"
  supervise
  await 5 is free up
  await 5 is a waiting
  grep -Eq 'dependency cycle: (a → b → c → a|b → c → a → b|c → a → b → c): none of these is started' "$T/err"
  said "free: dependencies.d/unknown: there is no such service"
  SECONDS=0
  unsupervise
  ((SECONDS <= 3))
}

@test "INIT_ENABLED_SERVICES and INIT_DISABLED_SERVICES; unknown names are a warning" {
  sleeper a down
  sleeper b
  sleeper c
  INIT_ENABLED_SERVICES=a,nope INIT_DISABLED_SERVICES="b, never" supervise
  await 5 is a up
  await 5 is b down
  await 5 is c up
  said "INIT_ENABLED_SERVICES: nope: there is no such service"
  said "INIT_DISABLED_SERVICES: never: there is no such service"
  [ -e "$SV/a/down" ]
  [ ! -e "$SV/b/down" ]
}

@test "50 services with random dependencies stop in reverse order; the deaf one is killed and named; nothing is left" {
  local i k
  RANDOM=5
  for i in {1..50}; do
    service "s$i" <<<"#!/bin/sh
trap 'echo s$i >>$T/stopped; exit 0' TERM
echo s$i >>$T/started
echo >&3
while :; do sleep 0.2 & wait \$!; done"
    value "s$i/notification-fd" 3
    mkdir "$SV/s$i/dependencies.d"
    for k in 1 2; do
      ((i == 1)) || : >"$SV/s$i/dependencies.d/s$((RANDOM % (i - 1) + 1))"
    done
  done
  service deaf <<<"#!/bin/sh
trap '' TERM
setsid sh -c 'trap \"\" TERM; echo \$\$ >$T/daemon; while :; do sleep 0.2; done' &
echo deaf >>$T/started
while :; do sleep 0.2; done"
  INIT_STOP_TIMEOUT=3 supervise
  await 20 lines "$T/started" 51
  await 5 test -s "$T/daemon"
  SECONDS=0
  unsupervise
  ((SECONDS <= 5))
  [ "$(wc -l <"$T/stopped")" = 50 ]
  for i in {1..50}; do
    for k in "$SV/s$i/dependencies.d"/*; do
      [ -e "$k" ] || continue
      # whoever needs it stopped before it, and was started after it
      (($(grep -nx "s$i" "$T/stopped" | cut -d: -f1) < $(grep -nx "${k##*/}" "$T/stopped" | cut -d: -f1)))
      (($(grep -nx "s$i" "$T/started" | cut -d: -f1) > $(grep -nx "${k##*/}" "$T/started" | cut -d: -f1)))
    done
  done
  said "deaf: pid"
  said "did not end in time: killed"
  run ! kill -0 "$(cat "$T/daemon")"
}

@test "a second TERM kills at once" {
  service deaf <<<'#!/bin/sh
trap "" TERM
echo >>up
while :; do sleep 0.2; done'
  INIT_STOP_TIMEOUT=600 supervise
  await 5 lines "$SV/deaf/up" 1
  kill "$SUP"
  await 5 eval 'grep -q "got TERM" "$SV/deaf/supervise/stat"'
  unsupervise
  said "deaf: pid"
}

@test "HUP stops all and exits with 111, as runit's" {
  sleeper a
  supervise
  await 5 is a up
  local code=0
  unsupervise -HUP || code=$?
  [ "$code" -eq 111 ]
}

@test "a name of 255 letters, a file where supervise/ should be, a directory in the way: the rest runs" {
  local long
  long=$(printf 'n%.0s' {1..255})
  sleeper good
  sleeper "$long"
  sleeper bad
  : >"$SV/bad/supervise"
  supervise
  await 5 is good up
  await 5 is "$long" up
  await 5 said "bad: supervise:"
}

@test "nothing to do costs nothing: no wake-up in a second" {
  local before
  sleeper a
  sleeper b down
  supervise
  await 5 is a up
  await 5 is b down
  await 5 eval '[[ $(cat /proc/$SUP/wchan) == *epoll* || $(cat /proc/$SUP/wchan) == 0 ]]'
  before=$(grep ctxt "/proc/$SUP/status")
  read -rt 1 <> <(:) || true
  [ "$(grep ctxt "/proc/$SUP/status")" = "$before" ]
}
