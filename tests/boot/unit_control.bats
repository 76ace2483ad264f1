#!/usr/bin/env bats
# `service NAME start`, reload, restart of units wait until it is done, and say how it went.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir -p "$R/etc/service"
}

teardown() {
  boot_teardown
}

# unit NAME <<lines of [Service]
unit() {
  { echo '[Service]' && cat; } >"$R/etc/service/$1.service"
}

@test "reload ends when ExecReload has, and fails as it does" {
  unit good <<'END'
ExecStart=/bin/sleep 1000
ExecReload=/bin/sh -c 'echo begun >/run/begun; read line </run/go; echo $$line >/run/reloaded'
END
  unit bad <<'END'
ExecStart=/bin/sleep 1000
ExecReload=/bin/false-or-not-there
END
  unit none <<'END'
ExecStart=/bin/sleep 1000
END
  boot --
  await 10 within service check good bad none
  within sh -c 'busybox mkfifo /run/go'
  within service good reload 8>&- &
  RELOAD=$!
  await 10 within test -e /run/begun
  kill -0 $RELOAD
  within sh -c 'echo line >/run/go'
  wait $RELOAD
  [ "$(within cat /run/reloaded)" = line ]
  run -1 within service bad reload
  [[ $output == *"bad: not reloaded: exit code 203"* ]]
  run -1 within service none reload
  [[ $output == *"none: not reloaded: exit code "* ]]
  within service none stop
  run -1 within service none reload
  stop
}

@test "start of a oneshot waits until it is done, or has failed" {
  unit once <<'END'
Type=oneshot
ExecStart=/bin/sh -c 'read line </run/go; echo $$line >>/run/done'
END
  unit bad <<'END'
Type=oneshot
ExecStart=/bin/sh -c 'exit 7'
END
  unit stays <<'END'
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'echo stays >>/run/stays'
END
  unit keeper <<<'ExecStart=/bin/sleep 1000'
  boot -e INIT_DISABLED_SERVICES=once,bad,stays --
  await 10 within service check keeper
  within sh -c 'busybox mkfifo /run/go'
  for time in 1 2; do
    within service once start &
    START=$!
    await 10 eval "[[ \$(within service once status) == *starting* || \$(within service --json) == *starting* ]]"
    kill -0 $START
    within sh -c "echo $time >/run/go"
    wait $START
    [ "$(within busybox tail -1 /run/done)" = $time ]
  done
  run -1 within service bad start
  [[ $output == *"bad failed: "* ]]
  within service stays start
  within service stays start
  [ "$(within cat /run/stays)" = stays ]
  within service stays restart
  [ "$(within wc -l </dev/null /run/stays)" = "2 /run/stays" ]
  within service check stays once
  [[ $(within service) =~ once\ +done\ +no\  ]]
  [[ $(within service --json) == *'"name":"bad"'*'"result":"exit-code","done":false'*'"name":"once"'*'"result":"success","done":true'* ]]
  [[ $(within service stays status) == *"up (no process) "* ]]
  run -1 within service check bad
  within service stays stop
  run -1 within service check stays
  stop
}

@test "a unit that is refused, or whose start goes wrong, is not waited for" {
  unit keeper <<<'ExecStart=/bin/sleep 1000'
  printf '%s\n' 'ExecStart=/bin/sleep 1000' Type=dbus | unit refused
  printf '%s\n' 'ExecStart=/bin/nonesuch' Type=exec Restart=no | unit absent
  printf '%s\n' 'ExecStart=/bin/sh -c "exit 3"' Type=notify Restart=always RestartSec=1000 | unit dies
  boot --
  await 10 within service check keeper
  for name in refused absent dies; do
    for verb in start restart; do
      run -1 within service -t 20 $name $verb
      [[ $output == *"$name failed: "* ]]
    done
  done
  [[ $(within service refused status) == *"Type=dbus needs a message bus"* ]]
  run -1 within service check
  [[ $output == *"refused is failed, not ready: "* ]]
  within service keeper try-restart
  stop
}
