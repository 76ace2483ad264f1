/* envblock - see envblock.h */
#include "sys/envblock.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/files.h"

int envblock_write(int fd, char *const *env)
{
	for (; *env; env++)
		if (files_write_all(fd, *env, strlen(*env) + 1))
			return -1;
	return 0;
}

static ssize_t fill(int fd, char *mem, size_t len)
{
	size_t have = 0;

	while (have < len) {
		ssize_t n = pread(fd, mem + have, len - have, (off_t)have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		if (n == 0)
			break;
		have += (size_t)n;
	}
	return (ssize_t)have;
}

/* The strings lie in front, one more NUL closes the last, the array stands behind them. */
char **envblock_read(int fd)
{
	struct stat st;
	size_t len, count = 0, room;
	char *mem, **env, *p;

	if (fstat(fd, &st))
		return NULL;
	len = (size_t)st.st_size;
	errno = ENODATA;
	if (!len)
		return NULL;
	/* at most one string for two bytes, and room for those that are one NUL */
	room = (len + sizeof *env) / sizeof *env * sizeof *env;
	mem = mmap(NULL, room + (len + 2) * sizeof *env, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (mem == MAP_FAILED || fill(fd, mem, len) < 0)
		return NULL;
	mem[len] = '\0';
	env = (char **)(void *)(mem + room);
	for (p = mem; p < mem + len; p += strlen(p) + 1)
		if (strchr(p, '='))
			env[count++] = p;
	env[count] = NULL;
	return env;
}
