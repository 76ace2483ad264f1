#!/usr/bin/env bats
# service cat: the settings in force, and where each stands.

# shellcheck disable=SC2154 # stderr_lines is set by run
load ../lib/common

setup() {
  cd "$T" || exit
  export INIT_SERVICE_DIR=$T/services
  mkdir services services/one.service.d
  cat >services/one.service <<'EOF'
[Unit]
Description=One of %n
After=network.target \
  two.service

[Service]
Type=notify
Environment=A=1 "B=2 3"
ExecStart=/bin/one --name "two words" $A ${B}
ExecReload=-+/bin/kill -HUP $MAINPID ; :/bin/true
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
EOF
  printf '[Service]\nType=simple\nExecStart=\nExecStart=@/bin/two zwei\n' >services/one.service.d/b.conf
  printf '[Unit]\nAfter=three.service\n' >services/one.service.d/a.conf
}

json() {
  python3 -c 'import json, sys
all = json.load(sys.stdin)
print(eval(sys.argv[1]))' "$1"
}

@test "text: each setting in force with its file and line, aligned, by section" {
  run -0 "$INITBOX" service cat one
  echo "$output" >all
  S=$T/services/one.service
  column=$(grep -bo Description= <(head -2 all | tail -1) | cut -d: -f1)
  [ "$column" = $((${#S} + 2 + 7 + 2 + 2)) ]
  while read -r line; do
    [[ ${line:0:1} != / || ${line:column-1:1} == " " ]]
  done <all
  sed 's/  */ /g' all >plain
  grep -Fx " [Unit]" plain
  grep -Fx "$S:2 Description=One of one.service" plain
  grep -Fx "$S:3 After=network.target two.service" plain
  grep -Fx "$S.d/a.conf:2 After=three.service" plain
  grep -Fx "$S.d/b.conf:2 Type=simple" plain
  grep -Fx "$S.d/b.conf:4 ExecStart=@/bin/two zwei" plain
  run -1 grep /bin/one plain
  [[ $(tail -2 plain) == *" [Install]"*"WantedBy=multi-user.target" ]]
}

@test "--json: settings as arrays, commands as words with their flags, variables as they are" {
  rm -r services/one.service.d
  "$INITBOX" service cat --json services/one.service >all
  [ "$(json 'all[0]["name"]' <all)" = one.service ]
  [ "$(json '[s["argv"] for s in all[0]["settings"]["ExecStart"]]' <all)" = \
    "[['/bin/one', '--name', 'two words', '\$A', '\${B}']]" ]
  [ "$(json '[(s["flags"], s["argv"], s["line"]) for s in all[0]["settings"]["ExecReload"]]' <all)" = \
    "[(['-', '+'], ['/bin/kill', '-HUP', '\$MAINPID'], 10), ([':'], ['/bin/true'], 10)]" ]
  [ "$(json '[(s["value"], s["file"], s["line"]) for s in all[0]["settings"]["Type"]]' <all)" = \
    "[('notify', 'services/one.service', 7)]" ]
  [ "$(json '"PrivateTmp" in all[0]["settings"]' <all)" = False ]
}

@test "a directory of a service: what its files say; several at once" {
  script services/two/run <<<'#!/bin/sh'
  echo 5000 >services/two/timeout-kill
  mkdir services/two/dependencies.d
  touch services/two/dependencies.d/one
  run -0 "$INITBOX" service cat two
  [[ ${lines[0]} == "$T/services/two/dependencies.d:1  dependencies.d=one" ]]
  [[ ${lines[1]} == "$T/services/two/run:1 "*"  run=#!/bin/sh" ]]
  [[ ${lines[2]} == "$T/services/two/timeout-kill:1 "*"  timeout-kill=5000" ]]
  [ ${#lines[@]} = 3 ]
  "$INITBOX" service cat --json two one >all
  [ "$(json '{k: v[0]["value"] for k, v in all[0]["settings"].items()}' <all)" = \
    "{'dependencies.d': 'one', 'run': '#!/bin/sh', 'timeout-kill': '5000'}" ]
  [ "$(json 'all[1]["name"]' <all)" = one.service ]
}

@test "what is neither is said, the rest is shown" {
  echo text >text
  run --separate-stderr -1 "$INITBOX" service cat ./text nonesuch one
  [ "${stderr_lines[0]}" = "./text: neither a unit nor a service" ]
  [ "${stderr_lines[1]}" = "nonesuch.service: no such unit or service" ]
  [[ $output == *"Type=simple"* ]]
}

@test "a full disk is no success" {
  run -1 bash -c "'$INITBOX' service cat one >/dev/full"
  [ "$output" = "stdout: No space left on device" ]
  run -1 bash -c "'$INITBOX' service cat --json one >/dev/full"
  run -1 bash -c "'$INITBOX' service verify one >/dev/full"
}
