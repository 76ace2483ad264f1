/* logseeds - the log variables of other images: SYSLOG_HOST, LOGSTASH_HOST and more, see logseeds.h
 *
 * config: LOGSEEDS
 */
#include "pure/logseeds.h"

#include <stdbool.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/logconf.h"

/* Where to send, then where to listen. */
static const struct route {
	char host[15], link[14], port[20], scheme[11];
	unsigned short usual;
} routes[] = {
        {"SYSLOG_HOST", "SYSLOG_NAME", "SYSLOG_CLIENT_PORT", "syslog", 514},
        {"RSYSLOG_HOST", "RSYSLOG_NAME", "RSYSLOG_CLIENT_PORT", "relp", 2514},
        {"LOGSTASH_HOST", "LOGSTASH_NAME", "LOGSTASH_TCP_PORT", "lumberjack", 5043},
        {"SYSLOG_SERVER", "", "SYSLOG_SERVER_UDP", "udp", 514},
        {"SYSLOG_SERVER", "", "SYSLOG_SERVER_TCP", "tcp", 514},
        {"RSYSLOG_SERVER", "", "RSYSLOG_SERVER_PORT", "relp", 2514},
};

static const char shorter[] = "shorter";

enum { SYSLOG, RSYSLOG, LISTEN = 3, ROUTES = 6 };

static const char *value(char *const *env, const char *name)
{
	size_t len = strlen(name);

	for (; *env; env++)
		if (strncmp(*env, name, len) == 0 && (*env)[len] == '=' && (*env)[len + 1])
			return *env + len + 1;
	return NULL;
}

static void complain(struct fmt *wrong, const char *name, const char *text, const char *accepts)
{
	fmt_add(wrong, "%s=%s: must be %s; it is left out\n", name, text, accepts);
}

/* Is it 0 or 1, if anything? */
static bool is_set(char *const *env, const char *name, struct fmt *wrong)
{
	const char *text = value(env, name);
	unsigned long n = 0;

	if (text && num_uint(text, 1, &n))
		complain(wrong, name, text, "0 or 1");
	return n;
}

/* The host that is meant by a variable, by that of a link of Docker's ("/web/syslog"), or NULL. */
static const char *host_of(const struct route *r, char *const *env)
{
	const char *host = value(env, r->host), *link;

	if (r >= routes + LISTEN)
		return !host || strcmp(host, "0") == 0 ? NULL : strcmp(host, "1") == 0 ? "127.0.0.1" : host;
	if (host || !(host = value(env, r->link)))
		return host;
	link = strrchr(host, '/');
	return link ? link + 1 : host;
}

/* Is it in use? */
static bool take(struct logconf *c, const struct route *r, char *const *env, const char *suffix, struct fmt *wrong)
{
	const char *host = host_of(r, env), *text = value(env, r->port);
	unsigned long port = r->usual;

	if (host && text && num_uint(text, 65535, &port))
		complain(wrong, r->port, text, "a port from 1 to 65535, or 0: off");
	if (!host || !port)
		return false;
	if (logconf_add(c, r < routes + LISTEN ? &c->forward : &c->listen,
	                strchr(host, ':') && *host != '[' ? "%s%s://[%s]:%lu%s" : "%s%s://%s:%lu%s", r->scheme, suffix,
	                host, port, r == routes + SYSLOG ? "?format=forward" : ""))
		complain(wrong, r->host, host, shorter);
	return true;
}

void logseeds_read(struct logconf *c, char *const *env, struct fmt *wrong)
{
	const char *protocol = value(env, "SYSLOG_CLIENT_PROTOCOL"), *level = value(env, "SYSLOG_LEVEL");
	const char *path = value(env, "LOG_FILE_PATH"), *type = value(env, "LOG_FILE_TYPE");
	bool tcp = protocol && strcmp(protocol, "tcp") == 0, forwarded = false;
	unsigned long n;

	if (protocol && !tcp && strcmp(protocol, "udp") != 0)
		complain(wrong, "SYSLOG_CLIENT_PROTOCOL", protocol, "udp or tcp");
	for (int i = 0; i < ROUTES; i++)
		if (take(c, routes + i, env, i == SYSLOG && tcp ? "+tcp" : "", wrong) && i <= RSYSLOG)
			forwarded = true;
	if (!is_set(env, "SYSLOG_STDOUT", wrong) && forwarded && c->style.to_stdout == LOGCONF_ON)
		c->style.to_stdout = LOGCONF_SERVICES;
	if (level && (num_uint(level, 8, &n) || !n))
		complain(wrong, "SYSLOG_LEVEL", level, "1 to 8");
	else if (level)
		c->syslog_level = n;
	if (path && *path != '/')
		complain(wrong, "LOG_FILE_PATH", path, "an absolute path");
	else if (path && logconf_add(c, &c->files, "%s=%s", type ? type : "file", path))
		complain(wrong, "LOG_FILE_PATH", path, shorter);
}
