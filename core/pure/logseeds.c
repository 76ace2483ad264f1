/* logseeds - see logseeds.h */
#include "pure/logseeds.h"

#include <stdbool.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/logconf.h"

struct seeds {
	struct logconf *conf;
	char *const *env;
	struct fmt *wrong;
};

static const char *value(const struct seeds *s, const char *prefix, const char *name)
{
	size_t first = strlen(prefix), len = strlen(name);

	for (char *const *e = s->env; *e; e++)
		if (strncmp(*e, prefix, first) == 0 && strncmp(*e + first, name, len) == 0 &&
		    (*e)[first + len] == '=' && (*e)[first + len + 1])
			return *e + first + len + 1;
	return NULL;
}

static void complain(const struct seeds *s, const char *prefix, const char *name, const char *accepts)
{
	fmt_add(s->wrong, "%s%s=%s: must be %s; it is left out\n", prefix, name, value(s, prefix, name), accepts);
}

/* 0: off. */
static unsigned long port(const struct seeds *s, const char *prefix, const char *name, unsigned long usual)
{
	const char *text = value(s, prefix, name);

	if (text && num_uint(text, 65535, &usual))
		complain(s, prefix, name, "a port from 1 to 65535, or 0: off");
	return usual;
}

static void add(const struct seeds *s, const char **list, const char *scheme, const char *host, unsigned long to)
{
	bool v6 = strchr(host, ':') && *host != '[';
	const char *more;
	char url[320];

	if (!to)
		return;
	more = fmt_into(url, sizeof url, v6 ? "%s://[%s]:%lu" : "%s://%s:%lu", scheme, host, to)
	               ? NULL
	               : logconf_add(s->conf, *list, url);
	if (more)
		*list = more;
	else
		fmt_add(s->wrong, "%.40s: too long; it is left out\n", host);
}

static bool forward(const struct seeds *s, const char *prefix, const char *alias, const char *port_name,
                    unsigned long usual, const char *scheme)
{
	const char *host = value(s, prefix, "_HOST");
	unsigned long to;

	if (!host && value(s, prefix, "_NAME"))
		host = alias;
	if (!host)
		return false;
	to = port(s, prefix, port_name, usual);
	add(s, &s->conf->forward, scheme, host, to);
	return to;
}

static const char *server(const struct seeds *s, const char *name)
{
	const char *text = value(s, name, "");

	if (!text || strcmp(text, "0") == 0)
		return NULL;
	return strcmp(text, "1") == 0 ? "127.0.0.1" : text;
}

static void listen_at(const struct seeds *s)
{
	const char *at = server(s, "SYSLOG_SERVER");

	if (at) {
		add(s, &s->conf->listen, "udp", at, port(s, "SYSLOG_SERVER", "_UDP", 514));
		add(s, &s->conf->listen, "tcp", at, port(s, "SYSLOG_SERVER", "_TCP", 514));
	}
	at = server(s, "RSYSLOG_SERVER");
	if (at)
		add(s, &s->conf->listen, "relp", at, port(s, "RSYSLOG_SERVER", "_PORT", 2514));
}

static void files(const struct seeds *s)
{
	const char *path = value(s, "LOG_FILE_PATH", ""), *type = value(s, "LOG_FILE_TYPE", "");
	const char *more;
	char word[512];

	if (!path)
		return;
	more = fmt_into(word, sizeof word, "%s=%s", type ? type : "file", path)
	               ? NULL
	               : logconf_add(s->conf, s->conf->files, word);
	if (more)
		s->conf->files = more;
	else
		fmt_str(s->wrong, "LOG_FILE_PATH: too long; it is left out\n");
}

void logseeds_read(struct logconf *c, char *const *env, struct fmt *wrong)
{
	struct seeds s = {c, env, wrong};
	const char *protocol = value(&s, "SYSLOG", "_CLIENT_PROTOCOL"), *level = value(&s, "SYSLOG", "_LEVEL");
	const char *both = value(&s, "SYSLOG", "_STDOUT");
	bool tcp = protocol && strcmp(protocol, "tcp") == 0, forwarded;
	unsigned long n;

	if (protocol && !tcp && strcmp(protocol, "udp") != 0)
		complain(&s, "SYSLOG", "_CLIENT_PROTOCOL", "udp or tcp");
	forwarded = forward(&s, "SYSLOG", "syslog", "_CLIENT_PORT", 514, tcp ? "syslog+tcp" : "syslog");
	forwarded |= forward(&s, "RSYSLOG", "rsyslog", "_CLIENT_PORT", 2514, "relp");
	forward(&s, "LOGSTASH", "logstash", "_TCP_PORT", 5043, "lumberjack");
	if (both && (strlen(both) != 1 || !strchr("01", *both)))
		complain(&s, "SYSLOG", "_STDOUT", "0 or 1");
	if (forwarded && c->style.to_stdout == LOGCONF_ON && !(both && strcmp(both, "1") == 0))
		c->style.to_stdout = LOGCONF_SERVICES;
	if (level && (num_uint(level, 8, &n) || !n))
		complain(&s, "SYSLOG", "_LEVEL", "1 to 8");
	else if (level)
		c->syslog_level = n;
	listen_at(&s);
	files(&s);
}
