# sv_cases.bash - one course of sv commands, walked at the same time on two sides, L and R: both must print the same
# lines and exit with the same code, which are those written here. The file that loads it sets before setup_cases:
#
#   SV_L SV_R        the sv of each side
#   RUN_L RUN_R      what supervises: "runsv" (one process a service) or "runsvdir"; a path
#   compare_status   a function called with service names after each course (true: nothing to compare)
#
# In the lines pids are N, times Ns, and | separates lines; the last word is the exit code.

S=$BATS_FILE_TMPDIR

sleeper() {
  for name in "$@"; do
    printf '#!/bin/sh\nexec sleep 1000\n' | script "$S/L/$name/run"
  done
}

# Writes each signal it gets to ./got; does not end by any.
deaf() {
  for name in "$@"; do
    script "$S/L/$name/run" <<'RUN'
#!/bin/sh
for s in HUP ALRM INT QUIT USR1 USR2 TERM; do
  trap "echo $s >>got" $s
done
rm -f pipe
mkfifo pipe
exec 8<>pipe
echo ready >got
while :; do read -r line <&8; done
RUN
  done
}

make_services() {
  sleeper up1 up2 st1 st2 re1 re2 pa1 ex1 ex2 ex3 ls1 ls2 dn1 dn2 dn3 dn4 lg1 lg1/log lg2 lg2/log ck1 ck2 ck3 fi1
  deaf sig1 deaf1 deaf2
  touch "$S"/L/dn{1,2,3,4}/down
  printf '#!/bin/sh\nexit 1\n' | script "$S/L/ck1/check"
  printf '#!/bin/sh\nexit 0\n' | script "$S/L/ck2/check"
  touch "$S/L/ck3/check" # cannot be run
  printf '#!/bin/sh\nmkfifo gate; read -r line <gate; rm gate\n' | script "$S/L/fi1/finish"
  mkdir -p "$S"/L/.x/{dir,nosup,nook,nostatus,short,garbage,nocontrol,isdir/supervise/status}
  for s in nook nostatus short garbage nocontrol isdir; do
    mkdir -p "$S/L/.x/$s/supervise"
    mkfifo "$S/L/.x/$s"/supervise/{ok,control}
  done
  echo short >"$S/L/.x/short/supervise/status"
  head -c 20 /dev/zero | tee "$S"/L/.x/{garbage,nocontrol,nook}/supervise/status >/dev/null
  rm "$S/L/.x/nocontrol/supervise/control"
  touch "$S/L/.x/file"
  cp -a "$S/L" "$S/R"
}

supervise() { # SIDE PROGRAM
  if [ "${2##*/}" = runsvdir ]; then
    env --default-signal setsid "$2" "$S/$1" >/dev/null 2>&1 3>&- &
    echo $! >>"$S/pids"
    return
  fi
  for dir in "$S/$1"/*/; do
    env --default-signal setsid "$2" "${dir%/}" >/dev/null 2>&1 3>&- &
    echo $! >>"$S/pids"
  done
}

all_run() {
  local run=("$S"/?/*/run "$S"/?/*/log/run) down=("$S"/?/*/down)
  [ "$(cat "$S"/?/*/supervise/stat "$S"/?/*/log/supervise/stat | grep -c '^run$')" = $((${#run[@]} - ${#down[@]})) ] &&
    [ "$(cat "$S"/?/{sig1,deaf1,deaf2}/got)" = "$(printf 'ready\n%.0s' 1 2 3 4 5 6)" ] &&
    ! SVDIR=$S/R sv status "$S"/?/*/ | grep -q ') 0s'
}

setup_cases() {
  chmod o+x "$S" "$(dirname "$S")" "$(dirname "$(dirname "$S")")"
  make_services
  mkdir -p "$S/init.L" "$S/init.R"
  for name in up1 dn1 ls1 ls2 lg1 nosuch; do
    ln -s "$SV_L" "$S/init.L/$name"
    ln -s "$SV_R" "$S/init.R/$name"
  done
  supervise L "$RUN_L"
  supervise R "$RUN_R"
  await 20 all_run
}

gone() { # PID; a zombie that nobody reaps is gone too
  ! grep -q . "/proc/$1/cmdline"
}

# All is told to end and killed; a runsvdir first, as it would start what has left anew.
teardown_cases() {
  local pid pids
  mapfile -t pids <"$S/pids"
  for pid in "${pids[@]}"; do
    if [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = runsvdir ]; then kill "$pid" || true; fi
  done
  for letter in x k; do
    "$SV_R" $letter "$S"/?/*/ "$S"/?/*/log/ >/dev/null || true
  done
  sort -u "$S"/?/*/supervise/pid "$S"/?/*/log/supervise/pid | while read -r pid; do
    kill -9 "$pid" 2>/dev/null || true
  done
  for pid in "${pids[@]}"; do
    await 5 gone "$pid" || kill -9 "$pid"
  done
}

mask() {
  sed -E 's/\(pid [0-9]+\)/(pid N)/g; s/ [0-9]+s(,|;|$)/ Ns\1/g' | paste -sd'|'
}

side() { # SIDE COMMAND...
  cd "$S/$1" || return
  { "${@:2}" 2>/dev/null && echo 0 || echo $?; } | mask >"$T/$1"
}

both() { # EXPECTED then COMMAND on L, --, COMMAND on R
  local want=$1 left=() 
  shift
  while [ "$1" != -- ]; do
    left+=("$1")
    shift
  done
  side L "${left[@]}" &
  side R "${@:2}" &
  wait
  if [ "$want" != "$(cat "$T/L")" ] || [ "$want" != "$(cat "$T/R")" ]; then
    printf '%s\n' "command: ${left[*]}" "expected: $want" "left:     $(cat "$T/L")" "right:    $(cat "$T/R")"
    return 1
  fi
}

same() { # EXPECTED ARG...: sv ARG...
  both "$1" env SVDIR="$S/L" "$SV_L" "${@:2}" -- env SVDIR="$S/R" "$SV_R" "${@:2}"
}

lsb() { # EXPECTED NAME ARG...: /etc/init.d/NAME ARG...
  both "$1" env SVDIR="$S/L" "$S/init.L/$2" "${@:3}" -- env SVDIR="$S/R" "$S/init.R/$2" "${@:3}"
}

got() { # NAME SIGNAL: both sides' service got that signal last
  [ "$(tail -qn1 "$S"/?/"$1"/got)" = "$2"$'\n'"$2" ]
}

both_are() { # NAME WORDS: the first line of stat
  [ "$(cat "$S"/?/"$1"/supervise/stat)" = "$2"$'\n'"$2" ]
}

cases_status() {
  same 'run: up1: (pid N) Ns|0' status up1
  same 'down: dn1: Ns|0' status dn1
  same 'run: lg1: (pid N) Ns; run: log: (pid N) Ns|0' status lg1
  same 'run: up1: (pid N) Ns|down: dn1: Ns|fail: nosuch: unable to change to service directory: file does not exist|1' \
    status up1 dn1 nosuch
  same 'run: up1: (pid N) Ns|0' s up1
  same 'run: up1: (pid N) Ns|0' -v statuswhatever up1
  same 'run: lg1/log: (pid N) Ns|0' status lg1/log
  same 'run: ./up1: (pid N) Ns|0' status ./up1
  same 'run: up1/: (pid N) Ns|0' status up1/
  compare_status up1 dn1 lg1 lg1/log
}

cases_errors() {
  same 'fail: nosuch: unable to change to service directory: file does not exist|1' up nosuch
  same 'fail: : unable to change to service directory: file does not exist|1' status ''
  same 'fail: .x/file: unable to change to service directory: not a directory|1' status .x/file
  local long
  long=$(printf '%0300d' 0)
  same "fail: $long: unable to change to service directory: file name too long|1" status "$long"
  same 'warning: .x/nosup: unable to open supervise/ok: file does not exist|1' status .x/nosup
  same 'warning: .x/nosup: unable to open supervise/ok: file does not exist|1' -w1 start .x/nosup
  same 'fail: .x/nook: runsv not running|1' status .x/nook
  same 'fail: .x/nook: runsv not running|1' check .x/nook
  same 'ok: .x/nook: runsv not running|0' exit .x/nook
  exec 7<>"$S/L/.x/nostatus/supervise/ok" 6<>"$S/R/.x/nostatus/supervise/ok"
  same 'warning: .x/nostatus: unable to open supervise/status: file does not exist|1' status .x/nostatus
  exec 7<>"$S/L/.x/short/supervise/ok" 6<>"$S/R/.x/short/supervise/ok"
  same 'warning: .x/short: unable to read supervise/status: bad format|1' status .x/short
  exec 7<>"$S/L/.x/isdir/supervise/ok" 6<>"$S/R/.x/isdir/supervise/ok"
  same 'warning: .x/isdir: unable to read supervise/status: is a directory|1' status .x/isdir
  exec 7<>"$S/L/.x/garbage/supervise/ok" 6<>"$S/R/.x/garbage/supervise/ok"
  same 'down: .x/garbage: Ns, normally up|0' status .x/garbage
  same 'fail: .x/garbage: runsv not running|1' up .x/garbage
  exec 7<>"$S/L/.x/nocontrol/supervise/ok" 6<>"$S/R/.x/nocontrol/supervise/ok"
  same 'warning: .x/nocontrol: unable to open supervise/control: file does not exist|1' up .x/nocontrol
  exec 7>&- 6>&-
  local nobody=(setpriv --reuid 65534 --regid 65534 --clear-groups env)
  for word in status up; do
    both 'warning: up1: unable to open supervise/ok: access denied|1' \
      "${nobody[@]}" SVDIR="$S/L" "$SV_L" $word up1 -- "${nobody[@]}" SVDIR="$S/R" "$SV_R" $word up1
  done
}

cases_usage() {
  same 100
  same 100 status
  same 100 bogus up1
  same 100 -x status up1
  same 100 -w
  same 100 f up1
  same 100 rest up1
  same 100 C up1
  same 'run: up1: (pid N) Ns|0' -w nonsense status up1
}

cases_start_stop() {
  same 'ok: down: st1: Ns, normally up|0' stop st1
  same 'down: st1: Ns, normally up|0' status st1
  compare_status st1
  same 'ok: down: st1: Ns, normally up|0' stop st1
  same 'ok: run: st1: (pid N) Ns|0' start st1
  same 'ok: run: st1: (pid N) Ns|0' start st1
  same '0' down st2
  same 'ok: down: st2: Ns, normally up|0' -v d st2
  same '0' u st2
  same 'ok: run: st2: (pid N) Ns|0' -v up st2
  same 'ok: run: dn2: (pid N) Ns, normally down|0' start dn2
  compare_status st1 st2 dn2
  same 'ok: down: dn2: Ns|0' stop dn2
  same 'ok: run: dn3: (pid N) Ns, normally down, want down|0' -v once dn3
  same 'run: dn3: (pid N) Ns, normally down, want down|0' status dn3
  compare_status dn2 dn3
  same '0' once up2
  await 5 both_are up2 'run, want down'
  same 'run: up2: (pid N) Ns, want down|0' status up2
  compare_status up2
  same '0' term up2
  await 5 both_are up2 down
  same 'ok: down: up2: Ns, normally up|0' D up2
}

cases_restart() {
  local before after
  before=$(cat "$S"/?/re1/supervise/pid)
  same 'ok: run: re1: (pid N) Ns|0' restart re1
  after=$(cat "$S"/?/re1/supervise/pid)
  [ "$before" != "$after" ]
  same 'ok: down: dn4: Ns|0' try-restart dn4
  same 'ok: run: dn4: (pid N) Ns, normally down|0' restart dn4
  same 'ok: down: dn4: Ns|0' force-stop dn4
  same 'ok: run: re2: (pid N) Ns|0' force-restart re2
  same 'ok: run: re1: (pid N) Ns|ok: run: up1: (pid N) Ns|0' start re1 up1
  compare_status re1 dn4 re2
}

cases_signals() {
  local pair
  for pair in hup:HUP alarm:ALRM interrupt:INT quit:QUIT 1:USR1 2:USR2 reload:HUP; do
    if [ $pair = reload:HUP ]; then
      same 'ok: run: sig1: (pid N) Ns|0' reload sig1
    else
      same 0 ${pair%:*} sig1
    fi
    await 5 got sig1 ${pair#*:}
  done
  same 'ok: run: sig1: (pid N) Ns|0' -v 1 sig1
  same 'ok: run: sig1: (pid N) Ns, paused|0' -v pause sig1
  same 'run: sig1: (pid N) Ns, paused|0' status sig1
  compare_status sig1
  same 'ok: run: sig1: (pid N) Ns|0' -v cont sig1
  compare_status sig1
  same 'ok: run: pa1: (pid N) Ns|0' -v kill pa1
}

cases_deaf() {
  same 'timeout: run: deaf1: (pid N) Ns, want down, got TERM|1' -w 0 stop deaf1
  same 'run: deaf1: (pid N) Ns, want down, got TERM|0' status deaf1
  compare_status deaf1
  same 'kill: run: deaf1: (pid N) Ns, want down, got TERM|1' -w 0 force-stop deaf1
  await 5 both_are deaf1 down
  same 'down: deaf1: Ns, normally up|0' status deaf1
  both 'timeout: run: deaf2: (pid N) Ns, got TERM|1' env SVWAIT=0 SVDIR="$S/L" "$SV_L" restart deaf2 -- \
    env SVWAIT=0 SVDIR="$S/R" "$SV_R" restart deaf2
  compare_status deaf1 deaf2
  same 'timeout: run: deaf2: (pid N) Ns, want down, got TERM|1' -w0 shutdown deaf2
  same 'kill: run: deaf2: (pid N) Ns, want down, got TERM|1' -w0 X deaf2
  await 5 same 'fail: deaf2: runsv not running|1' status deaf2
}

cases_check() {
  same 'ok: run: ck2: (pid N) Ns|0' check ck2
  same 'ok: run: ck3: (pid N) Ns|0' start ck3
  same 'timeout: run: ck1: (pid N) Ns|1' -w0 check ck1
  same 'timeout: run: ck1: (pid N) Ns|1' -w0 start ck1
  same 'ok: down: dn1: Ns|0' check dn1
  same 'ok: run: ck2: (pid N) Ns|timeout: run: ck1: (pid N) Ns|1' -w0 check ck2 ck1
}

cases_finish() {
  same 'timeout: finish: fi1: (pid N) Ns, want down|1' -w1 stop fi1
  await 5 both_are fi1 'finish, want down'
  same 'finish: fi1: (pid N) Ns, want down|0' status fi1
  compare_status fi1
  same 'timeout: finish: fi1: (pid N) Ns|1' -w1 start fi1
  compare_status fi1
  same 0 down fi1
  for s in L R; do echo >"$S/$s/fi1/gate"; done
  same 'ok: down: fi1: Ns, normally up|0' -v down fi1
}

cases_log() {
  same 'ok: run: lg2/log: (pid N) Ns|0' -v up lg2/log
  same 'ok: run: lg2/log: (pid N) Ns|0' restart lg2/log
  same 0 exit lg2/log
  same 'run: lg2: (pid N) Ns; run: log: (pid N) Ns|0' status lg2
  compare_status lg2 lg2/log
}

cases_lsb() {
  lsb 'run: up1: (pid N) Ns|0' up1 status
  lsb 'down: dn1: Ns|3' dn1 status
  lsb 'run: lg1: (pid N) Ns; run: log: (pid N) Ns|0' lg1 status
  lsb 'fail: nosuch: unable to change to service directory: file does not exist|1' nosuch status
  lsb 2 up1
  lsb 2 up1 s
  lsb 2 up1 bogus
  lsb 'ok: down: ls1: Ns, normally up|0' ls1 stop
  lsb 'ok: run: ls1: (pid N) Ns|0' ls1 start
  lsb 'ok: run: ls1: (pid N) Ns|0' ls1 force-reload
  lsb 'ok: down: ls2: Ns, normally up|0' ls2 -w 1 down
  lsb 0 ls2 up
}

cases_exit() {
  same 'ok: ex1: runsv not running|0' shutdown ex1
  same 'ok: ex1: runsv not running|0' exit ex1
  same 'fail: ex1: runsv not running|1' status ex1
  same 'fail: ex1: runsv not running|1' start ex1
  same 0 exit ex2
  same 'ok: ex2: runsv not running|0' -v exit ex2
  same 'ok: ex3: runsv not running|0' force-shutdown ex3
  same 'fail: ex1: runsv not running|run: up1: (pid N) Ns|fail: ex2: runsv not running|2' status ex1 up1 ex2
}

# Their files of status, byte by byte but for the time, and for the pid only whether there is one.
same_status() { # NAME...
  local name left right
  for name in "$@"; do
    left=$(status_bytes "$S/L/$name")
    right=$(status_bytes "$S/R/$name")
    if [ "$left" != "$right" ]; then
      printf '%s\n' "$name: status differs" "left:  $left" "right: $right"
      return 1
    fi
  done
}

status_bytes() { # DIRECTORY
  local s=$1/supervise pid
  pid=$(cat "$s/pid")
  od -An -v -tx1 -w20 "$s/status" | awk -v pid="$pid" '{
    le = $13 + 0 == 0 && $14 == "00" && $15 == "00" && $16 == "00" ? "no pid" : "pid"
    print substr($0, 1, 12), le, $17, $18, $19, $20, NF, pid == "" ? "no pid" : "pid"
  }'
  cat "$s/stat"
  stat -c '%n %a %F %s' "$s" "$s"/{control,ok,lock,stat,status} | sed "s|^$1/||; s/stat .* /stat /"
}
