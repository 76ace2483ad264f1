/* sort - see sort.h */
#include "base/sort.h"

#include <string.h>

/* Shell's sort: no memory, no recursion, fast for the few thousand names a directory holds. */
void sort_names(char **names, size_t n)
{
	size_t gap = 1;

	while (gap < n / 3)
		gap = gap * 3 + 1;
	for (; gap; gap /= 3)
		for (size_t i = gap; i < n; i++) {
			char *name = names[i];
			size_t k = i;
			for (; k >= gap && strcmp(names[k - gap], name) > 0; k -= gap)
				names[k] = names[k - gap];
			names[k] = name;
		}
}
