/* folder - a directory of this test's own, which its cases work in:
 * cmocka_run_group_tests_name(…, folder_enter, folder_leave). */
#ifndef FOLDER_H
#define FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test.XXXXXX";

static int folder_enter(void **state)
{
	(void)state;
	umask(022);
	return !mkdtemp(folder) || chmod(folder, 0755) || chdir(folder) ? -1 : 0;
}

static int folder_leave(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -rf %s", folder);
	return chdir("/") || system(command);
}

#endif
