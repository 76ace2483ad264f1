#!/usr/bin/env bats
# crond and all the places where tables may be, in a root of its own: whose jobs they are, who may write to them, what
# happens when they change.

setup() {
  load ../lib/common
  R=$T/root
  PID=
  mkdir -p "$R"/{bin,dev,run,tmp,etc/cron.d,etc/crontabs,etc/periodic/hourly,etc/cron.hourly,var/spool/cron/crontabs}
  chmod 1777 "$R/tmp"
  cp "$INITBOX" "$R/bin/initbox"
  ln -s initbox "$R/bin/crond"
  : >"$R/dev/null"
  install_program /bin/dash /bin/sh
  printf '%s\n' root:x:0:0::/root:/bin/sh joe:x:1000:1000::/home/joe:/bin/sh ann:x:1001:1001::/home/ann: >"$R/etc/passwd"
  printf '%s\n' root:x:0: video:x:44:ann,joe >"$R/etc/group"
  cd "$R/etc" || return
  umask 022
}

teardown() {
  if [ -n "$PID" ]; then
    cat "$T/out" "$T/err"
    kill "$PID" || true
    wait "$PID" || true
  fi
}

# start CLOCK [OPTION...]: crond in that root, at that time of the first of January 2026, options of chroot(8)
start() {
  local clock
  clock=$(date -ud "2026-01-01 ${1%x*}" +%s)x${1#*x}
  (
    unset "${!INIT_@}" "${!CRON_@}" TZ
    exec chroot "${@:2}" "$R" /bin/crond -f --clock "$clock"
  ) >"$T/out" 2>"$T/err" 3>&- &
  PID=$!
}

# said LINE...: all these are on stdout
said() {
  local line
  for line; do
    grep -qxF "$line" "$T/out" || return
  done
}

# told [-N] TEXT: on stderr, in N lines
told() {
  local n=-1
  [ $# = 1 ] || { n=$1 && shift; }
  [ "$(grep -cF "$1" "$T/err")" = "${n#-}" ]
}

@test "every place, as the right user: names, leftovers, programs of periodic directories" {
  echo '0 1 * * * joe echo "$USER $HOME"' >./crontab
  printf '0 1 * * * root echo one\r\n0 1 * * *\tann\techo two' >cron.d/a.b
  for f in cron.d/{.hidden,a~,a.bak,a.dpkg-old,a.rpmsave,a.orig,'a b'}; do
    echo '* * * * * root echo no' >"$f"
  done
  printf '%s\n' CRON_LABEL=ann '0 1 * * * read -r a <of_ann && echo "$LOGNAME $a"' >crontabs/ann
  echo '0 1 * * * echo joe' >../var/spool/cron/crontabs/joe
  echo '* * * * * echo no' >crontabs/eve
  mkdir -p ../home/ann
  echo secret >../home/ann/of_ann
  chmod 640 ../home/ann/of_ann
  chown root:44 ../home/ann/of_ann
  printf '#!/bin/sh\necho "$0"\n' | tee cron.hourly/no | script periodic/hourly/x.sh
  cp periodic/hourly/x.sh cron.hourly/y
  start 00:59:30x900
  await 10 said 'cron/echo | joe /home/joe' 'cron/a.b | one' 'cron/a.b | two' 'cron/ann | ann secret' 'cron/echo | joe' \
    'cron/hourly | /etc/periodic/hourly/x.sh' 'cron/hourly | /etc/cron.hourly/y'
  ! grep -w no "$T/out" || false
  told 'crontabs/eve: left out: there is no such user'
  told 'cron.hourly/no: left out: no x bit'
  told -8 'left out: '
}

@test "as root: who else may write to a table is said, with the remedy, and it is left out until that is done" {
  echo '* * * * * root echo system' >./crontab
  echo '* * * * * echo joe' >crontabs/joe
  echo '* * * * * echo ann' >crontabs/ann
  echo '* * * * * root echo link' >../linked
  chmod 664 crontab
  chown 1000 crontabs/*
  ln -s ../../linked cron.d/link
  chown -h 1000 cron.d/link
  start 00:00:59x1
  await 10 said 'cron/echo | joe' 'cron/link | link'
  told -2 'left out: '
  told '/etc/crontab: left out: others may write to it: chmod go-w /etc/crontab'
  told '/etc/crontabs/ann: left out: it belongs to uid 1000: chown root /etc/crontabs/ann'
  ! grep -e system -e ann "$T/out" || false
  kill "$PID"
  wait "$PID"
  start 00:00:30x60
  chmod go-w crontab
  chown 1001 crontabs/ann
  await 10 said 'cron/echo | system' 'cron/echo | ann'
}

@test "not root: our own table and lines, the others' are left out with one warning each" {
  printf '* * * * * root echo no %s\n' 1 2 3 >./crontab
  echo '* * * * * joe echo "line of $USER"' >>./crontab
  echo '* * * * * echo "table of $USER, $HOME"' | tee crontabs/joe >crontabs/root
  chmod 666 crontabs/joe
  start 00:00:59x1 --userspec=1000:1000 --groups=
  await 10 said 'cron/echo | line of joe' 'cron/echo | table of joe, /home/joe'
  ! grep -e no -e root "$T/out" || false
  told -2 'root'
  told '/etc/crontab:1:11: of root: jobs of others are left out, as we are not root'
  told '/etc/crontabs/root: left out: of another user, and we are not root'
}

@test "a user without a name: the table called after the number" {
  echo '* * * * * echo "$USER"' | tee crontabs/12345 >crontabs/root
  start 00:00:59x1 --userspec=12345:0 --groups=
  await 10 said 'cron/echo | 12345'
}

@test "Alpine's own table of root: what it runs is not run twice" {
  printf '#!/bin/sh\necho "$0"\n' | script periodic/hourly/x
  cp periodic/hourly/x cron.hourly/x
  printf '#!/bin/sh\nfor p in "$1"/*; do "$p"; done\n' | script ../bin/run-parts
  printf '%s\t%s\n' '*/15 * * * *' 'run-parts /etc/periodic/15min' '0 * * * *' 'run-parts /etc/periodic/hourly' \
    >crontabs/root
  rmdir ../var/spool/cron/crontabs
  ln -s /etc/crontabs ../var/spool/cron/crontabs
  start 00:59:30x900
  await 10 said 'cron/hourly | /etc/cron.hourly/x'
  [ "$(grep -c periodic/hourly/x "$T/out")" = 1 ]
  ! grep -c /etc/cron "$T/err" || false
}

@test "a change loses neither the run that goes on nor the minutes that are due" {
  mkfifo ../gate
  echo '* * * * * root echo on; read -r x </gate; echo "off $x"' >./crontab
  start 00:00:55x60
  await 10 said 'cron/echo | on'
  n=0
  until [ "$(grep -c 'skipped: still running' "$T/err")" = 2 ]; do
    { echo "30 12 $((n % 28 + 1)) * * root echo new" && tail -n 1 crontab; } >next
    mv next crontab
    n=$((n + 1))
    read -rt 0.05 <> <(:) || true
  done
  [ "$n" -gt 3 ]
  rm crontab
  echo x >../gate
  await 10 said 'cron/echo | off x'
  await 10 told 'end: exit 0'
  told -1 'start (pid'
}

@test "where the kernel grants no watches, tables are looked at before each minute" {
  start_unwatched() {
    exec unshare -Ur sh -c 'echo 0 >/proc/sys/user/max_inotify_instances && exec "$@"' - \
      chroot "$R" /bin/crond -f --clock "$(date -ud '2026-01-01 00:00:56' +%s)" >"$T/out" 2>"$T/err" 3>&-
  }
  start_unwatched &
  PID=$!
  await 10 told 'nothing to run'
  echo '1 0 * * * root echo came' >./crontab
  await 15 said 'cron/echo | came'
}

@test "@reboot: once in the life of a container, though crond comes again" {
  use_links
  cd "$T"
  printf '%s\n' '@reboot echo boot' '* * * * * * echo tick' >tab
  container() {
    INIT_RUN_DIR=$T/run unshare -pf --mount-proc bash -c '
      for i in 1 2; do
        crond -f --clock 1000000000x20 tab >"out$i" 2>/dev/null &
        until grep -q tick "out$i"; do read -rt 0.02 <> <(:); done
        kill $! && wait $!
        cat "out$i" >>out
      done'
  }
  container
  [ "$(grep -c boot out)" = 1 ]
  container
  [ "$(grep -c boot out)" = 2 ]
}
