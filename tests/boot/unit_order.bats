#!/usr/bin/env bats
# What units have to do with each other (systemd.unit(5)), under a real PID 1: order, what is started and stopped with
# what, circles. tests/lib/step.c plays the services and notes what happens when.

bats_require_minimum_version 1.5.0

setup_file() {
  "$(command -v musl-gcc || echo cc)" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Os -static -o "$BATS_FILE_TMPDIR/step" \
    "${BATS_TEST_DIRNAME%%/tests*}/tests/lib/step.c"
}

setup() {
  load ../lib/boot
  boot_setup
  cp "$BATS_FILE_TMPDIR/step" "$R/bin"
  U=$R/etc/service
  mkdir -p "$U" "$R/etc/systemd/system"
}

teardown() {
  boot_teardown
}

# unit NAME [TYPE [MS]] <<lines of its [Unit]: enabled; TYPE: notify (if none is said), oneshot, fails, simple
unit() {
  local type=${2:-notify} run="/bin/step /root/log $1 ${3:-0}"
  case $type in
  fails) type=oneshot run='/bin/sh -c "exit 3"' ;;
  simple) run='/bin/sleep 1000' ;;
  esac
  {
    echo '[Unit]'
    cat
    printf '%s\n' '[Service]' "Type=$type" "ExecStart=$run"
  } >"$U/$1.service"
}

# other NAME …: as unit, but where only names lead to it
other() {
  local U=$R/etc/systemd/system
  unit "$@"
}

state() { # state NAME [KEY]: of supervise/state
  within cat "/run/initbox/service/$1/supervise/state" | sed -n "s/^${2:-state}=//p"
}

has() { # has NAME STATE
  [ "$(state "$1")" = "$2" ]
}

up() { # up NAME...: all of them
  local name
  for name; do
    [[ $(state "$name") == @(up|ready) ]] || return 1
  done
}

# noted WORD…: in $log, lines that begin so come in this order ("start a" "ready b"), the first of each
noted() {
  local line at=0 n
  for line; do
    n=$(grep -nm1 "^$line " <<<"$log" | cut -d: -f1)
    ((n > at)) || {
      echo "not so: $* in:" && cat <<<"$log" && return 1
    } >&2
    at=$n
  done
}

log() {
  log=$(<"$R/root/log")
}

not_started() { # not_started NAME…
  local name
  for name; do
    run ! grep -q "^start $name " "$R/root/log"
  done
}

stopped() {
  stop
  # shellcheck disable=SC2154 # of seeds.bash
  [ "$status" = 0 ]
  log
}

@test "After= and Before=: each waits for the other's readiness; names alone pull nothing in; stopped in reverse" {
  unit a <<<'After=b.service nobody.service'
  unit b <<<'After=c.service'
  unit c notify 50 </dev/null
  unit d notify 20 <<<'Before=c.service network.target'
  unit e <<<'After=absent.service'
  other absent </dev/null
  boot -w --
  await 10 up a b c d e
  log
  noted 'ready d' 'start c' 'ready c' 'start b' 'ready b' 'start a'
  not_started absent
  stopped
  noted 'gone a' 'stop b' 'gone b' 'stop c' 'gone c' 'stop d'
}

@test "Requires=, Wants=, BindsTo=: pulled in; who requires what fails is not started and says why, who only wants it is" {
  unit a <<<$'Requires=b.service\nAfter=b.service\nOnFailure=help.service'
  unit w <<<$'Wants=bad.service also.service nobody.service\nAfter=bad.service'
  unit r <<<$'Requires=bad.service\nAfter=bad.service\nOnFailure=help.service'
  unit s <<<$'BindsTo=r.service\nAfter=r.service'
  unit n <<<'Requires=nobody.service'
  other b notify 30 <<<'Wants=deep.service'
  other deep </dev/null
  other also </dev/null
  other bad fails </dev/null
  other help </dev/null
  boot -w --
  await 10 up a b w deep also help
  await 10 has r failed
  await 10 has s failed
  await 10 has n failed
  await 10 has bad failed
  log
  noted 'ready b' 'start a'
  not_started r s n
  [ "$(state r reason)" = 'requires bad, which failed' ]
  [ "$(state s reason)" = 'requires r, which failed' ]
  said 'r: not started: requires bad, which failed'
  [[ $(state n reason) == *nobody* ]]
}

@test "an explicit restart and stop go with Requires=, BindsTo= and PartOf=, in order, and not with Wants= and After=" {
  unit db notify 30 </dev/null
  unit r <<<$'Requires=db.service\nAfter=db.service'
  unit b <<<$'BindsTo=db.service\nAfter=db.service'
  unit p <<<$'PartOf=db.service\nAfter=db.service'
  unit rr <<<$'Requires=r.service\nAfter=r.service'
  unit w <<<$'Wants=db.service\nAfter=db.service'
  boot -w --
  await 10 up db r b p rr w
  : >"$R/root/log"
  within service db restart
  await 10 grep -q 'ready rr' "$R/root/log"
  await 10 up db r b p rr w
  log
  noted 'gone rr' 'stop r' 'gone r' 'stop db' 'gone db' 'start db' 'ready db' 'start r' 'ready r' 'start rr'
  noted 'gone b' 'stop db' 'ready db' 'start b'
  noted 'gone p' 'stop db' 'ready db' 'start p'
  not_started w
  : >"$R/root/log"
  within service db stop
  await 10 has rr down
  for s in r b p db; do has "$s" down; done
  up w
  log
  noted 'gone rr' 'stop r' 'gone r' 'stop db'
  [ "$(grep -c start "$R/root/log")" = 0 ]
  within service rr start
  await 10 up rr r db
  has b down
}

@test "BindsTo=: goes when the other ends by itself, comes back when that is started again; Upholds= starts what is down" {
  unit x </dev/null
  unit b <<<$'BindsTo=x.service\nAfter=x.service'
  unit r <<<$'Requires=x.service\nAfter=x.service'
  unit u <<<'Upholds=h.service'
  other h </dev/null
  unit again <<<''
  echo 'Restart=always' >>"$U/again.service"
  unit c <<<$'BindsTo=again.service\nAfter=again.service'
  boot -w --
  await 10 up x b r u h again c
  : >"$R/root/log"
  within sh -c 'kill -TERM $1 $2 $3' - "$(state x pid)" "$(state again pid)" "$(state h pid)"
  await 10 has b down
  has x down
  up r
  await 10 grep -q '^ready c' "$R/root/log"
  await 10 grep -q '^ready h' "$R/root/log"
  log
  noted 'stop again' 'stop c' 'start c'
  noted 'ready again' 'start c'
  not_started b x
}

@test "Requisite= starts nothing and fails; Conflicts= stops the other, before it if there is an order; OnSuccess=" {
  unit q <<<'Requisite=off.service'
  unit ok <<<$'Requisite=on.service\nAfter=on.service'
  unit too <<<$'Requisite=on.service\nBefore=on.service'
  unit on notify 30 </dev/null
  other off </dev/null
  unit one <<<$'Before=two.service\nConflicts=two.service'
  unit two </dev/null
  unit once oneshot <<<'OnSuccess=after.service'
  other after </dev/null
  boot -w --
  await 10 has q failed
  await 10 up ok too on two after
  has once down
  not_started off one
  said 'one: conflicts with two, which starts'
  within service one start
  await 10 has two down
  await 10 up one
  log
  noted 'gone two' 'start one'
  within service two start
  await 10 has one down
  await 10 up two
}

@test "a oneshot that is done and a target are reached; a skipped one too, but not for BindsTo=" {
  unit setup oneshot 30 </dev/null
  unit a <<<$'Requires=setup.service app.target skipped.service\nAfter=setup.service app.target skipped.service'
  unit t1 notify 40 </dev/null
  unit t2 <<<'After=app.target'
  unit skipped <<<'ConditionPathExists=/nowhere'
  unit b <<<$'BindsTo=skipped.service\nAfter=skipped.service'
  printf '%s\n' '[Unit]' 'Wants=t1.service t2.service' >"$U/app.target"
  boot -w --
  await 10 up a t1 t2
  await 10 has b failed
  log
  noted 'ready setup' 'start a'
  noted 'ready t1' 'start a'
  noted 'ready t1' 'start t2'
  not_started b skipped
  # all but b is there
  within service check a t1 t2 setup app.target skipped
}

@test "a circle of five is named, with what it has of directories; the rest is up, and what only comes after it" {
  local i
  for i in 1 2 3 4; do unit "c$i" <<<"After=c$((i + 1)).service"; done
  mkdir -p "$U/c5/dependencies.d"
  : >"$U/c5/dependencies.d/c1"
  service c5 <<<'#!/bin/sh
exec sleep 1000'
  unit free </dev/null
  unit after <<<'After=c1.service'
  unit needs <<<$'Requires=c2.service\nAfter=c2.service'
  boot -w --
  await 10 up free after
  await 10 has needs failed
  said 'dependency cycle: c1 → c2 → c3 → c4 → c5 → c1\|c5 → c1 → c2 → c3 → c4 → c5: none of these is started'
  for i in 1 2 3 4 5; do has "c$i" waiting; done
  not_started c1 c2 c3 c4
  [ "$(state c3 reason)" = 'dependency cycle' ]
  stopped
}

# The same units each time: s0 to s199, each behind one to three of the forty before it; "s7 s3" of each in $T/edges.
random_units() {
  awk -v dir="$U" '
    function dice(n) { seed = seed * 16807 % 2147483647; return int(seed / 65536) % n }
    BEGIN {
      seed = 20261
      for (i = 199; i >= 0; i--) {
        lines = before[i]
        for (k = dice(3) + 1; k > 0 && i > 0; k--) {
          j = i - 1 - dice(i < 40 ? i : 40)
          print "s" i, "s" j
          kind = dice(4)
          if (kind)
            lines = lines "After=s" j ".service\n"
          else
            before[j] = before[j] "Before=s" i ".service\n"
          if (kind > 1)
            lines = lines (kind == 2 ? "Requires" : "BindsTo") "=s" j ".service\n"
        }
        file = dir "/s" i ".service"
        printf "[Unit]\n%s[Service]\nType=notify\nExecStart=/bin/step /root/log s%d %d\n", lines, i, 40 + dice(80) >file
        close(file)
      }
    }' >"$T/edges"
}

@test "200 units with random dependencies: every constraint kept, at most 1.2 times the ideal time; stopped in exact reverse" {
  random_units
  boot -w --
  await 40 eval '(($(grep -c ^ready "$R/root/log") == 200))'
  await 10 within service check
  stopped
  run -0 awk '
    NR == FNR { at[$1, $2] = $3; if ($1 == "ready") { all[n++] = $2; if (!first) first = $3; last = $3 }
                if ($1 == "start" && (!begin || $3 < begin)) begin = $3; next }
    { deps[$1] = deps[$1] " " $2; edges++
      if (at["start", $1] < at["ready", $2]) { print $1 " started before " $2 " was ready"; bad = 1 }
      if (at["stop", $2] < at["gone", $1]) { print $2 " stopped before " $1 " was gone"; bad = 1 } }
    function path(s,    d, i, k, most) {
      if (s in known) return known[s]
      k = split(deps[s], d, " ")
      for (i = 1; i <= k; i++) if (path(d[i]) > most) most = path(d[i])
      return known[s] = most + at["ready", s] - at["start", s]
    }
    END {
      for (i = 0; i < n; i++) if (path(all[i]) > ideal) ideal = path(all[i])
      printf "%d units, %d edges: %.0f ms, ideal %.0f ms: %.2f\n", n, edges, (last - begin) / 1000, ideal / 1000, (last - begin) / ideal
      exit bad || n != 200 || edges < 300 || (last - begin) > 1.2 * ideal
    }' "$R/root/log" "$T/edges"
  echo "# ${output}" >&3
}
