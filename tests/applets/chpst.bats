#!/usr/bin/env bats
# chpst and its other names, beside runit's and daemontools' own.
# shellcheck disable=SC2016 # what is in single quotes is for the shells under test

setup() {
  load ../lib/common
  cd "$T" || return
  chmod 755 "$T"
}

# both NAME ARG...: Debian's program and ours print the same on stdout and exit with the same code.
both() {
  local real ours real_code=0 ours_code=0
  real=$(env -i PATH=/usr/bin:/bin GONE=1 A=old "/usr/bin/$1" "${@:2}" </dev/null 2>real.err && echo end) || real_code=$?
  ours=$(env -i PATH=/usr/bin:/bin GONE=1 A=old "$BIN/$1" "${@:2}" </dev/null 2>ours.err && echo end) || ours_code=$?
  if [ "$real" != "$ours" ] || [ $real_code != $ours_code ]; then
    printf '%s\n' "$*" "real: $real_code $real $(<real.err)" "ours: $ours_code $ours $(<ours.err)"
    return 1
  fi
  if ((ours_code == 100 || ours_code == 111)); then
    [ "$(wc -l <ours.err)" = 1 ]
  fi
}

root() {
  [ "$(id -u)" = 0 ] || skip "needs root"
}

@test "chpst -u: users and groups as runit's" {
  root
  for spec in nobody nobody:daemon nobody:daemon:bin daemon:nogroup :1000:5 :1000:5:6 :0:0 root \
    nope nobody:nope nobody: :x :5x :5:x : :-1:1; do
    both chpst -u "$spec" sh -c 'id -u; id -g; id -G'
  done
}

@test "chpst -u: beyond runit, a plain number and a uid that is its own group" {
  root
  run -0 "$BIN/chpst" -u 4242 sh -c 'id -u; id -g; id -G'
  [ "$output" = $'4242\n4242\n4242' ]
  run -0 "$BIN/chpst" -u :4242 sh -c 'id -u; id -g; id -G'
  [ "$output" = $'4242\n4242\n4242' ]
  run -0 "$BIN/chpst" -u 4242:7:8 sh -c 'id -u; id -g; id -G'
  [ "$output" = $'4242\n7\n7 8' ]
}

@test "chpst -u: not as another user without the right to" {
  root
  run -111 "$BIN/chpst" -u nobody "$BIN/chpst" -u daemon true
  [ "$output" = "chpst: cannot set groups: Operation not permitted" ]
  both chpst -u nobody chpst -u nobody true
}

@test "chpst -u: the new user can open the pipes behind stdout and stderr again" {
  root
  output=$("$BIN/chpst" -u nobody sh -c 'echo out >/dev/stdout; echo err >/dev/stderr' 2>&1 | cat)
  [ "$output" = $'out\nerr' ]
  # what it is about: without chpst's help that fails
  output=$(/usr/bin/chpst -u nobody sh -c 'echo out >/dev/stdout' 2>&1 | cat)
  [[ $output == *ermission* ]]
}

@test "chpst -U, envuidgid" {
  both chpst -U nobody:daemon sh -c 'echo $UID $GID'
  both chpst -U :5:6 sh -c 'echo $UID $GID'
  both envuidgid nobody sh -c 'env | sort'
  both envuidgid nope true
  both envuidgid nobody
}

@test "chpst -e, envdir: first line, blanks, NUL, empty files, long values, dot names" {
  mkdir e
  printf 'val \t\nsecond\n' >e/A
  printf 'x\0y' >e/NUL
  : >e/GONE
  echo >e/EMPTY
  printf ' \t' >e/BLANK
  echo hidden >e/.HID
  head -c 70000 /dev/zero | tr '\0' a >e/BIG
  echo ' leading' >e/LEAD
  both chpst -e e sh -c 'env | sort'
  both envdir e sh -c 'env | sort'
  mkdir e/sub
  both chpst -e e sh -c 'env | sort'
  both chpst -e nope true
  both envdir nope true
  echo /nowhere >e/PATH
  both chpst -e e id
  ln -s nowhere e/DANGLING
  both chpst -e e true
}

@test "chpst -b, -n" {
  both chpst -b other sh -c 'echo $0'
  both chpst -n 5 nice
  both chpst -n +5 nice
  both chpst -n x true
  both chpst -n 5x true
  root
  both chpst -n -5 nice
}

@test "chpst -/, -C" {
  root
  mkdir -p root/dir root/bin
  cp "$INITBOX" root/bin/true
  echo text >root/dir/file
  both chpst -/ root /bin/true
  both chpst -/ nope /bin/true
  run -0 "$BIN/chpst" -/ root -C dir /bin/true
  run -0 "$BIN/chpst" -C root/dir cat file
  [ "$output" = text ]
  run -111 "$BIN/chpst" -C nope true
  [ "$output" = "chpst: cannot change the directory to nope: No such file or directory" ]
}

@test "chpst -P, pgrphack: a session of its own" {
  run -0 "$BIN/chpst" -P sh -c 'ps -o sid= -p $$; echo $$'
  ((lines[0] == lines[1]))
  run -0 "$BIN/pgrphack" sh -c 'ps -o pgid= -p $$; echo $$'
  ((lines[0] == lines[1]))
  both pgrphack
}

@test "chpst -0 -1 -2: descriptors are closed" {
  both chpst -0 sh -c 'test -e /proc/self/fd/0'
  both chpst -1 sh -c 'test -e /proc/$$/fd/1'
  both chpst -2 sh -c 'test -e /proc/$$/fd/2'
  both chpst -0 -1 -2 true
}

@test "chpst: limits are soft ones, at most the hard one" {
  limits='ulimit -a; ulimit -H -a'
  both chpst -o 10 -f 100000 -c 512 -t 9 -d 5000000 -r 30000000 -p 500 bash -c "$limits"
  both chpst -m 80000000 bash -c "$limits"
  both chpst -o 99999999 bash -c "$limits"
  both chpst -o x true
  both chpst -o 5x true
  both chpst -o -1 true
  for option in -a -c -d -f -l -m -r -s; do
    both softlimit $option 100000000 bash -c "$limits"
    both softlimit $option = bash -c "$limits"
  done
  both softlimit -o 20 -p 400 -t 60 bash -c "$limits"
  both softlimit -o 5x true
  run -0 "$BIN/chpst" -s 4096000 -a 400000000 bash -c 'ulimit -s -v'
  [[ $output == *" 4000"*" 390625" ]]
}

@test "chpst -l -L, setlock: they keep out each other's and daemontools'" {
  script held <<'X'
#!/bin/sh
echo $$ >holder.new
mv holder.new holder
exec sleep 60
X
  for first in "/usr/bin/setlock lock" "$BIN/setlock lock" "$BIN/chpst -l lock" "$BIN/chpst -L lock"; do
    rm -f holder
    $first ./held &
    await 10 test -e holder
    run -111 "$BIN/chpst" -L lock echo got
    [ "$output" = "chpst: lock: another process holds the lock" ]
    both chpst -L lock echo got
    both setlock -n lock echo got
    both setlock -nx lock echo got
    "$BIN/chpst" -l lock echo mine >got &
    waiter=$!
    await 10 grep -q -- "-> FLOCK .* $waiter " /proc/locks
    [ ! -s got ]
    kill "$(<holder)"
    wait $waiter
    [ "$(<got)" = mine ]
  done
  both chpst -l /nope/lock true
  both setlock /nope/lock true
  both setlock -x /nope/lock true
  both setlock -xX /nope/lock true
  both setlock -z lock true
  both setlock lock
}

teardown() {
  [ ! -e "$T/holder" ] || kill "$(<"$T/holder")" 2>/dev/null || true
}

@test "setuidgid" {
  root
  both setuidgid nobody sh -c 'id -u; id -g; id -G'
  both setuidgid nope true
  both setuidgid nobody
  both setuidgid
}

@test "wrong use is 100, what cannot be run 111 and says why" {
  both chpst
  both chpst -u
  both chpst -y true
  both chpst -V
  both softlimit
  both softlimit -y true
  both chpst nosuchprogram
  both chpst /nope/prog
  both chpst /etc/passwd
  both chpst .
  run -111 "$BIN/chpst" nosuchprogram
  [ "$output" = "chpst: nosuchprogram: not found in PATH" ]
  script run <<<'#!/nope/sh'
  run -111 "$BIN/chpst" ./run
  [ "$output" = "chpst: ./run: /nope/sh not found (interpreter of ./run)" ]
}

@test "without /etc/passwd, /etc/group and /proc only numbers are users" {
  root
  mkdir root
  cp "$INITBOX" root/initbox
  script run <<X
#!/bin/sh
exec chroot root /initbox chpst -u "\$1" /initbox true
X
  run -0 ./run :1000:1000
  run -0 ./run 1000
  run -111 ./run nobody
  [ "$output" = "chpst: unknown user or group: nobody" ]
}
