#!/usr/bin/env bats
# logd's dir: sinks: lines in directories as svlogd's.

setup() {
  load ../lib/common
  use_links
  unset "${!INIT_LOG_@}"
  : >"$T/none"
  export INIT_LOG_CONFIG=$T/none
  pid=
}

teardown() {
  [ -z "$pid" ] || kill -9 "$pid" || true
  ! mountpoint -q "$T/small" || umount "$T/small"
}

forward() { # URL COMMAND...
  INIT_LOG_FORWARD=$1 "${@:2}"
}

# Stamps are RFC 3339; without them
unstamped() {
  sed -E 's/^[-0-9]{10}T[:0-9]{8}\.[0-9]{9}Z //' "$@"
}

@test "one directory for all, made with those above it; stdout has the lines too" {
  printf 'a\nb' | forward "dir:$T/log/all" logd -n web >"$T/out"
  [ "$(cat "$T/out")" = $'web | a\nweb | b' ]
  unstamped "$T/log/all/current" | diff - "$T/out"
  run ! diff -q "$T/log/all/current" "$T/out"
  [ "$(stat -c %a "$T/log/all/current")" = 744 ]
  [ -e "$T/log/all/lock" ]
  echo c | forward "dir:$T/log/all?timestamps=none" logd -n db >"$T/out"
  [ "$(tail -n 1 "$T/log/all/current")" = 'db | c' ]
}

@test "one for each service, whatever it is called" {
  local name
  for name in web db a/b .. ...; do
    echo "$name" | forward "dir:$T/log/%s-log?format=raw" logd -n "$name"
  done
  [ "$(cd "$T/log" && echo ./* ./.[!.]*)" = './_.-log ./_..-log ./a_b-log ./db-log ./web-log ./.[!.]*' ]
  [ "$(cat "$T/log/a_b-log/current")" = a/b ]
}

@test "rules of the URL, and of the directory's config; a processor" {
  seq 50000 | forward "dir:$T/log?size=10k&num=3&format=raw" logd >"$T/out"
  [ "$(find "$T/log" -name '@*.s' | wc -l)" = 3 ]
  seq 50000 | tail -n 1000 | diff - <(cat "$T"/log/@*.s "$T/log/current" | tail -n 1000)
  rm -r "$T/log"
  mkdir "$T/log"
  printf '%s\n' 's4000' 'n0' '-*9*' 'p> ' '!tr 0-4 x' 'wrong' >"$T/log/config"
  seq 5000 | forward "dir:$T/log?size=10k&num=3&format=raw" logd >"$T/out" 2>"$T/err"
  grep -q "^logd | warning: $T/log/config:6: " "$T/err"
  seq 5000 | grep -v 9 | sed 's/^/> /' | tr 0-4 x | diff - <(cat "$T"/log/@*.s "$T/log/current" | tr 0-4 x)
  [ "$(find "$T/log" -name '@*.s' | wc -l)" -gt 3 ]
  grep -q x "$T"/log/@*.s
}

@test "no line is cut where a file ends" {
  for i in 1 2 3 4 5 6; do head -c 3000 /dev/zero | tr '\0' "$i"; echo; done >"$T/in"
  forward "dir:$T/log?size=4000&num=0&format=raw" logd <"$T/in" >"$T/out"
  [ "$(find "$T/log" -name '@*.s' | wc -l)" = 6 ]
  cat "$T"/log/@* | diff - "$T/in"
}

@test "what is wrong with a URL is said, and others go on" {
  local wrong
  while read -r wrong; do
    echo a | forward "dir:$T/$wrong dir:$T/good?format=raw" logd -n x >"$T/out" 2>"$T/err"
    grep -q "^logd | INIT_LOG_FORWARD: dir:$T/$wrong: .*; it is left out" "$T/err"
    [ "$(cat "$T/out")" = 'x | a' ]
  done <<'END'
log?size=many
log?num=-1
log?format=pretty
log?timestamps=now
log?colour=red
log/%d
log/%s/%s
END
  [ "$(wc -l <"$T/good/current")" = 7 ]
  [ ! -e "$T/log" ]
}

@test "a directory that cannot be written is said once, and others go on" {
  echo >"$T/file"
  seq 1000 | forward "dir:$T/file/log dir:$T/good?format=raw" logd -n x >"$T/out" 2>"$T/err"
  [ "$(grep -c '' "$T/err")" = 1 ]
  grep -q "$T/file/log: cannot make directory: Not a directory" "$T/err"
  [ "$(wc -l <"$T/out")" = 1000 ]
  seq 1000 | diff - "$T/good/current"
}

small() {
  mkdir -p "$T/small"
  mount -t tmpfs -o size=1m small "$T/small" || skip "no mount here"
  head -c 800000 /dev/zero >"$T/small/ballast"
  mkfifo "$T/fifo"
}

@test "a full disk, block: the writer waits, and nothing is lost when there is space again" {
  small
  INIT_LOG_FORWARD="dir:$T/small/log?size=0&format=raw" logd -n x <"$T/fifo" >"$T/out" 2>"$T/err" &
  pid=$!
  seq 100000 >"$T/fifo" &
  await 10 grep -q "$T/small/log: cannot write current: No space left" "$T/err"
  [ "$(wc -l <"$T/out")" -lt 100000 ]
  rm "$T/small/ballast"
  wait "$pid"
  pid=
  seq 100000 | diff - "$T/small/log/current"
  seq -f 'x | %.0f' 100000 | diff - "$T/out"
  [ "$(wc -l <"$T/err")" = 1 ]
}

@test "a full disk, drop: stdout goes on, and the number of lines that were dropped is said" {
  local dropped
  small
  INIT_LOG_FULL=drop INIT_LOG_FORWARD="dir:$T/small/log?size=0&format=raw" logd -n x <"$T/fifo" >"$T/out" 2>"$T/err" &
  pid=$!
  exec 9>"$T/fifo"
  seq 100000 >&9
  await 10 grep -qx 'x | 100000' "$T/out"
  grep -q "$T/small/log: cannot write current: No space left" "$T/err"
  rm "$T/small/ballast"
  await 10 grep -q 'lines dropped: No space left' "$T/err"
  echo last >&9
  await 10 grep -qx last "$T/small/log/current"
  exec 9>&-
  wait "$pid"
  pid=
  dropped=$(sed -n 's|^logd . dir:.*/small/log.*: \([0-9]*\) lines dropped: No space left on device$|\1|p' "$T/err")
  [ $((dropped + $(wc -l <"$T/small/log/current"))) = 100001 ]
  head -n -1 "$T/small/log/current" | diff - <(seq "$((100000 - dropped))")
}

@test "killed: the next one puts current aside and begins anew" {
  mkfifo "$T/fifo"
  INIT_LOG_FORWARD="dir:$T/log?format=raw" logd -n x <"$T/fifo" >"$T/out" &
  pid=$!
  exec 9>"$T/fifo"
  seq 1000 >&9
  await 10 grep -qx 1000 "$T/log/current"
  kill -9 "$pid"
  wait "$pid" || pid=
  exec 9>&-
  echo more | forward "dir:$T/log?format=raw" logd -n x
  seq 1000 | diff - "$T"/log/@*.u
  [ "$(cat "$T/log/current")" = more ]
}
