/* web - a service of the demo: answers HTTP on port 8080 with its process id and says so on stdout, a line a request.
 * With which words is in /srv/greeting, which boot makes from a template.
 *
 * It tells its supervisor that it listens by a newline on fd 3, as the file notification-fd beside it promises.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { PORT = 8080, READY_FD = 3, PATIENCE_S = 2 };

static int listen_on(unsigned short port)
{
	struct sockaddr_in addr = {
	        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_ANY)};
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
	    bind(fd, (struct sockaddr *)&addr, sizeof addr) < 0 || listen(fd, 16) < 0)
		return -1;
	return fd;
}

/* Reads a request's head; its path, "" if it has none. */
static void read_path(int fd, char path[static 64])
{
	char head[2048] = "";
	size_t have = 0;
	ssize_t n;

	path[0] = '\0';
	while (!strstr(head, "\r\n\r\n") && (n = read(fd, head + have, sizeof head - 1 - have)) > 0) {
		have += (size_t)n;
		head[have] = '\0';
	}
	sscanf(head, "GET %63s", path);
}

static const char *read_greeting(void)
{
	static char text[32] = "hello";
	FILE *f = fopen("/srv/greeting", "r");

	if (f) {
		fscanf(f, "%31[^\n]", text);
		fclose(f);
	}
	return text;
}

static void answer(int fd, const char *greeting)
{
	char path[64];
	char body[64];
	struct timeval patience = {.tv_sec = PATIENCE_S};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	read_path(fd, path);
	if (strcmp(path, "/") == 0) {
		snprintf(body, sizeof body, "%s from pid %d\n", greeting, (int)getpid());
		dprintf(fd, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n\r\n%s",
		        strlen(body), body);
		dprintf(1, "GET / 200\n");
	} else {
		dprintf(fd, "HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n");
		dprintf(2, "GET %s 404: there is only /\n", path);
	}
}

int main(void)
{
	const char *greeting = read_greeting();
	int server = listen_on(PORT);

	if (server < 0) {
		perror("port 8080");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	dprintf(1, "listening on port %d\n", PORT);
	if (write(READY_FD, "\n", 1) == 1)
		close(READY_FD);
	for (;;) {
		int fd = accept(server, NULL, NULL);
		if (fd < 0)
			continue;
		answer(fd, greeting);
		close(fd);
	}
}
