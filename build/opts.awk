# opts.awk - the options an applet reads are those its usage block names. Usage: awk -f opts.awk applets/*.c
# Rows of a table below a comment /* private … */ are how other names of the applet say what they mean.
# Read: the letters of each opts_next(…, "ab:c", …), by name if they stand in an array, and the rows of each
# struct opts_long. Named: -a and --long in the synopsis, and in the columns of items below it that begin with a dash.
function wrong(why) { print file ":1: " why; failed = 1 }
function letters(text,   i, c) {
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		if (c != ":" && c != "+") { reads[c] = 1; any = 1 }
	}
}
function words(text,   w) {
	while (match(text, /(^|[^A-Za-z0-9_.\/-])--?([A-Za-z0-9][A-Za-z0-9-]*|\/)/)) {
		w = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
		sub(/^[^-]*/, "", w)
		if (w ~ /^--/) named_long[substr(w, 3)] = 1
		else for (w = substr(w, 2); w != ""; w = substr(w, 2)) named[substr(w, 1, 1)] = 1
	}
}
function finish(   i, n, k) {
	if (file == "") return
	n = split(pending, list, " ")
	for (i = 1; i <= n; i++) {
		if (list[i] in value) letters(value[list[i]])
		else wrong("the letters of opts_next(…, " list[i] ", …) are not to be found")
	}
	if (any) {
		for (k in reads) if (!(k in named)) wrong("reads -" k ", which the usage block does not name")
		for (k in named) if (!(k in reads) && k != "h") wrong("the usage block names -" k ", which is not read")
		for (k in reads_long) if (!(k in named_long)) wrong("reads --" k ", which the usage block does not name")
		for (k in named_long) if (!(k in reads_long) && k != "help") wrong("the usage block names --" k ", which is not read")
	}
	split("", reads); split("", named); split("", reads_long); split("", named_long); split("", value)
}
FNR == 1 { finish(); file = FILENAME; any = 0; pending = ""; part = "head"; table = 0 }
part == "head" && /^ \* usage:/ { part = "synopsis" }
part != "body" && /^ \*\/$/ { part = "body"; next }
part == "synopsis" && /^ \*$/ { part = "items"; next }
part == "synopsis" { words(substr($0, 4)); next }
part == "items" && /^ \*   +-/ {
	line = $0; sub(/^ \* +/, "", line)
	n = split(line, column, /  +/)
	for (i = 1; i <= n && column[i] ~ /^-/; i++) words(column[i])
	next
}
part != "body" { next }
/struct opts_long .*\[\]/ { table = 1; any = 1; private = 0 }
table {
	line = $0
	if (line ~ /\/\* private/) private = 1
	if (private) line = ""
	while (match(line, /\{"[A-Za-z0-9-]+"/)) { reads_long[substr(line, RSTART + 2, RLENGTH - 3)] = 1; line = substr(line, RSTART + RLENGTH) }
	if ($0 ~ /;$/) table = 0
}
match($0, /[a-z_]+\[\] = "[^"]*"/) { line = substr($0, RSTART, RLENGTH); k = line; sub(/\[.*/, "", k); sub(/^[^"]*"/, "", line); sub(/"$/, "", line); value[k] = line }
/opts_next\(/ {
	line = $0; sub(/.*opts_next\([^,]*, */, "", line)
	if (line ~ /^"/) { sub(/^"/, "", line); sub(/".*/, "", line); letters(line); any = 1 }
	else { sub(/[^a-z_].*/, "", line); pending = pending " " line; any = 1 }
}
END { finish(); exit failed }
