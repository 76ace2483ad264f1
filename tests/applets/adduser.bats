#!/usr/bin/env bats
# adduser, addgroup, deluser, delgroup: on tables of the test's own, bound over /etc in a mount namespace. Lines are held
# against those of Debian's useradd and adduser, and of busybox 1.35 as they were measured.
# shellcheck disable=SC2016 # what is in single quotes is for the shells under test

setup() {
  load ../lib/common
  use_links
  [ "$(id -u)" = 0 ] || skip "needs root"
  cd "$T" || return
  tables
}

# tables: fresh ones, in etc/ and home/
tables() {
  rm -rf etc home
  mkdir -p etc/skel etc/default home
  echo hello >etc/skel/.profile
  printf '%s\n' root:x:0:0:root:/root:/bin/sh nobody:x:65534:65534::/:/bin/false >etc/passwd
  printf '%s\n' root:x:0: nogroup:x:65534: users:x:100:bob >etc/group
  printf '%s\n' 'root:*:1:0:99999:7:::' 'nobody:*:1:0:99999:7:::' >etc/shadow
  printf '%s\n' 'root:*::' 'nogroup:!::' 'users:!::bob' >etc/gshadow
}

# within COMMAND...
within() {
  unshare -m sh -c 'mount --bind etc /etc && mount --bind home /home && exec "$@"' sh "$@"
}

# last TABLE: its last line, in shadow without the day
last() {
  tail -n1 "etc/$1" | sed -E 's/^([^:]*:[!*]):[0-9]+:0:/\1:DAY:0:/'
}

@test "the lines that busybox 1.35 makes" {
  # its -D is no option of ours that does anything, and its empty GECOS is Linux User,,,
  while IFS='|' read -r command passwd group shadow; do
    tables
    # shellcheck disable=SC2086 # words on purpose
    run -0 within $command
    [ "$output" = '' ]
    [ "$(last passwd) $(last group) $(last shadow)" = "$passwd $group $shadow" ]
  done <<'END'
adduser -D -g G -s /bin/sh dev|dev:x:1000:1000:G:/home/dev:/bin/sh|dev:x:1000:|dev:!:DAY:0:99999:7:::
adduser -D -u 1234 -g G -s /bin/sh dev|dev:x:1234:1234:G:/home/dev:/bin/sh|dev:x:1234:|dev:!:DAY:0:99999:7:::
adduser -S -g G -s /bin/false app|app:x:100:65534:G:/home/app:/bin/false|users:x:100:bob|app:!:DAY:0:99999:7:::
adduser -S -G users -g G -s /bin/false app|app:x:100:100:G:/home/app:/bin/false|users:x:100:bob,app|app:!:DAY:0:99999:7:::
addgroup -g 1234 new|nobody:x:65534:65534::/:/bin/false|new:x:1234:|nobody:*:DAY:0:99999:7:::
addgroup -S new|nobody:x:65534:65534::/:/bin/false|new:x:101:|nobody:*:DAY:0:99999:7:::
addgroup nobody users|nobody:x:65534:65534::/:/bin/false|users:x:100:bob,nobody|nobody:*:DAY:0:99999:7:::
delgroup bob users|nobody:x:65534:65534::/:/bin/false|users:x:100:|nobody:*:DAY:0:99999:7:::
deluser nobody|root:x:0:0:root:/root:/bin/sh|users:x:100:bob|root:*:DAY:0:99999:7:::
END
}

# same OURS THEIRS: both commands leave the same tables and homes, but for details of shadow
same() {
  local side
  for side in "$1" "$2"; do
    tables
    cp /etc/login.defs /etc/adduser.conf etc
    cp /etc/default/useradd etc/default
    within sh -ec "$side" >/dev/null
    (cd etc && cat passwd group gshadow && sed 's/:.*//' shadow && stat -c '%n %a %U' passwd group shadow) >"${side:0:3}.is"
    (cd home && find . -printf '%p %U:%G\n' | sort) >>"${side:0:3}.is"
    [ "$side" != "$1" ] || mv "${side:0:3}.is" ours
  done
  diff ours "${2:0:3}.is"
}

@test "the tables that Debian's useradd and adduser make" {
  same 'addgroup -g 1234 dev; adduser -u 1234 --gid 1234 -s /bin/bash dev' \
    '/usr/sbin/groupadd -g 1234 dev; useradd -u 1234 -g 1234 -s /bin/bash -m dev'
  same 'adduser -s /bin/sh dev; adduser dev users; deluser dev' \
    'useradd -s /bin/sh -m dev; usermod -aG users dev; userdel dev'
  same 'adduser --system --home /srv/x --no-create-home --shell /bin/sh --uid 500 --group q' \
    '/usr/sbin/adduser --quiet --system --home /srv/x --no-create-home --shell /bin/sh --uid 500 --group q'
  same 'addgroup --gid 1000 git; adduser --disabled-login --gecos "" --shell /bin/sh --uid 1000 --gid 1000 git' \
    '/usr/sbin/addgroup --gid 1000 git; useradd -s /bin/sh -m -u 1000 -g git git'
}

@test "options before and behind the name; a password that keys do not mind" {
  run -0 within adduser dev --disabled-password --gecos 'Dev, Käthe' --quiet
  [ "$(last shadow)" = 'dev:*:DAY:0:99999:7:::' ]
  [[ $(last passwd) == 'dev:x:1000:1000:Dev, Käthe:/home/dev:/bin/'* ]]
  for wrong in 'adduser' 'adduser a b c' 'adduser --firstuid 5 a' 'addgroup -u 5 a' 'addgroup' 'deluser' 'deluser -x a' \
    'adduser --remove-home dev' 'adduser -u x a' 'adduser -u 4294967295 a' 'adduser -u' 'adduser -g a:b c' \
    'adduser -h x a' 'adduser 9a' 'adduser a:b' 'addgroup a,b' 'adduser -u 5 abcdefghijklmnopqrstuvwxyz1234567'; do
    # shellcheck disable=SC2086 # words on purpose
    run -1 within $wrong
    [ "${#lines[@]}" = 1 ]
  done
  run -1 within adduser -g $'a\nroot::0:0' evil
  [ "$(last passwd)" = "$(grep ^dev: etc/passwd)" ]
}

@test "the same again changes nothing; anything else is refused in one line" {
  for command in 'adduser -u 1234 -s /bin/sh dev' 'adduser dev' 'adduser dev users' 'addgroup -g 77 more' 'addgroup more' \
    'adduser -S -G users app' 'deluser bob nogroup'; do
    # shellcheck disable=SC2086 # words on purpose
    for _ in 1 2; do
      before=$(stat -c %i etc/passwd etc/group etc/shadow etc/gshadow)
      run -0 within $command
      [ "$output" = '' ]
    done
    [ "$(stat -c %i etc/passwd etc/group etc/shadow etc/gshadow)" = "$before" ]
  done
  while IFS='|' read -r command message; do
    # shellcheck disable=SC2086 # words on purpose
    run -1 within $command
    [ "$output" = "$message" ]
  done <<'END'
adduser -u 1235 dev|adduser: user 'dev' in use: its uid is '1234', not '1235'
adduser -G users dev|adduser: user 'dev' in use: its gid is '1234', not '100'
adduser -s /bin/zsh dev|adduser: user 'dev' in use: its shell is '/bin/sh', not '/bin/zsh'
adduser -h /srv dev|adduser: user 'dev' in use: its home is '/home/dev', not '/srv'
adduser -u 1234 eve|adduser: uid '1234' in use by 'dev'
adduser --gid 5 users|adduser: group 'users' in use: its gid is '100', not '5'
adduser -G nope eve|adduser: unknown group nope
adduser nope users|adduser: unknown user nope
addgroup dev nope|addgroup: unknown group nope
addgroup -g 100 new|addgroup: gid '100' in use by 'users'
addgroup -g 5 users|addgroup: group 'users' in use: its gid is '100', not '5'
deluser nope|deluser: unknown user nope
delgroup nope|delgroup: unknown group nope
delgroup users|delgroup: 'app' still has 'users' as their primary group!
deluser dev nope|deluser: unknown group nope
END
  [ "$(stat -c %i etc/passwd etc/group etc/shadow etc/gshadow)" = "$before" ]
}

@test "from nothing: passwd and group are made, shadow is not" {
  rm etc/{passwd,group,shadow,gshadow}
  run -0 within adduser -s /bin/sh dev
  [ "$(<etc/passwd) $(<etc/group)" = 'dev:!:1000:1000::/home/dev:/bin/sh dev:x:1000:' ]
  [ "$(stat -c %a etc/passwd etc/group | xargs)" = '644 644' ]
  [ ! -e etc/shadow ]
  run -1 within adduser -u 0 eve
  [ "$output" = "adduser: uid '0' in use by 'root'" ]
}

@test "what is not understood stays to the byte" {
  printf '# a comment\n\nbroken\nroot:x:0:0:root:/root:/bin/sh\n+::::::' >etc/passwd
  printf '\377\0bin:x\nroot:x:0\n::::\nusers:x:100:bob,\r\n' >etc/group
  cp etc/group before
  run -0 within adduser -s /bin/sh dev
  printf '# a comment\n\nbroken\nroot:x:0:0:root:/root:/bin/sh\n+::::::\ndev:x:1000:1000::/home/dev:/bin/sh\n' | cmp - etc/passwd
  { cat before && echo dev:x:1000:; } | cmp - etc/group
}

@test "homes: made whole or not, never another's; a skeleton of one's own" {
  mkdir -p home/there etc/mine/.config
  echo x >etc/mine/.config/y
  ln -s y etc/mine/.config/link
  run -0 within adduser there
  [ "$(stat -c %u:%g home/there)" = 0:0 ]
  [ ! -e home/there/.profile ]
  run -0 within adduser -k /etc/mine -h /home/far/away/dev/ dev
  [ "$(cd home/far && find . -printf '%p %U:%G %y\n' | sort | xargs)" = \
    ". 0:0 d ./away 0:0 d ./away/dev 1001:1001 d ./away/dev/.config 1001:1001 d ./away/dev/.config/link 1001:1001 l ./away/dev/.config/y 1001:1001 f" ]
  run -0 within adduser -H none
  [ ! -e home/none ]
  run -0 within adduser -S sys
  [ "$(ls -A home/sys)" = '' ]
}

@test "deluser: memberships, its own group, its home if it is its own" {
  for name in dev two three; do
    within adduser "$name"
  done
  within adduser dev users
  within adduser two dev
  run -0 within deluser --remove-home dev
  [ ! -e home/dev ]
  grep -q '^dev:x:1000:two$' etc/group # somebody is in it
  run ! grep -rq '^dev:' etc/passwd etc/shadow
  run ! grep -rwq 'bob,dev' etc/group etc/gshadow
  chown 7 home/two
  run -0 within deluser --remove-home two
  [ "$output" = "deluser: /home/two stays: it is not the user's own" ]
  [ -e home/two/.profile ]
  grep -q '^dev:x:1000:$' etc/group
  run -0 within delgroup dev
  run -0 within deluser --group users
  [ "$(cut -d: -f1 etc/group | xargs)" = 'root nogroup three' ]
  [ "$(cut -d: -f1 etc/gshadow | xargs)" = 'root nogroup three' ]
  [ "$(cut -d: -f1 etc/shadow | xargs)" = 'root nobody three' ]
}

@test "many at a time: each with a line and a number of its own; a lock that is held is waited for" {
  within bash -c 'for i in {1..20}; do adduser "u$i" & done; wait'
  [ "$(grep -c '^u[0-9]*:x:10[0-9][0-9]:' etc/passwd)" = 20 ]
  [ "$(cut -d: -f3 etc/passwd | sort | uniq -d)" = '' ]
  [ "$(cut -d: -f3 etc/group | sort | uniq -d)" = '' ]
  [ "$(find home -name .profile | wc -l)" = 20 ]
  run -0 within python3 -c '
import ctypes, os, subprocess, sys, time
libc = ctypes.CDLL(None)
assert libc.lckpwdf() == 0
p = subprocess.Popen(["adduser", "late"])
end = time.monotonic() + 10
while not any("->" in line and str(p.pid) in line.split() for line in open("/proc/locks")):
    assert p.poll() is None and time.monotonic() < end
    time.sleep(0.01)
assert "late" not in open("/etc/passwd").read()
libc.ulckpwdf()
sys.exit(p.wait())'
  [[ $(last passwd) == late:* ]]
}

@test "where nothing may be changed it is said; what is there already is fine" {
  within adduser -u 1234 dev
  run -1 within sh -c 'mount -o remount,ro,bind /etc; adduser -u 1234 dev && adduser eve'
  [ "$output" = 'adduser: /etc/group: Read-only file system' ]
  run -1 within chpst -u dev deluser dev
  [ "$output" = 'deluser: /etc/group: Permission denied' ]
  run -1 within sh -c 'mount --bind etc/passwd /etc/passwd; adduser eve'
  [ "$output" = 'adduser: /etc/passwd: Resource busy' ]
}

@test "killed at 500 moments: tables are the old or the new ones, and the next run does the rest" {
  mkdir -p root/{bin,tmp}
  cp "$INITBOX" root/bin/adduser
  cp "$INITBOX" root/bin/deluser
  cp "$(command -v busybox)" root/bin/sh
  musl-gcc -O1 -static -D_GNU_SOURCE -o root/bin/powercut "$TOP/tests/lib/powercut.c"
  mv etc root/etc
  mkdir root/home
  # text FILE: in $text, a missing newline seen; all without a fork
  script root/check <<'END'
text() {
  text=
  while IFS= read -r line; do text="$text$line|"; done <"$1"
  text=$text$line
}
text /etc/passwd
passwd=${text#'root:x:0:0:root:/root:/bin/sh|nobody:x:65534:65534::/:/bin/false|'}
text /etc/group
group=${text#'root:x:0:|nogroup:x:65534:|users:x:100:bob|'}
text /etc/shadow
shadow=${text#'root:*:1:0:99999:7:::|nobody:*:1:0:99999:7:::|'}
shadow=${shadow%%:*}${shadow##*[0-9]:0:}
case $group,$shadow,$passwd in
,, | dev:x:1000:\|,, | dev:x:1000:\|,dev99999:7:::\|,) [ ! -e /home/dev ] || exit 1 ;;
dev:x:1000:\|,dev99999:7:::\|,dev:x:1000:1000::/home/dev:/bin/sh\|) [ ! -e /home/dev ] || [ -O /home/dev/.profile ] ;;
*) echo "$group,$shadow,$passwd" >&2; exit 1 ;;
esac
[ ! -e /home/dev ] || [ -s /home/dev/.profile ] || exit 1
adduser dev && [ -s /home/dev/.profile ] && deluser --remove-home dev && [ ! -e /home/dev ]
END
  # in memory, where fsync(2) takes no time
  run -0 unshare -m sh -c 'mount -t tmpfs none /mnt && cp -a root/. /mnt &&
    PATH=/bin exec /usr/sbin/chroot /mnt /bin/powercut 500 ". /check" adduser dev'
  [[ $output == 'killed 500 times'* ]]
}
