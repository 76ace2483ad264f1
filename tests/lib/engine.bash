# engine.bash - docker and podman for tests/engine: `load ../lib/engine`; setup_suite.bash starts and stops the engine.
#
#   engine_start DIR    an own docker engine with all of its files in DIR; sets DOCKER_HOST
#   engine_stop DIR
#   docker ...          Debian's client, on that engine
#   start OPTION... IMAGE ARG...   docker run -d; its id in $C
#   podman ...          Debian's podman with its files in $T, and options that a plain machine needs

load ../lib/common

# Nothing here may talk to another engine or be told by a user's configuration.
export DOCKER_BUILDKIT=0
unset DOCKER_CONTEXT DOCKER_TLS_VERIFY

docker() {
  /usr/bin/docker --config "$BATS_SUITE_TMPDIR/client" "$@"
}

engine_answers() {
  docker version >/dev/null 2>&1
}

# Succeeds also if the engine is gone: then waiting for it is over.
engine_answers_or_died() {
  engine_answers || ! kill -0 "$(<"$1/dockerd.pid")" 2>/dev/null
}

# engine_try DIR DRIVER: with this storage driver, or fails. dockerd runs a containerd of its own and ends it.
engine_try() {
  export DOCKER_HOST=unix://$1/docker.sock
  dockerd --iptables=false --ip6tables=false --bridge=none --storage-driver="$2" -H "$DOCKER_HOST" --data-root "$1/data" \
    --exec-root "$1/exec" -p "$1/docker.pid" >"$1/log" 2>&1 3>&- 4>&- &
  echo $! >"$1/dockerd.pid"
  await 60 engine_answers_or_died "$1" && engine_answers
}

# Where overlay file systems do not nest, plain copies do.
engine_start() {
  mkdir -p "$1"
  engine_try "$1" overlay2 || engine_try "$1" vfs || {
    echo "the docker engine does not start; the end of its log:" >&2
    tail "$1/log" >&2
    return 1
  }
}

engine_stop() {
  local pid
  pid=$(<"$1/dockerd.pid")
  kill "$pid" 2>/dev/null || return 0
  await 60 eval "! kill -0 $pid"
  umount "$1/data" "$1"/exec/netns/default 2>/dev/null || true
}

start() {
  C=$(docker run -d --network none "$@")
}

# in a test's teardown: each file has an engine of its own, so every container is ours; $STAYS is that of all its tests
remove_containers() {
  local all
  mapfile -t all < <(docker ps -aq --no-trunc | grep -vxF "${STAYS:-none}")
  [ ${#all[@]} = 0 ] || docker rm -f "${all[@]}" >/dev/null
}

state() {
  docker inspect -f "{{.State.$1}}" "$C"
}

# ended [CODE]: the container has, with that code
ended() {
  [ "$(state Running)" = false ] && [ "$(state ExitCode)" = "${1-$(state ExitCode)}" ]
}

# logged PATTERN: a line of the container's stdout or stderr matches
logged() {
  docker logs "$C" 2>&1 | grep -q -e "$1"
}

# healthy STATUS
health_is() {
  [ "$(state Health.Status)" = "$1" ]
}

# crun cannot work with cgroups of version 1; a machine with low limits of its own cannot raise them.
podman() {
  mkdir -p "$T/podman"
  command podman --root "$T/podman/root" --runroot "$T/podman/run" --tmpdir "$T/podman/tmp" --runtime runc \
    --cgroup-manager cgroupfs --events-backend file "$@"
}

podman_run() {
  podman run --network none --ulimit nofile=1024:1024 --ulimit nproc=20000:20000 "$@"
}

# run_it OPTION... IMAGE ARG...: its code in $status, what it prints in $output
run_it() {
  run docker run --rm --network none "$@"
  # shellcheck disable=SC2154 # run sets it
  echo "$output"
}
