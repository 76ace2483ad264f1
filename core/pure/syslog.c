/* syslog - see syslog.h */
#include "pure/syslog.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "base/fmt.h"
#include "base/num.h"
#include "pure/line.h"

enum { PRI_MAX = 191, TAG_MAX = 128, HOST_MAX = 255, PID_MAX = 1 << 30, FORWARD_TAG_MAX = 32 };

/* What is left of a message. */
struct rest {
	char *at, *end;
};

/* One word each; the number is its place. */
static const char severities[] = "emerg\0alert\0crit\0err\0warning\0notice\0info\0debug\0";
static const char facilities[] =
        "kern\0user\0mail\0daemon\0auth\0syslog\0lpr\0news\0uucp\0cron\0authpriv\0ftp\0ntp\0"
        "audit\0alert\0clock\0local0\0local1\0local2\0local3\0local4\0local5\0local6\0local7\0";
static const char no_tag[] = "syslog";
static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_print(char c)
{
	return c > ' ' && c <= '~';
}

/* Does what is left look so? 9 stands for a digit, 0 for a digit or a blank; anything else for itself. */
static bool looks(const struct rest *r, const char *pattern)
{
	const char *p = r->at;

	for (; *pattern; pattern++, p++)
		if (p == r->end || (*pattern == '9'   ? !is_digit(*p)
		                    : *pattern == '0' ? !is_digit(*p) && *p != ' '
		                                      : *p != *pattern))
			return false;
	return true;
}

static int month_of(const struct rest *r)
{
	for (int i = 0; i < 12 && r->end - r->at >= 3; i++)
		if (memcmp(months + 3L * i, r->at, 3) == 0)
			return i;
	return -1;
}

/* Ends at the first byte that is not printable. */
static char *word_end(const struct rest *r)
{
	char *p = r->at;

	while (p < r->end && is_print(*p))
		p++;
	return p;
}

/* "<13>": or -1, and nothing is taken. */
static int take_pri(struct rest *r)
{
	char *p = r->at;
	int n = 0;

	if (p == r->end || *p++ != '<')
		return -1;
	for (; p < r->end && is_digit(*p); p++)
		if ((n = n * 10 + *p - '0') > PRI_MAX)
			return -1;
	if (p == r->end || *p != '>' || p == r->at + 1)
		return -1;
	r->at = p + 1;
	return n;
}

/* "Nov 22 07:40:56 " or "2026-11-22T07:40:56.123+01:00 " */
static bool take_time(struct rest *r)
{
	struct rest day = {r->at + 3, r->end};
	char *end;

	if (month_of(r) >= 0 && looks(&day, " 09 99:99:99")) {
		end = r->at + 15;
		if (end < r->end && *end == ':') /* some routers' */
			end++;
	} else if (looks(r, "9999-99-99T99:99:99")) {
		end = word_end(r);
	} else {
		return false;
	}
	r->at = end < r->end && *end == ' ' ? end + 1 : end;
	return true;
}

/* The digits before `end`, which a bracket opens: where that is, or NULL. */
static char *open_bracket(char *word, char *end, pid_t *pid)
{
	char *p = end;
	long n = 0;

	while (p > word && is_digit(p[-1]))
		p--;
	if (p == end || p - word < 2 || p[-1] != '[')
		return NULL;
	for (char *d = p; d < end; d++)
		if ((n = n * 10 + *d - '0') > PID_MAX)
			return NULL;
	*pid = (pid_t)n;
	return p - 1;
}

/* "TAG: ", "TAG[PID]: " or "TAG[PID] ": or NULL, and nothing is taken. */
static char *take_tag(struct rest *r, pid_t *pid)
{
	char *word = r->at, *next = word_end(r), *end = next, *bracket = NULL;

	if (end == word || (end < r->end && *end != ' '))
		return NULL;
	if (end[-1] == ':')
		end--;
	if (end > word && end[-1] == ']')
		bracket = open_bracket(word, end - 1, pid);
	if (bracket)
		end = bracket;
	else if (end == next)
		return NULL;
	if (end == word || end - word > TAG_MAX)
		return NULL;
	*end = '\0';
	r->at = next < r->end ? next + 1 : next;
	return word;
}

/* A word and the blank behind it, or NULL, and nothing is taken. */
static char *take_word(struct rest *r, ptrdiff_t max)
{
	char *word = r->at, *end = word_end(r);

	if (end == word || end == r->end || *end != ' ' || end - word > max)
		return NULL;
	*end = '\0';
	r->at = end + 1;
	return word;
}

static void parse_3164(struct line *l, struct rest *r, const char *here)
{
	bool timed = take_time(r);
	char *tag = take_tag(r, &l->pid);

	/* the tag comes first if anything there is one: else that is a host, if there can be any */
	if (!tag && timed) {
		struct rest host = *r;
		size_t len = (size_t)(word_end(r) - r->at);
		if (here && (len != strlen(here) || memcmp(here, r->at, len) != 0))
			host.at = host.end;
		l->host = take_word(&host, HOST_MAX);
		if (l->host) {
			*r = host;
			tag = take_tag(r, &l->pid);
		}
	}
	if (tag)
		l->service = tag;
}

/* Structured data, up to its end or its first private element. false: it is none. */
static bool skip_data(struct rest *r)
{
	char *p = r->at, *private = NULL;

	if (p < r->end && *p == '-')
		p++;
	while (p < r->end && *p == '[') {
		bool quoted = false;
		char *element = p++;
		for (; p < r->end && (quoted || *p != ']'); p++) {
			if (*p == '"')
				quoted = !quoted;
			else if (*p == '\\' && quoted && p + 1 < r->end)
				p++;
			else if (*p == '@' && !quoted && !private)
			private = element;
		}
		if (p++ == r->end)
			return false;
	}
	if (p == r->at || (p < r->end && *p != ' '))
		return false;
	r->at = private ? private : p;
	return true;
}

static const char *or_null(const char *word)
{
	return word[0] == '-' && !word[1] ? NULL : word;
}

/* All or nothing: false if it is not such a message, which is as it was then. */
static bool parse_5424(struct line *l, struct rest *all)
{
	enum { TIME, HOST, APP, PROC, ID, FIELDS };
	struct rest r = *all;
	char *field[FIELDS];
	unsigned long pid;
	int n = 0;

	if (!looks(&r, "1 "))
		return false;
	for (r.at += 2; n < FIELDS && (field[n] = take_word(&r, n == APP ? TAG_MAX : HOST_MAX)); n++)
		;
	if (n < FIELDS || (!looks(&(struct rest){field[TIME], r.end}, "9999-99-99T99:99:99") && or_null(field[TIME])) ||
	    !skip_data(&r)) {
		while (n-- > 0)
			field[n][strlen(field[n])] = ' ';
		return false;
	}
	l->host = or_null(field[HOST]);
	if (or_null(field[APP]))
		l->service = field[APP];
	if (num_uint(field[PROC], PID_MAX, &pid) == 0)
		l->pid = (pid_t)pid;
	/* rsyslog sends two blanks */
	for (int i = 0; i < 2 && looks(&r, " "); i++)
		r.at++;
	if (looks(&r, "\xef\xbb\xbf"))
		r.at += 3;
	*all = r;
	return true;
}

void syslog_parse(struct line *l, char *mem, size_t len, const char *here)
{
	struct rest r = {mem, mem + len};
	int pri;

	while (r.end > r.at && (r.end[-1] == '\n' || r.end[-1] == '\0'))
		r.end--;
	pri = take_pri(&r);
	*l = (struct line){
	        .time = l->time,
	        .service = no_tag,
	        .stream = LINE_STDOUT,
	        .severity = pri < 0 ? SYSLOG_NOTICE : pri & 7,
	        .facility = pri < 0 ? SYSLOG_USER : pri >> 3,
	        .syslog = true,
	        .newline = true,
	        .last = true,
	};
	if (pri >= 0 && !parse_5424(l, &r))
		parse_3164(l, &r, here);
	if (here && l->host && strcmp(l->host, here) == 0)
		l->host = NULL;
	l->text = r.at;
	l->len = (size_t)(r.end - r.at);
}

void syslog_sent_by(struct line *l, const char *service)
{
	if (l->service != no_tag && strcmp(l->service, service) != 0)
		l->tag = l->service;
	l->service = service;
}

/* At most max printable characters; "-" if there is none. */
static void put_field(struct fmt *f, const char *text, size_t max)
{
	if (!text || !*text)
		text = "-";
	for (; *text && max--; text++)
		fmt_char(f, is_print(*text) ? *text : '?');
}

static void put_pri(struct fmt *f, const struct line *l)
{
	fmt_add(f, "<%d>", (l->syslog || l->classed ? l->facility : SYSLOG_DAEMON) * 8 + l->severity);
}

static void put_rfc3339(struct fmt *f, const struct timespec *t)
{
	struct date d = date_of(t->tv_sec);

	fmt_add(f, "%04u-%02u-%02uT%02u:%02u:%02u.%06lu+00:00", d.year, d.month, d.day, d.hour, d.minute, d.second,
	        (unsigned long)t->tv_nsec / 1000);
}

const char *syslog_tag(const struct line *l)
{
	return l->tag ? l->tag : l->service != no_tag ? l->service : NULL;
}

/* " HOST TAG[PID]: " */
static void put_names(struct fmt *f, const struct line *l, const char *here, size_t tag_max)
{
	const char *host = l->host ? l->host : here;

	fmt_char(f, ' ');
	if (host) {
		put_field(f, host, HOST_MAX);
		fmt_char(f, ' ');
	}
	if (syslog_tag(l))
		put_field(f, syslog_tag(l), tag_max);
	if (syslog_tag(l) && l->pid)
		fmt_add(f, "[%d]", (int)l->pid);
	if (syslog_tag(l))
		fmt_str(f, ": ");
}

void syslog_stamp(struct fmt *f, time_t at)
{
	struct date d = date_of(at);

	fmt_mem(f, months + 3 * (d.month - 1), 3);
	fmt_add(f, d.day < 10 ? "  %u " : " %u ", d.day);
	fmt_add(f, "%02u:%02u:%02u", d.hour, d.minute, d.second);
}

void syslog_3164(struct fmt *f, const struct line *l, const char *here)
{
	put_pri(f, l);
	syslog_stamp(f, l->time.tv_sec);
	put_names(f, l, here, TAG_MAX);
}

void syslog_forward(struct fmt *f, const struct line *l, const char *here)
{
	put_pri(f, l);
	put_rfc3339(f, &l->time);
	put_names(f, l, here, FORWARD_TAG_MAX);
}

void syslog_5424(struct fmt *f, const struct line *l, const char *here, const char *msgid, const char *sd)
{
	put_pri(f, l);
	fmt_str(f, "1 ");
	if (l->time.tv_sec)
		put_rfc3339(f, &l->time);
	else
		fmt_char(f, '-');
	fmt_char(f, ' ');
	put_field(f, l->host ? l->host : here, 255);
	fmt_char(f, ' ');
	put_field(f, syslog_tag(l), 48);
	if (l->pid)
		fmt_add(f, " %d ", (int)l->pid);
	else
		fmt_str(f, " - ");
	put_field(f, msgid, 32);
	fmt_add(f, " %s ", sd ? sd : "-");
}

static const char *name_of(const char *names, int n)
{
	for (; n > 0 && *names; n--)
		names += strlen(names) + 1;
	return n == 0 && *names ? names : NULL;
}

static int number_of(const char *names, const char *name, unsigned long max)
{
	unsigned long n;
	int i = 0;

	if (num_uint(name, max, &n) == 0)
		return (int)n;
	for (; *names; names += strlen(names) + 1, i++)
		if (strcasecmp(names, name) == 0)
			return i;
	return -1;
}

const char *syslog_facility_name(int n)
{
	return name_of(facilities, n);
}

const char *syslog_severity_name(int n)
{
	return name_of(severities, n);
}

int syslog_facility(const char *name)
{
	return number_of(facilities, strcasecmp(name, "security") == 0 ? "auth" : name, PRI_MAX >> 3);
}

int syslog_severity(const char *name)
{
	static const char *const others[][2] = {{"warn", "warning"}, {"error", "err"}, {"panic", "emerg"}};

	for (size_t i = 0; i < 3; i++)
		if (strcasecmp(name, others[i][0]) == 0)
			name = others[i][1];
	return number_of(severities, name, 7);
}

int syslog_priority(const char *name)
{
	const char *dot = strchr(name, '.');
	int facility = SYSLOG_USER, severity;
	char mem[16];

	if (dot) {
		if (fmt_into(mem, sizeof mem, "%.*s", (int)(dot - name), name))
			return -1;
		facility = syslog_facility(mem);
		name = dot + 1;
	}
	severity = syslog_severity(name);
	return facility < 0 || severity < 0 ? -1 : facility * 8 + severity;
}
