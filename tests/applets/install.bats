#!/usr/bin/env bats

setup() {
  load ../lib/common
  cd "$T" || return
  umask 077
  echo text >f
}

is() { stat -c %a:%u:%g "$1"; }

@test "install -d: directories with owner and mode, those that are there too" {
  mkdir old
  "$BIN/install" -d new/below
  [ "$(is new/below)" = 755:0:0 ]
  "$BIN/install" -d -m 02750 -o daemon -g 7 old new
  [ "$(is old) $(is new)" = "2750:1:7 2750:1:7" ]
}

@test "install: a copy takes the place of what is there, link or not; -D makes what is above" {
  touch target
  ln -s target to
  "$BIN/install" f to
  [ "$(is to)" = 755:0:0 ]
  [ "$(cat to)" = text ]
  [ ! -L to ] && [ ! -s target ]
  "$BIN/install" -D -m 4711 -o daemon f a/b/c
  [ "$(is a/b/c)" = 4711:1:0 ]
}

@test "install: /dev/null makes an empty file, a pipe one with what it says" {
  "$BIN/install" -m 640 /dev/null empty
  [ "$(is empty)" = 640:0:0 ] && [ ! -s empty ]
  "$BIN/install" /dev/stdin lines < <(seq 2000)
  seq 2000 | cmp - lines
}

@test "install: files into a directory, given last or by -t" {
  mkdir d
  echo g >g
  "$BIN/install" -m 600 f g d/
  "$BIN/install" -m 644 -t d "$T/g"
  [ "$(is d/f) $(is d/g)" = "600:0:0 644:0:0" ]
}

@test "install: what is wrong is named; exit code 1" {
  run -1 "$BIN/install" nothing to
  [ "$output" = "install: cannot install 'nothing': No such file or directory" ]
  mkdir d
  run -1 "$BIN/install" d to
  [ "$output" = "install: cannot install 'd': Is a directory" ]
  run -1 "$BIN/install" f f f
  [ "$output" = "install: target 'f' is not a directory" ]
  run -1 "$BIN/install" -d f/x y
  [ "$output" = "install: cannot create directory 'f/x': Not a directory" ]
  [ -d y ]
  run -1 "$BIN/install" f no/to
  [ "$output" = "install: cannot install 'f': No such file or directory" ]
  run -1 "$BIN/install" -d -o nobodyhere y
  [ "$output" = "install: invalid user 'nobodyhere'" ]
  run -1 "$BIN/install" f
  [ "$output" = "install: files and where to are expected; see 'install --help'" ]
}
