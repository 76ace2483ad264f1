/* verify - see verify.h
 *
 * config:  VERIFY
 */
#include "svc/verify.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/path.h"
#include "base/words.h"
#include "pure/cronplan.h"
#include "pure/format.h"
#include "pure/target.h"
#include "svc/boottemplates.h"
#include "svc/cronlist.h"
#include "svc/crontabs.h"
#include "svc/render.h"
#include "svc/service.h"
#include "svc/svdir.h"
#include "svc/verify_state.h"
#include "sys/exec_why.h"
#include "sys/files.h"
#include "sys/wallclock.h"

static const struct verify *how;
static char ignored_mem[2048];
static struct fmt ignored; /* names of the unit's directives that are passed over, a blank before each */
static const char *refused;
static unsigned ignored_count, items, wrong_items;
static bool unwritten;

/* Output ---------------------------------------------------------------- */

void verify_put_raw(const char *text, size_t len)
{
	if (!unwritten && files_write_all(1, text, len)) {
		msg_error("stdout: %m");
		unwritten = true;
	}
}

void verify_put(const char *text, ...)
{
	char mem[1024];
	struct fmt f;
	va_list ap;

	fmt_open(&f, mem, sizeof mem);
	va_start(ap, text);
	fmt_va(&f, text, ap);
	va_end(ap);
	verify_put_raw(mem, f.len);
}

void verify_put_text(const char *text)
{
	size_t len = strlen(text);
	char *mem = malloc(6 * len + BYTES_MORE + 3), *end;

	if (!mem)
		return;
	*mem = '"';
	end = format_json(mem + 1, text, len);
	*end++ = '"';
	verify_put_raw(mem, (size_t)(end - mem));
	free(mem);
}

void verify_put_member(const char *key, const char *text)
{
	verify_put("\"%s\":", key);
	verify_put_text(text);
	verify_put(",");
}

/* What it is ------------------------------------------------------------ */

static const char *joined(const char *a, const char *between, const char *b)
{
	size_t size = strlen(a) + strlen(between) + strlen(b) + 1;
	char *path = malloc(size);

	if (!path)
		return "";
	fmt_into(path, size, "%s%s%s", a, between, b);
	return path;
}

static const char *join(const char *dir, const char *name)
{
	return joined(dir, "/", name);
}

static bool is_dir(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static bool ends(const char *text, const char *end)
{
	size_t len = strlen(text), n = strlen(end);

	return len > n && strcmp(text + len - n, end) == 0;
}

struct verify_item verify_path(const char *path)
{
	const char *suffix = unit_suffix(path_name(path));
	struct verify_item it = {VERIFY_NONE, path_name(path), path};

	if (is_dir(path))
		it.kind = access(join(path, "run"), F_OK) == 0 ? VERIFY_SERVICE : VERIFY_DIR;
	else if (*suffix && words_among("service timer target", suffix, strlen(suffix)))
		it.kind = VERIFY_UNIT;
	else if (strstr(path, "/cron.d/") || strstr(path, "/crontabs/") || ends(path, "crontab"))
		it = (struct verify_item){VERIFY_CRONTAB, path, path};
	else if (strstr(path, "/templates/") || ends(path, ".tmpl"))
		it = (struct verify_item){VERIFY_TEMPLATE, path, path};
	return it;
}

/* A file here called as a unit is meant; any other name is that of a service or unit first. */
struct verify_item verify_find(const char *word)
{
	const struct unitload l = {.dir = svdir_kept()};
	struct verify_item it = {VERIFY_UNIT, word, word};
	bool here = access(word, F_OK) == 0;
	struct unit u;

	if (strchr(word, '/'))
		return verify_path(word);
	if (l.dir && is_dir(join(l.dir, word)))
		return verify_path(join(l.dir, word));
	if (!*unit_suffix(word)) {
		it.name = it.path = joined(word, "", ".service");
		here = here && unitload_find(&l, it.path, &u);
	}
	return here ? verify_path(join(".", word)) : it;
}

/* Units ----------------------------------------------------------------- */

static void told(const struct unit *u, enum unit_grade grade, const char *path, unsigned line, unsigned column,
                 const char *key, const char *why)
{
	(void)u;
	if (grade == UNIT_IGNORED && !words_among(ignored.mem, key, strlen(key))) {
		ignored_count++;
		fmt_add(&ignored, " %s", key);
	}
	if (grade != UNIT_IGNORED || how->strict)
		msg_error("%s:%u:%u: %s%s%s%s", path, line, column, grade == UNIT_WARNED ? "warning: " : "", key,
		          *key ? "=: " : "", why);
}

int verify_load(const struct verify_item *it, struct unit *u)
{
	const struct unitload l = {.dir = svdir_kept(), .tell = told};

	fmt_open(&ignored, ignored_mem, sizeof ignored_mem);
	ignored_count = 0;
	if (unitload_find(&l, it->path, u) == 0)
		return 0;
	msg_error("%s: %s", it->path,
	          errno == EPERM    ? "masked: an empty file or a link to /dev/null"
	          : errno == ENOENT ? "no such unit or service"
	                            : strerror(errno));
	return -1;
}

bool verify_has(const struct verify_item *beside, const char *name)
{
	const char *slash = strrchr(beside->path, '/'), *suffix = unit_suffix(name);
	char *dir = strndup(beside->path, slash ? (size_t)(slash - beside->path) : 0), full[PATH_ROOM];
	const struct unitload l = {.dir = svdir_kept()};
	struct unit u;

	if (!dir || fmt_into(full, sizeof full, "%s%s%s%s", dir, slash ? "/" : "", name, *suffix ? "" : ".service"))
		return false;
	if (unitload_find(&l, full, &u) == 0 || errno != ENOENT)
		return true;
	full[strlen(full) - sizeof "service"] = '\0';
	return (slash && is_dir(full)) || (l.dir && is_dir(join(l.dir, path_name(full))));
}

void verify_program(const char *where, const char *path, bool warning)
{
	const char *name = path_name(path);
	char why[600];
	struct fmt f;

	fmt_open(&f, why, sizeof why);
	if (how->ours(name) && access(path, F_OK))
		return;
	if (exec_lacks(path, &f))
		msg_error("%s: %s%s: %s%s", where, warning ? "warning: " : "", path, why,
		          words_among("sh bash dash", name, strlen(name)) ? "; this needs a shell" : "");
}

static void check_unit(const struct verify_item *it)
{
	const struct unit_setting *where = NULL;
	struct unit u;

	if (verify_load(it, &u)) {
		refused = "there is none that can be read";
		return;
	}
	if (strcmp(unit_suffix(u.name), "service") == 0)
		refused = unit_refused(&u, &where);
	else if (strcmp(unit_suffix(u.name), "timer") == 0)
		refused = verify_timer(it, &u);
	if (refused && where)
		msg_error("%s:%u:%u: %s", where->path, where->line, where->column, refused);
	else if (refused)
		msg_error("%s: %s", it->path, refused);
	else if (how->strict && ignored_count)
		refused = "it has directives that are ignored";
	verify_unit(how, it, &u);
}

/* Directories of services ----------------------------------------------- */

static void check_needs(const struct verify_item *it, const char *dir)
{
	size_t count;
	char **names = files_list(AT_FDCWD, dir, &count);

	for (; names && *names; names++)
		if (**names != '.' && !verify_has(it, *names))
			msg_error("%s/%s: there is no such service", dir, *names);
}

static void check_waits(const struct service *s)
{
	char **list = service_list(s, "wait", 0, "it cannot be started");

	for (; list && *list; list++) {
		struct target t;
		const char *why;
		if (**list != '-' && target_read(&t, *list, &why))
			msg_error("%s: %s: %s", service_path(s, "wait"), *list, why);
	}
}

static void check_service(const struct verify_item *it)
{
	static const char programs[][8] = {"run", "setup", "finish", "check", "log/run"};
	struct service *s = service_new(it->path, NULL);

	if (!s || service_load(s)) {
		msg_error("%s: %m", it->path);
		return;
	}
	for (size_t i = 0; i < sizeof programs / sizeof *programs; i++) {
		const char *path = join(it->path, programs[i]);
		if (!i || access(path, F_OK) == 0)
			verify_program(it->name, path, false);
	}
	if (s->features & HAS_DEPENDENCIES)
		check_needs(it, join(it->path, "dependencies.d"));
	if (s->features & HAS_WAIT)
		check_waits(s);
}

/* Crontabs -------------------------------------------------------------- */

static void told_of_table(const char *path, int grade, unsigned line, unsigned column, const char *what)
{
	const char *warning = grade == CRONTAB_ERROR ? "" : "warning: ";

	if (grade == CRONTAB_NOTE)
		return;
	if (line)
		msg_error("%s:%u:%u: %s%s", path, line, column, warning, what);
	else
		msg_error("%s: %s%s", path, warning, what);
}

static void check_crontab(const struct verify_item *it)
{
	static struct crontabs_setup setup;
	static struct cronplan plan;
	const char *files[] = {it->path, NULL};

	setup = (struct crontabs_setup){
	        .files = *it->path ? files : NULL, .with_user = !strstr(it->path, "/crontabs/"), .tell = told_of_table};
	cronplan_open(&plan, wallclock_now(), wallclock_steady_ms());
	if (crontabs_open(&setup, &plan))
		msg_error("%s: %m", it->path);
	else
		cronlist_check(told_of_table);
}

/* Templates ------------------------------------------------------------- */

static void check_template(const struct verify_item *it)
{
	extern char **environ;
	struct render r = {.kinds = BOOTTEMPLATES_KINDS, .unset = TEMPLATE_EMPTY, .env = environ};
	int fd = open(it->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		msg_error("%s: %m", it->path);
	else if (render_stream(&r, fd, -1, it->path) == 0 || r.faults)
		close(fd);
}

/* All ------------------------------------------------------------------- */

/* The text of a line behind its place FILE:LINE:COLUMN: and that, if it has one. */
static char *place(char *line, unsigned long *row, unsigned long *column)
{
	for (char *p = line; (p = strchr(p, ':')); p++) {
		const char *at = p + 1;
		if (!num_digits(&at, line + strlen(line), 9, row) || *at++ != ':' ||
		    !num_digits(&at, line + strlen(line), 9, column) || strncmp(at, ": ", 2) != 0)
			continue;
		*p = '\0';
		return p + (at - p) + 2;
	}
	*row = *column = 0;
	return line;
}

/* A line that was said. Is it more than a warning? */
static bool finding(const struct verify_item *it, char *line, bool first)
{
	static const char word[] = "warning: ";
	unsigned long row, column;
	char *text;
	bool error;

	if (!how->json) {
		msg_error("%s", line);
		return !strstr(line, word);
	}
	text = place(line, &row, &column);
	error = strncmp(text, word, sizeof word - 1) != 0;
	verify_put(first ? "{" : ",{");
	verify_put_member("file", text == line ? it->path : line);
	verify_put("\"line\":%lu,\"column\":%lu,\"severity\":\"%s\",\"text\":", row, column,
	           error ? "error" : "warning");
	verify_put_text(text + (error ? 0 : sizeof word - 1));
	verify_put("}");
	return error;
}

static void conclude(const struct verify_item *it, unsigned errors)
{
	const char *verdict = refused || (errors && it->kind != VERIFY_UNIT) ? "refused"
	                      : ignored_count                                ? "ignored"
	                                                                     : "full";

	wrong_items += errors || refused;
	if (how->json) {
		const char *list = ignored_mem;
		size_t n;
		verify_put("],\"ignored\":[");
		for (const char *p, *comma = ""; (p = words_next(&list, &n)); comma = ",")
			verify_put("%s\"%.*s\"", comma, (int)n, p);
		verify_put("],");
		if (refused)
			verify_put_member("reason", refused);
		verify_put("\"verdict\":\"%s\"}", verdict);
	} else if (refused) {
		verify_put("%s: refused: %s\n", it->name, refused);
	} else if (errors) {
		verify_put("%s: %u problem%s\n", it->name, errors, errors == 1 ? "" : "s");
	} else if (ignored_count) {
		verify_put("%s: ok, %u directive%s ignored:%s\n", it->name, ignored_count,
		           ignored_count == 1 ? "" : "s", ignored_mem);
	} else {
		verify_put("%s: ok\n", it->name);
	}
}

/* All that is said meanwhile is about it. */
static void look(const struct verify_item *it, void check(const struct verify_item *))
{
	int fd = memfd_create("said", MFD_CLOEXEC), old = msg_fd;
	unsigned errors = 0, lines = 0;
	char *text, *next;
	size_t len;

	ignored_mem[0] = '\0';
	ignored_count = 0;
	refused = NULL;
	if (fd >= 0)
		msg_fd = fd;
	check(it);
	msg_fd = old;
	if (how->json) {
		verify_put(items ? ",\n{" : "[{");
		verify_put_member("name", it->name);
		verify_put("\"problems\":[");
	}
	items++;
	lseek(fd, 0, SEEK_SET);
	text = files_drain(fd, 4096, &len);
	close(fd);
	for (; text && *text; text = next) {
		next = text + strcspn(text, "\n");
		if (*next)
			*next++ = '\0';
		errors += finding(it, text, !lines++);
	}
	conclude(it, errors);
}

static void no_item(const struct verify_item *it)
{
	if (access(it->path, F_OK))
		msg_error("%s: %m", it->path);
	else
		msg_error("%s: by its name no service, unit, crontab or template", it->path);
}

static const char *base; /* the service directory, if that is what we look at */

static void look_at(struct verify_item it, bool asked, unsigned depth)
{
	static void (*const checks[])(const struct verify_item *) = {[VERIFY_NONE] = no_item,
	                                                             [VERIFY_UNIT] = check_unit,
	                                                             [VERIFY_SERVICE] = check_service,
	                                                             [VERIFY_CRONTAB] = check_crontab,
	                                                             [VERIFY_TEMPLATE] = check_template};
	struct stat st;
	char **names;
	size_t count;

	if (it.kind != VERIFY_DIR) {
		if (it.kind != VERIFY_NONE || asked)
			look(&it, checks[it.kind]);
		return;
	}
	/* links to directories are followed only where they are asked for, or are services */
	if (depth > 8 || (!asked && lstat(it.path, &st) == 0 && S_ISLNK(st.st_mode)))
		return;
	names = files_list(AT_FDCWD, it.path, &count);
	if (!names) {
		it.kind = VERIFY_NONE;
		look(&it, no_item);
	}
	for (; names && *names; names++) {
		struct verify_item one = verify_path(join(it.path, *names));
		if (one.kind == VERIFY_DIR && it.path == base && !strchr(*names, '.'))
			one.kind = VERIFY_SERVICE; /* without `run` */
		if (one.kind == VERIFY_UNIT && it.path == base)
			continue; /* unitload_each() */
		if (**names != '.')
			look_at(one, false, depth + 1);
	}
}

static void look_at_unit(const char *name)
{
	look(&(struct verify_item){VERIFY_UNIT, name, name}, check_unit);
}

/* What boot, runsvdir and crond would read. */
static void look_everywhere(void)
{
	static const struct verify_item tables = {VERIFY_CRONTAB, "crontabs", ""};
	struct unitload units = {0};

	base = units.dir = svdir_kept();
	if (base)
		look_at(verify_path(base), true, 0);
	unitload_each(&units, look_at_unit);
	look(&tables, check_crontab);
	if (is_dir(BOOTTEMPLATES))
		look_at(verify_path(BOOTTEMPLATES), true, 0);
}

int verify_all(const struct verify *v, char **words)
{
	how = v;
	msg_name = NULL;
	if (v->cat)
		return verify_cat(v->json, words) | unwritten;
	if (!*words)
		look_everywhere();
	for (; *words; words++)
		look_at(verify_find(*words), true, 0);
	if (how->json)
		verify_put(items ? "]\n" : "[]\n");
	return wrong_items || unwritten;
}
