#!/usr/bin/env bats
# Units that hang, or hide: each ends as systemd.service(5) says within its time, under a real PID 1, and leaves no process.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup_file() {
  "$(command -v musl-gcc || echo cc)" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Os -static -o "$BATS_FILE_TMPDIR/notify_send" \
    "${BATS_TEST_DIRNAME%%/tests*}/tests/lib/notify_send.c"
}

setup() {
  load ../lib/boot
  boot_setup
  cp "$BATS_FILE_TMPDIR/notify_send" "$R/bin"
  ln -sf busybox "$R/bin/kill"
}

teardown() {
  boot_teardown
}

# unit <<lines of its [Service]: it is called x, and notes how it ended
unit() {
  mkdir -p "$R/etc/service"
  {
    echo '[Service]'
    cat
    echo 'ExecStopPost=/bin/sh -c "echo $$SERVICE_RESULT $$EXIT_CODE $$EXIT_STATUS >/run/end"'
  } >"$R/etc/service/x.service"
  boot --
}

# over RESULT: x has ended so, and only what is no service's still lives
over() {
  # shellcheck disable=SC2034 # eval
  local want=$1
  await 10 eval '[[ $(within cat /run/end) == $want ]]'
  await 10 alone
  run ! within service check x
  stop
  [ "$status" = 0 ]
  run ! said 'still running'
}

alone() {
  ! within ps -o args | grep -v grep | grep -q 'sleep 1'
}

there() { # COMMAND LINE...: all of them run
  local line
  for line; do
    within ps -o args | grep -qxF "$line" || return
  done
}

@test "notify, killed before it is ready: what it started goes too" {
  unit <<'END'
Type=notify
ExecStart=/bin/sh -c 'setsid sleep 1001 & echo $$$$ >/run/main; exec sleep 1002'
END
  await 10 there 'sleep 1001' 'sleep 1002'
  within sh -c 'kill -KILL $(cat /run/main)'
  over 'signal killed KILL'
}

@test "notify, ended before it is ready, with 0" {
  unit <<'END'
Type=notify
ExecStart=/bin/sh -c 'setsid sleep 1001 &'
END
  over 'protocol exited 0'
}

@test "notify, never ready" {
  unit <<'END'
Type=notify
TimeoutStartSec=200ms
ExecStart=/bin/sh -c 'setsid sleep 1001 & exec sleep 1002'
END
  over 'timeout killed TERM'
}

@test "a watchdog that hears nothing: ABRT" {
  unit <<'END'
Type=notify
WatchdogSec=200ms
ExecStart=/bin/notify_send READY=1 /bin/sleep 1001
END
  over 'watchdog * ABRT'
}

@test "forking, whose PIDFile= never appears" {
  unit <<'END'
Type=forking
PIDFile=/run/never.pid
TimeoutStartSec=200ms
ExecStart=/bin/sh -c 'setsid sleep 1001 </dev/null &'
END
  over timeout
}

@test "ExecStop= that hangs, of a service that ignores TERM" {
  unit <<'END'
TimeoutStopSec=200ms
ExecStart=/bin/sh -c 'trap "" TERM; sleep 1001; exec sleep 1002'
ExecStop=/bin/sh -c 'trap "" TERM; sleep 1003; exec sleep 1004'
END
  await 10 there 'sleep 1001'
  within service x stop
  over 'timeout killed KILL'
}

@test "a child that escapes by two forks and setsid, without its environment" {
  unit <<'END'
ExecStart=/bin/sh -c 'setsid sh -c "setsid env -i /bin/sleep 1001 & exit" & exec sleep 1002'
END
  await 10 there '/bin/sleep 1001' 'sleep 1002'
  within service x stop
  over 'success killed TERM'
}

@test "the same, when its main process is killed" {
  unit <<'END'
ExecStart=/bin/sh -c 'setsid sh -c "setsid env -i /bin/sleep 1001 & exit" & echo $$$$ >/run/main; exec sleep 1002'
END
  await 10 there '/bin/sleep 1001' 'sleep 1002'
  within sh -c 'kill -KILL $(cat /run/main)'
  over 'signal killed KILL'
}
