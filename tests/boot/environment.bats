#!/usr/bin/env bats
# The environment that boot makes: the image's directory, secrets in files, what is required, what scripts change; where it
# is left, and what of it is there in the next life.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir "$R/secrets"
}

teardown() {
  boot_teardown
}

# secret NAME TEXT: below /secrets, the text as printf has it
secret() {
  # shellcheck disable=SC2059
  printf "$2" >"$R/secrets/$1"
}

@test "X_FILE gives X without the newlines at its end, if INIT_FILE_ENV says so" {
  secret a 'it'"'"'s\n two\n\n\n'
  boot_run -e A_FILE=/secrets/a -e INIT_FILE_ENV=1 -- sh -c 'echo "[$A]${A_FILE-gone}"'
  [ "$status" = 0 ]
  [ "$output" = $'[it\'s\n two]gone' ]
  boot_run -e A_FILE=/secrets/a -- sh -c 'echo "[$A]$A_FILE"'
  [ "$output" = '[]/secrets/a' ]
  boot_run -e A_FILE=/secrets/a -e B_FILE=/secrets/a -e DB_X_FILE=/secrets/a -e A= -e INIT_FILE_ENV='B_OTHER, A DB_*' -- \
    sh -c 'echo "${A%% *}$B$B_FILE${DB_X%% *}"'
  [ "$output" = $'it\'s\n/secrets/ait\'s' ]
  : >"$R/secrets/empty"
  boot_run -e A_FILE=/secrets/empty -e INIT_FILE_ENV=A -- sh -c 'echo "[${A-unset}]"'
  [ "$output" = '[]' ]
}

@test "INIT_FILE_ENV=1 leaves what programs want as a path" {
  boot_run -e SSL_CERT_FILE=/none -e AWS_SHARED_CREDENTIALS_FILE=/none -e PIP_CONFIG_FILE=/none -e _FILE=/none -e X_FILE= \
    -e INIT_FILE_ENV=1 -- sh -c 'echo "$SSL_CERT_FILE,$AWS_SHARED_CREDENTIALS_FILE,$PIP_CONFIG_FILE,$_FILE,${X_FILE+there}"'
  [ "$output" = /none,/none,/none,/none,there ]
  boot_run -e SSL_CERT_FILE=/none -e INIT_FILE_ENV=SSL_CERT -- true
  [ "$status" = 1 ]
}

@test "secrets that cannot be had end boot, all of them named, none of them shown" {
  secret nul 'hush\0hush'
  secret a 'hush'
  head -c 200000 /dev/zero | tr '\0' h >"$R/secrets/long"
  mkdir "$R/secrets/dir"
  service s <<<$'#!/bin/sh\necho a service runs; exec sleep 1000'
  boot_run -e A_FILE=/secrets/none -e B_FILE=/secrets/nul -e C_FILE=/secrets/long -e D_FILE=hush -e E=hush -e E_FILE=/secrets/a \
    -e F_FILE=/secrets/dir -e G_FILE=/secrets/a -e INIT_FILE_ENV=1 -- echo CMD
  [ "$status" = 1 ]
  [ "$(LC_ALL=C sort <<<"$output")" = 'boot | A_FILE: /secrets/none: No such file or directory
boot | B_FILE: /secrets/nul: a NUL byte in it
boot | C_FILE: /secrets/long: too long for a variable, which has 128 KiB
boot | D_FILE: its value: no path that begins with /
boot | E_FILE: /secrets/a: the variable without _FILE is set too; only one of them may be
boot | F_FILE: /secrets/dir: Is a directory
init | ends with 1: boot exited with 1' ]
  boot_run -e A_FILE=/secrets/none -e G_FILE=/secrets/a -e INIT_FILE_ENV=1 -e INIT_ON_BOOT_FAILURE=continue -- sh -c 'echo "$A_FILE,$G,$G_FILE"'
  [ "$status" = 0 ]
  grep -Fx /secrets/none,hush, <<<"$output"
}

@test "a secret of the largest size that a variable can have" {
  head -c $((131072 - 3)) /dev/zero | tr '\0' h >"$R/secrets/long" # A= and a NUL
  boot_run -e A_FILE=/secrets/long -e INIT_FILE_ENV=1 -- sh -c 'echo "${#A}"'
  [ "$output" = 131069 ]
}

@test "INIT_REQUIRED_ENV: all that are not set or empty are named, before anything else is done" {
  secret a s
  script "$R/etc/init/a" <<<$'#!/bin/sh\necho a script runs'
  boot_run -e A=1 -e C= -e D_FILE=/secrets/a -e INIT_FILE_ENV=1 -e INIT_REQUIRED_ENV='A,B C, D' -- echo CMD
  [ "$status" = 1 ]
  [ "$(LC_ALL=C sort <<<"$output")" = 'boot | environment variable B is not set
boot | environment variable C is not set
init | ends with 1: boot exited with 1' ]
  boot_run -e A=1 -e INIT_REQUIRED_ENV=A -- echo CMD
  [ "$output" = $'boot | a script runs\nCMD' ] || [ "$output" = $'CMD\nboot | a script runs' ]
  rm "$R/etc/init/a"
  boot_run -e INIT_REQUIRED_ENV=A -- echo CMD
  [ "$output" = 'boot: environment variable A is not set
init: ends with 1: boot exited with 1' ]
}

@test "the dumps are phusion's: Python reads every byte of every value" {
  mkdir -m 700 "$R/etc/container_environment"
  printf 'a\xff\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\xed\xa0\x80z' >"$R/etc/container_environment/BYTES"
  boot_run -e "T=$(printf '\t"q" \\ $x `y` \x01\x7f it'"'"'s\ntwo')" -e SAFE=a_b@%+=:,./- -e E= -- \
    sh -c 'cat /proc/self/environ >/root/environ; unset BYTES T SAFE; . /run/initbox/environment.sh; env -0 >/root/sourced'
  [ "$status" = 0 ]
  python3 - "$R" <<'EOF'
import json, os, re, shlex, sys
root = sys.argv[1]
real = dict(os.fsdecode(p).split('=', 1) for p in open(root + '/root/environ', 'rb').read().split(b'\0') if p)
text = open(root + '/etc/container_environment.json', 'rb').read()
dumped = json.loads(text)
assert text.decode('ascii') == json.dumps(dumped)
for name in ['BYTES', 'T', 'SAFE', 'E', 'HOME', 'PATH']:
    assert dumped[name] == real[name], name
own = ['HOME', 'USER', 'GROUP', 'UID', 'GID', 'SHELL']
def quoted(s):
    if not s: return "''"
    if re.search(r'[^\w@%+=:,./-]', s, re.ASCII) is None: return s
    return "'" + s.replace("'", "'\"'\"'") + "'"
lines = ''.join('export %s=%s\n' % (re.sub(r'\W', '_', n), quoted(v)) for n, v in dumped.items() if n not in own)
assert open(root + '/etc/container_environment.sh', 'rb').read() == os.fsencode(lines)
for name in ['BYTES', 'T', 'SAFE', 'E']:
    assert os.fsdecode(open(root + '/etc/container_environment/' + name, 'rb').read()) == real[name], name
sourced = dict(os.fsdecode(p).split('=', 1) for p in open(root + '/root/sourced', 'rb').read().split(b'\0') if p)
assert sourced['BYTES'] == real['BYTES'] and sourced['T'] == real['T']
EOF
}

@test "modes: the image's are kept; new dumps are 640 and docker_env's" {
  mkdir -m 750 "$R/etc/container_environment"
  echo 'docker_env:x:8377:' >>"$R/etc/group"
  install -m 600 /dev/null "$R/etc/container_environment.json"
  install -m 604 /dev/null "$R/etc/container_environment/A"
  boot_run -e A=1 -e B=2 -- true
  [ "$(stat -c %a "$R/etc/container_environment" "$R/etc/container_environment"{.sh,.json,/A,/B} | tr '\n' ' ')" = '750 640 600 604 644 ' ]
  [ "$(id -u)" != 0 ] || [ "$(stat -c %g "$R/etc/container_environment.sh")" = 8377 ]
}

@test "with phusion's directory: secrets stay out of it and reach scripts and services, in each life" {
  secret a hush
  mkdir -m 700 "$R/etc/container_environment"
  echo /secrets/a >"$R/etc/container_environment/B_FILE"
  script "$R/etc/my_init.d/10" <<<$'#!/bin/sh\necho "$A$B" | tr h H; echo new >/etc/container_environment/NEW; echo /h >/etc/container_environment/HOME'
  ln -s busybox "$R/bin/tr"
  for _ in 1 2 3; do
    boot_run -e A_FILE=/secrets/a -e INIT_FILE_ENV=1 -e KEPT=1 -- sh -c 'echo "$A$B$NEW$KEPT$HOME${A_FILE-}${B_FILE-}"; . /run/initbox/environment.sh; echo "$B"'
    [ "$status" = 0 ]
    [ "$(LC_ALL=C sort <<<"$output")" = $'boot | HusHHusH\nhush\nhushhushnew1/h' ]
    run -1 grep -r hush "$R"/etc/container_environment*
  done
}

@test "a read-only or foreign /etc/container_environment is only read" {
  mkdir -m 700 "$R/etc/container_environment"
  echo image >"$R/etc/container_environment/A"
  script "$R/etc/my_init.d/10" <<<$'#!/bin/sh\necho "$A"; echo more >$INIT_RUN_DIR/env/B'
  run "$TOP/images/boot" "$R" sh -c 'echo "$A$B$HOME"' </dev/null
  [ "$status" = 0 ]
  [ "$(LC_ALL=C sort <<<"$output")" = $'boot | image\nimagemore/root' ]
}

@test "each variable that a script adds, changes or removes" {
  script "$R/etc/init/10" <<<$'#!/bin/sh\ncd $INIT_RUN_DIR/env; printf "a\nb\n\n" >LINES; : >EMPTY; rm GONE; echo 2 >CHANGED; ln -s LINES LINK; mkdir sub; echo 1 >.hidden'
  script "$R/etc/init/20" <<<$'#!/bin/sh\necho "<$LINES><${EMPTY-unset}><${GONE-unset}><$CHANGED>"'
  boot_run -e GONE=1 -e CHANGED=1 -- true
  [ "$status" = 0 ]
  [ "$output" = $'boot | <a\nboot | b\nboot | ><><unset><2>' ]
}

@test "a FIFO does not hold up boot; what does is ended by INIT_BOOT_TIMEOUT" {
  mkfifo "$R/secrets/fifo"
  boot_run -e A_FILE=/secrets/fifo -e INIT_FILE_ENV=A -- true
  [ "$status" = 1 ]
  [[ $output == *'A_FILE: /secrets/fifo: Invalid argument'* ]]
  # another process has the lock of /etc/passwd
  cat >"$T/hold" <<'EOF'
import fcntl, os, sys
f = open(sys.argv[1] + '/etc/.pwd.lock', 'w')
fcntl.lockf(f, fcntl.LOCK_EX)
open(sys.argv[1] + '/held', 'w')
sys.stdin.read()
EOF
  mkfifo "$T/until"
  python3 "$T/hold" "$R" <"$T/until" 3>&- &
  exec 9>"$T/until"
  await 10 test -e "$R/held"
  boot_run -e USER_NAME=dev -e USER_UID=1234 -e INIT_BOOT_TIMEOUT=300ms -- true
  exec 9>&-
  wait
  [ "$status" = 124 ]
  [[ $output == *'INIT_BOOT_TIMEOUT is over; it was at: user'* ]]
}

@test "settings of boot may come from the image's directory too" {
  mkdir "$R/etc/container_environment"
  echo A >"$R/etc/container_environment/INIT_REQUIRED_ENV"
  echo abort:7 >"$R/etc/container_environment/INIT_ON_BOOT_FAILURE"
  boot_run -e HOME=/ -e PATH=/bin -- echo CMD
  [ "$status" = 7 ]
  [ "$output" = 'boot: environment variable A is not set
init: ends with 7: boot exited with 7' ]
}

@test "INIT_ON_BOOT_FAILURE: whatever fails, boot ends there, or goes on to the last step" {
  local options=(-e A_FILE=/none -e INIT_FILE_ENV=A -e INIT_REQUIRED_ENV=B -e USER_NAME=dev)
  mkdir -p "$R/etc/templates"
  echo '${B}' >"$R/etc/templates/b"
  script "$R/etc/init/a" <<<$'#!/bin/sh\necho a script; exit 3'
  boot_run "${options[@]}" -e INIT_ON_BOOT_FAILURE=continue -- echo CMD
  [ "$status" = 0 ]
  [ "$(grep -v 'set what is not set' <<<"$output" | LC_ALL=C sort)" = 'CMD
boot | /etc/init/a failed with 3
boot | /etc/templates/b:1:1: B is not set
boot | A_FILE: /none: No such file or directory
boot | USER_NAME=dev needs its number in USER_UID
boot | a script
boot | environment variable B is not set' ]
  boot_run -e USER_NAME=dev -e INIT_ON_BOOT_FAILURE=abort:9 -- echo CMD
  [ "$status" = 9 ]
  [ "$(LC_ALL=C sort <<<"$output")" = 'boot | USER_NAME=dev needs its number in USER_UID
init | ends with 9: boot exited with 9' ]
}

@test "the summary says what was done, and nothing if nothing was" {
  boot_run -e INIT_VERBOSE=2 -e INIT_REQUIRED_ENV=A -e A=1 -- true
  [[ $output != *' in '* ]]
  script "$R/etc/init/a" <<<$'#!/bin/sh\n:'
  boot_run -e INIT_VERBOSE=2 -- true
  grep -Ex 'boot \| 1 script in [0-9]+ ms' <<<"$output"
  cp "$R/etc/init/a" "$R/etc/init/b"
  boot_run -e INIT_VERBOSE=2 -- true
  grep -Ex 'boot \| 2 scripts in [0-9]+ ms' <<<"$output"
}
