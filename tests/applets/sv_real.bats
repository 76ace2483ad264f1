#!/usr/bin/env bats
# Our sv beside runit's sv, both on runit's runsv: the same lines and exit codes in each case.

load ../lib/sv_setup

sides() {
  export SV_L=/usr/bin/sv SV_R=$BIN/sv RUN_L=/usr/bin/runsv RUN_R=/usr/bin/runsv
}

compare_status() { :; }

@test "status" { cases_status; }
@test "usage errors" { cases_usage; }
@test "services that are not there or not in order" { cases_errors; }
@test "up, down, start, stop, once" { cases_start_stop; }
@test "restart" { cases_restart; }
@test "signals, pause and cont" { cases_signals; }
@test "a service that ignores TERM: timeout and kill" { cases_deaf; }
@test "./check" { cases_check; }
@test "./finish that takes its time" { cases_finish; }
@test "a service with a log" { cases_log; }
@test "as /etc/init.d/NAME: LSB's codes" { cases_lsb; }
@test "exit and shutdown" { cases_exit; }
