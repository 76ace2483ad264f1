#!/usr/bin/env bats
# Boot's user: USER_NAME and its numbers, in a root without a shell, over restarts, and where nothing can be written.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# the variables that CMD sees
variables() {
  grep -E '^(USER|GROUP)_' <<<"$output" | sort | tr '\n' ' '
}

@test "tables from nothing, one line after three starts, a home from the skeleton" {
  rm -r "$R"/etc/{passwd,group}
  mkdir "$R/etc/skel"
  echo hello >"$R/etc/skel/.profile"
  for _ in 1 2 3; do
    boot_run -e USER_NAME=dev -e USER_UID=1234 -- env
    [ "$status" = 0 ]
    [ "$(variables)" = 'GROUP_NAME=dev USER_GID=1234 USER_NAME=dev USER_UID=1234 ' ]
    [ "$(<"$R/etc/passwd")" = 'dev:!:1234:1234::/home/dev:/bin/sh' ]
    [ "$(<"$R/etc/group")" = dev:x:1234: ]
  done
  [ "$(stat -c %u:%g:%a "$R/etc/passwd" "$R/home/dev" "$R/home/dev/.profile" | xargs)" = \
    '0:0:644 1234:1234:755 1234:1234:644' ]
  [ ! -e "$R/etc/shadow" ]
}

@test "the other spelling, a group of another name, shadow where it is" {
  echo 'root:*:1:0:99999:7:::' >"$R/etc/shadow"
  chmod 640 "$R/etc/shadow"
  boot_run -e INIT_VERBOSE=2 -e USER_NAME=web -e USER_ID=800 -e GROUP_ID=801 -e GROUP_NAME=www -- env
  [ "$status" = 0 ]
  [[ $output == *'boot: user web(800) in '* ]]
  [ "$(variables)" = 'GROUP_ID=801 GROUP_NAME=www USER_GID=801 USER_ID=800 USER_NAME=web USER_UID=800 ' ]
  [ "$(tail -n1 "$R/etc/passwd")" = web:x:800:801::/home/web:/bin/sh ]
  [ "$(tail -n1 "$R/etc/group")" = www:x:801: ]
  [[ $(tail -n1 "$R/etc/shadow") =~ ^'web:!:'[0-9]+':0:99999:7:::'$ ]]
  [ "$(stat -c %a "$R/etc/shadow")" = 640 ]
}

@test "a gid that is there will do, and GROUP_NAME tells whose it is; a home that is there becomes the user's" {
  echo staff:x:50:bob >>"$R/etc/group"
  mkdir -p "$R/home/dev/x"
  boot_run -e USER_NAME=dev -e USER_UID=1234 -e USER_GID=50 -- env
  [ "$status" = 0 ]
  [ "$(variables)" = 'GROUP_NAME=staff USER_GID=50 USER_NAME=dev USER_UID=1234 ' ]
  [ "$(<"$R/etc/group")" = $'root:x:0:\nstaff:x:50:bob' ]
  [ "$(stat -c %u:%g "$R/home/dev" "$R/home/dev/x" | xargs)" = '1234:50 0:0' ]
}

@test "a home that the image chose elsewhere is left alone" {
  echo dev:x:1234:1234::/: >>"$R/etc/passwd"
  boot_run -e USER_NAME=dev -e USER_UID=1234 -- true
  [ "$status" = 0 ]
  [ "$(stat -c %u "$R") $(tail -n1 "$R/etc/group")" = '0 dev:x:1234:' ]
}

# refused MESSAGE VARIABLE...: the boot ends there, and nothing is changed
refused() {
  local message=$1 options=()
  shift
  for v; do options+=(-e "$v"); done
  cp -a "$R/etc" "$T/before"
  boot_run "${options[@]}" -- echo CMD
  [ "$status" = 1 ]
  [ "${lines[0]}" = "boot: $message" ]
  [[ $output != *CMD* ]]
  rm -f "$R/etc/.pwd.lock"
  diff -r "$T/before" "$R/etc"
  rm -r "$T/before"
}

@test "what cannot be is said before anything starts" {
  echo anna:x:1000:1000::/home/anna:/bin/sh >>"$R/etc/passwd"
  echo dev:x:50: >>"$R/etc/group"
  refused 'USER_NAME=dev needs its number in USER_UID' USER_NAME=dev USER_GID=7
  refused 'USER_UID=many is no number of a user or group' USER_NAME=dev USER_UID=many
  refused 'USER_UID=-1 is no number of a user or group' USER_NAME=dev USER_UID=-1
  refused 'GROUP_ID=4294967295 is no number of a user or group' USER_NAME=dev USER_UID=1 GROUP_ID=4294967295
  refused 'USER_UID=7, but USER_ID=8: set one of them' USER_NAME=dev USER_UID=7 USER_ID=8
  refused "user 'anna' in use: its uid is '1000', not '1001'" USER_NAME=anna USER_UID=1001
  refused "user 'anna' in use: its gid is '1000', not '50'" USER_NAME=anna USER_UID=1000 GROUP_NAME=dev USER_GID=50
  refused "uid '1000' in use by 'anna'" USER_NAME=eve USER_UID=1000
  refused "uid '0' in use by 'root'" USER_NAME=eve USER_UID=0
  refused "group 'dev' in use: its gid is '50', not '1234'" USER_NAME=dev USER_UID=1234
  boot_run -e INIT_ON_BOOT_FAILURE=continue -e USER_NAME=anna -e USER_UID=1001 -- echo CMD
  [ "$status" = 0 ]
  [[ $output == *CMD* ]]
}

@test "where nothing can be written it is said once, and the numbers are there" {
  run "$TOP/images/boot" -e USER_NAME=dev -e USER_UID=1234 "$R" env
  [ "$status" = 0 ]
  [ "$(grep -c '^boot: ' <<<"$output")" = 1 ]
  [[ $output == *'boot: user dev: /etc/group: Read-only file system; going on with the numbers 1234 and 1234'* ]]
  [ "$(variables)" = 'GROUP_NAME=dev USER_GID=1234 USER_NAME=dev USER_UID=1234 ' ]
  echo dev:x:1234:1234::/home/dev:/bin/sh >>"$R/etc/passwd"
  echo dev:x:1234: >>"$R/etc/group"
  install -d -o 1234 -g 1234 "$R/home/dev"
  run "$TOP/images/boot" -e USER_NAME=dev -e USER_UID=1234 "$R" env
  [[ $status = 0 && $output != *'boot: '* ]]
}
