/* Unit tests of pure/sdata. */
#include "pure/sdata.h"

#include <string.h>

#include "../../lib/unit.h"

static struct sdata data;

static void elements(void **state)
{
	(void)state;
	sdata_open(&data);
	assert_int_equal(sdata_element(&data, "a@1"), 0);
	assert_int_equal(sdata_param(&data, "x=\"y\""), 0);
	assert_int_equal(sdata_param(&data, "z=\"\""), 0);
	assert_int_equal(sdata_element(&data, "empty@2"), 0);
	assert_int_equal(sdata_element(&data, "origin"), 0);
	assert_int_equal(sdata_param(&data, "ip=\"\\\"\\\\\\]\""), 0);
	assert_string_equal(sdata_end(&data, "[first]"), "[first][a@1 x=\"y\" z=\"\"][origin ip=\"\\\"\\\\\\]\"]");
}

static void nothing(void **state)
{
	(void)state;
	sdata_open(&data);
	assert_int_equal(sdata_element(&data, "a@1"), 0);
	assert_null(sdata_end(&data, ""));
	assert_false(data.text.cut);
}

static void what_an_id_is(void **state)
{
	static const char *const wrong[] = {"", "a", "@1", "a@", "a@b", "a b@1", "a=@1", "a]@1", "a\"@1", "a@@1"};

	(void)state;
	sdata_open(&data);
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(sdata_element(&data, wrong[i]), -1);
	assert_int_equal(sdata_element(&data, "0123456789012345678901234567890123@1"), -1);
	assert_int_equal(sdata_element(&data, "a@32473.1"), 0);
	assert_false(data.of_quality);
	assert_int_equal(sdata_element(&data, "timeQuality"), 0);
	assert_true(data.of_quality);
}

static void each_id_once(void **state)
{
	(void)state;
	sdata_open(&data);
	assert_int_equal(sdata_element(&data, "a@1"), 0);
	assert_int_equal(sdata_element(&data, "a@1"), -1);
	assert_int_equal(sdata_param(&data, "x=\"\\][b@2 \""), 0);
	assert_int_equal(sdata_element(&data, "a@12"), 0);
	assert_int_equal(sdata_param(&data, "x=\"y\""), 0);
	assert_int_equal(sdata_element(&data, "b@2"), 0);
	assert_int_equal(sdata_element(&data, "a@1"), -1);
	assert_int_equal(sdata_element(&data, "a@12"), -1);
}

static void what_a_parameter_is(void **state)
{
	static const char *const wrong[] = {"",         "x",         "x=",        "x=y",      "x=\"",
	                                    "x=\"y",    "=\"y\"",    "x=\"y\"z",  "x=\"\"\"", "x=\"]\"",
	                                    "x=\"\\\"", "x=\"\\n\"", "a b=\"y\"", "x]=\"y\"", "x=\"a\\\\\"b\""};

	(void)state;
	sdata_open(&data);
	assert_int_equal(sdata_param(&data, "x=\"y\""), -1);
	sdata_element(&data, "a@1");
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_int_equal(sdata_param(&data, wrong[i]), -1);
	assert_null(sdata_end(&data, ""));
}

static void too_much(void **state)
{
	char param[3000] = "x=\"";

	(void)state;
	memset(param + 3, 'y', sizeof param - 5);
	param[sizeof param - 2] = '"';
	sdata_open(&data);
	sdata_element(&data, "a@1");
	for (int i = 0; i < 3; i++)
		assert_int_equal(sdata_param(&data, param), 0);
	assert_null(sdata_end(&data, ""));
	assert_true(data.text.cut);
	sdata_open(&data);
	sdata_element(&data, "a@1");
	sdata_param(&data, param);
	sdata_param(&data, param);
	memset(param, '[', sizeof param - 1);
	assert_null(sdata_end(&data, param));
	assert_true(data.text.cut);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(elements),
	        cmocka_unit_test(nothing),
	        cmocka_unit_test(what_an_id_is),
	        cmocka_unit_test(each_id_once),
	        cmocka_unit_test(what_a_parameter_is),
	        cmocka_unit_test(too_much),
	};

	return RUN(tests);
}
