/* escape - what stands behind a backslash in files of systemd: \n \s \" \x41 \101 \u20ac, systemd.syntax(7). */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

/* Reads behind the backslash and moves *at behind what it read; writes no more bytes than that. The end of what was
 * written; NULL: there is no such escape (nor one for NUL). */
char *escape_read(const char **at, char *to);

#endif
