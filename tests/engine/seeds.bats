#!/usr/bin/env bats
# Images as users of other bases write them, FROM initbox/shell, in docker: built, used, stopped.
# shellcheck disable=SC2030,SC2031 # C is each test's own

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/engine
  R=$T/context/root
  mkdir -p "$R"
}

teardown() {
  remove_containers
}

# build NAME <<Dockerfile
build() {
  cat >"$T/context/Dockerfile"
  docker build -q --network none -t "$1" "$T/context"
}

# fetch PORT: by the machine's curl, in the container's network
fetch() {
  nsenter -t "$(state Pid)" -n curl -sf "http://127.0.0.1:$1/"
}

nginx_image() {
  install_program /usr/sbin/nginx
  mkdir -p "$R/etc/nginx" "$R/var/lib/nginx" "$R/var/log/nginx" "$R/srv"
  cat >"$R/etc/nginx/nginx.conf" <<'END'
user www-data;
worker_processes 1;
error_log stderr;
pid /run/nginx.pid;
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  server { listen 8080; root /srv; }
}
END
  echo 'it works' >"$R/srv/index.html"
  script "$R/etc/service/nginx/run" <<'END'
#!/bin/sh
exec nginx -g 'daemon off;'
END
  script "$R/etc/service/nginx/finish" <<'END'
#!/bin/sh
if [ $1 -ne 0 -a $1 -ne 256 ]; then
    exec halt
fi
END
  build nginx <<'END'
FROM initbox/shell
COPY root /
EXPOSE 8080
END
}

@test "sagebind: nginx answers, docker stop gives 0 at once, its failure ends the container with 1" {
  nginx_image
  start nginx
  await 20 fetch 8080
  [ "$(fetch 8080)" = 'it works' ]
  await 20 logged '^nginx *| 127.0.0.1'
  local begin=${EPOCHREALTIME/[.,]/}
  docker stop -t 60 "$C"
  ((${EPOCHREALTIME/[.,]/} - begin < 4000000)) # an INIT_STOP_TIMEOUT is 8 s
  ended 0
  start nginx
  await 20 fetch 8080
  docker exec "$C" sh -c 'echo nonsense >>/etc/nginx/nginx.conf; service nginx restart' || true
  await 30 ended 1
}

@test "nginx as www-data from its start opens /dev/stdout and /dev/stderr" {
  nginx_image
  sed -i '/^user/d; s!error_log .*!error_log /dev/stderr info;!; s!/run/nginx.pid!/tmp/nginx.pid!' "$R/etc/nginx/nginx.conf"
  script "$R/etc/service/nginx/run" <<'END'
#!/bin/sh
exec chpst -u www-data nginx -g 'daemon off;'
END
  build nginx <<'END'
FROM nginx
COPY root /
RUN chown www-data /var/lib/nginx /var/log/nginx
END
  start nginx
  await 20 fetch 8080
  await 20 logged '^nginx *| 127.0.0.1'
  await 20 logged '^nginx *| .* \[notice\]'
}

@test "jprjr: /etc/s6, a linked run, its end ends the container" {
  script "$R/usr/local/bin/app" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  mkdir -p "$R/etc/s6/app"
  ln -s /usr/local/bin/app "$R/etc/s6/app/run"
  script "$R/etc/s6/app/finish" <<'END'
#!/bin/sh
s6-svscanctl -t /etc/s6
END
  build app <<'END'
FROM initbox/shell
COPY root /
ENV INIT_SERVICE_DIR=/etc/s6
END
  start app
  await 20 logged '^app *| up$'
  docker exec "$C" s6-svc -t /etc/s6/app
  await 20 ended 0
}

@test "phusion: my_init as CMD, startup files, sv status, exit 2 on docker stop" {
  script "$R/etc/my_init.d/10-first" <<'END'
#!/bin/sh
echo moin >/etc/container_environment/GREETING
END
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo "up: $GREETING"
exec sleep 1000
END
  mkdir -p "$R/etc/container_environment"
  build app <<'END'
FROM initbox/shell
COPY root /
ENTRYPOINT []
CMD ["/sbin/my_init"]
END
  start app
  await 20 logged '^up: moin$'
  docker exec "$C" sh -c 'sv status /etc/service/*'
  docker stop -t 60 "$C"
  ended 2
  run docker run --rm --network none app /sbin/my_init --quiet -- sh -c 'exit 42'
  [ "$status" = 42 ]
}

# crond's clock is moved: it begins ten seconds before midnight, and runs so many times as fast.
moved_clock() {
  script "$R/etc/service/crond/run" <<END
#!/bin/sh
exec crond --clock=1700006390x$1
END
}

@test "sagebind: programs in /etc/periodic/hourly, by a moved clock" {
  moved_clock 1200
  script "$R/etc/periodic/hourly/matomo-archive" <<'END'
#!/bin/sh
exec php7 /srv/matomo/console core:archive --url="${MATOMO_URL}"
END
  script "$R/etc/periodic/hourly/ddns.sh" <<'END'
#!/bin/sh
CACHE=/tmp/ddns-ip
IP=$(current-ip)
if [ "$IP" = "$(cat $CACHE 2>/dev/null)" ]; then
  echo "$IP: no change"
  exit 0
fi
echo "$IP" >$CACHE
echo "$IP: updated"
END
  script "$R/usr/bin/php7" <<<$'#!/bin/sh\necho "php: $*"; echo "2 warnings" >&2'
  script "$R/usr/bin/current-ip" <<<$'#!/bin/sh\necho 192.0.2.7'
  build periodic <<'END'
FROM initbox/shell
ENV MATOMO_URL=https://stats.example/
COPY root /
END
  start periodic
  await 20 logged '^cron/hourly | 192.0.2.7: no change$'
  logged '^cron/hourly | 192.0.2.7: updated$'
  logged '^cron/hourly | php: /srv/matomo/console core:archive --url=https://stats.example/$'
  logged '^cron/hourly | 2 warnings$'
  [ "$(docker logs "$C" 2>/dev/null | grep -c 'cron/hourly | 192.0.2.7: updated')" = 1 ]
}

@test "a program in /etc/periodic/hourly where there is no shell" {
  mkdir -p "$R/etc/periodic/hourly"
  echo '#include <stdio.h>
    int main(void) { return puts("archived") < 0; }' >"$T/archive.c"
  musl-gcc -static -o "$R/etc/periodic/hourly/archive" "$T/archive.c"
  build bare <<'END'
FROM initbox/scratch
COPY root /
END
  start -e INIT_DISABLED_SERVICES=crond bare crond -f --clock=1700006390x1200
  await 20 eval '[ "$(docker logs "$C" | grep -c "hourly | archived\$")" -ge 2 ]'
  docker stop -t 10 "$C"
}

@test "crond as uid 1000 on a read-only root, with a table that is replaced as Kubernetes does" {
  moved_clock 60
  local config=$T/config
  mkdir -p "$config/..1" "$config/..2"
  echo '* * * * * echo one as $(id -u)' >"$config/..1/1000"
  echo '* * * * * echo two as $(id -u)' >"$config/..2/1000"
  ln -s ..1 "$config/..data"
  ln -s ..data/1000 "$config/1000"
  build kube <<'END'
FROM initbox/shell
COPY root /
USER 1000
END
  start --read-only --tmpfs /tmp -v "$config:/etc/crontabs:ro" kube
  await 20 logged '^cron/.* | one as 1000$'
  ln -s ..2 "$config/..new"
  mv -T "$config/..new" "$config/..data"
  await 20 logged '^cron/.* | two as 1000$'
  run -0 docker exec "$C" service crond status
  [[ $output == *"next: "* ]]
}
