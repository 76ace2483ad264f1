/* chpst - run a program with a changed process state
 *
 * config:  CHPST
 * group:   process state
 * install: /bin
 * also:    setuidgid envuidgid envdir pgrphack setlock softlimit
 *
 * usage: chpst [-vVP012] [OPTION...] PROG [ARG...]
 *        setuidgid|envuidgid USER PROG...      as -u, -U
 *        envdir DIR PROG...                    as -e
 *        pgrphack PROG...                      as -P
 *        setlock [-nNxX] FILE PROG...          -n: do not wait; -x: exit 0 if not locked
 *        softlimit [-acdflmoprst N] PROG...    as below; -l: locked memory
 *
 *   -u [:]USER[:GROUP...]  user and groups; behind a colon only numbers
 *   -U [:]USER[:GROUP]     set UID and GID in the environment
 *   -e DIR                 environment from files
 *   -b ARGV0               PROG's argv[0]
 *   -/ ROOT                change the root
 *   -C DIR                 then the directory
 *   -n INC                 add to the nice value
 *   -l|-L FILE             lock it: wait, or fail if it is held
 *   -P                     a session of its own
 *   -0 -1 -2               close stdin, stdout, stderr
 *   -v -V                  verbose; the version
 *
 * Soft limits, at most the hard one (=):
 *   -d -s -a -r BYTES      data, stack, address space, resident set
 *   -m BYTES               data, stack, locked memory, address space
 *   -f -c BYTES            size of a file, of a core
 *   -o -p N                open files, processes
 *   -t SECONDS             CPU time
 *
 * Exits with 100 for wrong use, 111 for what cannot be done.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "sys/env.h"
#include "sys/exec.h"
#include "sys/pstate.h"

enum { USAGE = 100, FAILED = 111 };

/* What the options ask for. Limits come last of all, so they have a state of their own. */
struct plan {
	struct pstate as, limits;
	struct pstate shown; /* UID and GID of the environment */
	const char *env_dir, *lock;
	char *argv0;
	bool session, lock_at_once, lock_or_exit_0;
	bool shut[3]; /* these descriptors */
};

static void user(struct pstate *p, const char *spec)
{
	if (pstate_user(p, spec) == 0)
		return;
	if (errno == ENOENT)
		die(FAILED, "unknown user or group: %s", spec);
	die(FAILED, "user %s: %m", spec);
}

static void nice_value(struct pstate *p, const char *text)
{
	unsigned long n;

	if (num_uint(text + (*text == '-' || *text == '+'), 1000, &n))
		die_usage(USAGE, "nice value '%s' is no number", text);
	p->nice = *text == '-' ? -(int)n : (int)n;
	p->set_nice = true;
}

static void limit(struct pstate *p, int c, const char *text)
{
	static const signed char all[] = {RLIMIT_DATA, RLIMIT_STACK, RLIMIT_MEMLOCK, RLIMIT_AS};
	static const signed char which[] = {
	        ['a'] = RLIMIT_AS,      ['c'] = RLIMIT_CORE,   ['d'] = RLIMIT_DATA,  ['f'] = RLIMIT_FSIZE,
	        ['l'] = RLIMIT_MEMLOCK, ['o'] = RLIMIT_NOFILE, ['p'] = RLIMIT_NPROC, ['r'] = RLIMIT_RSS,
	        ['s'] = RLIMIT_STACK,   ['t'] = RLIMIT_CPU};
	unsigned long n = RLIM_INFINITY;

	if (strcmp(text, "=") != 0 && num_uint(text, ~0UL, &n))
		die_usage(USAGE, "-%c %s: no number, or too large", c, text);
	for (size_t i = 0; i < (c == 'm' ? sizeof all : 1); i++) {
		int l = c == 'm' ? all[i] : which[c];
		p->limits[l].set = true;
		p->limits[l].soft = n;
	}
}

static void option(struct plan *p, int c, char *arg)
{
	switch (c) {
	case 'u':
		user(&p->as, arg);
		break;
	case 'U':
		user(&p->shown, arg);
		break;
	case 'e':
		p->env_dir = arg;
		break;
	case 'b':
		p->argv0 = arg;
		break;
	case '/':
		p->as.root = arg;
		break;
	case 'C':
		p->as.dir = arg;
		break;
	case 'n':
		nice_value(&p->as, arg);
		break;
	case 'l':
	case 'L':
		p->lock = arg;
		p->lock_at_once = c == 'L';
		break;
	case 'P':
		p->session = true;
		break;
	case '0':
	case '1':
	case '2':
		p->shut[c - '0'] = true;
		break;
	case 'v':
		break;
	case 'V':
		die_usage(USAGE, "a name of initbox");
	default:
		limit(&p->limits, c, arg);
	}
}

/* How each name reads its words; the number of those that come before PROG. */
static int read_chpst(struct plan *p, struct opts *o)
{
	for (int c; (c = opts_next(o, "u:U:b:e:/:C:n:l:L:m:d:s:a:r:f:c:o:p:t:vVP012", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o->why);
		option(p, c, o->arg);
	}
	return o->index;
}

static int read_softlimit(struct plan *p, struct opts *o)
{
	for (int c; (c = opts_next(o, "a:c:d:f:l:m:o:p:r:s:t:", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o->why);
		limit(&p->limits, c, o->arg);
	}
	return o->index;
}

static int read_setlock(struct plan *p, struct opts *o)
{
	for (int c; (c = opts_next(o, "nNxX", NULL)) != -1;) {
		if (c == '?')
			die_usage(USAGE, "%s", o->why);
		if (c == 'n' || c == 'N')
			p->lock_at_once = c == 'n';
		else
			p->lock_or_exit_0 = c == 'x';
	}
	if (o->index < o->argc)
		p->lock = o->argv[o->index];
	return o->index + 1;
}

static int read_words(struct plan *p, struct opts *o)
{
	static const struct {
		char name[10], letter;
	} one_word[] = {{"setuidgid", 'u'}, {"envuidgid", 'U'}, {"envdir", 'e'}};

	if (strcmp(msg_name, "softlimit") == 0)
		return read_softlimit(p, o);
	if (strcmp(msg_name, "setlock") == 0)
		return read_setlock(p, o);
	if (strcmp(msg_name, "pgrphack") == 0) {
		p->session = true;
		return 1;
	}
	for (size_t i = 0; i < sizeof one_word / sizeof *one_word; i++)
		if (strcmp(msg_name, one_word[i].name) == 0) {
			if (o->argc > 2)
				option(p, one_word[i].letter, o->argv[1]);
			return 2;
		}
	return read_chpst(p, o);
}

static void make_env(const struct plan *p, struct env *e, char **environ_before)
{
	char uid[12], gid[12];

	if (env_copy(e, environ_before))
		die(FAILED, "%m");
	if (p->env_dir && env_add_dir(e, p->env_dir))
		die(FAILED, "cannot read the environment in %s: %m", p->env_dir);
	if (!p->shown.set_user)
		return;
	fmt_into(uid, sizeof uid, "%u", p->shown.uid);
	fmt_into(gid, sizeof gid, "%u", p->shown.gid);
	if (env_set(e, "UID", uid) || env_set(e, "GID", gid))
		die(FAILED, "%m");
}

/* The lock lives as long as a process holds the descriptor: it is left open on purpose. */
static void take_lock(const struct plan *p)
{
	int fd = open(p->lock, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY, 0600), rc = -1;

	while (fd >= 0 && (rc = flock(fd, LOCK_EX | (p->lock_at_once ? LOCK_NB : 0))) && errno == EINTR)
		;
	if (rc == 0)
		return;
	if (p->lock_or_exit_0)
		_exit(0);
	if (errno == EWOULDBLOCK)
		die(FAILED, "%s: another process holds the lock", p->lock);
	die(FAILED, "cannot lock %s: %m", p->lock);
}

static void change(const struct pstate *to)
{
	char why[300];
	struct fmt f;

	fmt_open(&f, why, sizeof why);
	if (pstate_apply(to, &f))
		die(FAILED, "%s", why);
}

int chpst_main(int argc, char **argv)
{
	extern char **environ;
	struct opts o = {.argc = argc, .argv = argv};
	struct plan p = {0};
	int first = read_words(&p, &o);
	char *prog, **args = argv + first;
	struct env e;

	if (first >= argc)
		die_usage(USAGE, "no program to run");
	if (p.session)
		setsid();
	make_env(&p, &e, environ);
	change(&p.as);
	if (p.lock)
		take_lock(&p);
	for (int fd = 0; fd < 3; fd++)
		if (p.shut[fd])
			close(fd);
	change(&p.limits);
	prog = args[0];
	if (p.argv0)
		args[0] = p.argv0;
	/* runit and daemontools look where PATH pointed before -e */
	die(FAILED, "%s: %s", prog, exec_or_why(prog, args, e.list, exec_path(environ)));
}
