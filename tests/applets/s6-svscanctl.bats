#!/usr/bin/env bats
# s6-svscanctl: rescan, or stop the container.

setup() {
  load ../lib/common
  export INIT_RUN_DIR=$T/run INIT_SERVICE_DIR=$T/sv
  mkdir -p "$T/run/service" "$T/sv" "$T/other"
  cp /bin/sleep "$T/init"
}

# A process called init that keeps the signals it gets pending; its pid goes to the file.
listener() { # FILE
  # shellcheck disable=SC2016 # perl's
  perl -MPOSIX -e 'sigprocmask(SIG_BLOCK, POSIX::SigSet->new(1, 37));
    open my $f, ">", "$ARGV[0].new"; print $f $$; close $f; rename "$ARGV[0].new", $ARGV[0];
    exec "$ARGV[1]/init", "1000"' "$1" "$T" 3>&- &
  disown
  await 5 eval "[ -s '$1' ] && grep -qx init /proc/\$(cat '$1')/comm"
}

teardown() {
  for file in "$T"/run/*pid; do
    if [ -e "$file" ]; then kill -9 "$(cat "$file")"; fi
  done
}

pending() { # PID SIGNAL
  local mask
  mask=$(sed -n 's/^ShdPnd:\t//p' "/proc/$1/status")
  (((0x$mask >> ($2 - 1)) & 1))
}

@test "-a and its like: SIGHUP to runsvdir" {
  listener "$T/run/pid"
  listener "$T/run/runsvdir.pid"
  run -0 "$BIN/s6-svscanctl" -a "$T/sv"
  pending "$(cat "$T/run/runsvdir.pid")" 1
  run ! pending "$(cat "$T/run/pid")" 37
  run -0 "$BIN/s6-svscanctl" -an "$T/run/service"
}

@test "-t: init is told to stop" {
  listener "$T/run/pid"
  listener "$T/run/runsvdir.pid"
  run -0 "$BIN/s6-svscanctl" -t "$T/sv"
  pending "$(cat "$T/run/pid")" 37
  run ! pending "$(cat "$T/run/runsvdir.pid")" 1
}

@test "a directory that is not init's, no init, wrong options: 100" {
  run -100 "$BIN/s6-svscanctl" -t "$T/sv"
  listener "$T/run/pid"
  listener "$T/run/runsvdir.pid"
  run -100 "$BIN/s6-svscanctl" -t "$T/other"
  run -100 "$BIN/s6-svscanctl" -t
  run -100 "$BIN/s6-svscanctl" -Z "$T/sv"
}
