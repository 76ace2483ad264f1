# sv_setup.bash - the setup and teardown of a file that walks the courses of lib/sv_cases: `load ../lib/sv_setup` at its
# top. The file says by sides() what stands on each side.

load ../lib/common
load ../lib/sv_cases

setup_file() {
  sides
  setup_cases
}

setup() {
  sides
}

teardown_file() {
  sides
  teardown_cases
}
