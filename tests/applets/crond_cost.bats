#!/usr/bin/env bats
# What crond costs: wake-ups, memory, time. tests/bench/run cron measures the same beside others.

setup() {
  load ../lib/common
  load ../lib/cron
  cron_setup
}

teardown() {
  cron_teardown
}

# jobs N LINE: in the file table
jobs() {
  awk -v n="$1" -v line="$2" 'BEGIN { while (n--) print line }' >table
}

# kB that it shares with nobody
memory() {
  awk '/^Anonymous:/ { print $2 }' "/proc/$PID/smaps_rollup"
}

# ms of CPU until now
cpu_ms() {
  awk '{ print int($1 / 1000000) }' "/proc/$PID/schedstat"
}

switches() {
  grep ctxt_switches "/proc/$PID/status"
}

asleep() {
  grep -q '^State:.S' "/proc/$PID/status"
}

# It has done all there was to do: nothing for a quarter of a second.
quiet() {
  local before
  before=$(switches)
  asleep && ! read -rt 0.25 <> <(:) && [ "$(switches)" = "$before" ]
}

@test "10 jobs: at most 60 kB, after runs and another reading of the table; nothing wakes it" {
  jobs 7 '*/5 * 1 1 * true'
  printf '%s\n' '@reboot echo ran' 'CRON_TZ=Europe/Berlin' '0 2 * * * true' >>table
  start --clock=1700000000 table
  await 10 grep -q 'end: exit 0' err
  echo '0 3 1 2 * true' >>table
  kill -HUP "$PID"
  await 10 quiet
  echo "$(memory) kB"
  (($(memory) <= 60))
  before=$(switches)
  read -rt 3 <> <(:) || true
  [ "$(switches)" = "$before" ]
}

@test "10,000 jobs: 50 ms and 2 MB" {
  jobs 10000 '17 3 1 1 * /usr/bin/true --a=word'
  start table
  await 20 quiet
  echo "$(cpu_ms) ms, $(memory) kB"
  (($(cpu_ms) <= 50 && $(memory) <= 2000))
}

@test "a minute in which 1,000 jobs are due: all run, within a second of CPU" {
  jobs 1000 "* * * * * $BIN/true"
  sed -i '1i SHELL=/none' table # each is a program of its own
  start --clock=1700000038 table
  finished() { (($(grep -c 'end: exit 0' err) >= 1000)); }
  await 30 finished
  echo "$(cpu_ms) ms"
  (($(cpu_ms) <= 1000))
}
