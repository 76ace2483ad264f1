#!/usr/bin/env bats
# logd's settings: what is wrong is named, and what they do to lines.

setup() {
  load ../lib/common
  stderr=
  use_links
  unset "${!INIT_LOG_@}" "${!SYSLOG_@}" "${!RSYSLOG_@}" "${!LOGSTASH_@}" "${!LOG_FILE_@}" NO_COLOR
  pid=
}

teardown() {
  [ -z "$pid" ] || kill "$pid" 2>/dev/null || true
}

# conf: the file of settings from stdin.
conf() {
  cat >"$T/logd.conf"
  export INIT_LOG_CONFIG=$T/logd.conf
}

# start NAME: logd as the filter of a pipe that stays open on fd 5; its output goes to $T/out, its messages to $T/err.
start() {
  mkfifo "$T/in"
  logd -n "$1" <"$T/in" >"$T/out" 2>"$T/err" &
  pid=$!
  exec 5>"$T/in"
}

stop() {
  exec 5>&-
  wait "$pid"
  pid=
}

# Has logd read all that was written to fd 5? (FIONREAD)
was_read() {
  perl -e 'open my $f, ">&=", 5 or die; ioctl $f, 0x541b, my $n = "\0" x 4 or die; exit unpack("i", $n) != 0'
}

has() {
  [ "$(cat "$1")" = "$2" ]
}

@test "every setting: a wrong value is named with what it may be, at -t and at the start, where it is left out" {
  while IFS='|' read -r name value accepts; do
    run -1 env "$name=$value" logd -t
    [ "$output" = "logd: $name=$value: must be $accepts; it is left out" ]
    run -0 --separate-stderr env "$name=$value" logd -n n <<<x
    [ "$output" = "n | x" ]
    [ "$stderr" = "logd | $name=$value: must be $accepts; it is left out" ]
  done <<'END'
INIT_LOG_FORMAT|yaml|text, json, raw or logfmt
INIT_LOG_TIMESTAMPS|now|none, rfc3339, tai64n or unix
INIT_LOG_LEVEL|8|emerg, alert, crit, err, warning, notice, info, debug or 0 to 7
INIT_LOG_RATE|many|off or LINES/TIME such as 1000/10s
INIT_LOG_MASK|yes|off or on
INIT_LOG_JOIN|1|off or on
INIT_LOG_STDOUT|no|on, off or services
INIT_LOG_MAX_LINE|63|a number of bytes from 64 to 1M
INIT_LOG_MAX_LINE|-1|a number of bytes from 64 to 1M
INIT_LOG_MAX_LINE|99999999999999999999|a number of bytes from 64 to 1M
INIT_LOG_FULL|wait|block or drop
INIT_LOG_FLUSH|soon|a time such as 2 or 500ms
INIT_LOG_SPOOL|here|an absolute path
INIT_LOG_STATE|here|an absolute path
INIT_LOG_SYSLOG|no|on, off or an absolute path
INIT_LOG_QUEUE|1|a number of bytes from 64K to 1G
INIT_LOG_SPOOL_SIZE|3G|a number of bytes from 64K to 2G
INIT_LOG_FILES|name|words NAME=/PATH or /PATH, with * and ? where wanted
SYSLOG_LEVEL|9|1 to 8
SYSLOG_CLIENT_PROTOCOL|sctp|udp or tcp
SYSLOG_STDOUT|yes|0 or 1
LOG_FILE_PATH|here|an absolute path
END
  run -1 env INIT_LOG_FORWARD=nowhere://x logd -t
  [[ $output == "logd: INIT_LOG_FORWARD: nowhere://x: must begin with SCHEME:, one of "*"relp"*"; it is left out" ]]
  run -0 --separate-stderr env INIT_LOG_FORWARD=nowhere://x logd -n n <<<x
  [ "$output" = "n | x" ]
  [[ $stderr == "logd | INIT_LOG_FORWARD: nowhere://x: must begin with SCHEME:, one of "* ]]
  run -1 env INIT_LOG_FORMT=json logd -t
  [[ $output == "logd: INIT_LOG_FORMT: must be one of format timestamps "*"; it is left out" ]]
}

@test "a wrong line of the file: where it is; the others hold" {
  conf < <(printf 'format json\r\n level = loud\nfromat raw\n\n[nginx\n[web]\nqueue 1M\nrate 5\n')
  run -1 logd -t
  [ "${lines[0]}" = "logd: $T/logd.conf:2:10: level loud: must be emerg, alert, crit, err, warning, notice, info, debug or 0 to 7; it is left out" ]
  [[ ${lines[1]} == "logd: $T/logd.conf:3:1: fromat: must be one of "* ]]
  [[ ${lines[2]} == "logd: $T/logd.conf:5:1: [nginx: a service's name ends with ]"* ]]
  [[ ${lines[3]} == "logd: $T/logd.conf:7:1: queue: must be one of "* ]]
  [[ ${lines[4]} == "logd: $T/logd.conf:8:6: rate 5: must be off or LINES/TIME such as 1000/10s"* ]]
  [ "${#lines[@]}" = 5 ]
  run -0 --separate-stderr logd -n n <<<x
  [[ $output == '{"time":"'*'"message":"x"}' ]]
  [ "$(grep -c 'logd.conf:' <<<"$stderr")" = 5 ]
}

@test "-t: a file that is right, one that is not there, none" {
  printf 'format json\n[a*]\nrate 10/1s' >"$T/good"
  run -0 logd -t "$T/good"
  [ -z "$output" ]
  run -0 logd -t
  run -1 logd -t "$T/none"
  [ "$output" = "logd: $T/none: No such file or directory" ]
  run -1 env INIT_LOG_CONFIG="$T/none" logd -t
  run -2 logd -t "$T/good" more
}

@test "variables win over the file, the file's word on a service over both" {
  conf < <(printf 'format json\ntimestamps unix\n[raw*]\nformat raw\n[both]\nformat logfmt')
  export INIT_LOG_FORMAT=text INIT_LOG_TIMESTAMPS=none
  [ "$(logd -n n <<<x)" = "n | x" ]
  [ "$(logd -n raw-1 <<<'{"a":1}')" = '{"a":1}' ]
  [[ $(logd -n both <<<'x y') =~ ^time=[0-9TZ:.-]+\ service=both\ stream=stdout\ level=info\ msg=\"x\ y\"$ ]]
}

@test "level: what is less urgent is left out" {
  conf < <(printf '[quiet]\nlevel notice\n')
  [ "$(seq 3 | logd -n quiet)" = "" ]
  [ "$(echo x | logd -n loud)" = "loud | x" ]
  [ "$(echo x | INIT_LOG_LEVEL=info logd -n loud)" = "loud | x" ]
  [ "$(echo x | INIT_LOG_LEVEL=5 logd -n loud)" = "" ]
}

@test "rate: so many lines, the others are counted exactly" {
  export INIT_LOG_RATE=100/1h
  seq 1000 >"$T/in"
  run -0 --separate-stderr logd -n n <"$T/in"
  [ "$output" = "$(seq -f 'n | %.0f' 100)" ]
  [ "$stderr" = "logd | n: 900 lines dropped: more than 100 in 3600 s" ]
  printf '%0400d\n' 1 2 3 >"$T/in" # a line with its parts counts once
  INIT_LOG_MAX_LINE=100 INIT_LOG_RATE=2/1h logd -n n <"$T/in" >"$T/out" 2>"$T/err"
  [ "$(wc -l <"$T/out")" = 8 ]
  has "$T/err" "logd | n: 1 lines dropped: more than 2 in 3600 s"
}

@test "rate: when the time is over it is said, and there is room again" {
  INIT_LOG_RATE=2/200ms start n
  printf '1\n2\n3\n4\n5\n' >&5
  await 10 has "$T/err" "logd | n: 3 lines dropped: more than 2 in 200 ms"
  echo 6 >&5
  await 10 has "$T/out" $'n | 1\nn | 2\nn | 6'
  stop
}

@test "mask: secrets of variables and of files are stars, and only when asked for" {
  printf 'from-a-file\nsecond line\n' >"$T/secret"
  export DB_PASSWORD=hunter22 API_TOKEN=tok.en APP_SECRET=abc KEY_SECRET_FILE=$T/secret MY_PIN=98765
  text=$'pass hunter22, tok.en; from-a-file\nsecond line 98765 abc'
  [ "$(logd -n n <<<"$text" 2>&1)" = $'n | pass hunter22, tok.en; from-a-file\nn | second line 98765 abc' ]
  export INIT_LOG_MASK=on
  run -0 --separate-stderr logd -n n <<<"$text"
  [ "$output" = $'n | pass ********, ******; ***********\nn | *********** 98765 abc' ]
  [ "$stderr" = "logd | APP_SECRET: less than 4 bytes, or too many: not masked" ]
  unset APP_SECRET
  [[ $(INIT_LOG_FORMAT=json INIT_LOG_MASK_NAMES="X,*_PIN" logd <<<"$text") == *'"*********** ***** abc"}' ]]
  [ "$(KEY_SECRET_FILE=/none logd -n n 2>&1 <<<x)" = $'logd | KEY_SECRET_FILE=/none: No such file or directory: its contents are not masked\nn | x' ]
}

@test "mask: also where a line is cut, and where it comes in pieces; not for a service that is left alone" {
  conf < <(printf '[open]\nmask off\n')
  export A_TOKEN=0123456789 INIT_LOG_MASK=on
  [ "$(printf '%095d0123456789.\n' 0 | INIT_LOG_MAX_LINE=100 logd -n n)" = $'n | '"$(printf '%095d' 0)"$'*****\nn + *****.' ]
  start n
  printf 'x 01234' >&5
  await 10 was_read
  printf '56789 y\n' >&5
  await 10 has "$T/out" 'n | x ********** y'
  stop
  [ "$(logd -n open <<<0123456789)" = "open | 0123456789" ]
}

@test "join: indented lines belong to the one before" {
  export INIT_LOG_JOIN=on INIT_LOG_FORMAT=json
  printf 'Error: x\n  at a\n\tat b\nnext\n' | logd -n n >"$T/out"
  [ "$(wc -l <"$T/out")" = 2 ]
  [[ $(head -n 1 "$T/out") == *'"message":"Error: x\n  at a\n\tat b"}' ]]
  [[ $(tail -n 1 "$T/out") == *'"message":"next"}' ]]
  [ "$(printf 'a\n b\nc' | INIT_LOG_FORMAT=text logd -n n)" = $'n | a\nn +  b\nn | c' ]
  [ "$(printf 'a\n b\nc' | INIT_LOG_FORMAT=raw logd -n n)" = $'a\n b\nc' ]
}

@test "join: a line that nothing follows is not held back" {
  INIT_LOG_JOIN=on INIT_LOG_FORMAT=logfmt start n
  env printf 'a\n b\n' >&5 # in one piece
  await 10 grep -q 'msg="a\\n b"$' "$T/out"
  printf ' c\nd\n' >&5
  await 10 grep -q 'msg="d"$' "$T/out"
  printf 'e\n' >&5
  await 10 was_read
  printf 'f\n' >&5
  stop
  [ "$(cut -d ' ' -f 5- "$T/out")" = $'msg="a\\n b"\nmsg=" c"\nmsg="d"\nmsg="e"\nmsg="f"' ]
}

@test "stdout off: lines go nowhere else, but what logd has to say is said" {
  run -0 --separate-stderr env INIT_LOG_STDOUT=off INIT_LOG_LEVEL=x logd -n n < <(seq 1000)
  [ -z "$output" ]
  [[ $stderr == "logd | INIT_LOG_LEVEL=x: "* ]]
}

@test "each service in its own way at the same time" {
  conf < <(printf 'format json\n[api]\nformat raw\n[web]\nformat text\ntimestamps unix\n')
  (
    printf '{"a":1}' | logd -n api
    echo
    logd -n web <<<x
    logd -n other <<<y
  ) >"$T/out"
  [ "$(sed -n 1p "$T/out")" = '{"a":1}' ]
  [[ $(sed -n 2p "$T/out") =~ ^[0-9]{10}\.[0-9]{9}\ web\ \|\ x$ ]]
  [[ $(sed -n 3p "$T/out") == '{"time":'*'"service":"other"'* ]]
}
