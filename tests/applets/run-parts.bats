#!/usr/bin/env bats
# run-parts, beside Debian's.
# shellcheck disable=SC2154 # stderr: bats' run --separate-stderr

setup() {
  load ../lib/common
  cd "$T" || return
  mkdir d
  PARTS=$BIN/run-parts
}

# part NAME COMMAND...: a shell script in d.
part() {
  script "d/$1" <<<"#!/bin/sh
${*:2}"
}

# both ARG...: Debian's and ours print the same and exit with the same code.
both() {
  local real ours real_code=0 ours_code=0
  real=$(/usr/bin/run-parts "$@" 2>real.err) || real_code=$?
  ours=$("$PARTS" "$@" 2>ours.err) || ours_code=$?
  if [ "$real" != "$ours" ] || [ $real_code != $ours_code ]; then
    printf '%s\n' "$*" "real: $real_code $real $(<real.err)" "ours: $ours_code $ours $(<ours.err)"
    return 1
  fi
}

@test "sorted, one after the other, output untouched, as Debian's" {
  for name in b a 10 9 Z _x a-b; do
    # shellcheck disable=SC2016 # for the part
    part $name 'echo "$0 $*"; echo error >&2; printf "no newline"; umask'
  done
  echo >d/nox
  ln -s a d/link
  mkdir d/sub
  both d
  cmp real.err ours.err
  both --test d
  both --list d
  both --reverse d
  both -a one --arg='two words' -a '' d
  both --umask=077 d
  both --report d
  both --new-session -- d
}

@test "a failure: code 1, a message with name and code, the rest runs" {
  part a exit 3
  part b 'kill -9 $$'
  part c echo c
  both d
  cmp real.err ours.err
  [ "$(<ours.err)" = "run-parts: d/a exited with return code 3
run-parts: d/b exited because of uncaught signal 9" ]
  both --exit-on-error d
  cmp real.err ours.err
  both --report d
}

@test "what cannot be run says why and fails" {
  script d/a <<<'#!/nope'
  : >d/b
  chmod +x d/b
  run -1 --separate-stderr "$PARTS" d
  [ "$stderr" = "run-parts: d/a: /nope not found (interpreter of d/a)
run-parts: d/b: an empty file" ]
}

@test "names: dots are welcome, leftovers are not and are named; -v names what else is left out" {
  local leftovers
  for name in ok.sh v1.2 .hidden a~ b.bak c.orig d.dpkg-old e.dpkg-dist f.rpmsave g.rpmnew h.bak.sh; do
    part "$name" echo "ran $name"
  done
  touch d/nox
  mkfifo d/fifo
  leftovers="run-parts: d/a~ left out: a leftover by its name
run-parts: d/b.bak left out: a leftover by its name
run-parts: d/c.orig left out: a leftover by its name
run-parts: d/d.dpkg-old left out: a leftover by its name"
  run -0 --separate-stderr "$PARTS" d
  [ "$output" = $'ran h.bak.sh\nran ok.sh\nran v1.2' ]
  [ "$stderr" = "$leftovers
run-parts: d/e.dpkg-dist left out: a leftover by its name
run-parts: d/f.rpmsave left out: a leftover by its name
run-parts: d/g.rpmnew left out: a leftover by its name" ]
  run -0 --separate-stderr "$PARTS" --test d
  [ "$output" = $'d/h.bak.sh\nd/ok.sh\nd/v1.2' ]
  [[ $stderr == "$leftovers"* ]]
  ln -s nothing d/dangling
  run -0 --separate-stderr "$PARTS" -v d
  [ "$output" = $'ran h.bak.sh\nran ok.sh\nran v1.2' ]
  [ "$stderr" = "$leftovers
run-parts: d/dangling: a link to nothing (No such file or directory)
run-parts: d/e.dpkg-dist left out: a leftover by its name
run-parts: d/f.rpmsave left out: a leftover by its name
run-parts: d/fifo left out: not a regular file
run-parts: d/g.rpmnew left out: a leftover by its name
run-parts: d/nox left out: no x bit
run-parts: executing d/h.bak.sh
run-parts: executing d/ok.sh
run-parts: executing d/v1.2" ]
}

@test "--lsbsysinit: the names that Debian's takes" {
  for name in a 0 a-b A _a a_b a.b a.b-c x_y.z-w _v-w a.b- a--b a.b--c -a _-a a-b.c a-b.c-d a_b-c_d; do
    part "$name" echo "ran $name"
  done
  both --lsbsysinit d
  both --lsbsysinit --list d
}

@test "--stdin: each gets all of it" {
  part a cat
  part b 'head -c 3; echo'
  part c cat
  seq 3000 >in
  /usr/bin/run-parts --stdin d <in >real
  "$PARTS" --stdin d <in >ours
  cmp real ours
  [ "$("$PARTS" --report --stdin d <in | wc -l)" -gt 6000 ]
}

@test "--report: the name on the stream that is written to first, a daemon left behind does not hold it up" {
  part a 'echo oops >&2; sleep 0.1; echo out'
  # shellcheck disable=SC2016
  part b 'sleep 60 & echo $! >pid; echo started'
  part c :
  run -0 --separate-stderr timeout 30 "$PARTS" --report d
  kill "$(<pid)"
  [ "$output" = $'out\nd/b:\nstarted' ]
  [ "$stderr" = $'d/a:\noops' ]
}

@test "--report: much on both streams" {
  part a 'head -c 300000 /dev/zero | tr "\0" x; head -c 300000 /dev/zero | tr "\0" y >&2'
  "$PARTS" --report d >out 2>err
  [ "$(wc -c <out)" = $((300000 + 5)) ]
  [ "$(wc -c <err)" = 300000 ]
}

@test "a parent that ignores SIGCHLD takes no exit code away" {
  part a exit 3
  # shellcheck disable=SC2016 # perl's
  run -1 perl -e '$SIG{CHLD} = "IGNORE"; exec @ARGV' "$PARTS" d
  [ "$output" = "run-parts: d/a exited with return code 3" ]
}

@test "a directory that is empty, not there, or a file; wrong use" {
  both d
  both nope
  both /etc/passwd
  run -1 "$PARTS" nope
  [ "$output" = "run-parts: nope: No such file or directory" ]
  both
  both d d
  both --nope d
  both --umask=9 d
  both --umask= d
  both --umask=7777777 d
  both --arg
}
