#!/usr/bin/env bats
# logd's sinks for Logstash, Graylog and whatever reads JSON lines, against servers of the tests (tests/lib/collector.py),
# the npm package graygelf, and through stunnel.

setup_file() {
  load ../lib/common
  load ../lib/peers
  peers_open
}

setup() {
  load ../lib/common
  load ../lib/peers
  use_links
  out=$T/out.json
}

teardown() {
  peers_stop
}

teardown_file() {
  peers_close
}

# collector KIND PORT [DROPS]: started, and listening.
collector() {
  start "collector$2" python3 "$TOP/tests/lib/collector.py" "$1" "$2" "$out" "${@:3}"
  await 10 [ -e "$out.ready" ]
}

# forward URL [NAME]: stdin's lines, by logd, which flushes at its end.
forward() {
  INIT_LOG_FORWARD=$1 net logd -n "${2:-nginx}" >"$T/stdout"
}

# field NAME: of each line of the collector's file, as JSON.
field() {
  python3 -c 'import json, sys
for line in open(sys.argv[1]): print(json.dumps(json.loads(line)[sys.argv[2]]))' "$out" "$1"
}

# has N: so many messages have come.
has() {
  [ "$(wc -l <"$out")" -ge "$1" ]
}

# the test's lines: with all kinds of bytes
lines() {
  seq -f 'line %.0f' "$1"
  printf 'tab\tquote" back\\slash \xc3\xa4 \xff end\nno newline'
}

# what becomes of them in JSON
expected() {
  seq -f '"line %.0f"' "$1"
  printf '%s\n' '"tab\tquote\" back\\slash \u00e4 \\xff end"' '"no newline"'
}

@test "json: every line, in order, as logd writes JSON and with the host" {
  collector lines 5170
  lines 3000 | forward json://127.0.0.1
  await 10 has 3002
  field message | cmp - <(expected 3000)
  [ "$(field host | sort -u)" = "\"$(uname -n)\"" ]
  [ "$(field service | sort -u)" = '"nginx"' ]
  [ "$(field severity | sort -u)" = '"info"' ]
  [ "$(field time | grep -cE '^"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z"$')" = 3002 ]
  [ ! -e "$out.wrong" ]
  [ "$(wc -l <"$T/stdout")" = 3002 ] # on stdout too
}

@test "gelf+tcp: every line, in order, with GELF's fields" {
  collector gelf-tcp 12201
  lines 3000 | forward gelf+tcp://localhost
  await 10 has 3002
  field short_message | cmp - <(expected 3000)
  [ "$(field version | sort -u)" = '"1.1"' ]
  [ "$(field host | sort -u)" = "\"$(uname -n)\"" ]
  [ "$(field _service | sort -u)" = '"nginx"' ]
  [ "$(field level | sort -u)" = 6 ]
  [ "$(field timestamp | grep -cE '^[0-9]{10}\.[0-9]+$')" = 3002 ]
  [ ! -e "$out.wrong" ]
}

# long N: a line of N bytes that is no run of one letter
long() {
  seq -s ' ' 20000 | head -c "$1"
  echo
}

@test "gelf: datagrams, and chunks of long lines" {
  collector gelf-udp 12201
  { seq 100 && long 16000 && echo after; } >"$T/in"
  forward gelf://127.0.0.1 <"$T/in"
  await 10 has 102
  field short_message | cmp - <(sed 's/.*/"&"/' "$T/in")
  [ "$(<"$out.chunks")" = 2 ]
  [ ! -e "$out.wrong" ]
}

# joined TEXT: all messages but the first together are it.
joined() {
  [ "$(field short_message | sed 1d | tr -d '"\n')" = "$1" ]
}

@test "gelf: smaller chunks, up to 128; a line too long for these becomes several messages" {
  collector gelf-udp 12201
  long 60000 | INIT_LOG_MAX_LINE=60000 forward 'gelf+udp://127.0.0.1:12201?chunk=1420'
  await 10 has 1
  [ "$(field short_message)" = "\"$(long 60000)\"" ]
  [ "$(<"$out.chunks")" = 43 ]
  long 60000 | INIT_LOG_MAX_LINE=60000 forward 'gelf://127.0.0.1?chunk=256'
  await 10 joined "$(long 60000)"
  [ ! -e "$out.wrong" ]
}

@test "graygelf, a server from npm, takes datagrams and chunks" {
  command -v npm >/dev/null || skip "there is no npm"
  npm=$TOP/out/npm
  [ -e "$npm/node_modules/graygelf" ] ||
    npm install --silent --no-fund --no-audit --no-package-lock --ignore-scripts --omit=optional --prefix "$npm" graygelf@2.0.x
  start graygelf node "$TOP/tests/lib/graygelf.js" "$npm" 12201 "$out"
  await 10 [ -e "$out.ready" ]
  { seq 100 && long 16000 && long 12000 && echo after; } >"$T/in"
  forward gelf://127.0.0.1 <"$T/in"
  await 10 has 103
  field short_message | cmp - <(sed 's/.*/"&"/' "$T/in")
}

@test "lumberjack: acknowledged in parts, cut off in mid-window three times: nothing lost, nothing acknowledged comes again" {
  collector lumberjack 5044 3
  lines 5000 | forward 'lumberjack://127.0.0.1?queue=8M' 'nginx access'
  [ ! -e "$out.wrong" ]
  # in order, and what came twice had not been acknowledged: at most a window for each cut
  field message | awk '!seen[$0]++' | cmp - <(expected 5000)
  [ "$(field message | sort | uniq -d | wc -l)" -gt 0 ]
  [ "$(field message | sort | uniq -d | wc -l)" -le $((3 * 256)) ]
  [ "$(field type | sort -u)" = '"nginx access"' ]
  [ "$(field @timestamp | grep -c '^"20.*Z"$')" -ge 5002 ]
}

@test "lumberjack: a server that answers something else is left, and tried again" {
  start odd python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 5044))
open("'"$out.ready"'", "w")
c = s.accept()[0]
c.recv(100)
c.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
while c.recv(100): pass'
  await 10 [ -e "$out.ready" ]
  mkfifo "$T/in"
  exec 7<>"$T/in"
  start logd env INIT_LOG_FORWARD=lumberjack://127.0.0.1 "$BIN/logd" -n x <"$T/in" 7>&-
  echo one >&7
  await 10 grep -q 'lumberjack://127.0.0.1: an answer that is no acknowledgement' "$T/logd.err"
  wait "$(<"$T/odd.pid")"
  rm "$T/odd.pid"
  collector lumberjack 5044 7>&-
  await 10 has 1
  [ "$(field message)" = '"one"' ]
  exec 7>&-
  wait "$(<"$T/logd.pid")"
  rm "$T/logd.pid"
  [ "$(<"$T/logd.out")" = "x | one" ]
}

# container VARIABLE...: booted from $R, with a network of its own, which collectors are started in from now on.
container() {
  start container "$TOP/images/boot" -w -p "$T/init.pid" "${@/#/-e}" "$R" sleep 1000
  await 10 [ -s "$T/init.pid" ]
  # shellcheck disable=SC2034 # of peers.bash
  PEERS_NET=$(<"$T/init.pid")
  net ip link set lo up
}

# once: how many of the numbered lines have come, without those that came again
once() {
  field message | grep '^"n ' | sort -u | wc -l
}

@test "lumberjack: logd is killed (-9) three times: every line gets to the server, at most a window twice for each" {
  load ../lib/boot
  boot_setup
  script "$R/etc/service/gen/run" <<'END'
#!/bin/sh
i=0
while [ $i -lt 10000 ]; do i=$((i+1)); echo "n $i"; done
exec sleep 1000
END
  container 'INIT_LOG_FORWARD=lumberjack://127.0.0.1?full=block'
  collector lumberjack 5044
  for lines in 1500 4500 7500; do
    await 20 has "$lines"
    kill -KILL "$(pgrep -P "$PEERS_NET" logd)"
  done
  await 20 grep -q '"n 10000"' "$out"
  [ "$(once)" = 10000 ]
  [ "$(field message | grep -c '^"n ')" -le $((10000 + 3 * 256)) ]
  await 10 eval "[ \$(grep -c '^gen *| n ' '$T/container.out') = 10000 ]"
}

@test "LOGSTASH_HOST, LOG_FILE_PATH and LOG_FILE_TYPE: the lines of files get to Logstash, with their type" {
  load ../lib/boot
  boot_setup
  mkdir -p "$R/var/log/nginx"
  echo 'GET /1' >"$R/var/log/nginx/access.log"
  container LOGSTASH_HOST=127.0.0.1 'LOG_FILE_PATH=/var/log/nginx/*.log' LOG_FILE_TYPE=nginx-access
  collector lumberjack 5043
  await 20 grep -q 'GET /1' "$out"
  echo 'GET /2' >>"$R/var/log/nginx/access.log"
  await 10 grep -q 'GET /2' "$out"
  echo 'GET /3' >>"$R/var/log/nginx/access.log"
  kill "$(<"$T/container.pid")"
  await 20 grep -q 'GET /3' "$out"
  [ "$(grep -c '"type": "nginx-access".*"message": "GET /[123]"' "$out")" = 3 ]
  [ ! -e "$out.wrong" ]
}

@test "a wrong chunk= names itself, and the rest goes on" {
  run -0 forward 'gelf://127.0.0.1?chunk=9' <<<x
  [[ $output == *"gelf://127.0.0.1?chunk=9: chunk= must be a number of bytes from 256 to 65507; it is left out"* ]]
  [ "$(<"$T/stdout")" = "nginx | x" ]
}

@test "README: through stunnel, whose server is who it says it is" {
  mkdir "$T/tls"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=logs.example \
    -addext subjectAltName=DNS:logs.example -keyout "$T/tls/key" -out "$T/tls/cert" 2>/dev/null
  cat "$T/tls/key" "$T/tls/cert" >"$T/tls/pem"
  awk '$0 == "```ini" { text = "" } { text = text $0 "\n" } /^```$/ && text ~ /checkHost/ { print text; exit }' "$TOP/README.md" |
    sed '/^```/d' >"$T/readme.conf"
  grep -q '^checkHost = logs.example$' "$T/readme.conf"
  sed -e "s|^connect = logs.example:5044|connect = 127.0.0.1:6044|" -e "s|^CAfile = .*|CAfile = $T/tls/cert|" \
    "$T/readme.conf" >"$T/stunnel.conf"
  COLLECTOR_CERT=$T/tls/pem collector lumberjack 6044 1
  start stunnel stunnel "$T/stunnel.conf"
  await 10 listens tcp 5044
  lines 500 | forward lumberjack://127.0.0.1:5044
  field message | awk '!seen[$0]++' | cmp - <(expected 500)
  [ ! -e "$out.wrong" ]
}
