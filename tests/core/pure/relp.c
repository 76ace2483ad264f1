/* Unit tests of pure/relp. */
#include "pure/relp.h"

#include <string.h>

#include "../../lib/unit.h"
#include "base/fmt.h"

static const char *why;

static ssize_t next(struct relp_frame *f, const char *text)
{
	why = NULL;
	return relp_next(f, text, strlen(text), RELP_MAX, &why);
}

/* As captured between rsyslog's omrelp and imrelp. */
static void real_frames(void **state)
{
	static const char open[] =
	        "1 open 86 relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog\n";
	struct relp_frame f;

	(void)state;
	assert_int_equal(next(&f, open), sizeof open - 1);
	assert_int_equal(f.nr, 1);
	assert_int_equal(f.command, RELP_OPEN);
	assert_int_equal(f.len, 86);

	assert_int_equal(next(&f, "2 syslog 8 <13>a\nbc\nmore"), 20);
	assert_int_equal(f.command, RELP_SYSLOG);
	assert_memory_equal(f.data, "<13>a\nbc", 8);
	assert_int_equal(next(&f, "0 serverclose 0\n"), 16);
	assert_int_equal(f.command, RELP_SERVERCLOSE);
	assert_int_equal(f.nr, 0);
	assert_int_equal(next(&f, "8 rsp 0\n"), 8);
	assert_int_equal(relp_code(&f), 0);
	assert_int_equal(next(&f, "2 rsp 6 200 OK\n"), 15);
	assert_int_equal(relp_code(&f), 200);
	assert_int_equal(next(&f, "2 rsp 3 500\n"), 12);
	assert_int_equal(relp_code(&f), 500);
	assert_int_equal(next(&f, "9 close 0 \n"), 11);
	assert_int_equal(f.command, RELP_CLOSE);
	assert_int_equal(next(&f, "999999999 eventlog 1 x\n"), 23);
	assert_int_equal(f.command, RELP_OTHER);
	assert_int_equal(f.nr, RELP_NR_MAX);
}

/* Any beginning of a frame is no error. */
static void cut(void **state)
{
	static const char text[] = "17 syslog 12 <13>1 - h a\n\n2 close 0\n";
	struct relp_frame f;

	(void)state;
	for (size_t n = 0; n < 26; n++)
		assert_int_equal(relp_next(&f, text, n, RELP_MAX, &why), 0);
	assert_int_equal(relp_next(&f, text, 26, RELP_MAX, &why), 26);
	for (size_t n = 26; n < sizeof text - 2; n++)
		assert_int_equal(relp_next(&f, text + 26, n - 26, RELP_MAX, &why), 0);
}

static void broken(void **state)
{
	static const char *const texts[] = {
	        " ",
	        "x",
	        "GET / HTTP/1.1\r\n",
	        "<13>hello\n",
	        "-1 open 0\n",
	        "1\n",
	        "1  open 0\n",
	        "1000000000 open 0\n",
	        "1 open\n",
	        "1 \n",
	        "1 o\tpen 0\n",
	        "1 open x\n",
	        "1 open -1\n",
	        "1 open 1\n",
	        "1 open 0x\n",
	        "1 open 1 xy",
	        "1 rsp 9999999999 x",
	        "1 abcdefghijabcdefghijabcdefghijabc 0\n",
	};
	struct relp_frame f;

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		assert_int_equal(next(&f, texts[i]), -1);
		assert_non_null(why);
	}
	assert_int_equal(next(&f, "1 syslog 131073 "), -1);
	assert_non_null(strstr(why, "long"));
	assert_int_equal(next(&f, "1 syslog 131072 "), 0);
	assert_int_equal(relp_next(&f, "1 rsp 3 200\n", 12, 2, &why), -1);
}

static void made(void **state)
{
	char mem[300];
	struct fmt to;
	struct relp_frame f;

	(void)state;
	fmt_open(&to, mem, sizeof mem);
	relp_put_open(&to, 1);
	relp_put(&to, 2, RELP_SYSLOG, "<13>a\nb", 7);
	relp_put(&to, 3, RELP_CLOSE, NULL, 0);
	assert_string_equal(mem, "1 open 52 relp_version=0\nrelp_software=initbox\ncommands=syslog\n"
	                         "2 syslog 7 <13>a\nb\n3 close 0\n");
	fmt_open(&to, mem, sizeof mem);
	relp_put_rsp(&to, 1, RELP_OPENED);
	assert_int_equal(next(&f, mem), to.len);
	assert_int_equal(relp_code(&f), 200);
	assert_non_null(strstr(f.data, "\nrelp_version=0\n"));
	fmt_open(&to, mem, sizeof mem);
	relp_put_rsp(&to, RELP_NR_MAX, RELP_DISABLED);
	relp_put_rsp(&to, 2, RELP_OK);
	relp_put(&to, 0, RELP_SERVERCLOSE, NULL, 0);
	assert_string_equal(mem, "999999999 rsp 20 500 command disabled\n2 rsp 6 200 OK\n0 serverclose 0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(real_frames),
	        cmocka_unit_test(cut),
	        cmocka_unit_test(broken),
	        cmocka_unit_test(made),
	};

	return RUN(tests);
}
