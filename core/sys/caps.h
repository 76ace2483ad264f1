/* caps - capabilities(7): their names, and what this process and those it becomes may have. */
#ifndef SYS_CAPS_H
#define SYS_CAPS_H

#include <stddef.h>
#include <stdint.h>

/* A set has bit N for the capability N. */
#define CAPS_ALL UINT64_MAX

/* The number of "CAP_CHOWN", in any case; -1: no such name. */
int caps_number(const char *name, size_t len);

/* Those that we may use; 0 if that cannot be told. */
uint64_t caps_permitted(void);

/* Takes what is not in `keep` out of the bounding set and the inheritable one. 0, or -1 with errno: EPERM, and
 * something of it would have had to go. */
int caps_bound(uint64_t keep);

/* What a program that is executed shall have though it is not root's: made inheritable, and kept when the user changes
 * (before that); raised (after it). Only permitted ones can be. 0, or -1 with errno. */
int caps_keep(uint64_t);
int caps_raise(uint64_t);

/* The bit of "keep-caps", "noroot-locked" … for prctl(PR_SET_SECUREBITS); -1: no such name. */
int caps_secure_bit(const char *name);

/* prctl(2) of two arguments and no more: our libc.c passes one, and what it leaves open the kernel refuses. */
int caps_call(int option, unsigned long a, unsigned long b);

#endif
