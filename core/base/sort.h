/* sort - names in bytewise order. musl's qsort(3) is 2 kB. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* Sorts the array of n strings in place, as strcmp(3) compares them. */
void sort_names(char **names, size_t n);

#endif
