/* caps - see caps.h */
#include "sys/caps.h"

#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/words.h"

/* linux/capability.h, version 3. */
enum { VERSION = 0x20080522, LAST = 63 };

struct sets {
	uint32_t effective, permitted, inheritable;
};

static const char names[] = "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap "
                            "linux_immutable net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner "
                            "sys_module sys_rawio sys_chroot sys_ptrace sys_pacct sys_admin sys_boot sys_nice "
                            "sys_resource sys_time sys_tty_config mknod lease audit_write audit_control setfcap "
                            "mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf "
                            "checkpoint_restore";

/* In linux/securebits.h each has the bit of its place here. */
static const char secure_bits[] =
        "noroot noroot-locked no-setuid-fixup no-setuid-fixup-locked keep-caps keep-caps-locked";

static int place(const char *list, const char *name, size_t len)
{
	size_t n;
	int i = 0;

	for (const char *p; (p = words_next(&list, &n)); i++)
		if (n == len && strncasecmp(p, name, n) == 0)
			return i;
	return -1;
}

int caps_number(const char *name, size_t len)
{
	return len > 4 && strncasecmp(name, "cap_", 4) == 0 ? place(names, name + 4, len - 4) : -1;
}

int caps_secure_bit(const char *name)
{
	return place(secure_bits, name, strlen(name));
}

int caps_call(int option, unsigned long a, unsigned long b)
{
	return (int)syscall(SYS_prctl, option, a, b, 0UL, 0UL);
}

static int sets(long call, struct sets s[2])
{
	struct {
		uint32_t version;
		int pid;
	} head = {VERSION, 0};

	return (int)syscall(call, &head, s);
}

uint64_t caps_permitted(void)
{
	struct sets s[2];

	return sets(SYS_capget, s) ? 0 : (uint64_t)s[1].permitted << 32 | s[0].permitted;
}

/* Of the inheritable ones those in `keep` stay, and those in `more` come. */
static int inherit(uint64_t keep, uint64_t more)
{
	struct sets s[2];

	if (sets(SYS_capget, s))
		return -1;
	for (int i = 0; i < 2; i++)
		s[i].inheritable = (s[i].inheritable & (uint32_t)(keep >> 32 * i)) | (uint32_t)(more >> 32 * i);
	return sets(SYS_capset, s);
}

int caps_bound(uint64_t keep)
{
	for (unsigned i = 0; i <= LAST; i++)
		if (!(keep >> i & 1) && caps_call(PR_CAPBSET_READ, i, 0) == 1 && caps_call(PR_CAPBSET_DROP, i, 0))
			return -1;
	return inherit(keep, 0);
}

int caps_keep(uint64_t keep)
{
	return inherit(CAPS_ALL, keep) || caps_call(PR_SET_KEEPCAPS, 1, 0) ? -1 : 0;
}

int caps_raise(uint64_t raise)
{
	for (unsigned i = 0; i <= LAST; i++)
		if (raise >> i & 1 && caps_call(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i))
			return -1;
	return 0;
}
