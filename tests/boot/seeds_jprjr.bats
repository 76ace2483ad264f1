#!/usr/bin/env bats
# Files of the shapes that users of jprjr's s6 base have, in images/shell: /etc/s6, mksh where they had bash.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

load ../lib/seeds_setup

@test "/etc/s6 alone is the service directory; run may be a link to a program, finish to true" {
  rm -r "$R/etc/service"
  script "$R/usr/local/bin/app" <<'END'
#!/bin/sh
echo "in $PWD"
exec sleep 1000
END
  mkdir -p "$R/etc/s6/app"
  ln -s /usr/local/bin/app "$R/etc/s6/app/run"
  ln -s /bin/true "$R/etc/s6/app/finish"
  boot --
  await 20 said '^app *| in /etc/s6/app$'
  within s6-svstat /etc/s6/app
  stop
  [ "$status" = 0 ]
}

@test "finish with s6-svscanctl -t ends the container" {
  script "$R/etc/s6/app/run" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  script "$R/etc/s6/app/finish" <<'END'
#!/bin/sh
rm -f /tmp/lock
s6-svscanctl -t /etc/s6
END
  boot -e INIT_SERVICE_DIR=/etc/s6 --
  await 20 said '^app *| up$'
  within sh -c 'kill -9 $(pidof sleep)'
  finished
  [ "$status" = 0 ]
}

@test "setup at each start, variables of a file, until setup is gone" {
  script "$R/etc/s6/app/run" <<'END'
#!/bin/mksh
if [[ -f ./setup ]]; then ./setup; fi
. ./vars
echo "started with $GREETING"
exec sleep 1000
END
  script "$R/etc/s6/app/setup.sh" <<'END'
#!/bin/sh
echo setup
END
  mv "$R/etc/s6/app/setup.sh" "$R/etc/s6/app/setup"
  echo 'GREETING=moin' >"$R/etc/s6/app/vars"
  boot -e INIT_SERVICE_DIR=/etc/s6 --
  await 20 said '^app *| started with moin$'
  said '^app *| setup$'
  within rm /etc/s6/app/setup
  : >"$T/out"
  within sv restart /etc/s6/app
  await 20 said 'started with moin'
  [ "$(grep -c 'setup' "$T/out")" = 0 ]
}

@test "s6-svc: down by itself, up, USR1" {
  script "$R/etc/s6/app/run" <<'END'
#!/bin/sh
[ -e /tmp/configured ] || { echo "not configured"; s6-svc -d .; exit 0; }
trap 'echo reopened' USR1
echo up
while :; do sleep 0.1; done
END
  script "$R/etc/s6/other/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  boot -e INIT_SERVICE_DIR=/etc/s6 --
  await 20 said '^app *| not configured$'
  await 20 is app down
  within touch /tmp/configured
  within s6-svc -u /etc/s6/app
  await 20 said '^app *| up$'
  within s6-svc -1 /etc/s6/app
  await 20 said '^app *| reopened$'
}

@test "s6-svwait: until it is up" {
  script "$R/etc/s6/app/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  touch "$R/etc/s6/app/down"
  script "$R/etc/s6/other/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  boot -e INIT_SERVICE_DIR=/etc/s6 --
  await 20 is other run
  within s6-svwait -u /etc/s6/app >"$T/wait" 2>&1 &
  local pid=$!
  within s6-svc -u /etc/s6/app
  wait "$pid"
}

@test "a stop runs each service's finish once, with code and signal" {
  local name
  for name in a b; do
    script "$R/etc/s6/$name/run" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
    script "$R/etc/s6/$name/finish" <<'END'
#!/bin/sh
echo "finish $1 $2"
END
  done
  boot -e INIT_SERVICE_DIR=/etc/s6 --
  await 20 said '^a *| up$'
  await 20 said '^b *| up$'
  stop
  [ "$status" = 0 ]
  [ "$(grep -c '^a *| finish 256 15$' "$T/out")" = 1 ]
  [ "$(grep -c '^b *| finish 256 15$' "$T/out")" = 1 ]
}

@test "LOG_FILE_PATH and LOG_FILE_TYPE: files are followed, and by the next start of the container from there on" {
  mkdir -p "$R/var/log/nginx"
  echo 'GET /1' >"$R/var/log/nginx/access.log"
  boot -e 'LOG_FILE_PATH=/var/log/nginx/*.log' -e LOG_FILE_TYPE=nginx-access -- sleep 1000
  await 10 said '^nginx-access | GET /1$'
  echo 'GET /2' >>"$R/var/log/nginx/access.log"
  await 10 said '^nginx-access | GET /2$'
  echo 'GET /3' >>"$R/var/log/nginx/access.log"
  stop
  said '^nginx-access | GET /3$'
  echo 'GET /4' >>"$R/var/log/nginx/access.log"
  boot -e 'LOG_FILE_PATH=/var/log/nginx/*.log' -e LOG_FILE_TYPE=nginx-access -- sleep 1000
  await 10 said '^nginx-access | GET /4$'
  echo 'GET /5' >>"$R/var/log/nginx/access.log"
  await 10 said '^nginx-access | GET /5$'
  [ "$(grep -c GET "$T/out")" = 2 ]
}
