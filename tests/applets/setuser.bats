#!/usr/bin/env bats
# setuser: phusion/baseimage-docker's messages and codes.
# shellcheck disable=SC2016 # what is in single quotes is for the shells under test

setup() {
  load ../lib/common
  use_links
  cd "$T" || return
}

root() {
  [ "$(id -u)" = 0 ] || skip "needs root"
}

# accounts COMMAND...: with a passwd and a group file of the test's own.
accounts() {
  printf '%s\n' root:x:0:0:root:/root:/bin/sh anna:x:4001:4002:Anna,,,:/home/anna:/bin/sh 1000:x:77:77::/: >passwd
  printf '%s\n' root:x:0: anna:x:4002: team:x:4003:root,anna,bert other:x:4004:bert last:x:4005:anna >group
  unshare -m sh -c 'mount --bind passwd /etc/passwd && mount --bind group /etc/group && exec "$@"' sh "$@"
}

@test "setuser: groups, gid, uid, USER, HOME, UID" {
  root
  run -0 accounts setuser anna sh -c 'id -u; id -g; id -G; echo $USER $HOME $UID'
  [ "$output" = $'4001\n4002\n4002 4003 4005\nanna /home/anna 4001' ]
}

@test "setuser: a number is a name, as getpwnam(3) has it" {
  root
  run -0 accounts setuser 1000 id -u
  [ "$output" = 77 ]
  run -1 accounts setuser 4001 id -u
  [ "$output" = "setuser: user 4001 not found" ]
}

@test "setuser: unknown user, wrong use, a command that is not there: 1" {
  run -1 setuser nope true
  [ "$output" = "setuser: user nope not found" ]
  run -1 setuser
  [[ ${#lines[@]} = 1 && $output == *"USERNAME COMMAND [args..]"* ]]
  run -1 setuser root
  [[ ${#lines[@]} = 1 && $output == *"USERNAME COMMAND [args..]"* ]]
  root
  run -1 setuser root nosuchprogram
  [ "$output" = "setuser: cannot execute nosuchprogram: not found in PATH" ]
  run -1 setuser root /etc/passwd
  [ "$output" = "setuser: cannot execute /etc/passwd: not executable: chmod +x /etc/passwd" ]
}

@test "setuser: the command's exit code and arguments" {
  root
  run -42 setuser root sh -c 'exit $1' sh 42
  run -0 setuser root printf '[%s]' '' 'a b' $'c\nd'
  [ "$output" = $'[][a b][c\nd]' ]
}
