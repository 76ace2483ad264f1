/* target - what somebody waits for, as a word.
 *
 *	tcp://HOST:PORT  HOST:PORT  [::1]:PORT    a connection is accepted
 *	unix:PATH  unix:///PATH                   likewise
 *	file:PATH  dir:PATH                       it exists (and is a directory)
 *	http://HOST[:PORT]/PATH[#200-399]         the status of a GET; http+unix:SOCKET:/PATH too
 *	dns:NAME                                  it has an address
 *	exec:COMMAND ARG…                         ends with 0; words are split at blanks, quotes as in a shell
 *	service:NAME[:up|:ready]                  is up, or ready (the default)
 */
#ifndef PURE_TARGET_H
#define PURE_TARGET_H

#include <stdint.h>

enum target_kind {
	TARGET_TCP,
	TARGET_UNIX,
	TARGET_FILE,
	TARGET_DIR,
	TARGET_HTTP,
	TARGET_HTTP_UNIX,
	TARGET_DNS,
	TARGET_EXEC,
	TARGET_SERVICE
};

enum { TARGET_HOST = 256 };

/* The texts point into the word, which is the caller's, or into memory of the heap that is never given back. */
struct target {
	enum target_kind kind;
	const char *word;       /* as it was given */
	char host[TARGET_HOST]; /* tcp, http, dns */
	uint16_t port;
	const char *path;   /* unix, file, dir: it; http: from its slash; service: its name */
	const char *socket; /* http over unix */
	unsigned low, high; /* http: which statuses are fine */
	char **argv;        /* exec; ends with NULL */
	int up;             /* service: being up is enough */
};

/* 0, or -1 and why: one line of constant text. */
int target_read(struct target *, const char *word, const char **why);

#endif
