#!/usr/bin/env bats
# The binary itself: help, lists, links, unknown names.

setup() {
  load ../lib/common
}

# A link of that name to the binary: its path.
named() {
  ln -sf "$INITBOX" "$T/$1"
  echo "$T/$1"
}

@test "alone and with --help: what it is and every applet, on one screen" {
  run -0 "$INITBOX"
  [[ $output == *"usage: initbox APPLET"* ]]
  ((${#lines[@]} <= 30))
  for line in "${lines[@]}"; do
    ((${#line} <= 80))
  done
  words=" ${output//[$'\n' ]/ } "
  for name in $("$INITBOX" --list); do
    [[ $words == *" $name "* ]]
  done
  alone=$output
  run -0 "$INITBOX" --help
  [ "$output" = "$alone" ]
}

@test "--list: all names, sorted; --list-links: their places" {
  run -0 "$INITBOX" --list
  [ "$output" = "$(LC_ALL=C sort <<<"$output")" ]
  [[ $'\n'$output$'\n' == *$'\ntrue\n'* ]]
  names=$output
  run -0 "$INITBOX" --list-links
  [[ $'\n'$output$'\n' == *$'\n/bin/true\n'* ]]
  [ "$(for link in $output; do echo "${link##*/}"; done)" = "$names" ]
}

@test "--version is that of the file VERSION" {
  run -0 "$INITBOX" --version
  read -r version _ <"$TOP/VERSION"
  [ "$output" = "initbox $version" ]
}

@test "an applet by its link, by the first argument, by a path, as a login shell" {
  "$(named true)"
  "$INITBOX" true
  (exec -a -true "$INITBOX")
  (exec -a /any/where/true "$INITBOX")
}

@test "every name answers --help on stdout, with its usage, and exits with 0" {
  for name in $("$INITBOX" --list); do
    run -0 --separate-stderr "$INITBOX" "$name" --help
    [ -z "$stderr" ]
    [[ ${lines[0]} == *" - "* && $output == *$'\nusage: '* ]]
    while IFS= read -r line; do
      ((${#line} <= 100))
    done <<<"$output"
  done
}

@test "--help is what the head of the file says, word for word" {
  for file in "$TOP"/applets/*.c; do
    text=$(awk 'NR == 1 { name = $2; sub("^/[*] ", ""); print $0 "\n"; next }
      $0 == " */" { exit }
      /^ [*] usage:/ { on = 1 }
      on { sub("^ [*] ?", ""); print }' "$file")
    name=${text%% *}
    run -0 "$INITBOX" "$name" --help
    [ "$output" = "$text" ]
  done
}

@test "an unknown name: 127 and the nearest" {
  run -127 "$INITBOX" ture
  [ "$output" = "initbox: ture: no such applet; did you mean true?" ]
  run -127 "$(named tru)"
  [ "$output" = "initbox: tru: no such applet; did you mean true?" ]
  run -127 "$INITBOX" quite-another-thing
  [ "$output" = "initbox: quite-another-thing: no such applet; see 'initbox --list'" ]
  run -127 "$INITBOX" ""
  [ "$output" = "initbox: : no such applet; see 'initbox --list'" ]
  run -127 "$INITBOX" "$(printf 'x%.0s' {1..3000})"
  [[ $output == "initbox: xxx"* ]]
}

@test "unknown options are wrong use" {
  run -2 "$INITBOX" --nonsense
  [ "$output" = "initbox: unknown option '--nonsense'; see 'initbox --help'" ]
  run -2 "$INITBOX" --install -x
  run -2 "$INITBOX" --install a b
}

@test "a full disk is no success" {
  run -1 bash -c "'$INITBOX' --list >/dev/full"
  [ "$output" = "initbox: cannot write to stdout: No space left on device" ]
}

@test "--install DIR: a link for each name, relative; again: no change" {
  mkdir -p "$T/root/bin"
  cp "$INITBOX" "$T/root/bin/initbox"
  for _ in 1 2; do
    run -0 "$T/root/bin/initbox" --install "$T/root/usr/sbin"
    [ -z "$output" ]
  done
  [ "$(ls "$T/root/usr/sbin")" = "$("$INITBOX" --list)" ]
  [ "$(readlink "$T/root/usr/sbin/true")" = ../../bin/initbox ]
  mv "$T/root" "$T/moved"
  "$T/moved/usr/sbin/true"
}

@test "--install -s, a relative DIR, beside the binary" {
  mkdir "$T/here"
  cp "$INITBOX" "$T/here/initbox"
  cd "$T/here"
  ./initbox --install -s .
  [ "$(readlink true)" = initbox ]
  cd "$T"
  here/initbox --install -s there
  [ "$(readlink there/true)" = ../here/initbox ]
}

@test "--install leaves foreign files alone, says so, and goes on" {
  mkdir "$T/d"
  echo mine >"$T/d/false"
  ln -s nowhere "$T/d/kill"
  run -1 "$INITBOX" --install "$T/d"
  [ "${#lines[@]}" = 2 ]
  [[ ${lines[0]} == "initbox: $T/d/false exists and is no link to $INITBOX: left as it is" ]]
  [[ ${lines[1]} == "initbox: $T/d/kill exists and is no link to "* ]]
  [ "$(cat "$T/d/false")" = mine ]
  [ "$(readlink "$T/d/kill")" = nowhere ]
  "$T/d/true"
}

@test "--install where nothing can be written" {
  echo >"$T/file"
  run -1 "$INITBOX" --install "$T/file/sub"
  [ "$output" = "initbox: cannot enter the directory $T/file/sub: Not a directory" ]
}

@test "--install without DIR: each at its place, in a root that holds nothing but the binary" {
  mkdir -p "$T/root/bin"
  cp "$INITBOX" "$T/root/bin/initbox"
  run -0 chroot "$T/root" /bin/initbox --install
  [ -z "$output" ]
  "$INITBOX" --list-links >"$T/links"
  while read -r link; do
    [ -L "$T/root$link" ]
    [[ $(readlink "$T/root$link") != /* ]]
  done <"$T/links"
  chroot "$T/root" /bin/true
}

@test "static, no executable stack, relro, no interpreter" {
  headers=$(readelf -lW "$INITBOX")
  [[ $headers != *INTERP* && $headers != *DYNAMIC* ]]
  [[ $headers == *GNU_RELRO* ]]
  [[ $headers =~ GNU_STACK[^$'\n']*\ RW\  ]]
  [[ $headers != *" RWE "* ]]
}
