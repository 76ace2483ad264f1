#!/usr/bin/env bats
# What the user sets of the log, in a container: each service in its own way, what is wrong, other images' variables.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# LINE is one of what came out; as a pattern.
out() {
  grep -qE -- "$1" "$T/out"
}

@test "each service in its own way; a wrong setting is said, and all the rest holds" {
  service web <<<$'#!/bin/sh\necho "the password is s3cret-s3cret"; exec sleep 1000'
  service api <<<$'#!/bin/sh\necho \'{"a":1}\'; exec sleep 1000'
  service java <<<$'#!/bin/sh\nprintf "Exception\\n at x\\n"; exec sleep 1000'
  service noisy <<<$'#!/bin/sh\nfor i in 1 2 3 4 5 6 7 8 9; do echo $i; done; exec sleep 1000'
  printf 'format json\nlevel loud\n[api]\nformat raw\n[java]\njoin on\n[noisy]\nrate 4/500ms' >"$R/etc/logd.conf"
  boot -e DB_PASSWORD=s3cret-s3cret -e INIT_LOG_MASK=on -e INIT_LOG_TIMESTAMPS=now --
  await 20 out '"service":"web".*"message":"the password is \*{13}"}$'
  await 20 out '^\{"a":1}$'
  await 20 out '"service":"java".*"message":"Exception\\n at x"}$'
  await 20 grep -q '"message":"noisy: 5 lines dropped: more than 4 in 500 ms"' "$T/err"
  [ "$(grep -c '"service":"noisy"' "$T/out")" = 4 ]
  grep -q '"message":"/etc/logd.conf:2:7: level loud: must be emerg, ' "$T/err"
  grep -q '"message":"INIT_LOG_TIMESTAMPS=now: must be none, rfc3339, tai64n or unix; it is left out"' "$T/err"
  stop
}

@test "SYSLOG_HOST: syslog messages go there and no more to stdout, unless SYSLOG_STDOUT=1" {
  service web <<<$'#!/bin/sh\nlogger said by logger; echo printed; exec sleep 1000'
  boot -e SYSLOG_HOST=127.0.0.1 --
  await 20 out '^web +\| printed$'
  stop
  run ! out 'said by logger'
  boot -e SYSLOG_HOST=127.0.0.1 -e SYSLOG_STDOUT=1 --
  await 20 out '^[a-z]+ +\| .*said by logger$' # logger may be gone before it is asked whose it is
  await 20 out '^web +\| printed$'
  stop
}
