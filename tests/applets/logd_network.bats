#!/usr/bin/env bats
# logd receives syslog over UDP, TCP and RELP: from other makers' daemons and tools, and from those who mean no good.

setup_file() {
  load ../lib/common
  load ../lib/peers
  peers_open
}

setup() {
  load ../lib/common
  load ../lib/peers
  unset "${!INIT_LOG_@}" "${!SYSLOG_@}" "${!RSYSLOG_@}"
  ALL="udp://127.0.0.1:514 tcp://127.0.0.1:514 relp://127.0.0.1:2514"
}

teardown() {
  peers_stop
}

teardown_file() {
  peers_close
}

# begin URLS: logd listens there, and does so when this returns.
begin() {
  local scheme=${1##* }
  logd_at "$1"
  await 10 listens "${scheme%%:*}" "${1##*:}"
}

# has COUNT PATTERN: so many lines of the output match.
has() {
  [ "$(grep -c -- "$2" "$T/logd.out")" = "$1" ]
}

# fields: "severity facility service pid host message" of each line of JSON, sorted; - for none.
fields() {
  perl -CO -MJSON::PP -ne 'my $j = JSON::PP->new->utf8->decode($_);
    print join(" ", map { $j->{$_} // "-" } qw(severity facility service pid host message)), "\n"' "$T/logd.out" | LC_ALL=C sort
}

# client: runs the Python of stdin in that network, with some words of its own.
client() {
  net python3 -c 'import socket, sys
def tcp(port=514):
    s = socket.create_connection(("127.0.0.1", port))
    s.settimeout(10)
    return s
def frame(nr, command, data=b""):
    return b"%d %s %d%s\n" % (nr, command.encode(), len(data), b" " + data if data else b"")
def hear(s, end):
    got = b""
    while not got.endswith(end):
        more = s.recv(65536)
        assert more, got
        got += more
    return got
def relp(offers=b"relp_version=0\nrelp_software=test\ncommands=syslog"):
    s = tcp(2514)
    s.sendall(frame(1, "open", offers))
    assert hear(s, b"commands=syslog\n").startswith(b"1 rsp "), "no answer to open"
    return s
def ended(s):
    try:
        while s.recv(65536): pass
    except ConnectionResetError: pass
exec(sys.stdin.read())'
}

@test "util-linux's logger: severity, facility, tag, pid, host, text; each of its formats and ways" {
  export INIT_LOG_FORMAT=json
  begin "udp://127.0.0.1:514 tcp://127.0.0.1:514 udp://[::1]:515 tcp://[::1]:515"
  log() {
    net logger -n "$1" -P "$2" -t app -p local3.err --id=42 "${@:3}"
  }
  log 127.0.0.1 514 -d --rfc5424 udp 5424
  log 127.0.0.1 514 -d --rfc3164 udp 3164
  log 127.0.0.1 514 -d --rfc5424=notime,notq,nohost udp nil
  log ::1 515 -d udp v6
  log 127.0.0.1 514 -T --rfc5424 tcp 5424
  log 127.0.0.1 514 -T --rfc3164 tcp 3164
  log 127.0.0.1 514 -T --octet-count tcp counted
  log ::1 515 -T --octet-count tcp v6
  client <<<'socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"<155>1 - web7 app 42 - - udp afar",
                                                                  ("127.0.0.1", 514))'
  await 10 has 9 p
  fields | diff - <(
    for way in "tcp 3164" "tcp 5424" "tcp counted" "tcp v6" "udp 3164" "udp 5424" "udp nil" "udp v6"; do
      echo "err local3 app 42 - $way"
    done
    echo "err local3 app 42 web7 udp afar"
  ) >&2
}

@test "rsyslog by UDP, TCP of both framings and RELP; syslog-ng by UDP, TCP and as IETF's syslog" {
  export INIT_LOG_FORMAT=json
  : >"$T/in"
  begin "$ALL tcp://127.0.0.1:515"
  rsyslog rs <<CONF
module(load="imfile") module(load="omrelp")
input(type="imfile" file="$T/in" tag="rs[7]:" severity="err" facility="local3" ruleset="all")
ruleset(name="all") {
  action(type="omfwd" target="127.0.0.1" port="514" protocol="udp" template="RSYSLOG_ForwardFormat")
  action(type="omfwd" target="127.0.0.1" port="514" protocol="tcp" template="RSYSLOG_TraditionalForwardFormat")
  action(type="omfwd" target="127.0.0.1" port="514" protocol="tcp" tcp_framing="octet-counted"
         template="RSYSLOG_SyslogProtocol23Format")
  action(type="omrelp" target="127.0.0.1" port="2514")
}
CONF
  syslog_ng ng <<CONF
source in { file("$T/in" flags(no-parse) program-override("ng") default-facility(local4) default-priority(warning)); };
destination udp { network("127.0.0.1" port(514) transport("udp")); };
destination tcp { network("127.0.0.1" port(514)); };
destination ietf { syslog("127.0.0.1" port(515) transport("tcp")); };
log { source(in); destination(udp); destination(tcp); destination(ietf); };
CONF
  echo "hello   wörld" >>"$T/in"
  await 20 has 7 hello
  fields | grep hello | uniq -c | sed 's/  *\([0-9]\)/\1/' >"$T/got"
  diff - "$T/got" <<END
4 err local3 rs 7 - hello   wörld
3 warning local4 ng - - hello   wörld
END
}

@test "2000 lines by TCP and 2000 by RELP: each once, in order; long ones whole" {
  perl -e 'printf "%05d %s\n", $_, "x" x ($_ % 500 ? $_ % 90 : 60000) for 1 .. 2000' >"$T/lines"
  export INIT_LOG_MAX_LINE=100000
  : >"$T/in"
  begin "$ALL"
  rsyslog rs <<CONF
global(maxMessageSize="128k")
module(load="imfile") module(load="omrelp")
input(type="imfile" file="$T/in" tag="rs" ruleset="all")
template(name="tcp" type="string" string="<13>1 - - tcp - - - %msg%")
template(name="relp" type="string" string="<13>1 - - relp - - - %msg%")
ruleset(name="all") {
  action(type="omfwd" target="127.0.0.1" port="514" protocol="tcp" tcp_framing="octet-counted" template="tcp")
  action(type="omrelp" target="127.0.0.1" port="2514" template="relp")
}
CONF
  cat "$T/lines" >>"$T/in"
  await 20 has 2000 '^tcp '
  await 20 has 2000 '^relp '
  sed -n 's/^tcp | //p' "$T/logd.out" | cmp - "$T/lines"
  sed -n 's/^relp | //p' "$T/logd.out" | cmp - "$T/lines"
}

@test "RELP by hand: offers, a session comes first, many frames at once, numbers wrap, newlines stay, close" {
  begin "$ALL"
  client <<'END'
s = tcp(2514)
s.sendall(frame(1, "syslog", b"<13>too early"))
assert hear(s, b"\n") == b"1 rsp 20 500 command disabled\n"
s.sendall(frame(2, "open"))
hear(s, b"commands=syslog\n")
s = relp(b"\n\nrelp_version=1\ncommands=syslog,eventlog\n")
s.sendall(frame(2, "nonsense", b"x"))
assert hear(s, b"\n") == b"2 rsp 20 500 command disabled\n"
s.sendall(b"".join(frame(n, "syslog", b"<13>a: one\nof %d" % n) for n in range(3, 1003)))
hear(s, b"\n1002 rsp 6 200 OK\n")
s.sendall(frame(999999999, "syslog", b"<13>a: last") + frame(1, "syslog", b"<13>a: first") + frame(2, "close") + b"more")
assert hear(s, b"close 0\n") == b"999999999 rsp 6 200 OK\n1 rsp 6 200 OK\n2 rsp 0\n0 serverclose 0\n"
ended(s)
s = relp()
for byte in frame(2, "syslog", b"<13>a: in pieces"):
    s.send(bytes([byte]))
assert hear(s, b"OK\n") == b"2 rsp 6 200 OK\n"
END
  has 1000 '^a | one#012of '
  has 1 'early\|more' && false
  tail -n 3 "$T/logd.out" | diff - <(printf 'a | %s\n' last first 'in pieces')
}

@test "hostile clients: the others' messages come through; memory stays" {
  begin "$ALL"
  client <<'END'
import os, time
open_ones = []
def attack(data, port=514):
    s = tcp(port)
    try: s.sendall(data)
    except (BrokenPipeError, ConnectionResetError): pass
    open_ones.append(s)
    return s
for data in b"", b"1", b"<", b"999999999 <13>", b"5 <13>a5", b"<13>no end", b"\0" * 1000, b"\n" * 1000:
    attack(data)
for data in b"", b"1", b"1 open 99 ", b"1 open 0\n" * 1000, b"1 open 5 x\n1 syslog 100000 ", b"999999999 syslog 131072 " + b"x" * 131071:
    attack(data, 2514)
for data in b"\xff" * 5000, b"GET / HTTP/1.0\r\n\r\n", b"1 syslog 999999999 x", b"1 open 0\n0 syslog 0\n0\n":
    ended(attack(data, 2514))
ended(attack(b"5 <13>ax"))
long = attack(b"<13>long: " + b"y" * 1000000 + b"\n<13>behind: it\n")
deaf = relp()
deaf.setblocking(False)
try:
    for i in range(100000): deaf.send(frame(2, "syslog", b"<191>z"))
except BlockingIOError: pass
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for data in b"", b"\0", b"<", b"<999>x", b"<13>", os.urandom(60000), b"<13>1 - - - - - [a b=\"" * 500:
    u.sendto(data, ("127.0.0.1", 514))
while len(open_ones) < 100: open_ones.append(tcp())
for s in open_ones:
    s.close()
for i in range(500):
    s = tcp()
    s.sendall(b"<13>good: one\n")
    s.shutdown(socket.SHUT_WR)
    try:
        if s.recv(1) == b"": break
    except ConnectionResetError: pass
    time.sleep(0.02)
s = relp()
s.sendall(frame(2, "syslog", b"<13>good: two"))
hear(s, b"200 OK\n")
END
  await 10 grep -qax 'good | one' "$T/logd.out"
  await 10 grep -qax 'good | two' "$T/logd.out"
  grep -qax 'behind | it' "$T/logd.out"
  grep -aq 'logd | syslog from 127.0.0.1: ' "$T/logd.err"
  [ "$(awk '/^VmHWM/ { print $2 }' "/proc/$(<"$T/logd.child")/status")" -lt 12000 ]
}

@test "more than 64 connections: refused and said, those that are there are served, places come free" {
  begin "$ALL"
  client <<'END'
import time
first = tcp()
others = [tcp() for i in range(63)]
last = tcp()
ended(last)
first.sendall(b"<13>first: still here\n")
others[0].close()
for i in range(500):
    s = relp_tried = tcp(2514)
    s.sendall(frame(1, "open"))
    try:
        if s.recv(1000): break
    except ConnectionResetError: pass
    time.sleep(0.02)
s.sendall(frame(2, "syslog", b"<13>next: in its place"))
hear(s, b"OK\n")
END
  await 10 grep -qx 'first | still here' "$T/logd.out"
  grep -qx 'next | in its place' "$T/logd.out"
  grep -q 'syslog from 127.0.0.1: there are 64 connections already: refused' "$T/logd.err"
}

@test "stdout is stuck: a TCP sender waits, RELP gets no answer; then all is there, once, and answered" {
  mkfifo "$T/logd.out"
  exec 5<>"$T/logd.out"
  begin "$ALL"
  client <<'END' >"$T/sent" 5<&- 3>&- &
line = b"<13>tcp: %07d " + b"x" * 80 + b"\n"
s, r, n, rest = tcp(), relp(), 0, b""
s.settimeout(1)
try:
    while True:
        rest = rest or line % (n := n + 1)
        rest = rest[s.send(rest):]
except socket.timeout: pass
r.sendall(frame(2, "syslog", b"<13>relp: waits"))
r.settimeout(1)
try: raise SystemExit("too early: %r" % r.recv(100))
except socket.timeout: pass
print("stuck", flush=True)
s.settimeout(30)
s.sendall(rest + b"<13>tcp: last\n")
r.settimeout(30)
assert hear(r, b"OK\n") == b"2 rsp 6 200 OK\n"
print(n, flush=True)
END
  await 20 grep -q stuck "$T/sent"
  cat <&5 >"$T/got" 3>&- &
  echo $! >"$T/cat.pid"
  await 20 grep -qx 'relp | waits' "$T/got"
  await 20 grep -qx 'tcp | last' "$T/got"
  await 20 grep -q '[0-9]' "$T/sent"
  grep -v 'relp\|last' "$T/got" | awk '$3 != NR { exit 1 } END { print NR }' | diff - <(tail -n 1 "$T/sent")
}

@test "logd is killed three times while RELP sends: no line is missing, and those that come twice had no answer yet" {
  seq 2000 >"$T/lines"
  : >"$T/in"
  : >"$T/all"
  begin "$ALL"
  rsyslog rs <<CONF
module(load="imfile") module(load="omrelp")
input(type="imfile" file="$T/in" tag="rs:" ruleset="all")
ruleset(name="all") {
  action(type="omrelp" target="127.0.0.1" port="2514" action.resumeInterval="1" action.resumeRetryCount="-1")
}
CONF
  for n in 1 2 3; do
    head -n $((n * 500)) "$T/lines" | tail -n 500 >>"$T/in"
    await 20 grep -q . "$T/logd.out"
    kill -KILL "$(<"$T/logd.child")"
    stop logd
    cat "$T/logd.out" >>"$T/all"
    rm "$T/logd.child"
    begin "$ALL"
  done
  tail -n +1501 "$T/lines" >>"$T/in"
  await 20 grep -qx 'rs | 2000' "$T/logd.out"
  cat "$T/logd.out" >>"$T/all"
  sed -n 's/^rs | //p' "$T/all" | sort -nu | cmp - "$T/lines"
  [ "$(sort "$T/all" | uniq -d | wc -l)" -le 384 ]
}

@test "SYSLOG_SERVER and RSYSLOG_SERVER as in other images; port 0 is off" {
  SYSLOG_SERVER=1 RSYSLOG_SERVER=1 begin "tcp://[::1]:600"
  net logger -n 127.0.0.1 -P 514 -d -t app by udp
  net logger -n 127.0.0.1 -P 514 -T -t app by tcp
  listens tcp 2514
  await 10 has 2 '^app | by '
  stop logd
  SYSLOG_SERVER=0.0.0.0 SYSLOG_SERVER_UDP=0 SYSLOG_SERVER_TCP=1514 begin "tcp://[::1]:600"
  listens tcp 1514
  run ! listens udp 514
  run ! listens tcp 2514
  [ ! -s "$T/logd.err" ]
}

@test "what cannot be listened at is said, and the rest goes on; SYSLOG_LEVEL" {
  SYSLOG_LEVEL=6 begin "foo://127.0.0.1 tcp://127.0.0.1:514 tcp://0.0.0.0:514 udp://localhost relp://127.0.0.1:2514"
  sed 's/^logd | INIT_LOG_LISTEN: //' "$T/logd.err" | diff - <(
    echo "foo://127.0.0.1: must be udp://ADDRESS:PORT, tcp://ADDRESS:PORT or relp://ADDRESS:PORT; it is left out"
    echo "tcp://0.0.0.0:514: Address in use: nothing is received there; choose another address or port"
    echo "udp://localhost: its host must be one of our IP addresses: 127.0.0.1, [::1], or 0.0.0.0 for all; it is left out"
  )
  INIT_LOG_LISTEN="foo://x tcp://127.0.0.1:514" run ! "$INITBOX" logd -t
  [[ "$output" = *"INIT_LOG_LISTEN: foo://x: must be udp"* ]]
  INIT_LOG_LISTEN="tcp://127.0.0.1:514" run -0 "$INITBOX" logd -t
  net logger -n 127.0.0.1 -P 514 -T -t app -p user.info not this
  net logger -n 127.0.0.1 -P 514 -T -t app -p user.notice this
  await 10 has 1 '^app | this'
  has 0 'not this'
}
