#!/usr/bin/env bats
# tmpfiles beside systemd-tmpfiles: the same lines on the same files must end in the same tree. And what only ours has.

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
  use_links
  REAL=$TOP/out/unpacked/systemd-standalone-tmpfiles/bin/systemd-tmpfiles
  cd "$T" || return
  umask 022
}

teardown() {
  if [ "${PLACE-}" ]; then rm -rf "$PLACE"; fi
}

# conf FILE: lines from stdin, @ is the place where it all happens, $T/$W
conf() {
  sed "s#@#$T/$W#g" >"$1"
}

# shown DIR: all that is in it, but where that is
shown() {
  (
    cd "$1" || exit
    find . -mindepth 1 -printf '%P %y %m %U:%G %l\n'
    find . -type f -exec cksum {} +
  ) | sed "s#$T/[a-z]*/##g" | LC_ALL=C sort
}

# same_tree OPTION...: the files CASE|SETUP|LINE;;LINE… from stdin, all cases at once with both programs
same_tree() {
  local name setup lines
  mkdir ours real
  while IFS='|' read -r name setup lines; do
    for W in ours real; do
      mkdir "$T/$W/$name" && cd "$T/$W/$name" && eval "$setup"
      lines=${lines//@/$T/$W/$name}
      echo "${lines//;;/$'\n'}" >>"$T/$W.conf"
      lines=${lines//$T\/$W\/$name/@}
    done
  done
  cd "$T" || return
  "$REAL" "$@" "$T/real.conf" 2>real.err || echo "real: $?"
  tmpfiles "$@" "$T/ours.conf" 2>ours.err || echo "ours: $?"
  cat ours.err
  diff <(shown real) <(shown ours)
}

@test "the same trees as systemd's" {
  same_tree --create --remove <<'E'
dirs||d @/a;;d @/b/c 0700 1000 1001;;D @/d 01777 - -;;v @/v;;q @/q 2750;;Q @/Q - 5
there|mkdir a; chmod 700 a; chown 9 a|d @/a
there2|mkdir a; chmod 700 a|d @/a 0711 1000 - 10d
other|touch a|d @/a 0700
replaced|touch a|d= @/a 0700
dirlink|mkdir a; ln -s a l|d @/l 0700 1000
file|echo old >b|f @/a 0600 1000 - - hello\n;;f @/b 0640 - - - no;;f @/c;;f @/d/e
anew|echo older >b; chown 7 b|f+ @/a - - - - x;;f+ @/b - - - - new
emptied|echo older >b|f+ @/b
escapes||f @/a - - - - \x41\101\t\\ "q" %% %t;;f @/b - - - -   lead and trail   ;;f @/c - - - - -
write|echo longer >a|w @/a - - - - new;;w @/none - - - - x
append|echo longer >a|w+ @/a - - - - new;;w+ @/a - - - - more\n
writes|touch a1 a2 b|w @/a* - - - - x
link|touch f; mkdir d|L @/a - - - - to;;L @/f - - - - to;;L @/d - - - - to;;L @/z/l - - - - to
link+|touch f; mkdir d; touch d/x; ln -s no l|L+ @/f - - - - to;;L+ @/d - - - - to;;L+ @/l - - - - yes
link=|touch f; mkdir d; touch d/x; ln -s no l|L= @/f - - - - to;;L= @/d - - - - to;;L= @/l - - - - yes
factory||L @/a
fifo|touch f|p @/a 0600 1000;;p @/f 0600;;p @/n
fifo+|touch f|p+ @/f 0600
e|mkdir d d2; touch f|e @/d* 0700 1000;;e @/f 0700;;e @/none 0700
copy|mkdir -p s/t; echo 1 >s/f; echo 2 >s/t/g; chmod 600 s/f; ln -s f s/l|C @/a - - - - @/s
copy2|mkdir -p s/t; echo 1 >s/f; chown 5:6 s s/f|C @/a 0711 1000 - - @/s
copy3|mkdir -p s/t a; touch a/x|C @/a 0711 1000 - - @/s
copy4|mkdir -p s/t a; chown 4 s|C @/a - - - - @/s
copy5|echo x >s; chmod 4755 s|C @/a - - - - @/s;;C @/n - - - - @/none
copy6|echo x >s; touch a|C @/a 0600 - - - @/s
copy7|mkdir s; touch a|C @/a 0600 - - - @/s
z|touch a .b; mkdir d|z @/* 0600 1000;;z @/a
Z|mkdir -p a/b; touch a/f a/b/g; chmod 755 a/f; ln -s f a/l|Z @/a ~2750 1000 1001
Z2|mkdir -p a/b; touch a/f a/b/g a/.h|Z @/a - 1000 1001
Z3|mkdir -p a/b; touch a/f a/b/g|Z @/a 0640
Zlink|mkdir -p a/b out; touch out/f; ln -s ../out a/l|Z @/a - 1000;;Z @/a/l - 1001
r|touch a b; mkdir d|r @/[ab];;r @/d;;r @/none;;r @/no/such
r2|touch a1 b1 c1 .d|r @/[!a]1;;r @/?d
R|mkdir -p d/e; touch d/e/f; ln -s d l|R @/d;;R @/l;;R @/none
Rd|mkdir a b; touch a/x b/y|R @/*;;d @/n
D|mkdir -p d/e; touch d/f|D @/d 0700
order||d @/a/b/c 0700;;d @/a 0711;;f @/a/b/f 0600
order2|mkdir a|Z @/a - 7;;d @/a/b 0700 1000
order3||d @/a;;Z @/a - 7;;d @/a/b 0700 1000
order4||z @/a 0700;;d @/a 0755;;Z @/a - 7
twice||d @/a 0700;;d @/a 0711;;L @/a - - - - x
twice2||L @/a - - - - x;;d @/a
twice3||f @/a - - - - 1;;f+ @/a - - - - 2
once|mkdir a|d @/a :0700 :1000 :1001;;d @/b :0700 :1000 :1001
specifiers||d @/%u-%U-%g-%G-%%;;f @/a - - - - %t %S %C %L %T %V %h %H %v
quotes||d "@/a b";;d '@/c"d' "0700" '1000'
boot||d! @/a;;d @/b
nothing||x @/a;;X @/a;;f^ @/a - - - - no;;# x;;  # y;;;;	d	@/b	0700  
normal||d @//a/./b/;;d @/c//
modes||d @/a 1777;;d @/b 2775 - 5;;f @/c 4755 1000;;f @/d 0;;d @/e ~2777;;f @/g ~4777
setgid|mkdir a; chmod 2775 a|z @/a - 1000
masked|touch a b; chmod 111 a; chmod 0 b|z @/* ~0644
E
}

@test "--boot, --prefix, --exclude-prefix: the same" {
  same_tree --create --boot "--prefix=$T/ours/a" "--prefix=$T/real/a" "--exclude-prefix=$T/ours/a/no/" \
    "--exclude-prefix=$T/real/a/no/" <<'E'
a||d! @/b;;d @/no/c;;d @/nono
aa||d @/b
E
  [ "$(find ours -printf '%P\n' | sort | xargs)" = 'a a/b a/nono aa' ]
}

# both CODE LINE: with that line both end with that code
both() {
  echo "${2//@/$T/w}" >c
  run "$REAL" --create --remove "$T/c"
  [ "$status" = "$1" ]
  run tmpfiles --create --remove ./c
  echo "$2: $status $output"
  [ "$status" = "$1" ]
}

@test "exit codes are systemd's" {
  mkdir -p w/full/x w/his/root
  chown 1000 w/his
  touch w/file
  both 0 'd @/file'
  both 73 'f @/full'
  both 0 'f- @/full'
  both 73 'r @/full'
  both 65 'd @/x 0999'
  both 65 'd @/x 0755 nobodyx'
  both 65 'd x'
  both 65 'd'
  both 65 'y @/x'
  both 65 'd* @/x'
  both 65 'w @/x'
  both 65 'd @/%q'
  both 65 'd "@/x'
  both 65 'C @/x - - - - x'
  both 73 'f @/his/root/x/y'
}

@test "what is wrong is named with file, line and column, and the rest is done" {
  W=w
  mkdir -p w/full/x
  conf c <<'E'
d @/a 0799
d @/b - nobodyx
d @/b2 - - nogroupx
	d  relative
f @/c - - - - \q
t @/a - - - - user.x=1
f~ @/c - - - - eA==
d @/%q
r @/full
d @/a/../b
d @/a
d @/a
d @/file/x

f @/good
E
  touch w/file
  run -65 tmpfiles --create --remove ./c
  sed -i "s#$T##" c
  [ "${output//$T/}" = "tmpfiles: ./c:1:$((${#T} + 8)): the mode is no octal number up to 7777
tmpfiles: ./c:4:5: the path is not absolute
tmpfiles: ./c:5:$((${#T} + 16)): unknown escape; \\ itself is \\\\
tmpfiles: ./c:6:1: a type that is not done here
tmpfiles: ./c:7:2: base64 is not done here
tmpfiles: ./c:8:3: unknown specifier; % itself is %%
tmpfiles: ./c:10:3: the path has .. in it
tmpfiles: ./c:12: left out: ./c:11 says what /w/a is
tmpfiles: ./c:9: /w/full: Directory not empty
tmpfiles: ./c:2: no such user: nobodyx
tmpfiles: ./c:3: no such group: nogroupx
tmpfiles: ./c:13: /w/file/x: Not a directory" ]
  [ "$(ls w)" = $'a\nfile\nfull\ngood' ]
}

@test "files of four directories: sorted by name, the first directory counts, /dev/null hides" {
  mkdir -p r/{etc,run,usr/lib,usr/local/lib}/tmpfiles.d r/dev
  mknod r/dev/null c 1 3
  echo 'd /one 0700' >r/etc/tmpfiles.d/20.conf
  echo 'd /one 0711' >r/usr/lib/tmpfiles.d/10.conf
  echo 'd /none' >r/usr/lib/tmpfiles.d/20.conf
  echo 'd /two - dev' >r/run/tmpfiles.d/30.conf
  echo 'd /none' >r/usr/lib/tmpfiles.d/30.conf
  ln -s /dev/null r/etc/tmpfiles.d/40.conf
  echo 'd /none' >r/usr/lib/tmpfiles.d/40.conf
  echo 'd /three' >r/usr/local/lib/tmpfiles.d/50.conf
  echo 'd /none' >r/etc/tmpfiles.d/README
  echo 'dev:x:1234:5:::' >r/etc/passwd
  run -0 tmpfiles --create --root=r
  [ "$output" = "tmpfiles: /etc/tmpfiles.d/20.conf:1: left out: /usr/lib/tmpfiles.d/10.conf:1 says what /one is" ]
  [ "$(stat -c '%n %a %u' r/one r/two r/three)" = $'r/one 711 0\nr/two 755 1234\nr/three 755 0' ]
  [ ! -e r/none ]
  echo 'd /four' | tmpfiles --create --root=r -
  [ -d r/four ]
  rmdir r/one
  tmpfiles --create --root=r 10.conf
  [ "$(stat -c %a r/one)" = 711 ]
  run -73 tmpfiles --create no-such-name.conf
}

@test "usage" {
  run -2 tmpfiles
  [[ $output = 'tmpfiles: --create or --remove'* ]]
  run -2 tmpfiles --create --clean
  [[ $output = *clean* ]]
  run -2 tmpfiles --create --nonsense
  run -0 systemd-tmpfiles --help
}

@test "a tree of 20,000 files that is right is only looked at; what is not is changed, and said" {
  local calls=fchownat,chown,lchown,fchown,chmod,fchmod
  mkdir big
  (cd big && mkdir {1..200} && echo {1..200}/{1..100} | xargs touch)
  chown -R 1000:1001 big
  echo "Z $T/big - 1000 1001" >c
  INIT_VERBOSE=2 run -0 strace -f --seccomp-bpf -qq -o trace -e trace="$calls" "$BIN/tmpfiles" --create ./c
  [ ! -s trace ]
  [ "$output" = '' ]
  chown 5 big/7/7 big/9 big/200/100
  INIT_VERBOSE=2 run -0 strace -f --seccomp-bpf -qq -o trace -e trace="$calls" "$BIN/tmpfiles" --create ./c
  cat trace
  echo "$output"
  [ "$(wc -l <trace)" = 3 ]
  [[ $output = "tmpfiles: $T/big: 20201 looked at, 3 changed in "*' ms' ]]
  [ -z "$(find big ! -user 1000)" ]
}

@test "nothing through links or names of others, and what has other names is not written to" {
  mkdir his safe
  touch safe/file
  echo secret >safe/text
  ln -s "$T/safe" his/dir
  ln -s "$T/safe/text" his/text
  ln safe/text his/hard
  chown -h 1000 his his/dir his/text
  cat >c <<E
d $T/his/dir/new
f+ $T/his/text - - - - x
w $T/his/text - - - - x
w $T/his/hard - - - - x
f+ $T/his/hard - - - - x
R $T/his/dir/*
z $T/his/dir/file - 1000
E
  run -73 tmpfiles --create --remove ./c
  echo "$output"
  [ "$(cat safe/text)" = secret ]
  [ "$(stat -c '%n %u' safe/*)" = $'safe/file 0\nsafe/text 0' ]
  [[ $output = *"./c:1: $T/his/dir/new: another user's link or directory is on its way"* ]]
  [[ $output = *"./c:4: $T/his/hard: it has other names too"* ]]
}

@test "init's run directory is left alone" {
  mkdir -p place/run/service place/other
  cat >c <<E
D $T/place
R $T/place/*
Z $T/place - 1000
E
  INIT_RUN_DIR=$T/place/run tmpfiles --create --remove ./c
  [ "$(find place -printf '%P %U\n')" = $' 1000\nrun 0\nrun/service 0' ]
}

@test "as any user, in what is his" {
  PLACE=$(mktemp -d /tmp/tmpfiles.XXXXXX)
  chown 1000:1000 "$PLACE"
  sed "s#@#$PLACE#" >c <<'E'
d @/a 0700
d @/b - 1000 1000
f @/a/f 0600 - - - text
L @/l - - - - a
d @/a/c - 0
E
  run -73 setpriv --reuid 1000 --regid 1000 --clear-groups "$INITBOX" tmpfiles --create - <c
  echo "$output"
  [ "$output" = "tmpfiles: -:5: $PLACE/a/c: Operation not permitted" ]
  [ "$(cat "$PLACE/a/f")" = text ]
  [ "$(find "$PLACE" ! -user 1000)" = '' ]
}

@test "killed at any moment, f and C leave a whole file or none" {
  musl-gcc -O1 -static -D_GNU_SOURCE -o powercut "$TOP/tests/lib/powercut.c"
  mkdir src
  head -c 300000 /dev/zero | tr '\0' x >src/big
  chown 1000 src/big
  echo "f $T/out/f - 1000 - - $(head -c 20000 src/big)
C $T/out/c - - - - $T/src" >c
  script check <<E
#!/bin/sh
cd $T
[ ! -e out/f ] || [ "\$(wc -c <out/f)" = 20000 ] || exit 1
[ ! -e out/c/big ] || { cmp -s src/big out/c/big && [ "\$(stat -c %u out/c/big)" = 1000 ]; } || exit 1
rm -rf out
E
  run -0 ./powercut 25 ./check "$BIN/tmpfiles" --create ./c
}

@test "of many failures below one path five are said, the rest is counted" {
  mkdir -p tree/{1..8}
  echo "Z $T/tree - 1000" >c
  run -73 setpriv --inh-caps=-all --bounding-set=-chown --ambient-caps=-all "$BIN/tmpfiles" --create ./c
  echo "$output"
  [ "${#lines[@]}" = 6 ]
  [[ ${lines[0]} = *"./c:1: $T/tree: Operation not permitted" ]]
  [[ ${lines[5]} = *"./c:1: $T/tree: 4 more below" ]]
}
