#!/usr/bin/env bats
# The images themselves: what is in them, how they are built and loaded.
# shellcheck disable=SC2016 # what stands in single quotes is for the shell inside

setup() {
  load ../lib/engine
}

teardown() {
  remove_containers
  if [ -d "$T/podman" ]; then
    podman rm -fa >/dev/null
    umount "$T/podman/root/overlay" 2>/dev/null || true
  fi
}

@test "building twice gives the same archives, bit for bit" {
  OUT=$T/again "$TOP/images/build" scratch shell
  cmp "$IMAGES/scratch.tar" "$T/again/scratch.tar"
  cmp "$IMAGES/shell.tar" "$T/again/shell.tar"
}

# the configuration of an image that its Dockerfile decides
configuration() {
  docker inspect -f '{{json .Config.Env}} {{json .Config.Entrypoint}} {{json .Config.Cmd}} {{json .Config.Healthcheck}}
{{json .Config.Labels}} {{json .Config.ExposedPorts}}' "$1"
}

@test "the Dockerfiles give images of the same configuration as the archives" {
  local name
  for name in scratch shell demo; do
    configuration "initbox/$name" >"$T/loaded"
    docker build -q --network none -t "built/$name" -f "$TOP/images/$name/Dockerfile" "$IMAGES/$name"
    configuration "built/$name" >"$T/built"
    diff "$T/loaded" "$T/built"
  done
  run docker run --rm --network none built/shell true
  [ "$status" = 0 ]
}

@test "README's five lines and its unit make an image of the binary and a program" {
  block() { awk -v start="\`\`\`$1" '$0 == start { on = 1; next } /^```$/ && on { exit } on' "$TOP/README.md"; }
  mkdir "$T/context"
  cp "$INITBOX" "$T/context"
  block dockerfile >"$T/context/Dockerfile"
  block ini >"$T/context/myapp.service"
  echo 'int main(void) { return pause(); }' >"$T/myapp.c"
  "$(command -v musl-gcc || echo cc)" -static -include unistd.h -o "$T/context/myapp" "$T/myapp.c"
  docker build -q --network none -t five "$T/context"
  run docker run --rm --network none five /bin/initbox false
  [ "$status" = 1 ]
  docker run -d --network none --name five five
  await 20 docker exec five initbox service wait myapp
  docker exec five initbox service check
  docker stop -t 20 five
  [ "$(docker inspect -f '{{.State.ExitCode}}' five)" = 0 ]
  docker rm five
}

@test "an image with all names, and a health check" {
  mkdir "$T/context"
  cp "$INITBOX" "$T/context"
  cat >"$T/context/Dockerfile" <<'END'
FROM scratch
COPY initbox /bin/initbox
RUN ["/bin/initbox", "--install"]
HEALTHCHECK CMD ["service", "check"]
ENTRYPOINT ["/sbin/init"]
END
  docker build -q --network none -t names "$T/context"
  run docker run --rm --network none names true
  [ "$status" = 0 ]
  [ "$output" = "" ]
  run docker run --rm --network none names false
  [ "$status" = 1 ]
}

@test "scratch holds users, certificates, zones and directories, and no shell" {
  local root=$IMAGES/scratch/rootfs
  grep -q '^root:[^:]*:0:0:' "$root/etc/passwd"
  grep -q '^nobody:[^:]*:65534:65534:' "$root/etc/passwd"
  grep -q '^www-data:[^:]*:33:' "$root/etc/group"
  [ "$(grep -c 'BEGIN CERTIFICATE' "$root/etc/ssl/certs/ca-certificates.crt")" -gt 100 ]
  [ "$(TZ=$(realpath "$root/usr/share/zoneinfo/Europe/Berlin") date -d @0 +%H)" = 01 ]
  [ "$(stat -c %a "$root/tmp")" = 1777 ]
  [ "$(readlink -f "$root/etc/service/crond/run")" = "$root/bin/initbox" ]
  [ -d "$root/etc/periodic/15min" ] && [ -d "$root/etc/crontabs" ] && [ -d "$root/etc/init" ] && [ -d "$root/run" ]
  [ "$(readlink -f "$root/sbin/init")" = "$root/bin/initbox" ]
  [ ! -e "$root/bin/sh" ]
  [ "$(find "$root" -type f -perm /111 | wc -l)" = 1 ]
}

@test "the layers belong to root, whoever built them" {
  tar -tvf "$IMAGES/scratch/layer.tar" --numeric-owner | awk '$2 != "0/0"' | diff - /dev/null
}

@test "shell: sh is mksh, and no name of busybox hides a part of initbox" {
  local root=$IMAGES/shell/rootfs name
  [ "$(readlink "$root/bin/sh")" = mksh ]
  run docker run --rm --network none "$SHELL_IMAGE" sh -c 'echo "$KSH_VERSION"'
  [[ $output == *MIRBSD* ]]
  for name in $("$INITBOX" --list); do
    [ "$(readlink -f "$root$("$INITBOX" --list-links | grep "/$name\$")")" = "$root/bin/initbox" ]
  done
  for name in ash init halt poweroff reboot syslogd crond run-init; do
    [ "$(readlink "$root/bin/$name" || true)" != busybox ]
    [ "$(readlink "$root/sbin/$name" || true)" != ../bin/busybox ]
  done
}

@test "shell: what a user's scripts need is there" {
  docker run --rm --network none "$SHELL_IMAGE" sh -c \
    'for c in test [ echo printf cat cp mv ln rm mkdir rmdir chmod chown chgrp touch mknod dirname basename sleep date env id kill ps grep sed find; do
       command -v "$c" >/dev/null || exit 1
     done'
}

@test "podman takes the archive, in its own format and as OCI's, and runs it" {
  podman load -q -i "$IMAGES/shell.tar"
  run podman_run --rm initbox/shell sh -c 'echo "pid 1 is $(cat /proc/1/comm)"; exit 5'
  echo "$output"
  [ "$status" = 5 ]
  [[ $output == *'pid 1 is init'* ]]
  podman pull -q "oci-archive:$IMAGES/scratch.tar"
}

@test "podman builds the Dockerfile, health check included, and stops a container in order" {
  podman build -q --isolation chroot --format docker -t initbox/scratch -f "$TOP/images/scratch/Dockerfile" "$IMAGES/scratch"
  [[ $(podman inspect -f '{{json .HealthCheck}}' initbox/scratch) == *'"service"'* ]]
  podman load -q -i "$IMAGES/demo.tar"
  podman_run -d --name demo --entrypoint /sbin/init initbox/demo
  await 20 eval "podman logs demo 2>&1 | grep -q degrees"
  podman exec demo service
  podman stop -t 20 demo
  [ "$(podman inspect -f '{{.State.ExitCode}}' demo)" = 0 ]
  podman rm -f demo
}
