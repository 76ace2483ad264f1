#!/usr/bin/env bats
# svlogd beside runit's: the same input and the same rules make the same files. What a full disk does: at the end.

setup() {
  load ../lib/common
  real=$(command -v svlogd)
  ours=$BIN/svlogd
  pids=()
  mkdir "$T/a"
}

teardown() {
  local pid
  for pid in "${pids[@]}"; do
    kill -9 "$pid" || true
  done
  ! mountpoint -q "$T/small" || umount "$T/small"
}

# files DIR: a line for each file in it; names of old files without their time
files() {
  (cd "$1" && stat -c '%a %s' ./* && md5sum ./* && printf '%s\n' ./*) | sed 's/@[0-9a-f]\{24\}/@/'
}

# both CONFIG OPTION...: the same of the real one and of ours from $T/in; their files are in $T/real and $T/ours
both() {
  local which
  for which in real ours; do
    rm -rf "${T:?}/$which"
    mkdir "$T/$which"
    printf '%b' "$1" >"$T/$which/config"
    (cd "$T/$which" && "${!which}" "${@:2}" . <"$T/in" 2>"$T/$which.err")
    files "$T/$which" >"$T/$which.files"
  done
  diff "$T/real.files" "$T/ours.files"
  diff "$T/real.err" "$T/ours.err"
}

# begin OPTION...: ours, fed through fd 9
begin() {
  [ -p "$T/fifo" ] || mkfifo "$T/fifo"
  "$ours" "$@" <"$T/fifo" 3>&- 2>>"$T/err" &
  pid=$!
  pids+=("$pid")
  exec 9>"$T/fifo"
}

finish() {
  exec 9>&-
  wait "$pid"
}

holds() { # FILE TEXT
  [ "$(cat "$1")" = "$2" ]
}

# kinds DIR: how many old files of each kind
kinds() {
  find "$1" -name '@*' | sed 's/.*\.//' | sort | uniq -c | sed 's/^ *//' | paste -sd ' '
}

@test "the size, the number of files, the length of lines: as runit's" {
  seq 30000 >"$T/in"
  both 's20000\nn5\n'
  [ "$(kinds "$T/ours")" = '5 s' ]
  both 's20000\nn0\n' -l 100
  both 's8k\nn3\n' -l 100 -b 300
  both 's0\n'
  seq 2000 >"$T/in"
  both 's900\nn0\n'
  seq 100 >"$T/in"
  both 's1000\nn0\n'
  both '# nothing\n\ns10k'
}

@test "lines longer than all else are cut where runit cuts them" {
  head -c 400000 "$INITBOX" | tr '\0' x >"$T/in"
  echo >>"$T/in"
  both 's30000\nn0\n'
  both 's30000\nn0\npprefix: \n'
  both 's30000\nn0\n-x*\n'
  { head -c 300000 /dev/zero | tr '\0' y; echo; seq 1000; } >"$T/in"
  both 's30000\nn0\n-1*\np>\n'
  both 's30000\nn0\n-y*\np>\n'
}

@test "what is replaced, what stands before, what is left out and what is told" {
  head -c 200000 /dev/urandom | LC_ALL=C sed 's/.\{200\}/&\n/g' >"$T/in"
  echo >>"$T/in"
  both 'n0\n' -r x
  both 'n0\n' -R abc
  both 'n0\np::\n-*a*\n' -r '*' -R ABCabc
  seq 20000 >"$T/in"
  both 's20000\nn0\npx:\n-*7*\n+*99*\ne*12\nE*312\n' -l 100
  both 's20000\nn0\ne*12*\n-*\n' -l 4
  [ -s "$T/ours.err" ]
}

@test "patterns match what they match for runit" {
  # a line of Z before each: runit looks one byte behind a line's end, at what was there before
  awk 'BEGIN { srand(7); for (i = 0; i < 100; i++) { p = ""
    for (n = int(rand() * 7); n >= 0; n--) p = p substr("aab *+*", int(rand() * 7) + 1, 1)
    sub(/\++$/, "", p); print p } }' >"$T/patterns"
  awk 'BEGIN { srand(8); for (i = 0; i < 150; i++) { l = ""
    for (n = int(rand() * 8); n > 0; n--) l = l substr("aaab *+", int(rand() * 7) + 1, 1)
    print "ZZZZZZZZZZZZ\n" l } }' >"$T/in"
  local which dirs i=0 pattern
  for which in real ours; do
    dirs=()
    i=0
    while read -r pattern; do
      mkdir -p "$T/$which/$((++i))"
      printf '%s\n' '-*' "+$pattern" >"$T/$which/$i/config"
      dirs+=("$T/$which/$i")
    done <"$T/patterns"
    "${!which}" "${dirs[@]}" <"$T/in"
  done
  diff -r -x lock "$T/real" "$T/ours"
  [ "$(cat "$T"/ours/*/current | wc -l)" -gt 150 ]
}

@test "stamps: TAI64N, and two that people can read" {
  local before after
  before=$(date +%s)
  "$ours" -t "$T/a" <<<one
  after=$(date +%s)
  [[ $(<"$T/a/current") =~ ^@40000000([0-9a-f]{8})[0-9a-f]{8}\ one$ ]]
  ((0x${BASH_REMATCH[1]} - 10 >= before && 0x${BASH_REMATCH[1]} - 10 <= after))
  printf 'x\n\n' | "$ours" -tt "$T/a"
  [[ $(tail -n 1 "$T/a/current") =~ ^$(date -u +%Y)-[0-9]{2}-[0-9]{2}_[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{5}\ $ ]]
  "$ours" -tttt "$T/a" <<<x
  [[ $(tail -n 1 "$T/a/current") =~ ^[-0-9]{10}T[:0-9]{8}\.[0-9]{5}\ x$ ]]
  seq 20000 >"$T/in"
  echo 's50000' >"$T/a/config"
  "$ours" -tt "$T/a" <"$T/in"
  tail -n +4 -q "$T/a"/@*.s "$T/a/current" | sed '/^@/d; s/^[^ ]* //' >"$T/out"
  tail -n "$(wc -l <"$T/out")" "$T/in" | tail -n 1000 | diff - <(tail -n 1000 "$T/out")
}

@test "a last line without a newline is kept; empty lines too; no input, no line" {
  printf 'a\n\nb' | "$ours" "$T/a"
  holds "$T/a/current" $'a\n\nb'
  "$ours" "$T/a" </dev/null
  [ "$(stat -c '%a %s' "$T/a/current")" = '744 5' ]
  printf '\n' >"$T/file"
  "$ours" -ttt "$T/a" <"$T/file"
  [ "$(wc -l <"$T/a/current")" = 4 ]
}

@test "several directories, each with its rules; those that cannot be used are named" {
  mkdir "$T/b" "$T/c"
  echo '-a*' >"$T/b/config"
  printf '%s\n' 's10' 'sabc' 'zz' 'n5 files' 'u300.1.1.1' 'U1.2.3.4:0' 's5x' 't3h ' >"$T/c/config"
  printf 'abc\nxyz\n' | (cd "$T" && "$ours" a nowhere b c) 2>"$T/err"
  holds "$T/a/current" $'abc\nxyz'
  holds "$T/b/current" xyz
  holds "$T/c/current" $'abc\nxyz'
  diff "$T/err" - <<'END'
svlogd: warning: cannot open directory nowhere: No such file or directory
svlogd: warning: c/config:2: must be a number of bytes
svlogd: warning: c/config:3: there is no such rule
svlogd: warning: c/config:5: must be an address, or IPv4:PORT
svlogd: warning: c/config:6: the port must be a number from 1 to 65535
svlogd: warning: c/config:7: must be a number of bytes
END
}

@test "exit codes are runit's" {
  local args
  for args in '' '-x a' '-l 70000 a' '-r ab a' "$T/nowhere"; do
    # shellcheck disable=SC2086 # words
    run -111 "$ours" $args </dev/null
    [ "$args" != '-l 70000 a' ] || continue
    # shellcheck disable=SC2086
    run -111 "$real" $args </dev/null
  done
  begin "$T/a"
  await 10 test -e "$T/a/current"
  run -111 "$ours" "$T/a" </dev/null
  [[ $output = *"cannot lock directory $T/a: "*'no functional log directories' ]]
  finish
}

@test "a processor's output takes the place of what it read, and it keeps a state; as runit's" {
  seq 3000 >"$T/in"
  both 's3000\nn4\n!wc -l; cat <&4 | wc -c >&2; echo x >&5; cat <&4 >&5; test -e config\n'
  [ "$(kinds "$T/ours")" = '5 s' ]
  cat "$T"/ours/@* | diff - <(cat "$T"/real/@*)
}

@test "a processor that fails is started again; a rotation waits for it, TERM does not" {
  printf '%s\n' 's2000' "!test -e $T/go && cat" >"$T/a/config"
  begin -v "$T/a"
  seq 600 >&9
  await 10 grep -q 'processor failed: exit 1; started again' "$T/err"
  seq 600 >&9
  [ "$(kinds "$T/a")" = '1 t 1 u' ] || [ "$(kinds "$T/a")" = '1 u' ]
  [ "$(cat "$T"/a/@*.u "$T/a/current" | wc -c)" -lt 4100 ]
  touch "$T/go"
  finish
  [[ $(kinds "$T/a") =~ ^[0-9]+\ s$ ]]
  { seq 600; seq 600; } | diff - <(cat "$T"/a/@*.s "$T/a/current")
  rm "$T/go"
  : >"$T/err"
  begin -v "$T/a"
  seq 600 >&9
  await 10 grep -q 'started again' "$T/err"
  kill "$pid"
  wait "$pid"
  [[ $(kinds "$T/a") =~ ^[0-9]+\ s\ [0-9]+\ u$ ]]
  { seq 600; seq 600; seq 600; } | diff - <(cat "$T"/a/@* "$T/a/current")
  [ "$(stat -c %a "$T/a/current")" = 744 ]
}

@test "ALRM rotates, HUP reads the rules anew, TERM ends at the end of a line" {
  begin -v "$T/a"
  echo one >&9
  await 10 holds "$T/a/current" one
  kill -ALRM "$pid"
  await 10 holds "$T/a/current" ''
  holds "$T"/a/@*.s one
  kill -ALRM "$pid"
  echo two >&9
  await 10 holds "$T/a/current" two
  [ "$(kinds "$T/a")" = '1 s' ]
  echo '-no*' >"$T/a/config"
  kill -HUP "$pid"
  await 10 grep -c append "$T/err"
  printf 'no\nyes\nha' >&9
  await 10 holds "$T/a/current" $'two\nyes'
  kill -TERM "$pid"
  printf 'lf\nmore\n' >&9
  wait "$pid"
  holds "$T/a/current" $'two\nyes\nhalf'
  [ "$(stat -c %a "$T/a/current")" = 744 ]
  mv "$T/a" "$T/b"
}

@test "HUP without a directory left ends it" {
  begin "$T/a"
  await 10 test -e "$T/a/current"
  mv "$T/a" "$T/b"
  kill -HUP "$pid"
  status=0
  wait "$pid" || status=$?
  [ "$status" = 111 ]
  grep -q 'no functional log directories' "$T/err"
}

@test "a file is rotated when it has grown old, an empty one is not" {
  echo t1 >"$T/a/config"
  begin "$T/a"
  echo one >&9
  await 10 eval '[ "$(kinds "$T/a")" = "1 s" ]'
  holds "$T/a/current" ''
  finish
  [ "$(kinds "$T/a")" = '1 s' ]
}

@test "killed: what was not closed is put aside, and no line comes twice or as a half" {
  local i
  echo 's5000' >"$T/a/config"
  for i in 1 2 3; do
    begin "$T/a"
    seq -f "$i-%.0f" 500 >&9
    printf half >&9
    await 10 grep -qx "$i-500" "$T/a/current"
    kill -9 "$pid"
    wait "$pid" || true
    exec 9>&-
  done
  begin "$T/a"
  finish
  [ "$(kinds "$T/a")" = '3 u' ]
  for i in 1 2 3; do seq -f "$i-%.0f" 500; done | diff - <(cat "$T"/a/@*)
}

@test "by UDP too, or instead; what cannot be sent is noted as runit does" {
  printf 'one\ntwo, which is longer\nthree\n' >"$T/in"
  export -f both files
  export T real ours
  unshare -rn bash -ec "both 'u10.9.8.7\npx \n' -l 12; both 'U10.9.8.7:99\n-three\n' -l 12"
  cat >"$T/receive" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("127.0.0.1", 514))
s.settimeout(20)
open(sys.argv[1] + "/bound", "w")
for i in range(5): sys.stdout.write(repr(s.recv(999)))
END
  printf 'u127.0.0.1\npx \n' >"$T/a/config"
  mkdir "$T/b"
  printf 'U127.0.0.1:514\n-three\n' >"$T/b/config"
  cat >"$T/send" <<'END'
ip link set lo up
python3 "$T/receive" "$T" >"$T/got" &
until [ -e "$T/bound" ]; do read -rt 0.02 <> <(:) || true; done
"$ours" -l 12 "$T/a" <"$T/in"
"$ours" -l 12 "$T/b" <"$T/in"
wait
END
  unshare -rn bash -e "$T/send"
  holds "$T/got" "b'x one\\n'b'x two, which i...\\n'b'x three\\n'b'one\\n'b'two, which i...\\n'"
  sed 's/^/x /' "$T/in" | diff - "$T/a/current"
  [ ! -s "$T/b/current" ]
}

# Full disks --------------------------------------------------------------

small() {
  mkdir -p "$T/small"
  mount -t tmpfs -o size=1m small "$T/small" || skip "no mount here"
}

@test "a full disk: one message, the writer waits, and nothing is lost when there is space again" {
  small
  mkdir "$T/small/log"
  head -c 700000 /dev/zero >"$T/small/ballast"
  begin "$T/small/log"
  seq 100000 >&9 &
  await 10 grep -q 'No space left' "$T/err"
  kill -HUP "$pid"
  rm "$T/small/ballast"
  wait $!
  finish
  [ "$(wc -l <"$T/err")" = 1 ]
  seq 100000 | diff - "$T/small/log/current"
}

@test "a full disk: old files go, down to as many as N says" {
  small
  mkdir "$T/small/log"
  printf '%s\n' 's100000' 'n100' 'N2' >"$T/small/log/config"
  seq 500000 | "$ours" -v "$T/small/log" 2>"$T/err"
  grep -q 'delete' "$T/err"
  run -1 grep 'No space' "$T/err"
  seq 500000 | tail -n 10000 | diff - <(cat "$T"/small/log/@* "$T/small/log/current" | tail -n 10000)
}
