/* syslog_send - what programs do that log by syslog(3), and what none should: for tests.
 *
 * usage: syslog_send TAG [daemon]    mail.err "from TAG" with our pid, after leaving whoever started us; then waits
 *        syslog_send -raw            each of the hostile datagrams to /dev/log
 *        syslog_send -count N        N datagrams "<14>count: NUMBER", each when the one before was taken
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

static int connected(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "/dev/log"};
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a))
		exit(1);
	return fd;
}

static void send_descriptor(int fd)
{
	struct iovec part = {.iov_base = (char[]){"<14>fd: sent"}, .iov_len = 12};
	union {
		struct cmsghdr head;
		char mem[CMSG_SPACE(sizeof(int))];
	} c = {.head = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof(int))}};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof c};

	memcpy(CMSG_DATA(&c.head), &(int){0}, sizeof(int));
	sendmsg(fd, &m, 0);
}

static void hostile(void)
{
	static char big[65536];
	int fd = connected();

	memset(big, 'x', sizeof big);
	memcpy(big, "<14>big: ", 9);
	send_descriptor(fd);
	send(fd, "", 0, 0);
	send(fd, "\0", 1, 0);
	send(fd, "<14>nul: a\0b\0\0", 14, 0);
	send(fd, "<14>newline: a\nb\n", 17, 0);
	send(fd, "no priority", 11, 0);
	send(fd, "<999>wrong", 10, 0);
	send(fd, "<14>\xff\x1b[1m", 9, 0);
	send(fd, big, sizeof big, 0);
	send(fd, "<14>last: one", 13, 0);
}

static void count(int n)
{
	int fd = connected();
	char text[32];

	for (int i = 1; i <= n; i++) {
		int len = snprintf(text, sizeof text, "<14>count: %d", i);
		if (send(fd, text, (size_t)len, 0) != len)
			exit(1);
	}
}

static void leave(void)
{
	if (fork())
		exit(0);
	setsid();
	if (fork())
		exit(0);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-raw") == 0) {
		hostile();
	} else if (argc == 3 && strcmp(argv[1], "-count") == 0) {
		count(atoi(argv[2]));
	} else if (argc > 1) {
		if (argc > 2)
			leave();
		openlog(argv[1], LOG_PID, LOG_MAIL);
		syslog(LOG_ERR, "from %s", argv[1]);
		sleep(1000);
	}
	return 0;
}
