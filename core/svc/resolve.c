/* resolve - see resolve.h */
#include "svc/resolve.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/num.h"
#include "pure/dns.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/loop.h"
#include "sys/random.h"

enum { SERVERS = 3, SEARCH_MAX = 1024, PORT = 53, OPTION_MAX = 60 };

enum option { NDOTS, TIMEOUT_S, ATTEMPTS, OPTIONS };

/* /etc/resolv.conf */
struct conf {
	union address servers[SERVERS];
	unsigned count;
	unsigned long options[OPTIONS];
	char search[SEARCH_MAX]; /* a blank before each domain */
};

enum state { FAILED, WAITING, ANSWERED };

/* Of one family. */
struct question {
	enum state state;
	size_t len;
	unsigned char mem[DNS_QUERY_MAX];
};

/* A look-up that asks name servers. On the heap, while it lasts. */
struct resolve_query {
	struct resolve *owner;
	struct loop_fd watch;
	struct loop_timer timer;
	struct question questions[2]; /* A, AAAA */
	struct conf conf;
	unsigned port;
	unsigned long tries; /* of this name */
	bool later;          /* resolve_start() has returned */
	char *left;          /* domains to be tried behind the name, "." for none */
	char name[DNS_NAME_MAX + 1];
	char domains[SEARCH_MAX + 3];
};

static void add(struct resolve *r, const union address *a)
{
	bool v4 = a->any.sa_family == AF_INET;
	unsigned at = v4 ? r->v4 : r->count;

	if ((v4 ? r->v4 : r->count - r->v4) == RESOLVE_EACH)
		return;
	memmove(r->list + at + 1, r->list + at, (r->count - at) * sizeof *r->list);
	r->list[at] = *a;
	r->count++;
	r->v4 += v4;
}

/* The next word of a line, or NULL. */
static char *word(char **at)
{
	char *w;

	do
		w = strsep(at, " \t\r");
	while (w && !*w);
	return w;
}

/* Calls back with each line of a file, without its comment. */
static void each_line(const char *path, void (*fn)(void *, char *), void *with)
{
	size_t len;
	char *mem = files_load(AT_FDCWD, path, &len), *rest = mem, *line;

	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, "#;")] = '\0';
		fn(with, line);
	}
	free(mem);
}

/* What a line of /etc/hosts may be for. */
struct wanted {
	struct resolve *owner;
	const char *name;
	size_t len; /* without a dot at its end */
	unsigned port;
};

static void hosts_line(void *with, char *line)
{
	const struct wanted *w = with;
	char *first = word(&line), *name;
	union address a;

	if (!first || address_read(&a, first, w->port))
		return;
	while ((name = word(&line)))
		if (strlen(name) == w->len && strncasecmp(name, w->name, w->len) == 0) {
			add(w->owner, &a);
			return;
		}
}

static bool is_localhost(const char *name, size_t len)
{
	enum { LOCAL = sizeof "localhost" - 1 };

	return len >= LOCAL && strncasecmp(name + len - LOCAL, "localhost", LOCAL) == 0 &&
	       (len == LOCAL || name[len - LOCAL - 1] == '.');
}

static void option(struct conf *c, const char *text)
{
	static const char *const names[OPTIONS] = {"ndots:", "timeout:", "attempts:"};

	for (size_t i = 0; i < OPTIONS; i++)
		if (strncmp(text, names[i], strlen(names[i])) == 0)
			num_uint(text + strlen(names[i]), OPTION_MAX, &c->options[i]);
}

static void conf_line(void *with, char *line)
{
	struct conf *c = with;
	char *key = word(&line), *w;
	struct fmt f;

	if (!key)
		return;
	if (strcmp(key, "nameserver") == 0) {
		w = word(&line);
		if (w && c->count < SERVERS && address_read(&c->servers[c->count], w, PORT) == 0)
			c->count++;
	} else if (strcmp(key, "options") == 0) {
		while ((w = word(&line)))
			option(c, w);
	} else if (strcmp(key, "search") == 0 || strcmp(key, "domain") == 0) {
		fmt_open(&f, c->search, sizeof c->search);
		while ((w = word(&line)))
			if (f.len + strlen(w) + 1 < f.cap)
				fmt_add(&f, " %s", w);
	}
}

static void read_conf(struct conf *c)
{
	c->options[NDOTS] = 1;
	c->options[TIMEOUT_S] = 5;
	c->options[ATTEMPTS] = 2;
	each_line("/etc/resolv.conf", conf_line, c);
	if (!c->count)
		c->count = address_read(c->servers, "127.0.0.1", PORT) + 1;
	c->options[TIMEOUT_S] += !c->options[TIMEOUT_S];
	c->options[ATTEMPTS] += !c->options[ATTEMPTS];
}

static void hang_up(struct resolve_query *q)
{
	if (q->watch.fd < 0)
		return;
	loop_remove(&q->watch);
	close(q->watch.fd);
	q->watch.fd = -1;
}

void resolve_cancel(struct resolve *r)
{
	struct resolve_query *q = r->asks;

	if (!q)
		return;
	hang_up(q);
	loop_at(&q->timer, 0);
	free(q);
	r->asks = NULL;
}

static void finish(struct resolve_query *q, const char *why)
{
	struct resolve *r = q->owner;
	bool later = q->later;

	r->why = why;
	resolve_cancel(r);
	if (later)
		r->done(r);
}

/* The questions for the name with the next domain behind it. false: there is none left. */
static bool next_name(struct resolve_query *q)
{
	struct question *a = &q->questions[0], *aaaa = &q->questions[1];
	char name[DNS_NAME_MAX + 1], *domain;

	while ((domain = word(&q->left))) {
		bool alone = strcmp(domain, ".") == 0;
		a->len = 0;
		if (fmt_into(name, sizeof name, "%s%s%s", q->name, alone ? "" : ".", alone ? "" : domain) == 0)
			a->len = dns_query(a->mem, 0, name, DNS_A);
		if (a->len) {
			a->state = FAILED;
			*aaaa = *a;
			dns_query(aaaa->mem, 0, name, DNS_AAAA);
			q->tries = 0;
			return true;
		}
	}
	return false;
}

static void replied(struct loop_fd *, uint32_t);
static void silent(struct loop_timer *);

/* No longer waits for this server. */
static void drop(struct resolve_query *q)
{
	for (struct question *k = q->questions; k < q->questions + 2; k++)
		if (k->state == WAITING)
			k->state = FAILED;
}

/* Asks the next server what is not answered yet. */
static void ask(struct resolve_query *q)
{
	const union address *to = &q->conf.servers[q->tries++ % q->conf.count];
	uint64_t ids = random_bits(); /* with the port, which the kernel chooses: nobody can answer in its place */

	hang_up(q);
	q->watch.fd = socket(to->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (q->watch.fd < 0)
		return;
	if (loop_add(&q->watch, EPOLLIN) || connect(q->watch.fd, &to->any, address_size(to)))
		return;
	for (struct question *k = q->questions; k < q->questions + 2; k++, ids >>= 16)
		if (k->state == FAILED) {
			memcpy(k->mem, &ids, 2);
			k->state = WAITING;
			if (write(q->watch.fd, k->mem, k->len) != (ssize_t)k->len) { /* what became of the first */
				drop(q);
				return;
			}
		}
	loop_at(&q->timer, clock_ms() + (int64_t)q->conf.options[TIMEOUT_S] * 1000);
}

static bool is_any(const struct resolve_query *q, enum state s)
{
	return q->questions[0].state == s || q->questions[1].state == s;
}

/* On to where there is something to wait for, or to the end. */
static void go_on(struct resolve_query *q)
{
	while (!is_any(q, WAITING)) {
		if (q->owner->count) {
			finish(q, NULL);
			return;
		}
		if (!is_any(q, FAILED) && !next_name(q)) {
			finish(q, "no such host");
			return;
		}
		if (q->tries == q->conf.options[ATTEMPTS] * q->conf.count) {
			finish(q, "no name server answers");
			return;
		}
		ask(q);
	}
}

static void give_up(struct resolve_query *q)
{
	drop(q);
	go_on(q);
}

static void silent(struct loop_timer *t)
{
	give_up(container_of(t, struct resolve_query, timer));
}

static void found(void *with, const unsigned char *bytes, unsigned size)
{
	const struct resolve_query *q = with;
	union address a;

	address_make(&a, bytes, size, q->port);
	add(q->owner, &a);
}

static void replied(struct loop_fd *w, uint32_t events)
{
	struct resolve_query *q = container_of(w, struct resolve_query, watch);
	unsigned char mem[DNS_REPLY_MAX];
	ssize_t len = read(w->fd, mem, sizeof mem);

	(void)events;
	if (len < 0) {
		if (errno != EAGAIN && errno != EINTR)
			give_up(q);
		return;
	}
	for (struct question *k = q->questions; k < q->questions + 2; k++)
		if (k->state == WAITING)
			switch (dns_reply(k->mem, k->len, mem, (size_t)len, found, q)) {
			case DNS_FOREIGN:
				break;
			case DNS_FAILED:
				k->state = FAILED;
				break;
			case DNS_READ:
				k->state = ANSWERED;
				break;
			}
	go_on(q);
}

/* With these names: as it is first if it has enough dots, and alone if it ends with one. */
static void order_names(struct resolve_query *q, const char *name, size_t len)
{
	unsigned long dots = name[len] == '.' ? OPTION_MAX : 0;
	bool first;

	for (size_t i = 0; i < len; i++)
		dots += name[i] == '.';
	first = dots >= q->conf.options[NDOTS];
	memcpy(q->name, name, len);
	fmt_into(q->domains, sizeof q->domains, "%s%s%s", first ? "." : "", name[len] ? "" : q->conf.search,
	         first ? "" : " .");
	q->left = q->domains;
}

bool resolve_start(struct resolve *r, const char *name, unsigned port)
{
	size_t len = strlen(name);
	struct wanted w = {.owner = r, .name = name, .port = port};
	struct resolve_query *q;

	resolve_cancel(r);
	r->v4 = 0;
	r->count = address_read(r->list, name, port) == 0;
	r->why = NULL;
	if (r->count)
		return true;
	if (len && name[len - 1] == '.')
		len--;
	w.len = len;
	each_line("/etc/hosts", hosts_line, &w);
	if (!r->count && is_localhost(name, len)) {
		address_read(r->list, "127.0.0.1", port);
		address_read(r->list + 1, "::1", port);
		r->count = 2;
	}
	r->why = len && len <= DNS_NAME_MAX - 1 ? "out of memory" : "no such host";
	if (r->count || !len || len >= DNS_NAME_MAX)
		return true;
	q = calloc(1, sizeof *q);
	if (!q)
		return true;
	r->asks = q;
	q->owner = r;
	q->port = port;
	q->watch = (struct loop_fd){.fd = -1, .ready = replied};
	q->timer.fire = silent;
	q->questions[0].state = q->questions[1].state = ANSWERED; /* of no name yet */
	read_conf(&q->conf);
	order_names(q, name, len);
	go_on(q);
	if (!r->asks)
		return true;
	r->asks->later = true;
	return false;
}
