/* die - say why and exit. For applets only: a core room never ends the process (build/layers.awk checks). */
#ifndef BASE_DIE_H
#define BASE_DIE_H

/* "NAME: text" on stderr, then exit with the code. */
__attribute__((format(printf, 2, 3), noreturn)) void die(int code, const char *, ...);

/* Wrong use: the text if there is one, a hint to --help, exit with the code. */
__attribute__((format(printf, 2, 3), noreturn)) void die_usage(int code, const char *, ...);

/* Writes all of the text to fd 1; exits with `code` if that fails (a full disk must not look like success). */
void out_text(int code, const char *);

#endif
