#!/usr/bin/env bats

setup() {
  load ../lib/common
  cd "$T" || return
}

mode() { stat -c %a "$1"; }

@test "mkdir: directories by the umask; -m whatever it is; -p those above, and what is there is fine" {
  umask 027
  "$BIN/mkdir" a b
  [ "$(mode a)$(mode b)" = 750750 ]
  "$BIN/mkdir" --parents -m 1777 a/b//c/ ./d
  [ "$(mode a/b/c) $(mode a/b) $(mode d)" = "1777 750 1777" ]
  "$BIN/mkdir" -p -m 700 d "$T/e/f" a
  [ "$(mode d) $(mode e/f) $(mode a)" = "1777 700 750" ]
}

@test "mkdir: -v names what was made" {
  run -0 "$BIN/mkdir" -pv a/b a
  [ "$output" = "mkdir: created directory 'a'
mkdir: created directory 'a/b'" ]
}

@test "mkdir: what cannot be made is named, the others are; exit code 1" {
  touch file
  run -1 "$BIN/mkdir" file no/way x ''
  [ "$output" = "mkdir: cannot create directory 'file': File exists
mkdir: cannot create directory 'no/way': No such file or directory
mkdir: cannot create directory '': No such file or directory" ]
  [ -d x ]
  run -1 "$BIN/mkdir" -p file file/y
  [ "$output" = "mkdir: cannot create directory 'file': File exists
mkdir: cannot create directory 'file/y': Not a directory" ]
  run -1 "$BIN/mkdir"
  [ "$output" = "mkdir: no directory; see 'mkdir --help'" ]
  run -1 "$BIN/mkdir" -m u+x z
  [ "$output" = "mkdir: invalid mode 'u+x': octal digits are expected" ]
}
