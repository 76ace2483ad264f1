#!/usr/bin/env bats
# Units as services, FROM scratch: which are started, from where; what a change makes of them.
bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
  mkdir -p "$R/etc/service"
  D=/etc/service
}

teardown() {
  boot_teardown
}

# unit PATH LINE...: a file of such lines; LINE of another section has it in front.
unit() {
  mkdir -p "$R$(dirname "$1")"
  printf '%s\n' "${@:2}" >"$R$1"
}

# sleeper PATH [LINE...]: a unit that does nothing; lines of [Service], or what begins with [
sleeper() {
  unit "$1" '[Service]' 'ExecStart=/bin/sleep 1000' "${@:2}"
}

said() {
  grep -qF -e "$1" "$T/err"
}

# shows NAME STATE: `service --json` does
shows() {
  within service --json | grep -q "\"name\":\"$1\",\"state\":\"$2\""
}

@test "units of the service directory, instances, links, drop-ins, what they need; nothing else" {
  sleeper "$D"/web.service '[Unit]' 'Requires=db.service' 'After=db.service network-online.target' 'Wants=nowhere.service'
  unit "$D"/web.service.d/10-env.conf '[Service]' 'ExecStart=' 'ExecStart=/bin/sleep 2000'
  sleeper /lib/systemd/system/db.service
  sleeper /lib/systemd/system/idle.service '[Install]' 'WantedBy=multi-user.target'
  unit /lib/systemd/system/redis@.service '[Service]' 'ExecStart=/bin/sleep %i'
  ln -s /lib/systemd/system/redis@.service "$R$D/redis@6379.service"
  sleeper /lib/systemd/system/long-name.service
  ln -s /lib/systemd/system/long-name.service "$R$D/short.service"
  ln -s /dev/null "$R$D/off.service"
  sleeper /lib/systemd/system/off.service
  boot -w --
  for name in web db redis@6379 long-name; do
    await 10 shows $name up
  done
  [ "$(within service --json | grep -c '"name":')" = 4 ]
  run -0 within ps
  [[ $output == *'sleep 2000'* && $output == *'sleep 6379'* ]]
  stop
  # shellcheck disable=SC2154 # of seeds.bash
  [ "$status" = 0 ]
}

@test "a wrong unit costs only itself; a directory of the same name wins; all else is up" {
  sleeper "$D"/good.service 'Restrat=no'
  unit "$D"/bus.service '[Service]' 'Type=dbus' 'ExecStart=/bin/sleep 1'
  sleeper "$D"/lost.service '[Unit]' 'Requires=nowhere.service'
  sleeper "$D"/both.service
  service both <<<'#!/bin/sh
exec sleep 3000'
  boot --
  await 10 shows good up
  await 10 shows both up
  await 10 said "$D/good.service:3:1: Restrat= no such directive; did you mean Restart=?"
  await 10 said "$D/both.service: the directory of that name is used instead"
  await 10 shows bus failed
  await 10 shows lost failed
  run -0 within service --json
  [[ $output == *'Type=dbus needs a message bus'* && $output == *'it needs nowhere.service: there is no such unit'* ]]
}

@test "INIT_UNITS=enabled: what multi-user.target wants; INIT_ENABLED_SERVICES, INIT_DISABLED_SERVICES" {
  sleeper /lib/systemd/system/one.service '[Install]' 'WantedBy=multi-user.target'
  sleeper /etc/systemd/system/two.service
  sleeper /usr/lib/systemd/system/three.service
  sleeper /usr/lib/systemd/system/four@.service
  sleeper /lib/systemd/system/five.service '[Install]' 'WantedBy=multi-user.target'
  sleeper /lib/systemd/system/six.service
  mkdir -p "$R/etc/systemd/system/multi-user.target.wants"
  ln -s ../two.service "$R/etc/systemd/system/multi-user.target.wants/"
  boot -w -e INIT_UNITS=enabled -e INIT_ENABLED_SERVICES='three four@x nobody' -e INIT_DISABLED_SERVICES=five --
  for name in one two three four@x; do
    await 10 shows $name up
  done
  await 10 shows five down
  run ! shows six down
  await 10 said 'INIT_ENABLED_SERVICES: nobody: there is no such service'
}

@test "INIT_UNITS=enabled without a directory of services" {
  sleeper /lib/systemd/system/one.service '[Install]' 'WantedBy=multi-user.target'
  rmdir "$R/etc/service"
  boot -e INIT_UNITS=enabled --
  await 10 shows one up
  stop
  # shellcheck disable=SC2154 # of seeds.bash
  [ "$status" = 0 ]
}

@test "a unit comes, changes, goes" {
  sleeper "$D"/first.service
  boot -w --
  await 10 shows first up
  sleeper "$D"/second.service
  await 10 shows second up
  unit "$D"/second.service.d/x.conf '[Service]' 'ExecStart=' 'ExecStart=/bin/sleep 4000'
  await 10 within grep -q second.service.d /run/initbox/units/second/unit
  within service second restart
  await 10 within sh -c 'ps | grep -q "[s]leep 4000"'
  rm -r "$R$D"/second.*
  await 10 eval '! shows second up'
  shows first up
}
