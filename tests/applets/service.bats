#!/usr/bin/env bats
# service: the list, commands in sagebind's words, wait, check.

# shellcheck disable=SC2154 # stderr is set by run
setup() {
  load ../lib/common
  load ../lib/services
  SERVICE=$BIN/service
  export SVDIR=$SV
}

teardown() {
  exec 8>&- 9>&-
  services_teardown
}

# fake NAME STATE-LINE...: a service that somebody seems to supervise; the reader of `ok` is the test (fd 9).
fake() {
  local s=$SV/$1/supervise
  mkdir -p "$s"
  mkfifo "$s/ok" "$s/control"
  head -c 20 /dev/zero >"$s/status"
  printf '%s\n' "${@:2}" >"$s/state"
}

listening() { # keeps the FIFO of a fake open
  exec 9<>"$SV/$1/supervise/ok"
}

@test "list: a table with every column" {
  fake web state=ready wanted=yes ready=yes pid=$$ since=$(($(date +%s) - 125)).5 restarts=2 signal=TERM \
    description='the front door'
  listening web
  run -0 "$SERVICE" list
  [ "${#lines[@]}" = 2 ]
  [[ ${lines[0]} =~ ^NAME\ +STATE\ +READY\ +PID\ +UP\ FOR\ +RESTARTS\ +EXIT\ +MEMORY\ +DESCRIPTION$ ]]
  [[ ${lines[1]} =~ ^web\ +ready\ +yes\ +$$\ +2m\ [5-9]s\ +2\ +TERM\ +[0-9]+K\ +the\ front\ door$ ]]
  for title in STATE:ready READY:yes PID:$$ EXIT:TERM DESCRIPTION:the; do
    above=${lines[0]%%"${title%:*}"*} below=${lines[1]%%" ${title#*:}"*}
    [ ${#above} = $((${#below} + 1)) ]
  done
  table=$output
  run -0 "$SERVICE"
  [ "${output%%$'\n'*}" = "${table%%$'\n'*}" ]
}

@test "list: what it is waiting for is said; long names keep the columns" {
  fake a state=down wanted=no
  fake a-name-that-is-rather-long state=backoff wanted=yes exit=3 'reason=run: not executable'
  exec 8<>"$SV/a/supervise/ok"
  listening a-name-that-is-rather-long
  run -0 "$SERVICE"
  [[ ${lines[1]} =~ ^a\ {26}down\ +no\ +-\ +-\ +0\ +-\ +-$ ]]
  [[ ${lines[2]} =~ ^a-name-that-is-rather-long\ backoff\ +no\ +-\ +-\ +0\ +3\ +-\ +run:\ not\ executable$ ]]
}

@test "what a service keeps in \`state\` about itself: below its status and in json, made harmless, if it is of this run" {
  fake web state=ready wanted=yes ready=yes pid=$$ "since=$(date +%s).5"
  listening web
  printf 'next backup 12:00\n\n\33[31mlast \1 ok\x7f' >"$SV/web/state"
  run -0 --keep-empty-lines "$SERVICE" web status
  [ "${#lines[@]}" = 6 ] # the last one empty
  [[ ${lines[1]} == " Status: "* ]]
  [ "${lines[2]}" = "  next backup 12:00" ]
  [ "${lines[3]}" = "  " ]
  [ "${lines[4]}" = "  ?[31mlast ? ok?" ]
  run -0 "$SERVICE" --json
  [[ $output == *'"text":"next backup 12:00\n\n\u001b[31mlast \u0001 ok\u007f",'* ]]
  head -c 100000 /dev/zero | tr '\0' '\1' >"$SV/web/state"
  run -0 "$SERVICE" web status
  [ ${#output} -lt 5000 ]
  run -0 "$SERVICE" --json
  perl -MJSON::PP -e 'decode_json($ARGV[0])' "$output"
  touch -d '10 seconds ago' "$SV/web/state"
  run -0 "$SERVICE" web status
  [ "${#lines[@]}" = 2 ]
  touch "$SV/web/state"
  sed -i '/^pid=/d' "$SV/web/supervise/state"
  run "$SERVICE" web status
  [ "${#lines[@]}" = 2 ]
  [[ $("$SERVICE" --json) != *'"text"'* ]]
}

@test "list: colour on a terminal only" {
  fake web state=ready wanted=yes ready=yes
  listening web
  run -0 "$SERVICE"
  [[ $output != *$'\e'* ]]
  run -0 command script -qec "'$SERVICE'" /dev/null
  [[ $output == *$'\e[32m'* ]]
}

@test "list: a service that nobody supervises" {
  mkdir -p "$SV/dead"
  touch "$SV/file"
  run -0 "$SERVICE"
  [ "${#lines[@]}" = 2 ]
  [[ ${lines[1]} =~ ^dead\ +-\ +no ]]
}

@test "list --json is JSON, whatever the texts hold" {
  fake web state=ready wanted=yes ready=yes essential=yes pid=$$ since=1795309788.483 restarts=2 exit=7 peak_kb=9 \
    $'description=say "hi" \\ \x01 \xff \xc3\xa9'
  fake off state=down wanted=no signal=KILL
  exec 8<>"$SV/off/supervise/ok"
  listening web
  "$SERVICE" --json >"$T/json"
  perl -MJSON::PP -e '
    local $/; my $l = JSON::PP->new->utf8->decode(<STDIN>); my ($off, $web) = @$l;
    die unless @$l == 2 && $off->{name} eq "off" && $off->{signal} eq "KILL" && !exists $off->{exit};
    die unless $web->{ready} && $web->{essential} && $web->{exit} == 7 && $web->{pid} == $ARGV[0] && $web->{peak_kb} == 9;
    die unless $web->{since} == 1795309788.483 && $web->{memory_kb} > 100 && $web->{restarts} == 2;
    die $web->{description} unless $web->{description} eq "say \"hi\" \\ \x01 \\xff \x{e9}";
  ' $$ <"$T/json"
  rm -r "${SV:?}"/*
  run -0 "$SERVICE" --json
  [ "$output" = '[]' ]
}

@test "status in sagebind's words; down; not supervised" {
  sleeper web
  sleeper off down
  supervise
  await 5 is web up
  await 5 is off down
  run -0 "$SERVICE" web status
  [ "${lines[0]}" = "Service: $SV/web" ]
  [[ ${lines[1]} =~ ^\ Status:\ up\ \(pid\ $(cat "$SV/web/supervise/pid")\)\ [0-9]+\ seconds$ ]]
  run -0 "$SERVICE" off
  [[ ${lines[1]} =~ ^\ Status:\ down\ \(exitcode\ 0\)\ [0-9]+\ seconds ]]
  mkdir "$SV/.dead"
  run -1 "$SERVICE" "$SV/.dead" status
  [[ ${lines[1]} =~ ^\ Status:\ [a-zA-Z] ]]
}

@test "errors in sagebind's words" {
  mkdir -p "$SV/web"
  run -1 --separate-stderr "$SERVICE" nosuch start
  [ "$output" = "" ]
  [ "$stderr" = "Service not found: nosuch" ]
  run -1 --separate-stderr "$SERVICE" web explode
  [ "$stderr" = "Unknown command: explode" ]
  run -1 "$SERVICE" web start
  [[ $output == "service: web: unable to open supervise/control: "* ]]
}

@test "start, stop, once and restart wait for what they ask for" {
  local before
  service web down notification-fd <<<'#!/bin/sh
read -r line <gate
echo >&3
exec sleep 1000'
  value web/notification-fd 3
  mkfifo "$SV/web/gate"
  supervise
  await 5 is web down
  (
    await 5 is web starting
    echo >"$SV/web/gate"
  ) &
  run -0 "$SERVICE" web start
  is web ready
  before=$(state web pid)
  (
    await 5 eval "[ '$before' != \"\$(state web pid)\" ] && is web starting"
    echo >"$SV/web/gate"
  ) &
  run -0 "$SERVICE" web restart
  is web ready
  [ "$(state web pid)" != "$before" ]
  run -0 "$SERVICE" web stop
  is web down
  run -0 "$SERVICE" web try-restart
  is web down
  run -0 "$SERVICE" web once
  [ "$(state web wanted)" = no ]
  run -0 "$SERVICE" web stop
}

@test "what is late is said, with its state, and bounded by -t" {
  service deaf <<<'#!/bin/sh
trap "" TERM
echo >up
while :; do sleep 1; done'
  value deaf/timeout-kill 0
  supervise
  await 5 test -e "$SV/deaf/up"
  run -1 "$SERVICE" deaf stop -t 100ms
  [ "$output" = "service: deaf: still stopping after 100 ms" ]
  run -1 env SVWAIT=0.2 "$SERVICE" deaf restart
  [[ $output == "service: deaf: still "*" after 200 ms" ]]
  run -2 "$SERVICE" -t soon deaf stop
  run -0 "$SERVICE" deaf kill KILL
}

@test "reload and kill send signals, those runit does not know too" {
  service web <<<'#!/bin/sh
for s in HUP USR1 WINCH TERM; do trap "echo $s >>got" $s; done
echo ready >got
rm -f pipe; mkfifo pipe; exec 8<>pipe
while :; do read -r line <&8; done'
  value web/timeout-kill 200
  supervise
  await 5 test -p "$SV/web/pipe"
  await 5 grep -q ready "$SV/web/got"
  for word in reload:HUP 'kill USR1:USR1' 'kill SIGWINCH:WINCH' 'kill 15:TERM'; do
    # shellcheck disable=SC2086 # two words
    run -0 "$SERVICE" web ${word%:*}
    await 5 grep -qx "${word#*:}" "$SV/web/got"
  done
  run -2 "$SERVICE" web kill NONSENSE
  run -2 "$SERVICE" web kill
}

@test "wait: until ready, also for one that is not supervised yet; 124 and the name when late" {
  service slow notification-fd <<<'#!/bin/sh
read -r line <gate
echo >&3
exec sleep 1000'
  value slow/notification-fd 3
  mkfifo "$SV/slow/gate"
  sleeper web
  "$SERVICE" wait slow web >"$T/waited" 2>&1 3>&- &
  waiter=$!
  supervise
  await 5 is slow starting
  run -124 "$SERVICE" wait web slow -t 0.1
  [ "$output" = "service: slow: still starting after 100 ms" ]
  kill -0 "$waiter"
  echo >"$SV/slow/gate"
  wait "$waiter"
  [ ! -s "$T/waited" ]
  run -0 "$SERVICE" wait -t 0.1 slow
  run -1 "$SERVICE" wait nosuch
  [ "$output" = "Service not found: nosuch" ]
  run -2 "$SERVICE" wait
}

@test "wait: a service that failed is not waited for" {
  service bad max-death-tally <<<'#!/bin/sh
exit 3'
  value bad/max-death-tally 1
  supervise
  await 5 is bad failed
  run -1 "$SERVICE" wait bad
  [[ $output == "service: bad failed"* ]]
}

@test "check: 0 if all that are wanted are ready, else one line for each culprit" {
  fake web state=ready wanted=yes ready=yes
  fake off state=down wanted=no ready=no
  exec 8<>"$SV/off/supervise/ok"
  listening web
  run -0 "$SERVICE" check
  [ "$output" = "" ]
  run -1 --separate-stderr "$SERVICE" check off
  [ "$stderr" = "service: off is down, not ready" ]
  printf '%s\n' state=backoff wanted=yes ready=no 'reason=run: no' >"$SV/web/supervise/state"
  run -1 --separate-stderr "$SERVICE" check
  [ "$output" = "" ]
  [ "$stderr" = "service: web is backoff, not ready: run: no" ]
  exec 9>&-
  run -1 --separate-stderr "$SERVICE" check
  [ "$stderr" = "service: web is -, not ready: runsv not running" ]
  run -1 "$SERVICE" check nosuch
}

@test "check: once a service is marked essential, only such count" {
  fake main state=ready wanted=yes ready=yes essential=yes
  fake side state=backoff wanted=yes ready=no
  exec 8<>"$SV/side/supervise/ok"
  listening main
  run -0 "$SERVICE" check
  printf '%s\n' state=up wanted=yes ready=no essential=yes >"$SV/main/supervise/state"
  run -1 "$SERVICE" check
  [ "$output" = "service: main is up, not ready" ]
}

@test "under runit's own runsv: list, wait, status, stop, start, check" {
  sleeper a
  runsvdir "$SV" >/dev/null 2>&1 3>&- &
  sup=$!
  run -0 "$SERVICE" wait a -t 10
  run -0 "$SERVICE"
  [[ ${lines[1]} =~ ^a\ +up\ +yes\ +[0-9] ]]
  run -0 "$SERVICE" check
  run -0 "$SERVICE" a stop
  run -0 "$SERVICE" a status
  [[ ${lines[1]} == *"down (exitcode 0) "* ]]
  run -0 "$SERVICE" check
  run -0 "$SERVICE" a start
  run -0 "$SERVICE" a restart
  kill "$sup"
  "$BIN/sv" force-shutdown a
}

@test "a running init's services are found by name, its read-only ones through the run directory" {
  unset SVDIR
  export INIT_RUN_DIR=$T/run
  mkdir -p "$T/run/service/ro" "$T/image/ro"
  echo $$ >"$T/run/pid"
  SV=$T/run/service fake ro state=ready wanted=yes ready=yes
  script "$T/image/ro/run" <<<'#!/bin/sh'
  ln -s "$T/image/ro/run" "$T/run/service/ro/run"
  SV=$T/image fake rw state=ready wanted=yes ready=yes
  ln -s "$T/image/rw" "$T/run/service/rw"
  exec 8<>"$T/run/service/ro/supervise/ok" 9<>"$T/image/rw/supervise/ok"
  run -0 "$SERVICE"
  [ "${#lines[@]}" = 3 ]
  run -0 "$SERVICE" rw status
  [ "${lines[0]}" = "Service: $T/image/rw" ]
  run -0 env INIT_SERVICE_DIR="$T/image" "$SERVICE" ro status
  [ "${lines[0]}" = "Service: $T/image/ro" ]
  [[ ${lines[1]} == " Status: down "* ]]
  run -0 "$BIN/sv" status "$T/image/ro"
  cd "$T/image/ro"
  run -0 "$BIN/sv" status .
  mkdir -p "$T/other/ro"
  script "$T/other/ro/run" <<<'#!/bin/sh'
  run -1 "$BIN/sv" status "$T/other/ro"
}

@test "rescan tells the runsvdir of the running init" {
  export INIT_RUN_DIR=$T/run
  run -1 "$SERVICE" rescan
  mkdir "$T/run"
  echo $$ >"$T/run/pid"
  (trap 'echo hup >"$T/got"' HUP; echo >"$T/up"; while [ ! -e "$T/got" ]; do read -rt 0.05 <> <(:) || true; done) 3>&- &
  echo $! >"$T/run/runsvdir.pid"
  await 5 test -e "$T/up"
  run -0 "$SERVICE" rescan
  await 5 test -e "$T/got"
}

@test "log: asks logd for the lines, and ends when it does" {
  export INIT_RUN_DIR=$T/run
  mkdir -p "$T/run" "$SV/web"
  echo $$ >"$T/run/pid"
  run -1 "$SERVICE" web log
  [[ $output == "service: web: no log: "* ]]
  perl -MIO::Socket::UNIX -e '
    my $l = IO::Socket::UNIX->new(Local => "$ARGV[0]/log", Listen => 1);
    my $c = $l->accept; my $name = <$c>; my $rest = <$c>;
    print $c "asked for $name", defined $rest ? "more" : "that is all", "\n";' "$T/run" 3>&- &
  await 5 test -S "$T/run/log"
  run -0 "$SERVICE" web log
  [ "$output" = $'asked for web\nthat is all' ]
  wait $!
}

@test "log: of a service with svlogd, its file; -f through a rotation" {
  mkdir -p "$SV/web/log/main"
  log=$SV/web/log/main
  for i in {1..2000}; do echo "line number $i"; done >"$log/current"
  run -0 "$SERVICE" web log
  [[ ${lines[0]} =~ ^line\ number\ [0-9]+$ ]]
  [ "${lines[-1]}" = 'line number 2000' ]
  ((${#lines[@]} < 2000))
  "$SERVICE" web log -f >"$T/followed" 3>&- &
  follower=$!
  await 5 grep -q 'number 2000' "$T/followed"
  echo more >>"$log/current"
  await 5 grep -q more "$T/followed"
  mv "$log/current" "$log/@old.s"
  echo 'the last one' >>"$log/@old.s"
  echo anew >"$log/current"
  await 5 grep -q anew "$T/followed"
  [ "$(tail -n3 "$T/followed")" = $'more\nthe last one\nanew' ]
  kill "$follower"
  mv "$log/current" "$SV/web/log/current"
  rm -r "$log"
  run -0 "$SERVICE" web log
  [ "$output" = anew ]
}

@test "usage errors" {
  run -2 "$SERVICE" --nonsense
  run -2 "$SERVICE" -t
}
