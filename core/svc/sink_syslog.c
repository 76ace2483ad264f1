/* sink_syslog - syslog://HOST, syslog+udp://, syslog+tcp://: messages of syslog, one a datagram (RFC 5426), or by TCP
 * each behind its length (RFC 6587, 3.4.1).
 *
 * config: SINK_SYSLOG
 */
#include <string.h>

#include "base/fmt.h"
#include "pure/relp.h"
#include "svc/messages.h"

static bool add(struct forward *f, char *message, size_t len)
{
	char mem[MESSAGES_AROUND];
	struct fmt head;

	if (f->datagrams)
		return forward_add(f, message, len);
	fmt_open(&head, mem, sizeof mem);
	fmt_add(&head, "%lu ", (unsigned long)len);
	memcpy(message - head.len, mem, head.len);
	return forward_add(f, message - head.len, len + head.len);
}

static void make(struct forward *f, const struct line *l, char *mem)
{
	messages_make(f, l, mem, add);
}

static const struct forward_protocol protocol = {
        .options = MESSAGES_OPTIONS,
        .port = 514,
        .datagrams = true,
        .make = make,
};

static struct sink *open_it(const char *url, const char **why)
{
	return messages_open(&protocol, RELP_MAX, url, why);
}

static const struct sink_kind kind = {
        .schemes = "syslog syslog+udp syslog+tcp",
        .open = open_it,
        FORWARD_SINK,
};
SINK(kind);
