#!/usr/bin/env bats
# Units of Debian's packages, as they are: the small ones of build/packages. `make units-corpus` reads many more.

load ../lib/common

@test "at least 40 real units, of which none has an unknown directive and 97 % are honoured" {
  run -0 "$TOP/tests/units/shares" 40 "$TOP/out/unpacked"
  echo "$output"
  [[ ${lines[-1]} == *" units: "*" honoured in full, "*" refused"* ]]
  echo "# ${lines[-1]}" >&3
}
