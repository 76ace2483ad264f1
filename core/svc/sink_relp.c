/* sink_relp - relp://HOST: messages of syslog that the server acknowledges (pure/relp.h).
 *
 * config: SINK_RELP
 */
#include "pure/relp.h"

#include "base/fmt.h"
#include "svc/messages.h"

/* As many may be unacknowledged as librelp allows itself. */
enum { WINDOW = 128, PORT = 2514 };

/* The number of a connection's nr-th frame behind its first, "open". */
static unsigned long number(uint64_t nr)
{
	return (unsigned long)(nr % RELP_NR_MAX) + 1;
}

static bool add(struct forward *f, char *message, size_t len)
{
	message[len] = '\n'; /* ends its frame */
	return forward_add(f, message, len + 1);
}

static void make(struct forward *f, const struct line *l, char *mem)
{
	messages_make(f, l, mem, add);
}

static size_t greet(struct forward *f, char *to)
{
	struct fmt m;

	(void)f;
	fmt_open(&m, to, FORWARD_GREET);
	relp_put_open(&m, number(0));
	return m.len;
}

static size_t frame(struct forward *f, char *to, uint64_t nr, unsigned count, size_t len)
{
	struct fmt m;

	(void)f;
	(void)count;
	fmt_open(&m, to, FORWARD_HEAD);
	fmt_add(&m, "%lu syslog %lu ", number(nr), (unsigned long)len - 1);
	return m.len;
}

static ptrdiff_t hear(struct forward *f, const char *bytes, size_t len, unsigned *acked, const char **why)
{
	struct relp_frame answer;
	ssize_t used = relp_next(&answer, bytes, len, FORWARD_HEAR, why);

	if (used <= 0)
		return used;
	*why = "the server closed the session";
	if (answer.command != RELP_RSP || (f->greeted && !f->out))
		return -1;
	*why = "the server answered out of order";
	if (answer.nr != number(f->greeted ? f->nr - f->out + 1 : 0))
		return -1;
	*why = f->greeted ? "the server refused a message" : "the server refused the session";
	if (relp_code(&answer) != 200)
		return -1;
	*acked = f->greeted;
	f->greeted = true;
	return used;
}

static size_t bye(struct forward *f, char *to)
{
	struct fmt m;

	fmt_open(&m, to, FORWARD_HEAD);
	relp_put(&m, number(f->nr + 1), RELP_CLOSE, NULL, 0);
	return m.len;
}

static const struct forward_protocol protocol = {
        .options = MESSAGES_OPTIONS,
        .port = PORT,
        .window = WINDOW,
        .make = make,
        .greet = greet,
        .frame = frame,
        .hear = hear,
        .bye = bye,
};

static struct sink *open_it(const char *url, const char **why)
{
	return messages_open(&protocol, RELP_MAX, url, why);
}

static const struct sink_kind kind = {
        .schemes = "relp",
        .open = open_it,
        FORWARD_SINK,
};
SINK(kind);
