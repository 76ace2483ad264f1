/* envblock - an environment on its way between processes: NUL-separated strings in a file (a memfd). */
#ifndef SYS_ENVBLOCK_H
#define SYS_ENVBLOCK_H

/* 0, or -1 with errno. */
int envblock_write(int fd, char *const *env);

/* All of the file as an array for execve(2), in mapped memory that is never given back: no heap, and nobody who still
 * holds the file can change it. NULL with errno (ENODATA: the file is empty). */
char **envblock_read(int fd);

#endif
