# inits.bash - our tini and dumb-init beside the real ones: `load ../lib/inits`.
#
#   each NAME COMMAND...   the command, once with $init being ours and once with Debian's; says whose turn it was
#   $P                     tests/lib/probe.c, built
# Expectations are the same for both, so that ours is a drop-in replacement in what they are.

inits_setup_file() {
  musl-gcc -static -o "$BATS_FILE_TMPDIR/probe" "$TOP/tests/lib/probe.c"
}

inits_setup() {
  # shellcheck disable=SC2034 # for the tests
  P=$BATS_FILE_TMPDIR/probe
  started=
}

# whatever a test has left
inits_teardown() {
  local pid
  for pid in $started; do
    kill -KILL "$pid" 2>/dev/null || true
  done
}

each() {
  local name=$1 init
  shift
  for init in "$BIN/$name" "/usr/bin/$name"; do
    echo "# $init" >&2
    "$@"
  done
}

# start COMMAND...: in the background, its output in $T/out, its pid in $pid; returns when it has said something
start() {
  rm -f "$T/out"
  env --default-signal "$@" >"$T/out" 2>"$T/err" </dev/null 3>&- 4>&- &
  pid=$!
  started="$started $pid"
  await 10 test -s "$T/out"
}

# code COMMAND...: its exit code in $code
code() {
  code=0
  # shellcheck disable=SC2034 # for the tests
  "$@" || code=$?
}

# ended: waits for what was started; its exit code in $code
ended() {
  await 20 gone "$pid"
  code wait "$pid"
}

# gone PID: it is dead, or a zombie that nobody took
gone() {
  ! [ -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"
}

child_of() {
  local child
  read -r child </proc/"$1"/task/"$1"/children || true
  echo "${child%% *}"
}

state() {
  local line
  line=$(<"/proc/$1/stat")
  line=${line##*) }
  echo "${line%% *}"
}

is_state() {
  [ "$(state "$1")" = "$2" ]
}

# on_terminal KEYS COMMAND...: runs it on a terminal of its own as leader of the session, types KEYS when it has said
# "ready", and prints what it writes; its code is the code
on_terminal() {
  python3 "$TOP/tests/lib/terminal.py" "$@"
}
