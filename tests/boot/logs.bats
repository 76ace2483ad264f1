#!/usr/bin/env bats
# The log under a real PID 1: a stdout that nobody reads, a logd that is killed or started anew, what it costs.
# shellcheck disable=SC2016,SC2034,SC2154 # what stands in single quotes is for the shell inside; $stderr is bats'

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  ln -s busybox "$R/bin/seq"
  reader=
}

teardown() {
  [ -z "$reader" ] || kill "$reader" 2>/dev/null || true
  boot_teardown
}

# boot_stuck OPTION...: as boot, but nobody reads stdout until read_on.
boot_stuck() {
  mkfifo "$T/fifo"
  exec 7<>"$T/fifo"
  "$TOP/images/boot" -w -p "$T/pid" "$@" "$R" >"$T/fifo" 2>"$T/err" </dev/null 3>&- 4>&- 7>&- &
  BOOT=$!
  : >"$T/out"
  await 10 test -s "$T/pid"
}

read_on() {
  cat <&7 >"$T/out" 7>&- 3>&- &
  reader=$!
  exec 7>&-
}

# One service floods stdout with 300,000 lines, says so, and has a last word when it is told to.
flooding_services() {
  service a <<'END'
#!/bin/sh
seq 1 300000
echo done >&2
until [ -e /tmp/go ]; do sleep 0.05; done
echo the last word
exec sleep 1000
END
  service b <<'END'
#!/bin/sh
echo "b runs as $$" >&2
exec sleep 1000
END
}

# What a process of that name costs, in kB.
memory_of() {
  sed -n 's/^Pss: *\([0-9]*\) kB/\1/p' "/proc/$(pgrep -P "$(<"$T/pid")" -x "$1")/smaps_rollup"
}

memory_is() { # NAME AT-MOST
  [ "$(memory_of "$1")" -le "$2" ]
}

b_ran() { # TIMES
  [ "$(grep -c 'b | b runs as' "$T/err")" = "$1" ]
}

# Everything but that line of log works as ever, and logd has not grown.
all_is_well() {
  local start
  start=$(now)
  run -0 within service list
  [[ $output == *b* ]]
  [ $(($(now) - start)) -lt 2000 ]
  within sv kill b
  await 10 b_ran 2
  memory_is logd 3000
}

@test "stdout is stuck, block: its writer waits, all else goes on, and nothing is lost" {
  flooding_services
  boot_stuck
  await 10 said 'b | b runs as'
  all_is_well
  run ! said 'a | done'
  read_on
  await 30 said 'a | done'
  within touch /tmp/go
  await 10 said 'a | the last word'
  grep '^a | [0-9]' "$T/out" | cut -c 5- | cmp - <(seq 300000)
  stop
  [ "$status" = 0 ]
}

@test "stdout is stuck, drop: nobody waits, and the number of lines dropped is exact, where they are missing" {
  flooding_services
  boot_stuck -e INIT_LOG_FULL=drop
  await 30 said 'a | done'
  all_is_well
  read_on
  within touch /tmp/go
  await 10 said 'a | the last word'
  run -0 awk '
    /^logd \| stdout: [0-9]+ lines dropped: its reader was too slow$/ { gap += $4; dropped += $4; next }
    /^a \| [0-9]+$/ { if ($3 != last + gap + 1) print "wrong after", last; last = $3; gap = 0; got++; next }
    !/^a \| the last word$/ { print "unknown:", $0 }
    END { if (last + gap != 300000) print "wrong at the end"; print got + dropped, (dropped > 100000) }' "$T/out"
  echo "$output"
  [ "$output" = '300000 1' ]
  stop
  [ "$status" = 0 ]
}

@test "logd is killed 20 times while 8 services write: each line comes exactly once" {
  for i in 1 2 3 4 5 6 7 8; do
    service "w$i" <<'END'
#!/bin/sh
seq 1 200000
echo done >&2
exec sleep 1000
END
  done
  boot --
  for i in $(seq 20); do
    await 20 eval '[ "$(stat -c %s "$T/out")" -ge '$((i * 900000))' ]'
    pkill -9 -P "$(<"$T/pid")" -x logd
    await 10 pgrep -P "$(<"$T/pid")" -x logd
  done
  for i in 1 2 3 4 5 6 7 8; do
    await 20 said "w$i | done"
  done
  stop
  [ "$status" = 0 ]
  [ "$(grep -c 'logd was killed by KILL; starting it again' "$T/err")" = 20 ]
  run -0 awk '{ if ($3 != ++last[$1]) print "wrong:", $0 } END { print NR }' "$T/out"
  [ "$output" = 1600000 ]
}

@test "a setting that boot finds reaches logd, quietly" {
  mkdir "$R/etc/container_environment"
  echo json >"$R/etc/container_environment/INIT_LOG_FORMAT"
  script "$R/etc/my_init.d/a" <<'END'
#!/bin/sh
echo from boot
END
  service a <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  boot --
  await 10 said '"service":"a","stream":"stdout","severity":"info","message":"up"'
  stop
  [ "$(grep -c 'from boot' "$T/out")" = 1 ]
  run ! said killed
  run ! said 'starting it again'
}

@test "logd needs little memory: for 10 services, and with buffers given back" {
  for i in 1 2 3 4 5 6 7 8 9; do
    service s$i <<'END'
#!/bin/sh
echo up
exec sleep 1000
END
  done
  service flood <<'END'
#!/bin/sh
seq 1 100000
exec sleep 1000
END
  boot --
  await 20 said 'flood | 100000$'
  await 20 memory_is logd 400
  stop
}
