/* rundir - see rundir.h */
#include "sys/rundir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/env.h"
#include "sys/files.h"

enum { STAT = 512, TICKS = 100 /* a second, of /proc, on every machine */ };

static char dir[256];

/* The i-th place to look at, for an init of that uid. */
static bool place(unsigned i, unsigned uid)
{
	switch (i) {
	case 0:
		return fmt_into(dir, sizeof dir, "/run/initbox") == 0;
	case 1:
		return fmt_into(dir, sizeof dir, "/tmp/initbox-%u", uid) == 0;
	case 2:
		return fmt_into(dir, sizeof dir, "/dev/shm/initbox-%u", uid) == 0;
	default:
		return false;
	}
}

static bool usable(void)
{
	struct stat st;

	if (mkdir(dir, 0755) == 0)
		return true;
	if (errno != EEXIST)
		return false;
	if (lstat(dir, &st))
		return false;
	errno = EPERM;
	if (!S_ISDIR(st.st_mode) || st.st_uid != geteuid() || (st.st_mode & (S_IWGRP | S_IWOTH)))
		return false;
	return access(dir, W_OK) == 0;
}

/* For as long as we live: no other init takes it, be it in another container. Where nothing can be locked (NFS), nobody
 * is kept off. */
static bool lock(void)
{
	int fd = files_open_dir(AT_FDCWD, dir);

	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
		return true;
	close(fd);
	errno = EBUSY;
	return false;
}

static const char *first_usable(bool locked)
{
	for (unsigned i = 0; place(i, geteuid()); i++)
		if (usable() && (!locked || lock()))
			return dir;
	return NULL;
}

static const char *make(bool locked)
{
	const char *given = getenv("INIT_RUN_DIR");

	if (given && given[0])
		return fmt_into(dir, sizeof dir, "%s", given) == 0 && usable() && (!locked || lock()) ? dir : NULL;
	return first_usable(locked);
}

const char *rundir_make(void)
{
	return make(false);
}

/* When process 1 was started, as /proc says it: its length. In text; *start: "?" if it cannot be known. */
static size_t find_start(char text[STAT], const char **start)
{
	const char *p = NULL;

	if (files_read(AT_FDCWD, "/proc/1/stat", text, STAT) > 0)
		p = strrchr(text, ')');
	for (int field = 2; p && field < 22; field++)
		p = strchr(p + 1, ' ');
	*start = p ? p + 1 : "?";
	return strcspn(*start, " ");
}

bool rundir_first(const char *name)
{
	char path[sizeof dir + 32], text[STAT], had[32];
	const char *start;
	size_t len;

	if ((!rundir_make() && !first_usable(false)) || fmt_into(path, sizeof path, "%s/%s", dir, name))
		return true;
	/* the directory may outlive the container's stop */
	len = find_start(text, &start);
	if (files_read_word(AT_FDCWD, path, had, sizeof had) == (ssize_t)len && memcmp(had, start, len) == 0)
		return false;
	files_replace(AT_FDCWD, path, 0644, start, len);
	return true;
}

int64_t rundir_age(void)
{
	char text[STAT];
	const char *start;
	struct timespec now;
	unsigned long ticks;
	size_t len = find_start(text, &start);

	clock_gettime(CLOCK_BOOTTIME, &now);
	return num_digits(&start, start + len, 18, &ticks) ? now.tv_sec - (int64_t)ticks / TICKS : 0;
}

static int pid_path(char path[sizeof dir + 4])
{
	return fmt_into(path, sizeof dir + 4, "%s/pid", dir);
}

const char *rundir_open(void)
{
	char path[sizeof dir + 4], pid[16];
	int err;

	if (make(true) && pid_path(path) == 0 && fmt_into(pid, sizeof pid, "%d\n", (int)getpid()) == 0 &&
	    files_replace(AT_FDCWD, path, 0644, pid, strlen(pid)) == 0 && env_export("INIT_RUN_DIR", dir) == 0)
		return dir;
	err = errno;
	dir[0] = '\0'; /* it is not ours */
	env_export("INIT_RUN_DIR", NULL);
	errno = err;
	return NULL;
}

void rundir_close(void)
{
	char path[sizeof dir + 4];

	if (dir[0] && pid_path(path) == 0)
		unlink(path);
}

static bool running(void)
{
	char path[sizeof dir + 4];

	return pid_path(path) == 0 && access(path, F_OK) == 0;
}

const char *rundir_find(void)
{
	const char *given = getenv("INIT_RUN_DIR");
	struct stat st;

	if (given && given[0])
		return fmt_into(dir, sizeof dir, "%s", given) == 0 && running() ? dir : NULL;
	for (unsigned i = 0; place(i, geteuid()); i++)
		if (running())
			return dir;
	if (stat("/proc/1", &st))
		return NULL;
	for (unsigned i = 0; place(i, st.st_uid); i++)
		if (running())
			return dir;
	return NULL;
}
