/* unit_state - what the files of pure/unit share. */
#ifndef PURE_UNIT_STATE_H
#define PURE_UNIT_STATE_H

#include <stddef.h>

struct unit;
struct unit_command;
struct unit_setting;

/* A copy in the unit's memory; NULL with ENOMEM. */
char *unit_copy(struct unit *, const char *, size_t len);

/* The text with its specifiers replaced: itself if there are none, else in the unit's memory. NULL: *why. */
const char *unit_specifiers(struct unit *, const char *text, const char **why);

/* The next word of a list at *at, its specifiers replaced; the text is changed. NULL at the end, and if it is wrong:
 * *why is set then. */
const char *unit_word(struct unit *, char **at, const char **why);

/* Reads one Exec line: commands behind those that are there already. 0, or -1: *why. */
int unit_commands_read(struct unit *, const struct unit_setting *, struct unit_command **, size_t *count,
                       const char **why);

#endif
