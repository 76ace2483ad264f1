#!/usr/bin/env bats
# The control tools inside a container: sv, service, s6-* with a real init, its runsvdir and its logd.
# shellcheck disable=SC2016,SC2154 # the shell inside expands; $stderr is bats'

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  service web <<'END'
#!/bin/sh
echo one
echo two >&2
exec sleep 1000
END
  service off <<'END'
#!/bin/sh
exec sleep 1000
END
  touch "$R/etc/service/off/down"
}

teardown() {
  boot_teardown
}

@test "by name, from anywhere: service, sv; the list is init's" {
  boot --
  await 10 within service wait web
  run -0 within service
  [ "${#lines[@]}" = 3 ]
  [[ ${lines[2]} =~ ^web\ +(up|ready)\ +yes ]]
  run -0 within service web status
  [ "${lines[0]}" = 'Service: /etc/service/web' ]
  run -0 within sv status web off
  [[ ${lines[0]} =~ ^run:\ web:\ \(pid\ [0-9]+\)\ [0-9]+s$ ]]
  run -0 within service check
  run -0 within service off start
  run -0 within s6-svstat -u /etc/service/off
  [ "$output" = true ]
}

@test "a read-only root: the state lies in the run directory, and all tools find it" {
  run -0 timeout 60 "$TOP/images/boot" "$R" sh -c '
    service wait web
    test ! -e /etc/service/web/supervise && echo nothing written
    service web status
    sv status web /etc/service/web
    cd /etc/service/web
    sv status .
    s6-svstat .
    s6-svc -wd -T 5000 -d .
    service list' </dev/null
  [[ $output == *'nothing written'* ]]
  [[ $output == *'Service: /etc/service/web'* ]]
  [ "$(grep -c '^run: ' <<<"$output")" = 3 ]
  [ "$(grep -c 'up (pid ' <<<"$output")" = 2 ]
  grep -q '^web  *down ' <<<"$output"
}

@test "service NAME log: what logd has, then what comes with -f" {
  echo 'while :; do echo still here; sleep 0.1; done' >>"$R/etc/service/off/run"
  sed -i '/^exec/d' "$R/etc/service/off/run"
  boot --
  await 10 within service wait web
  await 10 said two
  run -0 within service web log
  [[ $output == *one* && $output == *two* && $output != *still* ]]
  within service off log -f >"$T/followed" 2>&1 3>&- &
  follower=$!
  within service off start
  await 10 grep -q 'still here' "$T/followed"
  kill "$follower"
}

@test "service rescan: a new service is started" {
  boot --
  await 10 within service wait web
  mkdir "$T/new"
  printf '#!/bin/sh\nexec sleep 1000\n' | script "$T/new/late/run"
  cp -a "$T/new/late" "$R/etc/service/late"
  run -0 within service rescan
  await 10 within service wait late -t 1
}

@test "s6-svscanctl -t on the services of init ends the container with 0" {
  boot --
  await 10 within service wait web
  run -100 within s6-svscanctl -t /etc
  run -0 within s6-svscanctl -a /etc/service
  within s6-svscanctl -t /etc/service || [ $? = 143 ] # it may be ended with all the rest
  finished
  [ "$status" = 0 ]
}

@test "a service may switch itself off: s6-svc -d . and sv down ." {
  service self <<'END'
#!/bin/sh
echo once
s6-svc -d .
exit 0
END
  service other <<'END'
#!/bin/sh
sv down .
exit 0
END
  boot --
  await 10 within service wait web
  await 10 is self down
  await 10 is other down
  [ "$(grep -c once "$T/out")" = 1 ]
}
