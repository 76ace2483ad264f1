#!/usr/bin/env bats
# Timers under a real PID 1, without a shell: what starts when, what outlives crond and the container, who is named.

setup() {
  load ../lib/boot
  boot_setup
  S=$R/etc/service
  mkdir -p "$S" "$R/var/lib"
}

teardown() {
  boot_teardown
}

# unit NAME: from stdin
unit() {
  cat >"$S/$1"
}

# oneshot NAME COMMAND...
oneshot() {
  printf '%s\n' '[Service]' Type=oneshot "${@:2}" >"$S/$1.service"
}

# wrote FILE N PATTERN: so often at least
wrote() {
  (($(grep -c -- "$3" "$T/$1") >= $2))
}

pid_of() {
  within sh -c 'grep -l "^'"$1"'$" /proc/[0-9]*/comm | grep -o "[0-9]*"'
}

@test "OnBootSec= once, also when crond is killed; OnUnitActiveSec= again and again; the service itself is not started at boot" {
  oneshot once 'ExecStart=/bin/echo once'
  oneshot often 'ExecStart=/bin/echo often'
  unit once.timer <<<$'[Timer]\nOnBootSec=1s'
  unit often.timer <<<$'[Timer]\nOnBootSec=1s\nOnUnitActiveSec=2s'
  boot --
  await 20 wrote out 1 '^once | once$'
  await 20 wrote out 2 '^often | often$'
  grep -q '^timers/once.timer | start (pid ' "$T/err"
  within kill -KILL "$(pid_of crond)"
  n=$(grep -c '^often' "$T/out")
  await 20 wrote out $((n + 1)) '^often | often$'
  wrote err 2 '^timers/often.timer | end: exit 0 after'
  [ "$(grep -c '^once' "$T/out")" = 1 ]
  stop
  [ "$status" = 0 ]
}

@test "OnCalendar=, Unit=, RandomizedDelaySec=; what cannot be said is named and the rest holds; a changed timer counts" {
  oneshot work 'ExecStart=/bin/echo worked'
  unit plan.timer <<'END'
[Timer]
OnCalendar=*:*:*
OnCalendar=2027-01-01 03:00
OnCalendar=daily Europe/Nowhere
Unit=work.service
END
  oneshot late 'ExecStart=/bin/echo late'
  unit late.timer <<<$'[Timer]\nOnCalendar=minutely\nRandomizedDelaySec=1h'
  boot --
  await 20 wrote out 2 '^work | worked$'
  grep -q 'plan.timer:3:12: OnCalendar= years cannot be told apart: only \* can be said$' "$T/err"
  grep -q 'plan.timer:4:18: OnCalendar= time zone Europe/Nowhere: ' "$T/err"
  unit late.timer <<<$'[Timer]\nOnCalendar=*:*:*'
  await 20 wrote out 1 '^late | late$'
  rm "$S"/*.timer
  gone() { ! within service timers status; }
  await 20 gone
  stop
  run ! grep -q 'cannot write' "$T/err"
}

@test "Persistent=: what was missed while the container was down is made up for, once" {
  oneshot backup 'ExecStart=/bin/echo saved'
  unit backup.timer <<<$'[Timer]\nOnCalendar=*-02-29\nPersistent=true'
  boot --
  await 20 test -e "$R/var/lib/initbox/cron"
  await 20 eval '[ "$(ls "$R/var/lib/initbox/cron")" ]'
  stop
  run ! grep -q saved "$T/out"
  echo 1000000000 >"$(echo "$R"/var/lib/initbox/cron/*)"
  boot --
  await 20 wrote out 1 '^backup | saved$'
  grep -q '^timers/backup.timer | was due at 2004-02-29 00:00:00 UTC, while we were down$' "$T/err"
  stop
  boot --
  await 20 within service check timers
  stop
  run ! grep -q saved "$T/out"
}

@test "a start that fails is named with its timer, and seen in service timers status; what still runs is not started again" {
  oneshot bad 'ExecStart=/bin/initbox false'
  unit bad.timer <<<$'[Timer]\nOnActiveSec=1'
  unit daemon.service <<<$'[Service]\nExecStart=/bin/sleep 1000'
  unit daemon.timer <<<$'[Timer]\nOnCalendar=*:*:*'
  boot --
  await 20 wrote err 1 '^timers/bad.timer | end: exit 1 after'
  await 20 wrote err 2 '^timers/daemon.timer | end: exit 0 after'
  [ "$(within ps -o args | grep -cx 'sleep 1000\|/bin/sleep 1000')" = 1 ]
  last() { within service timers status | grep -q '^ *last: .* bad.timer exited with 1 '; }
  await 10 last
  stop
}

@test "a unit whose socket is missing runs at once, and that is said once" {
  unit web.socket <<<$'[Socket]\nListenStream=80'
  unit web.service <<<$'[Unit]\nRequires=web.socket\nAfter=web.socket\n[Service]\nExecStart=/bin/sh -c "echo up; exec sleep 1000"'
  boot --
  await 20 wrote out 1 '^web | up$'
  [ "$(grep -c 'web.socket' "$T/err")" = 1 ]
  stop
  [ "$status" = 0 ]
}
