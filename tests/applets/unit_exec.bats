#!/usr/bin/env bats
# Units' programs and what they are in the kernel's eyes: systemd.exec(5), conditions, several commands of a phase.

load ../lib/common

setup() {
  cd "$T" || return
  chmod 711 "$BATS_RUN_TMPDIR" # for those who are not root
  WITH=()
  mkdir -p etc d
  printf 'root:x:0:0:root:/root:/bin/bash\nweb:x:810:811::/srv/web:/bin/sh\nmail:x:820:820::/:/usr/sbin/nologin\n' >etc/passwd
  printf 'root:x:0:\nweb:x:811:\nextra:x:812:web\nmore:x:813:\nempty:x:814:\nmail:x:820:\n' >etc/group
  printf 'id=web.service\nfile=%s/web.service\n' "$T" >d/unit
  cat >inside <<'EOF'
set -e
mount --bind etc /etc
for d in /run /var/lib /var/cache /var/log; do mount -t tmpfs none $d; done
if [ -e before ]; then . ./before; fi
cd d
for p; do
  code=0
  $AS "$INITBOX" unit "$p" || code=$?
  [ $code = 0 ] || echo "$p: $code"
done
if [ -e ../after ]; then . ../after; fi
EOF
}

# service [LINE...]: [Service] with these lines, and those of stdin if there are none
service() {
  { echo '[Service]'; if (($#)); then printf '%s\n' "$@"; else cat; fi; } >web.service
  rm -f d/warned
}

# phases PHASE...: one after the other, in a mount namespace of their own; codes that are not 0 are told
phases() {
  env -i PATH="$PATH" INITBOX="$INITBOX" AS="${AS-}" FROM=container TERM=dumb "${WITH[@]}" unshare -m sh inside "$@" <&-
}

status() {
  sed -n "s/^$1:[[:space:]]*//p" <<<"$output"
}

@test "User=, groups, and what they say in the environment" {
  service User=web SupplementaryGroups='more 4711' 'ExecStart=sh -c "id -u; id -g; id -G; echo $$HOME $$USER $$LOGNAME $$SHELL; pwd"'
  run -0 phases start
  [ "$output" = $'810\n811\n811 812 813 4711\n/srv/web web web /bin/sh\n/' ]
  service User=mail Group=web 'ExecStart=sh -c "id -u; id -g; id -G; echo $$HOME $$USER $${SHELL-none}"'
  WITH=(SHELL=/bin/zsh HOME=/root)
  run -0 phases start
  [ "$output" = $'820\n811\n811\n/ mail none' ] # systemd leaves HOME out then, but here root's would be inherited
  service Group=extra 'ExecStart=sh -c "id -u; id -g; echo $$HOME $${USER-none}"'
  WITH=(HOME=/root)
  run -0 phases start
  [ "$output" = $'0\n812\n/root none' ]
  service User=4242 'ExecStart=sh -c "id -u; id -g; id -G; echo $$HOME"'
  run -0 phases start
  [ "$output" = $'4242\n4242\n4242\n/' ]
}

@test "users and groups that are not there: 217 and 216, by name" {
  service User=nobody-here ExecStart=true
  run -0 phases start
  [ "$output" = "$T/web.service:2: User=: there is no user nobody-here: adduser or USER_NAME makes one"$'\nstart: 217' ]
  service User=web Group=nogroup-here ExecStart=true
  run -0 phases start
  [[ $output == *"web.service:3: Group=: there is no group nogroup-here: addgroup makes one"*"start: 216" ]]
  service User=web 'SupplementaryGroups=more none-such' ExecStart=true
  run -0 phases start
  [[ $output == *"web.service:3: SupplementaryGroups=: there is no group none-such"*"start: 216" ]]
}

@test "who is not root stays who he is, and says so once; root without the right to change does not run" {
  service User=web 'ExecStart=id -u'
  chmod 777 d
  AS='setpriv --reuid=820 --regid=820 --clear-groups' run -0 phases start start
  [ "$output" = "$T/web.service:2: User=: cannot set groups: Operation not permitted; it stays 820:820"$'\n820\n820' ]
  AS='setpriv --bounding-set=-setuid,-setgid' run -0 phases start
  [[ $output == *"web.service:2: User=: cannot set groups: Operation not permitted"*"start: 216" ]]
  service User=root 'ExecStart=id -u'
  AS='setpriv --bounding-set=-setuid,-setgid' run -0 phases start
  [ "$output" = 0 ]
  service Group=web 'ExecStart=id -g'
  AS='setpriv --bounding-set=-setuid,-setgid' run -0 phases start
  [ "$output" = "web.service: cannot set groups: Operation not permitted; it stays 0:0"$'\n0' ]
}

@test "limits: soft and hard, spans, sizes, nice levels; the mark of a service stays" {
  service <<'EOF'
LimitNOFILE=100:200
LimitCPU=1min 30s:2h
LimitRTTIME=5ms
LimitAS=8G
LimitCORE=64K:1M
LimitNICE=+5
LimitFSIZE=infinity
LimitRSS=77
LimitNPROC=1000
LimitLOCKS=nonsense
ExecStart=cat /proc/self/limits
EOF
  AS='prlimit --rss=123456789:' run -0 phases start
  [ "${lines[0]}" = "$T/web.service:11: LimitLOCKS=: 'nonsense' is none; left out" ]
  # to raise it may not be allowed
  [[ $output == *"LimitNICE=: the container allows no more than"* || $output == *'Max nice priority         15                   15'* ]]
  limit() { awk -v what="$1" 'index($0, what) == 1 { print $(NF - 2), $(NF - 1) }' <<<"$output"; }
  [ "$(limit 'Max open files')" = '100 200' ]
  [ "$(limit 'Max cpu time')" = '90 7200' ]
  [ "$(limit 'Max realtime timeout')" = '5000 5000' ]
  [ "$(limit 'Max address space')" = '8589934592 8589934592' ]
  [ "$(limit 'Max core file size')" = '65536 1048576' ]
  [ "$(limit 'Max processes')" = '1000 1000' ]
  [[ $output == *'Max resident set          123456789 '* ]]
}

@test "what the container does not allow is clamped and said, by the first start only" {
  service <<'EOF'
LimitNOFILE=2000:9000
Nice=-5
OOMScoreAdjust=-500
AmbientCapabilities=CAP_NET_BIND_SERVICE CAP_SYS_TIME
ExecStartPre=true
ExecStart=sh -c 'ulimit -Sn; ulimit -Hn'
EOF
  AS='prlimit --nofile=1000:1500 setpriv --bounding-set=-sys_resource,-sys_nice,-sys_time --inh-caps=-sys_resource' \
    run -0 phases pre start start
  [ "$output" = "$T/web.service:3: Nice=: the container does not allow -5
$T/web.service:4: OOMScoreAdjust=: the container does not allow -500
$T/web.service:2: LimitNOFILE=: the container allows no more than 1500
$T/web.service:5: AmbientCapabilities=: the container does not have all of them; it goes on without
1500
1500
1500
1500" ]
}

@test "umask, nice value, score, SIGPIPE, working directory" {
  service 'ExecStart=sh -c "umask; nice; cat /proc/self/oom_score_adj; grep SigIgn /proc/self/status; pwd"' \
    UMask=0027 Nice=7 OOMScoreAdjust=300 "WorkingDirectory=$T/etc"
  run -0 phases start
  [ "$(grep -v SigIgn <<<"$output")" = $'0027\n7\n300\n'"$T/etc" ]
  ((16#$(status SigIgn) & 16#1000)) # who runs the tests may ignore other signals
  service 'ExecStart=sh -c "umask; grep SigIgn /proc/self/status; pwd"' IgnoreSIGPIPE=no WorkingDirectory=-/none-such
  run -0 phases start
  [ "$(grep -v SigIgn <<<"$output")" = $'0022\n/' ]
  ((!(16#$(status SigIgn) & 16#1000)))
  service ExecStart=true WorkingDirectory=/none-such
  run -0 phases start
  [ "$output" = "$T/web.service:3: WorkingDirectory=: /none-such: No such file or directory"$'\nstart: 200' ]
  mkdir home
  sed -i "s|/srv/web|$T/home|" etc/passwd
  service ExecStart=pwd WorkingDirectory='~' User=web
  run -0 phases start
  [ "$output" = "$T/home" ]
}

@test "the environment: what wins over what" {
  printf 'B=file\nC=file\n' >one.env
  printf 'C=last\n' >two.env
  service <<EOF
Environment="A=with blank" B=unit 'Q=it is' P=\$FROM nothing
Environment=L=1
EnvironmentFile=-$T/none.env
EnvironmentFile=$T/*.env
PassEnvironment=WHATEVER
UnsetEnvironment=TERM L=1 FROM=other
ExecStart=env
EOF
  WITH=(WHATEVER=1 L=0)
  run -0 phases start
  [ "${lines[0]}" = "$T/web.service:3: Environment=: 'nothing' is no NAME=VALUE; left out" ]
  [ "$(sed 1d <<<"$output" | grep -vE '^(PATH|INITBOX|AS|PWD|SHLVL|_|OLDPWD)=' | sort)" = \
    $'A=with blank\nB=file\nC=last\nFROM=container\nP=$FROM\nQ=it is\nWHATEVER=1' ]
  service "EnvironmentFile=$T/none.env" ExecStart=env
  run -0 phases start
  [ "$output" = "$T/web.service:2: EnvironmentFile=: $T/none.env: No such file or directory"$'\nstart: 1' ]
  service 'ExecStart=sh -c "echo $PATH"'
  printf 'unset PATH\n' >before
  run -0 phases start
  [ "$output" = /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ]
}

# the cases of systemd's test-env-file.c, and some more
@test "the grammar of environment files" {
  cat >f.env <<'EOF'
# a comment
; another one, \
A1=a
A2 = b c  
A3="quoted  "x
A4='single \n $x'
A5="a\"b\\c\$d\xe"
A6=a\ b\
c
A7=mid"quote"'s
A8="two
lines"
A9=
A10="a" 'b'  c 
A11=a#b ;c
A12="join\
ed"
A13=x=y
 A14=indented
export A15=no
1A=no
no equals sign
A16='it'\''s'
A17=end
EOF
  printf 'A18=crlf\r\nA19=no newline' >>f.env
  service "EnvironmentFile=$T/f.env" "ExecStart=env -0"
  phases start 2>err | tr '\n\0' '|\n' | grep -E '^[0-9]*A[0-9]|^export' | sort -V >out
  diff - out <<'EOF'
A1=a
A2=b c
A3=quoted  x
A4=single \n $x
A5=a"b\c$d\xe
A6=a bc
A7=mid"quote"'s
A8=two|lines
A9=
A10=abc
A11=a#b ;c
A12=joined
A13=x=y
A14=indented
A16=it''s'
A17=end
A18=crlf
A19=no newline
EOF
  diff - err <<EOF
$T/web.service:2: EnvironmentFile=: $T/f.env:20: 'export A15' is no NAME=VALUE; left out
$T/web.service:2: EnvironmentFile=: $T/f.env:21: '1A' is no NAME=VALUE; left out
$T/web.service:2: EnvironmentFile=: $T/f.env:22: 'no equals sign' is no NAME=VALUE; left out
EOF
}

@test "directories: made, owned, of their mode, exported; RuntimeDirectory= goes at the end" {
  service <<'EOF'
User=web
RuntimeDirectory=web web/sub
RuntimeDirectoryMode=0750
StateDirectory=web:link ../evil /abs
CacheDirectory=a/b/
LogsDirectory=web
LogsDirectoryMode=2770
ConfigurationDirectory=web
ExecStart=sh -c 'env | grep _DIRECTORY | sort; echo >/var/lib/web/file; stat -c "%%n %%U:%%G %%a" /run/web /run/web/sub /var/lib/web /var/cache/a /var/cache/a/b /var/log/web /etc/web; readlink /var/lib/link'
EOF
  echo 'ls -A /run | grep -v ^mount || :; ls /var/lib/web' >after
  run -0 phases pre start stop-post
  [ "$output" = "$T/web.service:5: StateDirectory=: '../evil' is no path below /var/lib; left out
$T/web.service:5: StateDirectory=: '/abs' is no path below /var/lib; left out
CACHE_DIRECTORY=/var/cache/a/b
CONFIGURATION_DIRECTORY=/etc/web
LOGS_DIRECTORY=/var/log/web
RUNTIME_DIRECTORY=/run/web:/run/web/sub
STATE_DIRECTORY=/var/lib/web
/run/web web:web 750
/run/web/sub web:web 750
/var/lib/web web:web 755
/var/cache/a root:root 755
/var/cache/a/b web:web 755
/var/log/web web:web 2770
/etc/web root:root 755
/var/lib/web
file" ]
  service RuntimeDirectory=web RuntimeDirectoryPreserve=yes ExecStart=true
  echo 'ls -d /run/web' >after
  run -0 phases start stop-post
  [ "$output" = /run/web ]
}

@test "directories: all in it changes hands with it; root's link is followed, another's is not" {
  service User=web StateDirectory=data 'ExecStart=stat -c %%U /var/lib/data /var/lib/data/in'
  echo 'mkdir -p /var/lib/data; touch /var/lib/data/in; chown 820 /var/lib/data/in' >before
  echo 'mkdir /var/lib/real; ln -s real /var/lib/data2' >>before
  run -0 phases start
  [ "$output" = $'web\nweb' ]
  service User=web StateDirectory=data2 'ExecStart=stat -c %%U /var/lib/real'
  run -0 phases start
  [ "$output" = web ]
  # what web may write in, it may not use to be given more
  service User=web 'StateDirectory=data/link' 'ExecStart=true'
  echo 'mkdir -p /var/lib/data /etc/secret; chown 810 /var/lib/data; ln -s /etc/secret /var/lib/data/link; chown -h 810 /var/lib/data/link' >before
  echo 'stat -c %U /etc/secret' >after
  run -0 phases start
  [[ $output == *"web.service:3: StateDirectory=: /var/lib/data/link"*"another user's link"*$'\nstart: 238\nroot' ]]
}

@test "standard files" {
  echo text >in
  service "StandardInput=file:$T/in" StandardOutput=file:"$T/out" 'ExecStart=sh -c "cat; echo err >&2"'
  echo 123456789012 >out
  run -0 phases start
  [ "$output" = '' ]
  [ "$(<out)" = $'text\nerr\n012' ]
  service StandardOutput=append:"$T/out" StandardError=journal+console 'ExecStart=sh -c "cat; echo out; echo err >&2"'
  run -0 phases start
  [ "$output" = err ]
  [ "$(<out)" = $'text\nerr\n012\nout' ]
  service StandardOutput=truncate:"$T/out" StandardError=truncate:"$T/out" 'ExecStart=sh -c "echo out; echo err >&2"'
  run -0 phases start
  [ "$(<out)" = $'out\nerr' ]
  service StandardOutput=null StandardError=syslog 'ExecStart=sh -c "echo out; echo err >&2"'
  run -0 phases start
  [ "$output" = err ]
  service StandardOutput=null 'ExecStart=sh -c "echo out; echo err >&2"'
  run -0 phases start
  [ "$output" = '' ]
  service StandardOutput=inherit StandardError=null 'ExecStart=sh -c "echo out; echo err >&2"'
  run -0 phases start
  [ "$output" = out ]
  service StandardOutput=file:/none/such ExecStart=true
  run -0 phases start
  [ "$output" = "$T/web.service:2: StandardOutput=: file:/none/such: No such file or directory"$'\nstart: 209' ]
}

@test "capabilities: one for a user who is not root" {
  service User=web AmbientCapabilities=CAP_NET_BIND_SERVICE NoNewPrivileges=yes 'ExecStart=cat /proc/self/status'
  run -0 phases start
  for set in CapInh CapPrm CapEff CapAmb; do [ "$(status $set)" = 0000000000000400 ]; done
  [ "$(status NoNewPrivs)" = 1 ]
  [ "$(status Uid)" = $'810\t810\t810\t810' ]
}

@test "capabilities: the bounding set" {
  bound() {
    service "$@" 'ExecStart=cat /proc/self/status'
    run -0 phases start
    bset=$(status CapBnd)
    [ "$(status CapEff)" = "$bset" ]
  }
  bound CapabilityBoundingSet=CAP_CHOWN 'CapabilityBoundingSet=cap_net_bind_service CAP_SETUID'
  [ "$bset" = 0000000000000481 ]
  bound CapabilityBoundingSet='CAP_CHOWN CAP_KILL CAP_SETUID' CapabilityBoundingSet='~CAP_KILL'
  [ "$bset" = 0000000000000081 ]
  bound CapabilityBoundingSet=
  [ "$bset" = 0000000000000000 ]
  bound CapabilityBoundingSet=CAP_CHOWN CapabilityBoundingSet= CapabilityBoundingSet=CAP_KILL
  [ "$bset" = 0000000000000020 ]
  all=$(sed -n 's/^CapBnd:[[:space:]]*//p' /proc/self/status)
  bound CapabilityBoundingSet='~CAP_CHOWN CAP_KILL'
  ((16#$bset == (16#$all & ~16#21)))
  bound CapabilityBoundingSet='~'
  [ "$bset" = "$all" ]
  service CapabilityBoundingSet='CAP_CHOWN CAP_FLY' ExecStart=true
  run -0 phases start
  [ "$output" = "$T/web.service:2: CapabilityBoundingSet=: there is no capability CAP_FLY" ]
}

@test "secure bits" {
  service SecureBits='noroot noroot-locked' SecureBits=keep-caps 'ExecStart=sh -c "grep CapEff /proc/self/status"'
  run -0 phases start
  [ "$(status CapEff)" = 0000000000000000 ] # keep-caps alone is over with exec(2)
}

@test "prefixes + ! !! - @ :" {
  cat >probe <<'EOF'
#!/bin/sh
echo "$(id -u) $(ulimit -n) $(sed -n 's/^CapBnd:\s*0*//p' /proc/self/status) $(umask)"
EOF
  chmod +x probe
  rest=(User=web LimitNOFILE=77 CapabilityBoundingSet='CAP_SETUID CAP_SETGID' UMask=0077 Type=oneshot)
  service "${rest[@]}" "ExecStart=$T/probe" "ExecStart=!$T/probe" "ExecStart=!!$T/probe" "ExecStart=+$T/probe"
  run -0 phases start
  [ "${lines[0]}" = '810 77 c0 0077' ]
  [ "${lines[1]}" = '0 77 c0 0077' ]
  [ "${lines[2]}" = '810 77 c0 0077' ]
  [[ ${lines[3]} == "0 "*" $(sed -n 's/^CapBnd:\s*0*//p' /proc/self/status) 0077" ]]
  [[ ${lines[3]} != *" 77 "* ]]
  service User=web PermissionsStartOnly=yes 'ExecStartPre=id -u' 'ExecStart=id -u'
  run -0 phases pre start
  [ "$output" = $'0\n810' ]
  service 'ExecStart=@/bin/sh name -c "echo $0"'
  run -0 phases start
  [ "$output" = name ]
  service ExecStart=':echo ${FROM} $FROM'
  run -0 phases start
  [ "$output" = '${FROM} $FROM' ]
  service 'Environment="X=a  b"' ExecStart='printf <%%s> $X ${X} $NONE ${NONE} z${X}'
  run -0 phases start
  [ "$output" = '<a><b><a  b><><za  b>' ]
}

@test "a dynamic user: in systemd's range, the same again, of a row, owner of the directories" {
  service DynamicUser=yes CacheDirectory=c \
    'ExecStart=sh -c "id -u; id -un; stat -c %%U:%%G /var/cache/c; grep NoNewPrivs /proc/self/status; echo $$USER $$HOME"'
  printf 'id=fresh.service\nfile=%s/web.service\n' "$T" >d/unit
  run -0 phases pre start start
  ((lines[0] >= 61184 && lines[0] <= 65519))
  once=$'\nfresh\nfresh:fresh\nNoNewPrivs:\t1\nfresh /'
  [ "$output" = "${lines[0]}$once"$'\n'"${lines[0]}$once" ]
  uid=${lines[0]}
  grep "^fresh:!:$uid:$uid:Dynamic User:/:/usr/sbin/nologin$" etc/passwd
  # a name that is there is used; one that is taken by number is stepped over
  service DynamicUser=yes User=web 'ExecStart=id -u'
  run -0 phases start
  [ "$output" = 810 ]
  sed -i "s/^fresh:/taken:/" etc/passwd etc/group
  service DynamicUser=yes 'ExecStart=id -u'
  run -0 phases start
  [ "$output" = "$((uid == 65519 ? 61184 : uid + 1))" ]
}

@test "a dynamic user where /etc cannot be written: a number, said once" {
  printf 'id=fresh.service\nfile=%s/web.service\n' "$T" >d/unit
  service DynamicUser=yes 'ExecStart=sh -c "id -u; id -G; stat -c %%u $$STATE_DIRECTORY"' StateDirectory=fresh
  echo 'mount -o remount,ro,bind /etc' >before
  run -0 phases pre start start
  [[ ${lines[0]} == *"web.service:2: DynamicUser=: /etc/"*": Read-only file system; user fresh is the number ${lines[1]} without a name" ]]
  ((lines[1] >= 61184 && lines[1] <= 65519))
  [ "$(sed 1d <<<"$output" | sort -u)" = "${lines[1]}" ]
}

@test "conditions" {
  mkdir empty full
  touch full/file program
  chmod +x program
  echo x >text
  ln -s text link
  ln -s none dangling
  # holds LINE...: and does not with !
  holds() {
    { printf '[Unit]\n'; printf '%s\n' "$@"; printf '[Service]\nExecStart=true\n'; } >web.service
    run -0 phases pre
    [ "$output" = '' ] || { echo "does not hold: $*: $output"; return 1; }
  }
  fails() {
    { printf '[Unit]\n'; printf '%s\n' "$@"; printf '[Service]\nExecStart=true\n'; } >web.service
    run -0 phases pre
    [[ $output == "$T/web.service:"*": not started: "*"pre: 254" ]] || { echo "holds: $*: $output"; return 1; }
  }
  # all of what holds at once, each of what does not for itself
  yes=(PathExists=/etc "PathExists=$T/text" "PathExistsGlob=$T/{none,te[xy]*}" PathIsDirectory=/etc "PathIsSymbolicLink=$T/link"
    "PathIsSymbolicLink=$T/dangling" PathIsMountPoint=/proc PathIsReadWrite=/run "DirectoryNotEmpty=$T/full" "FileNotEmpty=$T/text"
    "FileIsExecutable=$T/program" Virtualization=container Virtualization=yes Capability=CAP_CHOWN User=root User=0 User=@system
    Group=root Environment=FROM Environment=FROM=container "Host=$(uname -n | cut -c1)*" Architecture=native ACPower=true FirstBoot=no)
  no=("PathExists=$T/none" "PathExists=$T/dangling" "PathExistsGlob=$T/{none,no*}" "PathIsDirectory=$T/text"
    "PathIsSymbolicLink=$T/text" "PathIsMountPoint=$T/full" "DirectoryNotEmpty=$T/empty" "DirectoryNotEmpty=$T/none" "FileNotEmpty=$T/program"
    "FileIsExecutable=$T/text" "FileIsExecutable=$T/full" Virtualization=vm Virtualization=no Capability=CAP_NONE User=web Group=web
    Environment=NONE Environment=FROM=other Host=not-this-one Architecture=vax ACPower=false FirstBoot=yes KernelCommandLine=quiet
    NeedsUpdate=/etc Security=selinux)
  holds "${yes[@]/#/Condition}"
  negated=()
  for c in "${no[@]}"; do negated+=("Condition${c%%=*}=!${c#*=}"); done
  holds "${negated[@]}"
  for c in "${yes[@]}"; do fails "Condition${c%%=*}=!${c#*=}"; done
  # one of those with | is enough, but it takes one
  holds ConditionPathExists='|/none' ConditionPathExists='|/etc' ConditionPathExists='|!/etc' ConditionPathExists=/run
  fails ConditionPathExists='|/none' ConditionPathExists='|!/etc'
  fails ConditionPathExists='|/etc' ConditionPathExists=/none
  fails ConditionPathExists=/none
  [ "${lines[0]}" = "$T/web.service:2: not started: ConditionPathExists=/none does not hold" ]
  holds ConditionPathExists=/none ConditionPathIsDirectory=
  printf '[Unit]\nConditionMemory=>1T\nAssertPathExists=/none\n[Service]\nExecStart=true\n' >web.service
  run -0 phases pre
  [ "$output" = "$T/web.service:2: ConditionMemory= is not looked at
$T/web.service:3: AssertPathExists=: /none does not hold, so it must not start
pre: 1" ]
}

@test "several commands: the first that fails ends it, but not with -" {
  service Type=oneshot 'ExecStart=echo 1' 'ExecStart=-false' 'ExecStart=-/none/such' 'ExecStart=echo 2 ; echo 3' \
    'ExecStart=sh -c "exit 7"' 'ExecStart=echo 4'
  run -0 phases start
  [ "$output" = $'1\n2\n3\n'"$T/web.service:7: ExecStart=: sh exited with 7"$'\nstart: 7' ]
  service Type=oneshot 'ExecStart=sh -c "exit 7"' 'ExecStart=sh -c "kill -USR1 $$$$"' 'ExecStart=echo 4' 'SuccessExitStatus=7 SIGUSR1'
  run -0 phases start
  [ "$output" = 4 ]
  service 'ExecStartPre=sh -c "exit 254"' ExecStart=true
  run -0 phases pre
  [[ $output == *"exited with 254"*"pre: 255" ]] # 254 would say that a condition does not hold
  service 'ExecStop=sh -c "kill -KILL $$$$"' ExecStart=true
  run -0 phases stop
  [[ $output == *"web.service:2: ExecStop=: sh was killed by signal 9"*"stop: 137" ]]
}

@test "ExecCondition=: 1 to 254 skip, 255 and signals fail" {
  for code in 0 1 254; do
    service "ExecCondition=sh -c 'exit $code'" 'ExecStartPre=echo pre' ExecStart=true
    run -0 phases pre
    if [ $code = 0 ]; then
      [ "$output" = pre ]
    else
      [ "$output" = "$T/web.service:2: ExecCondition=: not started: sh says no, with $code"$'\npre: 254' ]
    fi
  done
  service "ExecCondition=sh -c 'exit 255'" 'ExecStartPre=echo pre' ExecStart=true
  run -0 phases pre
  [[ $output == *"exited with 255"*$'\npre: 255' ]]
  service "ExecCondition=sh -c 'kill \$\$\$\$'" 'ExecStartPre=echo pre' ExecStart=true
  run -0 phases pre
  [[ $output == *"killed by signal 15"*$'\npre: 143' ]]
}

@test "TERM goes to the command that runs, and nothing comes after it" {
  service "ExecStartPre=sh -c 'trap \"echo told; exit 0\" TERM; echo >$T/runs; while :; do sleep 0.05; done'" 'ExecStartPre=echo next' ExecStart=true
  cd d
  "$INITBOX" unit pre >"$T/out" 2>&1 3>&- &
  pid=$!
  await 10 [ -e "$T/runs" ]
  kill $pid
  code=0
  wait $pid || code=$?
  [ $code = 143 ]
  [ "$(<"$T/out")" = told ]
}

@test "programs: where they are looked for, ours where there are none, what is said where there are none either" {
  service Type=oneshot ExecStart="/none/mkdir -p $T/a/b" ExecStart="/none/install -d -m 0700 $T/c" "ExecStart=/none/rm -rf $T/a" \
    ExecStart=/none/true "ExecStart=/none/chown 810 $T/c" "ExecStart=/none/kill -0 1" ExecStart=-/none/false
  run -0 phases start
  [ "$output" = '' ]
  [ ! -e a ]
  [ "$(stat -c '%u %a' c)" = '810 700' ]
  service 'ExecStartPre=/none/sh -c true' ExecStart=true
  run -0 phases pre
  [ "$output" = "$T/web.service:2: ExecStartPre=: needs /none/sh, which is not there: put it into the image"$'\npre: 203' ]
  service ExecStart=no-such-program
  run -0 phases start
  [[ $output == "$T/web.service:2: ExecStart=: no-such-program: not found"*$'\nstart: 203' ]]
  service "ExecStart=$T/etc/passwd"
  run -0 phases start
  [[ $output == "$T/web.service:2: ExecStart=: $T/etc/passwd: not executable"*$'\nstart: 203' ]]
  script bin/odd <<'EOF'
#!/bin/sh
echo "odd $MAINPID"
EOF
  service ExecStart=true ExecReload='odd'
  WITH=(MAINPID=17)
  PATH=$T/bin:$PATH run -0 phases reload
  [ "$output" = 'odd 17' ]
}

@test "the descriptor EXEC_FD closes when the program runs, and is not there before" {
  mkfifo fifo
  service Type=exec "ExecStart=sh -c 'ls -l /proc/self/fd | grep -c fifo; echo \$\${EXEC_FD-unset}'"
  run -0 env EXEC_FD=3 sh -c 'cd d && exec 3<>../fifo && exec "$INITBOX" unit start'
  [ "$output" = $'0\nunset' ]
}
