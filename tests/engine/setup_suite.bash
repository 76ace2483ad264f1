# setup_suite.bash - before the tests of tests/engine: an engine and the images, of this run alone.

setup_suite() {
  load ../lib/engine
  export IMAGES=$BATS_SUITE_TMPDIR/images
  export SCRATCH=initbox/scratch SHELL_IMAGE=initbox/shell DEMO=initbox/demo
  engine_start "$BATS_SUITE_TMPDIR/engine"
  OUT=$IMAGES "$TOP/images/build"
  for image in scratch shell demo; do
    docker load -q -i "$IMAGES/$image.tar"
  done
}

teardown_suite() {
  load ../lib/engine
  engine_stop "$BATS_SUITE_TMPDIR/engine"
}
