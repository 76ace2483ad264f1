#!/usr/bin/env bats
# A service that waits for another one's semaphore, in a container: the order of a start, and a stop while it waits.
bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir "$R/srv"
  service web <<'END'
#!/bin/sh
echo started
exec sleep 1000
END
  script "$R/etc/service/web/setup" <<'END'
#!/bin/sh
echo set up
END
  echo file:/srv/db >"$R/etc/service/web/wait"
  echo /srv/web >"$R/etc/service/web/semaphore"
  : >"$R/srv/web" # of an earlier life
  service db <<'END'
#!/bin/sh
exec sleep 1000
END
  echo /srv/db >"$R/etc/service/db/semaphore"
}

teardown() {
  boot_teardown
}

said() {
  grep -q -e "$1" "$T/err"
}

@test "stopped while it waits: at once, with 0, and nothing was started; who waits is named" {
  local from
  : >"$R/etc/service/db/down"
  boot -w -e INIT_READY_TIMEOUT=200ms --
  await 10 said '^web *| wait-for: file:/srv/db: No such file'
  await 10 said 'web: not ready in time (waiting: waits for file:/srv/db)'
  [ ! -e "$R/srv/web" ]
  run -0 within service --json
  [[ $output == *'waits for file:/srv/db'* ]]
  from=$(now)
  stop
  # shellcheck disable=SC2154 # of seeds.bash
  [ "$status" = 0 ]
  (($(now) - from < 2000))
  run ! grep -e started -e 'set up' "$T/out"
  run ! said failed
}

@test "the other one comes late: set up, started, known by its own semaphore until it ends" {
  : >"$R/etc/service/db/down"
  boot -w --
  await 10 said 'wait-for: file:/srv/db: No such file'
  run -0 within sv up db
  await 10 grep -q 'web *| started' "$T/out"
  [ "$(grep -o 'set up\|started' "$T/out" | tr '\n' ' ')" = 'set up started ' ]
  await 10 test -e "$R/srv/web"
  [ -e "$R/srv/db" ]
  stop
  [ "$status" = 0 ]
  [ ! -e "$R/srv/web" ]
  [ ! -e "$R/srv/db" ]
}
