/* signals - names and numbers of signals: TERM, SIGTERM, 15, RTMIN+3. */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <stddef.h>

/* The number of a name (with or without SIG, any case) or of digits; 0 is a number too. -1: no such signal. */
int signals_number(const char *name);

/* "TERM", "RTMIN+3" in static memory (overwritten by the next call for an RT signal), or "0". */
const char *signals_name(int number);

enum { SIGNALS_ENDED = 32 };

/* How a process ended, of waitpid(2)'s status: "exited with 1", "was killed by KILL". */
void signals_ended(char text[SIGNALS_ENDED], int status);

#endif
