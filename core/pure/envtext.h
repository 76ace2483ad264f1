/* envtext - an environment as text for other programs, quoted as phusion's my_init does it.
 *
 *	sh     export NAME=value        what is no letter, digit or _ in NAME becomes _; 'quoted' if need be (and where
 *	                                Python has a letter that is not ASCII)
 *	json   {"NAME": "value", …}     Python's json.dumps(): ASCII; a byte that is no UTF-8 becomes \udc80 to \udcff
 */
#ifndef PURE_ENVTEXT_H
#define PURE_ENVTEXT_H

#include <stddef.h>

struct fmt;

/* One pair "NAME=value", as a line. */
void envtext_sh(struct fmt *, const char *pair);

/* All pairs (what has no '=' is none), without a newline at the end. */
void envtext_json(struct fmt *, char *const *pairs);

/* Memory that either of them needs for all pairs, the NUL included. */
size_t envtext_room(char *const *pairs);

#endif
