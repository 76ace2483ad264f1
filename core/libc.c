/* libc - functions in place of musl's, for a program of one thread on a kernel of this decade.
 *
 * musl's calls fall back to what Linux 2.6 had, are points where a thread may be cancelled, and come with companions:
 * together 8 kB that we never run. Here they are what the kernel has, for machines whose kernel and libc agree on the
 * layout of the structures; elsewhere, and beside glibc, libc's own are linked. As in heap.c, the linker takes these
 * because they come first. Not linked into the unit tests.
 */
#include <features.h>
#if (defined __x86_64__ || defined __aarch64__) && !defined __GLIBC__

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/bytes.h"

enum { SIGSET_SIZE = 8, RESTORER = 0x04000000 }; /* the kernel's */

#define CALL(type, name, number, parameters, ...)                                                                      \
	type name parameters                                                                                           \
	{                                                                                                              \
		return (type)syscall(number, __VA_ARGS__);                                                             \
	}

/* The last argument, if there is one, is a number or a pointer. */
#define CALL_VA(name, number, parameters, last, ...)                                                                   \
	int name parameters                                                                                            \
	{                                                                                                              \
		va_list ap;                                                                                            \
		long more;                                                                                             \
		va_start(ap, last);                                                                                    \
		more = va_arg(ap, long);                                                                               \
		va_end(ap);                                                                                            \
		return (int)syscall(number, __VA_ARGS__, more);                                                        \
	}

/* clang-format off */
CALL_VA(open, SYS_openat, (const char *path, int flags, ...), flags, AT_FDCWD, path, flags)
CALL_VA(openat, SYS_openat, (int at, const char *path, int flags, ...), flags, at, path, flags)
CALL_VA(fcntl, SYS_fcntl, (int fd, int what, ...), what, fd, what)
CALL_VA(ioctl, SYS_ioctl, (int fd, int what, ...), what, fd, what)
CALL_VA(prctl, SYS_prctl, (int what, ...), what, what)

CALL(ssize_t, read, SYS_read, (int fd, void *mem, size_t len), fd, mem, len)
CALL(ssize_t, write, SYS_write, (int fd, const void *mem, size_t len), fd, mem, len)
CALL(ssize_t, pread, SYS_pread64, (int fd, void *mem, size_t len, off_t at), fd, mem, len, at)
CALL(int, close, SYS_close, (int fd), fd)
CALL(int, pipe2, SYS_pipe2, (int ends[2], int flags), ends, flags)
CALL(int, dup3, SYS_dup3, (int fd, int to, int flags), fd, to, flags)

CALL(int, fstatat, SYS_newfstatat, (int at, const char *path, struct stat *st, int flags), at, path, st, flags)
CALL(int, stat, SYS_newfstatat, (const char *path, struct stat *st), AT_FDCWD, path, st, 0)
CALL(int, lstat, SYS_newfstatat, (const char *path, struct stat *st), AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW)
CALL(int, fstat, SYS_fstat, (int fd, struct stat *st), fd, st)
CALL(int, fchmod, SYS_fchmod, (int fd, mode_t mode), fd, mode)
CALL(int, chmod, SYS_fchmodat, (const char *path, mode_t mode), AT_FDCWD, path, mode)
CALL(int, fchown, SYS_fchown, (int fd, uid_t uid, gid_t gid), fd, uid, gid)
CALL(int, fchdir, SYS_fchdir, (int fd), fd)
CALL(ssize_t, readlink, SYS_readlinkat, (const char *path, char *mem, size_t cap), AT_FDCWD, path, mem, cap)
CALL(ssize_t, readlinkat, SYS_readlinkat, (int at, const char *path, char *mem, size_t cap), at, path, mem, cap)
CALL(int, access, SYS_faccessat, (const char *path, int mode), AT_FDCWD, path, mode)

CALL(void *, mmap, SYS_mmap, (void *at, size_t len, int prot, int flags, int fd, off_t off), at, len, prot, flags, fd, off)
CALL(int, munmap, SYS_munmap, (void *at, size_t len), at, len)

CALL(int, epoll_create1, SYS_epoll_create1, (int flags), flags)
CALL(int, epoll_ctl, SYS_epoll_ctl, (int ep, int what, int fd, struct epoll_event *e), ep, what, fd, e)
CALL(int, epoll_wait, SYS_epoll_pwait, (int ep, struct epoll_event *e, int max, int ms), ep, e, max, ms, NULL, SIGSET_SIZE)
CALL(int, inotify_init1, SYS_inotify_init1, (int flags), flags)
CALL(int, inotify_add_watch, SYS_inotify_add_watch, (int fd, const char *path, uint32_t mask), fd, path, mask)
CALL(int, inotify_rm_watch, SYS_inotify_rm_watch, (int fd, int watch), fd, watch)
CALL(int, signalfd, SYS_signalfd4, (int fd, const sigset_t *set, int flags), fd, set, SIGSET_SIZE, flags)
CALL(int, sigprocmask, SYS_rt_sigprocmask, (int how, const sigset_t *set, sigset_t *old), how, set, old, SIGSET_SIZE)
CALL(int, sigtimedwait, SYS_rt_sigtimedwait, (const sigset_t *set, siginfo_t *si, const struct timespec *t), set, si, t, SIGSET_SIZE)

CALL(int, socket, SYS_socket, (int domain, int type, int protocol), domain, type, protocol)
CALL(int, socketpair, SYS_socketpair, (int domain, int type, int protocol, int ends[2]), domain, type, protocol, ends)
CALL(int, connect, SYS_connect, (int fd, const struct sockaddr *to, socklen_t len), fd, to, len)
CALL(int, accept4, SYS_accept4, (int fd, struct sockaddr *from, socklen_t *len, int flags), fd, from, len, flags)
CALL(ssize_t, sendto, SYS_sendto, (int fd, const void *mem, size_t len, int flags, const struct sockaddr *to, socklen_t size), fd, mem, len, flags, to, size)
CALL(ssize_t, recvfrom, SYS_recvfrom, (int fd, void *mem, size_t len, int flags, struct sockaddr *from, socklen_t *size), fd, mem, len, flags, from, size)
CALL(int, recvmmsg, SYS_recvmmsg, (int fd, struct mmsghdr *m, unsigned count, unsigned flags, struct timespec *t), fd, m, count, flags, t)

CALL(pid_t, waitpid, SYS_wait4, (pid_t pid, int *status, int flags), pid, status, flags, NULL)
CALL(int, getrlimit, SYS_prlimit64, (int what, struct rlimit *now), 0, what, NULL, now)
/* clang-format on */

/* Callers zero the whole of what they pass: the kernel's counts are wider than libc's. */
CALL(ssize_t, sendmsg, SYS_sendmsg, (int fd, const struct msghdr *m, int flags), fd, m, flags)
CALL(ssize_t, recvmsg, SYS_recvmsg, (int fd, struct msghdr *m, int flags), fd, m, flags)

/* No flags: access by the real user; links are followed. */
int faccessat(int at, const char *path, int mode, int flags)
{
	(void)flags;
	return (int)syscall(SYS_faccessat, at, path, mode);
}

int fchmodat(int at, const char *path, mode_t mode, int flags)
{
	(void)flags;
	return (int)syscall(SYS_fchmodat, at, path, mode);
}

/* Where handlers return to; elsewhere the kernel brings a way back along. */
#ifdef __x86_64__
__attribute__((naked)) static void back(void)
{
	__asm__("mov $15, %eax\n\tsyscall"); /* SYS_rt_sigreturn */
}
#else
#define back NULL
#endif

/* What a handler interrupts fails with EINTR. */
void (*signal(int sig, void (*to)(int)))(int)
{
	struct {
		void (*handler)(int);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} new = {.handler = to, .flags = RESTORER, .restorer = back}, old;

	return syscall(SYS_rt_sigaction, sig, &new, &old, SIGSET_SIZE) ? SIG_ERR : old.handler;
}

int sigqueue(pid_t pid, int sig, const union sigval value)
{
	siginfo_t si = {.si_signo = sig, .si_code = SI_QUEUE};

	si.si_pid = getpid();
	si.si_uid = getuid();
	si.si_value = value;
	return (int)syscall(SYS_rt_sigqueueinfo, pid, sig, &si);
}

/* Without what musl does for other threads. */
pid_t _Fork(void)
{
	return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

void *mremap(void *at, size_t len, size_t to, int flags, ...)
{
	return (void *)syscall(SYS_mremap, at, len, to, flags, 0);
}

char *getcwd(char *mem, size_t cap)
{
	if (syscall(SYS_getcwd, mem, cap) < 0)
		return NULL;
	if (mem[0] == '/') /* not "(unreachable)/…" */
		return mem;
	errno = ENOENT;
	return NULL;
}

int isatty(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0;
}

/* musl's are fast on long texts, for a kilobyte and more. Ours are short; memchr is faster, too. */
void *memchr(const void *mem, int c, size_t n)
{
	const char *end = (const char *)mem + n, *at = bytes_find(mem, end, (char)c);

	return at < end ? (void *)(uintptr_t)at : NULL;
}

char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)(uintptr_t)s;
}

char *strchr(const char *s, int c)
{
	char *at = strchrnul(s, c);

	return *at == (char)c ? at : NULL;
}

char *strstr(const char *s, const char *part)
{
	size_t n = strlen(part);

	for (; strncmp(s, part, n) != 0; s++)
		if (!*s)
			return NULL;
	return (char *)(uintptr_t)s;
}

char *strcpy(char *to, const char *from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *getenv(const char *name)
{
	size_t n = strlen(name);

	for (char **e = environ; e && *e; e++)
		if (strncmp(*e, name, n) == 0 && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}

/* Of ASCII. */
int strncasecmp(const char *a, const char *b, size_t n)
{
	for (; n--; a++, b++) {
		unsigned char x = (unsigned char)*a, y = (unsigned char)*b;
		x |= (unsigned)x - 'A' < 26 ? 32 : 0;
		y |= (unsigned)y - 'A' < 26 ? 32 : 0;
		if (x != y || !x)
			return x - y;
	}
	return 0;
}

int strcasecmp(const char *a, const char *b)
{
	return strncasecmp(a, b, SIZE_MAX);
}

/* For sets of a few characters. */
size_t strcspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] && !strchr(set, s[n]))
		n++;
	return n;
}

size_t strspn(const char *s, const char *set)
{
	size_t n = 0;

	while (s[n] && strchr(set, s[n]))
		n++;
	return n;
}

#endif
