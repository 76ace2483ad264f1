/* files - whole small files. All paths are relative to a directory descriptor (AT_FDCWD: the working directory). */
#ifndef SYS_FILES_H
#define SYS_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads at most cap - 1 bytes and terminates them with NUL. The length (cap - 1: there may be more), or -1 with errno.
 * A FIFO or device does not block: it is an error (EINVAL). */
ssize_t files_read(int at, const char *path, char *mem, size_t cap);

/* As files_read, without the white space at the end: the value in a one-line file. */
ssize_t files_read_word(int at, const char *path, char *mem, size_t cap);

/* Writes path.new and renames it: a reader sees the old or the new text, never a part. 0, or -1 with errno. */
int files_replace(int at, const char *path, mode_t, const char *text, size_t len);

/* All of it, however large, in new memory of the heap (NUL behind it; the caller frees), or NULL with errno. */
char *files_load(int at, const char *path, size_t *len);

/* The same of whatever is open there, a pipe too; cap (at least 2): how many bytes to begin with. */
char *files_drain(int fd, size_t cap, size_t *len);

/* Writes everything, through EINTR and short counts. 0, or -1 with errno. */
int files_write_all(int fd, const void *, size_t);

/* All from where one file is to where the other is. 0, or -1 with errno. */
int files_copy(int to, int from);

/* The directory and all above it that are missing. 0, or -1 with errno. */
int files_make_dirs(const char *path);

/* A directory, opened for reading: a descriptor, or -1 with errno. */
int files_open_dir(int at, const char *path);

/* Its names one by one, without "." and "..", on the stack of who asks. */
struct files_walk {
	int fd;      /* from files_open_dir(); the caller's */
	int at, end; /* private; zero at first. After the last name `end` is 0, or -1 if reading failed */
	_Alignas(8) char mem[2048];
};

/* The next one, good until the next call; NULL with errno unchanged at the end. */
const char *files_next(struct files_walk *);

/* The names in a directory, sorted bytewise, without "." and "..": an array that ends with NULL, each name and the
 * array in one piece of heap memory to free(). NULL with errno. */
char **files_list(int at, const char *path, size_t *count);

#endif
