/* tmpfiles_read - the files of lines, and the order of what they say; see tmpfiles.h */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/path.h"
#include "svc/tmpfiles.h"
#include "svc/tmpfiles_state.h"
#include "sys/files.h"

static const char *specifier(char c)
{
	static const char letters[] = "tSCLTVhugUG",
	                  values[][11] = {"/run",  "/var/lib", "/var/cache", "/var/log", "/tmp", "/var/tmp",
	                                  "/root", "root",     "root",       "0",        "0"};
	static struct utsname host;
	static char machine[64];
	const char *letter = strchr(letters, c);

	if (letter)
		return values[letter - letters];
	uname(&host);
	if (c == 'H' || c == 'v')
		return c == 'H' ? host.nodename : host.release;
	return c == 'm' && files_read_word(AT_FDCWD, "/etc/machine-id", machine, sizeof machine) > 0 ? machine : NULL;
}

/* Of a path there is one line at most that makes it what it is, the first to be carried out. */
static int rank(const struct tmpfiles_line *l)
{
	return (l->f.type | 32) == 'z' ? l->f.type : 0;
}

static void add(struct tmpfiles *t, const struct tmpfiles_line *new)
{
	struct tmpfiles_line **at = &t->first, *l;

	while (*at && !tmpfiles_together(*at, new))
		at = &(*at)->next;
	for (; (l = *at) && tmpfiles_together(l, new) && rank(l) <= rank(new); at = &l->next)
		if (!rank(new) && !(new->f.type == 'w' && new->f.flags &TMPFILE_PLUS)) {
			msg_warn("%s:%u: left out: %s:%u says what %s is", new->file, new->number, l->file, l->number,
			         new->f.path);
			return;
		}
	l = malloc(sizeof *l);
	if (!l)
		return;
	*l = *new;
	l->next = *at;
	*at = l;
	t->lines++;
}

static void read_line(struct tmpfiles *t, const char *file, unsigned number, char *text)
{
	struct tmpfiles_line l = {.file = file, .number = number};
	size_t len = strlen(text);
	unsigned column;
	const char *why;
	bool gentle = t->gentle && strncmp(file, "/usr/", 5) == 0;

	while (len && strchr(" \t\r", text[len - 1]))
		text[--len] = '\0';
	switch (tmpfile_read(&l.f, text, specifier, &why, &column)) {
	case TMPFILE_WRONG:
		msg_error("%s:%u:%u: %s", file, number, column, why);
		t->wrong++;
		break;
	case TMPFILE_UNKNOWN:
		if (gentle)
			break;
		msg_warn("%s:%u:%u: %s", file, number, column, why);
		break;
	case TMPFILE_LINE:
		if (gentle && strchr("rR", l.f.type))
			break;
		if (gentle && l.f.type == 'D')
			l.f.type = 'd';
		if ((t->boot || !(l.f.flags & TMPFILE_BOOT)) && (!t->wanted || t->wanted(l.f.path)))
			add(t, &l);
		break;
	case TMPFILE_NONE:
		break;
	}
}

void tmpfiles_file(struct tmpfiles *t, const char *path)
{
	int fd = strcmp(path, "-") == 0 ? 0 : open(path, O_RDONLY | O_CLOEXEC);
	unsigned number = 0;
	size_t len;
	char *rest = fd < 0 ? NULL : files_drain(fd, 4096, &len);

	if (!rest) {
		msg_error("%s: %m", path);
		t->failures++;
	}
	for (char *text; (text = strsep(&rest, "\n"));)
		read_line(t, path, ++number, text);
	close(fd);
}

void tmpfiles_named(struct tmpfiles *t, const char *const *dirs, const char *name)
{
	char path[PATH_ROOM];

	for (; *dirs; dirs++)
		if (fmt_into(path, sizeof path, "%s/%s", *dirs, name) == 0 && access(path, F_OK) == 0) {
			char *kept = strdup(path);
			if (kept)
				tmpfiles_file(t, kept);
			return;
		}
	tmpfiles_file(t, name);
}

void tmpfiles_dirs(struct tmpfiles *t, const char *const *dirs)
{
	char **lists[TMPFILES_DIRS] = {0};
	size_t n = 0;

	for (; dirs[n]; n++) {
		size_t count;
		lists[n] = files_list(AT_FDCWD, dirs[n], &count);
		if (!lists[n] && errno != ENOENT && errno != ENOTDIR)
			msg_error("%s: %m", dirs[n]);
	}
	for (const char *last = "", *name;; last = name) {
		size_t len;
		name = NULL;
		for (size_t i = 0; i < n; i++)
			for (char **p = lists[i]; p && *p; p++)
				if (strcmp(*p, last) > 0 && (!name || strcmp(*p, name) < 0))
					name = *p;
		if (!name)
			break;
		len = strlen(name);
		if (len > 5 && strcmp(name + len - 5, ".conf") == 0)
			tmpfiles_named(t, dirs, name);
	}
}
