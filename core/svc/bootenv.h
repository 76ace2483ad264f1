/* bootenv - the environment while booting: what it is made of, and the files by which scripts change it. */
#ifndef SVC_BOOTENV_H
#define SVC_BOOTENV_H

struct boot;

/* Sets a variable, in getenv(3)'s environment too. As a step. */
int bootenv_set(struct boot *, const char *name, const char *value);

/* Step: files of /etc/container_environment fill what is lacking; PATH and HOME get sane defaults. What an earlier
 * life left in the run directory is removed. */
int bootenv_import(struct boot *);

/* Step: X_FILE=/path gives X without the newlines at its end, and is gone then; for all of INIT_FILE_ENV: names, with *
 * where wanted, or "1": all but those that programs want to be told as paths. An empty variable counts as unset. */
int bootenv_secrets(struct boot *);

/* Step: each of INIT_REQUIRED_ENV has a value. */
int bootenv_required(struct boot *);

/* Step: all of it goes to files, one a variable, and to dumps beside them: the run directory's env/, environment.sh and
 * environment.json, and phusion's where its directory can be written; that is env/ then, so that there is one truth.
 * Secrets do not go into phusion's, which stay in the container's file system. Failures are only said. */
int bootenv_save(struct boot *);

/* A script has run: the files win, and the dumps follow; all scripts have. */
void bootenv_reread(struct boot *);
void bootenv_settle(struct boot *);

#endif
