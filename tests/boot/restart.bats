#!/usr/bin/env bats
# docker restart: one root, several lives; what an earlier one left, however it ended; two inits with one volume.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/boot
  boot_setup
}

teardown() {
  boot_teardown
}

# sets $everything to options with which boot has all to do, and gives it that
give_everything() {
  mkdir -p "$R/secrets" "$R/etc/templates/etc/app" "$R/etc/tmpfiles.d"
  echo hush >"$R/secrets/a"
  echo 'dir = ${DIR} {{A}}' >"$R/etc/templates/etc/app/x.conf.tmpl"
  chmod 400 "$R/etc/templates/etc/app/x.conf.tmpl"
  printf '%s\n' 'd /srv/data 0750 dev dev' 'r! /srv/*.pid' >"$R/etc/tmpfiles.d/x.conf"
  mkdir "$R/srv"
  everything=(-e INIT_RUN_DIR=/root/run -e A_FILE=/secrets/a -e INIT_FILE_ENV=1 -e DIR=/srv -e INIT_REQUIRED_ENV="A DIR"
    -e USER_NAME=dev -e USER_UID=1234)
}

# what boot has to have made of it
made() {
  [ ! -e "$R/srv/x.pid" ]
  [ "$(cat "$R/etc/app/x.conf")" = 'dir = /srv hush' ]
  [ "$(stat -c %a "$R/etc/app/x.conf")" = 400 ]
  [ "$(grep -c '^dev:[^:]*:1234:1234:' "$R/etc/passwd")" = 1 ]
  [ "$(grep -c '^dev:[^:]*:1234:' "$R/etc/group")" = 1 ]
  [ "$(wc -l <"$R/etc/passwd")" = 2 ]
  [ "$(stat -c %u:%g "$R/home/dev")" = 1234:1234 ]
  [ "$(stat -c %a:%u:%g "$R/srv/data")" = 750:1234:1234 ]
}

@test "five lives with everything on are the same" {
  give_everything
  script "$R/etc/init/10" <<<$'#!/bin/sh\nset -C; echo $$ >$INIT_RUN_DIR/daemon.pid && mkdir $INIT_RUN_DIR/env/sub$$ && echo new >$INIT_RUN_DIR/env/NEW && echo "<$NEW$A>"'
  service s <<<$'#!/bin/sh\necho "s: $A $NEW"; touch /tmp/seen; exec sleep 1000'
  for _ in 1 2 3 4 5; do
    boot_run -e INIT_VERBOSE=2 "${everything[@]}" -- sh -c 'echo "$NEW"; ls $INIT_RUN_DIR/service; until test -e /tmp/seen; do sleep 0.02; done'
    [ "$status" = 0 ]
    grep -Fx 'boot | <hush>' <<<"$output"
    grep -Ex 's +\| s: hush new' <<<"$output"
    grep -Ex 'boot +\| 1 script, 1 template, 2 tmpfiles lines, user dev\(1234\) in [0-9]+ ms' <<<"$output"
    [ "$(grep -v '|' <<<"$output" | LC_ALL=C sort | tr '\n' ' ')" = 'new s ' ]
    made
    [ ! -e "$R/root/run/pid" ]
    # what a crash leaves, and of services that are gone
    echo 1 | tee "$R/root/run/pid" >"$R/srv/x.pid"
    ln -s /etc/service/gone "$R/root/run/service/gone"
    mkdir -p "$R/root/run/service/gone2/supervise"
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$R/root/run/daemon.sock"
    : >"$R/root/run/kept"
  done
  boot_run "${everything[@]}" -e INIT_BOOT_DIRS=/none -- ls /root/run
  [ "$(grep -v '|' <<<"$output" | LC_ALL=C sort | grep -vx -e log -e service -e runsvdir.pid -e notify | tr '\n' ' ')" = 'env environment.json environment.sh kept pid ' ]
}

@test "files of one life change to those of the next" {
  give_everything
  boot_run "${everything[@]}" -- true
  made
  echo hush2 >"$R/secrets/a"
  boot_run "${everything[@]}" -e ONE=1 -- sh -c 'cat $INIT_RUN_DIR/env/A $INIT_RUN_DIR/env/ONE'
  [ "$output" = hush21 ]
  [ "$(cat "$R/etc/app/x.conf")" = 'dir = /srv hush2' ]
  boot_run "${everything[@]}" -- sh -c 'test -e $INIT_RUN_DIR/env/ONE || echo gone'
  [ "$output" = gone ]
}

@test "the next life may have phusion's directory, or no longer" {
  give_everything
  for _ in 1 2; do
    boot_run "${everything[@]}" -- sh -c 'cat $INIT_RUN_DIR/env/DIR; echo; test -L $INIT_RUN_DIR/env || echo own'
    [ "$output" = $'/srv\nown' ]
    mkdir -m 700 "$R/etc/container_environment"
    boot_run "${everything[@]}" -- sh -c 'cat $INIT_RUN_DIR/env/DIR; echo; test -L $INIT_RUN_DIR/env && echo a link'
    [ "$output" = $'/srv\na link' ]
    rm -r "$R/etc/container_environment"*
  done
}

@test "two inits do not share a run directory" {
  local options=(-e INIT_RUN_DIR=/root/run -e INIT_REQUIRED_ENV=HOME)
  boot "${options[@]}" -e A=1 -- sh -c 'echo up; exec sleep 1000'
  await 10 said up
  run timeout 20 "$TOP/images/boot" -w "${options[@]}" "$R" sh -c 'echo CMD $INIT_RUN_DIR' </dev/null
  [ "$status" = 0 ]
  [[ $output == *'no run directory: another init has it'*CMD* ]]
  [ "$(cat "$R/root/run/env/A")" = 1 ]
  [ -e "$R/root/run/pid" ]
  stop
  boot_run "${options[@]}" -- sh -c 'echo $INIT_RUN_DIR'
  [ "$output" = /root/run ]
}

@test "boot killed by a script of its own: said, 137, and the next life is well" {
  script "$R/etc/init/10" <<<$'#!/bin/sh\ntest -e /root/killed || { touch /root/killed; kill -9 $PPID; }'
  service s <<<$'#!/bin/sh\necho a service runs; exec sleep 1000'
  boot_run -- echo CMD
  [ "$status" = 137 ]
  [[ $output == *'ends with 137: boot was killed by KILL'* ]]
  [[ $output != *CMD* && $output != *'a service runs'* ]]
  boot_run -- echo CMD
  [ "$status" = 0 ]
  [[ $output == *CMD* ]]
}

@test "boot killed at 100 random moments (or KILLS), by turns with lives that are well" {
  give_everything
  mkdir -p "$R"/{root/run,old}
  cp "$R/etc/passwd" "$R/etc/group" "$R/old"
  python3 - "$R" "${everything[@]}" <<'EOF'
import os, random, signal, stat, subprocess, sys, time

root = sys.argv[1]
env = dict(a.split('=', 1) for a in sys.argv[3::2])
env.update(HOME='/root', PATH='/bin:/sbin')
life = ['unshare', '-p', '-f', '--kill-child', '--mount-proc=' + root + '/proc', 'chroot', root, '/sbin/init', 'true']
life[0:0] = ['unshare', '-r'] if os.getuid() else []
random.seed(5)

def read(name):
    with open(root + name, 'rb') as f: return f.read()

passwd, group = read('/old/passwd'), read('/old/group')

def child_of(pid):
    try:
        with open('/proc/%d/task/%d/children' % (pid, pid)) as f: found = f.read().split()
        return int(found[0]) if found else 0
    except OSError: return 0

def forget():
    for name in ['/etc/app/x.conf', '/etc/shadow', '/srv/data', '/home/dev']:
        path = root + name
        if os.path.isdir(path): os.rmdir(path)
        elif os.path.exists(path): os.unlink(path)
    for name, text in [('/etc/passwd', passwd), ('/etc/group', group)]:
        with open(root + name, 'wb') as f: f.write(text)

def run(after):
    p = subprocess.Popen(life, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    boot, init = 0, 0
    if after is not None:
        while not boot and p.poll() is None:
            init = init or child_of(p.pid)
            boot = init and child_of(init)
        end = time.monotonic() + after
        while time.monotonic() < end: pass
        try:
            with open('/proc/%d/cmdline' % boot, 'rb') as f:
                if f.read().startswith(b'boot'): os.kill(boot, signal.SIGKILL)
        except OSError: pass
    err = p.communicate()[1].decode()
    assert p.returncode in (0, 137), (p.returncode, err)
    assert (p.returncode == 137) == ('boot was killed by KILL' in err), err
    return p.returncode

begin = time.monotonic()
assert run(None) == 0
length = time.monotonic() - begin
dev = read('/etc/passwd'), read('/etc/group')
killed = 0
kills = int(os.environ.get('KILLS', 100))
for n in range(10 * kills):
    if killed % 2 == 0: forget()
    if run(random.random() * length): killed += 1
    assert read('/etc/passwd') in (passwd, dev[0])
    assert read('/etc/group') in (group, dev[1])
    conf = root + '/etc/app/x.conf'
    if os.path.exists(conf):
        assert read('/etc/app/x.conf') == b'dir = /srv hush\n'
        assert stat.S_IMODE(os.stat(conf).st_mode) == 0o400
    if n % 10 == 0: assert run(None) == 0
    if killed == kills: break
assert killed == kills, killed
assert run(None) == 0
assert (read('/etc/passwd'), read('/etc/group')) == dev
EOF
  made
}
