#!/usr/bin/env bats
# /dev/log of a real container: whoever logs by syslog is there with its severity, tag, process and service; nobody hangs
# or harms us.
# shellcheck disable=SC2016,SC2154 # the shell inside expands

bats_require_minimum_version 1.5.0

setup_file() {
  load ../lib/common
  gcc -static -O1 -o "$BATS_FILE_TMPDIR/glibc" "$TOP/tests/lib/syslog_send.c"
  musl-gcc -static -O1 -o "$BATS_FILE_TMPDIR/musl" "$TOP/tests/lib/syslog_send.c"
}

setup() {
  load ../lib/boot
  boot_setup
  cp "$BATS_FILE_TMPDIR"/{glibc,musl} "$R/bin"
}

teardown() {
  boot_teardown
}

# said PATTERN...: a line that has them all, in that order
said() {
  local words
  printf -v words '%s.*' "$@"
  grep -q -- "$words" "$T/out"
}

@test "glibc's and musl's syslog(3), and a daemon that left its service: severity, facility, pid, tag, service" {
  service mail <<'END'
#!/bin/sh
until test -S /dev/log; do :; done
glibc one &
echo $! >/tmp/one
musl two &
echo $! >/tmp/two
musl three daemon
glibc mail &
exec sleep 1000
END
  boot -e INIT_LOG_FORMAT=json --
  await 10 said '"message":"from one"'
  await 10 said '"message":"from two"'
  await 10 said '"message":"from three"'
  await 10 said '"message":"from mail"'
  said '"service":"mail"' '"severity":"err"' '"facility":"mail"' '"pid":'"$(within cat /tmp/one)"',' '"tag":"one"'
  said '"service":"mail"' '"severity":"err"' '"facility":"mail"' '"pid":'"$(within cat /tmp/two)"',' '"tag":"two"'
  said '"service":"mail"' '"severity":"err"' '"facility":"mail"' '"pid":' '"tag":"three"'
  run ! said '"tag":"mail"'
}

@test "logger of util-linux, busybox and ours; who is no service is what it calls itself" {
  install_program "$(command -v logger)" /opt/logger
  service mail <<'END'
#!/bin/sh
until test -S /dev/log; do :; done
for l in "/opt/logger --id=$$" "/usr/bin/logger --id=$$" "busybox logger"; do
  (echo "by $l"; sleep 1000) | $l -t tag -p mail.err &
done
exec sleep 1000
END
  boot -e INIT_LOG_FORMAT=json --
  await 10 said '"message":"by /opt/logger'
  await 10 said '"message":"by /usr/bin/logger'
  await 10 said '"message":"by busybox'
  for by in /opt/logger /usr/bin/logger busybox; do
    said '"service":"mail"' '"severity":"err"' '"facility":"mail"' '"pid":[0-9]' '"tag":"tag"' "\"message\":\"by $by"
  done
  within /opt/logger -t other -p local7.debug 'from elsewhere'
  await 10 said '"service":"other"' '"severity":"debug"' '"facility":"local7"' '"pid":[0-9]' '"message":"from elsewhere"'
}

@test "hostile datagrams: empty, 64 KiB, NULs, newlines, no priority; a line each, and logd lives" {
  boot -e INIT_LOG_SYSLOG=on -- sh -c 'until test -S /dev/log; do :; done; glibc -raw </etc/passwd; glibc last'
  await 10 grep -q '^last | last\[.*from last$\|^last | from last$' "$T/out"
  grep -qx 'nul | a#000b' "$T/out"
  grep -qx 'newline | a#012b' "$T/out"
  grep -qx 'syslog | no priority' "$T/out"
  grep -qx 'syslog | <999>wrong' "$T/out"
  LC_ALL=C grep -q '^syslog | .*#033\[1m$' "$T/out"
  [ "$(grep '^big [|+]' "$T/out" | sed 's/^big [|+] //' | tr -d '\n' | wc -c)" = 65527 ]
  [ "$(grep -c '^last | one$' "$T/out")" = 1 ]
  [ ! -s "$T/err" ]
  within sh -c 'ls -l "$(grep -l "^logd$" /proc/[0-9]*/comm | sed s/comm/fd/)"' >"$T/fds"
  run ! grep -q /etc/passwd "$T/fds" # one was sent
}

@test "a stuck stdout: who logs waits, and nothing is lost" {
  mkfifo "$T/pipe"
  exec 9<>"$T/pipe"
  "$TOP/images/boot" -w -p "$T/pid" -e INIT_LOG_SYSLOG=on "$R" sh -c 'until test -S /dev/log; do :; done; glibc -count 20000; : >/tmp/sent; sleep 1000' >"$T/pipe" 2>"$T/err" \
    </dev/null 3>&- 9>&- &
  # shellcheck disable=SC2034 # of seeds.bash
  BOOT=$!
  await 10 test -s "$T/pid"
  await 10 within test -S /dev/log
  # what pipe, logd and socket hold is far less than all
  run ! await 1 within test -e /tmp/sent
  cat <"$T/pipe" >"$T/out" 3>&- 9>&- &
  reader=$!
  exec 9>&-
  await 20 within test -e /tmp/sent
  await 10 grep -qx 'count | 20000' "$T/out"
  grep '^count ' "$T/out" | sed 's/^count | //' | cmp - <(seq 20000)
  kill "$(<"$T/pid")"
  finished
  wait "$reader" || true
}

@test "logd killed again and again: a sender notices nothing, no message comes twice, next to none is lost" {
  boot -e INIT_LOG_SYSLOG=on -- sh -c 'until test -S /dev/log; do :; done; glibc -count 30000 && : >/tmp/sent; sleep 1000'
  for i in 1 2 3; do
    await 20 grep -qx "count | ${i}000" "$T/out"
    within sh -c 'kill -9 "$(grep -l "^logd$" /proc/[0-9]*/comm | grep -o "[0-9]*")"'
  done
  await 20 within test -e /tmp/sent
  await 10 grep -qx 'count | 30000' "$T/out"
  sed -n 's/^count | //p' "$T/out" >"$T/seen"
  sort -nuc "$T/seen"
  (($(wc -l <"$T/seen") >= 30000 - 3 * 16)) # what is read at once
}

@test "what a service says while it is stopped is heard: PH17" {
  service mail <<'END'
#!/bin/sh
trap '/usr/bin/logger -t tag --id=$$ bye; exit 0' TERM
until test -S /dev/log; do :; done
echo up
while :; do sleep 0.1; done
END
  boot --
  await 10 grep -qx 'mail | up' "$T/out"
  stop
  grep -qx 'mail | tag\[[0-9]*\]: bye' "$T/out"
}

@test "INIT_LOG_SYSLOG: off, another path, one that cannot be; SYSLOG_LEVEL" {
  boot_run -e INIT_LOG_SYSLOG=off -- sh -c 'test ! -e /dev/log && echo none'
  [ "$status" = 0 ]
  [ "${lines[-1]}" = none ]
  boot_run -e INIT_LOG_SYSLOG=/run/log -e SYSLOG_LEVEL=6 -- \
    sh -c 'until test -S /run/log; do :; done; /usr/bin/logger -u /run/log -p user.info no; /usr/bin/logger -u /run/log -p user.notice hi'
  [ "$status" = 0 ]
  [[ $output == *'root | hi'* ]]
  [[ $output != *'| no'* ]]
  boot_run -e INIT_LOG_SYSLOG=/nowhere/log -- true
  [ "$status" = 0 ]
  [[ $output == *'logd | /nowhere/log: No such file or directory'* ]]
}

@test "the syslogd of an image takes /dev/log over from logd: SB22" {
  service syslog <<'END'
#!/bin/sh
exec syslogd -n -l ${SYSLOG_LEVEL-6} -O -
END
  mkdir -p "$R/var"
  ln -s /run "$R/var/run"
  boot --
  await 10 within test -e /run/syslogd.pid
  within logger -p user.info no
  within logger -p user.notice hi
  await 10 grep -q '^syslog | ... .. ..:..:.. .* user.notice root: hi$' "$T/out"
  run ! grep -q 'root: no' "$T/out"
}
