#!/usr/bin/env bats
# What units tell of themselves by sd_notify(3), whom of them to believe, and which process is the main one, under a real
# PID 1. tests/lib/player.c plays the daemons.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup_file() {
  "$(command -v musl-gcc || echo cc)" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Os -static -o "$BATS_FILE_TMPDIR/player" \
    "${BATS_TEST_DIRNAME%%/tests*}/tests/lib/player.c"
}

setup() {
  load ../lib/boot
  boot_setup
  cp "$BATS_FILE_TMPDIR/player" "$R/bin"
  ln -sf busybox "$R/bin/kill"
  mkdir -p "$R/etc/service"
}

teardown() {
  boot_teardown
}

# unit NAME WORD... <<lines of its [Service]: the player with these words; how it ended comes to /run/NAME.end
unit() {
  local name=$1
  shift
  {
    echo '[Service]'
    cat
    echo "ExecStart=/bin/player $*"
    echo "ExecStopPost=/bin/sh -c \"echo \$\$SERVICE_RESULT \$\$EXIT_CODE \$\$EXIT_STATUS >/run/$name.end\""
  } >"$R/etc/service/$name.service"
}

# ended NAME PATTERN
ended() {
  # shellcheck disable=SC2034 # eval's
  local file=/run/$1.end pattern=$2
  await 10 eval '[[ $(within cat $file) == $pattern ]]'
}

# state NAME KEY: of supervise/state
state() {
  within cat "/run/initbox/service/$1/supervise/state" | sed -n "s/^$2=//p"
}

has() { # NAME KEY VALUE
  [ "$(state "$1" "$2")" = "$3" ]
}

# main NAME FILE: the pid in the file is that of the service, which is up
main() {
  [ "$(within cat "$2")" ] && has "$1" pid "$(within cat "$2")" && within service check "$1"
}

go() {
  within touch "/run/$1"
}

player() { # PATTERN: how many of that run
  within ps -o args | grep -v grep | grep -c "player.*$1"
}

nobody() { # PATTERN
  [ "$(player "$1")" = 0 ]
}

there() {
  within test -e "/run/$1"
}

gone() { # FILE: the process whose pid is in it
  ! within sh -c 'kill -0 $(cat /run/'"$1)"
}

@test "a start is over when READY=1 comes; what else it says is shown" {
  unit late wait=/run/go 'say=STATUS=Almost' wait=/run/on 'say=READY=1|STATUS=Serving_[@]' wait=/run/bad 'say=STATUS=|ERRNO=2' <<<'Type=notify'
  unit after pid=/run/after <<<''
  sed -i '1i [Unit]\nAfter=late.service' "$R/etc/service/after.service"
  boot --
  await 10 has late state starting
  run ! within service check late
  go go
  await 10 has late status Almost
  has late ready no
  run ! there after
  go on
  await 10 within service check late
  await 10 there after
  within service late status | grep -q '^  Serving_\[[0-9]*\]$'
  go bad
  await 10 has late status 'No such file or directory'
  within service late stop
  ended late 'success killed TERM'
  has late status ''
}

@test "NotifyAccess=: main, all; another user's, without its environment; what a barrier brings is closed" {
  unit main fork say=READY=1 barrier=/run/said end wait=/run/go say=READY=1 <<<'Type=notify'
  unit all fork fork daemon hide user=65534 say=READY=1 end end <<<$'Type=notify\nNotifyAccess=all'
  boot --
  await 10 within service check all
  await 10 there said
  run ! within service check main
  go go
  await 10 within service check main
}

@test "NotifyAccess=exec: main and control processes" {
  unit exec fork say=STATUS=child barrier=/run/child end wait=/run/post wait=/run/go say=STATUS=main <<'END'
NotifyAccess=exec
ExecStartPost=/bin/player say=STATUS=post barrier=/run/post exit=0
END
  boot --
  await 10 there child
  await 10 has exec status post
  go go
  await 10 has exec status main
}

@test "MAINPID=: of another process, while the first one lives and when it has gone" {
  unit x pid=/run/x.first fork 'say=MAINPID=@|READY=1' pid=/run/x.main end wait=/run/go exit=3 <<<$'Type=notify\nNotifyAccess=all'
  unit y fork 'say=MAINPID=@|READY=1' pid=/run/y.main end <<<$'Type=notify\nNotifyAccess=all'
  unit w reap fork 'say=MAINPID=@|READY=1' pid=/run/w.main end <<<$'Type=notify\nNotifyAccess=all\nKillMode=mixed'
  unit z wait=/run/y.main say=MAINPID=1 say=READY=1 pid=/run/z.main <<<'Type=notify'
  boot --
  await 10 main x /run/x.main
  await 10 main y /run/y.main
  await 10 main w /run/w.main
  await 10 main z /run/z.main
  said 'z: MAINPID=1: '
  go go
  await 10 gone x.first
  main x /run/x.main
  within sh -c 'kill -KILL $(cat /run/x.main /run/y.main)'
  ended x 'signal killed KILL'
  ended y 'success exited 0' # no child of ours: nobody can tell
  await 10 nobody pid=.run.y.main
  within service w stop
  ended w 'success exited 0'
  await 10 nobody pid=.run.w.main
}

@test "the watchdog: fed, triggered, its time changed; the start's time extended; an end that is said beforehand" {
  unit fed say=READY=1 wait=/run/go say=WATCHDOG=trigger <<<$'Type=notify\nWatchdogSec=1h'
  unit less say=READY=1 wait=/run/fed.end say=WATCHDOG_USEC=100000 <<<$'Type=notify\nWatchdogSec=1h'
  unit bye say=READY=1 wait=/run/go say=STOPPING=1 wait=/run/less.end exit=0 <<<'Type=notify'
  unit longer say=EXTEND_TIMEOUT_USEC=60000000 wait=/run/less.end say=READY=1 <<<$'Type=notify\nTimeoutStartSec=500ms'
  boot --
  await 10 within service check fed
  await 10 within service check less
  go go
  await 10 has bye state stopping
  ended fed 'watchdog * ABRT'
  ended less 'watchdog * ABRT'
  said 'less: watchdog: '
  await 10 within service check longer
  ended bye 'success exited 0'
}

@test "a flood of messages holds up nothing" {
  unit flood say=READY=1 flood=100000000 <<<$'Type=notify\nWatchdogSec=1h'
  unit second wait=/run/go say=READY=1 <<<'Type=notify'
  boot --
  await 10 has flood status flood
  go go
  await 5 within service check second
  within service second stop
  ended second 'success killed TERM'
  await 5 has second state down
  within service flood stop
  ended flood 'success killed TERM'
}

@test "forking: the one child that is left is the main process; of several none is, and all of them count" {
  unit one daemon pid=/run/one <<<'Type=forking'
  unit two fork daemon pid=/run/a end fork daemon pid=/run/b hide end wait=/run/a wait=/run/b exit=0 <<<'Type=forking'
  unit three daemon daemon daemon pid=/run/three <<<'Type=forking'
  unit gone exit=0 <<<'Type=forking'
  unit bad exit=4 <<<'Type=forking'
  boot --
  await 10 main one /run/one
  await 10 main three /run/three
  await 10 within service check two
  has two pid 0
  ended gone 'success*'
  ended bad 'exit-code exited 4'
  within sh -c 'kill -KILL $(cat /run/one)'
  ended one 'signal killed KILL'
  within sh -c 'kill -KILL $(cat /run/a)'
  await 10 gone a
  has two state up || has two state ready
  run ! there two.end
  within sh -c 'kill -KILL $(cat /run/b)'
  ended two 'success*'
}

@test "PIDFile=: in a directory that comes later; not another's, of an earlier life; it moves on" {
  mkdir -p "$R/old"
  unit x daemon wait=/run/go pid=/run/deep/er/x.pid <<<$'Type=forking\nPIDFile=deep/er/x.pid'
  unit y daemon wait=/run/go pid=/old/y.pid wait=/run/up fork daemon pid=/old/y.pid pid=/run/new end \
    wait=/run/new exit=0 <<<$'Type=forking\nPIDFile=/old/y.pid'
  unit z pid=/run/z <<<'ExecStartPre=/bin/sh -c "echo $$PPID >/old/z.pid"'
  unit never fork daemon end exit=0 <<<$'Type=forking\nPIDFile=/old/z\nTimeoutStartSec=700ms'
  unit died exit=0 <<<$'Type=forking\nPIDFile=/old/died.pid'
  echo 1 >"$R/old/y.pid"
  ln -s ../run/z "$R/old/z"
  boot --
  await 10 there z
  ended never 'timeout*'
  ended died 'protocol*'
  said 'died: .*PIDFile'
  run ! within service check y
  has x state starting
  within mkdir /run/deep
  within mkdir /run/deep/er
  go go
  await 10 main x /run/deep/er/x.pid
  await 10 main y /old/y.pid
  go up
  await 10 there new
  await 10 main y /run/new
  run ! there y.end
  within service x stop
  within service y stop
  await 10 nobody '[xy].pid'
  ended x 'success killed TERM'
  ended y 'success killed TERM'
}

@test "a directory with a file notify" {
  printf '#!/bin/sh\nexec player wait=/run/go "say=READY=1|STATUS=mine"\n' | service x
  touch "$R/etc/service/x/notify"
  boot --
  await 10 has x state starting
  go go
  await 10 has x state ready
  has x status mine
  within service list | grep -q 'x .*mine'
}

@test "two forks, setsid and an environment written over: nobody is left, and nobody else's is taken" {
  unit x fork daemon fork daemon hide pid=/run/escaped end end wait=/run/escaped say=READY=1 <<<'Type=notify'
  unit y fork daemon fork daemon hide pid=/run/other end end <<<''
  boot --
  await 10 within service check x
  await 10 there other
  within service x stop
  ended x 'success killed TERM'
  await 10 nobody escaped
  [ "$(player other)" = 3 ]
  stop
  [ "$status" = 0 ]
}
