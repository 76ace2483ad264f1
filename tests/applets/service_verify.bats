#!/usr/bin/env bats
# service verify: what is wrong, where, and how it ends. Nothing is run.

# shellcheck disable=SC2154 # stderr and stderr_lines are set by run
load ../lib/common

setup() {
  cd "$T" || exit
  export INIT_SERVICE_DIR=$T/services
  mkdir services
}

# unit FILE [LINE...]: a service that is fine, and lines of [Service] more
unit() {
  local file=$1
  shift
  mkdir -p "$(dirname "$file")"
  printf '%s\n' '[Unit]' 'Description=One' '[Service]' 'ExecStart=/bin/true' "$@" >"$file"
}

verify() {
  "$INITBOX" service verify "$@"
}

json() {
  python3 -c 'import json, sys
all = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"
}

@test "a unit that is fine, by file and by name" {
  unit services/one.service
  run -0 verify services/one.service
  [ "$output" = "one.service: ok" ]
  run -0 verify one
  [ "$output" = "one.service: ok" ]
  run -0 verify one.service
  [ "$output" = "one.service: ok" ]
}

@test "a name is that of a service or unit, unless a unit of that file name is here" {
  mkdir one two
  unit services/one.service Nice=x
  unit one.service
  script services/two/run <<<'#!/bin/sh'
  run -1 verify one
  run -0 verify one.service
  [ "$output" = "one.service: ok" ]
  run -0 verify two
  [ "$output" = "two: ok" ]
}

@test "wrong lines and unknown directives have a place, and the nearest name" {
  unit one.service 'Restart=sometimes' 'Typ=simple' 'no assignment' 'RestartSec=soon' 'Frobnicate=yes'
  run --separate-stderr -1 verify ./one.service
  [ "$output" = "one.service: 5 problems" ]
  [[ ${stderr_lines[0]} == "./one.service:5:1: Restart=: expected one of: no on-success"* ]]
  [ "${stderr_lines[1]}" = "./one.service:6:1: Typ=: no such directive; did you mean Type=?" ]
  [ "${stderr_lines[2]}" = "./one.service:7:1: expected NAME=VALUE" ]
  [[ ${stderr_lines[3]} == "./one.service:8:1: RestartSec=: expected a time"* ]]
  [ "${stderr_lines[4]}" = "./one.service:9:1: Frobnicate=: no such directive" ]
  [ ${#stderr_lines[@]} = 5 ]
}

@test "what is ignored is named; --strict: it is refused" {
  unit one.service PrivateTmp=yes ProtectHome=yes PrivateTmp=no
  run -0 verify ./one.service
  [ "$output" = "one.service: ok, 2 directives ignored: PrivateTmp ProtectHome" ]
  run --separate-stderr -1 verify --strict ./one.service
  [ "$output" = "one.service: refused: it has directives that are ignored" ]
  [ "${stderr_lines[0]}" = "./one.service:5:1: PrivateTmp=: not needed in a container" ]
  [ ${#stderr_lines[@]} = 3 ]
}

@test "what cannot be run is refused, and why" {
  unit one.service Type=dbus
  run --separate-stderr -1 verify ./one.service
  [[ $output == "one.service: refused: Type=dbus needs a message bus"* ]]
  [[ $stderr == "./one.service:5:1: Type=dbus"* ]]
  printf '[Service]\nType=simple\n' >two.service
  run --separate-stderr -1 verify ./two.service
  [ "$output" = "two.service: refused: it has no ExecStart=" ]
  run --separate-stderr -1 verify nonesuch
  [ "$stderr" = "nonesuch.service: no such unit or service" ]
}

@test "programs, users and units that are not there" {
  unit one.service ExecReload=/bin/nonesuch 'ExecStop=-/bin/nonesuch' ExecStartPre=nonesuch 'ExecStopPost=kill 1' \
    User=nonesuch Group=nonesuch SupplementaryGroups=0
  sed -i '2s/.*/Requires=two.service three.service absent.service absent.target/' one.service
  unit two.service
  mkdir -p services/three
  run --separate-stderr -1 verify ./one.service
  [ "$output" = "one.service: 5 problems" ]
  printf '%s\n' "$stderr" >said
  grep -Fx './one.service:5:1: /bin/nonesuch: not found' said
  grep -Fx './one.service:6:1: warning: /bin/nonesuch: not found' said
  grep './one.service:7:1: nonesuch: not found in /' said
  grep -Fx './one.service:9:1: User=: there is no user nonesuch' said
  grep -Fx './one.service:10:1: Group=: there is no group nonesuch' said
  grep -Fx './one.service:2:1: Requires=: there is no unit absent.service' said
  [ ${#stderr_lines[@]} = 6 ]
}

@test "values that nothing could be made of when it is run" {
  unit one.service Nice=20 LimitNOFILE=many EnvironmentFile=etc/x WorkingDirectory=tmp StandardOutput=append:x \
    'Environment=A=1 B "C=2 3"' RuntimeDirectory=/run/x Nice=-20 LimitNOFILE=1024:infinity EnvironmentFile=-/etc/x \
    WorkingDirectory=~ StandardOutput=append:/x RuntimeDirectory=x/y
  run --separate-stderr -1 verify ./one.service
  [ "$output" = "one.service: 7 problems" ]
  for line in 5 6 7 8 9; do
    [[ ${stderr_lines[line - 5]} == "./one.service:$line:1: "*"=: expected one of: "* ]]
  done
  [ "${stderr_lines[5]}" = "./one.service:11:1: RuntimeDirectory=: a path that is not below: /run/x" ]
  [ "${stderr_lines[6]}" = "./one.service:10:1: Environment=: not NAME=VALUE: B" ]
}

@test "without a shell a line that needs one says so, and our own names are there" {
  unit root/etc/one.service "ExecStartPre=/bin/sh -c 'exit 0'" 'ExecReload=/bin/kill -HUP $MAINPID' 'ExecStartPost=mkdir -p /x'
  mkdir -p root/proc
  cp "$INITBOX" root/initbox
  run --separate-stderr -1 chroot root /initbox service verify /etc/one.service
  printf '%s\n' "$stderr" >said
  grep -Fx '/etc/one.service:5:1: /bin/sh: not found; this needs a shell' said
  run -1 grep kill said
  run -1 grep mkdir said
}

@test "drop-ins count, with their own places" {
  unit one.service
  mkdir one.service.d
  printf '[Service]\nUser=nonesuch\nExecStart=\nExecStart=/bin/nonesuch\n' >one.service.d/more.conf
  run --separate-stderr -1 verify ./one.service
  printf '%s\n' "$stderr" >said
  grep -Fx './one.service.d/more.conf:2:1: User=: there is no user nonesuch' said
  grep -Fx './one.service.d/more.conf:4:1: /bin/nonesuch: not found' said
}

@test "--json: names, verdicts, problems with their places" {
  unit one.service PrivateTmp=yes 'Restart="' ExecStop=-/bin/nonesuch
  unit two.service
  run --separate-stderr -1 verify --json ./one.service ./two.service
  [ "$stderr" = "" ]
  echo "$output" >all
  [ "$(json '[(a["name"], a["verdict"], a["ignored"]) for a in all]' <all)" = \
    "[('one.service', 'ignored', ['PrivateTmp']), ('two.service', 'full', [])]" ]
  [ "$(json '[(p["file"], p["line"], p["column"], p["severity"]) for p in all[0]["problems"]]' <all)" = \
    "[('./one.service', 6, 1, 'error'), ('./one.service', 7, 1, 'warning')]" ]
  [ "$(json 'all[0]["problems"][1]["text"]' <all)" = "/bin/nonesuch: not found" ]
}

@test "directories of services: programs, small files, needs, waits" {
  script services/good/run <<<'#!/bin/sh'
  script services/bad/run <<<'#!/bin/nonesuch'
  script services/plain/run <<<'echo no interpreter'
  mkdir services/bad/dependencies.d services/empty
  touch services/bad/dependencies.d/good services/bad/dependencies.d/absent
  echo 5x >services/bad/timeout-kill
  printf 'tcp://\n-t60\n' >services/bad/wait
  run --separate-stderr -1 verify services/good services/bad services/plain
  [ "${lines[*]}" = "good: ok bad: 4 problems plain: 1 problem" ]
  printf '%s\n' "$stderr" >said
  grep 'bad: services/bad/run: /bin/nonesuch not found (interpreter of ' said
  grep "bad: timeout-kill: '5x' is not a number" said
  grep 'services/bad/dependencies.d/absent: there is no such service' said
  grep 'services/bad/wait: tcp://: ' said
  grep 'plain: services/plain/run: text without a #! line' said
  run --separate-stderr -1 verify
  printf '%s\n' "$stderr" >said
  grep "empty: $T/services/empty/run: not found" said
}

@test "crontabs and templates, by their paths; a directory: all in it" {
  mkdir -p image/etc/cron.d image/etc/templates/etc
  printf '61 * * * * root true\n' >image/etc/cron.d/job
  printf 'x ${A:-\n' >image/etc/templates/etc/bad
  printf 'x ${A:-b} {{C}} $d\n' >image/etc/templates/etc/good
  unit image/lib/systemd/system/one.service
  echo text >image/etc/motd
  run --separate-stderr -1 verify image
  [ "${lines[0]}" = "./image/etc/cron.d/job: 1 problem" ]
  [ "${lines[1]}" = "./image/etc/templates/etc/bad: 1 problem" ]
  [ "${lines[2]}" = "./image/etc/templates/etc/good: ok" ]
  [ "${lines[3]}" = "one.service: ok" ]
  [ ${#lines[@]} = 4 ]
  [[ ${stderr_lines[0]} == "./image/etc/cron.d/job:1:1: 61: minutes are 0 to 59" ]]
  [[ ${stderr_lines[1]} == "./image/etc/templates/etc/bad:1:"* ]]
}

@test "without arguments: what would be started, and crontabs" {
  script services/good/run <<<'#!/bin/sh'
  unit services/one.service
  sed -i '2s/.*/Wants=three.service/' services/one.service
  unit services/two@.service 'ExecStop=/bin/nonesuch%i'
  unit root/etc/systemd/system/three.service PrivateTmp=yes
  unit root/etc/systemd/system/four.service
  mkdir -p root/proc root/bin root/services
  cp "$INITBOX" root/initbox
  cp "$INITBOX" root/bin/true
  cp -a services root
  INIT_SERVICE_DIR=/services INIT_ENABLED_SERVICES=two@a run --separate-stderr -1 chroot root /initbox service verify
  [ "${lines[*]}" = "good: 1 problem one.service: ok \
three.service: ok, 1 directive ignored: PrivateTmp two@a.service: 1 problem crontabs: ok" ]
  [[ $stderr == *"/services/two@.service:5:1: /bin/nonesucha: not found"* ]]
}

@test "what is none of these, and what is not there" {
  echo text >text
  run --separate-stderr -1 verify ./text
  [[ $stderr == "./text: by its name no service, unit, crontab or template"* ]]
  run --separate-stderr -1 verify ./nothing
  [ "$stderr" = "./nothing: No such file or directory" ]
}

@test "timers: their times, and what they start" {
  unit one.service
  printf '[Timer]\nOnCalendar=daily\nOnCalendar=sometimes\n' >one.timer
  run --separate-stderr -1 verify ./one.timer
  [ "$output" = "one.timer: 1 problem" ]
  [[ $stderr == "./one.timer:3:12: OnCalendar=: "* ]]
  printf '[Timer]\nPersistent=yes\n' >two.timer
  run --separate-stderr -1 verify ./two.timer
  [ "$output" = "two.timer: refused: no line says when" ]
  printf '[Timer]\nOnBootSec=5\n' >two.timer
  run --separate-stderr -1 verify ./two.timer
  [ "$output" = "two.timer: refused: there is no unit that it starts" ]
  echo Unit=one.service >>two.timer
  run -0 verify ./two.timer
  [ "$output" = "two.timer: ok" ]
}

@test "nothing is run, nothing is changed" {
  script services/one/run <<<"#!/bin/sh
touch $T/ran"
  cp services/one/run services/one/check
  cp services/one/run services/one/setup
  unit services/two.service "ExecStart=$T/services/one/run" "ExecCondition=$T/services/one/run"
  find services >before
  run verify
  [ ! -e ran ]
  find services | diff before -
}
