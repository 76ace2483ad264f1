#!/usr/bin/env bats
# The images in docker: what is promised holds with a real engine around it, however it confines the container.
# shellcheck disable=SC2016,SC2030,SC2031 # what stands in single quotes is for the shell inside; C is each test's own

bats_require_minimum_version 1.5.0

# A job of each minute, in real time while the tests run; the last one looks at it.
setup_file() {
  load ../lib/engine
  local dir=$BATS_FILE_TMPDIR/minute
  mkdir -p "$dir/crontabs"
  echo '#include <stdio.h>
    int main(void) { return puts("a program without a shell") < 0; }' >"$dir/job.c"
  musl-gcc -static -o "$dir/job" "$dir/job.c"
  echo '* * * * * /bin/job' >"$dir/crontabs/root"
  start -v "$dir/job:/bin/job:ro" -v "$dir/crontabs:/etc/crontabs:ro" "$SCRATCH"
  export STAYS=$C
}

teardown_file() {
  docker rm -f "$STAYS" >/dev/null
}

setup() {
  load ../lib/engine
}

teardown() {
  remove_containers
}

# service NAME <<script: a service of the container-to-be, below $T/service
service() {
  script "$T/service/$1/run"
}

@test "a command's exit code is the container's; one line on stderr says of another than 0 where it is from" {
  local code status
  for code in 0 1 2 42 126 127 128 143 255; do
    status=0
    docker run --rm --network none "$SHELL_IMAGE" sh -c "exit $code" >"$T/out" 2>"$T/err" || status=$?
    [ "$status" = "$code" ]
    [ ! -s "$T/out" ]
    [ "$(wc -l <"$T/err")" = $((code != 0)) ]
  done
}

@test "a command that a signal kills: 128 and the signal" {
  run_it "$SHELL_IMAGE" sh -c 'kill -USR1 $$'
  [ "$status" = 138 ]
}

@test "no such command: 127; not to be executed: 126; each says so" {
  run -127 docker run --rm --network none "$SCRATCH" nothing
  [[ $output == *nothing* ]]
  run_it "$SCRATCH" /etc/passwd
  [ "$status" = 126 ]
  [[ $output == */etc/passwd* ]]
}

@test "nothing to run: says so, 1" {
  run_it "$SCRATCH"
  [ "$status" = 1 ]
  [ -n "$output" ]
}

@test "what a command prints is all there is, stdout and stderr apart" {
  docker run --rm --network none "$SHELL_IMAGE" sh -c 'echo out; echo err >&2' >"$T/out" 2>"$T/err"
  [ "$(cat "$T/out")" = out ]
  [ "$(cat "$T/err")" = err ]
}

@test "arguments arrive as they are: blanks, newlines, empty ones, stars" {
  run_it "$SHELL_IMAGE" sh -c 'for a; do printf "<%s>" "$a"; done' zero 'a b' '' $'c\nd' '*'
  [ "$output" = $'<a b><><c\nd><*>' ]
}

@test "WORKDIR, environment and stdin reach the command" {
  run bash -c 'echo hi | /usr/bin/docker run --rm -i --network none -w /tmp -e GREETING=moin "$0" \
    sh -c "pwd; echo \$GREETING; cat"' "$SHELL_IMAGE"
  [ "$output" = $'/tmp\nmoin\nhi' ]
}

@test "with a terminal: the command owns it, in the foreground" {
  run command script -qec "/usr/bin/docker run --rm -it --network none $SHELL_IMAGE sh -c 'test -t 0 && test -t 1 && tty && \
    read -r _ _ _ _ pgrp _ _ tpgid _ </proc/self/stat && echo \$((pgrp == tpgid))'" /dev/null </dev/null
  echo "$output"
  [[ $output == */dev/pts/* ]]
  [[ $output == *1* ]]
}

@test "with a terminal: Ctrl-C ends the foreground command, not the shell" {
  mkfifo "$T/keys"
  command script -qec "/usr/bin/docker run --name tty -it --network none $SHELL_IMAGE sh" /dev/null <"$T/keys" >"$T/screen" 2>&1 &
  exec 9>"$T/keys"
  await 20 eval "docker top tty >/dev/null 2>&1"
  echo 'echo A$((1 + 1))' >&9
  await 20 grep -q A2 "$T/screen"
  echo 'sleep 1000' >&9
  await 20 eval "docker top tty | grep -q 'sleep 1000'"
  printf '\003' >&9
  await 20 eval "! docker top tty | grep -q 'sleep 1000'"
  echo 'echo B$((1 + 1)); exit 3' >&9
  await 20 grep -q B2 "$T/screen"
  exec 9>&-
  C='tty'
  await 20 ended 3
}

@test "services and a command: prefixed lines, streams apart" {
  start --name demo --entrypoint /sbin/init "$DEMO"
  await 20 logged degrees
  await 20 logged warmer
  docker logs demo >"$T/out" 2>"$T/err"
  grep -q '^sensor *| [0-9.]* degrees$' "$T/out"
  grep -q '^web *| listening on port 8080$' "$T/out"
  run ! grep -q warmer "$T/out"
  grep -q '^sensor *| warmer' "$T/err"
}

@test "docker stop: in order, 0, without a wait" {
  start --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  local begin=${EPOCHREALTIME/[.,]/}
  docker stop -t 60 "$C"
  # far below the minute that the engine would wait, however busy the machine is
  ((${EPOCHREALTIME/[.,]/} - begin < 10000000))
  ended 0
}

@test "docker stop while a command runs ends it too" {
  start "$SHELL_IMAGE" sh -c 'trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.1; done'
  await 20 logged up
  docker stop -t 60 "$C"
  ended 7
  logged bye
}

@test "docker restart: the same container again, services and command" {
  start "$SHELL_IMAGE" sh -c 'echo "run with $(ls /run | wc -l)"; exec sleep 1000'
  await 20 logged 'run with'
  docker restart -t 60 "$C"
  await 20 eval "[ \$(docker logs $C | grep -c 'run with') = 2 ]"
  docker kill "$C"
  docker start "$C"
  await 20 eval "[ \$(docker logs $C | grep -c 'run with') = 3 ]"
  docker exec "$C" service
  start --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker restart -t 60 "$C"
  await 20 eval "[ \$(docker logs $C | grep -c listening) = 2 ]"
}

@test "docker kill -s: HUP rescans and lets live, USR1 reaches the command, TERM stops" {
  start "$SHELL_IMAGE" sh -c 'trap "echo usr1" USR1; echo up; while :; do sleep 0.1; done'
  await 20 logged '^up'
  docker kill -s HUP "$C"
  docker kill -s USR1 "$C"
  await 20 logged '^usr1'
  [ "$(state Running)" = true ]
  docker kill -s TERM "$C"
  await 20 eval "[ \$(docker inspect -f '{{.State.Running}}' $C) = false ]"
}

@test "health by 'service check': healthy, unhealthy while a service fails, healthy again" {
  service app <<'END'
#!/bin/sh
[ -e /tmp/bad ] && exit 1
exec sleep 1000
END
  start --health-interval 0.3s --health-retries 1 --health-start-period 0s -v "$T/service:/etc/service:ro" "$SHELL_IMAGE"
  await 30 health_is healthy
  docker exec "$C" touch /tmp/bad
  docker exec "$C" service app kill KILL
  await 30 health_is unhealthy
  docker exec "$C" rm /tmp/bad
  await 60 health_is healthy
}

@test "docker exec: service and sv see and control" {
  start --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  run docker exec "$C" service
  echo "$output"
  [[ $output == *web* && $output == *sensor* ]]
  run docker exec "$C" sv status web sensor
  echo "$output"
  [ "$status" = 0 ]
  [[ $output =~ run:.*web ]]
  docker exec "$C" sv down sensor
  await 20 eval "docker exec $C sv status sensor | grep -q '^down: '"
  run docker exec "$C" service nothing status
  [ "$status" = 1 ]
  [[ $output == *'Service not found: nothing'* ]]
}

@test "docker exec halt and shutdown end the container with 1 and 0" {
  start --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker exec "$C" halt
  await 20 ended 1
  start --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker exec "$C" shutdown
  await 20 ended 0
}

@test "under docker's own init" {
  run_it --init "$SHELL_IMAGE" sh -c 'exit 9'
  [ "$status" = 9 ]
  start --init --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker exec "$C" service
  docker stop -t 60 "$C"
  await 20 eval "[ \$(docker inspect -f '{{.State.Running}}' $C) = false ]"
  [ "$(state ExitCode)" -ne 137 ]
}

# confined OPTION...: services, control and an ordered stop with these options
confined() {
  start "$@" --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker exec "$C" service
  docker exec "$C" sv status web
  docker stop -t 60 "$C"
  ended 0
}

@test "as a user: 1000, and one that /etc/passwd does not know" {
  confined --user 1000
  confined --user 54321:0
  run_it --user 54321:0 "$SHELL_IMAGE" id -u
  [ "$output" = 54321 ]
  [ "$status" = 0 ]
}

@test "on a read-only root, with a tmpfs on /run" {
  confined --read-only --tmpfs /run
}

@test "on a read-only root without any tmpfs" {
  confined --read-only
}

@test "on a read-only root as a user without capabilities" {
  confined --read-only --user 1000 --cap-drop ALL
}

@test "without capabilities" {
  confined --cap-drop ALL
  run_it --cap-drop ALL "$SHELL_IMAGE" sh -c 'exit 4'
  [ "$status" = 4 ]
}

@test "in a process namespace shared with another container" {
  start --name first "$SHELL_IMAGE" sleep 1000
  start --pid container:first --entrypoint /sbin/init "$DEMO"
  await 20 logged listening
  docker stop -t 60 "$C"
  ended 0
  C=first
  [ "$(state Running)" = true ]
}

@test "a volume brings services and boot scripts; a failing boot script ends the container with its code" {
  service hello <<'END'
#!/bin/sh
echo "hello from $(cat /tmp/who)"
exec sleep 1000
END
  script "$T/init/10-who" <<'END'
#!/bin/sh
echo boot >/tmp/who
END
  start -v "$T/service:/etc/service:ro" -v "$T/init:/etc/init:ro" "$SHELL_IMAGE"
  await 20 logged '^hello *| hello from boot$'
  script "$T/init/20-fails" <<'END'
#!/bin/sh
exit 7
END
  run_it -v "$T/init:/etc/init:ro" "$SHELL_IMAGE" echo never
  [ "$status" = 7 ]
  [[ $output == *20-fails* ]]
  [[ $output != *never* ]]
}

no_container() { # of that name
  [ -z "$(docker ps -aq --filter "name=$1")" ]
}

@test "make run ENGINE=docker tells its story and leaves nothing" {
  OUT=$IMAGES RUN_OPTIONS='--network none' ENGINE='/usr/bin/docker' timeout 60 "$TOP/images/run" >"$T/out" 2>&1 </dev/null &
  local pid=$!
  C=initbox-demo
  await 40 eval "grep -q Ctrl-C '$T/out'"
  grep -q 'service web kill KILL' "$T/out"
  docker stop -t 60 "$C"
  wait "$pid"
  await 10 no_container "$C"
}

@test "a job of each minute runs within 61 s, and is heard" {
  C=$STAYS
  await 75 logged '^cron/job | end: exit 0 after '
  logged '^cron/job | a program without a shell$'
  began=$(date -d "$(state StartedAt)" +%s)
  ran=$(date -d "$(docker logs -t "$C" 2>&1 | sed -n '/ cron.job | start/{s/ .*//p;q}')" +%s)
  ((ran - began <= 61 && ran % 60 <= 1))
  run -0 docker exec "$C" service
  [[ $output == *"crond "*"up "*" yes "* ]]
  run -0 docker exec "$C" service crond status
  [[ $output == *"next: "*" job"* ]]
}
