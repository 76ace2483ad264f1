/* bootenv - the environment while booting: what it is made of, and the files by which scripts change it. */
#ifndef SVC_BOOTENV_H
#define SVC_BOOTENV_H

#include <stdbool.h>

struct env;

/* Each step: 0, or -1 after a line that says why boot ends here. */

/* Files of /etc/container_environment fill what is lacking; PATH and HOME get sane defaults. */
int bootenv_import(struct env *);

/* X_FILE=/path gives X, for all of INIT_FILE_ENV: "1", or names. */
int bootenv_secrets(struct env *);

/* Each of INIT_REQUIRED_ENV has a value. */
int bootenv_required(const struct env *);

/* To the run directory's env/ and phusion's, with their .sh and .json; and what scripts made of it, back. */
void bootenv_save(struct env *);
void bootenv_reread(struct env *);

#endif
