#!/usr/bin/env bats
# crond with tables of its own, no PID 1: options, checks, previews, clocks, signals. As a service: tests/boot/cron.bats.
# shellcheck disable=SC2154 # stderr: bats' run --separate-stderr

setup() {
  load ../lib/common
  load ../lib/cron
  cron_setup
}

teardown() {
  cron_teardown
}

# next ZONE LOCAL N EXPR: when it is due after that local time, in local time
next() {
  local at
  for at in $(crond --next "$4" "$(TZ=$1 date -d "$2" +%s)" "$3" "$1"); do
    TZ=$1 date -d "@$at" '+%m-%d %H:%M:%S %Z'
  done
}

# said N TEXT: at least so often on stdout
said() {
  (($(grep -c "$2" out) >= $1))
}

# is TEXT LINE...: it has just these lines
is() {
  printf '%s\n' "${@:2}" | diff - <(echo "$1")
}

@test "--next: seconds since 1970, five from now on unless told, in \$TZ" {
  is "$(crond --next '0 0 29 2 *' 1700000000 3)" 1709164800 1835395200 1961625600
  is "$(crond --next '@every 90s' 1000 2)" 1090 1180
  is "$(crond --next '10 0 0 1 1 *' 0 1)" 10
  is "$(crond --next '30 4 * * *' 1700000000 1 UTC)" 1700022600
  is "$(TZ=Asia/Kathmandu crond --next '30 4 * * *' 1700000000 1)" 1700001900
  is "$(TZ=Asia/Kathmandu crond --next '30 4 * * *' 1700000000 1 CET-1CEST,M3.5.0,M10.5.0/3)" 1700019000
  now=$(date +%s)
  run -0 crond --next '* * * * *'
  [ "${#lines[@]}" = 5 ]
  ((lines[0] > now && lines[0] <= now + 62 && lines[0] % 60 == 0 && lines[4] == lines[0] + 240))
  run -0 crond --next '* * * * *' now 1 Europe/Berlin
  ((output > now))
}

@test "--next where clocks are put forward and back: Vixie's rule" {
  is "$(next Europe/Berlin '2026-03-28 12:00' 2 '30 2 * * *')" '03-29 03:00:00 CEST' '03-30 02:30:00 CEST'
  is "$(next Europe/Berlin '2026-03-29 00:00' 4 '*/30 * * * *')" '03-29 00:30:00 CET' '03-29 01:00:00 CET' \
    '03-29 01:30:00 CET' '03-29 03:00:00 CEST'
  is "$(next Europe/Berlin '2026-10-24 12:00' 2 '30 2 * * *')" '10-25 02:30:00 CEST' '10-26 02:30:00 CET'
  is "$(next Europe/Berlin '2026-10-25 01:45' 4 '*/30 2 * * *')" '10-25 02:00:00 CEST' '10-25 02:30:00 CEST' \
    '10-25 02:00:00 CET' '10-25 02:30:00 CET'
  is "$(next America/New_York '2026-03-07 12:00' 2 '15,45 2 * * *')" '03-08 03:00:00 EDT' '03-09 02:15:00 EDT'
  is "$(next Australia/Lord_Howe '2026-10-03 12:00' 2 '15 2 * * *')" '10-04 02:30:00 +11' '10-05 02:15:00 +11'
}

@test "--next: what is wrong, and where" {
  run -1 --separate-stderr crond --next '1 61 * * *'
  [ -z "$output" ]
  [[ $stderr == 'expression:3: '*hour* ]]
  run -1 crond --next '* * * *'
  [[ $output == 'expression:'[0-9]*': '* ]]
  run -1 crond --next '* * * * *' now 1 Nowhere/City
  [[ $output == *Nowhere/City*tzdata* ]]
  run -0 --separate-stderr crond --next '0 0 31 2 *'
  [ -z "$output" ]
  [ "$stderr" = 'expression: never more' ]
  run -0 --separate-stderr crond --next @reboot
  [ -z "$output" ]
  [ "$stderr" = 'expression: once, at the start' ]
  run -2 crond --next '* * * * *' noon
  run -2 crond --next '* * * * *' now many
  run -2 crond --next
}

@test "-t: file:line:column of each mistake, 1; warnings and what is right: 0" {
  printf '%s\n' '# a table' 'PATH=/bin:/usr/bin' '61 * * * * echo one' '* * * * *' '0 0 */2 * 1 echo two' \
    '0 0 31 2 * echo three' '  5 5 * * * no-such-tool -x' '* * * * * /nowhere/tool' '@reboot cd / && true' >bad
  run -1 --separate-stderr crond -t bad
  [ "$output" = '5 jobs' ]
  grep -q '^bad:3:1: .*minute' <<<"$stderr"
  grep -q '^bad:4:[0-9]*: .*command' <<<"$stderr"
  grep -q '^bad:5:[0-9]*: warning: ' <<<"$stderr"
  grep -q '^bad:6:[0-9]*: warning: .*never' <<<"$stderr"
  grep -q '^bad:7:13: warning: no-such-tool: no such program in PATH=/bin:/usr/bin$' <<<"$stderr"
  grep -q '^bad:8:11: warning: /nowhere/tool: no such program$' <<<"$stderr"
  [ "$(wc -l <<<"$stderr")" = 6 ]
  printf '* * * * * echo one\r\n\t*/5  *\t* * mon-fri  test -x /x && /x' >good
  run -0 --separate-stderr crond -t good
  [ "$output$stderr" = '2 jobs' ]
  run -1 crond -t nope
  [[ $output == 'nope: No such file or directory'* ]]
  run -1 crond -t good bad
}

@test "-t: a user's name where lines have one; a shell that is missing; a zone that is" {
  printf '%s\n' 'CRON_TZ=Nowhere/City' '* * * * * root echo one' 'SHELL=/bin/none' '* * * * * root echo two' \
    '* * * * * root echo three | cat' '* * * * * nobody-at-all echo four' >table
  run -1 --separate-stderr crond -t --with-user table
  [ "$output" = '2 jobs' ]
  grep -q '^table:2:.*warning: .*Nowhere/City.*tzdata' <<<"$stderr"
  grep -q "^table:5:27: '|' is for a shell, and there is no /bin/none" <<<"$stderr"
  grep -q '^table:6:11: no such user: nobody-at-all' <<<"$stderr"
  echo '* * * * * true' >good
  TZ=Nowhere/Else run -0 crond -t good
  [[ $output == *'warning: '*Nowhere/Else*tzdata* ]]
}

@test "-n: the next runs of each job: time, zone, user, label" {
  printf '%s\n' '30 2 * * * /usr/bin/backup --all' 'CRON_TZ=America/New_York' 'CRON_LABEL=west' '0 12 * * * true' \
    '@reboot true' >table
  TZ=Europe/Berlin run -0 --separate-stderr crond --clock=1774612800 -n 2 table
  me=$(id -un)
  is "$output" "2026-03-28 02:30:00 CET   $me backup" "2026-03-29 03:00:00 CEST  $me backup" \
    "2026-03-27 12:00:00 EDT   $me west" "2026-03-28 12:00:00 EDT   $me west" "at the start              $me west"
}

@test "a table of seconds in real time: start, lines of both outputs, end with code and duration" {
  printf '%s\n' 'CRON_LABEL=good' '* * * * * * echo out; echo err >&2' 'CRON_LABEL=bad' '* * * * * * exit 3' \
    'CRON_LABEL=shot' '* * * * * * kill -9 $$' >table
  start table
  await 10 grep -q '^cron/shot | end: ' err
  await 10 grep -q '^cron/bad | end: ' err
  await 10 grep -qx 'cron/good | out' out
  await 10 grep -q '^cron/good | end: exit 0 after [0-9]*\.[0-9]\{3\} s$' err
  grep -qx 'cron/good | err' err
  grep -q '^cron/good | start (pid [0-9]*)$' err
  grep -q '^cron/bad | end: exit 3 after ' err
  grep -q '^cron/shot | end: killed by signal 9 (KILL) after ' err
}

@test "what a job is given: the environment, the table's, HOME and the like, its input" {
  printf '%s\n' 'SET="by the table"' '@reboot env; cat%one%two' >table
  INHERITED=yes start table
  await 10 grep -q ' | two$' out
  for line in INHERITED=yes 'SET=by the table' "LOGNAME=$(id -un)" "USER=$(id -un)" SHELL=/bin/sh one; do
    grep -qx "cron/env | $line" out
  done
  grep -q '^cron/env | HOME=' out
  grep -q '^cron/env | PATH=' out
}

@test "--clock: a day in seconds, every job as often as it is due" {
  printf '%s\n' '0 */6 * * * echo six' '30 12 * * * echo noon' >table
  start --clock=1700006390x86400 -l 9 table # 23:59:50
  await 10 grep -q '| six$' out
  await 20 said 2 noon
}

@test "stopped for more than an hour: what has a fixed time is made up for, what has a star is not" {
  printf '%s\n' 'CRON_OVERLAP=queue' '1 3 * * * echo up' '15,30,45 5 * * * echo fixed' '*/5 5 * * * echo wild' '* 7 * * * echo over' >table
  begun=${EPOCHREALTIME/[.,]/}
  start --clock=$((1700006400 + 3 * 3600))x3600 -l 9 table # an hour is a second
  await 5 grep -q up out
  kill -STOP "$PID"
  ((${EPOCHREALTIME/[.,]/} - begun < 2000000))
  passed() { ((${EPOCHREALTIME/[.,]/} - begun > 3500000)); }
  await 5 passed
  kill -CONT "$PID"
  await 10 grep -q over out
  await 5 said 3 fixed
  run ! said 4 fixed
  run ! said 1 wild
}

@test "TERM: running jobs get it too, what they say then is heard, the code is 0; the stubborn are killed in time" {
  printf '%s\n' 'CRON_LABEL=kind' "@reboot trap 'echo bye; exit 7' TERM; setsid sleep 1000 & echo left \$!; echo on; while :; do sleep 0.1; done" >table
  start table
  await 10 grep -q 'kind | on' out
  kill "$PID"
  code=0
  wait "$PID" || code=$?
  PID=
  [ $code = 0 ]
  run ! kill -0 "$(sed -n 's/^cron.kind | left //p' out)"
  grep -qx 'cron/kind | bye' out
  grep -q '^cron/kind | end: exit 7 after ' err
  printf '%s\n' 'CRON_LABEL=stubborn' "@reboot trap '' TERM; echo \$\$; while :; do sleep 0.1; done" >table
  rm -rf run
  INIT_STOP_TIMEOUT=1 start table
  await 10 grep -q 'stubborn | [0-9]' out
  kill -INT "$PID"
  wait "$PID"
  PID=
  grep -q '^cron/stubborn | end: killed by signal 9' err
  run ! kill -0 "$(sed -n 's/cron.stubborn | //p' out)"
}

@test "a table that changes is read again: written, replaced, by a link as of a configmap; HUP and USR2" {
  mkdir one two
  echo '0 0 1 1 * true' >one/table
  echo '* * * * * * echo second' >two/table
  ln -s one data
  ln -s data/table link
  start --clock=1700000000x10 link
  ln -s two new
  mv -T new data
  await 10 grep -q '| second$' out
  echo '* * * * * * echo third' >two/table
  await 10 grep -q '| third$' out
  printf '* * * * * * echo fourth' >two/next
  mv two/next two/table
  await 10 grep -q '| fourth$' out
  kill -HUP "$PID"
  kill -USR2 "$PID"
  : >out
  await 10 grep -q '| fourth$' out
}

@test "nothing to run is said, and a table that comes is taken" {
  start --clock=1700000000x10 table
  await 10 grep -q 'nothing to run: waiting for a table' err
  echo '* * * * * * echo here' >table
  await 10 grep -q '| here$' out
}

@test "to the background: with a log, and where its parent wrote" {
  echo '* * * * * * echo $PPID here' >table
  crond --clock=1700000000x10 -L log table
  await 10 grep -q '| [0-9]* here$' log
  PID=$(sed -n 's/.*| \([0-9]*\) here$/\1/p' log | head -n 1)
  [ "$(readlink "/proc/$PID/fd/1")" = /dev/null ]
  [ "$(ps -o sid= -p "$PID" | tr -d ' ')" != "$(ps -o sid= -p $$ | tr -d ' ')" ]
  kill "$PID"
  await 10 run ! kill -0 "$PID"
  PID=
  crond --clock=1700000000x10 table >out 2>err 3>&-
  await 10 grep -q '| [0-9]* here$' out
  PID=$(sed -n 's/.*| \([0-9]*\) here$/\1/p' out | head -n 1)
}

@test "options of busybox's crond and of Debian's cron" {
  echo '* * * * * * echo here' >table
  for options in '-f -d 9' '-f -l 9' '-f -S -l 10'; do
    # shellcheck disable=SC2086 # words
    crond $options --clock=1700000000x10 table >out 2>err 3>&- &
    PID=$!
    await 10 said 2 '| here$'
    run ! grep -q 'start\|end' err
    kill "$PID"
    wait "$PID"
    PID=
  done
  cron -f -l -n -P -L 5 --clock=1700000000x10 table >out 2>err 3>&- &
  PID=$!
  await 10 grep -q '| here$' out
  [ ! -e 5 ]
  mkdir -m 755 tabs
  echo '* * * * * * echo mine' >"tabs/$(id -un)"
  run -0 crond -n 1 -c tabs
  [[ $output == *"$(id -un)"*echo* ]]
}

@test "wrong use: 2" {
  for args in '-l' '-l x' '-n x' '--clock=x' '--clock=1x' '--clock=1x0' '-n 0' '-k' '--nope'; do
    # shellcheck disable=SC2086 # words
    run -2 crond $args
    [[ $output == 'crond: '* ]]
  done
}
