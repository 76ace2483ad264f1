# crontab: alone in a directory of its own; beside Debian's and busybox's where these agree.
load ../lib/common

setup() {
  use_links
  TAB=$T/tabs/root
  mkdir "$T/tabs"
  cd "$T" || exit
  echo '* * * * * a' >good
  unset VISUAL EDITOR
  export TMPDIR=$T
}

tab() {
  crontab -c tabs "$@"
}

@test "a table is installed from a file and from stdin, listed and removed" {
  tab good
  run -0 tab -l
  [ "$output" = '* * * * * a' ]
  printf '@daily b' | tab -
  run -0 --separate-stderr tab -l
  [ "$output" = '@daily b' ]
  echo '@daily c' | tab
  [ "$(<"$TAB")" = '@daily c' ]
  tab <(echo '@daily d')
  [ "$(<"$TAB")" = '@daily d' ]
  tab -r
  [ ! -e "$TAB" ]
  run -1 tab -l
  [ "$output" = 'crontab: no crontab for root' ]
  run -1 tab -r
  [ "$output" = 'crontab: no crontab for root' ]
}

@test "a table with mistakes is not installed, and each is named" {
  tab good
  before=$(stat -c %i "$TAB")
  printf '# x\n60 * * * * a\n@daily ok\nFOO="x\n* * * *\nCRON_OVERLAP=never\n' >bad
  run -1 tab bad
  [[ ${lines[0]} = 'bad:2:1: 60'* ]]
  [[ ${lines[1]} = 'bad:4:5: '* ]]
  [[ ${lines[2]} = 'bad:5:8: '* ]]
  [[ ${lines[3]} = 'bad:6:14: '*'skip, allow, queue or kill'* ]]
  [ "${lines[4]}" = 'crontab: nothing changed for root' ]
  [ "${#lines[@]}" = 5 ]
  run -1 tab - <bad
  [[ ${lines[0]} = 'stdin:2:1: 60'* ]]
  [ "$(<"$TAB") $(stat -c %i "$TAB")" = "* * * * * a $before" ]
  run -0 tab -n good
  run -1 tab -n bad
  echo '@daily n' >new
  tab -n new
  [ "$(<"$TAB")" = '* * * * * a' ]
}

@test "what is right and may be meant otherwise is a warning" {
  echo '0 0 31 2 * a' >never
  run -0 tab never
  [[ $output = 'never:1:1: warning: never due'* ]]
  cmp never "$TAB"
}

@test "the new table comes by rename, 0600 and its user's" {
  umask 0
  strace -e trace=openat,renameat,chown -o calls "$BIN/crontab" -c tabs -u nobody good
  # never under a name that is a table's, and complete when it comes
  run -0 awk '/O_CREAT/ { made = made $0 } /chown/ { c = NR } /"tabs\/nobody"/ { r = NR } END { print made; exit !(c && c < r) }' calls
  [[ $output = *'"tabs/.nobody'* && $output != *'"tabs/nobody'* ]]
  [ "$(stat -c '%a %U' tabs/nobody)" = '600 nobody' ]
  before=$(stat -c %i tabs/nobody)
  exec 5<tabs/nobody
  echo '@daily b' | tab -u nobody -
  [ "$(cat <&5)" = '* * * * * a' ]
  [ "$(stat -c %i tabs/nobody)" != "$before" ]
  [ "$(stat -c '%a %U' tabs/nobody)" = '600 nobody' ]
  [ "$(ls -A tabs)" = nobody ]
  run -1 tab -u nosuch good
  [ "$output" = 'crontab: unknown user nosuch' ]
}

@test "the directory is made, and chosen from those there are" {
  crontab -c new/dir good
  [ "$(<new/dir/root)" = '* * * * * a' ]
  # shellcheck disable=SC2016
  run -0 unshare -m bash -ec '
    mount -t tmpfs t /etc && mount -t tmpfs t /var
    crontab good && ls /var/spool/cron/crontabs
    rm -r /var/spool && mkdir /etc/crontabs
    crontab good && ls /etc/crontabs && ls /var
    mkdir -p /var/spool/cron/crontabs
    echo "@daily b" | crontab -u root - && cat /var/spool/cron/crontabs/root /etc/crontabs/root'
  # though there is no /etc/passwd
  [ "$output" = $'root\nroot\n@daily b\n* * * * * a' ]
}

@test "others than root have their own table, where they may write" {
  mkdir open
  chown 12345 open
  chmod 755 "$T"
  as() {
    setpriv --reuid 12345 --regid 12345 --clear-groups "$BIN/crontab" "$@"
  }
  run -0 as -c open - <good
  run -0 as -c open -l
  [ "$output" = '* * * * * a' ]
  [ "$(stat -c '%a %u' open/12345)" = '600 12345' ]
  run -1 as -c open -u root -l
  [ "$output" = 'crontab: only root may use -u for another user' ]
  run -1 as -c tabs - <good
  [[ $output = 'crontab: tabs/12345: Permission denied: '*'not set-user-ID' ]]
  run -0 as -c open -r
  [ ! -e open/12345 ]
}

@test "-i asks before it removes" {
  tab good
  run -0 tab -i -r <<<n
  [ -e "$TAB" ]
  run -0 tab -ir </dev/null
  [ -e "$TAB" ]
  run -0 tab -ir <<<Yes
  [ ! -e "$TAB" ]
}

@test "-e edits with \$VISUAL, \$EDITOR or vi" {
  script "$T/bin/vi" <<'E'
#!/bin/sh
cp "$1" "$T/seen"
echo '@daily vi' >>"$1"
E
  PATH=$T/bin:$PATH run -0 tab -e
  [[ $(<seen) = '# minute hour '* ]]
  [ "$(tail -1 "$TAB")" = '@daily vi' ]
  EDITOR="sed -i s/vi/ed/" run -0 tab -e
  [ "$(tail -1 "$TAB")" = '@daily ed' ]
  EDITOR=false VISUAL="sed  -i s/ed/visual/ " run -0 tab -e
  [ "$(tail -1 "$TAB")" = '@daily visual' ]
  before=$(stat -c %i "$TAB")
  EDITOR=true run -0 tab -e
  [ "$output" = 'crontab: nothing changed' ]
  [ "$(stat -c %i "$TAB")" = "$before" ]
  [ -z "$(find . -name 'crontab.*')" ]
}

@test "-e: an editor that fails changes nothing, and what was typed is not lost" {
  tab good
  script ed <<'E'
#!/bin/sh
echo '@daily typed' >>"$1"
exit 3
E
  EDITOR=./ed run -1 tab -e
  [[ $output = 'crontab: nothing changed: the editor exited with 3; the text is '* ]]
  [ "$(tail -1 "${output##* }")" = '@daily typed' ]
  [ "$(stat -c %a "${output##* }")" = 600 ]
  EDITOR=/no/such run -1 tab -e
  [[ ${lines[0]} = 'crontab: /no/such: '* ]]
  EDITOR="sed -i s/a/b/;s/^./60/" run -1 tab -e
  [[ ${lines[0]} = *':1:1: 60'* ]]
  [[ ${lines[1]} = 'crontab: nothing changed; the text is '* ]]
  [ "$(<"${lines[1]##* }")" = '60 * * * * b' ]
  TMPDIR=/no/such run -1 tab -e
  [[ $output = 'crontab: /no/such/crontab.'*'TMPDIR'* ]]
  [ "$(<"$TAB")" = '* * * * * a' ]
}

@test "-e at a terminal offers to edit a wrong table again" {
  tab good
  script ed <<'E'
#!/bin/sh
echo ready
if grep -q 60 "$1"; then echo '@daily right' >"$1"; else echo '60 * * * * a' >"$1"; fi
E
  EDITOR=./ed run -0 python3 "$TOP/tests/lib/terminal.py" $'y\n' crontab -c tabs -e
  [[ $output = *':1:1: 60'*'edit it again? (y/n) '* ]]
  [ "$(<"$TAB")" = '@daily right' ]
  echo '* * * * * a' | tab
  EDITOR=./ed run -1 python3 "$TOP/tests/lib/terminal.py" $'n\n' crontab -c tabs -e
  [[ $output = *'nothing changed; the text is '* ]]
  [ "$(<"$TAB")" = '* * * * * a' ]
  # INT is for the editor
  printf '#!/bin/sh\ntrap "exit 0" INT\necho ready\nwhile :; do sleep 0.1; done\n' >./ed
  EDITOR=./ed run -0 python3 "$TOP/tests/lib/terminal.py" '^C' crontab -c tabs -e
  [[ $output = *'nothing changed'* ]]
}

@test "wrong use" {
  for words in -lr "-l good" "good good" -x -u; do
    # shellcheck disable=SC2086
    run -1 tab $words
    [[ $output = "crontab: "*"see 'crontab --help'" ]]
  done
  run -1 tab missing
  [ "$output" = 'crontab: missing: No such file or directory' ]
  run -1 tab "$T"
  [[ $output = *': Is a directory' ]]
  run -1 python3 "$TOP/tests/lib/terminal.py" '' crontab -c tabs
  [[ $output = *'--help'* ]]
  tab good
  run -1 bash -c 'exec "$0" -c tabs -l >/dev/full' "$BIN/crontab"
}

# beside PROGRAM STEPS: what it does with the tables of root and nobody in the usual directory, step by step
beside() {
  # shellcheck disable=SC2016
  unshare -m bash -c '
    mount -t tmpfs t /var/spool && mkdir -p /var/spool/cron/crontabs
    try() {
      echo "\$ $*"
      "$@" 2>/dev/null
      echo "= $?"
      for f in root nobody; do
        f=/var/spool/cron/crontabs/$f
        [ ! -e $f ] || { stat -c "%n %a" $f; grep -v "^#" $f; }
      done
    }
    eval "tab() { $1 \"\$@\"; }"
    source "$2"' - "$1" "$2"
}

@test "as busybox's" {
  cat >steps <<'E'
try tab -l
try tab good
try tab -l
try tab missing
echo '@daily b' | try tab -
try tab -u nobody good
try tab -u nobody -l
try tab -u nosuch -l
try tab -u nobody -r
try tab -lr
try tab -x
try tab good good
EDITOR=true try tab -e
EDITOR=$PWD/ed try tab -e
try tab -r
E
  script ed <<<$'#!/bin/sh\necho "@daily edited" >"$1"'
  beside "$BIN/crontab" ./steps >ours
  beside 'busybox crontab' ./steps >theirs
  diff theirs ours
  [ "$(grep -c '^= 0' ours)" = 9 ]
}

@test "as Debian's" {
  cat >steps <<'E'
try tab -l
try tab -r
try tab good
echo '@daily c' | try tab
echo '@daily b' | try tab -
for line in '* * * *' '60 * * * * a' '* * * jam * a' '@dayly a' '*/0 * * * * a' '* * 32 * * a' '1, * * * * a'; do
  echo "$line" | try tab -
done
for line in 'A=b' 'A = "b c"' "'A' = 'b'" '0 0 * jan-mar sun,7 a' '*/5 1-4/2,9 * * mon-fri a' '@reboot a%b'; do
  echo "$line" | try tab -
done
echo '60 * * * * a' | try tab -n -
try tab -n good
try tab -u nobody good
stat -c %U /var/spool/cron/crontabs/nobody
try tab -u nosuch good
try tab -lr
try tab -x
echo n | try tab -i -r
EDITOR=true try tab -e
EDITOR=false try tab -e
EDITOR=$PWD/ed try tab -e
echo y | try tab -i -r
E
  # Debian's looks at the time alone
  script ed <<<$'#!/bin/sh\necho "@daily edited" >"$1"; touch -d "1 hour" "$1"'
  beside "$BIN/crontab" ./steps >ours
  beside "$TOP/out/unpacked/cron/usr/bin/crontab" ./steps | sed 's/^.*(y\/n) *//' >theirs
  diff theirs ours
  [ "$(grep -c '^= 0' ours)" -gt 12 ]
}
