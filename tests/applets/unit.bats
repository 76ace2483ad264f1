#!/usr/bin/env bats
# unit --load: which units there are, of what files, and what runsvdir is told of each.
bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  R=$T/root
  mkdir -p "$R"/{bin,run,etc/service}
  cp "$INITBOX" "$R/bin/unit"
  D=/etc/service L=/lib/systemd/system E=/etc/systemd/system
}

# unit PATH LINE...: a file of such lines
unit() {
  mkdir -p "$R$(dirname "$1")"
  printf '%s\n' "${@:2}" >"$R$1"
}

# sleeper PATH LINE...: a unit with a program; lines of [Service], or what begins with [
sleeper() {
  unit "$1" '[Service]' 'ExecStart=/bin/sleep 1000' "${@:2}"
}

link() {
  mkdir -p "$R$(dirname "$2")"
  ln -s "$1" "$R$2"
}

load_units() {
  run -0 env "$@" unshare -r chroot "$R" /bin/unit --load -d "$D" /run
}

# the line of that key; all lines of file=
has() {
  diff <((($# < 3)) || printf '%s\n' "${@:3}") <(sed -n "s/^$2=//p" "$R/run/units/$1/unit")
}

names() {
  diff <(echo "$1") <(cd "$R/run/units" && echo */unit | sed 's/\/unit//g')
}

@test "an earlier directory hides, drop-ins go by their names, whichever directory they are in" {
  sleeper "$E"/a.service 'RestartSec=1'
  sleeper "$L"/a.service 'RestartSec=2'
  link "$L"/a.service "$D"/a.service
  unit "$L"/a.service.d/20.conf '[Service]' 'RestartSec=20'
  unit "$L"/a.service.d/10.conf '[Service]' 'RestartSec=10'
  unit "$E"/a.service.d/10.conf '[Service]' 'RestartSec=11'
  unit "$D"/service.d/15.conf '[Unit]' 'Description=all'
  unit "$D"/service.d/10.conf '[Unit]' 'Description=hidden'
  load_units
  names a
  has a file "$D"/a.service "$E"/a.service.d/10.conf "$D"/service.d/15.conf "$L"/a.service.d/20.conf
  has a restart-ms 20000
  has a description all
  has a wanted 1
}

@test "an instance: its template, drop-ins of both and of the names before its dashes; DefaultInstance=" {
  unit "$L"/db-main@.service '[Unit]' 'Description=%p of %i' '[Service]' 'ExecStart=/bin/db %i'
  link "$L"/db-main@.service "$D"/db-main@x.service
  for name in db-main@x db-main@ db-@ db-; do
    unit "$L/$name.service.d/${#name}.conf" '[Unit]' "Documentation=man:$name"
  done
  unit "$D"/t@.service '[Service]' 'ExecStart=/bin/t' '[Install]' 'DefaultInstance=one'
  unit "$D"/u@.service '[Service]' 'ExecStart=/bin/u'
  load_units
  names 'db-main@x t@one'
  has db-main@x file "$D"/db-main@x.service "$L"/db-@.service.d/4.conf "$L"/db-main@.service.d/8.conf \
    "$L"/db-main@x.service.d/9.conf
  has db-main@x description 'db-main of x'
}

@test "aliases by links and by Alias=; masks; a file that is empty" {
  sleeper "$L"/mariadb.service '[Install]' 'Alias=mysql.service'
  link "$L"/mariadb.service "$D"/mariadb.service
  link mariadb.service "$D"/sql.service
  sleeper "$D"/web.service '[Unit]' 'Wants=mysql.service' 'After=sql.service gone.service'
  link /dev/null "$E"/gone.service
  sleeper "$L"/gone.service
  : >"$R$D/empty.service"
  sleeper "$L"/empty.service
  sleeper "$D"/needs.service '[Unit]' 'Requires=gone.service'
  mkdir "$R/opt"
  mkdir "$R$D/v3"
  sleeper /opt/v2.service
  sleeper /opt/v3
  link /opt/v3 "$D"/new.service
  link /opt/v2.service "$D"/app.service
  load_units
  names 'app mariadb needs new web'
  has mariadb alias 'mysql sql '
  has web after mariadb
  has web wants mariadb
  has needs refused 'it needs gone.service: that is masked'
}

@test "what is named is there too; who only reacts is not started" {
  sleeper "$D"/a.service '[Unit]' 'Requires=b.service' 'OnFailure=mail@%n.service' 'After=late.service network.target'
  sleeper "$L"/b.service '[Unit]' 'BindsTo=c.service' 'Requisite=d.service' 'Requires=x.mount y.socket multi-user.target'
  sleeper "$L"/c.service
  sleeper "$L"/d.service
  sleeper "$L"/late.service
  unit "$L"/mail@.service '[Service]' 'Type=oneshot' 'ExecStart=/bin/mail %i'
  link ../e.service "$L"/b.service.wants/e.service
  sleeper "$L"/e.service
  unit "$D"/job.timer '[Timer]' 'OnCalendar=daily'
  unit "$D"/job.service '[Service]' 'Type=oneshot' 'ExecStart=/bin/true'
  unit "$D"/all.target '[Unit]' 'Wants=c.service'
  sleeper "$D"/f.service '[Install]' 'WantedBy=all.target'
  load_units
  names 'a all.target b c d e f job mail@a.service timers'
  for name in a b c e f all.target timers; do
    has $name wanted 1
  done
  for name in d job mail@a.service; do
    has $name wanted
  done
  has a on-failure mail@a.service
  has a after
  has b binds-to c
  has b wants e
  has b refused
  has all.target has
  has all.target wants 'c f'
  load_units INIT_DISABLED_SERVICES=b,c
  has c wanted
  has all.target wants f
}

@test "INIT_UNITS: enabled, by WantedBy= or links; strict" {
  sleeper "$L"/one.service '[Install]' 'WantedBy=multi-user.target'
  sleeper "$L"/two.service
  link ../two.service "$E"/multi-user.target.wants/two.service
  sleeper "$L"/three.service '[Install]' 'WantedBy=printer.target'
  unit "$L"/t.timer '[Timer]' 'OnCalendar=daily' '[Install]' 'WantedBy=timers.target'
  unit "$L"/t.service '[Service]' 'Type=oneshot' 'ExecStart=/bin/true' 'PrivateTmp=yes'
  load_units
  names '*'
  load_units INIT_UNITS=enabled INIT_ENABLED_SERVICES=three
  names 'one t three timers two'
  has t wanted
  has t refused
  load_units INIT_UNITS=enabled,strict
  names 'one t timers two'
  has t refused 'INIT_UNITS=strict: not honoured here: PrivateTmp '
}

@test "settings as runsvdir wants them" {
  unit "$D"/d.service '[Unit]' 'StartLimitBurst=3' 'FailureAction=exit' 'FailureActionExitStatus=7' '[Service]' \
    Type=forking PIDFile=/run/d.pid 'ExecStartPre=/bin/d -t' ExecStart=/bin/d 'ExecReload=/bin/kill -HUP $MAINPID' \
    ExecStop=/bin/d ExecStopPost=/bin/d ExecStartPost=/bin/d TimeoutStartSec=7 TimeoutSec=5s TimeoutStopSec=infinity \
    Restart=on-failure KillMode=mixed KillSignal=QUIT SendSIGKILL=no StartLimitInterval=1min \
    'SuccessExitStatus=143 SIGUSR1' SuccessExitStatus=3 RestartPreventExitStatus=9 SyslogIdentifier=dd
  unit "$D"/n.service '[Service]' Type=notify ExecStart=/bin/n WatchdogSec=250ms RuntimeDirectory=n PIDFile=/run/n.pid
  unit "$D"/o.service '[Service]' Type=oneshot ExecStart=/bin/o RemainAfterExit=yes
  load_units
  [ -z "$output" ]
  has d type 'forking '
  has d pid-file /run/d.pid
  has d has 'pre start post reload stop stop-post '
  has d start-ms 5000
  has d stop-ms 0
  has d limit-ms 60000
  has d success '143 SIGUSR1 3'
  has d failure-exit 9 # 2 more
  has n access 'main '
  has n watchdog-ms 250
  has n has 'pre start stop-post '
  has n pid-file
  has o start-ms 0
  has o remain 1
}

@test "messages: once, and again when the file has changed; files that say the same stay; what is gone goes" {
  sleeper "$D"/a.service 'Restrat=no' 'PrivateTmp=yes' 'RestartSec=soon'
  sleeper "$D"/b.service
  load_units INIT_VERBOSE=2
  [ "${#lines[@]}" = 3 ]
  [ "${lines[0]}" = "unit: $D/a.service:3:1: Restrat= no such directive; did you mean Restart=?" ]
  [[ ${lines[1]} == "unit: $D/a.service:5:1: RestartSec= expected a time"* ]]
  [ "${lines[2]}" = 'unit: a: not needed in a container: PrivateTmp ' ]
  stat -c %i "$R/run/units/a/unit" >"$T/was"
  load_units INIT_VERBOSE=2
  [ -z "$output" ]
  stat -c %i "$R/run/units/a/unit" | cmp - "$T/was"
  echo '# changed' >>"$R$D/a.service"
  rm "$R$D/b.service"
  load_units
  [ "${#lines[@]}" = 2 ]
  names a
}

# supervise [VARIABLE]: runsvdir over $T/sv, alone
supervise() {
  env -u INIT_RUN_DIR "$@" "$INITBOX" runsvdir "$T/sv" >"$T/out" 2>"$T/err" 3>&- &
  SUP=$!
}

teardown() {
  [ -z "${SUP-}" ] || kill "$SUP" || true
  wait
}

@test "runsvdir alone: in INIT_RUN_DIR, unless it is that of an init; what fails there costs no directory" {
  use_links
  script "$T/sv/dir/run" <<<'#!/bin/sh
exec sleep 1000'
  printf '%s\n' '[Service]' "ExecStart=$(command -v sleep) 1000" >"$T/sv/one.service"
  mkdir "$T/run"

  supervise INIT_RUN_DIR="$T/run"
  await 10 grep -q '^state=up' "$T/run/units/one/supervise/state"
  ln -s "$T/nowhere" "$T/sv/two.service"
  await 10 grep -qF "unit: $T/sv/two.service: No such file" "$T/err"
  rm "$T/sv/two.service"
  kill "$SUP"
  wait "$SUP"

  rm -r "$T/run/units"
  : >"$T/run/units"
  supervise INIT_RUN_DIR="$T/run"
  await 10 grep -qF 'units: what reads them failed (exited with 1): they stay as they were' "$T/err"
  await 10 grep -q '^state=up' "$T/sv/dir/supervise/state"
  kill "$SUP"
  wait "$SUP"

  : >"$T/run/pid"
  supervise INIT_RUN_DIR="$T/run"
  await 10 grep -qF "$T/sv: units need a run directory of its own: set INIT_RUN_DIR" "$T/err"
  await 10 grep -q '^state=up' "$T/sv/dir/supervise/state"
}
