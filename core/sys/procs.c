/* procs - see procs.h */
#include "sys/procs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/files.h"

enum { DEPTH_MAX = 4096 };

/* A /proc of another pid namespace would give us numbers that are other processes here. */
static int open_proc(void)
{
	char text[24];
	unsigned long pid = 0;
	ssize_t len = readlink("/proc/self", text, sizeof text - 1);

	if (len < 0)
		return -1;
	text[len] = '\0';
	errno = ESRCH;
	if (num_uint(text, 1UL << 30, &pid) || (pid_t)pid != getpid())
		return -1;
	return files_open_dir(AT_FDCWD, "/proc");
}

bool procs_known(void)
{
	int proc = open_proc();

	if (proc < 0)
		return false;
	close(proc);
	return true;
}

bool procs_children(pid_t spare)
{
	char path[48], text[32];
	unsigned long pid;
	int proc = open_proc();
	ssize_t len = -1;

	if (proc >= 0) {
		fmt_into(path, sizeof path, "self/task/%d/children", (int)getpid());
		len = files_read_word(proc, path, text, sizeof text);
		close(proc);
	}
	return !(len == 0 || (len > 0 && num_uint(text, 1UL << 30, &pid) == 0 && (pid_t)pid == spare));
}

/* "NUMBER NUMBER …", of processes. */
static int read_pids(char *text, pid_t *const *out, int n)
{
	for (int i = 0; i < n; i++) {
		char *end = strchr(text, ' ');
		unsigned long pid;
		if (!end)
			return -1;
		*end = '\0';
		if (num_uint(text, 1UL << 30, &pid))
			return -1;
		*out[i] = (pid_t)pid;
		text = end + 1;
	}
	return 0;
}

/* "PID (NAME) STATE PARENT GROUP SESSION …"; the name may hold blanks and brackets, so its end is looked for from
 * behind. */
static int read_stat(int proc, pid_t pid, struct procs_one *one)
{
	char path[32], text[512], *open, *close;

	fmt_into(path, sizeof path, "%d/stat", (int)pid);
	if (files_read(proc, path, text, sizeof text) < 0)
		return -1;
	open = strchr(text, '(');
	close = strrchr(text, ')');
	if (!open || !close || close < open || strlen(close) < 5)
		return -1;
	*close = '\0';
	*one = (struct procs_one){.pid = pid, .state = close[2]};
	if (read_pids(close + 4, (pid_t *[]){&one->parent, &one->group, &one->session}, 3))
		return -1;
	fmt_into(one->name, sizeof one->name, "%s", open + 1);
	return 0;
}

int procs_read(pid_t pid, struct procs_one *one)
{
	int proc = open_proc(), bad;

	if (proc < 0)
		return -1;
	bad = read_stat(proc, pid, one);
	close(proc);
	return bad;
}

int procs_service(pid_t pid, char *name, size_t cap)
{
	static const char mark[] = "INIT_SERVICE=";
	char path[40];
	size_t len;
	char *env;
	int bad = -1;

	fmt_into(path, sizeof path, "/proc/%d/environ", (int)pid);
	env = files_load(AT_FDCWD, path, &len);
	if (!env)
		return -1;
	for (size_t n = 0; n < len && bad; n += strlen(env + n) + 1)
		if (strncmp(env + n, mark, sizeof mark - 1) == 0)
			bad = fmt_into(name, cap, "%s", env + n + sizeof mark - 1);
	free(env);
	return bad;
}

uint64_t procs_mark(pid_t pid)
{
	static const char head[] = "\nMax resident set";
	char path[32], text[1024], *at;
	unsigned long mark = 0;
	struct rlimit r;

	if (prlimit(pid, RLIMIT_RSS, NULL, &r) == 0)
		return r.rlim_cur;
	/* another user's, and we are no CAP_SYS_RESOURCE */
	fmt_into(path, sizeof path, "/proc/%d/limits", (int)pid);
	if (files_read(AT_FDCWD, path, text, sizeof text) < 0 || !(at = strstr(text, head)))
		return 0;
	at += sizeof head - 1;
	at += strspn(at, " ");
	at[strcspn(at, " ")] = '\0';
	return num_uint(at, ULONG_MAX, &mark) ? 0 : mark;
}

void procs_marked(uint64_t mark, void (*found)(const struct procs_one *, void *), void *arg)
{
	struct files_walk w = {.fd = open_proc()};
	struct procs_one one;
	unsigned long pid;

	if (w.fd < 0)
		return;
	for (const char *name; (name = files_next(&w));)
		if (num_uint(name, 1UL << 30, &pid) == 0 && procs_mark((pid_t)pid) == mark &&
		    read_stat(w.fd, (pid_t)pid, &one) == 0 && !strchr("ZX", one.state))
			found(&one, arg);
	close(w.fd);
}

static bool is_below(int proc, pid_t root, const struct procs_one *one)
{
	struct procs_one up = *one;

	if (root == 1)
		return true;
	for (int i = 0; i < DEPTH_MAX && up.parent > 1; i++)
		if (up.parent == root)
			return true;
		else if (read_stat(proc, up.parent, &up))
			return false;
	return false;
}

int procs_each(pid_t root, bool (*found)(const struct procs_one *, void *), void *arg)
{
	struct files_walk w = {.fd = open_proc()};
	bool done = false;

	if (w.fd < 0)
		return -1;
	for (const char *name; !done && (name = files_next(&w));) {
		struct procs_one one;
		unsigned long pid;
		if (num_uint(name, 1UL << 30, &pid) == 0 && (pid_t)pid != root &&
		    read_stat(w.fd, (pid_t)pid, &one) == 0 && !strchr("ZX", one.state) && is_below(w.fd, root, &one))
			done = found(&one, arg);
	}
	close(w.fd);
	return done ? 1 : w.end < 0 ? -1 : 0;
}

unsigned long procs_memory_kb(pid_t pid)
{
	char path[32], text[128], *field;
	unsigned long pages;

	fmt_into(path, sizeof path, "/proc/%d/statm", (int)pid);
	if (pid <= 0 || files_read(AT_FDCWD, path, text, sizeof text) < 0 || !(field = strchr(text, ' ')))
		return 0;
	field++;
	field[strcspn(field, " ")] = '\0';
	return num_uint(field, UINT32_MAX, &pages) ? 0 : pages * getauxval(AT_PAGESZ) / 1024;
}
