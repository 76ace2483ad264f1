/* story - the demo's command: shows in a few seconds what is at work around it, then waits until it is stopped.
 *
 * usage: story [PACE]
 *
 * PACE is the time before a paragraph, in ms. It is the container's CMD: stdin, stdout and the terminal are its own.
 * DEMO_ENTER in its environment is how to get into this container from outside, for the hints at the end.
 */
#include <ctype.h>
#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PORT = 8080, RETRIES = 2000 };

static const char *bold = "", *dim = "", *plain = "";
static long pace_ms = 700;

static void wait_ms(long ms)
{
	const struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	nanosleep(&t, NULL);
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void tell(const char *text)
{
	wait_ms(pace_ms);
	dprintf(1, "\n%s%s%s\n", bold, text, plain);
}

/* Shows a command line (no blanks within its words) and runs it. */
static void run(const char *line)
{
	char copy[128];
	char *argv[8] = {0};
	size_t n = 0;
	pid_t pid;

	dprintf(1, "%s$ %s%s\n", dim, line, plain);
	snprintf(copy, sizeof copy, "%s", line);
	for (char *word = strtok(copy, " "); word && n < 7; word = strtok(NULL, " "))
		argv[n++] = word;
	pid = fork();
	if (pid == 0) {
		execvp(argv[0], argv);
		perror(argv[0]);
		_exit(127);
	}
	if (pid > 0)
		waitpid(pid, NULL, 0);
}

/* Asks the web service; its answer's last line, or -1 if nobody listens or it died on the way. */
static int get(char *answer, size_t size)
{
	struct sockaddr_in addr = {
	        .sin_family = AF_INET, .sin_port = htons(PORT), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char text[512] = "";
	size_t have = 0;
	ssize_t n;
	char *body;

	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&addr, sizeof addr) == 0) {
		dprintf(fd, "GET / HTTP/1.0\r\n\r\n");
		while (have < sizeof text - 1 && (n = read(fd, text + have, sizeof text - 1 - have)) > 0)
			have += (size_t)n;
	}
	close(fd);
	text[have] = '\0';
	body = strstr(text, "\r\n\r\n");
	if (!body)
		return -1;
	snprintf(answer, size, "%s", body + 4);
	return 0;
}

static void ask(void)
{
	char answer[128];
	double start = now_ms();

	dprintf(1, "%s$ GET http://127.0.0.1:%d/%s\n", dim, PORT, plain);
	for (int i = 0; i < RETRIES; i++) {
		if (get(answer, sizeof answer) == 0) {
			dprintf(1, "%.*s (after %.1f ms)\n", (int)strcspn(answer, "\n"), answer, now_ms() - start);
			return;
		}
		wait_ms(1);
	}
	dprintf(1, "no answer\n");
}

/* The number after `key` in a file of /proc/PID; 0 if it is not to be had. */
static long number_of(const char *pid, const char *file, const char *key)
{
	char path[64];
	char line[256];
	long n = 0;
	FILE *f;

	snprintf(path, sizeof path, "/proc/%.16s/%s", pid, file);
	f = fopen(path, "r");
	if (!f)
		return 0;
	while (fgets(line, sizeof line, f))
		if (strncmp(line, key, strlen(key)) == 0)
			n = atol(line + strlen(key));
	fclose(f);
	return n;
}

/* Whether a process is one of the three that supervise: it runs our binary and is none of this story's commands. */
static int supervises(const char *pid)
{
	char path[64];
	char exe[64] = "";

	snprintf(path, sizeof path, "/proc/%.16s/exe", pid);
	return readlink(path, exe, sizeof exe - 1) > 0 && strcmp(exe, "/bin/initbox") == 0;
}

static void tell_sizes(void)
{
	struct stat st = {0};
	long pss_kb = 0;
	const struct dirent *e;
	DIR *proc = opendir("/proc");

	while (proc && (e = readdir(proc)))
		if (isdigit((unsigned char)e->d_name[0]) && supervises(e->d_name))
			pss_kb += number_of(e->d_name, "smaps_rollup", "Pss:");
	if (proc)
		closedir(proc);
	stat("/bin/initbox", &st);
	wait_ms(pace_ms);
	dprintf(1, "\n%sinitbox %lld kB on disk", bold, (long long)(st.st_size + 1023) / 1024);
	if (pss_kb)
		dprintf(1, "; init + runsvdir + logd use %ld kB of memory", pss_kb);
	dprintf(1, "%s\n", plain);
}

static void tell_hints(void)
{
	const char *enter = getenv("DEMO_ENTER");

	if (enter) {
		dprintf(1, "Try from another terminal:\n");
		dprintf(1, "  %s service                     the table above\n", enter);
		dprintf(1, "  %s sv status web               as runit says it\n", enter);
		dprintf(1, "  %s service sensor stop         and start, restart, log\n", enter);
		dprintf(1, "  %s halt                        the end, with exit code 1\n", enter);
	}
	dprintf(1, "Ctrl-C stops everything, in order.\n\n");
}

static void leave(int sig)
{
	(void)sig;
	_exit(0);
}

int main(int argc, char **argv)
{
	if (argc > 1)
		pace_ms = atol(argv[1]);
	signal(SIGINT, leave);
	signal(SIGTERM, leave);
	if (isatty(1)) {
		bold = "\033[1m";
		dim = "\033[2m";
		plain = "\033[0m";
	}
	dprintf(1, "%sA container from scratch: no shell, no libc, no package. PID 1 is initbox.%s\n", bold, plain);
	wait_ms(pace_ms);
	tell("Two services are up; the sensor, a unit of systemd, waited for the web server:");
	run("service");
	tell("The web server has its words from a template, {{GREETING:-hello}}:");
	ask();
	tell("Kill it, and it is back before anybody notices:");
	run("service web kill KILL");
	ask();
	tell("It has a new pid, and the table knows of its restart:");
	run("service wait web");
	run("service");
	tell_sizes();
	tell_hints();
	for (;;)
		pause();
}
