/* service - what is supervised in the bench: says when it began, and waits for a signal to end it. It may be PID 1's
 * only child or a service; it never is PID 1, whose signals do nothing unless caught. */
#include "stamps.h"

int main(void)
{
	int64_t now = stamps_now();
	struct stamps *s = stamps_open("/stamps", 0);

	if (!s)
		return 1;
	stamps_put(s, now);
	for (;;)
		pause();
}
