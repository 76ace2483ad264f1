/* num - numbers as people write them: decimal digits and nothing else, no sign, no blanks, no wrap-around. */
#ifndef BASE_NUM_H
#define BASE_NUM_H

/* The whole word is a number <= max: 0 and *out set; else -1 with EINVAL (not a number) or ERANGE. */
int num_uint(const char *, unsigned long max, unsigned long *out);

/* The same of octal digits; EINVAL in any case. */
int num_octal(const char *, unsigned long max, unsigned long *out);

/* The digits of a longer text at *p, before end, at most `most` of them (no more than 18): moves *p behind them.
 * Returns how many there are. */
unsigned num_digits(const char **p, const char *end, unsigned most, unsigned long *out);

/* A length of time: "90", "90s", "2m", "1h", "250ms", fractions as "0.5": in milliseconds. A bare number counts
 * in `unit_ms` (1000 for seconds). 0 or -1 with EINVAL or ERANGE (over a year). */
int num_duration(const char *, unsigned long unit_ms, unsigned long *out_ms);

/* A number of bytes <= max, "4096", "64k", "4M" or "1G" (binary). 0 or -1 as num_uint(). */
int num_size(const char *, unsigned long max, unsigned long *out);

#endif
