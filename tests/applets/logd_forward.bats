#!/usr/bin/env bats
# logd sends lines to other makers' servers, which are killed, restarted, stopped and missing.

load ../lib/common
load ../lib/peers

setup_file() {
  peers_open
}

teardown_file() {
  peers_close
}

setup() {
  use_links
}

teardown() {
  peers_stop
  umount "$T/small" 2>/dev/null || true
}

# rsyslog's server with that input; each message is in the file when it is acknowledged or read.
server() {
  local direct='queue.type="direct"'
  rsyslog server <<EOT
module(load="imrelp")
module(load="imtcp")
module(load="imudp")
template(name="message" type="string" string="%msg%\n")
template(name="all" type="string" string="%hostname%|%syslogtag%|%syslogfacility-text%.%syslogseverity-text%|%structured-data%|%msg%\n")
ruleset(name="write" ${QUEUE:-$direct}) { action(type="omfile" file="$T/got" template="${TEMPLATE:-message}") }
input(type="imrelp" port="2514" ruleset="write")
input(type="imtcp" port="1514" ruleset="write")
input(type="imudp" port="1514" ruleset="write")
EOT
}

ng() {
  syslog_ng ng <<EOT
source t { syslog(transport("tcp") port(1601)); };
destination d { file("$T/got" template("\${MESSAGE}\n")); };
log { source(t); destination(d); flags(flow-control); };
EOT
}

up() {
  await 10 listens tcp "$1"
}

# logd URL [NAME=VALUE...]: as a filter whose lines come from fd 9
logd() {
  mkfifo "$T/in"
  exec 9<>"$T/in"
  start logd env INIT_VERBOSE=2 INIT_LOG_FLUSH=20 INIT_LOG_FORWARD="$1" "${@:2}" "$BIN/logd" -n svc <"$T/in" 9>&-
}

# disturbed LINES COMMAND...: so many lines, in four portions; while the first three arrive the command disturbs the server
disturbed() {
  local writer all=$1 each=$(($1 / 4))
  shift
  for i in 0 1 2 3; do
    seq $((i * each + 1)) $((i * each + each)) >&9 &
    writer=$!
    await 10 has $((i * each + each / 10))
    [ $i = 3 ] || "$@" 9>&-
    wait $writer
  done
  exec 9>&-
  ended
  await 10 last_is "$all" # the server writes on when logd has gone
  compare "$all"
  # shellcheck disable=SC2154 # of compare
  echo "$lost lines lost, $twice twice"
}

restart() { # NAME SIGNAL
  stop "$@"
  $1
}

has() { # that many lines have arrived
  [ "$(wc -l <"$T/got")" -ge "$1" ]
}

last_is() { # that line has arrived, and those before it
  [ "$(tail -n 1 "$T/got" | tr -d ' ')" = "$1" ]
}

# ended: logd was done in time
ended() {
  await 20 gone logd
}

gone() {
  ! kill -0 "$(<"$T/$1.pid")"
}

# compare LINES: sets how many are lost and how many are there twice
compare() {
  sed 's/^ //' "$T/got" | sort >"$T/sorted"
  uniq "$T/sorted" >"$T/once"
  lost=$(seq "$1" | sort | comm -23 - "$T/once" | wc -l)
  twice=$(($(wc -l <"$T/sorted") - $(wc -l <"$T/once")))
}

@test "RELP: 200,000 lines, none lost while the server is killed three times; twice comes what had no answer" {
  server
  up 2514
  logd 'relp://127.0.0.1?full=block'
  disturbed 200000 restart server KILL
  [ "$lost" = 0 ]
  [ "$twice" -le $((3 * 128)) ]
  [ "$(grep -c 'connected again' "$T/logd.err")" = 3 ]
}

@test "TCP: 80,000 lines, none lost while rsyslog is restarted three times in order" {
  QUEUE='queue.type="linkedList" queue.size="50000" queue.timeoutShutdown="10000"'
  server
  up 1514
  logd 'syslog+tcp://127.0.0.1:1514?full=block'
  disturbed 80000 restart server TERM
  [ "$lost" = 0 ]
}

@test "TCP: 80,000 lines, none lost while syslog-ng is restarted three times in order" {
  ng
  up 1601
  logd 'syslog+tcp://127.0.0.1:1601?full=block'
  disturbed 80000 restart ng TERM
  [ "$lost" = 0 ]
}

@test "TCP: a server that is killed loses what it had read; its client does not wait" {
  server
  up 1514
  logd 'syslog+tcp://127.0.0.1:1514?full=block'
  disturbed 80000 restart server KILL
  [ "$lost" -le 30000 ]
}

@test "UDP: messages in RFC 3164, and in parts" {
  TEMPLATE=all server
  up 1514
  logd 'syslog://127.0.0.1:1514?format=rfc3164&max=1K'
  { echo one && head -c 1000 /dev/zero | tr '\0' x && echo && echo three; } >&9
  exec 9>&-
  ended
  await 5 has 5
  sed 's/xxx*/x/; s/^[^|]*|//' "$T/got" >"$T/short"
  [ "$(paste -sd, "$T/short")" = "svc:|daemon.info|-| one,$(
    printf 'svc:|daemon.info|-| %s,' x '+ x' '+ x' '+ x')svc:|daemon.info|-| three" ]
  [ "$(tr -cd x <"$T/got" | wc -c)" = 1000 ]
}

@test "a server that is down: lines are dropped, counted, and the rest arrives; nobody waits" {
  logd 'relp://127.0.0.1?queue=64K'
  seq 10000 >&9
  await 5 grep -q ' lines dropped' "$T/logd.err"
  server 9>&-
  await 10 grep -q 'connected again' "$T/logd.err"
  seq 10001 10100 >&9
  exec 9>&-
  ended
  dropped=$(sed -n 's/.*: \([0-9]*\) lines dropped: .*/\1/p' "$T/logd.err" | paste -sd+ | bc)
  compare 10100
  [ "$twice" = 0 ]
  [ "$lost" = "$dropped" ]
  [ "$(tail -n 1 "$T/got")" = 10100 ]
  [ "$(wc -l <"$T/logd.out")" = 10100 ]
}

@test "a spool: lines wait for a server that is down, over two lives of logd" {
  logd "relp://127.0.0.1?spool=$T/spool:4M"
  seq 10000 >&9
  exec 9>&-
  ended
  grep -q 'relp://127.0.0.1?spool=.*: 10000 lines wait in the spool' "$T/logd.err"
  rm "$T/in"
  logd "relp://127.0.0.1?spool=$T/spool:4M"
  seq 10001 20000 >&9
  exec 9>&-
  ended
  grep -q ': 20000 lines wait in the spool' "$T/logd.err"
  rm "$T/in"
  server
  up 2514
  logd "relp://127.0.0.1?spool=$T/spool:4M"
  echo 20001 >&9
  exec 9>&-
  ended
  compare 20001
  [ "$lost" = 0 ]
  [ "$twice" = 0 ]
  [ "$(head -n 1 "$T/got")" = 1 ] && [ "$(tail -n 1 "$T/got")" = 20001 ]
  [ "$(du -k "$T/spool/relp-127.0.0.1-2514" | cut -f1)" -lt 200 ]
}

@test "wrong URLs name themselves and what is right; the others hold" {
  run -1 env INIT_LOG_FORWARD='relp://h?que=1,relp://,nonsense://h,syslog://h?full=x,syslog://h?max=1' logd -t
  [ "${#lines[@]}" = 5 ]
  [ "${lines[0]}" = "logd: INIT_LOG_FORWARD: relp://h?que=1: que: no such option; there are: queue spool full format max; it is left out" ]
  [[ ${lines[1]} == "logd: INIT_LOG_FORWARD: relp://: behind :// must be a host: "* ]]
  [[ ${lines[2]} == "logd: INIT_LOG_FORWARD: nonsense://h: "* ]]
  [ "${lines[3]}" = "logd: INIT_LOG_FORWARD: syslog://h?full=x: full= must be drop or block; it is left out" ]
  [[ ${lines[4]} == "logd: INIT_LOG_FORWARD: syslog://h?max=1: max= must be "* ]]
  run -0 env INIT_LOG_FORWARD='relp://[::1]:1?queue=4M&spool=/x:1G,syslog+tcp://h' logd -t
  [ ! "$output" ]
}

@test "a server that is not there does not hold up the end" {
  logd 'relp://127.0.0.1,syslog+tcp://127.0.0.1:1514' INIT_LOG_FLUSH=10
  seq 100 >&9
  await 5 grep -q 'syslog+tcp.*: Connection refused; trying again' "$T/logd.err"
  exec 9>&-
  await 3 gone logd
  [ "$(grep -c ': 100 lines lost: ' "$T/logd.err")" = 2 ]
}

@test "a server that never answers holds up the end no longer than INIT_LOG_FLUSH" {
  server
  up 2514
  kill -STOP "$(<"$T/server.pid")"
  logd 'relp://127.0.0.1' INIT_LOG_FLUSH=1
  seq 100 >&9
  exec 9>&-
  await 4 gone logd
  grep -q ': 100 lines lost: the server did not take them in time' "$T/logd.err"
  [ "$(wc -l <"$T/logd.out")" = 100 ]
}

# odd MODE WHY FROM: a server that behaves so on its first connection gets all from line FROM on by the second
# connection
odd() {
  rm -f "$T"/{in,got}
  start odd python3 "$TOP/tests/lib/relp_server.py" 2514 "$T/got" "$1" </dev/null
  up 2514
  logd 'relp://127.0.0.1'
  seq 1000 >&9
  exec 9>&-
  ended
  grep -q "relp://127.0.0.1: $2; trying again" "$T/logd.err"
  awk '$0 == "--" { n++; next } n == 2' "$T/got" >"$T/second"
  from=${3:-$(head -n 1 "$T/second")}
  seq "$from" 1000 | cmp - "$T/second"
  stop odd
}

@test "RELP servers that reset, answer in part, twice, with garbage, without end, or refuse" {
  odd partial 'Connection reset by peer' 11 # TCP brings ten small segments before it wants to hear of one
  odd middle 'Connection reset by peer'
  odd twice 'the server answered out of order' 2
  odd garbage 'no RELP frame' 1
  odd long 'a RELP frame that is too long' 1
  odd refuse 'the server refused a message' 5
}

@test "a spool on a full disk, one that cannot be, and one that another has" {
  mkdir "$T/small" "$T/none"
  mount -t tmpfs -o size=200k none "$T/small"
  touch "$T/none/file"
  logd "relp://127.0.0.1?spool=$T/small:4M relp://localhost?spool=$T/none/file:4M relp://127.0.0.1?spool=$T/small:4M&queue=2M"
  seq 10000 >&9
  exec 9>&-
  ended
  dropped=$(sed -n 's/.*small:4M: \([0-9]*\) lines dropped: .*/\1/p' "$T/logd.err" | paste -sd+ | bc)
  waiting=$(sed -n 's/.*small:4M: \([0-9]*\) lines wait in the spool/\1/p' "$T/logd.err")
  [ "$waiting" -gt 1000 ]
  [ "$((dropped + waiting))" = 10000 ]
  grep -q "none/file:4M: spool $T/none/file: Not a directory; lines wait in memory" "$T/logd.err"
  grep -q "queue=2M: spool $T/small: another process has it; lines wait in memory" "$T/logd.err"
  grep -q "queue=2M: 10000 lines lost" "$T/logd.err"
}
