#!/usr/bin/env bats
# crond as a service of a real container: its lines in the log, its state, how it stops, what happens once at the start.
# shellcheck disable=SC2016 # the shell inside expands

setup() {
  load ../lib/boot
  boot_setup
  service crond <<'END'
#!/bin/sh
exec /usr/sbin/crond ${CLOCK:+--clock=$CLOCK}
END
  CRONTAB=$R/etc/crontabs/root
  mkdir -p "$R/etc/crontabs"
}

teardown() {
  boot_teardown
}

# wrote FILE PATTERN
wrote() {
  grep -q -- "$2" "$T/$1"
}

# the number of the process that has that name, as it is inside
pid_of() {
  within sh -c 'grep -l "^'"$1"'$" /proc/[0-9]*/comm | grep -o "[0-9]*"'
}

@test "lines of jobs in the container's log, each on its stream under the job's name; service crond status" {
  printf '%s\n' 'CRON_LABEL=tick' '* * * * * * echo out; echo err >&2' 'CRON_LABEL=bad' '@reboot exit 3' \
    '0 0 1 1 * /bin/true' >"$CRONTAB"
  boot --
  await 10 wrote err '^cron/tick | end: exit 0 after [0-9.]* s$'
  wrote out '^cron/tick | out$'
  wrote err '^cron/tick | err$'
  wrote err '^cron/tick | start (pid [0-9]*)$'
  wrote err '^cron/bad | end: exit 3 after [0-9.]* s$'
  run ! grep -P '\x01|\x02' "$T/out" "$T/err"
  state() { within service crond status >"$T/status" && grep -q '^ *last: .* UTC tick exited with 0' "$T/status"; }
  await 10 state
  grep -q '^ *next: [0-9-]* [0-9:]* UTC tick$' "$T/status"
  grep -q '^ *last: .* bad exited with 3 after ' "$T/status"
  grep -q '^ *failures: 1$' "$T/status"
  stop
  [ "$status" = 0 ]
}

@test "in JSON: the service, the event, pid, exit code, duration, schedule, user" {
  printf '%s\n' 'CRON_LABEL=one' '@reboot echo "said \"so\""' 'CRON_LABEL=two' '@reboot kill -9 $$' >"$CRONTAB"
  boot -e INIT_LOG_FORMAT=json --
  await 10 wrote err '"event":"job_end".*"signal"'
  await 10 wrote err '"event":"job_end".*"exit":0'
  python3 - "$T/out" "$T/err" <<'END'
import json, sys
lines = [json.loads(l) for f in sys.argv[1:] for l in open(f)]
one = [l for l in lines if l["service"] == "cron/one"]
start, = [l for l in one if l.get("event") == "job_start"]
end, = [l for l in one if l.get("event") == "job_end"]
text, = [l for l in one if "event" not in l]
assert text["message"] == 'said "so"' and text["stream"] == "stdout" and text["severity"] == "info", text
assert start["pid"] == end["pid"] > 1 and start["severity"] == "info", start
assert end["exit"] == 0 and 0 <= end["duration"] < 60 and end["user"] == "root" and end["schedule"] == "@reboot", end
killed, = [l for l in lines if l["service"] == "cron/two" and l.get("event") == "job_end"]
assert killed["signal"] == 9 and "exit" not in killed and killed["severity"] == "err", killed
END
}

@test "stop: running jobs get TERM, what they say is heard, none is left behind, and it does not take long" {
  printf '%s\n' 'CRON_LABEL=kind' \
    "@reboot trap 'echo bye; exit 0' TERM; echo on; setsid sleep 1000 & while :; do sleep 0.1; done" >"$CRONTAB"
  boot --
  await 10 wrote out '^cron/kind | on$'
  begun=$(now)
  stop
  [ "$status" = 0 ]
  (($(now) - begun < 6000))
  wrote out '^cron/kind | bye$'
  wrote err '^cron/kind | end: exit 0 after '
}

@test "@reboot: once in the life of a container, also when crond was killed" {
  printf '%s\n' '@reboot echo boot' '* * * * * * echo "tick $PPID"' >"$CRONTAB"
  boot --
  await 10 wrote out 'tick [0-9]'
  first=$(pid_of crond)
  within kill -9 "$first"
  again() { grep 'tick [0-9]' "$T/out" | grep -qv "tick $first\$"; }
  await 10 again
  [ "$(grep -c 'echo | boot$' "$T/out")" = 1 ]
  stop
  boot --
  await 10 wrote out 'echo | boot$'
}

@test "/etc/periodic at another time: run-parts at the hour, scripts by name, a leftover is named" {
  script "$R/etc/periodic/hourly/matomo.sh" <<<$'#!/bin/sh\necho archived for $USER in $PWD'
  script "$R/etc/periodic/hourly/old.sh.dpkg-old" <<<$'#!/bin/sh\necho never'
  script "$R/etc/periodic/daily/ddns" <<<$'#!/bin/sh\necho updated >&2; exit 4'
  boot -e CLOCK=1700006340x600 -- # 23:59:00: an hour is 6 s
  await 10 wrote out '^cron/hourly | archived for root in /root$'
  wrote err '^cron/hourly | run-parts: .*old.sh.dpkg-old left out'
  run ! wrote out never
  [ "$(grep -c archived "$T/out")" -le 2 ]
  echo '61 * * * * true' >"$CRONTAB"
  run -1 within crond -t
  [[ $output == *"/etc/crontabs/root:1:1: "*$'\n2 jobs' ]]
  within crond -n 1 >"$T/list" 2>"$T/told"
  grep -q '^....-..-.. 02:00:00 UTC   root daily$' "$T/list"
}

@test "no shell in the image: words are run directly, what needs a shell is refused with the reason" {
  rm "$R/bin/sh"
  ln -s initbox "$R/etc/service/crond/run.new"
  rm "$R/etc/service/crond/run"
  ln -s /usr/sbin/crond "$R/etc/service/crond/run"
  rm "$R/etc/service/crond/run.new"
  printf '%s\n' '* * * * * * echo direct  words' '* * * * * * echo a | cat' >"$CRONTAB"
  boot --
  await 10 wrote out '^cron/echo | direct words$'
  wrote err "crond | .*root:2:[0-9]*: '|' is for a shell, and there is no /bin/sh"
}

@test "nobody's uid on a read-only root, tables of a configmap that is swapped" {
  echo 'app:x:1000:1000::/:/bin/sh' >>"$R/etc/passwd"
  printf '%s\n' '#!/bin/sh' 'exec chpst -u 1000 /usr/sbin/crond -f /config/crontab' >"$R/etc/service/crond/run"
  mkdir -p "$R/config"
  boot_read_only() {
    "$TOP/images/boot" -p "$T/pid" "$R" >"$T/out" 2>"$T/err" </dev/null 3>&- 4>&- &
    # shellcheck disable=SC2034 # of seeds.bash
    BOOT=$!
    await 10 test -s "$T/pid"
  }
  mkdir "$R/config/..one" "$R/config/..two"
  echo '* * * * * * echo "one $USER $HOME"' >"$R/config/..one/crontab"
  echo '* * * * * * echo two' >"$R/config/..two/crontab"
  ln -s ..one "$R/config/..data"
  ln -s ..data/crontab "$R/config/crontab"
  boot_read_only
  await 10 wrote out '^cron/echo | one app /$'
  ln -s ..two "$R/config/..new"
  mv -T "$R/config/..new" "$R/config/..data"
  await 10 wrote out '^cron/echo | two$'
}

@test "run files of other bases: SB21, quiet by its level; JP15, PH19: cron -f, a table of /etc/cron.d, tabs, mail" {
  printf '%s\n' '#!/bin/sh' 'exec /usr/sbin/crond -f -d ${CRON_LOG_LEVEL-9}' >"$R/etc/service/crond/run"
  echo '* * * * * * echo here' >"$CRONTAB"
  boot --
  await 10 wrote out '^cron/echo | here$'
  await 10 eval '(($(grep -c here "$T/out") > 1))'
  run ! wrote err 'start\|end'
  stop
  rm "$CRONTAB"
  printf '%s\n' '#!/bin/sh' 'exec /usr/sbin/cron -f' >"$R/etc/service/crond/run"
  mkdir -p "$R/etc/cron.d"
  printf 'MAILTO=root\n* *\t* * * *\troot\t[ ! -d /run/systemd/system ] && echo "$FROM 5\\%%"' >"$R/etc/cron.d/x"
  boot -e FROM=container --
  await 10 wrote out '^cron/x | container 5%$'
  [ "$(grep -c 'x:1:1: .*mail' "$T/err")" = 1 ]
}

@test "crond as process 1: in the foreground, takes what others left, ends with 0 on TERM" {
  echo '@reboot (sleep 0.1 & echo "$!" >/tmp/orphan); echo "under $PPID"' >"$CRONTAB"
  boot -i /usr/sbin/crond --
  await 10 wrote out '^cron/[^ ]* | under 1$'
  gone() { within sh -c 'test -s /tmp/orphan && ! test -e /proc/"$(cat /tmp/orphan)"'; }
  await 10 gone
  stop
  [ "$status" = 0 ]
}
