#!/usr/bin/env bats
# init's words `shell` and `start`.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

setup() {
  load ../lib/boot
  boot_setup
  service app <<<$'#!/bin/sh\necho up; exec sleep 1000'
}

teardown() {
  boot_teardown
}

# typed LINE ARG...: init ARG... with that as input; its code in $status, what it prints in $output
typed() {
  status=0
  output=$(timeout 60 "$TOP/images/boot" -w "$R" "${@:2}" <<<"$1" 2>&1) || status=$?
  echo "$output"
}

@test "init shell USER: boots, starts no services, ends with the shell's code" {
  script "$R/etc/init/user" <<<$'#!/bin/sh\necho dev:x:1234:1234::/home/dev: >>/etc/passwd'
  typed 'echo $USER $HOME; kill -0 1 2>/dev/null || echo "not root"; kill -9 $$' shell dev
  [ "$status" = 137 ]
  [ "$output" = $'dev /home/dev\nnot root\ninit: ends with 137: shell was killed by KILL' ]
  typed '' shell nobody
  [ "$status" = 1 ]
  [[ $output == 'shell: No such user: nobody'* ]]
}

@test "init shell without any link or shell" {
  rm "$R/sbin/shell" "$R/bin/sh" "$R/bin/busybox"
  typed '' shell
  [ "$status" = 127 ]
  [[ $output == 'shell: no shell in this image'* ]]
}

@test "init start: the services, no CMD; without any it has nothing to run" {
  boot -- start
  await 10 said 'app | up'
  stop
  [ "$status" = 0 ]
  rm -r "$R/etc/service"
  typed '' start
  [ "$status" = 1 ]
  [[ $output == *'nothing to run: no CMD, and no service'* ]]
}

@test "programs of these names win, and they run beside the services; start takes no words" {
  script "$R/bin/shell" <<<$'#!/bin/sh\necho "the image\'s shell, $*"; until sv status app 2>&1; do sleep 0.1; done'
  script "$R/bin/start" <<<$'#!/bin/sh\necho "the image\'s start"'
  rm "$R/sbin/shell"
  typed '' shell dev
  [[ $output == *"the image's shell, dev"*'run: app'* ]]
  typed '' start
  [[ $output == *"the image's start"* ]]
  rm "$R/bin/start"
  typed '' start now
  [ "$status" = 127 ]
}

@test "one-shot: --no-services boots, runs CMD and gives its code" {
  script "$R/etc/init/a" <<<$'#!/bin/sh\necho booted'
  typed '' --no-services -- sh -c 'kill -USR1 $$'
  [ "$status" = 138 ]
  [[ $output == *booted* && $output != *'app |'* ]]
}
