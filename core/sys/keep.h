/* keep - memory that outlives a killed logd.
 *
 * init makes a memory file once and gives it to every logd it starts. Its pieces have names: who asks for one of the
 * same name and size again, after a restart, gets it as it was left. So whoever keeps something in it orders its writes
 * such that it makes sense at every instant. Without such a file pieces are ordinary memory, which dies with us.
 */
#ifndef SYS_KEEP_H
#define SYS_KEEP_H

#include <stdbool.h>
#include <stddef.h>

enum { KEEP_NAME = 48 };

/* The file is that descriptor; -1: there is none. A file that is not ours, or of another version, is emptied. */
void keep_open(int fd);

/* A piece: zeros, or, and *old is set, what was left in it. Pages that nobody wrote to cost nothing. NULL with errno.
 */
void *keep_piece(const char *name, size_t size, bool *old);

/* What lies in these pages is needed no more: they cost nothing again, and are zeros. */
void keep_forget(void *, size_t len);

#endif
