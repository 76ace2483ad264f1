/* notify - see notify.h */
#include "pure/notify.h"

#include <limits.h>
#include <string.h>

#include "base/num.h"

/* In the order of NOTIFY_. */
static const char *const flags[] = {"READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1", "WATCHDOG=trigger"};

enum key { STATUS, MAINPID, ERRNO, EXTEND, WATCHDOG };

static const char *const keys[] = {"STATUS=", "MAINPID=", "ERRNO=", "EXTEND_TIMEOUT_USEC=", "WATCHDOG_USEC="};

/* It is shown on terminals, and a line of a file. */
static char *shown(char *text)
{
	for (char *p = text; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	return text;
}

static void take(struct notify *n, enum key key, char *value)
{
	unsigned long number;

	if (key == STATUS)
		n->status = shown(value);
	else if (num_uint(value, key == MAINPID || key == ERRNO ? INT_MAX : ULONG_MAX, &number))
		return;
	else if (key == MAINPID)
		n->main_pid = (pid_t)number;
	else if (key == ERRNO)
		n->error = (int)number;
	else if (key == EXTEND)
		n->extend_us = number;
	else {
		n->watchdog_us = number;
		n->what |= NOTIFY_WATCHDOG_USEC;
	}
}

void notify_read(struct notify *n, char *text, size_t len)
{
	char *end = text + len;

	*n = (struct notify){0};
	for (char *line = text, *next; line < end; line = next) {
		next = line + strcspn(line, "\n") + 1;
		next[-1] = '\0';
		for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
			if (strcmp(line, flags[i]) == 0)
				n->what |= 1U << i;
		for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
			if (strncmp(line, keys[i], strlen(keys[i])) == 0)
				take(n, (enum key)i, line + strlen(keys[i]));
	}
}
