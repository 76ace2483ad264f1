#!/usr/bin/env bats
# What README.md, CONTRIBUTING.md and DESIGN.md say is so.

setup() {
  load ../lib/common
  unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES O
  cd "$TOP" || exit
}

# The lines of the first block of that language in a file.
block() {
  awk -v start="\`\`\`$1" '$0 == start { on = 1; next } /^```$/ && on { exit } on' "$2"
}

@test "README: two commands" {
  run -0 block sh README.md
  [ "${#lines[@]}" = 2 ]
  [[ ${lines[0]} == "make run "* && ${lines[1]} == "make test "* ]]
}

@test "README: a Dockerfile of 5 lines, whose root boots and ends with the code of a command" {
  run -0 block dockerfile README.md
  [ "${#lines[@]}" = 5 ]
  [ "${lines[0]}" = "FROM scratch" ]
  root=$T/root
  mkdir -p "$root"/{proc,dev/shm}
  block ini README.md >"$T/myapp.service"
  printf '#include <fcntl.h>\n#include <unistd.h>\nint main(int c, char **v) {\n  return c == 3 && write(1, v[2], 4) == 4 && creat("/wrote", 0600) >= 0 ? pause() : 1;\n}\n' >"$T/myapp.c"
  "$(command -v musl-gcc || echo cc)" -static -o "$T/myapp" "$T/myapp.c"
  for line in "${lines[@]:1}"; do
    read -r word first second <<<"$line"
    case $word in
      COPY)
        mkdir -p "$root$second"
        if [ "$first" = initbox ]; then cp "$INITBOX" "$root$second"; else cp "$T/$first" "$root$second"; fi
        ;;
      ENTRYPOINT) [ "$line" = 'ENTRYPOINT ["/bin/initbox", "init"]' ] ;;
      *) false ;;
    esac
  done
  cp /bin/busybox "$root/bin"
  run -37 timeout 20 unshare -p -f --mount-proc chroot "$root" /bin/initbox init /bin/busybox sh -c \
    'busybox mount -t proc proc /proc; until [ -e /wrote ] && /bin/initbox service check; do :; done; /bin/initbox service; exit 37'
  echo "$output"
  [[ $output == *'myapp | 8080'* && $output == *'myapp '*up* ]]
}

@test "README and CONTRIBUTING: every goal of make they name is one" {
  goals=$(grep -hoE '(`|^|; )make [a-z_-]+' README.md CONTRIBUTING.md | sed 's/.*make //' | sort -u)
  [[ $goals == *test* && $goals == *check-layers* ]]
  for goal in $goals; do
    run make -n "$goal" NAME=x
    [[ $output != *"No rule to make target"* ]]
  done
}

@test "README: the files of its tables are there" {
  paths=$(grep -E '^\| [^|]* \| [^|]+ \| [^|]+ \|$' README.md | grep -oE '(applets|core|tests|images|build)/[a-z/_.-]*' | sort -u)
  [[ $paths == *core/pure/machine.c* ]]
  for path in $paths; do
    [ -e "$path" ] || {
      echo "README.md names $path"
      return 1
    }
  done
  for link in $(grep -hoE '\]\([^)]+\)' README.md CONTRIBUTING.md | tr -d '[]()'); do
    case $link in
      https:*) ;;
      \#*) grep -qixE "#+ ${link//[#-]/.?}" README.md ;;
      *) [ -e "$link" ] ;;
    esac
  done
}

@test "CONTRIBUTING: its header comment is one the generators read" {
  awk '/^   ```c$/ { on = 1; next } /^   ```$/ { on = 0 } on { sub(/^   /, ""); print }' CONTRIBUTING.md >"$T/foo.c"
  run -0 awk -f build/header.awk -f build/links.awk "$T/foo.c"
  [ "$output" = "/usr/bin/bar
/usr/bin/baz
/usr/bin/foo" ]
}

@test "DESIGN: the rooms it draws are those that are there" {
  for room in core/*/; do
    room=${room#core/}
    grep -q "├── $room\|└── $room" DESIGN.md
  done
}

@test "VERSION and the newest entry of CHANGELOG agree" {
  read -r version _ <VERSION
  [ "$(grep -m1 '^## ' CHANGELOG.md)" = "## $version" ]
}
