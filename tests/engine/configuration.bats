#!/usr/bin/env bats
# Configuration at start, in docker, in images without a shell: templates, users, what is required, secrets, waiting.
# shellcheck disable=SC2016,SC1003 # what stands in single quotes is for templates

bats_require_minimum_version 1.5.0

# A program that listens at LISTEN, a path or a port, if there is such a variable, says the variables it is told to, and
# stays.
compile() {
  musl-gcc -static -Os -s -o "$1" -x c - <<'END'
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	const char *at = getenv("LISTEN");
	int path = at && at[0] == '/', fd = socket(path ? AF_UNIX : AF_INET, SOCK_STREAM, 0);
	if (at) {
		strcpy(un.sun_path, path ? at : "");
		in.sin_port = htons(path ? 0 : atoi(at));
		unlink(un.sun_path);
		if (bind(fd, path ? (void *)&un : (void *)&in, path ? sizeof un : sizeof in) || listen(fd, 8))
			return perror(at), 1;
	}
	for (int i = 1; i < argc; i++)
		printf("%s=%s\n", argv[i], getenv(argv[i]));
	printf("here as %d\n", (int)getuid());
	fflush(stdout);
	for (;;)
		pause();
}
END
}

# template OWNER FILE <<text: of mode 400, below /etc/templates of the image
template() {
  mkdir -p "$(dirname "$R/etc/templates/$2")"
  cat >"$R/etc/templates/$2"
  chmod 400 "$R/etc/templates/$2"
  chown "$1:$1" "$R/etc/templates/$2"
}

# `plain` has our usual base, `bare` nothing but the binary; each a service `app`, which shows whether services were
# started. Of plain are: `templates`, two for root to write; `mine`, one for uid 1000; `linked`, one that leads to /dev/shm,
# and `linked_run`, one more to /run.
setup_file() {
  load ../lib/engine
  local context=$BATS_FILE_TMPDIR/context kind
  R=$context/root
  mkdir -p "$R/bin" "$R/etc/service/app"
  compile "$R/bin/stay"
  ln -s /bin/stay "$R/etc/service/app/run"
  tar -C "$R" --numeric-owner -cf "$context/programs.tar" .
  cp "$INITBOX" "$context/initbox"
  rm -r "$R"
  template 33 etc/nginx/nginx.conf.tmpl <<'END'
user {{USER_NAME:-www-data}};
http { server { location / { alias {{STATIC_DIR}}; try_files $uri $uri/ =404; } } }
END
  template 33 srv/matomo/config.ini.php <<'END'
host = "${DB_HOST}"
password = "${DB_PASSWORD}"
END
  tar -C "$R" --numeric-owner -cf "$context/templates.tar" .
  rm -r "$R"
  mkdir -p "$R/srv/app"
  chown 1000:1000 "$R/srv/app"
  template 1000 srv/app/config.ini.php <<<'host = "${DB_HOST}"'
  tar -C "$R" --numeric-owner -cf "$context/mine.tar" .
  rm -r "$R"
  mkdir -p "$R/srv"
  ln -s /dev/shm/app.ini "$R/srv/app.ini"
  ln -s /run/nginx.conf "$R/srv/nginx.conf"
  template 1000 srv/app.ini <<<'host = "${DB_HOST}"'
  tar -C "$R" --numeric-owner -cf "$context/linked.tar" .
  template 1000 srv/nginx.conf <<<'alias {{STATIC_DIR}};'
  tar -C "$R" --numeric-owner -cf "$context/linked_run.tar" .
  docker build -q --network none -t plain -f - "$context" <<'END'
FROM initbox/scratch
ADD programs.tar /
CMD ["/bin/stay"]
END
  for kind in templates mine linked linked_run; do
    printf 'FROM plain\nADD %s.tar /\n' "$kind" | docker build -q --network none -t "$kind" -f - "$context"
  done
  docker build -q --network none -t bare -f - "$context" <<'END'
FROM scratch
COPY initbox /bin/initbox
ADD programs.tar /
ENTRYPOINT ["/bin/initbox", "init"]
CMD ["/bin/stay"]
END
}

setup() {
  load ../lib/engine
}

teardown() {
  remove_containers
}

# fails CODE PATTERN OPTION... IMAGE: so it ends, and app was not started
fails() {
  run timeout -k 1 20 /usr/bin/docker run --rm --network none "${@:3}"
  echo "$output"
  [ "$status" = "$1" ]
  [[ $output =~ $2 && $output != *'app '* ]]
}

# content PATH, owner PATH ("33/33 -r--------"): of the container's root
content() {
  docker cp "$C:$1" - | tar -xOf -
}

owner() {
  docker cp "$C:$1" - | tar -tvf - --numeric-owner | awk 'NR == 1 { print $2, $1 }'
}

# seen PATH: the same of what only a running container has
seen() {
  stat -c '%u/%g %A' "/proc/$(state Pid)/root$1"
}

@test "templates as root: rendered before services start, owner and mode kept" {
  start -e STATIC_DIR=/srv/static -e DB_HOST=db -e 'DB_PASSWORD=a&b}}${DB_HOST}$1\\' templates
  await 20 logged '^here as 0'
  [ "$(content /etc/nginx/nginx.conf)" = 'user www-data;
http { server { location / { alias /srv/static; try_files $uri $uri/ =404; } } }' ]
  [ "$(content /srv/matomo/config.ini.php)" = 'host = "db"
password = "a&b}}${DB_HOST}$1\\"' ]
  [ "$(owner /etc/nginx/nginx.conf)" = '33/33 -r--------' ]
  [ "$(owner /srv/matomo/config.ini.php)" = '33/33 -r--------' ]
}

@test "a template with an unset variable: file, line and column; 1, and nothing is started or written" {
  local at=/etc/templates/srv/matomo/config.ini.php
  fails 1 "boot[ |:]* $at:2:13: .*DB_PASSWORD" -e STATIC_DIR=/srv/static -e DB_HOST=db templates
  fails 1 "boot[ |:]* $at:1:9: .*DB_HOST" templates
  [[ $output == **/etc/templates/etc/nginx/nginx.conf.tmpl:2:*STATIC_DIR* ]]
  [[ $output == *"$at:2:13: "* ]]
  run_it -e INIT_ON_BOOT_FAILURE=continue --entrypoint /sbin/init templates envsubst </dev/null
  [ "$status" = 0 ]
  [[ $output == *"$at:1:9: "* ]]
}

@test "templates as uid 1000" {
  start --user 1000:1000 -e DB_HOST=db mine
  await 20 logged '^here as 1000'
  [ "$(content /srv/app/config.ini.php)" = 'host = "db"' ]
  [ "$(owner /srv/app/config.ini.php)" = '1000/1000 -r--------' ]
  docker restart -t 20 "$C"
  await 20 eval "[ \$(docker logs $C | grep -c '^here as') = 2 ]"
  fails 1 'boot[ |:]* /srv/nginx.conf: Permission denied' --user 1000:1000 -e STATIC_DIR=/srv/static -e DB_HOST=db linked_run
}

@test "templates on a read-only root: links lead to where there is room" {
  start --read-only -e DB_HOST=db linked
  await 20 logged '^here as 0'
  [ "$(seen /dev/shm/app.ini)" = '1000/1000 -r--------' ]
  start --read-only --user 1000:1000 -e DB_HOST=db linked
  await 20 logged '^here as 1000'
  [ "$(seen /dev/shm/app.ini)" = '1000/1000 -r--------' ]
  start --read-only --tmpfs /run -e DB_HOST=db -e STATIC_DIR=/srv/static linked_run
  await 20 logged '^here as 0'
  [ "$(seen /run/nginx.conf)" = '1000/1000 -r--------' ]
  [ "$(<"/proc/$(state Pid)/root/run/nginx.conf")" = 'alias /srv/static;' ]
  fails 1 'boot[ |:]* /srv/app/config.ini.php: Read-only file system' --read-only -e DB_HOST=db mine
}

# restarted N: it has been up so often
restarted() {
  docker restart -t 20 "$C"
  await 20 eval "[ \$(docker logs $C | grep -c '^here as') = $1 ]"
}

@test "a user: made from nothing, one line after three restarts, with a home" {
  local n
  start -e USER_NAME=dev -e USER_UID=1234 bare
  await 20 logged '^here as 0'
  for n in 2 3 4; do
    restarted "$n"
  done
  [ "$(content /etc/passwd | cut -d: -f 1,3,4,6)" = dev:1234:1234:/home/dev ]
  [ "$(content /etc/group | cut -d: -f 1,3)" = dev:1234 ]
  [ "$(owner /home/dev)" = '1234/1234 drwxr-xr-x' ]
}

@test "a user beside others, in the other spelling, with a group of another name" {
  start -e USER_NAME=dev -e USER_ID=1234 -e GROUP_NAME=devs -e GROUP_ID=2345 plain
  await 20 logged '^here as 0'
  restarted 2
  content /etc/passwd | grep -q '^root:'
  [ "$(content /etc/passwd | grep '^dev' | cut -d: -f 1,3,4,6)" = dev:1234:2345:/home/dev ]
  [ "$(content /etc/group | grep '^dev' | cut -d: -f 1,3)" = devs:2345 ]
}

@test "users that cannot be: missing and wrong numbers, taken names and numbers; 1, and nothing is started" {
  fails 1 'boot[ |:]* .*USER_UID' -e USER_NAME=dev bare
  fails 1 'boot[ |:]* .*USER_UID.*1x' -e USER_NAME=dev -e USER_UID=1x bare
  fails 1 'boot[ |:]* .*www-data.*33.*1234' -e USER_NAME=www-data -e USER_UID=1234 plain
  fails 1 'boot[ |:]* .*33.*www-data' -e USER_NAME=dev -e USER_UID=33 plain
}

@test "a user where /etc cannot be written: said, and gone on with the numbers" {
  run_it --read-only -e USER_NAME=dev -e USER_UID=1234 -i bare /bin/initbox envsubst <<<'$USER_UID $USER_GID'
  [ "$status" = 0 ]
  [[ $output == *'Read-only file system'* && $output == *'1234 1234'* ]]
  run_it --user 1000:1000 -e USER_NAME=dev -e USER_UID=1234 -i bare /bin/initbox envsubst <<<'$USER_UID $USER_GID'
  [ "$status" = 0 ]
  [[ $output == *'/etc/group: Permission denied'* && $output == *'1234 1234'* ]]
}

@test "what is required, and secrets: given, or named; 1, and nothing is started" {
  mkdir "$T/secrets"
  printf 'pass$word\n\n' >"$T/secrets/db"
  local secret=(-e INIT_FILE_ENV=DB_PASSWORD -e DB_PASSWORD_FILE=/run/secrets/db -v "$T/secrets:/run/secrets:ro")
  start "${secret[@]}" -e INIT_REQUIRED_ENV=DB_PASSWORD bare /bin/stay DB_PASSWORD DB_PASSWORD_FILE
  await 20 logged '^here as 0'
  logged '^DB_PASSWORD=pass$word$'
  logged '^DB_PASSWORD_FILE=(null)$'
  fails 1 'boot[ |:]* environment variable A is not set' -e INIT_REQUIRED_ENV=A,B -e B=1 bare
  fails 1 'boot[ |:]* DB_PASSWORD_FILE: ' "${secret[@]}" -e DB_PASSWORD=x bare
  fails 1 'boot[ |:]* DB_PASSWORD_FILE: .*No such file' -e INIT_FILE_ENV=DB_PASSWORD -e DB_PASSWORD_FILE=/run/secrets/none bare
}

@test "directories without a shell, as root and on a read-only root" {
  mkdir "$T/tmpfiles"
  printf '%s\n' 'd /run/app 0750 www-data 2345' 'f /run/app/state 0640 www-data www-data - ready' \
    'Z /srv/data ~0755 1234 1234' >"$T/tmpfiles/app.conf"
  mkdir -p "$T/data/deep"
  touch "$T/data/deep/file"
  ln -s /etc/passwd "$T/data/link"
  start --read-only --tmpfs /run -v "$T/tmpfiles:/etc/tmpfiles.d:ro" -v "$T/data:/srv/data" plain
  await 20 logged '^here as 0'
  [ "$(seen /run/app)" = '33/2345 drwxr-x---' ]
  [ "$(seen /run/app/state)" = '33/33 -rw-r-----' ]
  [ "$(<"/proc/$(state Pid)/root/run/app/state")" = ready ]
  [ "$(stat -c %u "$T/data" "$T/data/deep" "$T/data/deep/file" "$T/data/link" /etc/passwd | xargs)" = '1234 1234 1234 1234 0' ]
}

# phusion NAME: its order, and what becomes of its directory of variables
phusion() {
  local dir=$T/$1
  mkdir -p "$dir/variables" "$dir/service/app"
  printf 'from a file\n' >"$dir/variables/A"
  printf 'from a file' >"$dir/variables/GIVEN"
  script "$dir/my_init.d/10-first" <<'END'
#!/bin/sh
echo "first $A $GIVEN"
echo moin >/etc/container_environment/ADDED
export LOST=1
END
  script "$dir/rc.local" <<'END'
#!/bin/sh
echo "rc.local $ADDED ${LOST-not lost} $HOME"
END
  script "$dir/service/app/run" <<'END'
#!/bin/sh
echo "app $ADDED"
exec sleep 1000
END
  start --entrypoint "/sbin/$1" -e GIVEN="it's real" -e DOT.TED=1 -v "$dir/variables:/etc/container_environment" \
    -v "$dir/my_init.d:/etc/my_init.d:ro" -v "$dir/rc.local:/etc/rc.local:ro" -v "$dir/service:/etc/service" "$SHELL_IMAGE" \
    sh -c 'while sv status app | grep -qv "^run:"; do sleep 0.1; done; sleep 0.3; echo "CMD $ADDED $HOME"; . /etc/container_environment.sh; echo "$GIVEN"; exec sleep 1000'
  await 20 logged "^it's real"
  docker logs "$C" >"$dir/log" 2>&1
  sed 's/^[a-z]* *| //' "$dir/log" | grep -E '^(first|rc.local|CMD|app) ' >"$dir/order"
  printf '%s\n' "first from a file it's real" 'rc.local moin not lost /root' 'app moin' 'CMD moin /root' | diff - "$dir/order"
  [ "$(<"$dir/variables/GIVEN")" = "it's real" ]
  [ ! -e "$dir/variables/HOME" ]
  content /etc/container_environment.sh >"$dir/sh"
  grep -qx "export GIVEN='it'\"'\"'s real'" "$dir/sh"
  grep -qx "export DOT_TED='\?1'\?" "$dir/sh"
  run ! grep HOME "$dir/sh"
  content /etc/container_environment.json | python3 -c 'import json, sys
e = json.load(sys.stdin)
assert e["GIVEN"] == "it\x27s real" and e["DOT.TED"] == "1" and e["ADDED"] == "moin", e'
  [ "$(owner /etc/container_environment.sh | cut -d ' ' -f 2)" = -rw-r----- ]
}

@test "phusion's directories: order, variables and dumps, HOME kept; by init" {
  phusion init
}

@test "phusion's directories: the same by my_init, with its lines" {
  phusion my_init
  grep -x '\*\*\* .*' "$T/my_init/log" | sed 's/PID [0-9]*/PID N/' |
    diff - <(printf '*** %s...\n' 'Running /etc/my_init.d/10-first' 'Running /etc/rc.local' 'Booting runit daemon' |
      cat - <(echo '*** Runit started as PID N') <(echo '*** Running sh...'))
}

@test "init shell USER, as VF has it: the user is made, no service is started; without a shell 127" {
  script "$T/run" <<<$'#!/bin/sh\necho app up; exec sleep 1000'
  run -3 command script -qec "/usr/bin/docker run --rm -it --network none -e USER_NAME=dev -e USER_UID=1234 \
    -v $T:/etc/service/app:ro $SHELL_IMAGE shell dev" /dev/null <<<'test -t 0 && id >/dev/stdout; cd; pwd; exit 3'
  echo "$output"
  [[ $output == *'uid=1234(dev) gid=1234(dev) groups=1234(dev)'*/home/dev* && $output != *'app up'* ]]
  fails 1 'No such user: nobody2' "$SHELL_IMAGE" shell nobody2
  run -127 docker run --rm --network none plain shell www-data
  [[ $output == 'shell: no shell in this image'* && $output != *'app '* ]]
  fails 138 '' --entrypoint /sbin/init "$SHELL_IMAGE" --no-services -- sh -c 'kill -USR1 $$'
}

# waiting NAME TARGET...: a service that waits, in $T/services
waiting() {
  mkdir -p "$T/services/$1"
  ln -s /bin/stay "$T/services/$1/run"
  printf '%s\n' "${@:2}" >"$T/services/$1/wait"
}

# server PLACE: a service that listens there, in $T/server; its semaphore is /shared/up
server() {
  mkdir -p "$T/shared" "$T/server/db/env"
  ln -s /bin/stay "$T/server/db/run"
  echo "$1" >"$T/server/db/env/LISTEN"
  echo /shared/up >"$T/server/db/semaphore"
}

@test "a service and a command wait for another container's socket and semaphore" {
  local web
  server /shared/sock
  waiting web unix:/shared/sock file:/shared/up
  start -v "$T/shared:/shared" -v "$T/services:/etc/service:ro" plain wait-for unix:/shared/sock file:/shared/up -- stay
  web=$C
  await 20 eval "docker top $web | grep -c wait-for | grep -qx 2"
  run ! logged 'here as'
  start -v "$T/shared:/shared" -v "$T/server:/etc/service:ro" plain start
  C=$web
  await 20 logged '^here as'
  await 20 logged '^web | here as'
  [ -e "$T/shared/up" ]
  docker stop -t 20 "$(docker ps -q -n 1)"
  [ ! -e "$T/shared/up" ]
}

@test "the same through a port, in the engine's network" {
  local port=$((20000 + BASHPID % 10000)) web
  server "$port"
  web=$(docker run -d --network host plain wait-for "tcp://127.0.0.1:$port" -- stay)
  await 20 eval "docker top $web | grep wait-for"
  C=$(docker run -d --network host -v "$T/shared:/shared" -v "$T/server:/etc/service:ro" plain start)
  await 20 logged '^db *| here as'
  C=$web
  await 20 logged '^here as'
  run -124 docker run --rm --network host plain wait-for -t 0.3 "127.0.0.1:$((port + 1))"
  [[ $output == *"127.0.0.1:$((port + 1))"* ]]
}

@test "docker stop while a service waits: at once, 0, never started" {
  local begin
  waiting web file:/never
  start -v "$T/services:/etc/service:ro" plain start
  await 20 eval "docker top $C | grep wait-for"
  begin=${EPOCHREALTIME/[.,]/}
  docker stop -t 60 "$C"
  ((${EPOCHREALTIME/[.,]/} - begin < 6000000)) # INIT_STOP_TIMEOUT is 8 s
  ended 0
  run ! logged 'here as'
}
