#!/usr/bin/env bats
# envsubst with files and trees: each whole or not at all. What is substituted is in envsubst.bats.
# shellcheck disable=SC2016 # placeholders are not for this shell

setup() {
  load ../lib/common
  use_links
  cd "$T" || return
  export A=1 B=two
  M=$(mktemp -d -p /dev/shm) # memory: 500 files that are synced would take a disk some time
}

teardown() {
  rm -rf "$M"
}

@test "-i, -o, --mode, --owner: the old file's mode and owner, else the template's" {
  echo '$A {{A}}' >in
  chmod 640 in
  envsubst -i in -o out
  [ "$(<out)" = '1 {{A}}' ]
  [ "$(stat -c %a out)" = 640 ]
  chmod 604 out
  envsubst --mustache -i in -o out
  [ "$(<out)" = '$A 1' ]
  [ "$(stat -c %a out)" = 604 ]
  envsubst -i in -o out --mode 400
  [ "$(stat -c %a out)" = 400 ]
  envsubst <in >piped -o out
  [ "$(<out)$(<piped)" = '1 {{A}}' ]
  envsubst -i in -o in
  [ "$(<in)" = '1 {{A}}' ]
  if [ "$(id -u)" = 0 ]; then
    envsubst -i in -o new --owner 33:34
    [ "$(stat -c '%u:%g %a' new)" = '33:34 640' ]
  fi
  umask 027
  envsubst <in -o fresh
  [ "$(stat -c %a fresh)" = 640 ]
}

@test "with a fault nothing is changed" {
  echo '$NONE' >in
  echo old >out
  run -1 envsubst --no-unset -i in -o out
  [[ $output == 'envsubst: in:1:1: NONE is not set'* ]]
  [ "$(<out)" = old ]
  run -1 envsubst --no-unset -i in -o fresh
  [ ! -e fresh ]
  [ "$(find . -name '*.new')" = '' ]
}

@test "-o /dev/stdout, a FIFO, a link" {
  echo '$A' >in
  echo before >log
  envsubst -i in -o /dev/stdout >>log
  [ "$(<log)" = $'before\n1' ]
  mkfifo fifo
  cat fifo >got 3>&- &
  envsubst -i in -o fifo
  wait $!
  [ "$(<got)" = 1 ]
  mkdir there
  ln -s there/x link
  envsubst -i in -o link
  [ -L link ]
  [ "$(<there/x)" = 1 ]
}

@test "--dir, --suffix: trees" {
  mkdir -p t/conf.d/deep
  echo '$A' >t/conf.d/a.conf.template
  echo '$B $host' >t/conf.d/deep/b.conf.template
  echo '$A' >t/other
  envsubst --defined-only --dir t:made --suffix .template
  [ "$(cd made && find . -type f | LC_ALL=C sort)" = $'./conf.d/a.conf\n./conf.d/deep/b.conf' ]
  [ "$(<made/conf.d/deep/b.conf)" = 'two $host' ]
  run -1 envsubst --no-unset --dir t:none
  [[ $output == *'t/conf.d/deep/b.conf.template:1:4: host is not set'* ]]
  [ ! -e none ]
  run -1 envsubst --dir nowhere:none
  [ "$output" = 'envsubst: nowhere: No such file or directory' ]
}

@test "killed at 500 moments: the file is the old or the new one, whole" {
  gcc -O1 -D_GNU_SOURCE -o powercut "$TOP/tests/lib/powercut.c"
  cd "$M"
  for text in old new; do # some writes long
    yes "$text $(printf '%1000s' '') \$A" | head -n 400 >$text
  done
  ln -s old template
  envsubst -i old -o out
  cp out made-old
  envsubst -i new -o out
  cp out made-new
  run -0 "$T/powercut" 500 'cmp -s out made-old && exec ln -sfn new template; cmp -s out made-new && exec ln -sfn old template' \
    envsubst -i template -o out
  [[ $output == 'killed 500 times'* ]]
  envsubst -i old -o out # what is left beside is in nobody's way
  cmp out made-old
  [ ! -e .out.new ]
}
