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
}

# rsyslog's server with that input; each message is in the file when it is acknowledged or read.
server() {
  rsyslog server <<EOT
module(load="imrelp")
module(load="imtcp")
module(load="imudp")
template(name="message" type="string" string="%msg%\n")
template(name="all" type="string" string="%hostname%|%syslogtag%|%syslogfacility-text%.%syslogseverity-text%|%structured-data%|%msg%\n")
ruleset(name="write" queue.type="direct") { action(type="omfile" file="$T/got" template="${TEMPLATE:-message}") }
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

# send LINES URL...: as many numbered lines as logd's filter takes
send() {
  local urls=$2
  seq "$1" | start logd env INIT_VERBOSE=2 INIT_LOG_FLUSH=20 INIT_LOG_FORWARD="$urls" "${@:3}" logd -n svc
}

has() { # that many lines have arrived
  [ "$(wc -l <"$T/got")" -ge "$1" ]
}

# ended: logd was done in time
ended() {
  await 40 gone logd
}

gone() {
  ! kill -0 "$(<"$T/$1.pid")"
}

# all LINES: each is there; says how many are there twice
all() {
  sort -n "$T/got" | sed 's/^ //' >"$T/sorted"
  uniq "$T/sorted" >"$T/once"
  [ "$(wc -l <"$T/once")" -eq "$1" ] && [ "$(sed -n '1p;$p' "$T/once" | xargs)" = "1 $1" ]
  twice=$(($(wc -l <"$T/sorted") - $1))
}

@test "RELP: 200,000 lines, none lost while the server is killed three times" {
  server
  up 2514
  send 200000 'relp://127.0.0.1?full=block'
  for n in 20000 70000 120000; do
    await 30 has $n
    stop server KILL
    server
  done
  ended
  all 200000
  echo "twice: $twice"
  [ "$twice" -le $((3 * 128)) ]
  grep -q 'connected again' "$T/logd.err"
}

@test "TCP: none lost while rsyslog is restarted three times in order" {
  server
  up 1514
  send 200000 'syslog+tcp://127.0.0.1:1514?full=block'
  for n in 20000 70000 120000; do
    await 30 has $n
    stop server
    server
  done
  ended
  all 200000
  echo "twice: $twice"
}

@test "TCP: what a server that is killed costs" {
  server
  up 1514
  send 200000 'syslog+tcp://127.0.0.1:1514?full=block'
  for n in 20000 70000 120000; do
    await 30 has $n
    stop server KILL
    server
  done
  ended
  all 200000 || true
  echo "lost: $((200000 - $(wc -l <"$T/once"))) twice: $twice" 
  false
}

@test "TCP: none lost while syslog-ng is restarted three times in order" {
  ng
  up 1601
  send 200000 'syslog+tcp://127.0.0.1:1601?full=block'
  for n in 20000 70000 120000; do
    await 30 has $n
    stop ng
    ng
  done
  ended
  await 5 has 200000
  all 200000
  echo "twice: $twice"
}
