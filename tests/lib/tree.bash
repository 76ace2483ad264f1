# tree.bash - a copy of a small part of the tree to build and to spoil: `load ../lib/tree`, then `tree`.

# tree: makes $T/tree with the build, the applets true and false, and of core/ as much as they take; goes there.
tree() {
  unset MAKEFLAGS MAKELEVEL MAKEOVERRIDES O
  mkdir -p "$T/tree/applets" "$T/tree/core/pure" "$T/tree/core/sys" "$T/tree/tests/applets"
  cd "$TOP" || return
  cp -R Makefile VERSION .clang-format .clang-tidy .shellcheckrc Kconfig README.md configs build "$T/tree"
  cp -R tests/lib "$T/tree/tests"
  cp applets/true.c applets/false.c "$T/tree/applets"
  cp -R core/*.[ch] core/base "$T/tree/core"
  cp core/sys/clock.[ch] "$T/tree/core/sys"
  cp core/pure/status.[ch] "$T/tree/core/pure"
  cd "$T/tree" || return
  printf '#include "applet.h"\n\nint applet_install(const char *dir)\n{\n\treturn !dir;\n}\n' >core/install.c
}
