/* Unit tests of pure/cronspec: what schedules mean, what is wrong with those that are not, where they end in a line. */
#include "pure/cronspec.h"

#include <stdlib.h>
#include <string.h>

#include "../../lib/unit.h"

static struct cronspec read_seed(const char *text, uint64_t seed)
{
	struct cronspec s;
	struct cronspec_error error = {0, ""};

	if (cronspec_read(&s, text, strlen(text), seed, &error))
		fail_msg("%s: %zu: %s", text, error.at, error.why);
	return s;
}

static struct cronspec read_text(const char *text)
{
	return read_seed(text, 0);
}

static uint64_t bits(const char *list)
{
	uint64_t set = 0;

	for (const char *p = list; *p;) {
		char *end;
		set |= UINT64_C(1) << strtoul(p, &end, 10);
		p = end + strspn(end, " ");
	}
	return set;
}

static void numbers(void **state)
{
	static const struct {
		const char *field, *is;
	} minutes[] = {
	        {"0", "0"},
	        {"59", "59"},
	        {"05", "5"},
	        {"1,3,2,1", "1 2 3"},
	        {"7-10", "7 8 9 10"},
	        {"7-7", "7"},
	        {"1-10/4", "1 5 9"},
	        {"*/20", "0 20 40"},
	        {"*/60", "0"},
	        {"*/999999999", "0"},
	        {"5/15", "5 20 35 50"},
	        {"50/1,3", "3 50 51 52 53 54 55 56 57 58 59"},
	        {"58-59,0-1,30", "0 1 30 58 59"},
	        {"*/30,7", "0 7 30"},
	        {"?/30", "0 30"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
		strcat(strcpy(text, minutes[i].field), " * * * *");
		assert_true(read_text(text).minutes == bits(minutes[i].is));
		strcat(strcpy(text, minutes[i].field), " 0 * * * *");
		assert_true(read_text(text).seconds == bits(minutes[i].is));
	}
	assert_int_equal(read_text("* 22-23,0 * * *").hours, bits("22 23 0"));
	assert_int_equal(read_text("* * 1,30/1 * *").days, bits("1 30 31"));
	assert_int_equal(read_text("* * * */4 *").months, bits("1 5 9"));
	assert_int_equal(read_text(" \t0  0\t* * *\t ").hours, 1);
}

static void names(void **state)
{
	static const struct {
		const char *field, *is;
	} weekdays[] = {
	        {"0", "0"},
	        {"7", "0"},
	        {"0-7", "0 1 2 3 4 5 6"},
	        {"*", "0 1 2 3 4 5 6"},
	        {"5-7", "5 6 0"},
	        {"5-0", "5 6 0"},
	        {"fri-sun", "5 6 0"},
	        {"7-2", "0 1 2"},
	        {"sun-tue", "0 1 2"},
	        {"7-7", "0"},
	        {"sun-sun", "0"},
	        {"0-0", "0"},
	        {"MON,Wed-FRI", "1 3 4 5"},
	        {"Monday,thursday", "1 4"},
	        {"mon-Saturday/2", "1 3 5"},
	        {"1/2", "1 3 5"},
	        {"7/2", "0 2 4 6"},
	        {"*/3", "0 3 6"},
	        {"1-7/2", "1 3 5 0"},
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < sizeof weekdays / sizeof *weekdays; i++) {
		strcat(strcpy(text, "0 0 * * "), weekdays[i].field);
		assert_int_equal(read_text(text).weekdays, bits(weekdays[i].is));
	}
	assert_int_equal(read_text("0 0 * jan,Dec *").months, bits("1 12"));
	assert_int_equal(read_text("0 0 * feb-APRIL,june,7-oct/3 *").months, bits("2 3 4 6 7 10"));
	assert_int_equal(read_text("0 0 * may-may *").months, bits("5"));
}

/* Of Quartz and supercronic. */
static void special_days(void **state)
{
	struct cronspec s = read_text("0 0 L,15W,lw,3,1w * 5L,friL,0#1,sat#5,7#2,2");

	(void)state;
	assert_int_equal(s.days, bits("0 3"));
	assert_int_equal(s.nearest, bits("0 1 15"));
	assert_true(s.nth == (bits("0 7") | UINT64_C(1) << 34 | UINT64_C(1) << 40));
	assert_int_equal(s.weekdays, bits("2"));
	assert_int_equal(s.flags, 0);
}

static void flags(void **state)
{
	static const struct {
		const char *text;
		int flags;
	} all[] = {
	        {"0 0 1 * 1", 0},
	        {"0 0 * * 1", CRONSPEC_BOTH},
	        {"0 0 1 * *", CRONSPEC_BOTH},
	        {"0 0 1 * ?", CRONSPEC_BOTH},
	        {"0 0 1-31 * 1", 0},
	        {"0 0 */2 * 1", CRONSPEC_BOTH | CRONSPEC_ODD},
	        {"0 0 */2 * *", CRONSPEC_BOTH},
	        {"0 0 */1 * 1", CRONSPEC_BOTH},
	        {"0 0 13 * */5", CRONSPEC_BOTH | CRONSPEC_ODD},
	        {"0 0 */2 * 5L", CRONSPEC_BOTH | CRONSPEC_ODD},
	        {"0 0 *,5 * 1", CRONSPEC_BOTH},
	        {"0 0 5,* * 1", 0},
	        {"* 0 1 * 1", CRONSPEC_WILD},
	        {"*/5 0 1 * 1", CRONSPEC_WILD},
	        {"0 * 1 * 1", CRONSPEC_WILD},
	        {"? 0 1 * 1", CRONSPEC_WILD},
	        {"0-59 0-23 1 * 1", 0},
	        {"~ ~ 1 * 1", 0},
	        {"0 0 0 1 * 1", CRONSPEC_SECONDS},
	        {"* 0 0 1 * 1", CRONSPEC_SECONDS},
	        {"* * 0 1 * 1", CRONSPEC_SECONDS | CRONSPEC_WILD},
	        {"0 0 0 1 * 1 *", CRONSPEC_SECONDS},
	        {"0 0 0 1 1 ? ?", CRONSPEC_SECONDS | CRONSPEC_BOTH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (read_text(all[i].text).flags != all[i].flags)
			fail_msg("%s: flags %d", all[i].text, read_text(all[i].text).flags);
}

static void macros(void **state)
{
	static const char *const same[][2] = {
	        {"@yearly", "0 0 1 1 *"}, {"@annually", "0 0 1 1 *"}, {"@monthly", "0 0 1 * *"},
	        {"@weekly", "0 0 * * 0"}, {"@daily", "0 0 * * *"},    {"@midnight", "0 0 * * *"},
	        {"@hourly", "0 * * * *"}, {"@Daily", "0 0 * * *"},
	};
	static const struct {
		const char *text;
		unsigned every;
	} every[] = {
	        {"@every 90", 90},       {"@every 90s", 90}, {"@every 1h30m", 5400},          {"@every\t2d", 172800},
	        {"@EVERY 1H1M1S", 3661}, {"@every 0h1s", 1}, {"@every 999999999", 999999999},
	};
	struct cronspec a, b;

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		a = read_text(same[i][0]);
		b = read_text(same[i][1]);
		assert_memory_equal(&a, &b, sizeof a);
	}
	for (size_t i = 0; i < sizeof every / sizeof *every; i++)
		assert_int_equal(read_text(every[i].text).every, every[i].every);
	assert_int_equal(read_text("@reboot").flags, CRONSPEC_REBOOT);
}

/* What is left open is chosen by the seed: always the same by the same seed, everything by some seed. */
static void chances(void **state)
{
	uint64_t minutes = 0, ranges = 0, from = 0, to = 0, days = 0, offsets = 0;
	int differ = 0;

	(void)state;
	for (uint64_t seed = 0; seed < 2000; seed++) {
		struct cronspec s = read_seed("~ ~ ~ ~ ~", seed), again = read_seed("~ ~ ~ ~ ~", seed);
		assert_memory_equal(&s, &again, sizeof s);
		assert_int_equal(__builtin_popcountll(s.minutes), 1);
		minutes |= s.minutes;
		days |= s.days;
		ranges |= read_seed("7~12 * * * *", seed).minutes;
		from |= read_seed("50~ * * * *", seed).minutes;
		to |= read_seed("~5 * * * *", seed).minutes;
		s = read_seed("~/15 * * * *", seed);
		assert_int_equal(__builtin_popcountll(s.minutes), 4);
		assert_true((s.minutes & 0x7fff) << 45 == (s.minutes & 0x7fffULL << 45));
		offsets |= s.minutes & 0x7fff;
		s = read_seed("10~30/15 * * * *", seed);
		assert_true((s.minutes & (1ULL << 10 | 1ULL << 25)) == (1ULL << 10 | 1ULL << 25) ||
		            !(s.minutes & (1ULL << 10 | 1ULL << 25)));
		assert_false(s.minutes & ~(0x1fffffULL << 10));
		s = read_seed("0~23 0~23 * * *", seed);
		differ += s.minutes != s.hours;
		s = read_seed("~,~ * * * *", seed);
		differ += __builtin_popcountll(s.minutes) == 2;
	}
	assert_true(minutes == (UINT64_C(1) << 60) - 1);
	assert_int_equal(days, 0xfffffffe);
	assert_int_equal(ranges, bits("7 8 9 10 11 12"));
	assert_true(from == bits("50 51 52 53 54 55 56 57 58 59"));
	assert_int_equal(to, bits("0 1 2 3 4 5"));
	assert_int_equal(offsets, 0x7fff);
	assert_in_range(differ, 3600, 3960);
}

static void errors(void **state)
{
	static const struct {
		const char *text;
		size_t at;
		const char *why;
	} wrong[] = {
	        {"60 * * * *", 0, "60: minutes are 0 to 59"},
	        {"0 5,24 * * *", 4, "24: hours are 0 to 23"},
	        {"0 0 0 * *", 4, "0: days are 1 to 31, L, LW or 15W"},
	        {"0 0 32 * *", 4, "32: days are 1 to 31, L, LW or 15W"},
	        {"0 0 32W * *", 4, "32W: days are 1 to 31, L, LW or 15W"},
	        {"0 0 * 0 *", 6, "0: months are 1 to 12 or jan to dec"},
	        {"0 0 * mny *", 6, "mny: months are 1 to 12 or jan to dec"},
	        {"0 0 * jan-marx *", 10, "marx: months are 1 to 12 or jan to dec"},
	        {"0 0 * mon *", 6, "mon: months are 1 to 12 or jan to dec"},
	        {"0 0 * * 8", 8, "8: weekdays are 0 to 7, sun to sat, 5L or 5#2"},
	        {"0 0 * * L", 8, "L: weekdays are 0 to 7, sun to sat, 5L or 5#2"},
	        {"0 0 * * mond", 8, "mond: weekdays are 0 to 7, sun to sat, 5L or 5#2"},
	        {"0 0 * * 5#6", 10, "6: # is followed by 1 to 5: 5#2 is the second Friday"},
	        {"0 0 * * 5#", 10, "# is followed by 1 to 5: 5#2 is the second Friday"},
	        {"61 0 0 * * *", 0, "61: seconds are 0 to 59"},
	        {"5x * * * *", 0, "5x: minutes are 0 to 59"},
	        {"9999999999 * * * *", 0, "9999999999: minutes are 0 to 59"},
	        {"1,a-word-that-is-far-too-long-for-a-schedule * * * *", 2, "a: minutes are 0 to 59"},
	        {"1,aWordThatIsFarTooLongForASchedule * * * *", 2, "aWordThatIsFarTooLongFor: minutes are 0 to 59"},
	        {"5, * * * *", 2, "minutes are 0 to 59"},
	        {"-5 * * * *", 0, "minutes are 0 to 59"},
	        {"5- * * * *", 2, "minutes are 0 to 59"},
	        {"/5 * * * *", 0, "minutes are 0 to 59"},
	        {"*/0 * * * *", 2, "0: a step is a number from 1 on"},
	        {"1-5/ * * * *", 4, "a step is a number from 1 on"},
	        {"50-10 * * * *", 0, "50-10: this ends before it begins; write two ranges, as 22-23,0-4"},
	        {"1,50~10 * * * *", 2, "50~10: this ends before it begins; write two ranges, as 22-23,0-4"},
	        {"0 0 * * sat-mon", 8, "sat-mon: this ends before it begins; write two ranges, as 22-23,0-4"},
	        {"*5 * * * *", 1, "5: a comma, a step as /2 or a blank is expected here"},
	        {"1-2-3 * * * *", 3, "-3: a comma, a step as /2 or a blank is expected here"},
	        {"0 0 L-31 * *", 6, "31: L- is followed by 1 to 30: L-2 is the last day but two"},
	        {"0 0 1 * &", 9, "weekdays are 0 to 7, sun to sat, 5L or 5#2"},
	        {"0 0 &1 * *", 4, "&1: days are 1 to 31, L, LW or 15W"},
	        {"@boot", 5, "a time of 1s or more is expected: 90s, 1h30m"},
	        {"@boot 5m 0", 9, "0: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@boot 5m 1m 1m", 12, "1m: nothing may follow here"},
	        {"", 0, "there are five fields, minute hour day month weekday, or six, second first"},
	        {"5 4 * *", 7, "there are five fields, minute hour day month weekday, or six, second first"},
	        {"0 0 0 1 1 ? 2026", 12, "2026: the seventh field, the year, can only be *"},
	        {"0 0 0 1 1 ? * *", 14,
	         "*: there are five fields, minute hour day month weekday, or six, second first"},
	        {"@dayly", 0, "@dayly: it is @yearly @monthly @weekly @daily @hourly @reboot, @every 90s or @boot 90s"},
	        {"@daily 5", 7, "5: nothing may follow here"},
	        {"@every 5m x", 10, "x: nothing may follow here"},
	        {"@every", 6, "a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 0s", 7, "0s: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 1h30", 7, "1h30: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 5y", 7, "5y: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 1hs", 7, "1hs: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every m", 7, "m: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 5m3", 7, "5m3: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every -5", 7, "-5: a time of 1s or more is expected: 90s, 1h30m"},
	        {"@every 49711d", 7, "49711d: a time of 1s or more is expected: 90s, 1h30m"},
	};
	struct cronspec s;
	struct cronspec_error error;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		assert_int_equal(cronspec_read(&s, wrong[i].text, strlen(wrong[i].text), 0, &error), -1);
		assert_string_equal(error.why, wrong[i].why);
		assert_int_equal(error.at, wrong[i].at);
	}
}

static void lengths(void **state)
{
	static const struct {
		const char *line;
		size_t len;
		bool user;
	} lines[] = {
	        {"0 5 * * * backup", 9, false},
	        {"0  5\t* * *\tbackup", 10, false},
	        {"0 5 * * * root backup", 9, true},
	        {"0 5 * * *", 9, false},
	        {"0 5 * *", 0, false},
	        {"", 0, false},
	        {"0 0 5 * * 1-5 backup", 13, false},
	        {"0 0 5 * * mon backup", 13, false},
	        {"0 0 5 * * mon", 9, false},
	        {"0 0 5 * * 1-5 * backup", 15, false},
	        {"0 0 5 * * 1-5 *", 13, false},
	        {"0 0 5 * * ? ? backup", 13, false},
	        {"0 0 5 * * 1-5 root backup", 13, true},
	        {"0 0 5 * * 1-5 * root backup", 15, true},
	        {"0 0 5 * * sun backup -v", 9, true}, /* a user called sun */
	        {"0 0 5 * * sun,mon root backup", 17, true},
	        {"0 5 * * * 1000 backup", 9, true},
	        {"* * * * * 7z a x.7z y", 9, false},
	        {"* * * * * ./run 5", 9, false},
	        {"61 * mny * * backup", 12, false}, /* need not be right */
	        {"@daily backup", 6, false},
	        {"@reboot", 7, false},
	        {"@every 90s backup", 10, false},
	        {"@every", 0, false},
	        {"@boot 5m backup", 8, false},
	        {"@boot 5m 1h backup", 11, false},
	        {"@boot 5m +90 backup", 12, false},
	        {"@boot 5m 7z x", 8, false},
	        {"0 5 1-7 * &mon backup", 14, false},
	        {"0 0 5 1-7 * &mon root backup", 16, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		size_t len = cronspec_length(lines[i].line, strlen(lines[i].line), lines[i].user);
		if (len != lines[i].len)
			fail_msg("%s: %zu", lines[i].line, len);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test(numbers), cmocka_unit_test(names),   cmocka_unit_test(special_days),
	        cmocka_unit_test(flags),   cmocka_unit_test(macros),  cmocka_unit_test(chances),
	        cmocka_unit_test(errors),  cmocka_unit_test(lengths),
	};

	return RUN(tests);
}
