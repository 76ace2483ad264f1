/* target - what somebody waits for, as a word.
 *
 *	tcp://HOST:PORT  HOST:PORT  [::1]:PORT    a connection is accepted
 *	unix:PATH  unix:///PATH                   likewise; of datagrams: somebody has it
 *	file:PATH  dir:PATH                       it exists (and is a directory); file:///PATH too
 *	http://HOST[:PORT]/PATH[#STATUSES]        the status of a GET: 200-399, or as in #204,300-499
 *	http+unix:SOCKET[:/PATH[#STATUSES]]       likewise
 *	dns:NAME                                  it has an address
 *	exec:COMMAND ARG…                         ends with 0; words are split at blanks, quotes and \ as in a shell
 *	service:NAME[:up|:ready]                  is up, or ready (the default)
 */
#ifndef PURE_TARGET_H
#define PURE_TARGET_H

#include <stdbool.h>
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

enum { TARGET_HOST = 256, TARGET_WORD = 4096 };

/* The texts lie in `mem`, of the heap: who wants it back frees it, also after an error. */
struct target {
	enum target_kind kind;
	const char *word;       /* as it was given; the caller's */
	char host[TARGET_HOST]; /* tcp, http, dns */
	uint16_t port;
	const char *path;     /* unix, http+unix: the socket; file, dir: it; service: its name */
	const char *page;     /* http: behind the host, its query included; "": none */
	const char *name;     /* http: host and port as they were given, */
	int name_len;         /* so long */
	const char *statuses; /* http: which are fine */
	char **argv;          /* exec; ends with NULL */
	bool up;              /* service: being up is enough */
	char *mem;            /* private */
};

/* 0, or -1 and why: one line of constant text. */
int target_read(struct target *, const char *word, const char **why);

/* Is it a socket or file that appears at `path`? */
bool target_is_path(const struct target *);

/* http: is that status fine? */
bool target_status(const struct target *, unsigned status);

#endif
