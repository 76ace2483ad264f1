/* notify_send - sd_notify(3) for tests: sends a text to $NOTIFY_SOCKET, then becomes a command.
 *
 * usage: notify_send TEXT [COMMAND ARG...]
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t len = argc > 1 ? strlen(argv[1]) : 0;

	if (!len || !path || strlen(path) >= sizeof a.sun_path)
		return 2;
	strcpy(a.sun_path, path);
	if (sendto(fd, argv[1], len, 0, (struct sockaddr *)&a, sizeof a) != (ssize_t)len)
		return 1;
	if (argc > 2)
		execv(argv[2], argv + 2);
	return argc > 2;
}
