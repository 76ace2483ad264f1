# seeds.bash - the root of images/shell, booted without an engine, for files of the shapes that users of other bases have:
# `load ../lib/seeds`, and seeds_setup_file, seeds_setup, seeds_teardown in the functions of those names.
#
#   $R                      this test's root, writable
#   boot [OPTION...] -- ARG...   images/boot in the background; out in $T/out, $T/err; its pid in $BOOT
#   boot_run [OPTION...] -- ARG...   bats' run of it, to its end; stdout and stderr together in $output
#   within COMMAND...       runs it in the booted container
#   stop                    TERM; then its code in $status

load ../lib/common

seeds_setup_file() {
  mkdir "$BATS_FILE_TMPDIR/shell"
  "$TOP/images/scratch/populate" "$BATS_FILE_TMPDIR/shell"
  "$TOP/images/shell/populate" "$BATS_FILE_TMPDIR/shell"
  rm -r "$BATS_FILE_TMPDIR/shell/usr/share/zoneinfo"
}

seeds_setup() {
  R=$T/root
  cp -a "$BATS_FILE_TMPDIR/shell" "$R"
  BOOT=
}

seeds_teardown() {
  if [ "$BOOT" ] && kill -0 "$BOOT" 2>/dev/null; then
    kill -KILL "$(<"$T/pid")" || true
    wait "$BOOT" || true
  fi
}

# sets $options and $arguments from what stands before and after --
split_arguments() {
  options=()
  while [ "$1" != -- ]; do
    options+=("$1")
    shift
  done
  shift
  arguments=("$@")
}

boot() {
  local options arguments
  split_arguments "$@"
  rm -f "$T/pid" "$T/out" "$T/err" # of an earlier run
  "$TOP/images/boot" -w -p "$T/pid" "${options[@]}" "$R" "${arguments[@]}" >"$T/out" 2>"$T/err" </dev/null 3>&- 4>&- &
  BOOT=$!
  await 10 test -s "$T/pid"
}

boot_run() {
  local options arguments
  split_arguments "$@"
  run timeout -k 9 60 "$TOP/images/boot" -w -p "$T/pid" "${options[@]}" "$R" "${arguments[@]}" </dev/null
  echo "${output-}"
}

within() {
  nsenter -t "$(<"$T/pid")" -a -r -w -- "$@"
}

# finished: waits for the end by itself; then its code in $status
# shellcheck disable=SC2034 # status is for the test
finished() {
  await 30 eval "! kill -0 $BOOT"
  status=0
  wait "$BOOT" || status=$?
  BOOT=
}

stop() {
  kill "$BOOT"
  finished
}

# is NAME STATE: as sv says it
is() {
  within sv status "$1" | grep -q "^$2: "
}

said() {
  cat "$T/out" "$T/err" | grep -q -e "$1"
}
