/* exec - see exec.h */
#include "sys/exec.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "sys/exec_why.h"

const char *exec_path(char *const *env)
{
	for (; *env; env++)
		if (strncmp(*env, "PATH=", 5) == 0)
			return *env + 5;
	return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

int exec_find(const char *name, char *const *argv, char *const *env, const char *path)
{
	char full[PATH_ROOM];
	int err = ENOENT;

	if (strchr(name, '/'))
		return execve(name, argv, env);
	while (path_next(name, &path, full)) {
		execve(full, argv, env);
		if (errno != ENOENT && errno != ENOTDIR && (err == ENOENT || errno != EACCES))
			err = errno;
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			break;
	}
	errno = err;
	return -1;
}

const char *exec_or_why(const char *name, char *const *argv, char *const *env, const char *path)
{
	static char why[600];
	struct fmt f;
	int err;

	exec_find(name, argv, env, path);
	err = errno;
	fmt_open(&f, why, sizeof why);
	exec_why_named(name, path, err, &f);
	errno = err;
	return why;
}
