#!/usr/bin/env bats
# Daemons of Debian's packages with their own units in an image without a shell: one container, from its start to its stop.
# Their configuration is the packages' too; what their postinst scripts do is done when the image is made. memcached's unit
# starts a program of perl, so there is that, with the one module that it takes.

bats_require_minimum_version 1.5.0

make_image() {
  image_begin "$BATS_FILE_TMPDIR"

  take nginx /usr/sbin/nginx
  take nginx-common /etc/nginx /lib/systemd/system/nginx.service /var/lib/nginx /usr/share/nginx
  own root:adm 755 /var/log/nginx
  ln -s /etc/nginx/sites-available/default "$R/etc/nginx/sites-enabled/"
  mkdir -p "$R/var/www/html"
  cp "$R/usr/share/nginx/html/index.html" "$R/var/www/html/index.nginx-debian.html"

  user redis /var/lib/redis
  take redis-tools /usr/bin/redis-check-rdb /usr/bin/redis-cli
  take redis-server /usr/bin/redis-server /etc/redis /lib/systemd/system/redis-server.service
  own redis:redis 640 /etc/redis/redis.conf
  own redis:redis 2770 /etc/redis
  own redis:adm 2750 /var/log/redis
  own redis:redis 750 /var/lib/redis

  user memcache /nonexistent
  take perl-base /usr/bin/perl "$(cd "$UNPACKED/perl-base" && echo /usr/lib/*/perl-base/strict.pm)"
  take memcached /usr/bin/memcached /usr/share/memcached /lib/systemd/system/memcached.service /usr/lib/tmpfiles.d/memcached.conf
  { cat "$R/usr/share/memcached/memcached.conf.default" && echo -vv; } >"$R/etc/memcached.conf"

  user haproxy /var/lib/haproxy
  take haproxy /usr/sbin/haproxy /etc/haproxy /etc/default/haproxy /lib/systemd/system/haproxy.service /var/lib/haproxy \
    /usr/lib/tmpfiles.d/haproxy.conf
  printf '\nlisten web\n\tbind 127.0.0.1:8080\n\tserver nginx 127.0.0.1:80\n' >>"$R/etc/haproxy/haproxy.cfg"

  enable nginx redis-server memcached haproxy
  image_end initbox/daemons
}

setup_file() {
  load ../lib/engine
  load ../lib/daemon_image
  make_image
  start -e INIT_LOG_FILES='nginx=/var/log/nginx/*.log redis=/var/log/redis/*.log' initbox/daemons
  export STAYS=$C
}

teardown_file() {
  docker rm -f "$STAYS" >/dev/null
}

setup() {
  load ../lib/engine
  load ../lib/daemon_image
  C=$STAYS
}

answers() {
  port_answers 80 'GET /alone HTTP/1.0\r\n\r\n' 'HTTP/1.1 404'
  port_answers 8080 'GET /balanced HTTP/1.0\r\n\r\n' 'HTTP/1.1 404'
  port_answers 11211 'version\r\n' '^VERSION 1'
  port_answers 6379 'PING\r\n' '^+PONG'
}

pid_of() {
  docker exec "$C" sv status "$1" | sed 's/.*(pid \([0-9]*\)).*/\1/'
}

@test "healthy, each ready, and answering" {
  await 30 docker exec "$C" service check nginx redis-server memcached haproxy
  await 30 health_is healthy
  answers
}

@test "reload: the same main processes, and still answering" {
  local before
  before=$(pid_of nginx) && [ "$before" -gt 1 ]
  docker exec "$C" service nginx reload
  [ "$(pid_of nginx)" = "$before" ]
  before=$(pid_of haproxy) && [ "$before" -gt 1 ]
  docker exec "$C" service haproxy reload
  [ "$(pid_of haproxy)" = "$before" ]
  docker exec "$C" service check
  answers
}

@test "their lines are the container's" {
  await 10 logged '^nginx *| .*GET /alone'
  await 10 logged '^redis *| .*Ready to accept connections'
  await 10 logged '^memcached *| .*slab class'
  await 10 logged '^haproxy *| .*New worker'
}

@test "docker stop: 0, in order, nothing killed, nothing left" {
  docker stop -t 60 "$C"
  ended 0
  logged '^redis *| .*bye bye'
  run ! logged '^init *| .*\(kill\|still running\|failed\|exited\)'
}
