/* pairs - small translation tables from words such as "USR1=HUP QUIT=TERM" or "143=0 1=0". */
#ifndef BASE_PAIRS_H
#define BASE_PAIRS_H

/* Sets table[A] = B for each "A=B"; blanks or commas lie between the pairs. `number` reads one side: the index into
 * the table, or -1. NULL if all is right, else the first wrong pair (the right ones before it hold). */
const char *pairs_read(const char *, int (*number)(const char *), unsigned char *table);

#endif
