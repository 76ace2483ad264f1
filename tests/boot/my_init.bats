#!/usr/bin/env bats
# my_init: the options, lines and codes of phusion's. What its users' images do is in seeds_phusion.bats.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0
shopt -s extglob

setup() {
  load ../lib/boot
  boot_setup
  script "$R/etc/my_init.d/10_a" <<<$'#!/bin/sh\necho a runs'
  service s <<<$'#!/bin/sh\ntouch /tmp/s\nexec sleep 1000'
}

teardown() {
  boot_teardown
}

# as in: my_init ARG...
my() {
  boot_run -i /sbin/my_init -- "$@"
}

@test "its lines" {
  my -- sh -c 'until test -e /tmp/s; do sleep 0.02; done; echo CMD; exit 42'
  [ "$status" = 42 ]
  # boot, init and CMD each write on their own way: what logd hears of late comes late, but each in its order
  [ "$(grep -Ev '10_a|a runs|CMD' <<<"${output/PID +([0-9])/PID N}")" = '*** Booting runit daemon...
*** Runit started as PID N
*** Running sh...
*** ends with 42: sh exited with 42' ]
  [ "$(grep -E '10_a|a runs|CMD' <<<"$output" | LC_ALL=C sort)" = '*** Running /etc/my_init.d/10_a...
CMD
a runs' ]
}

@test "--quiet, --skip-startup-files, --skip-runit, --no-kill-all-on-exit, --enable-insecure-key" {
  my --quiet -- echo CMD
  [ "$(LC_ALL=C sort <<<"$output")" = $'CMD\na runs' ]
  my --quiet --skip-startup-files --skip-runit -- sh -c 'echo $HOME; test ! -e /tmp/s'
  [ "$status$output" = 0/root ]
  my --quiet --skip-startup-files --skip-runit --no-kill-all-on-exit echo CMD
  [ "$output" = CMD ]
  my --enable-insecure-key --quiet --skip-startup-files -- true
  [ "$status" = 0 ]
  [[ $output == *'there is no SSH here'* ]]
}

@test "wrong options are 2, --skip-runit without CMD 1" {
  my --wrong
  [ "$status" = 2 ]
  my --skip-runit
  [ "$status" = 1 ]
  run -0 "$BIN/my_init" --help
  [[ $output == *--skip-startup-files* ]]
}

@test "stopped by a signal: 2" {
  for signal in TERM INT; do
    boot -i /sbin/my_init -- sh -c 'echo here; exec sleep 1000'
    await 10 said here
    kill -"$signal" "$(<"$T/pid")"
    finished
    [ "$status" = 2 ]
  done
}

@test "a boot script that fails: 1; ENV_INIT_DIRECTORY; KILL_PROCESS_TIMEOUT" {
  script "$R/opt/d/x" <<<$'#!/bin/sh\nexit 7'
  boot_run -i /sbin/my_init -e ENV_INIT_DIRECTORY=/opt/d -- -- echo CMD
  [ "$status" = 1 ]
  [[ $output == *'*** /opt/d/x failed with status 7'* ]]
  [[ $output != *CMD* && $output != *'a runs'* ]]
  start=$(now)
  boot -i /sbin/my_init -e KILL_PROCESS_TIMEOUT=1 -- sh -c 'trap "" TERM; echo here; while :; do sleep 0.1; done'
  await 10 said here
  stop
  [ "$status" = 2 ]
  (($(now) - start < 4000))
}

@test "/etc/container_environment is there and holds the environment" {
  boot_run -i /sbin/my_init -e X=x -- --quiet -- sh -c 'cat /etc/container_environment/X; echo; test ! -e /etc/container_environment/INIT_RUN_DIR; ls -ld /etc/container_environment/. | grep -o "^d[rwx-]*"'
  [ "$(grep -v '^a runs' <<<"$output")" = $'x\ndrwx------' ]
}

@test "the environment's way through files: the container's wins at first, then what startup files write" {
  mkdir -m 700 "$R/etc/container_environment"
  printf 'image\n' | tee "$R/etc/container_environment/A" "$R/etc/container_environment/B.C" >"$R/etc/container_environment/D"
  script "$R/etc/my_init.d/10_a" <<<$'#!/bin/sh\necho "<$A>"; cd /etc/container_environment; echo changed >A; rm D; export LOST=1; echo "it\'s" >ADDED'
  script "$R/etc/my_init.d/20_b" <<<$'#!/bin/sh\necho "<$A$LOST$ADDED$D$HOME>"'
  boot_run -i /sbin/my_init -e A=given -- --quiet -- sh -c 'echo "$A$LOST$ADDED$D$HOME"; . /etc/container_environment.sh; echo "$B_C"'
  [ "$status" = 0 ]
  [ "$(LC_ALL=C sort <<<"$output")" = $'<changedit\'s/root>\n<given>\nchangedit\'s/root\nimage' ]
  [ "$(stat -c %a "$R/etc/container_environment" "$R/etc/container_environment".{sh,json} | tr '\n' ' ')" = '700 640 640 ' ]
}

@test "what boot fails of is 1 here too" {
  boot_run -i /sbin/my_init -e INIT_REQUIRED_ENV=A -- -- echo CMD
  [ "$status" = 1 ]
  [[ $output == *'environment variable A is not set'* && $output != *CMD* && $output != *Running* ]]
}
