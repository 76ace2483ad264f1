/* cronjob_start - a run of a job: its words, its environment, its input and output. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fmt.h"
#include "svc/cronjob_state.h"
#include "svc/cronlog.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/files.h"
#include "sys/spawn.h"

enum { VALUE = 300, VALUES = 4 };

const char *cronjob_program(const struct cronjob *j)
{
	static char word[VALUE];
	const char *command = cronjob_text(j, cronjob_line(j)->command);

	if (!j->direct)
		return crontab_shell(cronjob_section(j));
	fmt_into(word, sizeof word, "%.*s", (int)strcspn(command, " \t"), command);
	return word;
}

/* A file with the text, which ends with a newline. */
static int open_input(const char *text)
{
	size_t len = text ? strlen(text) : 0;
	int fd = text ? -1 : open("/dev/null", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		fd = memfd_create("input", MFD_CLOEXEC);
	if (!text || fd < 0)
		return fd;
	if (files_write_all(fd, text, len) || (!(len && text[len - 1] == '\n') && write(fd, "\n", 1) < 0) ||
	    lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return -1;
	}
	return fd;
}

/* Nothing if there is no value. Was there no memory? */
static bool put(struct env *e, char mem[VALUE], const char *name, const char *value)
{
	if (!value || !value[0])
		return false;
	fmt_into(mem, VALUE, "%s=%s", name, value);
	return env_put(e, mem);
}

/* HOME, SHELL and PATH may be set by the table, LOGNAME and USER not. `mem` is part of it. */
static int make_env(struct env *e, const struct cronjob *j, char *const *from, char mem[VALUES][VALUE])
{
	const struct crontab *tab = j->table->tab;
	const char *home = j->user->home;
	bool bad = env_copy(e, from) || env_put(e, (char *)(uintptr_t) "SHELL=/bin/sh");

	if (bad)
		return -1;
	env_unset(e, "INIT_SERVICE_LOG");
	env_unset(e, "NOTIFY_SOCKET");
	bad = put(e, mem[0], "HOME", home && home[0] ? home : env_get(e, "HOME") ? NULL : "/");
	bad |= put(e, mem[1], "PATH", env_get(e, "PATH") ? NULL : exec_path(e->list));
	for (uint32_t i = 0; i < cronjob_section(j)->variables; i++)
		bad |= env_put(e, tab->text + tab->variables[i]) != 0;
	bad |= put(e, mem[2], "LOGNAME", j->user->name);
	return bad || put(e, mem[3], "USER", j->user->name) ? -1 : 0;
}

/* Of the heap, in one piece: the command's words. */
static char **make_words(const char *command)
{
	size_t len = strlen(command) + 1, n = 0;
	char **list = malloc((len / 2 + 2) * sizeof *list + len), *p;

	if (!list)
		return NULL;
	p = memcpy(list + len / 2 + 2, command, len);
	for (;;) {
		p += strspn(p, " \t");
		if (!*p)
			break;
		list[n++] = p;
		p += strcspn(p, " \t");
		if (*p)
			*p++ = '\0';
	}
	list[n] = NULL;
	return list;
}

static pid_t spawn_it(const struct cronjob *j, char *const *from, int in, int out, int err)
{
	const char *command = cronjob_text(j, cronjob_line(j)->command), *program = cronjob_program(j);
	const char *by_shell[] = {program, "-c", command, NULL};
	char **words = j->direct ? make_words(command) : NULL, mem[VALUES][VALUE];
	struct env e;
	struct spawn child = {
	        .path = j->ours     ? spawn_self()
	                : j->direct ? NULL
	                            : program,
	        .argv = words ? words : (char *const *)(uintptr_t)by_shell,
	        .in = in,
	        .out = out,
	        .err = err,
	        .session = true,
	        .as = j->user->as,
	};
	pid_t pid = -1;

	if (make_env(&e, j, from, mem) == 0 && (words || !j->direct)) {
		child.env = e.list;
		child.dir = env_get(&e, "HOME");
		if (access(child.dir, X_OK))
			child.dir = "/";
		pid = spawn(&child);
	}
	free(words);
	free(e.list);
	return pid;
}

/* The descriptors that the child gets are closed again, whatever happens. */
pid_t cronjob_start(const struct cronjob *j, char *const *env, const char *label, struct cronlog_pipe *pipes[2])
{
	int fds[2][2] = {{-1, -1}, {-1, -1}}, in = open_input(cronjob_text(j, cronjob_line(j)->input)), err;
	bool bad = in < 0;
	pid_t pid = -1;

	for (int i = 0; i < 2 && !bad; i++)
		bad = pipe2(fds[i], O_CLOEXEC) || cronlog_add(&pipes[i], fds[i][0], i, label);
	if (!bad)
		pid = spawn_it(j, env, in, fds[0][1], fds[1][1]);
	err = errno;
	close(fds[0][1]);
	close(fds[1][1]);
	close(in);
	errno = err;
	return pid;
}
