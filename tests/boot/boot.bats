#!/usr/bin/env bats
# Boot: the environment, the scripts, what happens when they fail; the hooks of a stop.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# boot_script NAME: below /etc/init, its lines from stdin
boot_script() {
  { echo '#!/bin/sh'; cat; } | script "$R/etc/init/$1"
}

@test "scripts run in the order of their paths, subdirectories and links too, before services and CMD" {
  boot_script 20-b <<<'echo second'
  boot_script 10-a/x <<<'echo first'
  boot_script .hidden <<<'echo hidden'
  echo 'echo no' >"$R/etc/init/15-no"
  ln -s 20-b "$R/etc/init/30-c"
  script "$R/etc/my_init.d/x" <<<$'#!/bin/sh\necho my_init'
  script "$R/etc/rc.local" <<<$'#!/bin/sh\necho rc; touch /tmp/over'
  service a <<<$'#!/bin/sh\ntest -e /tmp/over && echo after && touch /tmp/seen; exec sleep 1000'
  boot_run -- sh -c 'until test -e /tmp/seen; do sleep 0.02; done'
  [ "$status" = 0 ]
  [ "$output" = $'boot | first\nboot | second\nboot | second\nboot | my_init\nboot | rc\na | after' ]
}

@test "INIT_VERBOSE=2 tells each script's time, 0 nothing but errors" {
  boot_script a <<<'exit 0'
  boot_script b <<<'exit 7'
  boot_run -e INIT_VERBOSE=2 -e INIT_ON_BOOT_FAILURE=continue -- true
  [[ $output =~ '/etc/init/a ok '[0-9]+' ms' ]]
  [[ $output == *'/etc/init/b failed with 7'* ]]
  boot_run -e INIT_VERBOSE=0 -e INIT_ON_BOOT_FAILURE=continue -- true
  [ "$output" = 'boot | /etc/init/b failed with 7' ]
}

@test "a script that fails ends the container with its code, or not, or with another" {
  boot_script a <<<'exit 7'
  boot_script b <<<'echo not reached; kill -9 $$'
  boot_run -- echo CMD
  [ "$status" = 7 ]
  [[ $output == *'/etc/init/a failed with 7'* ]]
  [[ $output == *'INIT_ON_BOOT_FAILURE=continue'* ]]
  [[ $output != *'not reached'* && $output != *CMD* ]]
  boot_run -e INIT_ON_BOOT_FAILURE=abort:113 -- echo CMD
  [ "$status" = 113 ]
  boot_run -e INIT_ON_BOOT_FAILURE=continue -- echo CMD
  [ "$status" = 0 ]
  [[ $output == *'/etc/init/b was killed by KILL'* ]]
  [[ $output == *CMD* ]]
}

@test "what cannot be run is named with the remedy" {
  echo '#!/bin/perl' >"$R/etc/x"
  mkdir -p "$R/etc/init"
  install -m 755 "$R/etc/x" "$R/etc/init/x"
  run -127 "$TOP/images/boot" "$R" true
  [[ $output == *'/etc/init/x: /bin/perl not found (interpreter of /etc/init/x)'* ]]
}

@test "INIT_BOOT_DIRS, INIT_BOOT_TIMEOUT, --no-boot" {
  script "$R/opt/init.d/10" <<<$'#!/bin/sh\necho opt; exec sleep 1000'
  boot_script a <<<'echo no'
  boot_run -e INIT_BOOT_DIRS=/opt/init.d:/none -e INIT_BOOT_TIMEOUT=300ms -- echo CMD
  [ "$status" = 143 ]
  [[ $output == *opt*'INIT_BOOT_TIMEOUT is over'*'/opt/init.d/10 was killed by TERM'* ]]
  boot_run -- --no-boot -- echo CMD
  [ "$output" = CMD ]
}

@test "a stop while booting ends the script at once" {
  boot_script a <<<'echo here; exec sleep 1000'
  boot -- echo CMD
  await 10 said here
  stop
  run -1 said CMD
}

@test "scripts change the environment through files; it reaches services, CMD and docker exec" {
  boot_script a <<<'cd $INIT_RUN_DIR/env; echo "two words" >ADDED; printf "x\ny\n" >TEXT; echo z >KEPT; rm GONE; export LOST=1; echo /h >HOME'
  boot_script b <<<'echo "b sees $ADDED"'
  service a <<<$'#!/bin/sh\necho "service sees $ADDED"; exec sleep 1000'
  boot -e GONE=1 -e KEPT=0 -- sh -c 'echo "CMD sees $ADDED,$KEPT,$GONE,$LOST,$HOME"; echo "$TEXT"; touch /tmp/here; exec sleep 1000'
  await 10 within test -e /tmp/here
  said '^boot | b sees two words$'
  await 5 said '^a *| service sees two words$'
  said '^CMD sees two words,z,,,/h$'
  said '^y$'
  [ "$(within chpst -e /run/initbox/env sh -c 'echo "$TEXT"')" = $'x\ny' ]
  [[ $(within ls -ld /run/initbox/env/.) == drwx------* ]]
  within cat /run/initbox/environment.json >"$T/json"
  [ "$(python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))["TEXT"])' "$T/json")" = $'x\ny' ]
  [ "$(within sh -c 'unset ADDED; . /run/initbox/environment.sh; echo $ADDED')" = 'two words' ]
}

@test "/etc/container_environment fills what is not set; its files and dumps stay phusion's" {
  mkdir -m 700 "$R/etc/container_environment"
  printf 'image\n' >"$R/etc/container_environment/A"
  printf 'image\n\n' >"$R/etc/container_environment/B"
  boot_script a <<<'echo "it'\''s" >/etc/container_environment/C'
  boot_run -e A=real -- sh -c 'echo "$A,$B,$C"; . /etc/container_environment.sh; echo "$C"; cat /etc/container_environment/A'
  [ "$status" = 0 ]
  [ "$output" = $'real,image\n,it\'s\nit\'s\nreal' ]
  grep -qx "export C='it'\"'\"'s'" "$R/etc/container_environment.sh"
  [ ! -e "$R/etc/container_environment/HOME" ]
  python3 -c 'import json,sys; assert json.load(open(sys.argv[1]))["C"] == "it'"'"'s"' "$R/etc/container_environment.json"
}

@test "restarted: nothing stale wins" {
  boot_script a <<<'test -e $INIT_RUN_DIR/env/A || echo fresh; echo old >$INIT_RUN_DIR/env/A; mkdir -p $INIT_RUN_DIR/env/dir'
  for _ in 1 2; do
    boot_run -e INIT_RUN_DIR=/root/run -- sh -c 'echo $A'
    [ "$(LC_ALL=C sort <<<"$output")" = $'boot | fresh\nold' ] # CMD's own line may come before what logd passes on
    [ ! -e "$R/root/run/pid" ]
    echo 999 >"$R/root/run/pid"
  done
}

@test "hooks: before anything stops, and when all is gone; their failures are only told" {
  script "$R/etc/init.stop/10" <<<$'#!/bin/sh\necho pre; ps -o args | grep -q "[s]leep 1000" && echo alive; exit 3'
  script "$R/etc/my_init.pre_shutdown.d/a" <<<$'#!/bin/sh\necho pre2'
  script "$R/etc/my_init.post_shutdown.d/a" <<<$'#!/bin/sh\nps -o args | grep -q "[s]leep 1000" || echo post'
  service a <<<$'#!/bin/sh\nexec sleep 1000'
  boot_run -- sh -c 'until ps -o args | grep -q "[s]leep 1000"; do :; done'
  [ "$status" = 0 ]
  [ "$(grep -v failed <<<"$output")" = $'boot | pre\nboot | alive\nboot | pre2\nboot | post' ]
  [[ $output == *'/etc/init.stop/10 failed with 3'* ]]
}

@test "INIT_STOP_DELAY: services go on for that long after a signal" {
  service a <<<$'#!/bin/sh\ntrap "echo a ends; exit" TERM\necho up\nwhile :; do sleep 0.05; done'
  boot -e INIT_STOP_DELAY=700ms --
  await 10 said 'up$'
  start=$(now)
  stop
  (($(now) - start >= 700))
  said 'a ends'
  [ "$status" = 0 ]
}
