#!/usr/bin/env bats
# logger beside util-linux's: byte for byte the same on the same socket, but for times and process ids. And alone.
# shellcheck disable=SC2016 # the words are python's to split

bats_require_minimum_version 1.5.0

setup() {
  load ../lib/common
}

# same KIND: cases of stdin (tests/lib/logger.py)
same() {
  run -0 python3 "$TOP/tests/lib/logger.py" "$1" "$(type -P logger)" "$BIN/logger"
  [[ $output == *TIME* ]]
}

@test "as util-linux's: words, tags, priorities, process ids" {
  same unix <<'END'
hi
a  'b   c' '' d
'' a
''
-t tag -p local3.err x
-t 'my tool' x
-t x[1] y
-t tag: x
-p err x
-p 3 x
-p kern.err x
-p USER.Warn x
-p security.panic x
-i x
--id x
--id=99 x
-s x
--stderr --tag t --priority mail.debug x
--no-act -s x
words -p err 'after them' -t tag
-- -x --id
--octet-count hi
-p bad.err x
-p user.bad x
-p 1000 x
--id=abc x
-t
--nonsense x
END
}

@test "as util-linux's: lines of stdin and files, sizes" {
  printf 'one\n\nlast' >"$T/file"
  same unix <<END
 <<< one\n\nthree\nrest
-e <<< one\n\nthree\n
 <<< \n
 <<<
-f $T/file
-e -f $T/file -t x
-f $T/none
-S 5 <<< 12345\n123456\n1234567890ab
-S 9 12345 678
-S 9 12345 6789
-S 5 123 1234567 1
-S 5 1234567 1
-S 4k <<< a\tb\x01c\n
--prio-prefix <<< <11>one\n<3>three\n<999>x\n<a>b\n<13>\n<13
-e --prio-prefix <<< <11>\n<12>x\n
--prio-prefix -p mail.err <<< <0>x\n<7>y\n<8>z\n
$(printf 'x%.0s' {1..1500})
 <<< $(printf 'x%.0s' {1..1500})
END
}

@test "as util-linux's: RFC 3164, RFC 5424, structured data" {
  same unix <<'END'
--rfc3164 hi
--rfc3164 --id=7 -t tag hi
--rfc5424 hi
--rfc5424=notime hi
--rfc5424=notq hi
--rfc5424=nohost,notq hi
--rfc5424=notime,notq,nohost hi
--rfc5424=notq --id=7 -t tag hi
--rfc5424=notq --msgid ID47 x
--msgid ID x
--rfc5424 --sd-id a@1 --sd-param 'x="y"' --sd-param 'z="w"' --sd-id b@2 --sd-param 'q="r"' m
--rfc5424=notq --sd-id a@1 m
--rfc5424=notq --sd-id a@1 --sd-param 'x=""' m
--rfc5424 --sd-id timeQuality --sd-param 'x="y"' m
--rfc5424 --sd-id origin --sd-param 'ip="x"' m
--rfc5424 --sd-id a@1 --sd-param 'x="a\"b\]\\"' m
--sd-id a@1 m
--rfc5424 --sd-id bad m
--rfc5424 --sd-id @1 m
--rfc5424 --sd-id a@b m
--rfc5424 --sd-id 'a b@1' m
--rfc5424 --sd-param 'x="y"' m
--rfc5424 --sd-id a@1 --sd-param xy m
--rfc5424 --sd-id a@1 --sd-param x=y m
--rfc5424 --sd-id a@1 --sd-param 'x="a"b"' m
--rfc5424 --sd-id a@1 --sd-param 'x="]"' m
--rfc5424 --sd-id a@1 --sd-param 'x="\n"' m
--rfc5424 --sd-id a@1 --sd-param '="y"' m
--rfc5424 --sd-id a@1 --sd-id a@1 m
END
}

@test "as util-linux's: streams, UDP, TCP" {
  same stream <<'END'
hi
 <<< one\ntwo\n
--octet-count <<< one\ntwo\n
-T hi
END
  same udp <<'END'
hi
--rfc3164 hi
--octet-count hi
 <<< one\ntwo\n
END
  same tcp <<'END'
hi
--rfc3164 -s <<< one\ntwo\n
--octet-count --rfc3164 -s <<< one\ntwo\n
--octet-count <<< one\ntwo\n
END
}

@test "nobody listens: no failure at a local socket, one at a server" {
  run -0 --separate-stderr "$BIN/logger" -u "$T/none" hi
  [ ! "$output" ]
  # shellcheck disable=SC2154 # bats'
  [ ! "$stderr" ]
  run -1 unshare -n sh -c 'ip link set lo up && exec "$0" -n 127.0.0.1 -P 1 -T hi' "$BIN/logger"
  [ "$output" = 'logger: 127.0.0.1: Connection refused' ]
  run -1 unshare -n "$BIN/logger" -n no.such.host.invalid hi
  [[ $output == 'logger: no.such.host.invalid: '* ]]
}

@test "what cannot be is said" {
  run -1 "$BIN/logger" --no-act -p mail.bad hi
  [ "$output" = 'logger: -p mail.bad: must be FACILITY.SEVERITY, such as mail.err' ]
  run -1 "$BIN/logger" --no-act --rfc5424 -t "$(printf 't%.0s' {1..49})" hi
  [[ $output == *"RFC 5424's limit" ]]
  run -1 "$BIN/logger" -S many hi
  [[ $output == 'logger: -S many: must be a number '* ]]
  run -0 "$BIN/logger" --no-act -s --rfc5424=notq,nonsense hi
  [ "${lines[0]}" = 'logger: --rfc5424=nonsense: left out: there are notime, notq and nohost' ]
}
