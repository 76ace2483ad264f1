#!/usr/bin/env bats
# As tests/engine/daemons.bats, with daemons that are larger or slower to make an image of; each has a container of its own,
# and they walk the same course: started, healthy, asked, reloaded, asked again, stopped. `make test-daemons` prints the table.
# shellcheck disable=SC2317 # course calls ask

bats_require_minimum_version 1.5.0

setup_file() {
  printf '%-26s %-16s %9s %-12s %9s %5s  %s\n' daemon unit 'ready ms' reload 'stop ms' code 'lines of log' >"$BATS_FILE_TMPDIR/table"
}

teardown_file() {
  sed 's/^/# /' "$BATS_FILE_TMPDIR/table" >&3
}

setup() {
  load ../lib/engine
  load ../lib/daemon_image
  image_begin "$T"
}

teardown() {
  remove_containers
}

since() {
  echo $(((${EPOCHREALTIME/[.,]/} - $1) / 1000))
}

# course UNIT KIND LINE [OPTION...]: LINE is in the container's log; ask() asks; reloads=no if the unit has no reload
course() {
  local unit=$1 kind=$2 line=$3 begin ready stopped reload=${reloads-yes} lines
  shift 3
  image_end "initbox/$unit"
  start "$@" "initbox/$unit"
  begin=${EPOCHREALTIME/[.,]/}
  await 60 docker exec "$C" service check "$unit"
  ready=$(since "$begin")
  await 30 ask
  if [ "$reload" = yes ]; then
    docker exec "$C" service "$unit" reload
    await 30 docker exec "$C" service check "$unit"
    await 30 ask
  fi
  await 10 logged "$line"
  await 30 health_is healthy
  begin=${EPOCHREALTIME/[.,]/}
  docker stop -t 60 "$C"
  stopped=$(since "$begin")
  lines=$(docker logs "$C" 2>&1 | tee "$T/log" | wc -l)
  printf '%-26s %-16s %9d %-12s %9d %5d  %d\n' "$unit" "$kind" "$ready" "$reload" "$stopped" "$(state ExitCode)" "$lines" \
    >>"$BATS_FILE_TMPDIR/table"
  cat "$T/log"
  ended 0
}

# in_network COMMAND...: of this machine, in the container's network
in_network() {
  nsenter -t "$(state Pid)" -n "$@"
}

# runs_as NAME FROM TO: its user is one of these numbers
runs_as() {
  docker top "$C" -eo pid,uid,comm | awk -v name="$1" -v from="$2" -v to="$3" \
    '$3 == name { found = 1; bad = bad || $2 < from || $2 > to } END { exit !found || bad }'
}

# resolves: something at port 53 has an answer, whatever it is
resolves() {
  in_network python3 - "$1" <<'END'
import socket, sys
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
name = b"".join(bytes([len(w)]) + w for w in sys.argv[1].encode().split(b"."))
query = b"\x12\x34\x01\x00\0\1\0\0\0\0\0\0" + name + b"\0\0\1\0\1"
s.sendto(query, ("127.0.0.1", 53))
answer = s.recv(512)
sys.exit(answer[:2] != query[:2] or not answer[2] & 128)
END
}

# Two lines of its configuration run scripts of perl by way of a shell: what these print stands there instead.
@test "lighttpd" {
  local scripts=$UNPACKED/lighttpd/usr/share/lighttpd
  take lighttpd /usr/sbin/lighttpd /usr/lib/lighttpd /etc/lighttpd /lib/systemd/system/lighttpd.service \
    /usr/lib/tmpfiles.d/lighttpd.tmpfile.conf
  {
    sed '/^include_shell/d' "$UNPACKED/lighttpd/etc/lighttpd/lighttpd.conf"
    "$scripts/use-ipv6.pl" 80
    "$scripts/create-mime.conf.pl"
  } >"$R/etc/lighttpd/lighttpd.conf"
  mkdir -p "$R/var/www/html"
  cp "$UNPACKED/lighttpd/usr/share/lighttpd/index.html" "$R/var/www/html/"
  enable lighttpd
  ask() {
    port_answers 80 'GET / HTTP/1.0\r\n\r\n' 'HTTP/1.0 200'
  }
  course lighttpd simple '^lighttpd *| .*server started' -e INIT_LOG_FILES='lighttpd=/var/log/lighttpd/*.log'
}

# Its helper is a script of a shell, which the unit says may fail. Of what that does the trust anchor is done here. The
# container has no IPv6.
@test "unbound" {
  user unbound /var/lib/unbound
  take unbound /usr/sbin/unbound /etc/unbound /lib/systemd/system/unbound.service
  mkdir -p "$R/var/lib/unbound"
  cp "$UNPACKED/dns-root-data/usr/share/dns/root.key" "$R/var/lib/unbound/"
  own unbound:unbound 755 /var/lib/unbound
  own unbound:unbound 644 /var/lib/unbound/root.key
  printf 'server:\n\tdo-ip6: no\n' >"$R/etc/unbound/unbound.conf.d/network.conf"
  enable unbound
  ask() {
    resolves localhost
  }
  course unbound notify '^unbound *| .*start of service'
}

@test "openssh" {
  user sshd /run/sshd
  take openssh-server /usr/sbin/sshd /etc/ssh /etc/default/ssh /lib/systemd/system/ssh.service
  cp "$UNPACKED/openssh-server/usr/share/openssh/sshd_config" "$R/etc/ssh/"
  ssh-keygen -q -t ed25519 -N '' -f "$R/etc/ssh/ssh_host_ed25519_key"
  enable ssh
  ask() {
    in_network ssh-keyscan -t ed25519 127.0.0.1 | grep -qF "$(cut -d ' ' -f 2 "$R/etc/ssh/ssh_host_ed25519_key.pub")"
  }
  course ssh notify '^ssh *| .*Server listening on'
}

# Its unit's ExecReload= sends HUP, of which this version dies.
@test "prometheus-node-exporter" {
  local reloads=no
  user prometheus /var/lib/prometheus
  take prometheus-node-exporter /usr/bin/prometheus-node-exporter /etc/default/prometheus-node-exporter \
    /lib/systemd/system/prometheus-node-exporter.service
  enable prometheus-node-exporter
  ask() {
    port_answers 9100 'GET /metrics HTTP/1.0\r\n\r\n' '^node_load1 '
  }
  course prometheus-node-exporter simple '^prometheus-node-exporter *| .*Listening on'
}

# The packaged unit starts scripts of perl. The cluster is made with a shell, which is removed.
@test "postgresql" {
  local bin=/usr/lib/postgresql/15/bin
  user postgres /var/lib/postgresql
  take postgresql-15 $bin/postgres $bin/initdb /usr/lib/postgresql/15/lib/{plpgsql,dict_snowball}.so /usr/share/postgresql/15
  take postgresql-client-15 $bin/psql
  take postgresql-common /usr/lib/tmpfiles.d/postgresql-common.conf
  mkdir -p "$R/usr/share/zoneinfo/Etc"
  cp -L /usr/share/zoneinfo/Etc/UTC "$R/usr/share/zoneinfo/Etc/"
  own postgres:postgres 700 /var/lib/postgresql/15/main
  cp "$(command -v busybox)" "$R/bin/sh"
  touch "$R/dev/null" && chmod 666 "$R/dev/null"
  TZ=Etc/UTC chroot "$R" /bin/setuidgid postgres $bin/initdb -D /var/lib/postgresql/15/main -A trust -N --no-locale -E UTF8 </dev/null
  rm "$R/bin/sh" "$R/dev/null"
  cat >"$R/etc/service/postgresql.service" <<END
[Unit]
Description=PostgreSQL 15
After=network-online.target

[Service]
Type=notify
User=postgres
ExecStart=$bin/postgres -D /var/lib/postgresql/15/main
ExecReload=/bin/kill -HUP \$MAINPID
KillMode=mixed
KillSignal=SIGINT
TimeoutSec=60
END
  ask() {
    [ "$(docker exec -e PGHOST=/var/run/postgresql "$C" "$bin/psql" -U postgres -Atc 'select 6 * 7')" = 42 ]
  }
  course postgresql notify '^postgresql *| .*database system is ready to accept connections'
}

@test "stubby: DynamicUser=, RuntimeDirectory=, a port below 1024" {
  local reloads=no
  take stubby /usr/bin/stubby /etc/stubby /lib/systemd/system/stubby.service
  enable stubby
  ask() {
    runs_as stubby 61184 65519 &&
      resolves initbox.example
  }
  course stubby 'simple, dynamic' '^stubby *| '
}

@test "caddy: AmbientCapabilities=CAP_NET_BIND_SERVICE, port 80 as a user" {
  user caddy /var/lib/caddy
  take caddy /usr/bin/caddy /etc/caddy /usr/share/caddy /lib/systemd/system/caddy.service
  own caddy:caddy 750 /var/lib/caddy
  enable caddy
  local caddy
  caddy=$(id_of passwd caddy)
  ask() {
    runs_as caddy "$caddy" "$caddy" &&
      port_answers 80 'GET / HTTP/1.0\r\n\r\n' 'HTTP/1.0 200'
  }
  course caddy 'notify, ambient' '^caddy *| .*serving initial configuration'
}
