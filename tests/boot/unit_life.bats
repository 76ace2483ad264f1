#!/usr/bin/env bats
# The life of a unit under a real PID 1: its phases, how it ends, whether it comes again, who is signalled.
# shellcheck disable=SC2016,SC2154 # what stands in single quotes is for the shell inside; status is of seeds.bash

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir -p "$R/etc/service"
}

teardown() {
  boot_teardown
}

# unit NAME LINE...: of [Service], or what begins with [
unit() {
  printf '%s\n' '[Service]' "${@:2}" >"$R/etc/service/$1.service"
}

# state NAME: what is known of it
state() {
  within cat "/run/initbox/service/$1/supervise/state"
}

# has NAME LINE...: its state has these lines
has() {
  local text line
  text=$(state "$1")
  for line in "${@:2}"; do
    grep -qxF "$line" <<<"$text" || return
  done
}

said() {
  grep -qF -e "$1" "$T/err"
}

@test "all phases, in order, know what they should" {
  note() {
    echo "/bin/sh -c 'echo $1 \$\${MAINPID:+main} \$\$SERVICE_RESULT \$\$EXIT_CODE \$\$EXIT_STATUS \$\${INVOCATION_ID}  >>/run/log'"
  }
  unit x ExecStartPre="$(note pre)" ExecStart="/bin/sh -c 'echo start >>/run/log; exec sleep 1000'" \
    ExecStartPost="$(note post)" ExecReload="$(note reload)" ExecStop="$(note stop)" ExecStopPost="$(note stop-post)"
  boot -w --
  await 10 has x state=ready ready=yes result=success
  within service x reload
  within service x stop
  has x state=down done=no result=success
  run -0 within cat /run/log
  local id
  [[ ${lines[0]} =~ ^'pre '([0-9a-f]{32})$ ]]
  id=${BASH_REMATCH[1]}
  grep -qx start <<<"$output" # beside post
  grep -qx "post main $id" <<<"$output"
  [ "${lines[3]}" = "reload main $id" ]
  [ "${lines[4]}" = "stop main success $id" ]
  [ "${lines[5]}" = "stop-post success killed TERM $id" ]
  [ "${#lines[@]}" = 6 ]
  run -1 within service x reload
  within service x start
  within service x restart
  run -0 within grep -c start$ /run/log
  [ "$output" = 3 ]
}

@test "what is up without a process, what is done, what is skipped, what cannot be" {
  unit shot Type=oneshot 'ExecStart=/bin/true' 'ExecStart=/bin/sh -c "echo two >>/run/done"'
  unit stays Type=oneshot RemainAfterExit=yes ExecStart=/bin/true ExecStop='/bin/touch /run/stopped'
  unit skipped ExecStart='/bin/sleep 1000' '[Unit]' ConditionPathExists=/nowhere
  unit bad Type=oneshot ExecStart=/bin/false
  unit none Type=exec ExecStart=/bin/nowhere
  unit exec Type=exec ExecStart='/bin/sleep 1000'
  unit refused Type=dbus ExecStart=/bin/true
  printf '%s\n' '[Unit]' Wants=exec.service >"$R/etc/service/all.target"
  boot --
  await 10 has shot state=down done=yes result=success exit=0
  await 10 has stays ready=yes done=yes pid=0
  await 10 has skipped state=down done=yes result=exec-condition
  await 10 has bad state=failed done=no result=exit-code exit=1 'reason=exited with 1'
  await 10 has none state=failed result=exit-code exit=203
  await 10 has exec state=ready ready=yes
  await 10 has refused state=failed ready=no
  await 10 has all.target ready=yes
  within service shot start
  within service stays stop
  within test -e /run/stopped
  has stays state=down done=no
  run -0 within cat /run/done
  [ "${#lines[@]}" = 2 ]
  run ! said 'none: ready'
  stop
  [ "$status" = 0 ]
}

@test "Restart=, and its limit; a word of somebody clears it" {
  unit x Restart=on-failure RestartSec=10ms 'ExecStart=/bin/sh -c "echo $$$$ >>/run/x; exit 3"' \
    '[Unit]' StartLimitBurst=4 StartLimitIntervalSec=30s
  unit once Restart=on-failure RestartSec=10ms ExecStart=/bin/true
  unit late Restart=always RestartSec=1h ExecStart=/bin/true
  unit never Restart=always RestartPreventExitStatus=7 'ExecStart=/bin/sh -c "exit 7"'
  boot --
  await 10 has x state=failed result=start-limit-hit restarts=4
  await 10 has once state=down result=success restarts=0
  await 10 has late state=backoff
  await 10 has never state=failed result=exit-code restarts=0
  run -0 within cat /run/x
  [ "${#lines[@]}" = 4 ]
  within service x start || true
  await 10 eval '[ "$(within cat /run/x | wc -l)" = 8 ]'
  await 10 has x state=failed result=start-limit-hit
  within service late stop
  has late state=down
}

@test "KillMode=: whom the signals reach" {
  script "$R/bin/child" <<'END'
#!/bin/sh
trap "echo $1 >>/run/told" TERM
touch /run/$1
while :; do sleep 0.1; done
END
  for mode in control-group mixed process; do
    unit $mode KillMode=$mode TimeoutStopSec=300ms "ExecStart=/bin/sh -c 'setsid child $mode & exec sleep 1000'"
  done
  boot --
  for mode in control-group mixed process; do
    await 10 within test -e /run/$mode
    within service $mode stop
    has $mode signal=TERM
  done
  has control-group state=failed result=timeout # its child did not go
  has mixed state=down result=success
  has process state=down result=success
  run -0 within cat /run/told
  [ "${lines[0]}" = control-group ]
  [[ $output != *mixed* && $output != *process* ]]
  run -0 within ps -o args
  [[ $output != *child\ control-group* && $output != *child\ mixed* && $output == *child\ process* ]]
}

@test "FailureAction=, SuccessAction=: the container ends with that code" {
  unit x 'ExecStart=/bin/sh -c "exit 7"' '[Unit]' FailureAction=exit
  boot_run --
  [ "$status" = 7 ]
  unit x ExecStart=/bin/false '[Unit]' FailureAction=exit FailureActionExitStatus=9
  boot_run --
  [ "$status" = 9 ]
  unit x Type=oneshot ExecStart=/bin/true '[Unit]' FailureAction=exit SuccessAction=exit
  boot_run --
  [ "$status" = 0 ]
}

@test "a stop of everything asks, tells and kills in its time" {
  unit x 'ExecStart=/bin/sh -c "trap : TERM; while :; do sleep 0.1; done"' 'ExecStop=/bin/sleep 1000' 'ExecStopPost=/bin/touch /end'
  unit remains Type=oneshot RemainAfterExit=yes ExecStart=/bin/true 'ExecStop=/bin/touch /stopped'
  boot -e INIT_STOP_TIMEOUT=2 --
  await 10 has x ready=yes
  await 10 has remains ready=yes
  local began=${EPOCHREALTIME/[.,]/}
  stop
  [ "$status" = 0 ]
  ((${EPOCHREALTIME/[.,]/} - began < 8000000))
  [ -e "$R/stopped" ]
}
