/* service - see service.h */
#include "svc/service.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/signals.h"
#include "base/words.h"
#include "sys/files.h"
#include "sys/paths.h"
#include "sys/spawn.h"

struct service *service_all;
void (*service_event)(struct service *, enum machine_event, int);
static struct service **all_end = &service_all;

enum { FINISH_MS = 5000, TALLY_MAX = 4096, YEAR_MS = 366 * 24 * 3600 * 1000UL };

static const struct {
	const char *name;
	unsigned bit;
} files[] = {
        {"run", HAS_RUN},
        {"finish", HAS_FINISH},
        {"down", HAS_DOWN},
        {"check", HAS_CHECK},
        {"log", HAS_LOG},
        {"control", HAS_CONTROL},
        {"env", HAS_ENV},
        {"notification-fd", HAS_NOTIFICATION_FD},
        {"timeout-kill", HAS_TIMEOUT_KILL},
        {"timeout-finish", HAS_TIMEOUT_FINISH},
        {"down-signal", HAS_DOWN_SIGNAL},
        {"reload-signal", HAS_RELOAD_SIGNAL},
        {"max-death-tally", HAS_MAX_DEATH_TALLY},
        {"flag-essential", HAS_FLAG_ESSENTIAL},
        {"dependencies.d", HAS_DEPENDENCIES},
        {"semaphore", HAS_SEMAPHORE},
        {"setup", HAS_SETUP},
        {"description", HAS_DESCRIPTION},
        {"supervise", HAS_SUPERVISE},
        {"only-if-exists", HAS_ONLY_IF_EXISTS},
        {"wait", HAS_WAIT},
        {"notify", HAS_NOTIFY},
        {"unit", HAS_UNIT},
};

void service_close_pipe(struct pipe_ends *p)
{
	if (p->read >= 0)
		close(p->read);
	if (p->write >= 0)
		close(p->write);
	spawn_forget();
	*p = (struct pipe_ends){-1, -1};
}

int service_open_pipe(struct pipe_ends *p)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	*p = (struct pipe_ends){ends[0], ends[1]};
	return 0;
}

int service_output(const struct service *s)
{
	return s->log ? s->log->input.write : s->out.write;
}

const char *service_path(const struct service *s, const char *file)
{
	static char path[1024];

	return fmt_into(path, sizeof path, "%s/%s", s->dir, file) ? "" : path;
}

static const char *name_in(const char *dir, bool logger)
{
	const char *slash = strrchr(dir, '/');

	while (logger && slash && slash > dir && *--slash != '/')
		;
	return slash && *slash == '/' ? slash + 1 : dir;
}

struct service *service_new(const char *dir, struct service *logs_for)
{
	static uint32_t last_id;
	struct service *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->id = ++last_id;
	s->dir = strdup(dir);
	if (!s->dir) {
		free(s);
		return NULL;
	}
	s->logs_for = logs_for;
	s->name = name_in(s->dir, logs_for != NULL);
	s->control.fd = s->notify.fd = s->lock_fd = s->ok_fd = s->wstat = -1;
	s->input = s->out = s->err = (struct pipe_ends){-1, -1};
	return s;
}

void service_free(struct service *s)
{
	service_close_pipe(&s->input);
	service_close_pipe(&s->out);
	service_close_pipe(&s->err);
	for (int i = 0; i < 4; i++) {
		int fd = i == 0 ? s->control.fd : i == 1 ? s->notify.fd : i == 2 ? s->lock_fd : s->ok_fd;
		if (fd >= 0)
			close(fd);
	}
	free(s->machine.deaths);
	free(s->unit);
	free(s->more);
	free(s->reason);
	free(s->status);
	free(s->dir);
	free(s);
}

void service_reason(struct service *s, const char *text)
{
	free(s->reason);
	s->reason = text ? strdup(text) : NULL;
}

void service_append(struct service *s)
{
	*all_end = s;
	all_end = &s->next;
}

void service_remove(struct service *s)
{
	struct service **p = &service_all;

	while (*p != s)
		p = &(*p)->next;
	*p = s->next;
	if (!*p)
		all_end = p;
}

/* A file that holds one number. False, and said, if it holds anything else: then the default stays. */
static bool number(const struct service *s, const char *file, unsigned long max, unsigned long *out)
{
	char text[64];

	if (files_read_word(AT_FDCWD, service_path(s, file), text, sizeof text) < 0) {
		msg_error("%s: %s: cannot be read: %m; its default is used", s->name, file);
		return false;
	}
	if (num_uint(text, max, out) == 0)
		return true;
	msg_error("%s: %s: '%s' is not a number from 0 to %lu; its default is used", s->name, file, text, max);
	return false;
}

static unsigned char signal_file(const struct service *s, const char *file, unsigned char fallback)
{
	char text[32];
	int n = -1;

	if (files_read_word(AT_FDCWD, service_path(s, file), text, sizeof text) >= 0)
		n = signals_number(text);
	else
		text[0] = '\0';
	if (n > 0)
		return (unsigned char)n;
	msg_error("%s: %s: '%s' is not a signal (write TERM, QUIT, 15 …); %s is used", s->name, file, text,
	          signals_name(fallback));
	return fallback;
}

void service_tally(struct service *s, unsigned long n)
{
	if (n > TALLY_MAX)
		n = TALLY_MAX;
	if (n == s->machine.death_max)
		return;
	free(s->machine.deaths);
	s->machine.deaths = n ? calloc(n, sizeof *s->machine.deaths) : NULL;
	s->machine.death_max = s->machine.deaths ? (uint16_t)n : 0;
	s->machine.death_at = 0;
}

static void load_tally(struct service *s)
{
	unsigned long n = 0;

	if (s->features & HAS_MAX_DEATH_TALLY)
		number(s, "max-death-tally", TALLY_MAX, &n);
	service_tally(s, n);
}

static void load_small_files(struct service *s)
{
	unsigned long n;

	s->machine.kill_ms = 0;
	if (s->features & HAS_TIMEOUT_KILL && number(s, "timeout-kill", YEAR_MS, &n))
		s->machine.kill_ms = (uint32_t)n;
	s->machine.finish_ms = FINISH_MS;
	if (s->features & HAS_TIMEOUT_FINISH && number(s, "timeout-finish", YEAR_MS, &n))
		s->machine.finish_ms = (uint32_t)n;
	s->notify_to = 0;
	if (s->features & HAS_NOTIFICATION_FD && number(s, "notification-fd", 1023, &n)) {
		if (n >= 3)
			s->notify_to = (short)n;
		else
			msg_error("%s: notification-fd: %lu is taken (stdin, stdout, stderr): write 3 or more", s->name,
			          n);
	}
	s->down_signal = s->features & HAS_DOWN_SIGNAL ? signal_file(s, "down-signal", SIGTERM) : SIGTERM;
	s->reload_signal = s->features & HAS_RELOAD_SIGNAL ? signal_file(s, "reload-signal", SIGHUP) : SIGHUP;
	s->essential = s->features & HAS_FLAG_ESSENTIAL;
	s->machine.has_notify = s->notify_to || s->features & HAS_NOTIFY || (s->features & HAS_CHECK && !s->logs_for);
	load_tally(s);
}

char **service_list(const struct service *s, const char *file, size_t places, const char *so)
{
	size_t size = 0, n = places;
	char *text = files_load(AT_FDCWD, service_path(s, file), &size), **list = NULL, *p;

	places += size / 2 + 2; /* a line takes two bytes, but for the last */
	if (text)
		list = calloc(1, places * sizeof *list + size + 1);
	if (list)
		for (p = memcpy(list + places, text, size); *p;) {
			char *line = p;
			p += strcspn(p, "\n");
			if (*p)
				*p++ = '\0';
			line = words_trim(line);
			if (*line)
				list[n++] = line;
		}
	else
		msg_error("%s: %s: cannot be read: %m; %s", s->name, file, so);
	free(text);
	return list;
}

static bool there;

static void found(const char *path)
{
	there = there || access(path, F_OK) == 0;
}

static void load_only_if_exists(struct service *s)
{
	static const struct paths walk = {.found = found};
	char **list = service_list(s, "only-if-exists", 0, "it is left out");

	there = !list;
	for (char **p = list; p && *p; p++)
		if (**p == '/')
			paths_walk(&walk, *p);
		else
			msg_error("%s: only-if-exists: '%s' does not begin with a slash; it is left out", s->name, *p);
	free(list);
	if (there)
		s->features &= ~(unsigned)HAS_ONLY_IF_EXISTS;
}

int service_load(struct service *s)
{
	struct files_walk w = {.fd = files_open_dir(AT_FDCWD, s->dir)};

	if (w.fd < 0)
		return -1;
	s->features = 0;
	for (const char *name; (name = files_next(&w));)
		for (size_t i = 0; i < sizeof files / sizeof *files; i++)
			if (strcmp(name, files[i].name) == 0)
				s->features |= files[i].bit;
	close(w.fd);
	s->fresh = true;
	if (s->features & HAS_UNIT && !(s->features & HAS_RUN)) {
		s->features &= HAS_UNIT | HAS_SUPERVISE;
		return 0;
	}
	s->features &= ~(unsigned)HAS_UNIT;
	load_small_files(s);
	if (s->features & HAS_ONLY_IF_EXISTS)
		load_only_if_exists(s);
	return 0;
}
