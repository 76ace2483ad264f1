/* msg - what a program says to people: one line, one write(2).
 *
 * "NAME: text\n" on msg_fd, where NAME is the applet's (msg_name; NULL or "" leaves it out, as under init,
 * whose log stream is named already). A line never blocks when msg_quick is set (PID 1, supervision):
 * what does not fit at once is counted, and the count is said with the next line that fits.
 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include <stdbool.h>

extern const char *msg_name; /* set by core/main.c to the applet's name */
extern int msg_fd;           /* 2 unless changed */
extern bool msg_quick;       /* never wait for the reader */
extern int msg_verbose;      /* 0 errors, 1 what is unexpected (the default), 2 every step */

/* Always said: something failed. %m is the error's text. errno is kept. */
__attribute__((format(printf, 1, 2))) void msg_error(const char *, ...);

/* Unexpected, worth a look (msg_verbose >= 1). */
__attribute__((format(printf, 1, 2))) void msg_warn(const char *, ...);

/* A step that went as it should (msg_verbose >= 2). */
__attribute__((format(printf, 1, 2))) void msg_info(const char *, ...);

#endif
