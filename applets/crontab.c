/* crontab - the table of a user's jobs: install, show, edit, remove
 *
 * config:  CRONTAB
 * group:   services
 * install: /usr/bin
 *
 * usage: crontab [-u USER] [-c DIR] [-n] FILE|-
 *        crontab [-u USER] [-c DIR] -l|-e|-r
 *
 *   -u USER  not ours, but that one's: for root
 *   -c DIR   instead of /var/spool/cron/crontabs or /etc/crontabs
 *   -n       only check
 *   -l       print it
 *   -e       edit it: $VISUAL, $EDITOR or vi
 *   -r       remove it
 *   -i       ask before
 *
 * A table with mistakes is not installed. Exits with 1 if it fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h> /* renameat */
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/opts.h"
#include "base/signals.h"
#include "pure/crontab.h"
#include "sys/exec.h"
#include "sys/files.h"
#include "sys/users.h"

enum { EDITOR_WORDS = 16 };

static const char *dir;
static char path[PATH_MAX]; /* of the table */
static struct users_user user;

/* What is being checked, and its wrong lines so far. */
static const char *checked;
static unsigned wrong;

static void tell(const struct crontab_reader *r, enum crontab_grade grade, unsigned line, unsigned column,
                 const char *what)
{
	(void)r;
	if (grade == CRONTAB_NOTE)
		return;
	wrong += grade == CRONTAB_ERROR;
	msg_name = NULL; /* "FILE:LINE:COLUMN: …" is what editors look for */
	msg_error("%s:%u:%u: %s%s", checked, line, column, grade == CRONTAB_ERROR ? "" : "warning: ", what);
	msg_name = "crontab";
}

static bool right(const char *name, const char *text, size_t len)
{
	const struct crontab_reader how = {.tell = tell};
	char *copy = malloc(len + 1);
	struct crontab tab;

	checked = name;
	wrong = 0;
	if (copy)
		memcpy(copy, text, len);
	if (!copy || crontab_read(&tab, copy, len, &how))
		die(1, "%s: %m", name);
	crontab_free(&tab);
	return !wrong;
}

/* Its temporary files are hidden: crond may look at any time. */
static void install(const char *text, size_t len)
{
	char hidden[PATH_MAX];

	if (files_make_dirs(dir) || fmt_into(hidden, sizeof hidden, "%s/.%s", dir, user.name) ||
	    files_replace(AT_FDCWD, hidden, 0600, text, len) ||
	    (geteuid() == 0 && chown(hidden, user.uid, (gid_t)-1)) || renameat(AT_FDCWD, hidden, AT_FDCWD, path))
		die(1, errno == EACCES ? "%s: %m: it is root's, and this program is not set-user-ID" : "%s: %m", path);
}

static _Noreturn void none(void)
{
	die(1, errno == ENOENT ? "no crontab for %s" : "the crontab of %s: %m", user.name);
}

/* An answer on stdin that begins with y. */
static bool yes(const char *question)
{
	char c, first = 0;

	files_write_all(2, question, strlen(question));
	while (read(0, &c, 1) == 1 && c != '\n')
		first = first ? first : c;
	return (first | 32) == 'y';
}

/* INT and QUIT are for the editor alone. */
static void interrupts(void (*to)(int))
{
	signal(SIGINT, to);
	signal(SIGQUIT, to);
}

/* The editor's words, then the file; no shell. */
static void edit(char *file)
{
	char *editor = getenv("VISUAL"), *argv[EDITOR_WORDS + 2], text[SIGNALS_ENDED];
	int n = 0, status = -1;
	pid_t pid;

	if (!editor || !*editor)
		editor = getenv("EDITOR");
	for (char *p = strdup(editor && *editor ? editor : "vi"); p && *p && n < EDITOR_WORDS; p += strspn(p, " ")) {
		argv[n++] = p;
		p += strcspn(p, " ");
		if (*p)
			*p++ = '\0';
	}
	argv[n] = file;
	argv[n + 1] = NULL;
	interrupts(SIG_IGN);
	pid = _Fork();
	if (pid == 0) {
		interrupts(SIG_DFL);
		die(127, "%s: %s; set EDITOR", argv[0], exec_or_why(argv[0], argv, environ, exec_path(environ)));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		die(1, "%s: %m", argv[0]);
	signals_ended(text, status);
	if (status)
		die(1, "nothing changed: the editor %s; the text is %s", text, file);
}

static void edit_table(void)
{
	static const char begin[] = "# minute hour day month weekday command\n";
	const char *tmp = getenv("TMPDIR");
	char file[PATH_MAX], *old, *new;
	size_t len = sizeof begin - 1, new_len;
	int fd;

	old = files_load(AT_FDCWD, path, &len);
	if (!old && errno != ENOENT)
		none();
	if (fmt_into(file, sizeof file, "%s/crontab.%u", tmp && *tmp ? tmp : "/tmp", getpid()) ||
	    (fd = open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600)) < 0 ||
	    files_write_all(fd, old ? old : begin, len))
		die(1, "%s: %m; TMPDIR may name another directory", file);
	close(fd);
	for (;;) {
		edit(file);
		new = files_load(AT_FDCWD, file, &new_len);
		if (!new)
			die(1, "%s: %m", file);
		if (new_len == len && memcmp(new, old ? old : begin, len) == 0) {
			msg_warn("nothing changed");
			break;
		}
		if (right(file, new, new_len)) {
			install(new, new_len);
			break;
		}
		if (!isatty(0) || !yes("edit it again? (y/n) "))
			die(1, "nothing changed; the text is %s", file);
	}
	unlink(file);
}

static void list(void)
{
	size_t len;
	char *text = files_load(AT_FDCWD, path, &len);

	if (!text)
		none();
	if (files_write_all(1, text, len))
		die(1, "stdout: %m");
}

static void take(const char *file, bool only_check)
{
	bool is_stdin = strcmp(file, "-") == 0;
	int fd = is_stdin ? 0 : open(file, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	char *text = fd < 0 ? NULL : files_drain(fd, 4096, &len);

	if (!text)
		die(1, "%s: %m", file);
	if (!right(is_stdin ? "stdin" : file, text, len))
		die(1, "nothing changed for %s", user.name);
	if (!only_check)
		install(text, len);
}

/* Whose table, and where it is. */
static void find(const char *name)
{
	static const char *const places[] = {"/var/spool/cron/crontabs", "/etc/crontabs"};
	char number[24];

	fmt_into(number, sizeof number, "%u", getuid());
	/* root is there without /etc/passwd too */
	if (users_find(!name ? number : strcmp(name, "root") == 0 ? "0" : name, &user))
		die(1, errno == ENOENT ? "unknown user %s" : "%s: %m", name);
	if (!*user.name)
		fmt_into(user.name, sizeof user.name, user.uid ? "%u" : "root", user.uid);
	if (user.uid != getuid() && getuid())
		die(1, "only root may use -u for another user");
	if (!dir)
		dir = places[access(places[0], F_OK) && access(places[1], F_OK) == 0];
	if (fmt_into(path, sizeof path, "%s/%s", dir, user.name))
		die(1, "%s: %m", dir);
}

int crontab_main(int argc, char **argv);

int crontab_main(int argc, char **argv)
{
	struct opts o = {.argc = argc, .argv = argv};
	const char *name = NULL;
	bool ask = false, only_check = false;
	int action = 0, words;

	for (int c; (c = opts_next(&o, "u:c:nleri", NULL)) != -1;)
		switch (c) {
		case 'u':
			name = o.arg;
			break;
		case 'c':
			dir = o.arg;
			break;
		case 'n':
			only_check = true;
			break;
		case 'i':
			ask = true;
			break;
		case '?':
			die_usage(1, "%s", o.why);
		default:
			if (action)
				die_usage(1, "only one of -l, -e and -r");
			action = c;
		}
	words = argc - o.index;
	if (words > (action ? 0 : 1) || (!action && !words && isatty(0)))
		die_usage(1, "one FILE, or one of -l, -e and -r");
	find(name);
	if (action == 'l')
		list();
	else if (action == 'e')
		edit_table();
	else if (!action)
		take(words ? argv[o.index] : "-", only_check);
	else if ((!ask || yes("really remove it? (y/n) ")) && unlink(path))
		none();
	return 0;
}
