# readme.awk - README.md with its table of applets made anew, between the two markers.
# Usage: awk -f build/header.awk -f build/readme.awk applets/*.c README.md
# The last argument is taken away from header.awk, which would read it as an applet.
BEGIN { readme = ARGV[--ARGC] }
END {
	while ((getline line < readme) > 0) {
		if (line ~ /^<!-- applets: end/) skip = 0
		if (!skip) print line
		if (line !~ /^<!-- applets: begin/) continue
		skip = 1
		print "| | applet | what it does |\n|---|---|---|"
		for (g = 1; g <= groups; g++) {
			label = "**" heading[g] "**"
			for (k = 1; k <= names; k++) {
				i = owner[all[k]]
				if (all[k] != name[i] || group[i] != heading[g]) continue
				more = also[i]; gsub(/^ +| +$/, "", more); gsub(/ +/, "`, `", more)
				print "| " label " | `" name[i] "`" (more == "" ? "" : ", `" more "`") " | " summary[i] " |"
				label = ""
			}
		}
	}
}
