#!/usr/bin/env bats
# syslogd alone, with busybox's options, in a /dev and /run of its own.
# shellcheck disable=SC2016 # the inner shell expands

bats_require_minimum_version 1.5.0

setup_file() {
  load ../lib/common
  gcc -static -O1 -o "$BATS_FILE_TMPDIR/send" "$TOP/tests/lib/syslog_send.c"
}

setup() {
  load ../lib/common
  use_links
  export SEND=$BATS_FILE_TMPDIR/send
}

# alone SCRIPT: a shell in which nobody else listens at /dev/log, processes are its own, and `wait_for` and `ends` help
alone() {
  timeout -k 5 60 unshare --mount --pid --net --fork --kill-child --mount-proc bash -ec '
    mkdir -p /tmp/none
    mount -t tmpfs dev "$T/dev" && : >"$T/dev/null" && mount --bind /dev/null "$T/dev/null"
    mount --rbind "$T/dev" /dev
    mount -t tmpfs run /run
    wait_for() { until "$@" 2>/dev/null; do read -rt 0.02 <> <(:) || true; done; }
    ends() { kill "$1"; wait "$1"; }
    cd "$T"
    '"$1" 2>&1 3>&-
}

@test "busybox's lines on stdout: -n -O -, -l, -S" {
  mkdir "$T/dev"
  run -0 alone '
    syslogd -n -l 6 -O - >out & pid=$!
    wait_for test -S /dev/log
    logger -p user.info no
    logger -p user.notice -t one hi
    logger -p mail.err -t two --id=7 "a	b"
    $SEND -raw </dev/null
    wait_for grep -q "notice no priority$" out
    ends $pid
    test ! -e /dev/log
    SYSLOG_LEVEL=8 syslogd -n -S -O - >small & pid=$!
    wait_for test -S /dev/log
    logger -p user.debug -t one hi
    wait_for grep -q . small
    ends $pid'
  host=$(uname -n)
  sed 's/^... .. ..:..:.. //' "$T/out" >"$T/seen"
  cmp "$T/seen" - <<END
$host user.notice one: hi
$host mail.err two[7]: a	b
$host user.notice no priority
$host user.notice <999>wrong
END
  grep -qE '^[A-Z][a-z]{2} [ 0-9][0-9] [0-9:]{8} one: hi$' "$T/small"
}

@test "one message is one line, whatever it holds" {
  mkdir "$T/dev"
  run -0 alone '
    syslogd -n -O - >out & pid=$!
    wait_for test -S /dev/log
    ls /proc/$pid/fd >before
    $SEND -raw </dev/null
    $SEND last & sender=$!
    wait_for grep -q "from last$" out
    ls /proc/$pid/fd | cmp - before # one was sent
    ends $pid || true
    kill $sender'
  grep -q ' user.info nul: a^@b$' "$T/out"
  grep -q ' user.info newline: a b$' "$T/out"
  LC_ALL=C grep -q ' user.info .*^\[\[1m$' "$T/out"
  [ "$(grep ' user.info big: ' "$T/out" | tr -cd x | wc -c)" = 65527 ]
  [ "$(wc -l <"$T/out")" = 9 ]
}

@test "in the background: a file, its size, old ones, its pid; HUP opens it again; TERM writes all" {
  mkdir "$T/dev"
  run -0 alone '
    syslogd -s 1 -b 2 -O "$T/messages"
    pid=$(</var/run/syslogd.pid)
    for i in {100..199}; do logger -t count "$i of messages that fill files"; done
    wait_for grep -q "199 of" messages
    mv messages moved
    kill -HUP $pid
    wait_for test -e messages
    logger -t count last
    kill $pid
    wait_for test ! -e /var/run/syslogd.pid
    grep -q "count: last" messages
    test ! -e /dev/log'
  [ "$(ls "$T"/messages.*)" = "$T/messages.0"$'\n'"$T/messages.1" ]
  cat "$T/messages.1" "$T/messages.0" "$T/moved" | grep -o '[0-9]* of' | tail -n 30 | cmp - <(seq -f '%g of' 170 199)
  for f in "$T"/messages.[01]; do
    (($(stat -c %s "$f") > 1024 && $(stat -c %s "$f") < 1200))
  done
}

@test "doubles are dropped if asked; no old files with -b 0" {
  mkdir "$T/dev"
  run -0 alone '
    syslogd -n -D -s 1 -b 0 -O "$T/messages" & pid=$!
    wait_for test -S /dev/log
    for i in {1..100}; do echo again; done | logger -t same
    wait_for grep -q "same: again" messages
    logger -t other hi
    wait_for grep -q "other: hi" messages
    (($(grep -c "same: again" messages) < 10)) # one in each second
    for i in {1..40}; do logger -t fill "$i: a message that fills the file"; done
    logger last
    ends $pid
    ! ls messages.*'
  grep -q 'last$' "$T/messages"
  (($(stat -c %s "$T/messages") < 1200))
}

@test "none lost of a sender that waits, while stdout is stuck" {
  mkdir "$T/dev"
  mkfifo "$T/pipe"
  run -0 alone '
    exec 9<>pipe
    syslogd -n -O - >pipe 9>&- & pid=$!
    wait_for test -S /dev/log
    $SEND -count 20000 & sender=$!
    until [ "$(ps -o wchan= -p $sender)" = unix_wait_for_peer ] || ! kill -0 $sender; do :; done
    cat pipe >out 9>&- & reader=$!
    exec 9>&-
    wait $sender
    ends $pid
    wait $reader'
  sed 's/.* count: //' "$T/out" | cmp - <(seq 20000)
}

@test "to a server: -R, and -L for both" {
  mkdir "$T/dev"
  run -0 alone '
    ip link set lo up
    python3 -c "
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind((\"127.0.0.1\", 514))
open(\"ready\", \"w\")
while True: open(\"got\", \"ab\").write(s.recv(9999) + b\"\\n\")" & python=$!
    wait_for test -e ready
    syslogd -n -R 127.0.0.1 -O messages & pid=$!
    wait_for test -S /dev/log
    logger -p mail.err -t one hi
    wait_for grep -q "^<19>.* one.* hi$" got
    ends $pid
    test ! -e messages
    syslogd -n -L -R 127.0.0.1:514 -O messages & pid=$!
    wait_for test -S /dev/log
    logger -t two hi
    wait_for grep -q "^<13>.* two.* hi$" got
    wait_for grep -q "two: hi" messages
    ends $pid
    kill $python'
}

@test "what cannot be is said" {
  mkdir "$T/dev"
  run -1 syslogd -l 9
  [[ $output == 'syslogd: -l 9: must be a number from 1 to 8'* ]]
  run -1 env SYSLOG_LEVEL=info "$BIN/syslogd"
  [[ $output == 'syslogd: SYSLOG_LEVEL info: must be a number from 1 to 8'* ]]
  run -1 alone 'syslogd -O /nowhere/messages'
  [ "$output" = 'syslogd: /nowhere/messages: No such file or directory' ]
  run -1 syslogd -C
  [[ $output == *"unknown option '-C'"* ]]
}
