/* Tests of svc/edges: names become edges, circles are found, and it stays quick. */
#include "svc/edges.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../lib/folder.h"
#include "../../lib/unit.h"
#include "svc/service.h"

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

/* A service of a compiled unit, whose file says that. */
static struct service *unit(const char *name, const char *text)
{
	char path[300];
	struct service *s;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	mkdir(path, 0755);
	s = service_new(path, NULL);
	assert_non_null(s);
	strcat(path, "/unit");
	put(path, text);
	s->unit = unitlife_read(text);
	service_append(s);
	return s;
}

static struct service *directory(const char *name, const char *need)
{
	char path[300];
	struct service *s;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	mkdir(path, 0755);
	s = service_new(path, NULL);
	assert_non_null(s);
	strcat(path, "/dependencies.d");
	mkdir(path, 0755);
	strcat(strcat(path, "/"), need);
	put(path, "");
	s->features = HAS_DEPENDENCIES;
	service_append(s);
	return s;
}

static int empty(void **state)
{
	char command[64];

	(void)state;
	while (service_all) {
		struct service *s = service_all;
		service_remove(s);
		service_free(s);
	}
	snprintf(command, sizeof command, "rm -rf %s/*", folder);
	return system(command);
}

static unsigned between(const struct service *s, const struct service *other)
{
	unsigned kinds = 0;

	for (uint32_t i = 0; i < s->edge_count; i++)
		if (s->edges[i].other == other) {
			assert_int_equal(kinds, 0); /* one edge at most */
			kinds = s->edges[i].kinds;
		}
	return kinds;
}

static void all_kinds(void **state)
{
	struct service *b = unit("b", ""), *c = unit("c.target", "");
	struct service *a =
	        unit("a", "id=a.service\nafter=b c.target\nrequires=b\nwants=c.target nobody\nbefore=nobody d\n"
	                  "part-of=b\nconflicts=d\non-failure=c.target\nbinds-to=d\n");
	struct service *d = unit("d", "upholds=a\nrequisite=b\non-success=c.target\nafter=d");

	(void)state;
	edges_resolve();
	assert_int_equal(between(a, b), EDGE_AFTER | EDGE_REQUIRES | EDGE_PART_OF);
	assert_int_equal(between(a, c), EDGE_AFTER | EDGE_WANTS | EDGE_ON_FAILURE);
	assert_int_equal(between(a, d), EDGE_CONFLICTS | EDGE_BINDS_TO);
	assert_int_equal(between(d, a), EDGE_AFTER | EDGE_CONFLICTS | EDGE_UPHOLDS);
	assert_int_equal(between(d, b), EDGE_REQUISITE);
	assert_int_equal(between(d, c), EDGE_ON_SUCCESS);
	assert_int_equal(between(d, d), 0);
	assert_int_equal(b->edge_count + c->edge_count, 0);
	assert_false(a->unmet || a->cyclic);
	/* again, and nothing is doubled */
	assert_true(edges_resolve() & EDGE_ON_SUCCESS);
	assert_int_equal(a->edge_count, 3);
}

/* A name of a service goes before another's alias. */
static void aliases(void **state)
{
	struct service *a = unit("a", "after=database sql b\n");
	struct service *pg = unit("postgresql", "alias=database sql\nalias=b\n"), *b = unit("b", "");

	(void)state;
	edges_resolve();
	assert_int_equal(a->edge_count, 2);
	assert_int_equal(between(a, pg), EDGE_AFTER);
	assert_int_equal(between(a, b), EDGE_AFTER);
}

static void one_that_is_not_there(void **state)
{
	struct service *a = unit("a", "requires=b gone\nafter=gone\n"), *b = unit("b", "wants=gone\n");

	(void)state;
	edges_resolve();
	assert_true(a->unmet);
	assert_string_equal(a->reason, "requires gone, which is not there");
	assert_false(b->unmet);
	unit("gone", "");
	edges_resolve();
	assert_false(a->unmet);
	assert_int_equal(a->edge_count, 2);
}

/* A target comes after what it pulls in, but for what comes after the target. */
static void targets(void **state)
{
	struct service *t = unit("app.target", "wants=a b\n"), *a = unit("a", "");
	struct service *b = unit("b", "after=app.target\n");

	(void)state;
	edges_resolve();
	assert_true(between(t, a) & EDGE_AFTER);
	assert_false(between(t, b) & EDGE_AFTER);
	assert_int_equal(between(b, t), EDGE_AFTER);
	assert_false(b->cyclic || t->cyclic);
}

/* Units and directories alike; who is only behind the circle keeps its edges. */
static void circles(void **state)
{
	struct service *a = unit("a", "after=b\n"), *b = directory("b", "c"), *c = unit("c", "before=b\nafter=a\n");
	struct service *d = unit("d", "after=a\nrequires=a\n"), *e = unit("e", "requires=f\n"),
	               *f = unit("f", "wants=e\n");

	(void)state;
	edges_resolve();
	assert_true(a->cyclic && b->cyclic && c->cyclic);
	assert_int_equal(a->edge_count + b->edge_count + c->edge_count, 0);
	assert_false(d->cyclic);
	assert_int_equal(between(d, a), EDGE_AFTER | EDGE_REQUIRES);
	assert_false(e->cyclic || f->cyclic); /* no order, no circle */
	put("a/unit", "");
	edges_resolve();
	assert_false(a->cyclic || b->cyclic || c->cyclic);
	assert_int_equal(between(b, c), EDGE_NEEDS | EDGE_AFTER);
}

static double resolve_time(unsigned n)
{
	double best = 1e9;

	for (unsigned i = 0; i < n; i++) {
		char name[24], text[200];
		snprintf(name, sizeof name, "unit%u", i);
		snprintf(text, sizeof text,
		         "id=unit%u.service\nafter=unit%u unit%u unit%u unit%u unit%u\nwants=unit%u\n", i, i * 7 / 8,
		         i / 2, i / 3, i / 5, i / 7, i / 2);
		unit(name, text);
	}
	for (int round = 0; round < 3; round++) {
		struct timespec from, to;
		double used;
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		edges_resolve();
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		used = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
		best = used < best ? used : best;
	}
	return best;
}

/* Four times the services take about four times the time, and not sixteen. */
static void a_thousand(void **state)
{
	double few, many;

	few = resolve_time(250);
	empty(state);
	many = resolve_time(1000);
	print_message("250 units: %.2f ms, 1000: %.2f ms\n", few * 1e3, many * 1e3);
	assert_true(many < 9 * few);
	for (struct service *s = service_all; s; s = s->next)
		assert_false(s->cyclic || s->edge_count > 5);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	        cmocka_unit_test_teardown(all_kinds, empty),
	        cmocka_unit_test_teardown(aliases, empty),
	        cmocka_unit_test_teardown(one_that_is_not_there, empty),
	        cmocka_unit_test_teardown(targets, empty),
	        cmocka_unit_test_teardown(circles, empty),
	        cmocka_unit_test_teardown(a_thousand, empty),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, folder_enter, folder_leave);
}
