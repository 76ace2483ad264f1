/* setting - INIT_* variables of the environment. A wrong value is one line that names it, and the old value stays. */
#ifndef BASE_SETTING_H
#define BASE_SETTING_H

#include <stdbool.h>

/* The value, NULL if it is unset or empty. */
const char *setting_text(const char *name);
bool setting_is(const char *name, const char *value);

/* Is it one of the words of its value, which have blanks or commas between them? */
bool setting_lists(const char *name, const char *word);

/* A length of time, a bare number counts as seconds (base/num.h). */
void setting_ms(const char *name, unsigned long *ms);

/* A number from 0 to max. */
void setting_number(const char *name, unsigned long max, int *);

/* "FROM=TO FROM=TO" (base/pairs.h), into table; setting_map takes the text from elsewhere, such as an option. */
void setting_pairs(const char *name, int (*number)(const char *), unsigned char *table);
void setting_map(const char *name, const char *text, int (*number)(const char *), unsigned char *table);

/* INIT_VERBOSE, into msg_verbose. */
void setting_verbose(void);

#endif
