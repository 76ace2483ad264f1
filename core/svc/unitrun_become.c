/* unitrun_become - what a unit's program is in the kernel's eyes: systemd.exec(5).
 *
 * What the container does not allow is said, and less is done: but never another user than the one that is asked for.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/words.h"
#include "pure/unitfile.h"
#include "svc/unitrun_state.h"
#include "sys/caps.h"
#include "sys/files.h"

enum { SPAN_S = 1000000 };

/* Files ------------------------------------------------------------------ */

static const char *text_of(const struct unitrun *r, enum unit_key key, const char *fallback)
{
	return unit_text(r->unit, key, fallback);
}

/* Puts it there; a negative one is the failure to open it. */
static int place(const struct unitrun *r, int fd, int to, enum unit_key key)
{
	if (fd >= 0 && dup2(fd, to) >= 0) {
		if (fd == to)
			fcntl(fd, F_SETFD, 0);
		else
			close(fd);
		return 0;
	}
	return unitrun_say(r, to == 2 ? UNITRUN_STDERR : UNITRUN_STDIN + to, key, "%s: %m", text_of(r, key, ""));
}

static int input(const struct unitrun *r, const char *in, bool shared)
{
	static const char null[] = "/dev/null";
	int fd;

	if (strncmp(in, "tty", 3) == 0)
		return place(r, open("/dev/console", O_RDWR | O_CLOEXEC), 0, UNIT_StandardInput);
	if (strncmp(in, "file:", 5) == 0)
		return place(r, open(in + 5, shared ? O_RDWR | O_CREAT | O_NOCTTY : O_RDONLY | O_NOCTTY, 0666), 0,
		             UNIT_StandardInput);
	fd = open(null, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? 0 : place(r, fd, 0, UNIT_StandardInput); /* a container may have no /dev */
}

/* The log is where it is already. */
static int output(const struct unitrun *r, int to, enum unit_key key, const char *is)
{
	static const struct {
		char name[10];
		int flags;
	} kinds[] = {{"file:", 0}, {"append:", O_APPEND}, {"truncate:", O_TRUNC}};

	if (strcmp(is, "null") == 0)
		return place(r, open("/dev/null", O_WRONLY | O_CLOEXEC), to, key);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		size_t len = strlen(kinds[i].name);
		if (strncmp(is, kinds[i].name, len) == 0)
			return place(r,
			             open(is + len, O_WRONLY | O_CREAT | O_NOCTTY | O_CLOEXEC | kinds[i].flags, 0666),
			             to, key);
	}
	return 0;
}

static bool is_file(const char *is)
{
	return strchr(is, ':');
}

static int standard(const struct unitrun *r)
{
	const char *in = text_of(r, UNIT_StandardInput, "null"), *out = text_of(r, UNIT_StandardOutput, "journal"),
	           *err = text_of(r, UNIT_StandardError, "inherit");
	bool of_input = strcmp(out, "inherit") == 0 && (is_file(in) || *in == 't'),
	     shared = is_file(in) && !strcmp(in, out);
	int code = input(r, in, shared);

	if (!code)
		code = of_input || shared ? place(r, dup(0), 1, UNIT_StandardOutput)
		                          : output(r, 1, UNIT_StandardOutput, out);
	if (code)
		return code;
	if (strcmp(err, "inherit") == 0 ? of_input || is_file(out) || !strcmp(out, "null")
	                                : is_file(err) && !strcmp(err, out))
		return place(r, dup(1), 2, UNIT_StandardError);
	return output(r, 2, UNIT_StandardError, err);
}

/* Limits ------------------------------------------------------------------ */

/* By their keys, which follow each other. RLIMIT_RSS does nothing in Linux, and its soft value is the mark by which
 * processes of a service are known (sys/procs.h). */
static const unsigned char limits[] = {RLIMIT_AS,     RLIMIT_CORE,   RLIMIT_CPU,        RLIMIT_DATA,
                                       RLIMIT_FSIZE,  RLIMIT_LOCKS,  RLIMIT_MEMLOCK,    RLIMIT_MSGQUEUE,
                                       RLIMIT_NICE,   RLIMIT_NOFILE, RLIMIT_NPROC,      RLIMIT_RSS,
                                       RLIMIT_RTPRIO, RLIMIT_RTTIME, RLIMIT_SIGPENDING, RLIMIT_STACK};
_Static_assert(UNIT_LimitSTACK - UNIT_LimitAS + 1 == sizeof limits, "one for each key");

static int limit_value(unsigned which, const char *text, size_t len, rlim_t *out)
{
	char word[32];
	uint64_t n;

	if (fmt_into(word, sizeof word, "%.*s", (int)len, text))
		return -1;
	if (which == RLIMIT_CPU || which == RLIMIT_RTTIME) {
		if (unitfile_span(word, which == RLIMIT_CPU ? SPAN_S : 1, &n))
			return -1;
		*out = n == UINT64_MAX || which == RLIMIT_RTTIME ? n : n / SPAN_S + (n % SPAN_S != 0);
		return 0;
	}
	if (which == RLIMIT_NICE && (*word == '+' || *word == '-')) {
		if (unitfile_size(word + 1, &n) || n > 20)
			return -1;
		*out = *word == '-' ? 20 + n : 20 - n;
		return 0;
	}
	if (unitfile_size(word, &n))
		return -1;
	*out = n;
	return 0;
}

static int left_out(const struct unitrun *r, enum unit_key key, const char *text)
{
	return unitrun_say(r, 0, key, "'%s' is none; left out", text);
}

static int set_limit(const struct unitrun *r, enum unit_key key, const char *text)
{
	unsigned which = limits[key - UNIT_LimitAS];
	size_t soft = strcspn(text, ":");
	const char *hard = text[soft] ? text + soft + 1 : text;
	struct rlimit want, have;

	if (limit_value(which, text, soft, &want.rlim_cur) || limit_value(which, hard, strlen(hard), &want.rlim_max) ||
	    want.rlim_cur > want.rlim_max)
		return left_out(r, key, text);
	if (which == RLIMIT_RSS || prlimit(0, which, &want, NULL) == 0)
		return 0;
	if (errno == EPERM && prlimit(0, which, NULL, &have) == 0) {
		if (want.rlim_max > have.rlim_max)
			want.rlim_max = have.rlim_max;
		if (want.rlim_cur > have.rlim_max)
			want.rlim_cur = have.rlim_max;
		unitrun_say(r, 0, key, "the container allows no more than %llu", (unsigned long long)have.rlim_max);
		if (prlimit(0, which, &want, NULL) == 0)
			return 0;
	}
	return unitrun_say(r, UNITRUN_LIMITS, key, "%m");
}

static int set_limits(const struct unitrun *r)
{
	int code = 0;

	for (unsigned key = UNIT_LimitAS; !code && key <= UNIT_LimitSTACK; key++) {
		const char *text = text_of(r, key, NULL);
		if (text)
			code = set_limit(r, key, text);
	}
	return code;
}

/* Numbers ----------------------------------------------------------------- */

/* -1000 to 1000. False: not set, or no number. */
static bool number(const struct unitrun *r, enum unit_key key, int *out)
{
	const char *text = text_of(r, key, NULL), *p = text;
	unsigned long n;
	bool minus;

	if (!text)
		return false;
	minus = *p == '-';
	p += minus || *p == '+';
	if (num_uint(p, 1000, &n)) {
		left_out(r, key, text);
		return false;
	}
	*out = minus ? -(int)n : (int)n;
	return true;
}

static void priority(const struct unitrun *r)
{
	char text[12];
	int n, fd;

	if (number(r, UNIT_Nice, &n) && setpriority(PRIO_PROCESS, 0, n))
		unitrun_say(r, 0, UNIT_Nice, "the container does not allow %d", n);
	if (!number(r, UNIT_OOMScoreAdjust, &n))
		return;
	fmt_into(text, sizeof text, "%d", n);
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || files_write_all(fd, text, strlen(text)))
		unitrun_say(r, 0, UNIT_OOMScoreAdjust, "the container does not allow %d", n);
	if (fd >= 0)
		close(fd);
}

/* Capabilities ------------------------------------------------------------- */

/* All lines of a key together (systemd.exec(5)): ~ takes away; what is empty begins anew. */
static uint64_t capabilities(const struct unitrun *r, enum unit_key key, uint64_t initial)
{
	const struct unit_setting *s;
	uint64_t all = initial;

	for (size_t at = 0; (s = unit_next(r->unit, key, &at));) {
		bool inverted = *s->value == '~';
		const char *p = s->value + inverted, *word;
		uint64_t some = 0;
		size_t len;
		for (; (word = words_next(&p, &len));) {
			int n = caps_number(word, len);
			if (n < 0)
				unitrun_say(r, 0, key, "there is no capability %.*s", (int)len, word);
			else
				some |= 1ULL << n;
		}
		if (!some || all == initial)
			all = inverted ? ~some : some;
		else
			all = inverted ? all & ~some : all | some;
	}
	return all;
}

/* What remains to be raised when the user is another: those that we may have. */
static uint64_t before_user(const struct unitrun *r)
{
	uint64_t bound = capabilities(r, UNIT_CapabilityBoundingSet, CAPS_ALL),
	         ambient = capabilities(r, UNIT_AmbientCapabilities, 0), may = caps_permitted() & bound;
	char **word = unit_words(r->unit, UNIT_SecureBits);
	unsigned long bits = 0;

	if (ambient & ~may)
		unitrun_say(r, 0, UNIT_AmbientCapabilities,
		            "the container does not have all of them; it goes on without");
	ambient &= may;
	if (bound != CAPS_ALL && caps_bound(bound))
		unitrun_say(r, 0, UNIT_CapabilityBoundingSet, "cannot be set: %m");
	if (ambient && caps_keep(ambient))
		unitrun_say(r, 0, UNIT_AmbientCapabilities, "cannot be set: %m");
	for (; word && *word; word++) {
		int n = caps_secure_bit(*word);
		if (n < 0)
			unitrun_say(r, 0, UNIT_SecureBits, "there is no %s", *word);
		else
			bits |= 1UL << n;
	}
	if (bits && caps_call(PR_SET_SECUREBITS, bits | (unsigned long)caps_call(PR_GET_SECUREBITS, 0, 0), 0))
		unitrun_say(r, 0, UNIT_SecureBits, "cannot be set: %m");
	return ambient;
}

static int change_user(const struct unitrun *r)
{
	const char *step;

	if (!r->who.set_user || pstate_become(&r->who, &step) == 0)
		return 0;
	/* who is not root cannot become another, and takes nothing from anybody if he stays who he is */
	if (geteuid() || (errno == EPERM && r->who.uid == geteuid())) {
		if (r->who.uid != geteuid() || r->who.gid != getegid() || text_of(r, UNIT_SupplementaryGroups, NULL))
			unitrun_say(r, 0, UNIT_User, "cannot %s: %m; it stays %u:%u", step, geteuid(), getegid());
		return 0;
	}
	return unitrun_say(r, step == pstate_user_step ? UNITRUN_USER : UNITRUN_GROUP, UNIT_User, "cannot %s: %m",
	                   step);
}

/* Everything --------------------------------------------------------------- */

static int directory(const struct unitrun *r)
{
	const char *to = text_of(r, UNIT_WorkingDirectory, "/");
	bool may_fail = *to == '-';

	to += may_fail;
	if (strcmp(to, "~") == 0)
		to = r->has_user && *r->user.home ? r->user.home : env_get(&r->env, "HOME");
	if (!to || !*to)
		to = "/";
	if (chdir(to) == 0 || (may_fail && chdir("/") == 0))
		return 0;
	return unitrun_say(r, UNITRUN_CHDIR, UNIT_WorkingDirectory, "%s: %m", to);
}

int unitrun_become(struct unitrun *r, const struct unit_command *c)
{
	bool bare = c->flags & UNIT_PRIVILEGED || (!r->start && unit_bool(r->unit, UNIT_PermissionsStartOnly, false));
	uint64_t ambient = 0;
	int code;

	umask((mode_t)unit_number(r->unit, UNIT_UMask, 022));
	code = standard(r);
	if (code)
		return code;
	priority(r);
	if (!bare) {
		code = set_limits(r);
		if (code)
			return code;
		ambient = before_user(r);
		if (!(c->flags & UNIT_ROOT))
			code = change_user(r);
		if (code)
			return code;
	}
	if (ambient && caps_raise(ambient))
		unitrun_say(r, 0, UNIT_AmbientCapabilities, "cannot be set: %m");
	code = directory(r);
	if (code)
		return code;
	if (!bare && (r->dynamic || unit_bool(r->unit, UNIT_NoNewPrivileges, false)) &&
	    caps_call(PR_SET_NO_NEW_PRIVS, 1, 0))
		return unitrun_say(r, UNITRUN_NO_NEW_PRIVILEGES, UNIT_NoNewPrivileges, "%m");
	signal(SIGPIPE, unit_bool(r->unit, UNIT_IgnoreSIGPIPE, true) ? SIG_IGN : SIG_DFL);
	return 0;
}
