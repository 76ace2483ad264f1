/* run-parts - run the programs in a directory, in order
 *
 * config:  RUN_PARTS
 * group:   small tools
 * install: /bin
 *
 * usage: run-parts [OPTION...] DIRECTORY
 *
 *   -t, --test             only print what would be run
 *   -l, --list             the same, not executable ones too
 *   -a, --arg=ARG          an argument for each; may be repeated
 *   -u, --umask=MODE       022 if not given
 *   -v, --verbose, --debug  name each on stderr, and those not executable
 *       --report           name those that print something
 *       --exit-on-error    stop at the first that fails
 *       --reverse          last name first
 *       --new-session      run each in a session of its own
 *       --stdin            each gets all of stdin
 *       --lsbsysinit       only names of the LSB: a-z 0-9 -, or vendor.name-x
 *
 * Any other name will do that does not begin with a dot; leftovers are said,
 * not run: *~ *.bak *.orig *.dpkg-* *.rpm*. Exits with 1 if one of them failed.
 * There is no --regex.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "sys/exec_why.h"
#include "sys/files.h"
#include "sys/parts.h"
#include "sys/spawn.h"

enum { LONG_REPORT = 256, LONG_EXIT_ON_ERROR, LONG_REVERSE, LONG_NEW_SESSION, LONG_STDIN, LONG_LSB };

/* What the options ask for. */
struct order {
	bool print, report, exit_on_error, reverse, session, lsb;
	int in;         /* what each reads from its beginning; -1: what is left of stdin */
	unsigned flags; /* of parts_list() */
	mode_t mask;
	char **args; /* of each part: [0] is its path */
};

static void left_out(const char *path, const char *why, int err)
{
	if (err)
		msg_warn("%s: %s (%s)", path, why, strerror(err));
	else if (why == parts_leftover)
		msg_warn("%s left out: %s", path, why);
	else
		msg_info("%s left out: %s", path, why);
}

/* [a-z0-9][a-z0-9-]* or ([a-z0-9_.]+-)+[a-z0-9]+ */
static bool lsb_name(const char *name)
{
	bool plain = *name != '-', joined = false, empty = false, odd = false;
	size_t len = 0;

	for (; *name; name++, len++)
		if (*name == '-') {
			joined = true;
			empty |= !len;
			len = (size_t)-1;
			odd = false;
		} else if (*name == '_' || *name == '.') {
			plain = false;
			odd = true;
		} else if (!(*name >= 'a' && *name <= 'z') && !(*name >= '0' && *name <= '9')) {
			return false;
		}
	return plain || (joined && !empty && len && !odd);
}

/* All of stdin, for all. */
static int keep_stdin(void)
{
	int fd = memfd_create("stdin", MFD_CLOEXEC);
	char mem[4096];
	ssize_t n;

	while (fd >= 0 && (n = read(0, mem, sizeof mem)) > 0)
		if (files_write_all(fd, mem, (size_t)n))
			die(1, "stdin: %m");
	return fd;
}

static mode_t octal(const char *text)
{
	unsigned long n;

	if (num_octal(text, 0777, &n))
		die_usage(1, "bad umask '%s'", text);
	return (mode_t)n;
}

/* Passes on what the part prints, its name before the first of it, until it has ended or closed both pipes: a daemon
 * that it left behind may hold them for ever. */
static void relay(const char *path, pid_t pid, const int from[2])
{
	struct pollfd p[3] = {{.fd = from[0], .events = POLLIN},
	                      {.fd = from[1], .events = POLLIN},
	                      {.fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN}};
	int patience = -1, ended = p[2].fd;
	bool named = false;
	char mem[4096];

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		int n = poll(p, 3, patience);
		if (n == 0 || (n < 0 && errno != EINTR))
			break;
		if (n < 0)
			continue;
		if (p[2].revents) {
			p[2].fd = -1;
			patience = 0;
		}
		for (int i = 0; i < 2; i++) {
			ssize_t len = p[i].revents ? read(p[i].fd, mem, sizeof mem) : 0;
			if (len > 0 && !named) {
				files_write_all(i + 1, path, strlen(path));
				files_write_all(i + 1, ":\n", 2);
				named = true;
			}
			if (len > 0)
				files_write_all(i + 1, mem, (size_t)len);
			else if (p[i].revents)
				p[i].fd = -1;
		}
	}
	if (ended >= 0)
		close(ended);
}

static int start(const struct order *o, struct spawn *s, pid_t *pid)
{
	int out[2] = {-1, -1}, err[2] = {-1, -1};

	if (o->report && (pipe2(out, O_CLOEXEC) || pipe2(err, O_CLOEXEC)))
		return -1;
	s->out = out[1];
	s->err = err[1];
	*pid = spawn(s);
	if (!o->report)
		return *pid < 0 ? -1 : 0;
	close(out[1]);
	close(err[1]);
	if (*pid >= 0)
		relay(s->path, *pid, (const int[]){out[0], err[0]});
	close(out[0]);
	close(err[0]);
	return *pid < 0 ? -1 : 0;
}

static bool run(const struct order *o, char *path)
{
	struct spawn s = {.path = path, .argv = o->args, .in = o->in, .session = o->session};
	struct spawn_error failed;
	char why[600];
	struct fmt f;
	int status;
	pid_t pid;

	msg_info("executing %s", path);
	o->args[0] = path;
	if (o->in >= 0)
		lseek(o->in, 0, SEEK_SET);
	if (start(o, &s, &pid)) {
		msg_error("%s: cannot be started: %m", path);
		return false;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (spawn_failed(pid, &failed)) {
		fmt_open(&f, why, sizeof why);
		exec_why(path, failed.err, &f);
		msg_error("%s: %s", path, why);
	} else if (WIFSIGNALED(status)) {
		msg_error("%s exited because of uncaught signal %d", path, WTERMSIG(status));
	} else if (WEXITSTATUS(status)) {
		msg_error("%s exited with return code %d", path, WEXITSTATUS(status));
	}
	return status == 0;
}

static const char *read_words(struct order *o, int argc, char **argv)
{
	static const struct opts_long longs[] = {{"test", 't', 0},
	                                         {"list", 'l', 0},
	                                         {"arg", 'a', ':'},
	                                         {"umask", 'u', ':'},
	                                         {"verbose", 'v', 0},
	                                         {"debug", 'v', 0},
	                                         {"report", LONG_REPORT, 0},
	                                         {"exit-on-error", LONG_EXIT_ON_ERROR, 0},
	                                         {"reverse", LONG_REVERSE, 0},
	                                         {"new-session", LONG_NEW_SESSION, 0},
	                                         {"stdin", LONG_STDIN, 0},
	                                         {"lsbsysinit", LONG_LSB, 0},
	                                         {0}};
	struct opts w = {.argc = argc, .argv = argv};
	size_t count = 1;

	for (int c; (c = opts_next(&w, "tla:u:v", longs)) != -1;) {
		if (c == '?')
			die_usage(1, "%s", w.why);
		o->print |= c == 't' || c == 'l';
		o->report |= c == LONG_REPORT;
		o->exit_on_error |= c == LONG_EXIT_ON_ERROR;
		o->reverse |= c == LONG_REVERSE;
		o->session |= c == LONG_NEW_SESSION;
		o->lsb |= c == LONG_LSB;
		if (c == LONG_STDIN)
			o->in = 0;
		if (c == 'l')
			o->flags |= PARTS_ANY;
		if (c == 'a')
			o->args[count++] = w.arg;
		if (c == 'u')
			o->mask = octal(w.arg);
		if (c == 'v')
			msg_verbose = 2;
	}
	if (w.index != argc - 1)
		die_usage(1, "one directory is wanted");
	return argv[w.index];
}

int run_parts_main(int argc, char **argv)
{
	struct order o = {.mask = 022, .in = -1, .args = calloc((size_t)argc + 1, sizeof *o.args)};
	const char *dir;
	char **parts;
	size_t count;
	int code = 0;

	if (!o.args || spawn_open())
		die(1, "%m");
	dir = read_words(&o, argc, argv);
	parts = parts_list(dir, o.flags, left_out, &count);
	if (!parts)
		die(1, "%s: %m", dir);
	umask(o.mask);
	if (o.in == 0)
		o.in = keep_stdin();
	for (size_t i = 0; i < count; i++) {
		char *part = parts[o.reverse ? count - 1 - i : i];
		if (o.lsb && !lsb_name(strrchr(part, '/') + 1)) {
			left_out(part, "no name of the LSB", 0);
		} else if (o.print) {
			out_text(1, part);
			out_text(1, "\n");
		} else if (!run(&o, part)) {
			code = 1;
			if (o.exit_on_error)
				break;
		}
	}
	parts_free(parts);
	free(o.args);
	return code;
}
