#!/usr/bin/env bats
# wait-for: its options, its lines and exit codes, its times; against servers that come, go, and say nothing.

load ../lib/common
load ../lib/peers

setup_file() {
  peers_open
  net ip route add 10.9.9.0/24 dev lo # where nobody is, and nobody says so
}

teardown_file() {
  peers_close
}

setup() {
  cd "$T" || return
  WAIT=$BIN/wait-for
  cat >server.py <<'EOT'
# server.py ADDRESS|PATH PORT [STATUS|silent]: accepts; answers each request with that status
import socket, sys
a, port, answer = sys.argv[1], int(sys.argv[2]), (sys.argv + [""])[3]
s = socket.socket(socket.AF_UNIX if "/" in a else socket.AF_INET6 if ":" in a else socket.AF_INET)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(a if "/" in a else (a, port))
s.listen(9)
kept = []
while True:
    c = s.accept()[0]
    kept.append(c)
    if answer != "silent":
        if answer:
            c.recv(4096)
            c.sendall(b"HTTP/1.1 %s X\r\nContent-Length: 0\r\n\r\n" % answer.encode())
        kept.pop().close()
EOT
}

teardown() {
  peers_stop
}

# serve ADDRESS|PATH PORT [STATUS|silent]: as server.py, called $1-$2.
serve() {
  case $1 in
    */*) start "${1##*/}-$2" python3 server.py "$@" </dev/null && await 10 test -S "$1" ;;
    *) start "$1-$2" python3 server.py "$@" </dev/null && await 10 listens tcp "$2" ;;
  esac
}

# waits NAME ARG...: wait-for in the background (start).
waits() {
  start "$1" "$WAIT" "${@:2}" </dev/null
}

said() { # said NAME LINE: it did
  grep -qxF "wait-for: $2" "$T/$1.err"
}

# ends NAME: its exit code; its pid file goes.
ends() {
  local code=0
  wait "$(<"$T/$1.pid")" || code=$?
  rm "$T/$1.pid"
  return $code
}

now_ms() {
  echo $((${EPOCHREALTIME/[.,]/} / 1000))
}

@test "wrong use is 2 and one line" {
  run -2 "$WAIT"
  [ "$output" = "wait-for: no target; see 'wait-for --help'" ]
  run -2 "$WAIT" -- true
  [ "${#lines[@]}" = 1 ]
  run -2 "$WAIT" -t soon db:1
  [ "$output" = "wait-for: 'soon' is no time; see 'wait-for --help'" ]
  run -2 "$WAIT" db:1 -x
  [ "$output" = "wait-for: unknown option '-x'; see 'wait-for --help'" ]
  run -2 "$WAIT" file:/etc redis://db -q
  [ "$output" = "wait-for: 'redis://db': no HOST:PORT, nor tcp:// unix: file: dir: http:// http+unix: dns: exec: service:; see 'wait-for --help'" ]
  run -2 "$WAIT" db:1:2
  [ "${#lines[@]}" = 1 ]
}

@test "what is there: 0 at once, a line for each; options stand anywhere" {
  run -0 "$WAIT" "file:$T" -t 5 "dir:$T" --all exec:true dns:localhost -i 1
  [ "$(sort <<<"$output")" = "wait-for: dir:$T: there after 0.0 s
wait-for: dns:localhost: there after 0.0 s
wait-for: exec:true: there after 0.0 s
wait-for: file:$T: there after 0.0 s" ]
  run -0 "$WAIT" -q "file:$T"
  [ -z "$output" ]
}

@test "servers that come late: one line for each change, IPv4, IPv6, unix, http" {
  waits w -t 20 -i 0.2 127.0.0.1:5000 '[::1]:5001' "unix:$T/s" http://127.0.0.1:5002/x
  await 10 said w '127.0.0.1:5000: Connection refused'
  await 10 said w '[::1]:5001: Connection refused'
  await 10 said w 'http://127.0.0.1:5002/x: Connection refused'
  await 10 said w "unix:$T/s: No such file or directory"
  serve 127.0.0.1 5002 503
  await 10 said w 'http://127.0.0.1:5002/x: status 503'
  serve 127.0.0.1 5000
  serve ::1 5001
  stop 127.0.0.1-5002
  await 10 eval '[ "$(grep -c "http.*refused$" w.err)" = 2 ]'
  serve 127.0.0.1 5002 204
  serve "$T/s" 0
  ends w
  [ "$(grep -c 'there after [0-9]*\.[0-9] s$' w.err)" = 4 ]
  # unix: no file, perhaps no listener yet, there; http: refused, 503, perhaps a try that its end cut short, refused, there
  [ "$(grep -c . w.err)" -ge 10 ] && [ "$(grep -c . w.err)" -le 12 ]
}

@test "http: statuses over TCP and unix sockets, a silent server, one that speaks otherwise" {
  serve 127.0.0.1 80 301
  serve "$T/web.sock" 0 404
  run -0 net "$WAIT" -q -t 5 http://localhost/ "http+unix:$T/web.sock:/x#404"
  run -124 net "$WAIT" -t 0.3 http://localhost/#200 "http+unix:$T/web.sock"
  [ "${lines[-1]}" = "wait-for: timed out after 300 ms: http://localhost/#200 (status 301), http+unix:$T/web.sock (status 404)" ]
}

@test "a name that appears later" {
  echo '127.0.0.1 localhost' >hosts
  echo 'nameserver 127.0.0.1' >resolv
  cat >in <<'EOT'
mount --bind hosts /etc/hosts
mount --bind resolv /etc/resolv.conf
exec "$@"
EOT
  serve 127.0.0.1 6000
  start w unshare -m sh in "$WAIT" -t 20 -i 0.1 dns:db.test tcp://db.test:6000 </dev/null
  await 10 said w 'dns:db.test: no name server answers'
  echo '127.0.0.1 db.test' >>hosts
  ends w
  grep -q '^wait-for: tcp://db.test:6000: there after' w.err
}

# Against all that hang: the time from its start to its end, in ms; $1 as -t.
hanging() {
  run -0 net unshare -m bash -c 'mount --bind resolv /etc/resolv.conf
    began=${EPOCHREALTIME/[.,]/}
    "$@" || code=$?
    echo $(((${EPOCHREALTIME/[.,]/} - began) / 1000))
    [ "$code" = 124 ]' - "$WAIT" -t "$1" -q 10.9.9.9:80 \
    http://127.0.0.1:7000/ dns:db.test tcp://db.test:80 exec:'sleep 100' file:/none
  took=$output
}

# within LEAST MOST COMMAND...: it takes so many ms ($took) in one of five tries; a busy machine may make it late.
within() {
  for try in 1 2 3 4 5; do
    "${@:3}"
    ((took >= $1)) || break
    ((took > $2)) || return 0
  done
  echo "try $try took $took ms"
  return 1
}

@test "the time is over to 100 ms, whatever hangs" {
  echo 'nameserver 10.9.9.9' >resolv
  serve 127.0.0.1 7000 silent
  within 400 500 hanging 0.4
  within 1000 1100 hanging 1
  run -1 pgrep -f '^sleep 100$'
}

gone() { # gone SESSION: no process of it is left, nor of that group
  [ -z "$(ps -o pid= -s "$1")$(ps -o pid= -g "$1")" ]
}

# In the background, until all hangs; then the signal.
signalled() {
  local began code=0 pid
  waits w -t 100 10.9.9.9:80 http://127.0.0.1:7000/ dns:localhost exec:"sh -c 'echo \$\$ >$T/child; sleep 100; :'" file:/none
  await 10 test -s child
  await 10 said w 'file:/none: No such file or directory'
  pid=$(<w.pid)
  began=${EPOCHREALTIME/[.,]/} # no child of ours in between
  kill "-$1" "$pid"
  wait "$pid" || code=$?
  took=$(((${EPOCHREALTIME/[.,]/} - began) / 1000))
  rm w.pid
  [ "$code" = "$2" ]
  await 10 gone "$(<child)"
  rm child
}

@test "TERM, INT, HUP, QUIT: 128 and the number within 50 ms, and no child is left" {
  serve 127.0.0.1 7000 silent
  within 0 50 signalled TERM 143
  within 0 50 signalled HUP 129
  # bash starts what is in the background with these ignored
  for s in INT:130 QUIT:131; do
    run -"${s#*:}" timeout --foreground --preserve-status -s "${s%:*}" 0.2 "$WAIT" -q file:/none
  done
}

@test "COMMAND takes its place: same process, words, descriptors, signals; its code; not if time is over" {
  script show <<'EOT'
#!/bin/sh
echo "$$|$*"
exit 7
EOT
  run -7 bash -c 'echo "$$"; exec "$@"' - "$WAIT" -q exec:true "file:$T" --any -- ./show -t 'a  b' --
  [ "${lines[1]}" = "${lines[0]}|-t a  b --" ]
  run -0 "$WAIT" -q exec:true "file:$T" 127.0.0.1:9 --any -- sh -c 'grep ^Sig[BIC] /proc/self/status; ls /proc/self/fd'
  [ "$output" = "$(sh -c 'grep ^Sig[BIC] /proc/self/status; ls /proc/self/fd' 2>&1)" ]
  run -0 "$WAIT" -q exec:'sleep 100' "file:$T" --any -- cat /proc/thread-self/children
  [ -z "$output" ]
  run -124 "$WAIT" -q -t 0.1 file:/none -- touch never
  [ ! -e never ]
  run -127 "$WAIT" -q "file:$T" -- /none/such
  [ "$output" = "wait-for: cannot execute /none/such: not found" ]
  touch plain
  run -126 "$WAIT" -q "file:$T" -- ./plain
  [ "$output" = "wait-for: cannot execute ./plain: not executable: chmod +x ./plain" ]
}

@test "--any, --all; -v: until they are gone" {
  run -0 "$WAIT" -t 5 --any "file:$T" file:/none
  run -124 "$WAIT" -t 0.2 --all "file:$T" file:/none file:/neither
  [ "${lines[-1]}" = "wait-for: timed out after 200 ms: file:/none (No such file or directory), file:/neither (No such file or directory)" ]
  run -0 "$WAIT" -v file:/none 127.0.0.1:9
  [ "${lines[0]}" = "wait-for: file:/none: gone after 0.0 s" ]
  run -124 "$WAIT" -v -t 0.2 "file:$T" file:/none
  [ "${lines[-1]}" = "wait-for: timed out after 200 ms: file:$T (there)" ]
  run -0 "$WAIT" -v --any "file:$T" file:/none
  touch f
  waits w -v "file:$T/f"
  await 10 said w "file:$T/f: there"
  rm f
  ends w
  grep -qx "wait-for: file:$T/f: gone after [0-9.]* s" w.err
}

@test "--stable: they must stay; a change begins it anew" {
  waits w -t 60 -i 0.1 --stable 1000 "file:$T/f" "dir:$T"
  await 10 said w "file:$T/f: No such file or directory"
  for i in 1 2; do
    touch f
    await 10 eval "[ \$(grep -c 'f: there after' w.err) = $i ]"
    rm f
    await 10 eval "[ \$(grep -c 'f: No such' w.err) = $((i + 1)) ]"
  done
  began=$(now_ms)
  touch f
  ends w
  (($(now_ms) - began >= 990))
  run -124 "$WAIT" -t 0.3 --stable 1000 "file:$T/f"
  [ "${lines[-1]}" = "wait-for: timed out after 300 ms: file:$T/f (not stable)" ]
}

appears() {
  rm -rf d
  waits w -t 60 -i 60 "file:$T/d/f"
  await 10 eval "[ \$(grep -c 'No such' w.err) = 1 ]"
  read -rt 0.9 <> <(:) || true # the next look is not before 1.5 s
  mkdir d
  local began
  began=$(now_ms)
  touch d/f
  ends w
  took=$(($(now_ms) - began))
}

@test "a file, and a directory above it, is noticed when it comes, not at the next try" {
  within 0 300 appears
}

@test "service: up, ready" {
  load ../lib/services
  service late notification-fd <<'EOT'
#!/bin/sh
while [ ! -e go ]; do sleep 0.05; done
echo >&3
exec sleep 1000
EOT
  value late/notification-fd 3
  supervise
  SVDIR=$SV run -0 "$WAIT" -q -i 0.1 service:late:up
  SVDIR=$SV run -124 "$WAIT" -t 0.2 service:late
  [ "${lines[-1]}" = "wait-for: timed out after 200 ms: service:late (starting)" ]
  touch "$SV/late/go"
  SVDIR=$SV run -0 "$WAIT" -q -t 10 service:late:ready
  services_teardown
}

@test "exec: 100 children, none is left; they have a group of their own and no input" {
  script ./try <<'EOT'
#!/bin/sh
read -r input && exit 3
read -r pid name state parent group rest </proc/$$/stat
echo "$group" >>groups
[ "$group" = $$ ] && [ -e stop ]
EOT
  waits w -t 60 -i 0.01 exec:./try
  await 30 eval '[ "$(wc -l <groups)" -ge 100 ]'
  pid=$(<w.pid)
  [ "$(pgrep -c -r Z -P "$pid")" -le 1 ]
  [ "$(find "/proc/$pid/fd" -mindepth 1 | wc -l)" -le 12 ]
  touch stop
  ends w
  said w 'exec:./try: exited with 1'
  [ "$(wc -l <w.err)" = 2 ]
}

@test "a child that it had before is reaped" {
  start w bash -c 'sleep 0.2 & exec "$@"' - "$WAIT" -t 60 file:f </dev/null
  await 10 grep -q wait-for w.err
  await 10 eval '! pgrep -P "$(<w.pid)"'
  touch f
  ends w
}
