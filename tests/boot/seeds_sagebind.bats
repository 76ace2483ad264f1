#!/usr/bin/env bats
# Files of the shapes that users of sagebind's s6 base have, in images/shell: they move over unchanged.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

load ../lib/seeds_setup

# the base's idiom: a failed service takes the container down, a killed one is only restarted
halting_finish() {
  script "$R/etc/service/$1/finish" <<'END'
#!/bin/sh
if [ $1 -ne 0 -a $1 -ne 256 ]; then
    exec halt
fi
END
}

nginx_service() {
  install_program /usr/sbin/nginx
  mkdir -p "$R/etc/nginx" "$R/var/lib/nginx" "$R/var/log/nginx" "$R/srv"
  cat >"$R/etc/nginx/nginx.conf" <<'END'
user www-data;
worker_processes 1;
error_log stderr;
pid /run/nginx.pid;
events { worker_connections 64; }
http {
  access_log /dev/stdout;
  server { listen 127.0.0.1:8080; root /srv; }
}
END
  echo 'it works' >"$R/srv/index.html"
  script "$R/etc/init/loopback" <<'END'
#!/bin/sh
exec ifconfig lo up
END
  script "$R/etc/service/nginx/run" <<'END'
#!/bin/sh
exec nginx -g 'daemon off;'
END
  halting_finish nginx
}

# by the machine's curl, in the container's network
fetch() {
  nsenter -t "$(<"$T/pid")" -n curl -sf http://127.0.0.1:8080/
}

@test "real nginx answers, logs, stops in order with 0" {
  nginx_service
  boot --
  await 20 fetch
  [ "$(fetch)" = 'it works' ]
  await 10 said '^nginx *| 127.0.0.1 .*GET / '
  run within service nginx status
  [ "${lines[0]}" = 'Service: /etc/service/nginx' ]
  [[ ${lines[1]} =~ ^\ Status:\ up\ \(pid\ [0-9]+\)\ [0-9]+\ seconds$ ]]
  local begin=${EPOCHREALTIME/[.,]/}
  stop
  [ "$status" = 0 ]
  ((${EPOCHREALTIME/[.,]/} - begin < 4000000)) # an INIT_STOP_TIMEOUT is 8 s
}

@test "nginx as www-data from its start opens /dev/stdout and /dev/stderr" {
  nginx_service
  sed -i 's!^user .*!!; s!error_log .*!error_log /dev/stderr info;!; s!/run/nginx.pid!/tmp/nginx.pid!' "$R/etc/nginx/nginx.conf"
  chown www-data "$R/var/lib/nginx" "$R/var/log/nginx"
  script "$R/etc/service/nginx/run" <<'END'
#!/bin/sh
exec chpst -u www-data nginx -g 'daemon off;'
END
  boot --
  await 10 within service nginx status
  await 10 eval '[ "$(fetch)" = "it works" ]'
  await 10 grep -q '^nginx *| 127.0.0.1 .*GET / ' "$T/out"
  await 10 grep -q '^nginx *| .* \[notice\] .*nginx/' "$T/err"
  within sh -c 'ps -o user,args | grep "[n]ginx: master"' | grep -q '^www-data '
  within sh -c 'kill -USR1 $(cat /tmp/nginx.pid)'
  await 10 grep -q 'reopening logs' "$T/err"
  fetch
  await 10 eval '[ "$(grep -c "GET / " "$T/out")" -ge 2 ]'
  stop
  [ "$status" = 0 ]
}

@test "nginx that fails ends the container with 1, through exec halt" {
  nginx_service
  echo 'nonsense;' >>"$R/etc/nginx/nginx.conf"
  boot --
  finished
  [ "$status" = 1 ]
  said nonsense
}

@test "service nginx stop keeps the container, start brings it back" {
  nginx_service
  boot --
  await 20 fetch
  within service nginx stop
  run ! fetch
  within service nginx start
  await 20 fetch
  within service nginx restart
  await 20 fetch
  stop
  [ "$status" = 0 ]
}

@test "finish is told 3 0 of an exit and 256 9 of a kill; with INIT_FINISH_STYLE=runit -1 9" {
  script "$R/etc/service/exits/run" <<'END'
#!/bin/sh
exit 3
END
  script "$R/etc/service/killed/run" <<'END'
#!/bin/sh
kill -9 $$
END
  script "$R/etc/service/exits/finish" <<'END'
#!/bin/sh
echo "told $1 $2"
END
  cp "$R/etc/service/exits/finish" "$R/etc/service/killed/finish"
  boot --
  await 20 said '^exits *| told 3 0$'
  await 20 said '^killed *| told 256 9$'
  stop
  boot -e INIT_FINISH_STYLE=runit --
  await 20 said '^exits *| told 3 0$'
  await 20 said '^killed *| told -1 9$'
}

@test "the idiom: killed is restarted, an exit with 2 halts" {
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo "started"
[ -e /tmp/fail ] && exit 2
exec sleep 1000
END
  halting_finish app
  boot --
  await 20 said started
  within sv kill app
  await 20 eval "[ \$(grep -c started '$T/out') = 2 ]"
  kill -0 "$BOOT"
  within touch /tmp/fail
  within sv kill app
  finished
  [ "$status" = 1 ]
}

@test "finish that exits with 125: not restarted" {
  script "$R/etc/service/once/run" <<'END'
#!/bin/sh
echo started
END
  script "$R/etc/service/once/finish" <<'END'
#!/bin/sh
exit 125
END
  script "$R/etc/service/other/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  boot --
  await 20 is once down
  [ "$(grep -c started "$T/out")" = 1 ]
}

# two services, one of them down
two_services() {
  local name
  for name in a b; do
    script "$R/etc/service/$name/run" <<'END'
#!/bin/sh
exec sleep 1000
END
  done
  touch "$R/etc/service/b/down"
}

@test "a down file; service start and stop; INIT_ENABLED_SERVICES and INIT_DISABLED_SERVICES leave the root as it is" {
  two_services
  boot --
  await 20 is a run
  await 20 is b down
  within service b start
  await 20 is b run
  stop
  boot -e INIT_ENABLED_SERVICES=b,nothing -e INIT_DISABLED_SERVICES=a --
  await 20 is b run
  await 20 is a down
  said nothing
  stop
  [ -e "$R/etc/service/b/down" ]
  [ ! -e "$R/etc/service/a/down" ]
  # disabled wins
  boot -e INIT_ENABLED_SERVICES=a,b -e INIT_DISABLED_SERVICES=b --
  await 20 is a run
  await 20 is b down
}

@test "service: a service that is not there, an unknown word" {
  two_services
  boot --
  await 20 is a run
  run within service nothing start
  [ "$status" = 1 ]
  [ "$output" = 'Service not found: nothing' ]
  run within service a dance
  [ "$status" = 1 ]
  [ "$output" = 'Unknown command: dance' ]
}

@test "boot scripts: subdirectories too, before any service; a failure is left behind with INIT_ON_BOOT_FAILURE=continue" {
  script "$R/etc/init/a" <<'END'
#!/bin/sh
echo a >>/tmp/order
exit 3
END
  script "$R/etc/init/sub/b" <<'END'
#!/bin/sh
echo b >>/tmp/order
END
  echo 'exit 9' >"$R/etc/init/no-program"
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo "order: $(echo $(cat /tmp/order))"
exec sleep 1000
END
  boot -e INIT_ON_BOOT_FAILURE=continue --
  await 20 said '^app *| order: a b$'
  stop
  [ "$status" = 0 ]
}

@test "CMD: words, WORKDIR and stdin as they are; its code is the container's" {
  boot_run -C /tmp -- sh -c 'pwd; for a; do printf "<%s>" "$a"; done' zero 'a b' '' $'c\nd' '*' '--help'
  [ "$output" = $'/tmp\n<a b><><c\nd><*><--help>' ]
  run bash -c 'echo hi | "$TOP/images/boot" "$0" cat' "$R"
  [ "$output" = hi ]
  boot_run -- sh -c 'exit 5'
  [ "$status" = 5 ]
}

@test "CMD starts when the services are up" {
  script "$R/etc/service/slow/run" <<'END'
#!/bin/sh
sleep 0.5
echo up >/tmp/up
echo >&3
exec sleep 1000
END
  echo 3 >"$R/etc/service/slow/notification-fd"
  boot_run -- cat /tmp/up
  [ "$output" = up ]
  [ "$status" = 0 ]
}

# ends_with CODE WORD...: as CMD of an init that has nothing else to do. A line in $T/wrong if it does not.
ends_with() {
  local status=0 code=$1
  shift
  unshare --pid --fork --root="$R" /sbin/init "$@" 2>"$T/err.$code" || status=$?
  [ "$status" = "$code" ] || echo "$status for $code: $*; $(<"$T/err.$code")" >>"$T/wrong"
}

# The kernel takes its time to take a PID namespace down: the boots overlap, sixteen at a time.
overlapping() {
  "$@" 3>&- &
  ((++begun % 16)) || wait
}

@test "every exit code of CMD is the container's" {
  local code begun=0
  : >"$T/wrong"
  for code in {0..255}; do
    overlapping ends_with "$code" sh -c "exit $code"
  done
  wait
  diff "$T/wrong" /dev/null
}

@test "every signal that ends CMD gives 128 and its number" {
  local signal begun=0
  : >"$T/wrong"
  # no shell: each has handlers of its own for some
  cat >"$T/raise.c" <<'END'
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

int main(int argc, char **argv)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
	return argc == 2 ? raise(atoi(argv[1])) : 1;
}
END
  cc -static -o "$R/bin/raise" "$T/raise.c"
  for signal in {1..16} {24..27} {29..31} {34..64}; do
    overlapping ends_with $((128 + signal)) raise "$signal"
  done
  wait
  diff "$T/wrong" /dev/null
}

foreground_sleep() {
  within sh -c 'cat /proc/[0-9]*/stat' | awk '$2 == "(sleep)" && $5 == $8 { found = 1 } END { exit !found }'
}

no_sleep() {
  ! within pidof sleep >/dev/null
}

@test "a terminal: job control in CMD, Ctrl-C ends its job alone" {
  mkfifo "$T/keys"
  command script -qec "$TOP/images/boot -w -p $T/pid $R sh" /dev/null <"$T/keys" >"$T/screen" 2>&1 3>&- &
  BOOT=$!
  exec 9>"$T/keys"
  echo 'echo A$((1 + 1))' >&9
  await 20 grep -q A2 "$T/screen"
  echo 'sleep 1000 &' >&9
  echo 'jobs; echo B$((1 + 1))' >&9
  await 20 grep -q B2 "$T/screen"
  grep -q 'Running' "$T/screen"
  echo 'fg' >&9
  await 20 foreground_sleep
  printf '\003' >&9
  await 20 no_sleep
  echo 'echo C$((1 + 1)); exit 3' >&9
  await 20 grep -q C2 "$T/screen"
  exec 9>&-
  finished
  [ "$status" = 3 ]
}

@test "the same root again after a stop, and after a kill" {
  two_services
  boot -- sleep 1000
  await 20 is a run
  stop
  boot -- sleep 1000
  await 20 is a run
  kill -KILL "$(<"$T/pid")"
  finished
  boot_run -- true
  [ "$status" = 0 ]
}

@test "halt and shutdown: from anywhere, twice; shutdown without a word" {
  boot_run -- sh -c 'trap "" TERM; halt && halt; exit 9'
  [ "$status" = 1 ]
  [ "${#lines[@]}" = 1 ]
  boot_run -- sh -c 'trap "" TERM; shutdown && shutdown; exit 9'
  [ "$status" = 0 ]
  [ "$output" = '' ]
}

@test "s6-setuidgid runs as a user; a service that appears later is started" {
  script "$R/etc/service/user/run" <<'END'
#!/bin/sh
exec s6-setuidgid www-data sh -c 'echo "uid $(id -u) gid $(id -g)"; exec sleep 1000'
END
  boot --
  await 20 said '^user *| uid 33 gid 33$'
  mkdir "$T/later"
  cp "$R/etc/service/user/run" "$T/later"
  mv "$T/later" "$R/etc/service/later"
  await 20 said '^later *| uid 33'
}
