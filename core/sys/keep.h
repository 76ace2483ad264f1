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

/* The file is that descriptor; -1, or no memory file: there is none. One that is new is zeros. */
void keep_open(int fd);

/* Is there one? */
bool keep_lasts(void);

/* A piece: zeros, or, and *old is set, what was left in it. Pages that nobody wrote to cost nothing. NULL with errno.
 */
void *keep_piece(const char *name, size_t size, bool *old);

/* A piece for keep_record() has room for two records of that size and this. */
#define KEEP_RECORD(size) (8 + 2 * (size))

/* Replaces the record in the piece, as one; which is it? */
void keep_record(void *piece, const void *record, size_t size);
const void *keep_recorded(const void *piece, size_t size);

/* What lies in these pages is needed no more: they cost nothing again, and are zeros. */
void keep_forget(void *, size_t len);

#endif
