#!/usr/bin/env bats
# init in bad weather: other users, nothing to write to, no /proc, failing system calls. It works, or says what does not.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  service a <<'END'
#!/bin/sh
trap 'echo a ends; exit' TERM
echo a runs
touch /tmp/up
while :; do sleep 0.05; done
END
}

teardown() {
  boot_teardown
}

# under COMMAND...: PID 1 is this, then init with its words
under() {
  script "$R/bin/under" <<END
#!/bin/sh
$*
END
}

# the whole way: service up, CMD's words and code, an orderly end
works() {
  run -5 "$TOP/images/boot" -i /bin/under "$R" sh -c 'until [ -e /tmp/up ]; do sleep 0.02; done; echo CMD; exit 5'
  [[ $output == *CMD* ]]
  [[ $output == *'a ends'* ]]
}

@test "uid 1000; and one that nobody knows, with gid 0" {
  under 'exec setuidgid 1000:1000 /sbin/init "$@"'
  works
  [[ $output != *'run directory'* ]]
  under 'exec chpst -u :123456:0 /sbin/init "$@"'
  works
  [[ $output != *'run directory'* ]]
}

@test "no capabilities" {
  install_program "$(command -v setpriv)"
  under 'exec '"$(command -v setpriv)"' --bounding-set=-all --inh-caps=-all /sbin/init "$@"'
  works
}

@test "read-only root, /run of a tmpfs or not, and nothing at all to write to" {
  under 'exec /sbin/init "$@"'
  works
  under 'umount /run; exec /sbin/init "$@"'
  works
  [[ $output != *'no run directory'* ]]
  service a <<<$'#!/bin/sh\ntrap "echo a ends; exit" TERM; echo a runs; while :; do sleep 0.05; done'
  under 'umount /run; umount /tmp; umount /dev/shm; exec /sbin/init "$@"'
  run -5 "$TOP/images/boot" -i /bin/under "$R" sh -c 'echo CMD; exit 5'
  [[ $output == *CMD* ]]
}

@test "no /proc, no /etc/passwd" {
  rm "$R/etc/passwd" "$R/etc/group"
  under 'umount /proc; exec /sbin/init "$@"'
  works
}

@test "no /proc: what ignores TERM is killed all the same" {
  under 'umount /proc; exec /sbin/init "$@"'
  start=$(now)
  run -5 "$TOP/images/boot" -e INIT_STOP_TIMEOUT=1 -i /bin/under "$R" sh -c '(trap "" TERM; touch /tmp/t; exec setsid sleep 1000) & until [ -e /tmp/t ]; do sleep 0.02; done; exit 5'
  (($(now) - start < 5000))
}

@test "not process 1: only its own descendants are touched, orphans among them" {
  under 'sleep 1001 & exec_me() { /sbin/init "$@"; }; exec_me "$@"; code=$?; ps -o pid,args; exit $code'
  run -5 "$TOP/images/boot" -w -e INIT_STOP_TIMEOUT=2 -i /bin/under "$R" sh -c '(setsid sleep 1002 &); (setsid sh -c "trap \"\" TERM; touch /tmp/t; sleep 1003" &); until [ -e /tmp/t ]; do sleep 0.02; done; exit 5'
  [[ $output == *'sleep 1001'* ]]
  [[ ! $output =~ [0-9]\ sleep\ 100[23] ]]
  [[ $output == *'did not end in time: killed'* ]]
}

@test "a terminal: job control, ^C for CMD alone, an interactive shell is stopped at once" {
  rm -r "$R/etc/service"
  on_terminal() {
    python3 "$TOP/tests/lib/terminal.py" "$@"
  }
  run -3 on_terminal '^C' "$TOP/images/boot" "$R" sh -c 'trap "echo ended; exit 3" INT; echo ready; while :; do sleep 0.05; done'
  [[ $output == *ended* ]]
  run -4 on_terminal 'sh -c "echo rea\dy; exec sleep 1000"^M|^Z|kill -9 %1; wait^M|exit 4^M|exit 4^M' \
    "$TOP/images/boot" -e 'PS1=ready' "$R" sh -i
  [[ $output == *'Stopped'*'sleep 1000'* ]]
  start=$(now)
  run -129 on_terminal 'kill 1^M' "$TOP/images/boot" -e 'PS1=ready' -e INIT_STOP_TIMEOUT=30 "$R" sh -i
  (($(now) - start < 10000))
}

# inject SYSCALL ERROR COMMAND...: init, the N-th such call of which fails, for all N until it makes no more
inject() {
  local call=$1 error=$2 n code
  shift 2
  for n in 1 2 3 4 5 6 7 8; do
    code=0
    PATH=$BIN:$PATH INIT_RUN_DIR=$T/run INIT_SERVICE_DIR=$T/service INIT_STOP_TIMEOUT=2 HOME=/ timeout 30 strace -qq -o "$T/trace" \
      -e trace="$call" -e inject="$call:error=$error:when=$n" "$BIN/init" "$@" >"$T/out" 2>"$T/err" </dev/null || code=$?
    echo "$call $n: $code"
    cat "$T/out" "$T/err"
    # it ended by itself, in order, and either did its work or said why not
    ((code < 124))
    [ "$code" = 5 ] || [ -s "$T/err" ]
    grep -q INJECTED "$T/trace" || return 0
  done
}

@test "each fork, pipe, open and memory file that fails: init lives, and works or says why not" {
  script "$T/service/a/run" <<<$'#!/bin/sh\nexec sleep 1000'
  inject clone EAGAIN sh -c 'exit 5'
  inject fork EAGAIN sh -c 'exit 5'
  inject pipe2 EMFILE sh -c 'exit 5'
  inject open,openat EMFILE sh -c 'exit 5'
  inject socketpair EMFILE sh -c 'exit 5'
  inject memfd_create EMFILE sh -c 'exit 5'
  inject mmap ENOMEM sh -c 'exit 5'
  inject epoll_create1,signalfd4 EMFILE sh -c 'exit 5'
  inject epoll_ctl ENOSPC sh -c 'exit 5'
  inject sendmsg ENOBUFS sh -c 'exit 5'
}
