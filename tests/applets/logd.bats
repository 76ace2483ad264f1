#!/usr/bin/env bats
# logd as a filter, and what the user can choose. How it gathers from services: tests/core/svc/flow.c.

setup() {
  load ../lib/common
  stderr=
  use_links
  unset INIT_LOG_FORMAT INIT_LOG_TIMESTAMPS INIT_LOG_MAX_LINE NO_COLOR
  export TERM=xterm
}

teardown() {
  ! mountpoint -q "$T/small" || umount "$T/small"
}

# tty COMMAND: its output on a terminal, without the carriage returns.
tty() {
  command script -qec "$*" /dev/null </dev/null | tr -d '\r'
}

# Each line of stdin is a JSON object; prints the field named $1 of each, in JSON.
field() {
  perl -MJSON::PP -ne 'my $j = JSON::PP->new->utf8->ascii->allow_nonref;
    print $j->encode($j->decode($_)->{"'"$1"'"}), "\n"'
}

@test "text: the service's name before each line" {
  run -0 logd -n nginx < <(printf 'one\n\n  two\tx\n')
  [ "$output" = $'nginx | one\nnginx | \nnginx |   two\tx' ]
}

@test "a last line without a newline is kept, and gets one in text but not in raw" {
  printf 'a\nb' | logd -n x >"$T/out"
  printf 'x | a\nx | b\n' | cmp - "$T/out"
  printf 'a\nb' | INIT_LOG_FORMAT=raw logd -n x >"$T/out"
  printf 'a\nb' | cmp - "$T/out"
}

@test "nothing in, nothing out; a file as stdin; NULs pass" {
  logd </dev/null >"$T/out"
  [ ! -s "$T/out" ]
  printf 'a\0b\n' >"$T/in"
  logd <"$T/in" >"$T/out"
  printf 'stdin | a\0b\n' | cmp - "$T/out"
}

@test "raw: not a byte is changed, of any kind of input" {
  head -c 300000 /dev/urandom >"$T/in"
  INIT_LOG_FORMAT=raw logd <"$T/in" >"$T/out"
  cmp "$T/in" "$T/out"
  INIT_LOG_FORMAT=raw logd <"$T/in" | cat >"$T/out"
  cmp "$T/in" "$T/out"
}

@test "a million lines get a million prefixes" {
  seq 1000000 >"$T/in"
  sed 's/^/n | /' "$T/in" >"$T/expected"
  logd -n n <"$T/in" >"$T/out"
  cmp "$T/expected" "$T/out"
  logd -n n <"$T/in" | cmp "$T/expected" -
}

@test "lines come at once, not when a buffer is full" {
  mkfifo "$T/in" "$T/out"
  logd -n n <"$T/in" >"$T/out" &
  pid=$!
  exec 5>"$T/in" 6<"$T/out"
  echo one >&5
  read -rt 10 line <&6
  [ "$line" = "n | one" ]
  printf 'tw' >&5
  printf 'o\n' >&5
  read -rt 10 line <&6
  [ "$line" = "n | two" ]
  exec 5>&-
  wait "$pid"
}

@test "json: valid whatever the bytes, nothing lost" {
  export INIT_LOG_FORMAT=json
  printf 'plain\n"quoted" \\ \t\001\033[1m\nj\303\244\nbad \377\300\257 end\n\na\0b' | logd -n 'my "app"' >"$T/out"
  [ "$(field message <"$T/out")" = '"plain"
"\"quoted\" \\ \t\u0001\u001b[1m"
"j\u00e4"
"bad \\xff\\xc0\\xaf end"
""
"a\u0000b"' ]
  [ "$(field service <"$T/out" | sort -u)" = '"my \"app\""' ]
  [ "$(field stream <"$T/out" | sort -u)" = '"stdout"' ]
  [ "$(field severity <"$T/out" | sort -u)" = '"info"' ]
  while read -r time; do
    [[ $time =~ ^\"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z\"$ ]]
  done < <(field time <"$T/out")
  head -c 200000 /dev/urandom | logd >"$T/out"
  field message <"$T/out" >/dev/null
}

@test "json: the time is now" {
  before=$(date +%s)
  echo x | INIT_LOG_FORMAT=json logd >"$T/out"
  after=$(date +%s)
  time=$(date -d "$(field time <"$T/out" | tr -d '"')" +%s)
  ((before <= time && time <= after))
}

@test "long lines go on as marked parts" {
  long=$(printf '%0250d' 7)
  printf '%s\nshort\n' "$long" >"$T/in"
  export INIT_LOG_MAX_LINE=100
  run -0 logd -n n <"$T/in"
  [ "${lines[0]}" = "n | ${long:0:100}" ]
  [ "${lines[1]}" = "n + ${long:100:100}" ]
  [ "${lines[2]}" = "n + ${long:200}" ]
  [ "${lines[3]}" = "n | short" ]
  INIT_LOG_FORMAT=json logd <"$T/in" >"$T/out"
  [ "$(field partial_ordinal <"$T/out" | xargs)" = "1 2 3 null" ]
  [ "$(field partial_last <"$T/out" | xargs)" = "false false true null" ]
  [ "$(field partial_id <"$T/out" | sort -u | grep -vc null)" = 1 ]
  [ "$(field message <"$T/out" | head -n 3 | tr -d '"\n')" = "$long" ]
  INIT_LOG_FORMAT=raw logd <"$T/in" | cat >"$T/out"
  cmp "$T/in" "$T/out"
}

@test "the bound is 16384 bytes, and a line of that length is whole" {
  (printf '%016384d\n' 1; printf '%016385d\n' 2) >"$T/in"
  logd -n n <"$T/in" >"$T/out"
  [ "$(cut -c 1-4 "$T/out" | xargs)" = "n | n | n +" ]
  [ "$(tail -n 1 "$T/out")" = "n + 2" ]
}

@test "timestamps in the forms known from elsewhere" {
  stamp() {
    echo line | INIT_LOG_TIMESTAMPS=$1 logd -n n
  }
  [ "$(stamp none)" = "n | line" ]
  [[ $(stamp rfc3339) =~ ^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z\ n\ \|\ line$ ]]
  [[ $(stamp unix) =~ ^[0-9]{10}\.[0-9]{9}\ n\ \|\ line$ ]]
  [[ $(stamp tai64n) =~ ^@40000000[0-9a-f]{16}\ n\ \|\ line$ ]]
}

@test "colour on a terminal, but not with NO_COLOR, TERM=dumb or into a pipe" {
  cmd="printf 'a\nb\n' | logd -n nginx"
  run -0 tty "$cmd"
  [[ ${lines[0]} == $'\e[3'[1-6]$'mnginx | \e[0ma' ]]
  [ "$(NO_COLOR=1 tty "$cmd")" = $'nginx | a\nnginx | b' ]
  [ "$(TERM=dumb tty "$cmd")" = $'nginx | a\nnginx | b' ]
  [ "$(tty "$cmd | cat")" = $'nginx | a\nnginx | b' ]
  [[ $(NO_COLOR='' tty "$cmd") == $'\e['* ]]
}

@test "a wrong setting is named, with what it may be, and the default stands" {
  run -0 --separate-stderr env INIT_LOG_FORMAT=yaml INIT_LOG_MAX_LINE=5 INIT_LOG_TIMESTAMPS=now logd -n n <<<x
  [ "$output" = "n | x" ]
  [ "$(sort <<<"$stderr")" = 'logd | INIT_LOG_FORMAT=yaml: must be text, json, raw or logfmt; it is left out
logd | INIT_LOG_MAX_LINE=5: must be a number of bytes from 64 to 1M; it is left out
logd | INIT_LOG_TIMESTAMPS=now: must be none, rfc3339, tai64n or unix; it is left out' ]
  for bad in -1 1x '' 99999999999999999999; do
    run -0 env INIT_LOG_MAX_LINE="$bad" logd -n n <<<x
    [[ $output == *"n | x" ]]
  done
}

@test "the longest line allowed" {
  head -c 2100000 /dev/zero | tr '\0' x >"$T/in"
  INIT_LOG_MAX_LINE=1048576 logd -n n <"$T/in" >"$T/out"
  [ "$(cut -c 1-4 "$T/out" | xargs)" = "n | n + n +" ]
  [ "$(sed 's/^n [|+] //' "$T/out" | tr -d '\n' | wc -c)" = 2100000 ]
  tr x '\001' <"$T/in" | INIT_LOG_FORMAT=json INIT_LOG_MAX_LINE=1048576 logd >"$T/out"
  [ "$(wc -l <"$T/out")" = 3 ]
  ((6 * 2100000 < $(wc -c <"$T/out")))
}

@test "-c: what others write to the same pipe at the same time is not mixed with its lines" {
  seq -f 'a line of the service, number %.0f, and some more to it' 100000 >"$T/in"
  {
    logd -c -n n <"$T/in" &
    pid=$!
    for ((i = 1; i <= 2000; i++)); do
      echo "CMD's own line $i"
    done
    wait "$pid"
  } | cat >"$T/out"
  grep '^n | ' "$T/out" | cut -c 5- | cmp "$T/in" -
  [ "$(grep -cxE "CMD's own line [0-9]+" "$T/out")" = 2000 ]
  [ "$(wc -l <"$T/out")" = 102000 ]
}

@test "usage errors" {
  run -2 logd -x
  [[ $output == "logd: "*"see 'logd --help'" ]]
  run -2 logd stray
  [[ $output == "logd: stray: "* ]]
  run -2 logd -n
  run -0 logd --help
  [[ $output == *"usage: logd [-c] [-n NAME]"* ]]
}

@test "a disk that is full: said once, and all is there when it has space again" {
  mkdir "$T/small"
  mount -t tmpfs -o size=256k none "$T/small" || skip "cannot mount here"
  dd if=/dev/zero of="$T/small/fill" bs=1k count=200 2>/dev/null
  seq 20000 >"$T/in"
  logd -n n <"$T/in" >"$T/small/out" 2>"$T/err" &
  pid=$!
  await 10 grep -q "logd | stdout: No space left on device; its writers wait" "$T/err"
  mount -o remount,size=2m "$T/small"
  wait "$pid"
  sed 's/^/n | /' "$T/in" | cmp - "$T/small/out"
  [ "$(wc -l <"$T/err")" = 1 ]
}

@test "drop: what a full disk has no room for is counted, and that is said when it has space again" {
  mkdir "$T/small"
  mount -t tmpfs -o size=256k none "$T/small" || skip "cannot mount here"
  dd if=/dev/zero of="$T/small/fill" bs=1k count=200 2>/dev/null
  mkfifo "$T/in"
  INIT_LOG_FULL=drop logd -n n <"$T/in" >"$T/small/out" 2>"$T/err" &
  pid=$!
  exec 5>"$T/in"
  seq 20000 >&5
  await 10 grep -q "logd | stdout: No space left on device; its lines are dropped until there is space" "$T/err"
  seq 20001 30000 >&5
  mount -o remount,size=2m "$T/small"
  await 10 grep -q "lines dropped" "$T/small/out"
  echo end >&5
  exec 5>&-
  wait "$pid"
  [ "$(tail -n 1 "$T/small/out")" = "n | end" ]
  run -0 awk '
    /^logd \| stdout: [0-9]+ lines dropped: its disk was full$/ { gap += $4; dropped += $4; next }
    /^n \| [0-9]+$/ { if ($3 != last + gap + 1) print "wrong after", last; last = $3; gap = 0; got++; next }
    !/^n \| end$/ { print "unknown:", $0 }
    END { print got + dropped, (dropped > 0) }' "$T/small/out"
  [ "$output" = '30000 1' ]
  [ "$(wc -l <"$T/err")" = 1 ]
}

@test "a kernel without splice(2): the lines come all the same" {
  seq 100000 >"$T/in"
  strace -o "$T/trace" -e trace=splice -e inject=splice:error=ENOSYS logd -n n <"$T/in" | cat >"$T/out"
  sed 's/^/n | /' "$T/in" | cmp - "$T/out"
  [ "$(grep -c INJECTED "$T/trace")" = 1 ]
}

@test "no stdout at all: said, and its writer is not held up" {
  run -0 --separate-stderr bash -c "seq 100000 | logd -n n >&-"
  [ "$stderr" = "logd | stdout: Bad file descriptor; what is written there from now on is lost" ]
}
