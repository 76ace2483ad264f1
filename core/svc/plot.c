/* plot - the boot as a timeline, `service plot`; see plot.h
 *
 * config: PLOT
 */
#include "svc/plot.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "svc/svdir.h"

/* Pixels: the name stands behind its bar, or before it on the right half. A boot is over when nothing was told to start
 * for so long after the last one was ready. */
enum { WIDTH = 1000, LEFT = 10, TOP = 40, ROW = 20, TICKS = 10, QUIET_MS = 10000 };

struct row {
	const char *name;
	uint32_t ms[3]; /* told, began, ready; 0: never */
	bool failed;
};

/* Names come sorted: of two that began at once the first is the first. */
static bool earlier(const struct row *x, const struct row *y)
{
	return x->ms[0] != y->ms[0] ? x->ms[0] < y->ms[0] : x->ms[1] < y->ms[1];
}

/* Behind those that came before it. */
static void insert(struct row *rows, size_t n, struct row new)
{
	for (; n && earlier(&new, &rows[n - 1]); n--)
		rows[n] = rows[n - 1];
	rows[n] = new;
}

/* All that was started while it booted, in that order; *end: when the last was ready. */
static size_t read_rows(struct row *rows, char *const *names, uint32_t *end)
{
	char mem[1024];
	size_t n = 0, kept = 0;

	for (; *names; names++) {
		struct svdir dir;
		struct svstate state;
		struct row row;
		if (**names == '.' || svdir_open(&dir, *names))
			continue;
		svdir_state(&dir, &state, mem, sizeof mem);
		row = (struct row){.name = *names, .failed = strcmp(state.state, "failed") == 0};
		memcpy(row.ms, state.first_ms, sizeof row.ms);
		if (row.ms[0])
			insert(rows, n++, row);
		svdir_close(&dir);
	}
	for (*end = 1; kept < n && rows[kept].ms[0] < *end + QUIET_MS; kept++)
		for (int i = 0; i < 3; i++)
			*end = rows[kept].ms[i] > *end ? rows[kept].ms[i] : *end;
	return kept;
}

/* A step that gives at most so many ticks: 1, 2, 5, 10, 20 … ms. */
static uint32_t step_of(uint32_t end)
{
	uint32_t step = 1;

	for (unsigned i = 0; end / step > TICKS; i++)
		step = i % 3 == 1 ? step / 2 * 5 : step * 2;
	return step;
}

static void bar(struct fmt *f, const char *class, unsigned row, uint64_t from, uint64_t to, uint32_t end)
{
	from = from * WIDTH / end;
	to = to * WIDTH / end;
	fmt_add(f, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>\n", class, LEFT + (unsigned)from,
	        TOP + ROW * row, (unsigned)(to - from) + 1, ROW - 4);
}

static void name_of(struct fmt *f, const struct row *r, unsigned row, uint32_t end)
{
	uint64_t x = (uint64_t)r->ms[0] * WIDTH / end;
	bool right = x > WIDTH / 2;

	fmt_add(f, "<text x=\"%u\" y=\"%u\"%s>", LEFT + (unsigned)x + (right ? -4 : 4), TOP + ROW * row + ROW - 8,
	        right ? " text-anchor=\"end\"" : "");
	for (const char *p = r->name; *p; p++)
		fmt_add(f, strchr("<&", *p) ? "&#%d;" : "%c", *p);
	if (r->ms[2])
		fmt_add(f, " (%u ms)", r->ms[2] - r->ms[0]);
	fmt_str(f, "</text>\n");
}

static void put_row(struct fmt *f, const struct row *r, unsigned row, uint32_t end)
{
	uint32_t began = r->ms[1] ? r->ms[1] : end, ready = r->ms[2] ? r->ms[2] : end;

	bar(f, "wait", row, r->ms[0], began, end);
	if (r->ms[1])
		bar(f, r->failed && !r->ms[2] ? "failed" : "start", row, began, ready, end);
	if (r->ms[2])
		bar(f, "up", row, ready, end, end);
	name_of(f, r, row, end);
}

void plot_services(char *const *names, void (*put)(const char *))
{
	size_t n = 0;
	struct row *rows;
	uint32_t end, step;
	char mem[2048];
	struct fmt f;

	while (names[n])
		n++;
	rows = calloc(n + 1, sizeof *rows);
	if (!rows)
		return;
	n = read_rows(rows, names, &end);
	step = step_of(end);
	fmt_open(&f, mem, sizeof mem);
	fmt_add(&f,
	        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%u\" height=\"%u\" font-family=\"sans-serif\" "
	        "font-size=\"12\">\n<style>.wait{fill:#ddd}.start{fill:#f93}.up{fill:#9d9}.failed{fill:#d33}"
	        "line{stroke:#bbb}</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
	        WIDTH + 2 * LEFT, TOP + ROW * (unsigned)n + LEFT);
	fmt_add(&f, "<text x=\"%u\" y=\"14\">%u services, %u ms</text>\n", LEFT, (unsigned)n, end);
	put(mem);
	for (uint32_t at = 0; at <= end; at += step) {
		unsigned x = LEFT + (unsigned)((uint64_t)at * WIDTH / end);
		fmt_into(mem, sizeof mem,
		         "<line x1=\"%u\" y1=\"%u\" x2=\"%u\" y2=\"100%%\"/><text x=\"%u\" y=\"%u\">%u</text>\n", x,
		         TOP - 4, x, x, TOP - 8, at);
		put(mem);
	}
	for (size_t i = 0; i < n; i++) {
		fmt_open(&f, mem, sizeof mem);
		put_row(&f, &rows[i], (unsigned)i, end);
		put(mem);
	}
	put("</svg>\n");
	free(rows);
}
