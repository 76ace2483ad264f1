#!/usr/bin/env bats
# logd receives syslog from the network under a real PID 1. What it makes of it: tests/applets/logd_network.bats.

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# send ARG...: a message, by util-linux's logger
send() {
  nsenter -n -t "$(<"$T/pid")" logger -n 127.0.0.1 -P 514 -t app "$@"
}

# listening COUNT: so many sockets are in that network
listening() {
  [ "$(nsenter -n -t "$(<"$T/pid")" ss -Hlntu | wc -l)" = "$1" ]
}

# again: it gets through; what the killed one had accepted does not
again() {
  send -T again
  grep -q 'app | again' "$T/out"
}

@test "SYSLOG_SERVER, RSYSLOG_SERVER: what comes is in the container's log; a logd that is killed listens again; a stop loses nothing" {
  service idle <<<'#!/bin/sh
exec sleep 1000'
  boot -e SYSLOG_SERVER=0.0.0.0 -e RSYSLOG_SERVER=0.0.0.0 --
  nsenter -n -t "$(<"$T/pid")" ip link set lo up
  await 10 listening 3
  send -d -p daemon.err by udp
  send -T by tcp
  await 10 grep -q 'app | by udp' "$T/out"
  await 10 grep -q 'app | by tcp' "$T/out"
  within sh -c 'for c in /proc/[0-9]*/comm; do
    read -r name <"$c" && [ "$name" != logd ] || kill -9 "${c//[!0-9]/}"
  done'
  await 10 again
  seq 500 >"$T/lines"
  send -T --octet-count -f "$T/lines"
  stop
  [ "$status" = 0 ]
  sed -n 's/.*app | \([0-9]\)/\1/p' "$T/out" | diff - "$T/lines"
}
