# peers.bash - other makers' syslog daemons and our logd in a network of their own: `load ../lib/peers`.
#
#   setup_file() { peers_open; }      one network a file, with nothing but a loopback
#   teardown() { peers_stop; }        ends what the test started
#   teardown_file() { peers_close; }

PEERS_NG=$TOP/out/unpacked/syslog-ng-core/usr

peers_open() {
  unshare -n sleep infinity 3>&- &
  export PEERS_NET=$!
  await 10 peers_up
}

peers_up() {
  [ "$(readlink "/proc/$PEERS_NET/ns/net")" != "$(readlink /proc/self/ns/net)" ] && net ip link set lo up
}

peers_close() {
  kill "$PEERS_NET"
}

# net COMMAND...: in that network.
net() {
  nsenter -n -t "$PEERS_NET" "$@"
}

# start NAME COMMAND...: there and in the background; its output goes to $T/NAME.out and $T/NAME.err, its pid is in
# $T/NAME.pid. What stdin is stays.
start() {
  local name=$1
  shift
  nsenter -n -t "$PEERS_NET" "$@" >"$T/$name.out" 2>"$T/$name.err" <&0 3>&- &
  echo $! >"$T/$name.pid"
}

# stop NAME [SIGNAL]: and waits for its end.
stop() {
  local pid
  pid=$(<"$T/$1.pid")
  rm "$T/$1.pid"
  kill -"${2:-TERM}" "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

peers_stop() {
  local file pid
  for file in "$T"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(<"$file")
    kill -CONT "$pid" 2>/dev/null || true
    kill -KILL "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
}

# listens tcp|udp PORT: somebody does.
listens() {
  [ "$(net ss "-Hln${1:0:1}" "sport = :$2")" ]
}

# rsyslog NAME: started with the configuration of stdin (modules, rulesets; nothing else is set).
rsyslog() {
  {
    echo "global(workDirectory=\"$T\")"
    cat
  } >"$T/$1.conf"
  start "$1" rsyslogd -n -i "$T/$1.rsyslogd" -f "$T/$1.conf" </dev/null
}

# syslog_ng NAME: likewise. It is not installed, only unpacked (build/need): Debian has one syslog daemon at a time.
syslog_ng() {
  {
    echo '@version: 3.38'
    cat
  } >"$T/$1.conf"
  start "$1" env LD_LIBRARY_PATH="$PEERS_NG/lib/syslog-ng" "$PEERS_NG/sbin/syslog-ng" -F --no-caps -f "$T/$1.conf" \
    --module-path="$PEERS_NG/lib/syslog-ng/3.38" -R "$T/$1.persist" -c "$T/$1.ctl" -p "$T/$1.ng" </dev/null
}

# logd_at URL...: a logd that receives there, started as init does, with output in $T/logd.out and $T/logd.err. Its settings
# are our environment, but /dev/log it leaves to others. `stop logd` has it drain; its pid is in $T/logd.child.
logd_at() {
  # shellcheck disable=SC2016 # perl's variables
  INIT_LOG_SYSLOG=off INIT_LOG_LISTEN="$*" start logd perl -MSocket -MPOSIX=dup2 -e '
    socketpair(my $ours, my $theirs, AF_UNIX, SOCK_SEQPACKET, 0) or die;
    $SIG{TERM} = sub { close $ours };
    defined(my $pid = fork) or die;
    if (!$pid) { close $ours; dup2(fileno $theirs, 3); $^F = 3; exec @ARGV; die }
    close $theirs;
    open(my $f, ">", "$ENV{T}/logd.child"); print $f "$pid\n"; close $f;
    1 while waitpid($pid, 0) < 0;
    exit $? >> 8' "$INITBOX" logd </dev/null
}
