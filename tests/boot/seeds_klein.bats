#!/usr/bin/env bats
# Files of the shapes that users of Klein's runit base have, in images/shell, mksh where they had bash.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

load ../lib/seeds_setup

@test "the two services of the base's own example: a loop that writes, a program under another user" {
  script "$R/etc/service/print-date/run" <<'END'
#! /bin/sh
while :; do
    echo "now $(date +%Y)" >>/tmp/dates
    sleep 0.1
done
END
  script "$R/etc/service/web/run" <<'END'
#! /bin/mksh
set -eu
mkdir -p /tmp/web
echo hello >/tmp/web/index.html
exec chpst -u www-data httpd -f -p 127.0.0.1:8080 -h /tmp/web
END
  script "$R/etc/init/loopback" <<'END'
#! /bin/sh
ifconfig lo up
END
  boot --
  await 20 eval "nsenter -t \$(cat '$T/pid') -n curl -sf http://127.0.0.1:8080/ | grep -qx hello"
  await 20 eval "[ \$(wc -l <'$T/dates-seen') -gt 3 ] || nsenter -t \$(cat '$T/pid') -a -r cat /tmp/dates >'$T/dates-seen'"
  [ "$(within ps -o user,comm | awk '$2 == "httpd" { print $1 }')" = www-data ]
  stop
  [ "$status" = 0 ]
}

@test "init scripts run sorted by name, links followed, others than programs left alone" {
  local name
  for name in 30-c 10-a 20-b; do
    script "$R/etc/init/$name" <<'END'
#!/bin/sh
echo "${0##*/}" >>/tmp/order
END
  done
  mv "$R/etc/init/20-b" "$R/bin/linked"
  ln -s /bin/linked "$R/etc/init/20-b"
  echo 'echo never >>/tmp/order' >"$R/etc/init/15-text"
  boot_run -- sh -c 'echo $(cat /tmp/order)'
  [ "$status" = 0 ]
  [ "$output" = '10-a 20-b 30-c' ]
}

@test "an init script that fails ends the container with its code; the next ones, services and CMD never run" {
  script "$R/etc/init/1-fails" <<'END'
#!/bin/sh
exit 113
END
  script "$R/etc/init/2-next" <<'END'
#!/bin/sh
echo never
END
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo never
END
  boot_run -- echo never
  [ "$status" = 113 ]
  [[ $output == */etc/init/1-fails* ]]
  [[ $output == *113* ]]
  [[ $output != *never* ]]
}

@test "directories of mode 700" {
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  chmod 700 "$R/etc/init" "$R/etc/service" "$R/etc/service/app"
  boot --
  await 20 said '^app *| up$'
  stop
  [ "$status" = 0 ]
}

@test "a stop waits for what services do on TERM" {
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
trap 'sleep 0.3; echo clean >/tmp/left; exit 0' TERM
echo up
while :; do sleep 0.1; done
END
  # not in /tmp: that one is gone with the container
  sed -i 's|/tmp/left|/srv/left|' "$R/etc/service/app/run"
  boot --
  await 20 said '^app *| up$'
  stop
  [ "$status" = 0 ]
  [ "$(cat "$R/srv/left")" = clean ]
}

@test "a directory added to /etc/service runs; orphans are reaped" {
  script "$R/etc/service/first/run" <<'END'
#!/bin/sh
for i in 1 2 3 4 5; do (sleep 0.01 &); done
echo up
exec sleep 1000
END
  boot --
  await 20 said '^first *| up$'
  script "$T/second/run" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  mv "$T/second" "$R/etc/service/second"
  await 20 said '^second *| up$'
  await 20 eval "! nsenter -t \$(cat '$T/pid') -a -r sh -c 'cat /proc/[0-9]*/stat' | grep -q ') Z '"
}

@test "a run without an x bit is named, with the remedy, and not a loop" {
  mkdir -p "$R/etc/service/app"
  echo 'exec sleep 1000' >"$R/etc/service/app/run"
  script "$R/etc/service/other/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  boot --
  await 20 said 'app.*run.*chmod'
  is other run
  stop
  [ "$(cat "$T/out" "$T/err" | grep -c chmod)" -le 2 ]
}
