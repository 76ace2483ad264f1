/* Unit tests of sys/exec_why and sys/exec: files that execve(2) refuses, in a directory of their own. */
#include "sys/exec_why.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"
#include "base/fmt.h"
#include "sys/exec.h"

static void file(const char *name, mode_t mode, const void *text, size_t len)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
	assert_int_equal(chmod(name, mode), 0);
}

static void text(const char *name, const char *what)
{
	file(name, 0755, what, strlen(what));
}

/* The head of a program for `machine` with the dynamic loader `loader`. */
static void elf(const char *name, unsigned char bits, uint16_t machine, const char *loader)
{
	struct {
		union {
			Elf64_Ehdr wide;
			Elf32_Ehdr narrow;
		} head;
		union {
			Elf64_Phdr wide;
			Elf32_Phdr narrow;
		} table[2];
		char loader[64];
	} f = {0};
	size_t at = offsetof(__typeof__(f), table), text_at = offsetof(__typeof__(f), loader);

	memcpy(f.head.wide.e_ident, ELFMAG, SELFMAG);
	f.head.wide.e_ident[EI_CLASS] = bits;
	f.head.wide.e_ident[EI_DATA] = ELFDATA2LSB;
	f.head.wide.e_ident[EI_VERSION] = EV_CURRENT;
	f.head.wide.e_type = ET_EXEC;
	f.head.wide.e_machine = machine;
	if (bits == ELFCLASS64) {
		f.head.wide.e_phoff = at;
		f.head.wide.e_phentsize = sizeof(Elf64_Phdr);
		f.head.wide.e_phnum = 2;
		f.table[0].wide.p_type = PT_PHDR;
		f.table[1].wide =
		        (Elf64_Phdr){.p_type = PT_INTERP, .p_offset = text_at, .p_filesz = strlen(loader) + 1};
	} else {
		Elf32_Phdr p = {.p_type = PT_INTERP, .p_offset = (Elf32_Off)text_at};
		f.head.narrow.e_phoff = (Elf32_Off)at;
		f.head.narrow.e_phnum = 2;
		memcpy((char *)f.table + sizeof p, &p, sizeof p);
	}
	snprintf(f.loader, sizeof f.loader, "%s", loader);
	file(name, 0755, &f, sizeof f);
}

static const char *why(const char *path, int err)
{
	static char mem[600];
	struct fmt f;

	fmt_open(&f, mem, sizeof mem);
	exec_why(path, err, &f);
	assert_null(strchr(mem, '\n'));
	return mem;
}

/* What the kernel says of running it, explained. */
static const char *refused(const char *path)
{
	char *argv[] = {(char *)(uintptr_t)path, NULL}, *env[] = {NULL};
	int ends[2], err = 0;
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		execve(path, argv, env);
		err = errno;
		_exit(write(ends[1], &err, sizeof err) != sizeof err);
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &err, sizeof err), sizeof err);
	close(ends[0]);
	waitpid(pid, NULL, 0);
	return why(path, err);
}

static void missing(void **state)
{
	(void)state;
	assert_string_equal(refused("run"), "not found");
	assert_int_equal(symlink("nowhere", "link"), 0);
	assert_string_equal(refused("link"), "not found: a link to nowhere");
	text("script", "#!  /nope/sh -e\nexit\n");
	assert_string_equal(refused("script"), "/nope/sh not found (interpreter of script)");
	text("nested", "#!./script\n");
	assert_string_equal(refused("nested"), "/nope/sh not found (interpreter of ./script)");
	text("dos", "#!/bin/sh\r\nexit\r\n");
	assert_string_equal(refused("dos"), "interpreter '/bin/sh\\r' not found: CRLF line endings in dos");
	text("odd", "#!/nope/\033[2J\n");
	assert_string_equal(refused("odd"), "/nope/?[2J not found (interpreter of odd)");
	elf("wide", ELFCLASS64, EM_X86_64, "/nope/ld.so");
	assert_string_equal(why("wide", ENOENT), "/nope/ld.so not found (dynamic loader of wide)");
	elf("narrow", ELFCLASS32, EM_386, "/nope/ld32.so");
	assert_string_equal(why("narrow", ENOENT), "/nope/ld32.so not found (dynamic loader of narrow)");
}

static void denied(void **state)
{
	(void)state;
	assert_int_equal(mkdir("folder", 0755), 0);
	assert_string_equal(refused("folder"), "a directory");
	assert_int_equal(mkfifo("pipe", 0777), 0);
	assert_string_equal(refused("pipe"), "not a regular file");
	file("plain", 0644, "#!/bin/sh\n", 10);
	assert_string_equal(refused("plain"), "not executable: chmod +x plain");
	text("by", "#!./plain\n");
	assert_string_equal(refused("by"), "./plain: not executable: chmod +x ./plain (interpreter of by)");
}

static void no_program(void **state)
{
	(void)state;
	text("empty", "");
	assert_string_equal(refused("empty"), "an empty file");
	text("bare", "echo hi\n");
	assert_string_equal(refused("bare"),
	                    "text without a #! line: its first line must name an interpreter, #!/bin/sh");
	text("mark", "\xef\xbb\xbf#!/bin/sh\n");
	assert_string_equal(refused("mark"), "a byte order mark before #!: save it without one");
	text("nobody", "#! \n");
	assert_string_equal(refused("nobody"), "its #! line names no interpreter, or is too long");
	file("data", 0755, "\x1f\x8b\0\0", 4);
	assert_string_equal(refused("data"), "neither an ELF program nor a script");
	file("short", 0755, "\177ELF", 4);
	assert_true(strlen(refused("short")) > 0);
	elf("foreign", ELFCLASS64, EM_S390, "/lib/ld64.so.1");
	assert_non_null(strstr(why("foreign", ENOEXEC), "a program for s390x, this machine is "));
	elf("unknown", ELFCLASS64, 0x4242, "/lib/ld.so");
	assert_non_null(strstr(why("unknown", ENOEXEC), "a program for another machine, this machine is "));
}

static void others(void **state)
{
	int fd;

	(void)state;
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_string_equal(refused("loop"), strerror(ELOOP));
	text("self", "#!./self\n");
	assert_string_equal(refused("self"), strerror(ELOOP));
	text("busy", "#!/bin/true\n");
	fd = open("busy", O_WRONLY);
	assert_string_equal(refused("busy"), "busy: a process still has it open for writing");
	close(fd);
	assert_string_equal(why("busy", E2BIG), "arguments and environment are too large");
	assert_string_equal(why("busy", EAGAIN), "the user's limit of processes is reached");
	assert_string_equal(why("busy", EIO), strerror(EIO));
}

/* No head of a file may lead the reader astray: every number of the header in turn is as large as it can be. */
static void broken_elf(void **state)
{
	(void)state;
	for (size_t at = SELFMAG; at < 2 * sizeof(Elf64_Ehdr); at++) {
		int fd;
		elf("broken", at % 2 ? ELFCLASS64 : ELFCLASS32, EM_X86_64, "/nope");
		fd = open("broken", O_WRONLY);
		assert_int_equal(pwrite(fd, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, (off_t)at), 8);
		close(fd);
		assert_true(strlen(why("broken", ENOENT)) > 0);
		assert_true(strlen(why("broken", ENOEXEC)) > 0);
	}
}

static void in_path(void **state)
{
	char *argv[] = {"program", NULL}, *env[] = {"PATH=/here", NULL}, *none[] = {NULL};
	char command[200];

	(void)state;
	assert_string_equal(exec_path(env), "/here");
	assert_non_null(strstr(exec_path(none), ":/bin"));
	assert_string_equal(exec_or_why("program", argv, env, "/nope:one"), "not found in PATH");
	assert_int_equal(errno, ENOENT);
	mkdir("one", 0755);
	mkdir("two", 0755);
	text("two/program", "#!/nope/sh\n");
	assert_string_equal(exec_or_why("program", argv, env, "/nope:one:two"),
	                    "/nope/sh not found (interpreter of two/program)");
	file("one/program", 0600, "", 0);
	assert_string_equal(exec_or_why("program", argv, env, "one:two"), "not executable: chmod +x one/program");
	assert_int_equal(errno, EACCES);
	assert_string_equal(exec_or_why("two/program", argv, env, "one"),
	                    "/nope/sh not found (interpreter of two/program)");
	assert_string_equal(exec_or_why("", argv, env, "one:two"), "not found in PATH");
	/* an empty entry is the working directory */
	snprintf(command, sizeof command, "%s/two", folder);
	assert_int_equal(chdir(command), 0);
	assert_string_equal(exec_or_why("program", argv, env, "/nope:"), "/nope/sh not found (interpreter of program)");
	assert_int_equal(chdir(".."), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(missing), cmocka_unit_test(denied),     cmocka_unit_test(no_program),
	        cmocka_unit_test(others),  cmocka_unit_test(broken_elf), cmocka_unit_test(in_path),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
