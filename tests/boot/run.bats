#!/usr/bin/env bats
# make run without an engine: its story is told, it ends at once, nothing of it stays.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  export OUT=$T/images
  RUN=
}

teardown() {
  [ -z "$RUN" ] || kill "$RUN" 2>/dev/null || true
  exec 9>&-
}

told() {
  grep -q 'Ctrl-C stops everything' "$T/out"
}

ended() {
  ! kill -0 "$RUN" 2>/dev/null
}

# nothing mounted and nobody running, by the directory that only this test's demo is in
nothing_left() {
  ! grep -q "$T" /proc/self/mounts
  ! grep -lq "$T" /proc/[0-9]*/mountinfo 2>/dev/null
}

# the story with stdin and a terminal as the caller has them
check_story() {
  grep -q '^web *| .*listening on port 8080' "$T/plain"
  grep -q '^sensor *| .*degrees' "$T/plain"
  [ "$(grep -c 'hello from pid' "$T/plain")" = 2 ]
  [ "$(grep 'hello from pid' "$T/plain" | sort -u | wc -l)" = 2 ]
  grep -q 'init | web: was killed by KILL' <(tr -s ' ' <"$T/plain")
  [ "$(grep -c '^web .* yes ' "$T/plain")" = 2 ]
  grep -qE 'init \+ runsvdir \+ logd use [0-9]+ kB' "$T/plain"
}

@test "without a terminal: the story, then TERM ends it with 0" {
  "$TOP/images/run" >"$T/out" 2>&1 </dev/null 3>&- &
  RUN=$!
  await 40 told
  cp "$T/out" "$T/plain"
  check_story
  kill "$RUN"
  await 10 ended
  wait "$RUN"
  await 10 nothing_left
}

@test "in a terminal: colours, and Ctrl-C ends it with 0" {
  mkfifo "$T/keys"
  STORY='/bin/story 200' command script -qec "$TOP/images/run" /dev/null <"$T/keys" >"$T/out" 2>&1 3>&- &
  RUN=$!
  exec 9>"$T/keys"
  await 40 told
  grep -q $'\033\\[' "$T/out"
  sed $'s/\033\\[[0-9;]*m//g; s/\r//' "$T/out" >"$T/plain"
  check_story
  printf '\003' >&9
  await 10 ended
  wait "$RUN"
  await 10 nothing_left
}

@test "as an ordinary user" {
  [ "$(id -u)" = 0 ] || skip 'the other tests are that'
  # the checkout may be closed to others
  chmod 755 "$BATS_RUN_TMPDIR" "${T%/*}" "$T"
  cp "$TOP/images/boot" "$T"
  "$TOP/images/build" demo
  chown -R nobody "$OUT"
  setpriv --reuid 65534 --regid 65534 --clear-groups \
    "$T/boot" -e DEMO_ENTER=%ENTER% "$OUT/demo/rootfs" /bin/story 200 >"$T/out" 2>&1 </dev/null 3>&- &
  RUN=$!
  await 40 told
  cp "$T/out" "$T/plain"
  check_story
  kill "$RUN"
  await 10 ended
  wait "$RUN"
}

@test "a command's exit code is that of make run's story" {
  run env STORY='/bin/false' "$TOP/images/run" </dev/null
  [ "$status" = 1 ]
  run -127 env STORY='/bin/nothing' "$TOP/images/run" </dev/null
}
