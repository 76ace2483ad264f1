#!/usr/bin/env bats
# envsubst beside GNU's, byte for byte; then what only ours has.
# shellcheck disable=SC2016,SC2154 # placeholders are envsubst's; bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  use_links
  export A=1 B=two E='' AMP='&\1 }} $A ${AMP} {{AMP}} ##AMP##'
  unset U
  cd "$T" || return
}

teardown() {
  [ ! -e pid ] || kill "$(cat pid)" 2>/dev/null || true
}

# as EXPECTED TEXT OPTION...
as() {
  run -0 envsubst "${@:3}" <<<"$2"
  [ "$output" = "$1" ] || {
    printf 'expected: %s\n     got: %s\n' "$1" "$output"
    false
  }
}

# wrong EXPECTED OPTION...: exit code 1 and that on stderr, "envsubst: " before each line
wrong() {
  run -1 --separate-stderr envsubst "${@:2}" <text
  [ "${stderr//envsubst: /}" = "$1" ] || {
    printf 'expected: %s\n     got: %s\n' "$1" "$stderr"
    false
  }
}

@test "1,000 inputs, as GNU's: the same bytes and exit codes" {
  run -0 python3 "$TOP/tests/lib/envsubst.py" /usr/bin/envsubst "$BIN/envsubst" 1000 20260101
  [[ $output == *'1000 of 1000 are the same'* ]]
}

@test "what cannot be read or written is exit code 1" {
  run -1 envsubst <.
  run -1 sh -c 'echo x | envsubst >/dev/full'
  [[ $output == *'No space left on device' ]]
  run -1 sh -c 'exec envsubst -v "\$A" >/dev/full'
  run -1 envsubst -i missing
  run -1 envsubst -i "$BATS_TEST_FILENAME" -o missing/file
}

@test "wrong use is exit code 1" {
  local words
  for words in --prefix '--mode 8' '--mode 10000 -o x' '--owner nobody-of-that-name' '--dir x' '--dir :x' '--dir x:'; do
    # shellcheck disable=SC2086 # words
    run -1 envsubst $words </dev/null
    [[ $output == envsubst:* ]]
  done
  run -0 envsubst -hV
  [[ $output == envsubst* ]]
  run -0 envsubst -h
  [[ $output == *usage:* ]]
}

@test "values are copied as they are" {
  as "$AMP $AMP" '$AMP ${AMP}'
  as "$AMP $AMP $AMP $AMP" '$AMP {{AMP}} ##AMP## ${U:-$AMP}' --ops --mustache --hash
}

@test "a stream of any size, and what never ends in it, takes little memory" {
  mkfifo fifo
  envsubst <fifo >/dev/null 3>&- &
  echo $! >pid
  exec 9>fifo
  (yes 'a line with ${A} and $B, and $more that is not set ${broken' || true) | head -c 200M >&9
  read_all() {
    awk '$1 == "rchar:" && $2 >= 200 * 1024 * 1024 { found = 1 } END { exit !found }' "/proc/$(cat pid)/io"
  }
  await 20 read_all
  run -0 awk '$1 == "Anonymous:" { print $2 }' "/proc/$(cat pid)/smaps_rollup"
  echo "$output kB"
  [ "$output" -le 200 ]
  exec 9>&-
}

@test "words that stream take no memory either" {
  (
    ulimit -v 3000
    printf '${U:-'
    head -c 20M /dev/zero
    printf '${A:+'
    head -c 20M /dev/zero
    printf '}x}'
  ) | (
    ulimit -v 3000
    envsubst --ops
  ) | wc -c >size
  [ "$(cat size)" = $((2 * 20 * 1024 * 1024 + 1)) ]
}

@test "--ops" {
  as '1 d d v v x2two' '${A:-x} ${U:-d} ${U-d} ${U:=v} $U x2${B}' --ops
  as 'xtwoy $A alt.' '${U:-x${B}y} $$A ${A:+alt}${U:+no}.' --ops
  printf 'ok ${A}\n  ${U:?is needed for ${B}}' >text
  wrong 'standard input:2:3: U: is needed for two' --ops
  [ "$output" = $'ok 1\n  ' ]
  printf '\n${U:-x' >text
  wrong 'standard input:2:1: a word never ends' --ops
}

@test "--mustache and --hash, alone and together" {
  as '1 two d {{A}} $A ##A##' '{{A}} {{ B }} {{ U:- d }} \{{A}} $A ##A##' --mustache
  as '1 $A {{A}}' '##A## $A {{A}}' --hash
  as '1 $A 1' '##A## $A {{A}}' --hash --mustache
  as '1 1 1' '##A## $A {{A}}' --hash --mustache --ops
}

@test "which names: --prefix, --filter, --defined-only, SHELL-FORMAT" {
  as '1 $B ${U} $AMP' '$A $B ${U} $AMP' --prefix A --filter 'A,U' --defined-only
  as '$A two ' '$A $B ${U}' --filter 'X*,?' '$B$U'
  as '1 {{U}} {{B}} ##host##' '{{A}} {{U}} {{B}} ##host##' --mustache --hash '$A'
  as '1 $U ${U} d' '$A $U ${U} ${U:-d}' --ops --defined-only
}

@test "--no-unset and --no-empty name all, with their places" {
  printf '$A $U\n ${V} $E\n$B{$U}' >text
  wrong $'standard input:1:4: U is not set\nstandard input:2:2: V is not set\nstandard input:3:4: U is not set' --no-unset
  wrong 'standard input:2:7: E is empty' --no-empty
  wrong $'text:1:4: U is not set\ntext:2:2: V is not set\ntext:2:7: E is empty\ntext:3:4: U is not set' \
    --no-empty --no-unset -i text
  as '1 ' '$A ${U:=}' --no-unset --no-empty --ops
}

@test "-i and -o: mode and owner of the old file, else of the template" {
  echo '$A' >in
  chmod 640 in
  run -0 envsubst -i in
  [ "$output" = 1 ]
  envsubst --input in --output out
  [ "$(cat out) $(stat -c %a out)" = '1 640' ]
  chmod 604 out
  A=2 envsubst -i in -o out
  [ "$(cat out) $(stat -c %a out)" = '2 604' ]
  envsubst -o out --mode 400 <in
  [ "$(cat out) $(stat -c %a out)" = '1 400' ]
  ln -s out link
  A=3 envsubst -i in -o link
  [ -L link ]
  [ "$(cat out)" = 3 ]
  A=4 envsubst -i out -o out
  [ "$(ls)" = $'in\nlink\nout' ]
}

@test "--owner" {
  [ "$(id -u)" = 0 ] || skip "only root can"
  envsubst -o out --owner 1234:5678 <<<'$A'
  [ "$(stat -c %u:%g out)" = 1234:5678 ]
  envsubst -o out <<<'$A$A'
  [ "$(stat -c %u:%g out)" = 1234:5678 ]
  envsubst -o out --owner 77 <<<'$A$A'
  [ "$(stat -c %u:%g out)" = 77:77 ]
}

@test "a fault leaves everything as it is" {
  echo old >out
  printf '$A $U' >text
  run -1 envsubst --no-unset -i text -o out
  run -1 envsubst --no-unset -i text -o new
  [ "$(cat out)" = old ]
  [ "$(ls)" = $'out\ntext' ]
  mkdir tree
  cp text tree/b
  echo '$A' >tree/a
  run -1 envsubst --no-unset --dir tree:there
  [[ $output == *tree/b:1:4:* ]]
  [ ! -e there ]
}

@test "--dir: a tree, with and without --suffix" {
  mkdir -p from/sub
  echo 'a=$A' >from/a.conf.tmpl
  echo 'b=$B' >from/sub/b
  chmod 600 from/sub/b
  chmod 700 from/sub
  echo '$A' >from/c.template
  envsubst --dir from:to
  [ "$(cat to/a.conf to/sub/b to/c.template)" = $'a=1\nb=two\n1' ]
  [ "$(stat -c %a to/sub to/sub/b)" = $'700\n600' ]
  envsubst --dir from:other --suffix .template
  [ "$(cd other && echo *)" = c ]
}
