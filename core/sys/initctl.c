/* initctl - see initctl.h */
#include "sys/initctl.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "sys/files.h"
#include "sys/procs.h"
#include "sys/rundir.h"

/* Marks the integer: another program's sigqueue() is not taken for an exit code. */
enum { MARK = 0x696e0000, CODE = 0xff };

static bool is_init(pid_t pid)
{
	struct procs_one one;

	if (kill(pid, 0) && errno != EPERM)
		return false;
	return procs_read(pid, &one) || strcmp(one.name, "init") == 0;
}

pid_t initctl_find(void)
{
	const char *dir = rundir_find();
	char path[300], text[24];
	unsigned long pid;

	if (dir && fmt_into(path, sizeof path, "%s/pid", dir) == 0 &&
	    files_read_word(AT_FDCWD, path, text, sizeof text) > 0 && num_uint(text, 1UL << 22, &pid) == 0 && pid &&
	    is_init((pid_t)pid))
		return (pid_t)pid;
	return is_init(1) ? 1 : 0;
}

int initctl_stop(pid_t init, int code)
{
	return sigqueue(init, INITCTL_SIGNAL, (union sigval){.sival_int = MARK | (code & CODE)});
}

bool initctl_code(int value, int *code)
{
	if ((value & ~CODE) != MARK)
		return false;
	*code = value & CODE;
	return true;
}
