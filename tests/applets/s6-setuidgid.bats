#!/usr/bin/env bats
# s6-setuidgid, beside s6's own.
# shellcheck disable=SC2016 # what is in single quotes is for the shells under test

setup() {
  load ../lib/common
  cd "$T" || return
  [ "$(id -u)" = 0 ] || skip "needs root"
}

# both ARG...: s6's and ours print the same on stdout and exit with the same code.
both() {
  local real ours real_code=0 ours_code=0
  real=$(env -i PATH=/usr/bin:/bin UID=1 GID=2 GIDLIST=3 /usr/bin/s6-setuidgid "$@" 2>real.err) || real_code=$?
  ours=$(env -i PATH=/usr/bin:/bin UID=1 GID=2 GIDLIST=3 "$BIN/s6-setuidgid" "$@" 2>ours.err) || ours_code=$?
  if [ "$real" != "$ours" ] || [ $real_code != $ours_code ]; then
    printf '%s\n' "$*" "real: $real_code $real $(<real.err)" "ours: $ours_code $ours $(<ours.err)"
    return 1
  fi
}

@test "s6-setuidgid: a user with all its groups, or numbers" {
  printf '%s\n' root:x:0:0:root:/root:/bin/sh anna:x:4001:4002::/home/anna:/bin/sh >passwd
  printf '%s\n' root:x:0: anna:x:4002: team:x:4003:root,anna,bert other:x:4004:bert last:x:4005:anna >group
  export -f both
  run -0 unshare -m bash -ec '
    mount --bind passwd /etc/passwd
    mount --bind group /etc/group
    both anna sh -c "id -u; id -g; id -G"
    both root sh -c "id -u; id -g; id -G"
    both 12345:5 sh -c "id -u; id -g; id -G"
    "$BIN/s6-setuidgid" anna sh -c "id -u; id -g; id -G"
    "$BIN/s6-setuidgid" anna:other sh -c "id -u; id -g; id -G"'
  [ "$output" = $'4001\n4002\n4002 4003 4005\n4001\n4004\n4004' ]
}

@test "s6-setuidgid: the environment, exit codes" {
  both nobody sh -c 'env | sort'
  both nobody sh -c 'exit 42'
  both nope true
  both nobody
  both
  both nobody /nope/prog
  both nobody nosuchprogram
  both nobody /etc/passwd
  both nobody "$BIN/s6-setuidgid" daemon true
}
