/* Unit tests of svc/resolve, against name servers that this program plays itself: in namespaces of its own, with an
 * /etc of its own. */
#include "svc/resolve.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "sys/clock.h"
#include "sys/loop.h"

enum { SERVERS = 3, MAX = 512 };

/* What a server does with a question. */
enum manner { HONEST, SILENT, FAILING, GARBAGE, STRANGER, ONLY_A, LATE_A, CUT };

static struct server {
	struct loop_fd watch;
	enum manner manner;
	unsigned asked;
	char names[1024]; /* that were asked for by A questions */
} servers[SERVERS];

static struct resolve lookup;
static unsigned done_count;

static void done(struct resolve *r)
{
	assert_ptr_equal(r, &lookup);
	done_count++;
}

static void file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* The name in a question, with dots. */
static size_t name_of(const unsigned char *p, char *to)
{
	size_t n = 0;

	while (*p) {
		memcpy(to + n, p + 1, *p);
		n += *p;
		to[n++] = '.';
		p += *p + 1;
	}
	to[n - (n > 0)] = '\0';
	return n + 1;
}

/* The zone. */
static unsigned records(const char *name, bool a, unsigned char *to, size_t *len)
{
	static const unsigned char alias[] = "\xc0\x0c\0\5\0\1\0\0\0\x3c\0\7\4real\xc0",
	                           v4[] = "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4", v6[] = "\xc0\x0c\0\x1c\0\1\0\0\0\x3c\0\x10";
	unsigned count = strncmp(name, "many.", 5) == 0 ? 9 : strncmp(name, "one.", 4) == 0 || strcmp(name, "one") == 0;

	*len = 0;
	if (strcmp(name, "alias.example") == 0) {
		memcpy(to, alias, sizeof alias - 1);
		to[sizeof alias - 1] = 12 + 6; /* "example" */
		*len = sizeof alias;
		count = 1;
	}
	if (strcmp(name, "four.example") == 0)
		count = a;
	for (unsigned i = 0; i < count; i++) {
		memcpy(to + *len, a ? v4 : v6, 12);
		*len += 12;
		memset(to + *len, 0, 16);
		to[*len] = a ? 10 : 0xfd;
		to[*len + (a ? 3 : 15)] = (unsigned char)(i + 1);
		*len += a ? 4 : 16;
	}
	return count + (*len && strcmp(name, "alias.example") == 0);
}

static void reply(int fd, const struct sockaddr_in *to, unsigned char *m, size_t len)
{
	sendto(fd, m, len, 0, (const struct sockaddr *)to, sizeof *to);
}

static void asked(struct loop_fd *w, uint32_t events)
{
	struct server *s = container_of(w, struct server, watch);
	static unsigned char kept[MAX];
	static size_t kept_len;
	unsigned char m[MAX];
	struct sockaddr_in from;
	socklen_t from_len = sizeof from;
	ssize_t len = recvfrom(w->fd, m, sizeof m, 0, (struct sockaddr *)&from, &from_len);
	char name[300];
	size_t name_len, more;
	unsigned count;
	bool a;

	(void)events;
	assert_true(len > 12);
	s->asked++;
	name_len = name_of(m + 12, name);
	assert_int_equal(12 + name_len + 4, len);
	a = m[12 + name_len + 1] == 1;
	if (a) {
		strcat(s->names, name);
		strcat(s->names, " ");
	}
	if (s->manner == SILENT)
		return;
	count = records(name, a, m + len, &more);
	m[2] = 0x81;
	m[3] = count || strcmp(name, "four.example") == 0 ? 0x80 : 0x83;
	m[7] = (unsigned char)count;
	len += (ssize_t)more;
	switch (s->manner) {
	case FAILING:
		m[3] = 0x82;
		m[7] = 0;
		reply(w->fd, &from, m, 12 + name_len + 4);
		return;
	case ONLY_A:
		m[3] = a ? m[3] : 4; /* not implemented */
		break;
	case LATE_A: /* AAAA fails before A is answered */
		if (a) {
			memcpy(kept, m, (size_t)len);
			kept_len = (size_t)len;
			return;
		}
		m[3] = 2;
		reply(w->fd, &from, m, 12 + name_len + 4);
		reply(w->fd, &from, kept, kept_len);
		return;
	case CUT:
		m[2] |= 2;
		len -= 7;
		break;
	case GARBAGE: {
		unsigned char bad[MAX];
		reply(w->fd, &from, bad, 0);
		memset(bad, 0xc0, sizeof bad);
		for (size_t n = 1; n < 40; n++)
			reply(w->fd, &from, bad, n);
		memcpy(bad, m, (size_t)len);
		bad[0] ^= 1; /* another number */
		bad[len - 1] = 66;
		reply(w->fd, &from, bad, (size_t)len);
		bad[0] ^= 1;
		bad[13] ^= 1; /* another name */
		reply(w->fd, &from, bad, (size_t)len);
		bad[13] ^= 1;
		bad[2] = 1; /* no answer */
		reply(w->fd, &from, bad, (size_t)len);
		break;
	}
	case STRANGER: { /* the right answer from another port, with another address */
		int fd = socket(AF_INET, SOCK_DGRAM, 0);
		m[len - 1] ^= 0x40;
		reply(fd, &from, m, (size_t)len);
		m[len - 1] ^= 0x40;
		close(fd);
		break;
	}
	case HONEST:
	case SILENT:
		break;
	}
	reply(w->fd, &from, m, (size_t)len);
}

/* 127.0.0.1 and so on, with these manners. */
static void play(enum manner first, enum manner second)
{
	for (unsigned i = 0; i < SERVERS; i++) {
		servers[i].manner = i == 0 ? first : i == 1 ? second : HONEST;
		servers[i].asked = 0;
		servers[i].names[0] = '\0';
	}
}

/* Looks up and waits. The addresses with blanks between them, or why there are none. */
static const char *look_up(const char *name)
{
	static char text[1024];
	char one[INET6_ADDRSTRLEN];

	done_count = 0;
	lookup.done = done;
	if (!resolve_start(&lookup, name, 514))
		while (!done_count)
			loop_turn(true);
	assert_null(lookup.asks);
	if (!lookup.count)
		return lookup.why;
	text[0] = '\0';
	for (unsigned i = 0; i < lookup.count; i++) {
		union address *a = &lookup.list[i];
		bool v4 = a->any.sa_family == AF_INET;
		assert_int_equal(ntohs(v4 ? a->v4.sin_port : a->v6.sin6_port), 514);
		inet_ntop(a->any.sa_family, v4 ? (void *)&a->v4.sin_addr : (void *)&a->v6.sin6_addr, one, sizeof one);
		strcat(text, i ? " " : "");
		strcat(text, one);
	}
	return text;
}

static int prepare(void **state)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	sigset_t none;
	int fd;

	(void)state;
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/etc", "tmpfs", 0, NULL))
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		return -1;
	close(fd);
	sigemptyset(&none);
	loop_open(&none, NULL);
	for (unsigned i = 0; i < SERVERS; i++) {
		struct sockaddr_in a = {
		        .sin_family = AF_INET, .sin_port = htons(53), .sin_addr.s_addr = htonl(0x7f000001 + i)};
		servers[i].watch.fd = socket(AF_INET, SOCK_DGRAM, 0);
		servers[i].watch.ready = asked;
		if (bind(servers[i].watch.fd, (struct sockaddr *)&a, sizeof a) || loop_add(&servers[i].watch, EPOLLIN))
			return -1;
	}
	return 0;
}

static void without_files(void **state)
{
	(void)state;
	play(HONEST, HONEST);
	assert_string_equal(look_up("192.0.2.7"), "192.0.2.7");
	assert_string_equal(look_up("2001:db8::7"), "2001:db8::7");
	assert_string_equal(look_up("localhost"), "127.0.0.1 ::1");
	assert_string_equal(look_up("LOGS.localhost."), "127.0.0.1 ::1");
	assert_string_equal(look_up(""), "no such host");
	assert_string_equal(look_up("."), "no such host");
	assert_string_equal(look_up("a..b"), "no such host");
	assert_int_equal(servers[0].asked, 0);
	/* no resolv.conf: a server here */
	assert_string_equal(look_up("notlocalhost"), "no such host");
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	assert_string_equal(servers[0].names, "notlocalhost one.example ");
}

static void hosts(void **state)
{
	(void)state;
	file("/etc/hosts", "# comment\n\n10.9.8.7\n10.9.8.7 # one.example\n::1 localhost ip6-localhost\n"
	                   "fd00::9\tlogs  Logs.Example # more\n192.0.2.300 logs\n192.0.2.9 x logs.example.y "
	                   "logs\r\n192.0.2.10 last");
	play(HONEST, HONEST);
	assert_string_equal(look_up("logs"), "192.0.2.9 fd00::9");
	assert_string_equal(look_up("logs.example"), "fd00::9");
	assert_string_equal(look_up("LOGS.EXAMPLE."), "fd00::9");
	assert_string_equal(look_up("last"), "192.0.2.10");
	assert_string_equal(look_up("localhost"), "::1");
	assert_string_equal(look_up("a.localhost"), "127.0.0.1 ::1");
	assert_int_equal(servers[0].asked, 0);
	assert_string_equal(look_up("log"), "no such host");
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	unlink("/etc/hosts");
}

static void answers(void **state)
{
	(void)state;
	file("/etc/resolv.conf", "nameserver 127.0.0.1\n");
	play(HONEST, HONEST);
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	assert_int_equal(servers[0].asked, 2);
	assert_string_equal(look_up("four.example"), "10.0.0.1");
	assert_string_equal(look_up("alias.example"), "10.0.0.1 fd00::1");
	assert_string_equal(look_up("many.example"),
	                    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 fd00::1 fd00::2 fd00::3 fd00::4");
	assert_string_equal(look_up("none.example"), "no such host");
	play(ONLY_A, HONEST);
	assert_string_equal(look_up("one.example"), "10.0.0.1");
	play(LATE_A, HONEST);
	assert_string_equal(look_up("one.example"), "10.0.0.1");
	play(CUT, HONEST);
	assert_string_equal(look_up("many.example"),
	                    "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 fd00::1 fd00::2 fd00::3 fd00::4");
	assert_string_equal(look_up("one.example"), "no name server answers");
}

static void strangers(void **state)
{
	(void)state;
	file("/etc/resolv.conf", "nameserver 127.0.0.1\n");
	play(GARBAGE, HONEST);
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	play(STRANGER, HONEST);
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
}

static void search(void **state)
{
	(void)state;
	file("/etc/resolv.conf", "; comment\nbogus\nnameserver\nnameserver 127.0.0.x\ndomain gone\nsearch a.example  "
	                         "one.example\tb.example \n"
	                         "options\noptions ndots:2 edns0 timeout:x attempts:\nnameserver 127.0.0.1 \r\n");
	play(HONEST, HONEST);
	assert_string_equal(look_up("x"), "no such host");
	assert_string_equal(servers[0].names, "x.a.example x.one.example x.b.example x ");
	play(HONEST, HONEST);
	assert_string_equal(look_up("x.y.z"), "no such host");
	assert_string_equal(servers[0].names, "x.y.z x.y.z.a.example x.y.z.one.example x.y.z.b.example ");
	play(HONEST, HONEST);
	assert_string_equal(look_up("x."), "no such host");
	assert_string_equal(servers[0].names, "x ");
	play(HONEST, HONEST);
	assert_string_equal(look_up("one"), "10.0.0.1 fd00::1");
	assert_string_equal(servers[0].names, "one.a.example ");
}

static void other_servers(void **state)
{
	int64_t began;

	(void)state;
	/* nobody listens on 127.0.0.9: that is known at once */
	file("/etc/resolv.conf",
	     "nameserver 127.0.0.9\nnameserver 127.0.0.2\nnameserver 127.0.0.3\nnameserver 127.0.0.1\n");
	play(HONEST, FAILING);
	began = clock_ms();
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	assert_true(clock_ms() - began < 1000);
	assert_int_equal(servers[1].asked, 2);
	assert_int_equal(servers[2].asked, 2);
	assert_int_equal(servers[0].asked, 0); /* the fourth */

	file("/etc/resolv.conf", "nameserver 127.0.0.1\nnameserver 127.0.0.2\noptions timeout:1 attempts:3\n");
	play(SILENT, HONEST);
	began = clock_ms();
	assert_string_equal(look_up("one.example"), "10.0.0.1 fd00::1");
	assert_true(clock_ms() - began >= 1000);
	assert_true(clock_ms() - began < 4000);
	assert_int_equal(servers[0].asked, 2);

	play(FAILING, FAILING);
	assert_string_equal(look_up("one.example"), "no name server answers");
	assert_int_equal(servers[0].asked, 6);
	assert_int_equal(servers[1].asked, 6);
}

static void cancelled(void **state)
{
	(void)state;
	file("/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1\n");
	play(SILENT, HONEST);
	done_count = 0;
	resolve_cancel(&lookup);
	assert_false(resolve_start(&lookup, "one.example", 1));
	resolve_cancel(&lookup);
	assert_null(lookup.asks);
	while (loop_turn(false))
		;
	assert_int_equal(done_count, 0);
	/* another one takes its place */
	assert_false(resolve_start(&lookup, "one.example", 1));
	play(HONEST, HONEST);
	assert_string_equal(look_up("four.example"), "10.0.0.1");
	assert_int_equal(done_count, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(without_files), cmocka_unit_test(hosts),  cmocka_unit_test(answers),
	        cmocka_unit_test(strangers),     cmocka_unit_test(search), cmocka_unit_test(other_servers),
	        cmocka_unit_test(cancelled),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, prepare, NULL);
}
