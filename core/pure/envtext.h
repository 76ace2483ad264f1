/* envtext - an environment as text for other programs, quoted as phusion's my_init does it.
 *
 *	sh     export NAME=value        what is no letter, digit or _ in NAME becomes _; 'quoted' if need be
 *	json   {"NAME": "value", …}     Python's json.dumps() but for bytes above 127, which stay as they are
 */
#ifndef PURE_ENVTEXT_H
#define PURE_ENVTEXT_H

#include <stddef.h>

struct fmt;

/* One pair "NAME=value", as a line. */
void envtext_sh(struct fmt *, const char *pair);

/* All pairs, without a newline at the end. */
void envtext_json(struct fmt *, char *const *pairs);

/* Memory that either of them needs for all pairs, the NUL included. */
size_t envtext_room(char *const *pairs);

#endif
