/* logs - see logs.h */
#include "sys/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/setting.h"
#include "base/signals.h"
#include "sys/children.h"
#include "sys/clock.h"
#include "sys/lend.h"
#include "sys/loop.h"
#include "sys/spawn.h"

enum { BACK_OFF_MS = 1000, BACK_OFF_MAX_MS = 30000, KILLED_MS = 50, FULL_MS = 100 };

/* The read ends are lent, the write ends given to children, as stdout and stderr. */
static struct {
	const char *name;
	int read[2], write[2];
} sources[LOGS_SOURCES] = {
        [LOGS_INIT] = {"init", {-1, -1}, {-1, -1}},
        [LOGS_BOOT] = {"boot", {-1, -1}, {-1, -1}},
};

static int pair[2] = {-1, -1}; /* logd's end, the lenders' */
static int keep = -1;          /* logd's memory file (sys/keep.h) */
static int devlog = -1; /* a socket for logd to make /dev/log of: what nobody has read in it waits for the next */
static int stages[2][2] = {{-1, -1}, {-1, -1}};
static bool open_now, beside_cmd, changing;
static unsigned lent; /* how many of the sources this logd was lent */
static int64_t started_ms, back_off_ms;

static void go_on(struct loop_timer *);
static void ended(struct child *);
static struct loop_timer again = {.fire = go_on};
static struct child logd = {.name = "logd", .ended = ended};

static int start(void)
{
	char *argv[] = {(char *)(uintptr_t) "logd", beside_cmd ? (char *)(uintptr_t) "-c" : NULL, NULL};
	struct spawn s = {.path = spawn_self(),
	                  .argv = argv,
	                  .in = -1,
	                  .out = -1,
	                  .err = -1,
	                  .extra = {{pair[0], 3}},
	                  .group = true};

	for (int i = 0; keep >= 0 && i < 5; i++) {
		s.extra[i + 1][0] = i ? stages[(i - 1) / 2][(i - 1) % 2] : keep;
		s.extra[i + 1][1] = 4 + i;
	}
	if (keep >= 0 && devlog >= 0) {
		s.extra[6][0] = devlog;
		s.extra[6][1] = LOGS_DEVLOG_FD;
	}

	if (children_start(&logd, &s, 1))
		return -1;
	lent = 0;
	started_ms = clock_ms();
	return 0;
}

/* Starts a missing logd, lends what it was not lent yet; whatever cannot be done now is tried again. */
static void go_on(struct loop_timer *t)
{
	struct lend add = {.op = LEND_ADD};

	if (!open_now)
		return;
	if (!logd.pid && start()) {
		loop_at(t, clock_ms() + BACK_OFF_MS);
		return;
	}
	for (; lent < LOGS_SOURCES; lent++) {
		add.id = LEND_INIT_ID + lent;
		memcpy(add.name, sources[lent].name, strlen(sources[lent].name) + 1);
		if (lend_send(pair[1], &add, sources[lent].read[0], sources[lent].read[1])) {
			loop_at(t, clock_ms() + FULL_MS);
			return;
		}
	}
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void close_stages(void)
{
	for (int i = 0; i < 2; i++)
		for (int k = 0; k < 2; k++)
			close_end(&stages[i][k]);
	close_end(&keep);
	close_end(&devlog);
}

static void close_lending(void)
{
	for (int i = 0; i < 2; i++) {
		close_end(&pair[i]);
		for (int s = 0; s < LOGS_SOURCES; s++)
			close_end(&sources[s].write[i]);
	}
}

/* What no logd has read any more, as long as it can be written without waiting. */
static void pass_on(int from, int to)
{
	struct pollfd p = {.fd = to, .events = POLLOUT};
	static char mem[PIPE_BUF]; /* not on the stack of a process that has a page or two of it */
	ssize_t n;

	fcntl(from, F_SETFL, O_NONBLOCK);
	while (poll(&p, 1, 0) == 1 && (n = read(from, mem, sizeof mem)) > 0)
		if (write(to, mem, (size_t)n) < 0)
			return;
}

static void close_reading(void)
{
	for (int i = 0; i < 2; i++)
		if (stages[i][0] >= 0)
			pass_on(stages[i][0], i + 1);
	close_stages();
	for (int s = 0; s < LOGS_SOURCES; s++)
		for (int i = 0; i < 2; i++) {
			if (sources[s].read[i] >= 0)
				pass_on(sources[s].read[i], i + 1);
			close_end(&sources[s].read[i]);
		}
}

static int make_pipes(void)
{
	for (int s = 0; s < LOGS_SOURCES; s++)
		for (int i = 0; i < 2; i++) {
			int ends[2];
			if (pipe2(ends, O_CLOEXEC))
				return -1;
			sources[s].read[i] = ends[0];
			sources[s].write[i] = ends[1];
		}
	/* init and runsvdir lose a line rather than wait; boot's scripts wait */
	for (int i = 0; i < 2; i++)
		if (fcntl(sources[LOGS_INIT].write[i], F_SETFL, O_NONBLOCK))
			return -1;
	return lend_pair(pair);
}

/* What lets a logd go on where a killed one stood; a luxury. */
static void make_stages(void)
{
	keep = memfd_create("logd", MFD_CLOEXEC);
	devlog = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	for (int i = 0; i < 2; i++)
		if (keep >= 0 && pipe2(stages[i], O_CLOEXEC | O_NONBLOCK))
			close_stages();
}

int logs_open(bool with_cmd)
{
	beside_cmd = with_cmd;
	make_stages();
	if (make_pipes() || start()) {
		int saved = errno;
		close_lending();
		close_reading();
		errno = saved;
		return -1;
	}
	open_now = true;
	msg_fd = sources[LOGS_INIT].write[1];
	msg_name = "";
	go_on(&again);
	return 0;
}

int logs_start(struct child *c, char *const *argv, enum logs_source source, const int fds[3], int tries)
{
	const int *ends = sources[source].write;
	struct spawn s = {.path = spawn_self(),
	                  .argv = argv,
	                  .in = fds[0],
	                  .out = ends[0],
	                  .err = ends[1],
	                  .extra = {{fds[1], fds[1] < 0 ? 0 : 3}, {fds[2], fds[2] < 0 ? 0 : 4}},
	                  .group = true};

	return children_start(c, &s, tries);
}

int logs_lender(void)
{
	return pair[1];
}

bool logs_asked(void)
{
	static const char *const inputs[] = {"INIT_LOG_FILES", "INIT_LOG_LISTEN", "INIT_LOG_SYSLOG",
	                                     "LOG_FILE_PATH",  "SYSLOG_SERVER",   "RSYSLOG_SERVER"};

	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
		if (setting_text(inputs[i]))
			return true;
	return false;
}

/* Does logd read that variable? Secrets too: it can be asked to mask them. */
static bool is_read(const char *variable)
{
	static const char *const parts[] = {"LOG_", "LOGSTASH_", "_PASSWORD", "_TOKEN", "_SECRET"};

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *at = strstr(variable, parts[i]);
		if (at && at < strchrnul(variable, '='))
			return true;
	}
	return false;
}

/* Has b all settings for logd that a has? */
static bool has_settings(char *const *b, char *const *a)
{
	for (; *a; a++) {
		char *const *same = b;
		while (*same && strcmp(*same, *a) != 0)
			same++;
		if (!*same && is_read(*a))
			return false;
	}
	return true;
}

void logs_environment(char *const *before)
{
	extern char **environ;

	if (logd.pid && !(has_settings(environ, before) && has_settings(before, environ)))
		changing = lend_send(pair[1], &(struct lend){.op = LEND_AGAIN}, -1, -1) == 0;
}

pid_t logs_pid(void)
{
	return logd.pid;
}

/* How long to wait before the next start. SIGKILL is somebody's decision, not logd's own fault. */
static int64_t pause_ms(int64_t lived_ms, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return lived_ms < KILLED_MS ? KILLED_MS : 0;
	if (lived_ms >= BACK_OFF_MS)
		back_off_ms = 0;
	else if (!back_off_ms)
		back_off_ms = BACK_OFF_MS;
	else
		back_off_ms = back_off_ms > BACK_OFF_MAX_MS / 2 ? BACK_OFF_MAX_MS : back_off_ms * 2;
	return back_off_ms;
}

static void ended(struct child *c)
{
	int64_t now = clock_ms(), wait_ms;
	int status = c->status;
	char how[SIGNALS_ENDED];

	if (!open_now)
		return;
	if (changing && !status) {
		changing = false;
		go_on(&again);
		return;
	}
	signals_ended(how, status);
	msg_warn("logd %s; starting it again", how);
	wait_ms = pause_ms(now - started_ms, status);
	loop_at(&again, wait_ms ? now + wait_ms : 0);
	if (!wait_ms)
		go_on(&again);
}

void logs_close(const char *name, int64_t until)
{
	struct lend leave = {.op = LEND_LEAVE};

	if (!open_now)
		return;
	open_now = false;
	leave.id = (uint32_t)(until - clock_ms()) / 10 * 9;
	lend_send(pair[1], &leave, -1, -1);
	msg_fd = 2;
	msg_name = name;
	loop_at(&again, 0);
	close_lending();
	if (!children_wait(children_running, &logd, until))
		children_kill(&logd);
	close_reading();
}
