#!/usr/bin/env bats
# shell: which shell, as whom.
# shellcheck disable=SC2016 # what is in single quotes is for the shells under test

setup() {
  load ../lib/boot
  boot_setup
  SET=()
  cat >"$R/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
anna:x:4001:4002:Anna:/home/anna:/bin/own
nologin:x:4005:4002::/:/sbin/nologin
END
  printf '%s\n' root:x:0: anna:x:4002: team:x:4003:root,anna other:x:4004:bert >"$R/etc/group"
  printf '#!/bin/sh\necho own shell; exec sh\n' | script "$R/bin/own"
  ln -s busybox "$R/bin/id"
}

teardown() {
  boot_teardown
}

# inside TYPED ARG...: initbox ARG... in the root; its code in $status, what it prints in $output
inside() {
  status=0
  output=$(env -i PATH=/usr/sbin:/bin HOME=/root "${SET[@]}" /usr/sbin/chroot "$R" /bin/initbox "${@:2}" <<<"$1" 2>&1) || status=$?
  echo "$output"
}

@test "shell: as a user, in his own shell, with his groups and environment" {
  inside 'id -u; id -g; id -G; echo $USER $LOGNAME $HOME $SHELL; pwd' shell anna
  [ "$status" = 0 ]
  [ "$output" = $'own shell\n4001\n4002\n4002 4003\nanna anna /home/anna /bin/own\n/' ]
}

@test "shell: without a user as who we are; the shell's exit code" {
  inside 'id -u; echo $HOME $SHELL; exit 7' shell
  [ "$status" = 7 ]
  [ "$output" = $'0\n/root /bin/sh' ]
}

@test "shell: nologin and a missing shell are passed over; SHELL, then what there is; busybox at last" {
  inside 'id -u; echo $SHELL' shell nologin
  [ "$output" = $'4005\n/bin/sh' ]
  SET=(SHELL=/bin/own)
  inside 'echo $SHELL' shell nologin
  SET=()
  [ "$output" = $'own shell\n/bin/own' ]
  rm "$R/bin/own" "$R/bin/sh"
  inside 'busybox id -u' shell anna
  [ "$output" = 4001 ]
  rm "$R/bin/busybox"
  inside '' shell anna
  [ "$status" = 127 ]
  [[ $output == 'shell: no shell in this image: '* ]]
}

@test "shell: a number; an unknown user; wrong use" {
  inside 'id -u; id -g; echo $USER $HOME' shell 4321
  [ "$output" = $'4321\n4321\n4321 /' ]
  inside '' shell nobody
  [ "$status" = 1 ]
  [ "$output" = 'shell: No such user: nobody' ]
  run -2 "$INITBOX" shell a b
}

@test "shell: who is not root gets only itself, groups kept, and so with setuser" {
  as_anna() {
    inside 'id -u; id -G; echo $USER' chpst -u anna:team /bin/initbox "$@"
  }
  as_anna shell anna
  [ "$output" = $'own shell\n4001\n4003\nanna' ]
  as_anna setuser anna sh
  [ "$output" = $'4001\n4003\nanna' ]
  as_anna shell nologin
  [ "$status" = 1 ]
  [ "$output" = 'shell: cannot set groups: Operation not permitted' ]
}
