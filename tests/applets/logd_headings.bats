#!/usr/bin/env bats
# logd and the lines that say whose they are: settings, formats and sinks go by that name. With pipes lent to it, and
# killed: tests/core/svc/flow.c.

setup() {
  load ../lib/common
  stderr=
  use_links
  unset "${!INIT_LOG_@}" NO_COLOR
  soh=$'\1' stx=$'\2' us=$'\37'
}

# line NAME SEVERITY TEXT [MEMBERS [PART]]
line() {
  echo "$soh<$2>$1${4+$us}${4-}${5+$us}${5-}$stx$3"
}

conf() {
  cat >"$T/logd.conf"
  export INIT_LOG_CONFIG=$T/logd.conf
}

lines() {
  line cron/backup 6 one '"event":"job_start","pid":7'
  line cron/backup 3 two
  line cron/clean 7 three
  echo four
}

@test "names, severities and members, in each format" {
  lines >"$T/in"
  run -0 logd -n crond <"$T/in"
  [ "$output" = $'cron/backup | one\ncron/backup | two\ncron/clean | three\ncrond | four' ]
  INIT_LOG_FORMAT=raw run -0 logd -n crond <"$T/in"
  [ "$output" = $'one\ntwo\nthree\nfour' ]
  INIT_LOG_FORMAT=json run -0 logd -n crond <"$T/in"
  [[ ${lines[0]} == *'"service":"cron/backup","stream":"stdout","severity":"info","event":"job_start","pid":7,"message":"one"}' ]]
  [[ ${lines[1]} == *'"service":"cron/backup","stream":"stdout","severity":"err","message":"two"}' ]]
  [[ ${lines[2]} == *'"service":"cron/clean","stream":"stdout","severity":"debug","message":"three"}' ]]
  [[ ${lines[3]} == *'"service":"crond","stream":"stdout","severity":"info","message":"four"}' ]]
  INIT_LOG_FORMAT=logfmt run -0 logd -n crond <"$T/in"
  [[ ${lines[0]} == *'service=cron/backup stream=stdout level=info event="job_start" pid=7 msg="one"' ]]
}

@test "parts that come as such; a line of another is no part of them" {
  {
    line cron/a 6 begun '' 5.1
    line cron/b 6 between
    line cron/a 6 ended '' 5.2.
  } >"$T/in"
  run -0 logd -n crond <"$T/in"
  [ "$output" = $'cron/a | begun\ncron/b | between\ncron/a + ended' ]
  INIT_LOG_FORMAT=json run -0 logd -n crond <"$T/in"
  [[ ${lines[0]} == *'"partial_id":5,"partial_ordinal":1,"partial_last":false,"message":"begun"}' ]]
  [[ ${lines[1]} != *partial* ]]
  [[ ${lines[2]} == *'"partial_id":5,"partial_ordinal":2,"partial_last":true,"message":"ended"}' ]]
}

@test "a line that is too long keeps its name in all its parts" {
  long=$(printf '%0150d' 7)
  INIT_LOG_MAX_LINE=64 run -0 logd -n crond < <(line cron/a 6 "$long" && line cron/b 6 next)
  [ "$output" = "cron/a | ${long:0:64}
cron/a + ${long:64:64}
cron/a + ${long:128}
cron/b | next" ]
}

@test "level and rate: of a name, of all of cron" {
  conf <<'END'
level info
[cron/*]
level warning
[cron/clean]
level debug
END
  run -0 logd -n crond < <(lines)
  [ "$output" = $'cron/backup | two\ncron/clean | three\ncrond | four' ]
  conf <<<$'[cron/backup]\nrate 1/1h'
  run -0 --separate-stderr logd -n crond < <(lines)
  [ "$output" = $'cron/backup | one\ncron/clean | three\ncrond | four' ]
  [ "$stderr" = "logd | cron/backup: 1 lines dropped: more than 1 in 3600 s" ]
}

@test "format and stdout of a name" {
  conf <<<$'[cron/backup]\nformat raw\n[cron/clean]\nstdout off'
  run -0 logd -n crond < <(lines)
  [ "$output" = $'one\ntwo\ncrond | four' ]
}

@test "secrets are masked, unless the name's settings say otherwise" {
  export DB_PASSWORD=open-sesame
  conf <<<$'mask on\n[cron/plain]\nmask off'
  run -0 logd -n crond < <(line cron/a 6 "say open-sesame" && line cron/plain 6 "say open-sesame" && echo open-sesame)
  [[ ${lines[0]} == "cron/a | say "* && ${lines[0]} != *sesame* ]]
  [ "${lines[1]}" = "cron/plain | say open-sesame" ]
  [[ ${lines[2]} == "crond | "* && ${lines[2]} != *sesame* ]]
}

@test "join: indented lines of the same name" {
  export INIT_LOG_FORMAT=json
  conf <<<$'[cron/a]\njoin on'
  run -0 logd -n crond < <(line cron/a 6 one && line cron/a 6 " two" && line cron/a 6 $'\tthree' && line cron/b 6 " four" &&
    line cron/b 6 " five" && line cron/a 6 six)
  [ "${#lines[@]}" = 4 ]
  [[ ${lines[0]} == *'"cron/a"'*'"message":"one\n two\n\tthree"}' ]]
  [[ ${lines[1]} == *'"cron/b"'*'"message":" four"}' ]]
  [[ ${lines[3]} == *'"cron/a"'*'"message":"six"}' ]]
}

@test "directories by name, each line with its own head" {
  INIT_LOG_FORWARD="dir:$T/log/%s?format=json dir:$T/all" run -0 logd -n crond < <(lines)
  run -0 cat "$T/log/cron_backup/current"
  [ "${#lines[@]}" = 2 ]
  [[ ${lines[0]} == *'"event":"job_start"'* && ${lines[1]} == *'"severity":"err","message":"two"}' ]]
  [[ $(<"$T/log/crond/current") == *'"message":"four"}' ]]
  run -0 cut -d' ' -f2- "$T/all/current"
  [ "$output" = $'cron/backup | one\ncron/backup | two\ncron/clean | three\ncrond | four' ]
}

@test "any bytes behind a SOH are text" {
  printf '\1<6>a\n\1<6>b\2x\1<6>c\2y\n\1\n%s<9>d%sz\n\1<6>' "$soh" "$stx" >"$T/in"
  printf 'n | \1<6>a\nn/b | x\1<6>c\2y\nn | \1\nn | %s<9>d%sz\nn | \1<6>\n' "$soh" "$stx" >"$T/expected"
  logd -n n <"$T/in" >"$T/out"
  cmp "$T/expected" "$T/out"
}
