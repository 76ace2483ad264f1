# header.awk - reads the header comment of each applets/*.c: the single source of everything generated.
# Usage: awk -f build/header.awk -f build/WHAT.awk applets/*.c, where WHAT prints from END what it wants of
#   count, and for i = 1..count: file[i] fn[i] name[i] summary[i] config[i] group[i] dir[i] also[i] usage[i];
#   names, all[1..names] sorted, owner[name] = i;   groups, heading[1..groups] in the order they are shown.
# A header that is not as CONTRIBUTING.md says is an error with file and line, and nothing is printed.
BEGIN {
	groups = split("boot and stop|services|logs|configuration|process state|small tools", heading, "|")
	for (i = 1; i <= groups; i++) is_group[heading[i]] = 1
}
function bad(line, why) {
	printf "%s:%d: %s\n", file[count], line, why | "cat >&2"
	failed = 1
}
function claim(n, line) {
	if (n in owner) bad(line, "the name " n " is taken by " file[owner[n]])
	owner[n] = count
	all[++names] = n
}
function close_header(   i, n, list) {
	if (!count) return
	if (state != "done") bad(last, "the header comment does not end with ' */'")
	if (config[count] == "") bad(1, "the header lacks 'config: SYMBOL'")
	if (group[count] == "") bad(1, "the header lacks 'group: one of " heading[1] ", …'")
	if (dir[count] == "") bad(1, "the header lacks 'install: /DIR'")
	if (usage[count] == "") bad(1, "the header lacks 'usage: " name[count] " …'")
	sub(/\n+$/, "\n", usage[count])
	n = split(also[count], list, " ")
	for (i = 1; i <= n; i++) claim(list[i], 1)
}
FNR == 1 {
	close_header()
	file[++count] = FILENAME
	fn[count] = FILENAME; sub(/.*\//, "", fn[count]); sub(/\.c$/, "", fn[count])
	state = "head"; config[count] = group[count] = dir[count] = also[count] = usage[count] = summary[count] = ""
	name[count] = $2; summary[count] = substr($0, index($0, " - ") + 3)
	want = $2; gsub(/-/, "_", want)
	if ($0 !~ /^\/\* [a-z0-9_-]+ - ./) bad(1, "the first line is not '/* NAME - what it does'")
	else if (want != fn[count]) bad(1, "the file of " $2 " is called " want ".c")
	claim($2, 1)
	next
}
{ last = FNR }
state == "done" { next }
/^ \*\/$/ { state = "done"; next }
{ line = $0; if (!sub(/^ \* /, "", line) && !sub(/^ \*$/, "", line)) bad(FNR, "a line of the header begins with ' * '") }
state == "usage" && line ~ /[^ -~]/ { bad(FNR, "only ASCII can be in the usage block") }
state == "usage" && length(line) > 100 { bad(FNR, "a line of the usage block is longer than 100 columns") }
state == "usage" { usage[count] = usage[count] line "\n"; next }
line ~ /^usage:/ {
	if ($3 != name[count]) bad(FNR, "the usage line begins with 'usage: " name[count] "'")
	state = "usage"; usage[count] = line "\n"; next
}
line ~ /^[a-z]+:/ {
	key = line; sub(/:.*/, "", key); sub(/^[a-z]+: */, "", line)
	if (line == "") bad(FNR, "nothing behind " key ":")
	if (key == "config") {
		if (line !~ /^[A-Z][A-Z0-9_]*$/) bad(FNR, "a config symbol is one word of A-Z, 0-9, _")
		if (line in symbol) bad(FNR, "the symbol " line " is taken by " symbol[line])
		symbol[line] = file[count]; config[count] = line
	} else if (key == "group") {
		if (!(line in is_group)) bad(FNR, "no such group; a new one is named in build/header.awk")
		group[count] = line
	} else if (key == "install") {
		if (line !~ /^\/[a-z\/]*[a-z]$/) bad(FNR, "install: takes one absolute directory")
		dir[count] = line
	} else if (key == "also") also[count] = also[count] " " line
	else bad(FNR, "unknown key " key ":; there are config, group, install, also, usage")
	next
}
line != "" { bad(FNR, "expected 'config:', 'group:', 'install:', 'also:' or 'usage:'") }
END {
	close_header()
	if (failed) { close("cat >&2"); exit 1 }
	for (i = 2; i <= names; i++) { # insertion sort, bytewise: the " " makes every awk compare as text
		n = all[i]
		for (j = i; j > 1 && all[j - 1] " " > n " "; j--) all[j] = all[j - 1]
		all[j] = n
	}
}
