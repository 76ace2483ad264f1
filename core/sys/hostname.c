/* hostname - see hostname.h */
#include "sys/hostname.h"

#include <sys/utsname.h>

const char *hostname_get(void)
{
	static struct utsname here;

	if (!here.nodename[0])
		uname(&here);
	return here.nodename[0] ? here.nodename : "localhost";
}
