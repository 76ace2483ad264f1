#!/usr/bin/env bats
# /etc/tmpfiles.d at boot: directories and owners without a shell, before the templates and the scripts, in each life.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir -p "$R"/etc/tmpfiles.d "$R"/srv/deep
}

teardown() {
  boot_teardown
}

@test "directories, files, links and owners; a user that boot makes; scripts and templates find them" {
  touch "$R/srv/deep/file"
  mkdir -p "$R/etc/templates/var/lib/app" "$R/etc/init"
  # shellcheck disable=SC2016 # boot's
  echo '${USER_NAME}' >"$R/etc/templates/var/lib/app/conf"
  script "$R/etc/init/1" <<<$'#!/bin/sh\nls -ld /run/app >/ls'
  cat >"$R/etc/tmpfiles.d/app.conf" <<'E'
d /run/app 0750 dev dev
d /var/lib/app 0700 dev
L /app - - - - var/lib/app
f /run/app/id 0400 dev - - of %H
Z /srv - dev dev
E
  boot_run -e USER_NAME=dev -e USER_UID=1234 -e INIT_VERBOSE=2 -- true
  [ "$status" = 0 ]
  [[ $output = *'boot | /srv: 3 looked at, 3 changed in '* ]]
  [[ $output = *'5 tmpfiles lines'* ]]
  [ "$(stat -c '%n %a %u:%g' "$R"/{var/lib/app,srv/deep/file} | sed "s#$R##")" = '/var/lib/app 700 1234:0
/srv/deep/file 644 1234:1234' ]
  [ "$(cat "$R/var/lib/app/conf")" = dev ]
  [ "$(readlink "$R/app")" = var/lib/app ]
  [[ $(cat "$R/ls") = 'drwxr-x---'*dev*dev*/run/app ]]
}

@test "what is wrong or fails is said, and boot goes on; each life removes what r and D say" {
  mkdir "$R/keep" "$R/cache"
  cat >"$R/etc/tmpfiles.d/a.conf" <<'E'
r! /*.pid
D /cache
d /keep/x - nobodyx
c /dev/thing - - - - 1:3
f /keep
d /good
E
  for _ in 1 2; do
    touch "$R/old.pid" "$R/cache/old"
    boot_run -- ls /cache /good /old.pid
    [ "$status" = 1 ]
    [ "$(grep -v -e '^ls:' -e '^init' <<<"$output")" = 'boot: /etc/tmpfiles.d/a.conf:4:1: a type that is not done here
boot: /etc/tmpfiles.d/a.conf:5: /keep: File exists
boot: /etc/tmpfiles.d/a.conf:3: no such user: nobodyx
/cache:

/good:' ]
    [ ! -e "$R/old.pid" ]
  done
}

@test "packages' tmpfiles.d are made if there are units, and remove nothing" {
  mkdir -p "$R/usr/lib/tmpfiles.d" "$R/cache" "$R/etc/service"
  touch "$R/cache/stays" "$R/old.pid"
  cat >"$R/usr/lib/tmpfiles.d/p.conf" <<'P'
D /cache
r! /*.pid
c /dev/thing - - - - 1:3
d /made 0700
P
  boot_run -- ls /made
  [ "$status" = 1 ]
  printf '[Service]\nExecStart=/bin/sleep 9\n' >"$R/etc/service/nap.service"
  boot_run -- ls -d /made /cache/stays /old.pid
  [ "$status" = 0 ]
  [[ $output = *$'/cache/stays\n/made\n/old.pid'* ]]
  [[ $output != *'is not done here'* ]]
}
