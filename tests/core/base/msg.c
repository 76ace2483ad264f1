/* Unit tests of base/msg, read from the other end of a pipe. */
#include "base/msg.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "../../lib/unit.h"

static int ends[2];

static int open_pipe(void **state)
{
	(void)state;
	if (pipe2(ends, O_CLOEXEC))
		return -1;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	msg_fd = ends[1];
	msg_name = "name";
	msg_verbose = 1;
	msg_quick = false;
	return 0;
}

static int close_pipe(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* All that was said since the last look. */
static const char *heard(void)
{
	static char mem[8192];
	ssize_t n = read(ends[0], mem, sizeof mem - 1);

	mem[n > 0 ? n : 0] = '\0';
	return mem;
}

static void one_line(void **state)
{
	(void)state;
	msg_error("%s: %d", "what", 3);
	assert_string_equal(heard(), "name: what: 3\n");
	msg_name = NULL;
	msg_error("bare");
	assert_string_equal(heard(), "bare\n");
	msg_name = "";
	msg_error("bare");
	assert_string_equal(heard(), "bare\n");
}

static void levels(void **state)
{
	(void)state;
	msg_info("info");
	msg_warn("warn");
	assert_string_equal(heard(), "name: warn\n");
	msg_verbose = 0;
	msg_warn("warn");
	msg_error("error");
	assert_string_equal(heard(), "name: error\n");
	msg_verbose = 2;
	msg_info("info");
	assert_string_equal(heard(), "name: info\n");
}

static void error_text_and_errno(void **state)
{
	(void)state;
	errno = EACCES;
	msg_error("open: %m");
	assert_int_equal(errno, EACCES);
	assert_string_equal(heard(), "name: open: Permission denied\n");
}

static void a_long_line_is_cut_and_ends(void **state)
{
	char text[3000];
	const char *got;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	msg_error("%s", text);
	got = heard();
	assert_in_range(strlen(got), 1000, 1024);
	assert_int_equal(got[strlen(got) - 1], '\n');
	assert_int_equal(got[strlen(got) - 2], 'x');
}

static void a_full_pipe_drops_and_says_how_many(void **state)
{
	char fill[4096] = {0};

	(void)state;
	msg_quick = true;
	while (write(ends[1], fill, sizeof fill) > 0)
		;
	for (int i = 0; i < 3; i++)
		msg_error("lost");
	while (*heard() || read(ends[0], fill, sizeof fill) > 0)
		;
	msg_error("heard");
	assert_string_equal(heard(), "3 messages lost: the log was full\nname: heard\n");
	msg_error("again");
	assert_string_equal(heard(), "name: again\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_setup_teardown(one_line, open_pipe, close_pipe),
	        cmocka_unit_test_setup_teardown(levels, open_pipe, close_pipe),
	        cmocka_unit_test_setup_teardown(error_text_and_errno, open_pipe, close_pipe),
	        cmocka_unit_test_setup_teardown(a_long_line_is_cut_and_ends, open_pipe, close_pipe),
	        cmocka_unit_test_setup_teardown(a_full_pipe_drops_and_says_how_many, open_pipe, close_pipe),
	};

	return RUN(tests);
}
