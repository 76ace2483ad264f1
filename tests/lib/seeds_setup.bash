# seeds_setup.bash - the setup and teardown of a file that is all about lib/seeds: `load ../lib/seeds_setup` at its top.

bats_require_minimum_version 1.5.0
load ../lib/seeds

setup_file() {
  seeds_setup_file
}

setup() {
  seeds_setup
}

teardown() {
  seeds_teardown
}
