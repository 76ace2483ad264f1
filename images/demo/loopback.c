/* loopback - a boot script of the demo: brings the loopback interface up, which in a new network namespace is down. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void)
{
	struct ifreq lo = {.ifr_name = "lo"};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &lo) < 0) {
		perror("loopback");
		return 1;
	}
	if (lo.ifr_flags & IFF_UP) /* an engine has done it, and may not let us */
		return 0;
	lo.ifr_flags |= IFF_UP;
	if (ioctl(fd, SIOCSIFFLAGS, &lo) < 0) {
		perror("loopback");
		return 1;
	}
	return 0;
}
