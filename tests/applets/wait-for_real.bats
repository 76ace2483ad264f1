#!/usr/bin/env bats
# wait-for and Debian's redis, PostgreSQL and nginx: started late, killed, started again, changing their minds. All of it
# in one network and mount namespace, where the programs and what they write are in /mnt.

bats_require_minimum_version 1.5.0

load ../lib/common

PG=/mnt/pg/usr/lib/postgresql/15/bin
DB=unix:/mnt/data/.s.PGSQL.5432
REDIS=tcp://127.0.0.1:6379

ns() { # ns COMMAND...: in there
  nsenter -t "$NS" -n -m -- "$@"
}

namespaces() {
  [ "$(ls -i /proc/self/ns/net)" != "$(ls -i "/proc/$NS/ns/net")" ] && [ "$(<"/proc/$NS/comm")" = sleep ]
}

setup_file() {
  unshare -nm sleep 1000 3>&- &
  export NS=$!
  await 5 namespaces
  ns sh -ec "
    ip link set lo up
    mount -t tmpfs none /mnt
    mkdir /mnt/pg /mnt/redis /mnt/data /mnt/logs
    mount --bind '$TOP/out/unpacked/postgresql-15' /mnt/pg
    mount --bind '$TOP/out/unpacked/redis-tools' /mnt/redis
    ln -s redis/usr/bin/redis-check-rdb /mnt/redis-server
    echo 127.0.0.1 localhost >/mnt/hosts
    mount --bind /mnt/hosts /etc/hosts
    chown nobody /mnt/data
    exec '$BIN/chpst' -u nobody $PG/initdb -D /mnt/data -N -A trust --locale=C -E UTF8 >/mnt/logs/initdb"
  ns tee /mnt/nginx.conf >/dev/null <<'END'
daemon off; master_process off; pid /mnt/nginx.pid; error_log /mnt/logs/nginx;
events {}
http {
  access_log off;
  server {
    listen 127.0.0.1:80; listen [::1]:80; listen unix:/mnt/nginx.sock;
    location /health { if (-f /mnt/ill) { return 503; } return 204; }
    location /moved { return 302 /health; }
  }
}
END
}

teardown_file() {
  kill "$NS"
}

setup() {
  SERVERS=() WAITER=
}

teardown() {
  local pid
  for pid in "${SERVERS[@]}" $WAITER; do
    end "$pid"
  done
  ns sh -c 'rm -f /mnt/ill; echo 127.0.0.1 localhost >/mnt/hosts'
}

# start COMMAND...: a server in there; its pid is $SERVER
start() {
  nsenter -t "$NS" -n -m -- "$@" >>"$T/servers" 2>&1 3>&- &
  SERVER=$!
  SERVERS+=("$SERVER")
}

start_redis() { start /mnt/redis-server --save '' --dir /mnt --bind "${@:-127.0.0.1}"; }
start_nginx() { # which leaves it to others to remove its old socket
  ns rm -f /mnt/nginx.sock
  start nginx -c /mnt/nginx.conf
}
# by a socket alone
start_postgres() { start "$BIN/chpst" -u nobody "$PG/postgres" -D /mnt/data -k /mnt/data -c listen_addresses= -c fsync=off; }

end() { # end PID [SIGNAL]
  ! kill "-${2:-KILL}" "$1" 2>/dev/null || wait "$1" || true
}

wait_for() { # in the background
  nsenter -t "$NS" -n -m -- "$INITBOX" wait-for "$@" >"$T/waiter" 2>&1 3>&- &
  WAITER=$!
}

told() { grep -q -e "$1" "$T/waiter"; }

over() { ! kill -0 "$WAITER"; }

# met [CODE]: the waiting has ended, with that
met() {
  local code=0
  await 10 over
  wait "$WAITER" || code=$?
  WAITER=
  [ "$code" = "${1:-0}" ] || {
    cat "$T/waiter" "$T/servers"
    return 1
  }
}

# The servers' tests are one story: late, killed, again.
story() { # story START TARGET WHY
  wait_for -i 50ms "$2"
  await 5 told "$3"
  "$1"
  met
  wait_for -i 50ms -v "$2"
  await 5 told "$2: there"
  end "$SERVER"
  met
  wait_for -i 50ms "$2"
  await 5 told "$2: "
  "$1"
  met
}

@test "redis: late, killed, again; asked by a command too, which leaves no zombies" {
  story start_redis "$REDIS" refused
  end "$SERVER"
  ns tee /mnt/ping >/dev/null <<'END'
#!/bin/sh
echo >>/mnt/logs/pings
exec /mnt/redis/usr/bin/redis-cli -e ping
END
  ns chmod +x /mnt/ping
  wait_for -i 10ms exec:/mnt/ping "$REDIS"
  await 5 eval '[ "$(ns wc -l </proc/$WAITER/root/mnt/logs/pings)" -ge 8 ]'
  # the last one may have ended just now
  [ "$(pgrep -cP "$WAITER" -r Z)" -le 1 ]
  start_redis
  met
  told 'exec:/mnt/ping: there'
}

@test "nginx: late, killed, again; by TCP, HTTP, its socket; a status is an answer" {
  local target
  story start_nginx http://127.0.0.1/health refused
  for target in 127.0.0.1:80 '[::1]:80' 'http://[::1]/moved' http+unix:/mnt/nginx.sock:/health unix:/mnt/nginx.sock; do
    wait_for -t 5 "$target"
    met
  done
  ns touch /mnt/ill
  wait_for http://127.0.0.1/health#503
  met
  wait_for -i 50ms http://127.0.0.1/health
  await 5 told 'status 503'
  ns rm /mnt/ill
  met
}

@test "postgresql at a socket alone: late, killed with its socket left behind, again" {
  story start_postgres "$DB" 'No such file'
}

@test "postgresql as its image starts it: a first server at the same socket goes again; --stable waits for the second" {
  local first from
  wait_for -i 50ms --stable 1000ms "$DB"
  start_postgres
  first=$SERVER
  await 5 told there
  await 5 grep -q 'ready to accept' "$T/servers"
  ns "$INITBOX" wait-for -q -t 5 "$DB" # without --stable this one is enough
  end "$first" INT
  await 5 eval '[ "$(grep -c "" "$T/waiter")" -ge 3 ]' # not there, there, not there
  run ! over
  start_postgres
  from=${EPOCHREALTIME/./}
  met
  ((${EPOCHREALTIME/./} - from >= 1000000))
}

@test "IPv6: an address, and a name that has both; a name that comes later" {
  start_redis ::1
  wait_for -t 5 'tcp://[::1]:6379'
  met
  wait_for -i 50ms tcp://db:6379 dns:db
  await 5 told 'tcp://db:6379: '
  await 5 told 'dns:db: '
  printf '127.0.0.1 localhost db\n::1 db\n' | ns tee /mnt/hosts >/dev/null
  met
}

@test "all of them, then the command; one of them" {
  wait_for --any "$DB" "$REDIS" http://127.0.0.1/health
  start_redis
  met
  wait_for "$DB" "$REDIS" http://127.0.0.1/health -- sh -c 'echo all there'
  start_nginx
  await 5 told '127.0.0.1/health: there'
  run ! told 'all there'
  start_postgres
  met
  told 'all there'
}

# 124 after 300 ms, exact to 100
late() { # late WHY TARGET...
  local from=${EPOCHREALTIME/./} took
  wait_for -t 300ms "${@:2}"
  while ! over 2>/dev/null; do read -rt 0.005 <> <(:) || true; done
  took=$((${EPOCHREALTIME/./} - from))
  met 124
  echo "$took us: $(cat "$T/waiter")"
  ((took >= 300000 && took <= 400000))
  told "timed out after 300 ms: .*$1"
}

@test "timeouts are exact: nobody there, one that takes no connections, one that does not answer" {
  start python3 -c '
import socket, time
s = socket.socket()
s.bind(("127.0.0.1", 7))
s.listen(0)
c = socket.create_connection(("127.0.0.1", 7))
print("its queue is full", flush=True)
time.sleep(1000)'
  start_nginx
  wait_for -t 5 127.0.0.1:80
  met
  await 5 grep -q full "$T/servers"
  kill -STOP "$SERVER"
  late refused "$REDIS"
  late 'no answer' tcp://127.0.0.1:7
  late 'no answer' http://127.0.0.1/health
}

@test "TERM ends it within 50 ms, and its command" {
  local from took=0 child
  wait_for exec:'sleep 987' "$REDIS"
  await 5 told refused
  await 5 pgrep -P "$WAITER" -x sleep
  child=$(pgrep -P "$WAITER" -x sleep)
  from=${EPOCHREALTIME/./}
  kill "$WAITER"
  wait "$WAITER" || took=$((${EPOCHREALTIME/./} - from))
  WAITER=
  echo "$took us"
  ((took > 0 && took < 50000))
  await 5 eval "! kill -0 $child"
}
