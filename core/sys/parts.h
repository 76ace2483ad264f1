/* parts - the files of a directory that are to be run: boot scripts, periodic jobs, hooks.
 *
 * A part is a regular file, or a link to one, with an x bit (anyone's: a part that we may not run fails loudly instead
 * of being left out). Left out are names that begin with a dot and what editors and package managers leave behind:
 * *~ *.bak *.orig *.dpkg-* *.rpm*.
 */
#ifndef SYS_PARTS_H
#define SYS_PARTS_H

#include <stddef.h>

enum { PARTS_DEPTH_MAX = 32 };

enum {
	PARTS_DEEP = 1, /* those of subdirectories too, PARTS_DEPTH_MAX deep; links to directories are not followed */
	PARTS_ANY = 2,  /* files without an x bit too */
	PARTS_ALL = 4, /* every file, whatever its name; links to directories are followed, but none that leads back up.
	                  Names with two dots before them are a mounted ConfigMap's own, and left out */
};

/* Told of each entry left out, dot names and directories apart. `why` is a constant; err is 0 if leaving it out is as
 * it should be, else the errno to be worried about (a dangling link, an unreadable subdirectory). */
typedef void parts_skipped_fn(const char *path, const char *why, int err);

/* That `why`: its owner may have meant it to run. */
extern const char parts_leftover[];

/* The paths ("DIR/NAME") of all parts, sorted bytewise: an array of the heap that ends with NULL, for parts_free();
 * NULL with errno if `dir` cannot be read. `skipped` may be NULL. */
char **parts_list(const char *dir, unsigned flags, parts_skipped_fn *skipped, size_t *count);
void parts_free(char **);

#endif
