/* target - see target.h */
#include "pure/target.h"

#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "pure/url.h"

enum { SOCKET_MAX = 108, HTTP_PORT = 80 };

static const char kinds[][10] = {
        [TARGET_TCP] = "tcp", [TARGET_UNIX] = "unix", [TARGET_FILE] = "file",
        [TARGET_DIR] = "dir", [TARGET_HTTP] = "http", [TARGET_HTTP_UNIX] = "http+unix",
        [TARGET_DNS] = "dns", [TARGET_EXEC] = "exec", [TARGET_SERVICE] = "service",
};

static const char nothing[] = "nothing is named behind the colon";

enum { KINDS = sizeof kinds / sizeof *kinds };

static bool is_socket(enum target_kind kind)
{
	return kind == TARGET_UNIX || kind == TARGET_HTTP_UNIX;
}

bool target_is_path(const struct target *t)
{
	return is_socket(t->kind) || t->kind == TARGET_FILE || t->kind == TARGET_DIR;
}

/* 1: that status is among them, 0: it is not, -1: they are not NNN[-NNN][,…]. */
static int among(const char *p, unsigned status)
{
	const char *end = p + strlen(p);
	unsigned long low, high;
	int found = 0;

	for (;; p++) {
		if (num_digits(&p, end, 3, &low) < 3)
			return -1;
		high = low;
		if (*p == '-' && p++ && num_digits(&p, end, 3, &high) < 3)
			return -1;
		found |= low <= status && status <= high;
		if (*p != ',')
			return *p ? -1 : found;
	}
}

bool target_status(const struct target *t, unsigned status)
{
	return among(t->statuses, status) > 0;
}

/* HOST[:PORT] and what stands behind it, of "tcp://…". */
static const char *read_host(struct target *t, const char *text)
{
	const char *why;
	struct url u;

	if (url_read(&u, text, &why))
		return why;
	memcpy(t->host, u.host, sizeof t->host);
	t->port = u.port;
	t->page = u.path;
	if (t->kind == TARGET_HTTP)
		t->port += t->port ? 0 : HTTP_PORT;
	else if (*u.path || !t->port != (t->kind == TARGET_DNS))
		return "it must be HOST:PORT, for dns: a name, and nothing else";
	return NULL;
}

/* Cuts #STATUSES off. */
static const char *read_page(struct target *t, char *text)
{
	char *statuses = strchr(text, '#');

	t->statuses = "200-399";
	if (statuses) {
		*statuses++ = '\0';
		t->statuses = statuses;
	}
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return "a blank is written %20";
	return among(t->statuses, 0) < 0 ? "behind # must be statuses, as 200-399,404" : NULL;
}

/* In place; `list` has room for half as many words as there are characters, and for the NULL. */
static const char *split(char **list, char *from)
{
	char quote = '\0', *to = from;
	bool in = false;

	for (char c; (c = *from++);) {
		if (!quote && (c == ' ' || c == '\t')) {
			if (in)
				*to++ = '\0';
			in = false;
			continue;
		}
		if (!in)
			*list++ = to;
		in = true;
		if (c == '\\' && *from && quote != '\'' && (!quote || strchr("\"\\$`", *from)))
			*to++ = *from++;
		else if (quote ? c == quote : c == '"' || c == '\'')
			quote ^= c;
		else
			*to++ = c;
	}
	*to = '\0';
	return quote ? "a quote is not closed" : NULL;
}

static const char *read_service(struct target *t, char *name)
{
	char *how = strrchr(name, ':');

	t->path = name;
	if (how) {
		*how++ = '\0';
		t->up = strcmp(how, "up") == 0;
		if (!t->up && strcmp(how, "ready") != 0)
			return "behind the name can be :up or :ready";
	}
	return *name ? NULL : nothing;
}

static const char *read_path(struct target *t, char *path)
{
	bool is_url = strncmp(path, "//", 2) == 0;

	t->path = is_url ? path + 2 : path;
	if (is_url && *t->path != '/')
		return "behind // must be an absolute path";
	if (is_socket(t->kind) && strlen(t->path) >= SOCKET_MAX)
		return "too long for a socket";
	return *path ? NULL : nothing;
}

static const char *read_rest(struct target *t, char *url, char *rest)
{
	const char *why = NULL;
	char *page;

	if (t->kind == TARGET_HTTP || t->kind == TARGET_HTTP_UNIX)
		why = read_page(t, rest);
	if (why)
		return why;
	switch (t->kind) {
	case TARGET_HTTP:
	case TARGET_TCP:
	case TARGET_DNS:
		why = read_host(t, url);
		t->name = rest;
		t->name_len = (int)(t->page - rest);
		return why;
	case TARGET_HTTP_UNIX:
		t->name = "localhost";
		t->name_len = sizeof "localhost" - 1;
		t->page = "";
		page = strstr(rest, ":/");
		if (page) {
			*page = '\0';
			t->page = page + 1;
		}
		break;
	case TARGET_EXEC:
		why = split(t->argv, rest);
		return why || *t->argv ? why : nothing;
	case TARGET_SERVICE:
		return read_service(t, rest);
	case TARGET_UNIX:
	case TARGET_FILE:
	case TARGET_DIR:
		break;
	}
	return read_path(t, rest);
}

int target_read(struct target *t, const char *word, const char **why)
{
	static const char prefix[] = "tcp://";
	size_t name = strcspn(word, ":"), len = strlen(word), room, kind = 0;
	char *url;

	*t = (struct target){.word = word};
	while (kind < KINDS && (strlen(kinds[kind]) != name || memcmp(word, kinds[kind], name) != 0))
		kind++;
	*why = "no HOST:PORT, nor tcp:// unix: file: dir: http:// http+unix: dns: exec: service:";
	if (!word[name] || (kind == KINDS && strncmp(word + name, "://", 3) == 0))
		return -1;
	if (kind < KINDS) {
		t->kind = (enum target_kind)kind;
		word += name + 1;
	}
	if (strncmp(word, "//", 2) == 0 && !target_is_path(t) && t->kind != TARGET_EXEC)
		word += 2;
	*why = "too long";
	room = t->kind == TARGET_EXEC ? sizeof(char *) * (len / 2 + 2) : 0;
	t->mem = len < TARGET_WORD ? calloc(1, room + len + sizeof prefix) : NULL;
	if (!t->mem)
		return -1;
	t->argv = (char **)(void *)t->mem;
	url = t->mem + room;
	strcpy(strcpy(url, prefix) + sizeof prefix - 1, word);
	*why = read_rest(t, url, url + sizeof prefix - 1);
	return *why ? -1 : 0;
}
