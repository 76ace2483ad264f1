#!/usr/bin/env bats
# Log directories in a container: a logger of a service's own, and logd's for each service.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  service web <<'END'
#!/bin/sh
i=0
while :; do i=$((i + 1)); echo "line $i"; sleep 0.01; done
END
  service db <<<$'#!/bin/sh\necho ready; echo oops >&2; exec sleep 1000'
  service own <<<$'#!/bin/sh\necho one; echo two; exec sleep 1000'
  script "$R/etc/service/own/log/run" <<<$'#!/bin/sh\nmkdir -p main; exec svlogd -ttt ./main'
  echo 'forward dir:/var/log/%s?format=raw' >"$R/etc/logd.conf"
}

teardown() {
  boot_teardown
}

# LINES of web's file
web_wrote() {
  [ "$(cat "$R/var/log/web/"@* "$R/var/log/web/current" 2>/dev/null | wc -l)" -ge "$1" ]
}

# The logd of this container
logd() {
  local pid
  for pid in $(within ps -o pid,comm | awk '$2 == "logd" { print $1 }'); do
    echo "$pid"
    return
  done
}

@test "a directory for each service; logd killed; a logger of its own; all are closed at the end" {
  boot -- 2>/dev/null
  await 20 web_wrote 20
  await 10 eval '[ "$(cat "$R/var/log/db/current")" = $'"'ready\noops'"' ]'
  await 10 eval '[ "$(wc -l <"$R/etc/service/own/log/main/current")" = 2 ]'
  within service own log | grep -q '^20.*Z* two$'
  [ ! -e "$R/var/log/own" ]
  within kill -9 "$(logd)"
  await 20 web_wrote 100
  compgen -G "$R/var/log/web/@*.u" >"$T/unclosed"
  stop
  [ "$status" = 0 ] || [ "$status" = 143 ]
  run -1 grep "in time" "$T/err"
  [ "$(stat -c %a "$R/var/log/web/current")" = 744 ]
  [ "$(stat -c %a "$R/etc/service/own/log/main/current")" = 744 ]
  # none is lost but, at most, of the killed one
  cat "$R/var/log/web/"@* "$R/var/log/web/current" | awk '$1 != "line" { exit 1 }'
  [ "$(tail -n 1 "$R/var/log/web/current")" = "$(grep -o 'line [0-9]*' "$T/out" | tail -n 1)" ]
}

@test "a full disk: supervision does not notice, and nothing is lost once there is space again" {
  local last
  mkdir -p "$R/var/log"
  script "$R/bin/under" <<'END'
#!/bin/sh
busybox mount -t tmpfs -o size=300k none /var/log
busybox head -c 250000 /dev/zero >/var/log/ballast
exec /sbin/init "$@"
END
  service web <<'END'
#!/bin/sh
i=0
while :; do i=$((i + 1)); echo "line $i, which is longer than it has to be, so that there are not as many"; done
END
  boot -i /bin/under -- 2>/dev/null
  await 20 said '/var/log/web: cannot write current: No space left'
  await 10 is db run
  within busybox timeout 5 sv restart db
  within busybox timeout 5 service list | grep -q db
  last=$(tail -n 1 "$T/out" | grep -o 'line [0-9]*')
  within busybox rm /var/log/ballast
  await 20 eval '[ "$(tail -n 1 "$T/out" | grep -o "line [0-9]*")" != "$last" ]'
  await 10 within busybox grep -q "$last," /var/log/web/current
  within busybox grep -o '^line [0-9]*' /var/log/web/current >"$T/lines"
  awk '$2 != NR { exit 1 }' "$T/lines"
}
