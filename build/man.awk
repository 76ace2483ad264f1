# man.awk - a manual page for each applet, and a page with .so for each further name.
# Usage: awk -v version=X -v date=D -v to=DIR -f build/header.awk -f build/man.awk applets/*.c   writes DIR/NAME.8
function escape(s) {
	gsub(/\\/, "\\e", s); gsub(/-/, "\\-", s); gsub(/'/, "\\(aq", s); gsub(/\^/, "\\(ha", s); gsub(/~/, "\\(ti", s)
	gsub(/`/, "\\(ga", s)
	return s
}
# The usage block: its first paragraph is the synopsis; then a line that begins with two blanks and a dash (or a word
# and two blanks) is an item, deeper lines go on with it, all else is prose. Blocks of other indented lines stay as they are.
function body(out, text,   n, i, lines, line, part, tag, rest, at) {
	n = split(text, lines, "\n")
	part = "synopsis"
	for (i = 1; i < n; i++) {
		line = lines[i]
		if (part == "synopsis") {
			if (line == "") { print ".fi\n.SH DESCRIPTION" > out; part = "prose"; gap = 0; some = 1; continue }
			sub(/^usage: */, "", line); sub(/^ +/, "", line)
			print escape(line) > out
			continue
		}
		if (line == "") { if (part == "list") part = "prose"; gap = 1; continue }
		if (line ~ /^  [^ ].*[^ ]  +[^ ]/ || line ~ /^  -[^ ]/) {
			rest = line; sub(/^  /, "", rest)
			at = match(rest, /  +/)
			tag = at ? substr(rest, 1, at - 1) : rest
			rest = at ? substr(rest, at + RLENGTH) : ""
			print ".TP\n.B " escape(tag) > out
			if (rest != "") print escape(rest) > out
			part = "list"; first = gap = 0
			continue
		}
		if (part == "list" && line ~ /^   /) { sub(/^ +/, "", line); print escape(line) > out; continue }
		if (line ~ /^  /) {
			if (part != "verbatim") print (first ? "" : ".PP\n") ".nf" > out
			else if (gap) print "" > out
			part = "verbatim"; first = gap = 0; sub(/^  /, "", line)
			print "\\&" escape(line) > out
			continue
		}
		if (part == "verbatim") { print ".fi" > out; gap = 1 }
		if (gap && !first) print ".PP" > out
		first = gap = 0; part = "prose"
		print "\\&" escape(line) > out
	}
	if (part == "verbatim" || part == "synopsis") print ".fi" > out
}
END {
	for (i = 1; i <= count; i++) {
		out = to "/" name[i] ".8"; up = toupper(name[i])
		print ".TH " up " 8 " date " \"initbox " version "\"\n.SH NAME" > out
		n = split(also[i], more, " "); line = escape(name[i])
		for (j = 1; j <= n; j++) line = line (j % 4 ? ", " : ",\n") escape(more[j])
		print line " \\- " escape(summary[i]) "\n.SH SYNOPSIS\n.nf" > out
		first = 1
		body(out, usage[i])
		close(out)
		for (j = 1; j <= n; j++) { print ".so man8/" name[i] ".8" > (to "/" more[j] ".8"); close(to "/" more[j] ".8") }
	}
}
