/* Unit tests of pure/unitfile. */
#include "pure/unitfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

/* All lines as "section/key=value@line:column", wrong ones as "!@line:column". */
static const char *read_all(const char *text)
{
	static char out[1000];
	size_t len = strlen(text), n = 0;
	char *copy = strdup(text);
	struct unitfile_line l;
	struct unitfile f;

	out[0] = '\0';
	unitfile_open(&f, copy, len);
	while (unitfile_next(&f, &l)) {
		const char *blank = n ? " " : "";
		if (l.why)
			n += (size_t)snprintf(out + n, sizeof out - n, "%s!@%u:%u", blank, l.line, l.column);
		else
			n += (size_t)snprintf(out + n, sizeof out - n, "%s%s/%s=%s@%u:%u", blank, l.section, l.key,
			                      l.value, l.line, l.column);
	}
	free(copy);
	return out;
}

static void lines(void **state)
{
	static const struct {
		const char *text, *is;
	} cases[] = {
	        {"", ""},
	        {"[A]\nb=c\n", "A/b=c@2:1"},
	        {"[A]\nb=c", "A/b=c@2:1"},
	        {"\xef\xbb\xbf[A]\r\n b = c d \r\n", "A/b=c d@2:2"},
	        {"# no\n; no\n\n[A]\n#x=y\nb=\n", "A/b=@6:1"},
	        {"[A]\nb=c \\\n  d\\\n e\nf=g\n", "A/b=c  d e@2:1 A/f=g@5:1"},
	        {"[A]\nb=c \\\n# between\n; too\n  d\nf=g", "A/b=c  d@2:1 A/f=g@6:1"},
	        {"[A]\nb=c \\\n\nf=g", "A/b=c@2:1 A/f=g@4:1"},
	        {"[A]\nb=c\\\\\nf=g", "A/b=c\\\\@2:1 A/f=g@3:1"},
	        {"[A]\nb=c\\", "A/b=c@2:1"},
	        {"[A]\n\\\nb=c", "A/b=c@2:1"},
	        {"[A]\nb==c=d\n[B]\ne=f", "A/b==c=d@2:1 B/e=f@4:1"},
	        {"b=c\n[A]\nd=e", "!@1:1 A/d=e@3:1"},
	        {"[A\nb=c\n[A]\nd=e", "!@1:1 !@2:1 A/d=e@4:1"},
	        {"[A] x\n[]\n[A]\nnothing\n=x\nb=c", "!@1:1 !@2:1 !@4:1 !@5:1 A/b=c@6:1"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(read_all(cases[i].text), cases[i].is);
}

/* Words as "<a><b>", one with quotes or escapes as "(a)"; "!N" where it is wrong. */
static const char *words_of(const char *text)
{
	static char out[500];
	char *copy = strdup(text), *at = copy, *word;
	enum unitfile_answer answer;
	const char *why = NULL;
	size_t n = 0;
	bool plain;

	out[0] = '\0';
	while ((answer = unitfile_word(&at, &word, &plain, &why)) == UNITFILE_WORD)
		n += (size_t)snprintf(out + n, sizeof out - n, plain ? "<%s>" : "(%s)", word);
	if (answer == UNITFILE_WRONG)
		snprintf(out + n, sizeof out - n, "!%d%s", (int)(at - copy), why ? "" : " and no reason");
	free(copy);
	return out;
}

static void words(void **state)
{
	static const struct {
		const char *text, *is;
	} cases[] = {
	        {"", ""},
	        {"  a\tb  ", "<a><b>"},
	        {"'a b' c\"d e\"f '' \"\"", "(a b)(cd ef)()()"},
	        {"'a\"b' \"c'd\"", "(a\"b)(c'd)"},
	        {"a\\sb \\x41 \\\\ \\u20ac", "(a b)(A)(\\)(€)"},
	        {"; ';' a;b", "<;>(;)<a;b>"},
	        {"a 'b", "<a>!2"},
	        {"a \\q\\ b", "<a>(\\q\\ b)"},
	        {"a \"\\", "<a>!2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(words_of(cases[i].text), cases[i].is);
}

static void values(void **state)
{
	enum { S = 1000000 };
	static const struct {
		const char *text;
		uint64_t is;
	} spans[] =
	        {
	                {"0", 0},
	                {"90", 90ULL * S},
	                {"1.5", 1500000},
	                {"5min 20s", 320ULL * S},
	                {"5min20s", 320ULL * S},
	                {"2 h", 7200ULL * S},
	                {"1d", 86400ULL * S},
	                {"250ms", 250000},
	                {"3us", 3},
	                {"1M", 2629800ULL * S},
	                {"1m", 60ULL * S},
	                {"0.5 weeks", 302400ULL * S},
	                {"infinity", UINT64_MAX},
	        },
	  sizes[] = {{"4096", 4096},
	             {"64K", 65536},
	             {"1.5G", 1610612736},
	             {"1G 1M", 1074790400},
	             {"infinity", UINT64_MAX}};
	static const char *const no_spans[] = {"",      "x",      "1x", "-1", "1..5", ".", "99999999999999999999",
	                                       "1 s x", "1min,2s"};
	uint64_t n;
	bool on;

	(void)state;
	for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
		assert_int_equal(unitfile_span(spans[i].text, S, &n), 0);
		assert_int_equal(n, spans[i].is);
	}
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		assert_int_equal(unitfile_size(sizes[i].text, &n), 0);
		assert_int_equal(n, sizes[i].is);
	}
	for (size_t i = 0; i < sizeof no_spans / sizeof *no_spans; i++)
		assert_int_equal(unitfile_span(no_spans[i], S, &n), -1);
	for (const char *const *p = (const char *const[]){"1", "yes", "Y", "TRUE", "t", "On", NULL}; *p; p++) {
		on = false;
		assert_int_equal(unitfile_bool(*p, &on), 0);
		assert_true(on);
	}
	for (const char *const *p = (const char *const[]){"0", "no", "N", "False", "f", "oFF", NULL}; *p; p++) {
		on = true;
		assert_int_equal(unitfile_bool(*p, &on), 0);
		assert_false(on);
	}
	for (const char *const *p = (const char *const[]){"", "2", "yess", "ye", "o", NULL}; *p; p++)
		assert_int_equal(unitfile_bool(*p, &on), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(lines), cmocka_unit_test(words), cmocka_unit_test(values)};

	return RUN(tests);
}
