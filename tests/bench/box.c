/* box - runs a program once as PID 1 of its own PID and mount namespaces and measures it.
 *
 * usage: box WHAT ROOT SERVICES PROGRAM [ARG...]
 *
 *   WHAT      words, joined by +, measured in this order; a line "WORD VALUE" for each:
 *             boot     µs from exec to the first instruction of the last service (of CMD, when there are no SERVICES)
 *             pss      kB of memory of all processes but the services, once they are quiet; pss:NAME: of those of that
 * name restart  µs from the kill -9 of a service that has lived for over a second to the next one's first instruction;
 * several again    the same of one killed at once idle:N   how often any process but the services woke up in N s reap
 * µs that the program orphans has found stop     µs from TERM to PID 1's end ROOT      its root, which is left as it
 * was but for etc/inittab and stamps SERVICES  N or N:FILE: etc/service gets N directories with FILE (/bin/service) as
 * run, busybox's etc/inittab as many lines; FILE unit: so many NAME.service, which start /bin/service
 */
#include "stamps.h"

#include <dirent.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum { PATIENCE_S = 60, QUIET_MS = 250, QUIET_MAX_MS = 5000, LIVED_MS = 1200, RESTARTS = 3, PIDS = 8192 };

static struct stamps *stamps;
static const char *root;
static unsigned services;
static const char *service = "/bin/service";
static bool units;
static char **program;
static pid_t pid1;

static struct process {
	pid_t pid, inside; /* as we know it, as PID 1 does */
	bool service;
} processes[PIDS];
static size_t count;

__attribute__((format(printf, 1, 2), noreturn)) static void fail(const char *format, ...)
{
	int err = errno;
	va_list ap;

	va_start(ap, format);
	fprintf(stderr, "box: ");
	vfprintf(stderr, format, ap);
	va_end(ap);
	fprintf(stderr, "%s%s (%s %s)\n", err ? ": " : "", err ? strerror(err) : "", program[0],
	        program[1] ? program[1] : "");
	if (pid1 > 0)
		kill(pid1, SIGKILL);
	exit(1);
}

static void sleep_us(long us)
{
	nanosleep(&(struct timespec){.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000}, NULL);
}

__attribute__((format(printf, 1, 2))) static const char *path(const char *format, ...)
{
	static char text[4][512];
	static unsigned next;
	char *to = text[next++ % 4];
	va_list ap;

	va_start(ap, format);
	vsnprintf(to, sizeof text[0], format, ap);
	va_end(ap);
	return to;
}

/* PID 1 --------------------------------------------------------------- */

static void make_services(void)
{
	FILE *inittab = fopen(path("%s/etc/inittab", root), "w");

	if (!inittab)
		fail("etc/inittab");
	for (unsigned i = 1; i <= services; i++) {
		fprintf(inittab, "::respawn:%s %u\n", service, i);
		if (units) {
			FILE *unit = fopen(path("%s/etc/service/s%04u.service", root, i), "w");
			if (!unit ||
			    fprintf(unit, "[Unit]\nDescription=Service %u\n\n[Service]\nExecStart=/bin/service\n", i) <
			            0 ||
			    fclose(unit))
				fail("etc/service");
			continue;
		}
		if (mkdir(path("%s/etc/service/s%04u", root, i), 0755) ||
		    symlink(service, path("%s/etc/service/s%04u/run", root, i)))
			fail("etc/service");
	}
	fclose(inittab);
	/* an image is older than its container: runsvdir waits if its directory has changed within this second */
	utimensat(AT_FDCWD, path("%s/etc/service", root), (struct timespec[2]){{0}}, 0);
}

static void become_pid1(void)
{
	static const char *const fresh[] = {"run", "tmp", "etc/service"};
	char *env[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "HOSTNAME=bench",
	               NULL}; /* as Docker has it */
	int null;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (unshare(CLONE_NEWNS))
		fail("mount namespace");
	umount2("/proc", MNT_DETACH);
	for (size_t i = 0; i < sizeof fresh / sizeof *fresh; i++)
		if (mount("tmpfs", path("%s/%s", root, fresh[i]), "tmpfs", 0, "mode=755"))
			fail("%s", fresh[i]);
	if (mount("proc", path("%s/proc", root), "proc", 0, NULL))
		fail("proc");
	make_services();
	null = open("/dev/null", O_RDWR);
	if (chroot(root) || chdir("/"))
		fail("%s", root);
	setsid();
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close(null);
	stamps->began = stamps_now();
	execve(program[0], program, env);
	_exit(127);
}

static void start(void)
{
	unlink(path("%s/stamps", root)); /* another box may use it */
	stamps = stamps_open(path("%s/stamps", root), O_CREAT);
	/* What we look up in /proc makes each process's end dearer: it is one of our own, gone before they stop. */
	if (!stamps || unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail("mount namespace");
	mount("proc", "/proc", "proc", 0, NULL);
	if (unshare(CLONE_NEWPID))
		fail("PID namespace");
	pid1 = fork();
	if (pid1 < 0)
		fail("fork");
	if (pid1 == 0)
		become_pid1();
}

static void await(bool (*done)(unsigned), unsigned n, const char *what)
{
	int64_t until = stamps_now() + PATIENCE_S * INT64_C(1000000000);
	int status;

	for (; !done(n); sleep_us(200)) {
		errno = 0;
		if (waitpid(pid1, &status, WNOHANG) == pid1)
			fail("PID 1 ended with %#x before %s", (unsigned)status, what);
		if (stamps_now() > until)
			fail("waited %d s for %s", PATIENCE_S, what);
	}
}

static bool stamped(unsigned n)
{
	return stamps->count >= n && stamps->of[(n - 1) % STAMPS].at;
}

/* Its processes ------------------------------------------------------- */

/* The first line of /proc/PID/NAME that begins with KEY: what is behind it. "": none, or the process is gone. */
static const char *proc_line(pid_t pid, const char *name, const char *key)
{
	static char line[256];
	FILE *f = fopen(path("/proc/%d/%s", (int)pid, name), "r");
	size_t len = strlen(key);

	line[0] = '\0';
	while (f && fgets(line, sizeof line, f) && strncmp(line, key, len) != 0)
		line[0] = '\0';
	if (f)
		fclose(f);
	return line[0] ? line + len : line;
}

static void look(void)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	struct stat in, our, exe, ours;

	if (!d || stat(path("/proc/%d/ns/pid", (int)pid1), &our) || stat(path("%s/bin/service", root), &ours))
		fail("/proc");
	count = 0;
	while ((e = readdir(d)) && count < PIDS) {
		struct process *p = &processes[count];
		const char *ids;
		p->pid = atoi(e->d_name);
		if (p->pid <= 0 || stat(path("/proc/%d/ns/pid", (int)p->pid), &in) || in.st_ino != our.st_ino)
			continue;
		ids = strrchr(proc_line(p->pid, "status", "NSpid:"), '\t');
		p->inside = ids ? atoi(ids) : 0;
		p->service = stat(path("/proc/%d/exe", (int)p->pid), &exe) == 0 && exe.st_ino == ours.st_ino &&
		             exe.st_dev == ours.st_dev;
		count++;
	}
	closedir(d);
}

static pid_t outside(pid_t inside)
{
	look();
	for (size_t i = 0; i < count; i++)
		if (processes[i].inside == inside)
			return processes[i].pid;
	errno = 0;
	fail("no process %d", (int)inside);
}

/* ONLY ends with + or a NUL. */
static bool called(pid_t pid, const char *only)
{
	const char *name = proc_line(pid, "status", "Name:\t");
	size_t len = strcspn(only, "+");

	return strncmp(name, only, len) == 0 && name[len] == '\n';
}

/* Of all but the services, or only of those of that name. */
static long sum(const char *name, const char *key, const char *only)
{
	long total = 0;

	for (size_t i = 0; i < count; i++)
		if (!processes[i].service && (!only || called(processes[i].pid, only)))
			total += atol(proc_line(processes[i].pid, name, key));
	return total;
}

static long wakeups(void)
{
	return sum("status", "voluntary_ctxt_switches:", NULL) + sum("status", "nonvoluntary_ctxt_switches:", NULL);
}

/* Until they have nothing to do any more; some always have. */
static void settle(void)
{
	long before = -1, now;

	look();
	for (int ms = 0; ms < QUIET_MAX_MS && (now = wakeups()) != before; ms += QUIET_MS) {
		before = now;
		sleep_us(QUIET_MS * 1000);
	}
	look();
}

/* Measuring ----------------------------------------------------------- */

static void print_us(const char *what, int64_t ns)
{
	printf("%s %.1f\n", what, (double)ns / 1000);
	fflush(stdout);
}

static void boot(void)
{
	unsigned n = services ? services : 1;
	int64_t last = 0;

	await(stamped, n, "its services were up");
	for (unsigned i = 0; i < n; i++) {
		while (!stamps->of[i].at)
			sleep_us(50);
		if (stamps->of[i].at > last)
			last = stamps->of[i].at;
	}
	print_us("boot", last - stamps->began);
}

/* Kills the process of a stamp; the stamp of what replaces it. */
static unsigned kill_one(unsigned stamp, const char *what)
{
	pid_t pid = outside(stamps->of[stamp].pid);
	unsigned next = stamps->count;
	int64_t from = stamps_now();

	kill(pid, SIGKILL);
	await(stamped, next + 1, "the restart");
	print_us(what, stamps->of[next].at - from);
	return next;
}

/* Who lived less than a second is treated otherwise by some. */
static void let_live(unsigned stamp)
{
	int64_t lived = stamps_now() - stamps->of[stamp].at;

	if (lived < LIVED_MS * INT64_C(1000000))
		sleep_us(LIVED_MS * 1000 - lived / 1000);
}

static void restart(const char *again)
{
	for (unsigned i = 0; i < RESTARTS; i++) {
		unsigned next;
		let_live(i);
		next = kill_one(i, "restart");
		if (again && i == 0)
			kill_one(next, "again");
	}
}

static void idle(long seconds)
{
	long before = wakeups();

	sleep_us(seconds * 1000000);
	printf("idle %ld\n", wakeups() - before);
}

static bool reaped(unsigned n)
{
	(void)n;
	return stamps->reaped != 0;
}

/* Its mounts live on with us: else its end would take the time to clear its tmpfs. */
static void stop(void)
{
	int mounts = open(path("/proc/%d/ns/mnt", (int)pid1), O_RDONLY);
	int64_t from;

	let_live(stamps->count - 1);
	umount2("/proc", MNT_DETACH);
	from = stamps_now();
	alarm(PATIENCE_S);
	kill(pid1, SIGTERM);
	waitpid(pid1, NULL, 0);
	print_us("stop", stamps_now() - from);
	close(mounts);
}

int main(int argc, char **argv)
{
	const char *what = argc > 4 ? argv[1] : "";

	if (argc < 5) {
		fprintf(stderr, "usage: box WHAT ROOT SERVICES PROGRAM [ARG...]\n");
		return 2;
	}
	root = argv[2];
	services = (unsigned)atoi(argv[3]);
	if (strchr(argv[3], ':'))
		service = strchr(argv[3], ':') + 1;
	units = strcmp(service, "unit") == 0;
	service = units ? "/bin/service" : service;
	program = argv + 4;
	start();
	if (strstr(what, "boot"))
		boot();
	if (strstr(what, "reap")) {
		await(reaped, 0, "the orphans were reaped");
		if (stamps->reaped < 0)
			fail("orphans: no processes left to make them");
		print_us("reap", stamps->reaped);
	}
	if (strcmp(what, "boot") != 0 && strcmp(what, "reap") != 0)
		settle();
	if (strstr(what, "pss"))
		printf("pss %ld\n",
		       sum("smaps_rollup", "Pss:", strstr(what, "pss:") ? strstr(what, "pss:") + 4 : NULL));
	if (strstr(what, "idle"))
		idle(atol(strstr(what, "idle:") + 5));
	if (strstr(what, "restart"))
		restart(strstr(what, "again"));
	if (strstr(what, "stop")) {
		stop();
		return 0;
	}
	kill(pid1, SIGKILL);
	waitpid(pid1, NULL, 0);
	return 0;
}
