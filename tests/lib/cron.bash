# shellcheck shell=bash disable=SC2034
# cron.bash - crond in the foreground, with tables of its own; for test files that `load ../lib/cron` behind common.
# They use:
#   cron_setup, cron_teardown   in setup and teardown: the working directory is $T; crond is ended
#   start ARG...                crond in the foreground, its pid in $PID, its lines in the files out and err

cron_setup() {
  use_links
  cd "$T" || return
  PID=
  unset TZ INIT_SERVICE
  export INIT_RUN_DIR=$T/run # @reboot: once for each
}

# cron_teardown [SIGNAL]
cron_teardown() {
  if [ -n "$PID" ]; then
    kill -CONT "$PID" || true
    kill "-${1:-TERM}" "$PID" || true
    wait "$PID" || true
  fi
}

start() {
  crond -f "$@" >out 2>err 3>&- &
  PID=$!
}
