# together.awk - names of the sections that lie in front of the binary: all that is defined in the entry, in the applets that
# stay in memory and in the files they reach by their includes; X_*.c belongs to X. Usage: awk -v to=DIR -f together.awk
# FILE.c FILE.h..., which writes DIR/text.ld and DIR/rodata.ld for layout.ld. A name too many or too few costs no more
# than its place.
FNR == 1 {
	me = FILENAME; sub(/^core\//, "", me); sub(/\.[ch]$/, "", me)
	owner = me
	if (sub(/_[^_\/]*$/, "", owner)) edges[owner] = edges[owner] " " me
}
/^#include "/ { split($0, part, "\""); sub(/\.h$/, "", part[2]); edges[me] = edges[me] " " part[2] }
/^ \* with:/ && me != "svc/unitphase" { late[me] = 1; lates = lates " " me } # where there are units
FILENAME ~ /\.h$/ { next }
/^[a-z][^;=]*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
/^\{$/ { names[me] = names[me] " " name }
/^(static )?const .*=/ {
	name = $0; sub(/[ \[]*(\[.*)?=.*/, "", name); sub(/\[.*/, "", name); sub(/.*[ *]/, "", name)
	names[me] = names[me] " " name
}
function reach(from,   n, i, list) {
	if (from in seen || (!second && from in late)) return
	seen[from] = 1
	n = split(names[from], list, " ")
	for (i = 1; i <= n; i++) if (!told[list[i]]++) {
		code = code " .text." list[i] " .text." list[i] ".*"
		constants = constants " .rodata." list[i] " .rodata." list[i] ".*"
	}
	n = split(edges[from], list, " ")
	for (i = 1; i <= n; i++) reach(list[i])
}
END {
	seen["svc/unitphase"] = 1 # works in children alone
	n = split("main libc heap applets/init applets/runsvdir applets/logd", first, " ")
	for (i = 1; i <= n; i++) reach(first[i])
	second = 1
	n = split(lates, first, " ")
	for (i = 1; i <= n; i++) reach(first[i])
	print "*(.text.startup.main" code ")" >(to "/text.ld")
	print "*(.rodata.applets" constants ")" >(to "/rodata.ld")
}
