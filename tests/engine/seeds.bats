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
