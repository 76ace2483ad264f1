# layers.awk - the staircase of DESIGN.md, held against the include lines. Usage: awk -f layers.awk FILE.c FILE.h...
#   applets -> svc -> pure -> base, svc -> sys -> base; inside a room no circle.
#   base/die.h is for applets (and the entry in core/*.c); applets/init.c sees base/ and sys/ only.
function wrong(why) { print FILENAME ":" FNR ": " why; failed = 1 }
function seek(from, trail,   i, n, to, list) {
	if (trail ~ (" " from " ")) {
		sub(".* " from " ", " " from " ", trail)
		n = split(trail, list, " ")
		for (i = 1; i <= n; i++) if (list[i] in told) return
		told[from] = failed = 1
		gsub(/^ | $/, "", trail); gsub(/ /, " -> ", trail)
		print "core/" from ".c:1: a circle of includes: " trail " -> " from
		return
	}
	if (from in seen) return
	n = split(edges[from], list, " ")
	for (i = 1; i <= n; i++) seek(list[i], trail from " ")
	seen[from] = 1
}
BEGIN {
	sees["applets"] = "svc pure sys base"; sees["svc"] = "svc pure sys base"; sees["pure"] = "pure base"
	sees["sys"] = "sys base"; sees["base"] = "base"; sees["core"] = "svc pure sys base"
}
FNR == 1 {
	n = split(FILENAME, p, "/")
	room = p[n - 1]
	me = p[n]; sub(/\.[ch]$/, "", me)
	init = FILENAME ~ /applets\/init\.c$/
}
/^[ \t]*#[ \t]*include[ \t]+"/ {
	path = $2; gsub(/"/, "", path)
	n = split(path, q, "/"); to = n == 2 ? q[1] : ""; other = q[n]; sub(/\.h$/, "", other)
	if (path == "applet.h" && (room == "core" || room == "applets")) next
	if (path !~ /\.h$/ || to == "" || !((" " sees[room] " ") ~ (" " to " "))) {
		wrong($2 ": " room " may include headers of: " sees[room])
		next
	}
	if (path == "base/die.h" && room != "applets" && room != "core" && me != "die") wrong("core never ends the process: base/die.h is for applets")
	if (init && (to == "pure" || to == "svc")) wrong("init sees base/ and sys/ only")
	if (init && path == "base/die.h") wrong("init never dies")
	if (to == room && other != me) { key = room "/" me; edges[key] = edges[key] " " to "/" other; nodes[key] = 1 }
}
# tini, dumb-init and my_init are init with other options; any may show its own help
room == "applets" && /applet_run\(/ && !/"--help"/ && me !~ /^(tini|dumb_init|my_init)$/ { wrong("an applet never runs another") }
END {
	for (k in nodes) seek(k, " ")
	exit failed
}
