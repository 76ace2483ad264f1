#!/usr/bin/env bats

setup() {
  load ../lib/common
  cd "$T" || return
}

@test "rm: files and links, not what they lead to; -f: what is not there is fine" {
  touch a keep
  mkdir dir
  ln -s keep link
  ln -s dir deep
  "$BIN/rm" a link deep
  "$BIN/rm" -f a nothing keep/x
  "$BIN/rm" -f
  [ "$(echo ./*)" = "./dir ./keep" ]
}

@test "rm: -r directories with all below, never through a link" {
  mkdir -p a/b/c out
  touch a/f a/b/c/g out/keep
  ln -s ../out a/link
  "$BIN/rm" -rf a/ nothing
  [ "$(echo ./*)" = ./out ]
  [ -e out/keep ]
}

@test "rm: what stays is named, the others go; exit code 1" {
  mkdir -p d/e
  touch x
  run -1 "$BIN/rm" d nothing x
  [ "$output" = "rm: cannot remove 'd': Is a directory
rm: cannot remove 'nothing': No such file or directory" ]
  [ ! -e x ]
  run -1 "$BIN/rm" -rf / d/. .. ///
  [ "${lines[1]}" = "rm: cannot remove 'd/.': Resource busy" ]
  [ "${#lines[@]}" = 4 ]
  [ -d d/e ]
  run -1 "$BIN/rm"
  [ "$output" = "rm: no file; see 'rm --help'" ]
}

@test "rm: what is mounted stays, and is named" {
  mkdir -p d/e/m
  touch d/f
  run -1 unshare -m sh -c 'mount -t tmpfs none d/e/m && touch d/e/m/keep && "$BIN/rm" -rf d; code=$?; [ -e d/e/m/keep ] && exit $code'
  [[ $output == *"cannot remove 'd': Resource busy" ]]
  [ ! -e d/f ]
}
