/* sensor - a service of the demo: measures on and on, a line a second; a jump of the values is a line on stderr. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

int main(void)
{
	const struct timespec pause = {.tv_sec = 1};
	int tenths = 214;

	for (unsigned n = 0;; n++) {
		int step = (int)(n * n * n % 9) - 3;
		tenths += step;
		dprintf(1, "%d.%d degrees\n", tenths / 10, tenths % 10);
		if (step > 4)
			dprintf(2, "warmer by 0.%d in a second\n", step);
		nanosleep(&pause, NULL);
	}
}
