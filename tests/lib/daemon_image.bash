# daemon_image.bash - images FROM scratch with daemons as Debian's packages have them, and no shell: `load ../lib/daemon_image`,
# behind lib/engine. The packages are those that build/packages has unpacked into out/unpacked.
#
#   image_begin DIR               a root in DIR/root: initbox, its links and users; $R
#   take PACKAGE PATH...          files and directories of a package, as they are; programs among them with their libraries
#   own USER:GROUP MODE PATH...   files, or directories that are made, as a postinst has them
#   user NAME HOME                a system user with a group of its own, by our adduser
#   enable NAME...                links to the packages' units in /etc/service, as `systemctl enable` makes them
#   image_end NAME                the engine has it as image NAME
#   port_answers PORT SEND PATTERN   in the network of container $C: what comes back has a match
#   shellless                     nothing in $R is a shell

UNPACKED=$TOP/out/unpacked

image_begin() {
  R=$1/root
  mkdir -p "$R"
  "$TOP/images/scratch/populate" "$R"
  rm -r "$R/usr/share/zoneinfo" "$R/etc/service/crond"
}

# libraries FILE...: what ldd names, of this machine or of an unpacked package, at their places in $R
libraries() {
  local library place
  for library in $(LD_LIBRARY_PATH=$(printf '%s:' "$UNPACKED"/*/usr/lib/*-linux-gnu) ldd "$@" 2>/dev/null |
    sed -n 's/.*[[:blank:]]\(\/[^ ]*\) (.*/\1/p' | sort -u); do
    place=/${library#"$UNPACKED"/*/}
    [ ! -e "$R$place" ] || continue
    mkdir -p "$R${place%/*}"
    cp -L "$library" "$R$place"
  done
}

take() {
  local from=$UNPACKED/$1 path programs=()
  shift
  for path; do
    mkdir -p "$R${path%/*}"
    cp -a "$from$path" "$R${path%/*}"
    if [ -f "$from$path" ] && [ -x "$from$path" ]; then
      programs+=("$from$path")
    fi
  done
  [ ${#programs[@]} = 0 ] || libraries "${programs[@]}"
}

# id_of FILE NAME: its number in that table of $R
id_of() {
  awk -F: -v name="$2" '$1 == name { print $3 }' "$R/etc/$1"
}

own() {
  local owner mode=$2 path
  owner=$(id_of passwd "${1%:*}"):$(id_of group "${1#*:}")
  shift 2
  for path; do
    [ -e "$R$path" ] || mkdir -p "$R$path"
    chown "$owner" "$R$path"
    chmod "$mode" "$R$path"
  done
}

user() {
  chroot "$R" /usr/sbin/adduser --system --group --no-create-home --home "$2" "$1"
}

enable() {
  local name
  for name; do
    ln -s "/lib/systemd/system/$name.service" "$R/etc/service/"
  done
}

shellless() {
  local found
  found=$(find "$R" \( -name 'sh' -o -name '*ash' -o -name '*ksh' -o -name 'zsh' -o -name 'busybox*' -o -name toybox \) ! -type d)
  [ ! "$found" ] || {
    echo "a shell: $found" >&2
    return 1
  }
}

image_end() {
  shellless
  tar -C "$R" -c . | docker import -c 'ENTRYPOINT ["/sbin/init"]' -c 'HEALTHCHECK --interval=1s CMD ["service", "check"]' \
    -c 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1" >/dev/null
}

port_answers() {
  # shellcheck disable=SC2016 # the inner shell's
  nsenter -t "$(state Pid)" -n timeout 5 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" && printf "$1" >&3 && grep -qm1 -e "$2" <&3' "$@"
}
