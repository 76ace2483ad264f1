# config.awk - reads the Dockerfiles of an image, the farthest ancestor's first, and prints its configuration in JSON.
# Usage: awk -v arch=amd64 -v created=2000-01-01T00:00:00Z -v diff_ids='"sha256:…",…' -f config.awk Dockerfile...
# It takes what needs no engine: FROM, ADD layer.tar, ENV K=V, LABEL K="V", EXPOSE N, and in exec form ENTRYPOINT, CMD, HEALTHCHECK.
function fail(why) {
	printf "%s:%d: %s: %s\n", FILENAME, FNR, $1, why >"/dev/stderr"
	failed = 1
	exit 1
}
function rest(   s) {
	s = $0
	sub(/^[A-Z]+[ \t]+/, "", s)
	return s
}
function exec_form(s) {
	if (s !~ /^\[.*\]$/) fail("only the exec form, [\"WORD\", …]: there may be no shell in the image")
	return s
}
function comma(list, item) { return list == "" ? item : list "," item }
function unquoted(s) {
	gsub(/^"|"$/, "", s)
	return s
}
function healthcheck(   test, part, key, value, i) {
	health = ""
	test = rest()
	while (match(test, /^--[a-z-]+=[^ ]+ +/)) {
		split(substr(test, 3, RLENGTH - 2), part, /[= ]/)
		key = part[1] == "interval" ? "Interval" : part[1] == "timeout" ? "Timeout" : part[1] == "start-period" ? "StartPeriod" : \
			part[1] == "retries" ? "Retries" : ""
		value = part[2]
		if (key == "" || value !~ (key == "Retries" ? "^[0-9]+$" : "^[0-9]+s$")) fail("not understood: --" part[1] "=" value)
		if (sub(/s$/, "", value)) value = value "000000000"
		health = health ",\"" key "\":" value
		test = substr(test, RLENGTH + 1)
	}
	if (!sub(/^CMD[ \t]+/, "", test)) fail("expected CMD [\"WORD\", …]")
	test = exec_form(test)
	sub(/^\[/, "[\"CMD\",", test)
	health = "{\"Test\":" test health "}"
}
/^[ \t]*(#|$)/ { next }
$1 == "FROM" { next }
$1 == "ADD" { if ($2 != "layer.tar" || $3 != "/") fail("expected layer.tar /"); next }
$1 == "ENV" { env = comma(env, "\"" unquoted(rest()) "\""); next }
$1 == "LABEL" {
	line = rest()
	i = index(line, "=")
	labels = comma(labels, "\"" substr(line, 1, i - 1) "\":\"" unquoted(substr(line, i + 1)) "\"")
	next
}
$1 == "EXPOSE" { ports = comma(ports, "\"" $2 "/tcp\":{}"); next }
$1 == "ENTRYPOINT" { entrypoint = exec_form(rest()); cmd = ""; next }
$1 == "CMD" { cmd = exec_form(rest()); next }
$1 == "HEALTHCHECK" { healthcheck(); next }
{ fail("not for the builder without an engine") }
END {
	if (failed) exit 1
	config = "\"Env\":[" env "]"
	if (entrypoint != "") config = config ",\"Entrypoint\":" entrypoint
	if (cmd != "") config = config ",\"Cmd\":" cmd
	if (health != "") config = config ",\"Healthcheck\":" health
	if (ports != "") config = config ",\"ExposedPorts\":{" ports "}"
	config = config ",\"Labels\":{" labels "}"
	printf "{\"architecture\":\"%s\",\"os\":\"linux\",\"created\":\"%s\",\"config\":{%s},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}}", \
		arch, created, config, diff_ids
}
