/* player - a daemon for tests, which does what its words say, in order, and then stays until it is killed.
 *
 *	say=TEXT      sends it to $NOTIFY_SOCKET; in it | is a newline, and @ the own pid
 *	flood=N       sends N messages
 *	barrier=FILE  sends BARRIER=1 with a descriptor, and makes FILE when that is closed
 *	fork … end    a child does what stands between, and stays; the parent goes on behind `end`
 *	daemon        goes on in a child of a new session; the parent exits
 *	hide          writes over its environment, as setproctitle(3) does, and forgets it
 *	reap          takes no notice of its children's ends
 *	pid=FILE      writes its pid there
 *	wait=FILE     until it is there
 *	user=N        becomes that user
 *	exit=N        ends
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static struct sockaddr_un to = {.sun_family = AF_UNIX};
static int sock = -1;

static void say(const char *text, int fd)
{
	char mem[1024], *out = mem;
	struct iovec part = {.iov_base = mem};
	union {
		struct cmsghdr head;
		char mem[CMSG_SPACE(sizeof(int))];
	} more;
	struct msghdr m = {.msg_name = &to, .msg_namelen = sizeof to, .msg_iov = &part, .msg_iovlen = 1};

	for (; *text && out < mem + sizeof mem - 16; text++)
		if (*text == '@')
			out += sprintf(out, "%d", (int)getpid());
		else
			*out++ = *text == '|' ? '\n' : *text;
	part.iov_len = (size_t)(out - mem);
	if (fd >= 0) {
		m.msg_control = &more;
		m.msg_controllen = sizeof more;
		more.head = (struct cmsghdr){
		        .cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
		memcpy(CMSG_DATA(&more.head), &fd, sizeof fd);
	}
	if (sendmsg(sock, &m, 0) < 0) {
		perror("player: sendmsg");
		exit(9);
	}
}

static void put(const char *path, int number)
{
	FILE *f = fopen(path, "w");

	if (!f || fprintf(f, "%d\n", number) < 0 || fclose(f)) {
		perror(path);
		exit(9);
	}
}

static void barrier(const char *path)
{
	int ends[2];
	char c;

	if (pipe(ends))
		exit(9);
	say("BARRIER=1", ends[1]);
	close(ends[1]);
	if (read(ends[0], &c, 1) == 0)
		put(path, 1);
	close(ends[0]);
}

static void hide(void)
{
	for (char **e = environ; *e; e++)
		memset(*e, 'x', strlen(*e));
	clearenv();
}

/* Returns the word to go on with. */
static char **begin(char **word)
{
	int depth = 1;

	if (fork() == 0)
		return word;
	while (depth && *++word)
		depth += !strcmp(*word, "fork") - !strcmp(*word, "end");
	return word;
}

static void stay(void)
{
	for (;;)
		pause();
}

static void daemonise(void)
{
	if (fork())
		_exit(0);
	setsid();
}

int main(int argc, char **argv)
{
	static const struct timespec bit = {.tv_nsec = 5000000};
	const char *path = getenv("NOTIFY_SOCKET");

	(void)argc;
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (path)
		snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
	for (char **w = argv + 1; *w; w++) {
		const char *equals = strchr(*w, '='), *value = equals ? equals + 1 : "";
		int n = atoi(value);
		if (!strncmp(*w, "say=", 4))
			say(value, -1);
		else if (!strncmp(*w, "flood=", 6))
			for (int i = 0; i < n; i++)
				say("STATUS=flood|WATCHDOG=1", -1);
		else if (!strncmp(*w, "barrier=", 8))
			barrier(value);
		else if (!strcmp(*w, "fork"))
			w = begin(w);
		else if (!strcmp(*w, "end"))
			stay();
		else if (!strcmp(*w, "daemon"))
			daemonise();
		else if (!strcmp(*w, "hide"))
			hide();
		else if (!strcmp(*w, "reap"))
			signal(SIGCHLD, SIG_IGN);
		else if (!strncmp(*w, "pid=", 4))
			put(value, getpid());
		else if (!strncmp(*w, "wait=", 5))
			while (access(value, F_OK))
				nanosleep(&bit, NULL);
		else if (!strncmp(*w, "user=", 5) && setuid((uid_t)n) == 0)
			continue;
		else if (!strncmp(*w, "exit=", 5))
			exit(n);
		else
			return 9;
	}
	stay();
}
