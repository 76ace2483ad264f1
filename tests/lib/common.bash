# common.bash - what every bats file loads: `load ../lib/common`.
#
#   $TOP        the checkout         $INITBOX   the binary under test
#   $BIN        a directory with a link to it for each of its names (in PATH first when a test runs `use_links`)
#   $T          this test's own directory, removed afterwards

bats_require_minimum_version 1.5.0 # run -N, run --separate-stderr
TOP=$(cd "${BATS_TEST_DIRNAME%%/tests*}" && pwd)
INITBOX=${INITBOX:-$TOP/out/initbox}
BIN=$TOP/out/links
T=$BATS_TEST_TMPDIR
export TOP INITBOX BIN T

# await SECONDS COMMAND...: until it succeeds; fails, and says what was waited for, when the time is over.
await() {
  local end=$((${EPOCHREALTIME/[.,]/} + $1 * 1000000))
  shift
  until "$@" 2>/dev/null; do
    if ((${EPOCHREALTIME/[.,]/} > end)); then
      echo "waited in vain for: $*" >&2
      return 1
    fi
    read -rt 0.02 <> <(:) || true
  done
}

# script FILE: an executable file from stdin, its directory made.
script() {
  mkdir -p "$(dirname "$1")"
  cat >"$1"
  chmod +x "$1"
}

use_links() {
  PATH=$BIN:$PATH
}

# install_program FILE [PLACE]: a dynamic program of this machine and the libraries that ldd names, at the same places in
# $R, or the program at another
install_program() {
  local library place=${2:-$1}
  mkdir -p "$R${place%/*}"
  cp -L "$1" "$R$place"
  for library in $(ldd "$1" | grep -o '/[^ ]*'); do
    mkdir -p "$R${library%/*}"
    cp -L "$library" "$R$library"
  done
}
