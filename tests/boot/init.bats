#!/usr/bin/env bats
# A real PID 1: its CMD, its signals, its end.
# shellcheck disable=SC2016,SC2154 # what stands in single quotes is for the shell inside; $stderr is bats'

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

sleeping_service() {
  service "$1" <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
}

@test "CMD: its words arrive as they are, and nothing else is printed" {
  boot_run -- printf '<%s>' a 'b c' '' '*' $'x\ny' -- -n
  [ "$status" = 0 ]
  [ "$output" = $'<a><b c><><*><x\ny><--><-n>' ]
}

@test "CMD: working directory, stdin, stdout and stderr are init's" {
  mkdir "$R/srv"
  run -0 --separate-stderr "$TOP/images/boot" -C /srv "$R" sh -c 'pwd; cat; echo no >&2' <<<'from outside'
  [ "$output" = $'/srv\nfrom outside' ]
  [ "$stderr" = no ]
}

@test "exit codes: CMD's, 128 + its signal, 127, 126; one line says why" {
  boot_run -- sh -c 'exit 0'
  [ "$status$output" = 0 ]
  boot_run -- sh -c 'exit 255'
  [ "$status" = 255 ]
  [ "$output" = 'init: ends with 255: sh exited with 255' ]
  boot_run -- sh -c 'kill -SEGV $$'
  [ "$status" = 139 ]
  [[ $output == *'ends with 139: sh was killed by SEGV' ]]
  run -127 "$TOP/images/boot" "$R" nothing
  [[ $output == *'nothing: not found'* ]]
  run -126 "$TOP/images/boot" "$R" /etc/passwd
  [[ $output == *'chmod +x /etc/passwd'* ]]
}

@test "exit codes are mapped; wrong maps are named" {
  boot_run -e 'INIT_EXIT_MAP=7=0 9=3' -- sh -c 'exit 7'
  [ "$status$output" = 0 ]
  boot_run -e 'INIT_EXIT_MAP=7=0 9=300' -- sh -c 'exit 9'
  [ "$status" = 9 ]
  [[ $output == *"INIT_EXIT_MAP: '9=300' is not FROM=TO"* ]]
}

@test "nothing to run: said so, 1" {
  boot_run --
  [ "$status" = 1 ]
  [[ $output == *'nothing to run: no CMD, and no service in /etc/service'* ]]
  mkdir "$R/etc/service"
  boot_run --
  [ "$status" = 1 ]
  [[ $output == *'nothing to run'* ]]
}

@test "wrong options are a usage error" {
  run -2 "$INITBOX" init --wrong
  [[ $output == *"--wrong"* ]]
}

@test "docker stop: TERM ends services and CMD; 0 without CMD, CMD's code with it" {
  sleeping_service a
  boot --
  await 10 said 'a | up'
  stop
  [ "$status" = 0 ]
  [ ! -s "$T/err" ]
  boot -- sh -c 'trap "echo bye; exit 3" TERM; echo here; while :; do sleep 0.1; done'
  await 10 said here
  stop
  [ "$status" = 3 ]
  said bye
}

@test "INIT_STOP_CODE is the code when a signal stopped us" {
  boot -e INIT_STOP_CODE=2 -- sh -c 'echo here; exec sleep 1000'
  await 10 said here
  stop
  [ "$status" = 2 ]
}

@test "each stop signal stops" {
  sleeping_service a
  for signal in INT QUIT PWR 37 38; do
    boot --
    await 10 said 'a | up'
    kill -"$signal" "$(<"$T/pid")"
    finished
    [ "$status" = 0 ]
  done
}

@test "USR1, USR2, WINCH go to CMD; INIT_SIGNALS translates; INIT_CMD_SIGNALS sends it all" {
  local watch='for s in HUP INT TERM USR1 USR2 WINCH; do trap "echo got $s" $s; done; echo here; while :; do sleep 0.05; done'
  boot -e 'INIT_SIGNALS=QUIT=USR2 RTMIN+5=USR1' -- sh -c "$watch"
  await 10 said here
  for sent in USR1:USR1 WINCH:WINCH QUIT:USR2 39:USR1; do
    : >"$T/out"
    kill -"${sent%:*}" "$(<"$T/pid")"
    await 5 said "got ${sent#*:}"
  done
  kill -KILL "$(<"$T/pid")"
  finished
  boot -e INIT_CMD_SIGNALS=1 -- sh -c "$watch"
  await 10 said here
  for signal in TERM INT HUP; do
    kill -"$signal" "$(<"$T/pid")"
    await 5 said "got $signal"
  done
  within shutdown -c 4
  finished
  [ "$status" = 4 ]
}

@test "CMD that ignores TERM is killed by name in time, and a second TERM does not wait" {
  boot -e INIT_STOP_TIMEOUT=1 -- sh -c 'trap "" TERM; echo here; while :; do sleep 0.1; done'
  await 10 said here
  start=$(now)
  stop
  [ "$status" = 137 ]
  (($(now) - start < 2000))
  said '^init: sh (pid .*) did not end in time: killed'

  boot -e INIT_STOP_TIMEOUT=100 -- sh -c 'trap "" TERM; echo here; while :; do sleep 0.1; done'
  await 10 said here
  kill "$(<"$T/pid")"
  within sleep 0.1
  start=$(now)
  kill "$(<"$T/pid")"
  finished
  [ "$status" = 137 ]
  (($(now) - start < 5000))
}

@test "what is left gets TERM; who ignores it is killed by name at the deadline; orphans too" {
  boot_run -e INIT_STOP_TIMEOUT=1 -- sh -c '
    (trap "" TERM; touch /tmp/1; exec setsid sleep 1001) &
    (setsid sh -c "sleep 1002 & sleep 1003 & touch /tmp/2" &)
    until [ -e /tmp/1 ] && [ -e /tmp/2 ]; do sleep 0.02; done
    exit 5'
  [ "$status" = 5 ]
  [[ $output == *'sleep (pid '*') did not end in time: killed'* ]]
  [ "$(grep -c killed <<<"$output")" = 1 ]
}

@test "it ends the instant the last process is gone, docker exec's included" {
  boot -e INIT_STOP_TIMEOUT=60 -- sh -c 'echo here; exec sleep 1000'
  await 10 said here
  within sh -c 'trap "sleep 0.3; exit" TERM; touch /tmp/entered; while :; do sleep 0.05; done' 3>&- &
  await 10 within test -e /tmp/entered
  start=$(now)
  stop
  (($(now) - start < 20000))
  wait
}

@test "shutdown, halt, poweroff, -c: their codes, repeatable, quiet, from a finish script too" {
  boot_run -- sh -c '/sbin/shutdown; /sbin/shutdown -h now; sleep 1000'
  [ "$status$output" = 0 ]
  boot_run -- sh -c '/sbin/poweroff; sleep 1000'
  [ "$status$output" = 0 ]
  boot_run -- sh -c '/sbin/halt; /sbin/halt; sleep 1000'
  [ "$status" = 1 ]
  [ "$output" = 'init: ends with 1: shutdown or halt asked for it' ]
  boot_run -- sh -c 'shutdown -c 77; sleep 1000'
  [ "$status" = 77 ]
  service a <<<$'#!/bin/sh\nexit 3'
  script "$R/etc/service/a/finish" <<<$'#!/bin/sh\n[ $1 = 3 ] && exec /sbin/halt'
  boot_run --
  [ "$status" = 1 ]
}

@test "shutdown: wrong use, nobody there, not allowed" {
  run -2 "$BIN/shutdown" -c 256
  run -2 "$BIN/shutdown" --wrong
  boot -- sh -c 'echo here; exec sleep 1000'
  await 10 said here
  run -1 within setuidgid 1000 shutdown
  [[ $output == *'takes orders from root'* ]]
  run -1 within sh -c 'INIT_RUN_DIR=/tmp/none setuidgid 1000 shutdown'
}

@test "CMD starts when the services are ready; their stdout and stderr keep apart" {
  service slow <<'END'
#!/bin/sh
sleep 0.3; touch /tmp/ready; echo out; echo err >&2; echo ready >&4
exec sleep 1000
END
  echo 4 >"$R/etc/service/slow/notification-fd"
  run -0 --separate-stderr "$TOP/images/boot" "$R" test -e /tmp/ready
  [ "$output" = 'slow | out' ]
  [ "$stderr" = 'slow | err' ]
}

@test "runsvdir killed: an ordered end, 1, nothing of the log lost" {
  service a <<'END'
#!/bin/sh
trap 'echo last words; exit' TERM
echo up
while :; do sleep 0.05; done
END
  boot --
  await 10 said 'a | up'
  # that shell is one of those who get TERM then
  within sh -c 'kill -9 $(ps -o pid,args | grep "[r]unsvdir -i" | while read -r p rest; do echo $p; done)' || [ $? = 143 ]
  finished
  [ "$status" = 1 ]
  said '^init | ends with 1: runsvdir was killed by KILL'
  said 'a | last words'
}

@test "logd killed: it is started again and no line is lost" {
  service a <<'END'
#!/bin/sh
i=0
while [ $i -lt 400 ]; do i=$((i + 1)); echo line $i; [ $((i % 20)) = 0 ] && sleep 0.05; done
echo done
exec sleep 1000
END
  boot --
  await 10 said 'a | line 20'
  for _ in 1 2 3 4 5; do
    within sh -c 'kill -9 $(ps -o pid,comm | grep "[l]ogd" | while read -r p rest; do echo $p; done)' || true
    within sleep 0.1
  done
  await 20 said 'a | done'
  stop
  [ "$status" = 0 ]
  said 'init | logd was killed by KILL; starting it again'
}

@test "20,000 orphans are reaped, none is left" {
  cat >"$T/orphans.c" <<'END'
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
int main(int c, char **v)
{
	for (int n = atoi(v[c - 1]); n > 0; n -= 500) {
		if (fork() == 0) {
			for (int i = 0; i < 500; i++)
				if (fork() == 0)
					_exit(i);
			_exit(0);
		}
		wait(0);
	}
	return 0;
}
END
  musl-gcc -static -o "$R/bin/orphans" "$T/orphans.c"
  boot_run -- sh -c 'orphans 20000; while set -- /proc/[0-9]*; [ $# -gt 2 ]; do sleep 0.05; done; echo left $#'
  [ "$status" = 0 ]
  [ "$output" = "left 2" ]
}
