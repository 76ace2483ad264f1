/* svdir - see svdir.h */
#include "svc/svdir.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/status.h"
#include "sys/files.h"
#include "sys/rundir.h"

/* "A/B" in new memory, or NULL with ENOMEM. */
static char *join(const char *a, const char *b)
{
	size_t size = strlen(a) + strlen(b) + 2;
	char *path = malloc(size);

	if (path)
		fmt_into(path, size, "%s/%s", a, b);
	return path;
}

static bool exists(const char *path)
{
	return path && access(path, F_OK) == 0;
}

/* Is there DIR/NAME? */
static bool has(const char *dir, const char *name)
{
	char *path = join(dir, name);
	bool is = exists(path);

	free(path);
	return is;
}

static const char *run_services(void)
{
	static const char *services;
	const char *run;

	if (services)
		return services;
	run = rundir_find();
	services = run ? join(run, "service") : NULL;
	if (!services)
		services = "";
	return services;
}

/* The i-th place where services are kept, NULL behind the last one, "" for none. */
static const char *place(unsigned i)
{
	static const char *const fixed[] = {"/etc/service", "/etc/s6", "/var/service"};
	const char *given = getenv("INIT_SERVICE_DIR");

	if (i == 0)
		return given ? given : "";
	return i <= sizeof fixed / sizeof *fixed ? fixed[i - 1] : NULL;
}

static bool same_file(const char *a, const char *b)
{
	struct stat sa, sb;

	return a && b && stat(a, &sa) == 0 && stat(b, &sb) == 0 && sa.st_dev == sb.st_dev && sa.st_ino == sb.st_ino;
}

const char *svdir_kept(void)
{
	const char *dir;

	for (unsigned i = 0; (dir = place(i)); i++)
		if (*dir && exists(dir))
			return dir;
	return NULL;
}

const char *svdir_base(void)
{
	const char *given = getenv("SVDIR");

	if (given && given[0])
		return given;
	return exists(run_services()) ? run_services() : svdir_kept();
}

bool svdir_of_init(const char *path)
{
	return *run_services() && (same_file(path, svdir_kept()) || same_file(path, run_services()));
}

/* Where the service of that name is. The run directory has a link to it, or a directory in its place if it is
 * read-only or no directory at all. */
static char *find(const char *name)
{
	char target[PATH_MAX], *entry = join(run_services(), name);
	ssize_t n = *run_services() && entry ? readlink(entry, target, sizeof target - 1) : -1;
	const char *dir;

	if (n > 0 && target[0] == '/') {
		free(entry);
		target[n] = '\0';
		return strdup(target);
	}
	for (unsigned i = 0; (dir = place(i)); i++)
		if (*dir && has(dir, name)) {
			free(entry);
			return join(dir, name);
		}
	return entry;
}

static int probe(const char *supervise)
{
	char *ok = join(supervise, "ok");
	int fd = ok ? open(ok, O_WRONLY | O_NONBLOCK | O_CLOEXEC) : -1;

	free(ok);
	if (fd >= 0)
		close(fd);
	return fd < 0 ? -1 : 0;
}

/* The last part of a path; of "." that of the working directory. */
static const char *last_part(const char *path)
{
	static char mem[PATH_MAX];
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	if (fmt_into(mem, sizeof mem, "%.*s", (int)len, path))
		return "";
	if (strcmp(mem, ".") == 0 && !getcwd(mem, sizeof mem))
		return "";
	return strrchr(mem, '/') ? strrchr(mem, '/') + 1 : mem;
}

/* In the service's directory if somebody listens there, else in the run directory if that entry is of this service. */
static char *find_supervise(const char *path)
{
	char *here = join(path, "supervise"), *entry, *run, *entry_run;

	if (!here || probe(here) == 0 || !*run_services())
		return here;
	entry = join(run_services(), last_part(path));
	run = join(path, "run");
	entry_run = entry ? join(entry, "run") : NULL;
	if (entry && has(entry, "supervise") && (same_file(path, entry) || same_file(run, entry_run))) {
		free(here);
		here = join(entry, "supervise");
	}
	free(entry);
	free(run);
	free(entry_run);
	return here;
}

/* As chdir(2) would say. */
static int check_directory(const char *path)
{
	char *inside = path && *path ? join(path, ".") : NULL;
	struct stat st;
	int result;

	if (!inside) {
		errno = path && !*path ? ENOENT : ENOMEM;
		return -1;
	}
	result = stat(inside, &st);
	free(inside);
	return result;
}

static int open_at(struct svdir *s, char *path)
{
	s->path = path;
	s->why = "unable to change to service directory";
	if (check_directory(path))
		return -1;
	s->supervise = find_supervise(path);
	return s->supervise ? 0 : -1;
}

int svdir_open_path(struct svdir *s, const char *path)
{
	*s = (struct svdir){.name = path};
	return open_at(s, strdup(path));
}

int svdir_open(struct svdir *s, const char *name)
{
	const char *given = getenv("SVDIR");

	if (!*name || name[0] == '/' || name[0] == '.' || name[strlen(name) - 1] == '/')
		return svdir_open_path(s, name);
	*s = (struct svdir){.name = name};
	return open_at(s, given && given[0] ? join(given, name) : find(name));
}

void svdir_close(struct svdir *s)
{
	int err = errno;

	free(s->path);
	free(s->supervise);
	errno = err;
}

int svdir_open_log(struct svdir *log, const struct svdir *s, const char *name)
{
	size_t parent = strlen(s->supervise) - strlen("supervise");

	*log = (struct svdir){.name = name, .path = join(s->path, "log"), .why = "unable to change directory"};
	if (check_directory(log->path))
		return -1;
	log->supervise = malloc(parent + sizeof "log/supervise");
	if (!log->supervise)
		return -1;
	return fmt_into(log->supervise, parent + sizeof "log/supervise", "%.*slog/supervise", (int)parent,
	                s->supervise);
}

static int fail(struct svdir *s, const char *why)
{
	s->why = why;
	return -1;
}

/* Opens SUPERVISE/FILE. */
static int open_in(const struct svdir *s, const char *file, int flags)
{
	char *path = join(s->supervise, file);
	int fd = path ? open(path, flags | O_NONBLOCK | O_CLOEXEC) : -1;

	free(path);
	return fd;
}

int svdir_status(struct svdir *s, struct status *st)
{
	unsigned char mem[STATUS_SIZE];
	ssize_t n;
	int fd;

	if (probe(s->supervise))
		return fail(s, errno == ENXIO ? "runsv not running" : "unable to open supervise/ok");
	fd = open_in(s, "status", O_RDONLY);
	if (fd < 0)
		return fail(s, "unable to open supervise/status");
	n = read(fd, mem, sizeof mem);
	if (n >= 0)
		errno = 0;
	close(fd);
	if (n < 0)
		return fail(s, "unable to read supervise/status");
	if (n != STATUS_SIZE)
		return fail(s, "unable to read supervise/status: bad format");
	status_read(st, mem);
	return 0;
}

void svdir_state(const struct svdir *s, struct svstate *state, char *mem, size_t cap)
{
	char *path = join(s->supervise, "state");

	if (!path || files_read(AT_FDCWD, path, mem, cap) < 0)
		mem[0] = '\0';
	free(path);
	svstate_read(state, mem);
}

void svdir_look(struct svdir *dir, struct status *st, struct svstate *s, char *mem, size_t cap)
{
	static const char words[][7] = {[STATUS_DOWN] = "down", [STATUS_RUN] = "up", [STATUS_FINISH] = "finish"};

	if (svdir_status(dir, st)) {
		int err = errno;
		mem[0] = '\0';
		svstate_read(s, mem);
		s->state = "-";
		s->reason = err && err != ENXIO ? strerror(err) : "runsv not running";
		s->wanted = !svdir_has(dir, "down");
		return;
	}
	svdir_state(dir, s, mem, cap);
	if (*s->state)
		return;
	s->state = words[st->state];
	s->ready = st->state == STATUS_RUN;
	s->wanted = st->want == STATUS_WANT_UP;
	s->since = st->since;
	s->pid = st->pid;
}

size_t svdir_text(const struct svdir *s, time_t since, char *mem, size_t cap)
{
	char *path = join(s->supervise, "../state");
	struct stat st;
	ssize_t n = -1;

	/* a file's time lags some ms behind */
	if (path && stat(path, &st) == 0 && st.st_mtim.tv_sec + 1 >= since)
		n = files_read(AT_FDCWD, path, mem, cap);
	free(path);
	return n > 0 ? (size_t)n : 0;
}

int svdir_send(struct svdir *s, const char *letters)
{
	ssize_t len = (ssize_t)strlen(letters), n;
	int fd = open_in(s, "control", O_WRONLY);

	if (fd < 0)
		return fail(s, errno == ENXIO ? "runsv not running" : "unable to open supervise/control");
	n = write(fd, letters, (size_t)len);
	close(fd);
	return n == len ? 0 : fail(s, "unable to write to supervise/control");
}

bool svdir_has(const struct svdir *s, const char *file)
{
	return has(s->path, file);
}

bool svdir_normally_up(const struct svdir *s, bool up)
{
	return !svdir_has(s, "down") && (up || !svdir_has(s, "only-if-exists"));
}

pid_t svdir_runsvdir(void)
{
	char path[300], word[16];
	const char *run = rundir_find();
	unsigned long pid;

	errno = ENOENT;
	if (!run || fmt_into(path, sizeof path, "%s/runsvdir.pid", run) ||
	    files_read_word(AT_FDCWD, path, word, sizeof word) < 0 || num_uint(word, INT_MAX, &pid))
		return -1;
	return (pid_t)pid;
}
