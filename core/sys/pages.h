/* pages - giving memory back to the kernel that is kept for the next burst only as addresses. */
#ifndef SYS_PAGES_H
#define SYS_PAGES_H

#include <stddef.h>

/* What the whole pages within [mem, mem + len) hold is no longer needed: they read as zeros and cost nothing. */
void pages_forget(char *mem, size_t len);

/* The same of a shared mapping of a memory file: the file gives them back. */
void pages_remove(char *mem, size_t len);

/* Of the stack what deeper calls have used, up to 64 kB. */
void pages_forget_stack(void);

#endif
