#!/usr/bin/env bats
# crond: how jobs run - overlap, delay, timeout, users, output, stop, catching up. Tables and clocks: crond.bats.

setup() {
  load ../lib/common
  load ../lib/cron
  cron_setup
}

teardown() {
  cron_teardown KILL
}

# table LINE...
table() {
  printf '%s\n' "$@" >table
}

# stop: by TERM; it has to end with 0
stop() {
  local code=0
  kill "$PID"
  wait "$PID" || code=$?
  PID=
  [ $code = 0 ]
}

# has FILE N TEXT: at least so often
has() {
  (($(grep -c -- "$3" "$1") >= $2))
}

@test "CRON_OVERLAP: skip says since when and which, allow and queue run all, kill ends the one before" {
  table 'CRON_QUIET=yes' 'CRON_LABEL=skip' '* * * * * * echo on; sleep 2.2' \
    'CRON_LABEL=allow' 'CRON_OVERLAP=allow' '* * * * * * echo on; sleep 2.2' \
    'CRON_LABEL=queue' 'CRON_OVERLAP=queue' 'CRON_QUIET=no' '* * * * * * echo on; sleep 1.2' \
    'CRON_LABEL=kill' 'CRON_OVERLAP=kill' '* * * * * * echo on; exec sleep 60'
  start table
  await 10 has out 3 'kill | on'
  await 10 has out 3 'allow | on'
  await 10 has out 2 'queue | on'
  [ "$(grep -c 'allow | on' out)" -gt "$(grep -c 'skip | on' out)" ]
  grep -q '^cron/skip | skipped: still running (pid [0-9]*, since [0-9][0-9]:[0-9][0-9]:[0-9][0-9] [A-Z0-9+-]*)$' err
  grep -q '^cron/kill | still running (pid [0-9]*): TERM, the next one is due$' err
  grep -q '^cron/kill | end: killed by signal 15 (TERM) after ' err
  [ "$(grep '^cron/queue' err | sed 's/ (.*//; s/ after.*//' | head -n 3)" = \
    $'cron/queue | start\ncron/queue | end: exit 0\ncron/queue | start' ]
  stop
  grep -q '^cron/queue | [0-9]* waiting runs dropped: crond stops$' err
}

@test "CRON_TIMEOUT ends the whole group; RANDOM_DELAY puts off, and what waits is dropped at the end" {
  table 'CRON_LABEL=long' 'CRON_TIMEOUT=1s' "@reboot echo first; trap 'echo term; exit 4' TERM; sleep 60 & wait" \
    'CRON_LABEL=late' 'RANDOM_DELAY=1s' '@reboot echo second' 'CRON_LABEL=never' 'RANDOM_DELAY=600' '@reboot echo third'
  start table
  await 10 grep -q '^cron/long | timeout after 1 s: TERM (pid [0-9]*)$' err
  await 10 grep -q '^cron/long | end: exit 4 after [1-9]' err
  grep -qx 'cron/long | term' out
  await 10 grep -q '^cron/late | end: exit 0' err
  stop
  grep -q '^cron/never | skipped: crond stops$' err
  run ! grep third out
}

@test "HOME, where it runs, PATH, what the table may set; input; neither INIT_SERVICE_LOG nor a terminal" {
  table 'CRON_LABEL=a' '@reboot pwd; echo "$HOME $LOGNAME $PATH"; read x || echo no input; ps -o sid= -p $$ | grep -q "\<$$$" && echo own session' \
    'CRON_LABEL=b' 'HOME=/nowhere' 'LOGNAME=forged' 'PATH=/bin:/x' '@reboot pwd; echo "$HOME $LOGNAME $PATH $INIT_SERVICE_LOG."' \
    'CRON_LABEL=c' '@reboot cat%one%%three \% percent'
  home=$(getent passwd "$(id -u)" | cut -d : -f 6)
  PATH=$PATH:/odd INIT_SERVICE_LOG=other start table
  await 10 has err 3 ' end: exit 0'
  diff <(grep '^cron/a ' out) - <<END
cron/a | $home
cron/a | $home $(id -un) $PATH:/odd
cron/a | no input
cron/a | own session
END
  diff <(grep '^cron/b ' out) - <<END
cron/b | /
cron/b | /nowhere $(id -un) /bin:/x .
END
  diff <(grep '^cron/c ' out) - <<END
cron/c | one
cron/c | 
cron/c | three % percent
END
}

@test "as another user with all his groups; as a uid without a name" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  { cat /etc/passwd; echo "worker:x:4001:4002::$T/home:/bin/none"; } >passwd
  { cat /etc/group; printf '%s\n' one:x:4003:worker two:x:4004:other,worker; } >group
  mkdir -m 755 home
  chmod 755 "$T"
  table 'CRON_LABEL=id' '@reboot worker id -u; id -G; pwd; echo "$USER $HOME $SHELL"; touch /root/x || echo refused'
  # shellcheck disable=SC2016 # for the inner shell
  unshare -m sh -c 'mount --bind passwd /etc/passwd; mount --bind group /etc/group; exec crond -f --with-user table' >out 2>err 3>&- &
  PID=$!
  await 10 grep -q 'end: exit 0' err
  diff <(grep -v denied out) - <<END
cron/id | 4001
cron/id | 4002 4003 4004
cron/id | $T/home
cron/id | worker $T/home /bin/sh
cron/id | refused
END
  stop
  rm -rf run
  install -d -o 12345 run
  chmod 644 table
  table '@reboot echo "$(id -u):$(id -G):$HOME"'
  INIT_RUN_DIR=run HOME=/tmp setpriv --reuid 12345 --regid 12345 --clear-groups "$BIN/crond" -f table >out 2>err 3>&- &
  PID=$!
  await 10 grep -qx 'cron/echo | 12345:12345:/tmp' out
}

@test "without a shell: words are run, by PATH too; what is not there is an end that says so" {
  [ "$(id -u)" = 0 ] || skip 'not root'
  mkdir -p root/bin
  cp "$INITBOX" root/bin/crond
  cp "$INITBOX" root/bin/initbox
  printf '%s\n' 'PATH=/bin' '@reboot initbox --version' '@reboot /bin/initbox   true' '@reboot nothing here' >root/table
  INIT_RUN_DIR=/run chroot root /bin/crond -f /table >out 2>err 3>&- &
  PID=$!
  await 10 has err 3 'end: '
  grep -q '^cron/initbox | initbox [0-9]' out
  [ "$(grep -c '^cron/initbox | end: exit 0' err)" = 2 ]
  grep -q '^cron/nothing | end: not started: nothing: not found in PATH' err
}

@test "2,000,000 lines in order, a long one in parts, the last one without a newline" {
  table 'CRON_LABEL=m' '@reboot seq 2000000; head -c 20000 /dev/zero | tr "\\000" y; printf "\nrest"'
  start table
  await 60 grep -q 'end: exit 0' err
  cmp <(head -n 2000000 out) <(seq -f 'cron/m | %.0f' 2000000)
  [ "$(tail -n +2000001 out | sed -E 's/ (y{16384}|y{3616})$/ part/')" = $'cron/m | part\ncron/m + part\ncron/m | rest' ]
}

@test "nobody reads: jobs wait, crond does not, and stops; when somebody does, nothing is missing" {
  mkfifo pipe
  table 'CRON_LABEL=m' '@reboot seq 200000; echo done >&2' 'CRON_LABEL=other' '* * * * * * echo here >&2'
  sleep 60 <>pipe 3>&- &
  holder=$!
  crond -f table >pipe 2>err 3>&- &
  PID=$!
  await 10 has err 2 '^cron/other | here'
  run ! grep 'm | end' err
  cat <pipe >out 3>&- &
  await 10 test -s out
  kill "$holder"
  await 20 grep -q '^cron/m | end: exit 0' err
  stop
  wait
  cmp out <(seq -f 'cron/m | %.0f' 200000)
  rm -rf run
  sleep 60 <>pipe 3>&- &
  holder=$!
  INIT_STOP_TIMEOUT=1 crond -f table >pipe 2>err 3>&- &
  PID=$!
  await 10 has err 2 '^cron/other | here'
  stop
  kill "$holder"
}

@test "its reader has gone: jobs run all the same" {
  table "* * * * * * echo here; echo more >>$T/ran"
  mkfifo pipe
  crond -f table >pipe 2>&1 3>&- &
  PID=$!
  head -n 1 pipe
  await 10 has ran 3 more
}

@test "TERM: nothing is left behind, whatever group or session it went to" {
  # shellcheck disable=SC2016 # for the shells of the jobs
  table "T=$T" 'CRON_LABEL=x' '@reboot setsid sh -c "echo \$\$ >>$T/pids; exec sleep 61" & (set -m; sleep 62 & echo $! >>$T/pids); sh -c "echo \$\$ >>$T/pids; kill -STOP \$\$" & wait' \
    'CRON_LABEL=daemon' '@reboot setsid sh -c "sleep 63 & echo \$! >>$T/pids"; exit 0'
  start table
  await 10 has pids 4 .
  await 10 grep -q '^cron/daemon | end: exit 0' err
  stop
  while read -r pid; do
    run ! kill -0 "$pid"
  done <pids
}

@test "CRON_CATCHUP: what was due while it was down runs at once, once, and is said" {
  table 'CRON_CATCHUP=yes' '0 3 * * * echo daily' 'CRON_CATCHUP=no' 'CRON_LABEL=not' '0 3 * * * echo hourly'
  export CRON_STATE_DIR=$T/state TZ=UTC
  day=1763769600 # midnight
  start --clock=$day table
  await 10 compgen -G "state/*"
  stop
  start --clock=$((day + 86400 * 3 + 3600)) table
  await 10 grep -q 'daily | end\|echo | end: exit 0' err
  grep -q '^cron/echo | was due at 2025-11-22 03:00:00 UTC, while we were down$' err
  [ "$(cat out)" = 'cron/echo | daily' ]
  stop
  start --clock=$((day + 86400 * 3 + 7200))x3600 table
  await 10 test -s out # 3 o'clock
  run ! grep 'while we were down' err
}

@test "JSON: events have members; beneath logd lines have headings" {
  table '@reboot root echo out; exit 3'
  sed -i "s/root/$(id -un)/" table
  INIT_LOG_FORMAT=json start --with-user table
  await 10 grep -q job_end err
  grep -q '"service":"cron/echo".*"severity":"info".*"event":"job_start","pid":[0-9]*,"schedule":"@reboot","user":"'"$(id -un)"'".*"message":"start (pid' err
  grep -q '"severity":"err".*"event":"job_end",.*"exit":3,"duration":[0-9.]*,"message":"end: exit 3' err
  grep -q '"service":"cron/echo","stream":"stdout",.*"message":"out"' out
  stop
  rm -rf run
  INIT_SERVICE_LOG=logd crond -f --with-user table > >(cat >out) 2> >(cat >err) 3>&- &
  PID=$!
  await 10 grep -q job_end err
  await 10 grep -qx $'\x01<6>cron/echo\x02out' out
  grep -q $'^\x01<3>cron/echo\x1f"event":"job_end",.*"exit":3,"duration":[0-9.]*\x02end: exit 3 after ' err
}

@test "@boot: once, or again in steps, or so long after each end; another crond in that container goes on with it" {
  printf '%s\n' CRON_LABEL=once '@boot 0s false' CRON_LABEL=steps '@boot 0s 10s true' CRON_LABEL=after '@boot 0s +10s true' >table
  start --ours --clock=1700000000x20 table
  await 20 eval '(($(grep -c "^timers/after | end: exit 0" err) > 2 && $(grep -c "^timers/steps | end: exit 0" err) > 2))'
  [ "$(grep -c '^timers/once | end: exit 1' err)" = 1 ]
  cron_teardown
  start --ours --clock=1700000000x20 table
  await 20 eval 'grep -q "^timers/after | end" err && grep -q "^timers/steps | end" err'
  run ! grep once err
}
