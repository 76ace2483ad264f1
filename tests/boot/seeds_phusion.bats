#!/usr/bin/env bats
# Files and command lines of the shapes that users of phusion's base have, in images/shell: my_init and its directories.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

load ../lib/seeds_setup

my_init() {
  boot_run -i /sbin/my_init "$@"
}

# app: a service that says when it is up and when it is told to stop
app() {
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
trap 'echo "service stops"; exit 0' TERM
echo up
while :; do sleep 0.1; done
END
}

@test "my_init -- COMMAND: its output and its code; 127 when there is none; 128 and the signal" {
  my_init -- -- sh -c 'echo hi; exit 42'
  [ "$status" = 42 ]
  [[ $output == *hi* ]]
  run -127 "$TOP/images/boot" -i /sbin/my_init "$R" -- nothing
  my_init -- -- sh -c 'kill -9 $$'
  [ "$status" = 137 ]
}

@test "options: --quiet, --skip-startup-files, --skip-runit, a wrong one, --help" {
  script "$R/etc/my_init.d/10-talks" <<'END'
#!/bin/sh
echo startup
END
  app
  my_init -- --skip-startup-files --quiet -- echo only
  [ "$status" = 0 ]
  [[ $output == *only* ]]
  [[ $output != *startup* ]]
  my_init -- --skip-startup-files --skip-runit --quiet -- echo only
  [ "$output" = only ]
  my_init -- --skip-runit
  [ "$status" = 1 ]
  my_init -- --no-such-option
  [ "$status" = 2 ]
  my_init -- --help
  [ "$status" = 0 ]
}

@test "startup files sorted, then rc.local, then services, then the command" {
  local name
  for name in my_init.d/20-b my_init.d/10-a rc.local; do
    script "$R/etc/$name" <<'END'
#!/bin/sh
echo "${0##*/}" >>/tmp/order
END
  done
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
echo service >>/tmp/order
echo >&3
exec sleep 1000
END
  echo 3 >"$R/etc/service/app/notification-fd"
  my_init -- -- sh -c 'echo $(cat /tmp/order)'
  [[ $output == *'10-a 20-b rc.local service'* ]]
}

@test "a startup file that fails: 1, no service, no command" {
  script "$R/etc/my_init.d/10-fails" <<'END'
#!/bin/sh
exit 7
END
  app
  my_init -- -- echo never
  [ "$status" = 1 ]
  [[ $output == *10-fails*7* ]]
  [[ $output != *never* && $output != *up* ]]
}

@test "container_environment: files are variables, the real environment wins, startup files change it" {
  mkdir -p "$R/etc/container_environment"
  echo 'from file' >"$R/etc/container_environment/A"
  echo 'from file' >"$R/etc/container_environment/B"
  script "$R/etc/my_init.d/10-adds" <<'END'
#!/bin/sh
echo added >/etc/container_environment/C
export LOST=1
END
  boot_run -i /sbin/my_init -e B=real -- -- sh -c 'echo "<$A><$B><$C><$LOST><$HOME>"'
  [[ $output == *'<from file><real><added><></root>'* ]]
}

@test "the environment is there to be sourced and read" {
  boot_run -i /sbin/my_init -e "A_B=it's \"quoted\"" -- -- sh -c \
    'unset A_B; . /etc/container_environment.sh; echo "<$A_B>"; cat /etc/container_environment/A_B; cat /etc/container_environment.json'
  [[ $output == *"<it's \"quoted\">"* ]]
  [[ $output == *'"A_B"'* ]]
}

@test "TERM: the command first, hooks around the services, exit 2" {
  script "$R/etc/my_init.pre_shutdown.d/10" <<'END'
#!/bin/sh
echo "pre shutdown"
END
  script "$R/etc/my_init.post_shutdown.d/10" <<'END'
#!/bin/sh
echo "post shutdown"
END
  app
  boot -i /sbin/my_init -- -- sleep 1000
  await 20 said '^up$'
  stop
  [ "$status" = 2 ]
  grep -oE 'pre shutdown|service stops|post shutdown' "$T/out" | diff - <(printf 'pre shutdown\nservice stops\npost shutdown\n')
}

@test "TERM without a command: 2 as well; the services' last lines are kept" {
  app
  boot -i /sbin/my_init --
  await 20 said '^up$'
  stop
  [ "$status" = 2 ]
  said '^service stops$'
}

@test "KILL_PROCESS_TIMEOUT and KILL_ALL_PROCESSES_TIMEOUT bound the stop of a deaf service" {
  script "$R/etc/service/deaf/run" <<'END'
#!/bin/sh
trap '' TERM
echo up
while :; do sleep 0.1; done
END
  boot -i /sbin/my_init -e KILL_PROCESS_TIMEOUT=1 -e KILL_ALL_PROCESSES_TIMEOUT=1 --
  await 20 said '^up$'
  local begin=${EPOCHREALTIME/[.,]/}
  stop
  [ "$status" = 2 ]
  ((${EPOCHREALTIME/[.,]/} - begin < 7000000)) # its default would be 30 s, ours 8
}

@test "sv status /etc/service/*: 0, and nothing is down" {
  app
  mkdir -p "$R/etc/service/second"
  cp "$R/etc/service/app/run" "$R/etc/service/second/run"
  echo '@yearly /bin/true' >"$R/etc/crontabs/root" # that base runs cron, too
  boot -i /sbin/my_init --
  await 20 is second run
  await 20 is app run
  await 20 is crond run
  run within sh -c 'sv status /etc/service/*'
  echo "$output"
  [ "$status" = 0 ]
  [ "${#lines[@]}" = 3 ]
  [[ $output != *down* ]]
  [[ ${lines[0]} =~ ^run:\ /etc/service/app:\ \(pid\ [0-9]+\)\ [0-9]+s$ ]]
}

@test "setuser: user, home and environment; an unknown user and a missing command are 1" {
  boot_run -- setuser www-data sh -c 'echo "$(id -u) $(id -g) $USER $HOME"'
  [ "$output" = '33 33 www-data /var/www' ]
  boot_run -- setuser nosuchuser true
  [ "$status" = 1 ]
  [[ $output == *'nosuchuser'* ]]
  boot_run -- setuser www-data
  [ "$status" = 1 ]
}

@test "what a service sends to syslog while it stops is in the log: logd outlives the services" {
  script "$R/etc/service/app/run" <<'END'
#!/bin/sh
trap 'logger -p daemon.err "first words"; sleep 0.3; logger -t late "last words"; echo "last line"; exit 0' TERM
logger -t up up
while :; do sleep 0.1; done
END
  boot -i /sbin/my_init --
  await 10 said 'up'
  stop
  said 'first words$'
  said 'last words$'
  said '^last line$'
}
