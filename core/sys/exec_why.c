/* exec_why - see exec_why.h */
#include "sys/exec_why.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "sys/files.h"

/* The kernel reads 256 bytes for a #! line and follows 5 interpreters; a loader's name lies in the first page. */
enum { HEAD = 4096, LINE = 256, CHAIN = 5 };

/* The first bytes of a file. */
struct head {
	ssize_t len; /* -1: cannot be read */
	char mem[HEAD];
};

/* Unsigned number of the file's own byte order; 0 behind the end of the head. */
static uint64_t number(const struct head *h, uint64_t at, unsigned size)
{
	bool big = h->mem[EI_DATA] == ELFDATA2MSB;
	uint64_t n = 0;

	if (at > HEAD || at + size > (uint64_t)h->len)
		return 0;
	for (unsigned i = 0; i < size; i++)
		n |= (uint64_t)(unsigned char)h->mem[at + i] << 8 * (big ? size - 1 - i : i);
	return n;
}

static bool is_elf(const struct head *h)
{
	return h->len >= EI_NIDENT && memcmp(h->mem, ELFMAG, SELFMAG) == 0;
}

/* The name of the dynamic loader (PT_INTERP), or NULL. */
static const char *loader(const struct head *h)
{
	bool wide = h->mem[EI_CLASS] == ELFCLASS64;
	unsigned word = wide ? 8 : 4;
	uint64_t table =
	        wide ? number(h, offsetof(Elf64_Ehdr, e_phoff), word) : number(h, offsetof(Elf32_Ehdr, e_phoff), word);
	uint64_t count = number(h, wide ? offsetof(Elf64_Ehdr, e_phnum) : offsetof(Elf32_Ehdr, e_phnum), 2);
	uint64_t size = wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr);

	for (uint64_t at = table; count-- && at < HEAD; at += size) {
		uint64_t name;
		if (number(h, at, 4) != PT_INTERP)
			continue;
		name = number(h, at + (wide ? offsetof(Elf64_Phdr, p_offset) : offsetof(Elf32_Phdr, p_offset)), word);
		return name < (uint64_t)h->len ? h->mem + name : NULL;
	}
	return NULL;
}

/* What the kernel would run in place of the file; control characters become '?'. False: nothing. */
static bool interpreter(const struct head *h, char name[LINE], bool *crlf)
{
	const char *from = NULL;
	size_t len = 0;

	*crlf = false;
	if (h->len >= 0 && strncmp(h->mem, "#!", 2) == 0) {
		from = h->mem + 2;
		from += strspn(from, " \t");
		len = strcspn(from, " \t\n");
		*crlf = len && from[len - 1] == '\r';
		len -= *crlf;
	} else if (is_elf(h) && (from = loader(h))) {
		len = strlen(from);
	}
	if (!len || len >= LINE)
		return false;
	for (size_t i = 0; i < len; i++)
		name[i] = (unsigned char)from[i] < ' ' || from[i] == 127 ? '?' : from[i];
	name[len] = '\0';
	return true;
}

static bool why_missing(const char *path, struct fmt *out)
{
	struct stat st;
	char to[LINE];
	ssize_t len;

	if (stat(path, &st) == 0)
		return false;
	len = readlink(path, to, sizeof to);
	if (len > 0)
		fmt_add(out, "not found: a link to %.*s", (int)len, to);
	else
		fmt_str(out, "not found");
	return true;
}

/* Root may run what has any x bit, and all may run what has all three: what is denied then is no matter of bits. */
static bool why_denied(const char *path, struct fmt *out)
{
	struct stat st;

	if (stat(path, &st))
		fmt_add(out, "%m: a directory above it is closed to uid %u", geteuid());
	else if (S_ISDIR(st.st_mode))
		fmt_str(out, "a directory");
	else if (!S_ISREG(st.st_mode))
		fmt_str(out, "not a regular file");
	else if (!(st.st_mode & 0111))
		fmt_add(out, "not executable: chmod +x %s", path);
	else if (access(path, X_OK) == 0)
		return false;
	else if (geteuid() == 0 || (st.st_mode & 0111) == 0111)
		fmt_str(out, "on a file system mounted noexec");
	else
		fmt_add(out, "not executable for uid %u (mode %04o, owner %u)", geteuid(), st.st_mode & 07777,
		        st.st_uid);
	return true;
}

static const char *machine(const struct head *h)
{
	static const struct {
		uint16_t number;
		char name[14];
	} known[] = {{EM_386, "i386"},        {EM_ARM, "arm"},       {EM_X86_64, "x86_64"},
	             {EM_AARCH64, "aarch64"}, {EM_RISCV, "riscv64"}, {EM_PPC64, "ppc64"},
	             {EM_S390, "s390x"},      {EM_MIPS, "mips"},     {258, "loongarch64"}};
	uint64_t n = number(h, offsetof(Elf64_Ehdr, e_machine), 2);

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (known[i].number == n)
			return known[i].name;
	return "another machine";
}

static bool foreign(const struct head *h)
{
	struct utsname here;

	return uname(&here) == 0 && strcmp(machine(h), here.machine) != 0;
}

static bool why_no_program(const struct head *h, struct fmt *out)
{
	size_t len = (size_t)h->len < LINE ? (size_t)h->len : LINE;
	struct utsname here;

	if (h->len < 0)
		return false;
	if (h->len == 0) {
		fmt_str(out, "an empty file");
	} else if (is_elf(h)) {
		if (foreign(h) && uname(&here) == 0)
			fmt_add(out, "a program for %s, this machine is %s", machine(h), here.machine);
		else
			fmt_str(out, "a broken ELF file, or no program");
	} else if (strncmp(h->mem, "#!", 2) == 0) {
		fmt_str(out, "its #! line names no interpreter, or is too long");
	} else if (strncmp(h->mem, "\xef\xbb\xbf#!", 5) == 0) {
		fmt_str(out, "a byte order mark before #!: save it without one");
	} else if (memchr(h->mem, '\0', len)) {
		fmt_str(out, "neither an ELF program nor a script");
	} else {
		fmt_str(out, "text without a #! line: its first line must name an interpreter, #!/bin/sh");
	}
	return true;
}

static void why_else(const char *path, int err, struct fmt *out)
{
	if (err == E2BIG)
		fmt_str(out, "arguments and environment are too large");
	else if (err == ETXTBSY)
		fmt_str(out, "busy: a process still has it open for writing");
	else if (err == EAGAIN)
		fmt_str(out, "the user's limit of processes is reached");
	else if (err == EPERM && getxattr(path, "security.capability", NULL, 0) > 0)
		fmt_str(out, "its file capabilities are more than this container may have");
	else
		fmt_str(out, strerror(err));
}

/* What is wrong with this very file, whoever it interprets. False: nothing that can be seen. */
static bool why_this(const char *path, int err, const struct head *h, bool interpreted, struct fmt *out)
{
	if (err == ENOENT)
		return why_missing(path, out);
	if (err == EACCES)
		return why_denied(path, out);
	return (is_elf(h) || !interpreted) && why_no_program(h, out);
}

static bool seen(const char *path, int err, struct fmt *out)
{
	char names[3][LINE], why[2 * LINE];
	const char *at = path, *of = NULL, *role = NULL;

	for (int i = 0; i < CHAIN && (err == ENOENT || err == EACCES || err == ENOEXEC); i++) {
		struct head h;
		struct fmt f;
		bool crlf, interpreted;

		h.len = files_read(AT_FDCWD, at, h.mem, sizeof h.mem);
		interpreted = interpreter(&h, names[i % 3], &crlf);
		fmt_open(&f, why, sizeof why);
		if (why_this(at, err, &h, interpreted, &f)) {
			if (of)
				fmt_add(out, "%s%s %s (%s of %s)", at, err == ENOENT ? "" : ":", why, role, of);
			else
				fmt_str(out, why);
			return true;
		}
		if (!interpreted)
			break;
		if (crlf && err == ENOENT) {
			fmt_add(out, "interpreter '%s\\r' not found: CRLF line endings in %s", names[i % 3], at);
			return true;
		}
		role = is_elf(&h) ? "dynamic loader" : "interpreter";
		of = at;
		at = names[i % 3];
	}
	return false;
}

void exec_why(const char *path, int err, struct fmt *out)
{
	if (!seen(path, err, out))
		why_else(path, err, out);
}

bool exec_lacks(const char *path, struct fmt *out)
{
	char name[LINE];
	struct head h;
	bool crlf;

	if (seen(path, ENOENT, out) || seen(path, EACCES, out))
		return true;
	h.len = files_read(AT_FDCWD, path, h.mem, sizeof h.mem);
	return h.len >= 0 && (is_elf(&h) ? foreign(&h) : !interpreter(&h, name, &crlf)) && why_no_program(&h, out);
}

void exec_why_named(const char *name, const char *path, int err, struct fmt *out)
{
	char full[PATH_ROOM];

	while (path_next(name, &path, full))
		if (strchr(name, '/') || access(full, F_OK) == 0) {
			exec_why(full, err, out);
			return;
		}
	fmt_str(out, err == ENOENT ? "not found in PATH" : strerror(err));
}
