/* boot - one run of boot: what its steps work on, and what came of it. The table of the steps is in applets/boot.c.
 *
 * A step gives 0, or the exit code with which boot ends, after a line that says why.
 */
#ifndef SVC_BOOT_H
#define SVC_BOOT_H

#include <stdbool.h>
#include <stdint.h>

#include "sys/env.h"
#include "sys/users.h"

struct boot {
	struct env env;     /* what it is about; bootenv_set() changes it */
	struct env secrets; /* those of it that came from X_FILE */
	char env_dir[300];  /* where scripts change it; "": nowhere */
	bool phusion_dir;   /* … and that is my_init's directory */

	bool phusion_lines; /* talk as my_init does */
	bool no_scripts;
	bool go_on;          /* whatever fails */
	int failure;         /* exit code of a failure; -1: the step's */
	int64_t deadline_ms; /* 0: none */

	unsigned scripts, templates, lines; /* so many were run, rendered, carried out */
	char user[USERS_TEXT_MAX + 16];     /* "dev(1234)"; "": none */
};

#endif
