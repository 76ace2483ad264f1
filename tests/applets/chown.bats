#!/usr/bin/env bats

setup() {
  load ../lib/common
  cd "$T" || return
  touch f
  ln -s f link
}

owner() { stat -c %u:%g "$1"; }

@test "chown: names, numbers, either half; a link leads to its file, with -h it is meant itself" {
  "$BIN/chown" 12:34 f
  [ "$(owner f)" = 12:34 ]
  "$BIN/chown" daemon link
  [ "$(owner f) $(owner link)" = "1:34 0:0" ]
  "$BIN/chown" :daemon f
  [ "$(owner f)" = 1:1 ]
  "$BIN/chown" root: f
  [ "$(owner f)" = 0:0 ]
  "$BIN/chown" -h 5 link
  [ "$(owner f) $(owner link)" = "0:0 5:0" ]
}

@test "chown: -R all below, through no link, and nothing is set-id afterwards" {
  mkdir -p d/e
  touch d/e/g
  chmod 6755 d/e/g
  ln -s ../f d/link
  "$BIN/chown" -R daemon:daemon d/
  for x in d d/e d/e/g d/link; do
    [ "$(owner $x)" = 1:1 ]
  done
  [ "$(owner f)" = 0:0 ]
  [ "$(stat -c %a d/e/g)" = 755 ]
}

@test "chown: what is wrong is named; exit code 1" {
  run -1 "$BIN/chown" nobodyhere f
  [ "$output" = "chown: invalid user: 'nobodyhere'" ]
  run -1 "$BIN/chown" 0:nogrouphere f
  [ "$output" = "chown: invalid group: 'nogrouphere'" ]
  run -1 "$BIN/chown" 1 nothing f
  [ "$output" = "chown: changing ownership of 'nothing': No such file or directory" ]
  [ "$(owner f)" = 1:0 ]
  run -1 "$BIN/chown" 1
  [ "$output" = "chown: an owner and files are expected; see 'chown --help'" ]
}
