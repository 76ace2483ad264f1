# boot.bash - a FROM-scratch root with our binary, its links and busybox's shell for scripts: `load ../lib/boot`.
# boot_setup and boot_teardown go into setup and teardown; $R and the functions are those of seeds.bash.

load ../lib/seeds

boot_setup() {
  local link tool
  R=$T/root
  # shellcheck disable=SC2034 # of seeds.bash
  BOOT=
  mkdir -p "$R"/{bin,sbin,etc,dev,proc,run,tmp,root,usr/bin,usr/sbin}
  cp "$INITBOX" "$R/bin/initbox"
  while read -r link; do
    ln -s /bin/initbox "$R$link"
  done <"$TOP/out/links.list"
  cp "$(command -v busybox)" "$R/bin/busybox"
  for tool in sh cat echo sleep env ls pwd ps setsid printf umount grep test wc mkdir touch date stty; do
    ln -sf busybox "$R/bin/$tool"
  done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$R/etc/passwd"
  echo 'root:x:0:' >"$R/etc/group"
}

boot_teardown() {
  seeds_teardown
}

# service NAME: its run script from stdin
service() {
  script "$R/etc/service/$1/run"
}

# milliseconds since some moment
now() {
  echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
