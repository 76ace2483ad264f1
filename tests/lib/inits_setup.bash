# inits_setup.bash - the setup and teardown of a file that is all about lib/inits: `load ../lib/inits_setup` at its top.

load ../lib/common
load ../lib/inits

setup_file() {
  inits_setup_file
}

setup() {
  inits_setup
}

teardown() {
  inits_teardown
}
