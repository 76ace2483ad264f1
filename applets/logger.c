/* logger - send messages to syslog
 *
 * config:  LOGGER
 * group:   logs
 * install: /usr/bin
 *
 * usage: logger [OPTION...] [WORD...]
 *
 * Sends the words, or else each line of FILE or stdin.
 *
 *   -t, --tag TAG          what is said to have sent them (the user's name)
 *   -p, --priority PRI     FACILITY.SEVERITY or SEVERITY (user.notice)
 *   -i, --id[=PID]         tell the process, ours or that one
 *   -s, --stderr           to stderr too
 *   -f, --file FILE        instead of stdin
 *   -e, --skip-empty       no empty lines
 *   -S, --size SIZE        longer ones are cut, lines go on as another (1024)
 *       --prio-prefix      a line may begin with its own <PRI>
 *   -u, --socket PATH      instead of /dev/log
 *   -n, --server HOST      by UDP or, failing that, TCP: in RFC 5424's format
 *   -P, --port PORT        there (514; of TCP 601)
 *   -d, --udp              only datagrams
 *   -T, --tcp              only streams
 *       --octet-count      each behind its length (RFC 6587)
 *       --no-act           send nothing
 *       --rfc3164          the older format, with the host's name
 *       --rfc5424[=WITHOUT]  the newer, without notime, notq, nohost of it
 *       --msgid ID, --sd-id ID, --sd-param NAME="VALUE"  further fields of it
 *
 * Times are UTC. That nobody listens at a local socket is no failure.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/die.h"
#include "base/fmt.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "pure/line.h"
#include "pure/sdata.h"
#include "pure/syslog.h"
#include "svc/resolve.h"
#include "sys/clock.h"
#include "sys/files.h"
#include "sys/hostname.h"
#include "sys/loop.h"
#include "sys/users.h"

enum { PID = 256, NO_ACT, OCTETS, PREFIX, OLD, NEW, MSGID, SD_ID, SD_PARAM };
enum { UDP_PORT = 514, TCP_PORT = 601, PID_MAX = 1 << 30, LEN_MAX = 16, APP_MAX = 48 };
enum form { LOCAL, RFC3164, RFC5424 };

static struct {
	enum form form;
	bool to_stderr, skip_empty, no_act, octets, prefixes, udp, tcp;
	bool no_time, no_quality, no_host;
	const char *file, *path, *server, *msgid;
	unsigned long port, size;
	pid_t as; /* whose message it is said to be */
} option = {.path = "/dev/log", .size = 1024};

static struct line head = {.syslog = true, .facility = SYSLOG_USER, .severity = SYSLOG_NOTICE};
static int fd = -1;
static bool stream; /* fd is one */
static bool failed;

static struct sdata data;
static const char *data_text;

static char *mem; /* a message: LEN_MAX, the head, text of `size`, a newline */

/* Whoever listens trusts the kernel more than us: with the right to it we are that process. */
static ssize_t send_as(const char *p, size_t len)
{
	struct iovec part = {.iov_base = (void *)(uintptr_t)p, .iov_len = len};
	struct ucred who = {.pid = option.as, .uid = getuid(), .gid = getgid()};
	union {
		struct cmsghdr head;
		char mem[CMSG_SPACE(sizeof(struct ucred))];
	} c = {.head = {.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_CREDENTIALS, .cmsg_len = CMSG_LEN(sizeof who)}};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = sizeof c};

	memcpy(CMSG_DATA(&c.head), &who, sizeof who);
	return sendmsg(fd, &m, MSG_NOSIGNAL);
}

static void send_all(const char *p, size_t len)
{
	if (fd < 0 || (option.as && !stream && !option.server && send_as(p, len) >= 0))
		return;
	while (len) {
		ssize_t n = send(fd, p, len, MSG_NOSIGNAL);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && option.server) {
			msg_error("%s: %m", option.server);
			failed = true;
		}
		if (n < 0 || !stream)
			return;
		p += n;
		len -= (size_t)n;
	}
}

static void put_head(struct fmt *f)
{
	head.time = clock_wall();
	if (option.form == RFC5424) {
		if (option.no_time)
			head.time.tv_sec = 0;
		syslog_5424(f, &head, option.no_host ? NULL : hostname_get(), option.msgid, data_text);
		return;
	}
	fmt_add(f, "<%d>", head.facility * 8 + head.severity);
	syslog_stamp(f, head.time.tv_sec);
	if (option.form == RFC3164)
		fmt_add(f, " %s", hostname_get());
	fmt_add(f, " %s", head.tag);
	if (head.pid)
		fmt_add(f, "[%d]", (int)head.pid);
	fmt_str(f, ": ");
}

static void log_text(const char *text, size_t len)
{
	char *start = mem + LEN_MAX, count[LEN_MAX];
	struct fmt f;

	text = memcpy(mem + LEN_MAX + SYSLOG_HEAD_MAX + SDATA_MAX, text, len);
	fmt_open(&f, start, SYSLOG_HEAD_MAX + SDATA_MAX);
	put_head(&f);
	memmove(start + f.len, text, len);
	len += f.len;
	if (option.octets) {
		fmt_into(count, sizeof count, "%lu ", (unsigned long)len);
		start -= strlen(count);
		len += strlen(count);
		memcpy(start, count, strlen(count));
	}
	start[len] = '\n';
	if (!option.no_act)
		send_all(start, len + (stream && !option.octets));
	if (option.to_stderr)
		files_write_all(STDERR_FILENO, start, len + 1);
}

/* "<11>" before a line: of the default facility if it is below 8. Returns its length. */
static size_t take_prefix(const char *text, size_t len, int facility, int severity)
{
	const char *p = text + 1;
	unsigned long n = 192;
	unsigned digits = len && *text == '<' ? num_digits(&p, text + len, 3, &n) : 0;

	head.facility = facility;
	head.severity = severity;
	if (!digits || n > 191 || p == text + len || *p != '>')
		return 0;
	if (n > 7)
		head.facility = (int)n >> 3;
	head.severity = n & 7;
	return digits + 2;
}

static void log_lines(int from)
{
	int facility = head.facility, severity = head.severity;
	char *line = malloc(option.size + 1), block[4096];
	size_t len = 0;
	bool begun = false;
	ssize_t n;

	if (!line)
		die(1, "out of memory");
	do {
		n = read(from, block, sizeof block);
		for (ssize_t i = 0; i < n || (n == 0 && len && !i); i++) {
			bool ends = n == 0 || block[i] == '\n';
			size_t skip = 0;
			if (!ends && len < option.size) {
				line[len++] = block[i];
				continue;
			}
			if (option.prefixes && !begun)
				skip = take_prefix(line, len, facility, severity);
			if (len > skip || !option.skip_empty)
				log_text(line + skip, strnlen(line + skip, len - skip));
			begun = !ends;
			len = 0;
			if (!ends)
				line[len++] = block[i];
		}
	} while (n > 0 || (n < 0 && errno == EINTR));
	if (n < 0)
		die(1, "%s: %m", option.file ? option.file : "stdin");
}

/* As many in a message as fit; one that is too long is cut. */
static void log_words(char **words, int count)
{
	char *text = malloc(option.size + 1);
	size_t len = 0;

	if (!text)
		die(1, "out of memory");
	for (int i = 0; i < count; i++) {
		size_t n = strlen(words[i]);
		if (len && len + 1 + n > option.size) {
			log_text(text, len);
			len = 0;
		}
		if (len)
			text[len++] = ' ';
		n = n < option.size - len ? n : option.size - len;
		memcpy(text + len, words[i], n);
		len += n;
	}
	if (len)
		log_text(text, len);
}

/* Where to ---------------------------------------------------------------- */

static bool connect_to(int family, int type, const void *address, socklen_t size)
{
	int s = socket(family, type | SOCK_CLOEXEC, 0);

	if (s >= 0 && connect(s, address, size)) {
		int err = errno;
		close(s);
		errno = err;
		return false;
	}
	fd = s;
	stream = type == SOCK_STREAM;
	return s >= 0;
}

static void connect_local(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};

	if (fmt_into(a.sun_path, sizeof a.sun_path, "%s", option.path))
		die(1, "%s: %m", option.path);
	if (option.tcp || !connect_to(AF_UNIX, SOCK_DGRAM, &a, sizeof a))
		if (!option.udp)
			connect_to(AF_UNIX, SOCK_STREAM, &a, sizeof a);
}

static void resolved(struct resolve *r)
{
	(void)r; /* the loop has turned */
}

static void connect_server(void)
{
	static struct resolve r;
	sigset_t none;

	sigemptyset(&none);
	if (loop_open(&none, NULL))
		die(1, "cannot start: %m");
	r.done = resolved;
	resolve_start(&r, option.server, 0);
	while (r.asks)
		loop_turn(true);
	if (!r.count)
		die(1, "%s: %s", option.server, r.why);
	for (int type = option.tcp && !option.udp; type < 2 - (option.udp && !option.tcp); type++)
		for (unsigned i = 0; i < r.count; i++) {
			unsigned long port = option.port ? option.port : type ? TCP_PORT : UDP_PORT;
			r.list[i].v4.sin_port = htons((uint16_t)port);
			if (connect_to(r.list[i].any.sa_family, type ? SOCK_STREAM : SOCK_DGRAM, &r.list[i],
			               address_size(&r.list[i])))
				return;
		}
	die(1, "%s: %m", option.server);
}

/* Options ------------------------------------------------------------------- */

static void set_priority(const char *word)
{
	int pri = syslog_priority(word);

	if (pri < 0)
		die(1, "-p %s: must be FACILITY.SEVERITY, such as mail.err", word);
	head.severity = pri & 7;
	head.facility = pri >> 3 ? pri >> 3 : SYSLOG_USER; /* kern is the kernel's own */
}

static void set_pid(const char *word)
{
	unsigned long n = (unsigned long)getpid();

	if (word && num_uint(word, PID_MAX, &n))
		die(1, "--id=%s: must be a process id", word);
	head.pid = (pid_t)n;
	option.as = word ? head.pid : 0;
}

static void set_without(const char *list)
{
	static const char *const words[] = {"notime", "notq", "nohost"};
	bool *const flags[] = {&option.no_time, &option.no_quality, &option.no_host};

	option.form = RFC5424;
	while (list && *list) {
		size_t n = strcspn(list, ","), i = 0;
		while (i < 3 && (strncmp(words[i], list, n) != 0 || words[i][n]))
			i++;
		if (i < 3)
			*flags[i] = true;
		else
			msg_error("--rfc5424=%.*s: left out: there are notime, notq and nohost", (int)n, list);
		list += n + (list[n] == ',');
	}
}

static void begin_element(const char *id)
{
	if (sdata_element(&data, id))
		die(1, "--sd-id %s: must be NAME@NUMBER, timeQuality, origin or meta, each once", id);
}

static void add_param(const char *param)
{
	if (!data.id)
		die(1, "--sd-param %s: behind an --sd-id", param);
	if (sdata_param(&data, param))
		die(1, "--sd-param %s: must be NAME=\"VALUE\", where \\ stands before \" \\ and ]", param);
}

/* As RFC 5424, 7.1: how good our clock is; before all others. */
static void end_data(void)
{
	bool wanted = !data.of_quality && !option.no_quality && !option.no_time;
	struct timex t = {0};
	char quality[80] = "";

	if (wanted && adjtimex(&t) == TIME_OK)
		fmt_into(quality, sizeof quality, "[timeQuality tzKnown=\"1\" isSynced=\"1\" syncAccuracy=\"%ld\"]",
		         t.maxerror);
	else if (wanted)
		fmt_into(quality, sizeof quality, "[timeQuality tzKnown=\"1\" isSynced=\"0\"]");
	data_text = sdata_end(&data, quality);
	if (data.text.cut)
		die(1, "--sd-param: longer than %d bytes together", SDATA_MAX);
}

static const char *user_name(void)
{
	static struct users_user u;
	char number[16];

	fmt_into(number, sizeof number, "%u", (unsigned)geteuid());
	return users_find(number, &u) == 0 && u.name[0] ? u.name : "<someone>";
}

static unsigned long number(const char *name, const char *word, unsigned long max,
                            int (*read_it)(const char *, unsigned long, unsigned long *))
{
	unsigned long n;

	if (read_it(word, max, &n))
		die(1, "%s %s: must be a number up to %lu", name, word, max);
	return n;
}

static void set(int c, const char *arg)
{
	switch (c) {
	case 't':
		head.tag = arg;
		break;
	case 'p':
		set_priority(arg);
		break;
	case 'i':
	case PID:
		set_pid(arg);
		break;
	case 's':
		option.to_stderr = true;
		break;
	case 'f':
		option.file = arg;
		break;
	case 'e':
		option.skip_empty = true;
		break;
	case 'S':
		option.size = number("-S", arg, 1 << 24, num_size);
		break;
	case 'u':
		option.path = arg;
		break;
	case 'n':
		option.server = arg;
		break;
	case 'P':
		option.port = number("-P", arg, 65535, num_uint);
		break;
	case 'd':
		option.udp = true;
		break;
	case 'T':
		option.tcp = true;
		break;
	case PREFIX:
		option.prefixes = true;
		break;
	case OCTETS:
		option.octets = true;
		break;
	case NO_ACT:
		option.no_act = true;
		break;
	case OLD:
		option.form = RFC3164;
		break;
	case NEW:
		set_without(arg);
		break;
	case MSGID:
		option.msgid = arg;
		break;
	case SD_ID:
		begin_element(arg);
		break;
	case SD_PARAM:
		add_param(arg);
		break;
	}
}

/* Options may stand between the words, which are moved to argv[1]. Returns their number. */
static int read_options(int argc, char **argv)
{
	static const struct opts_long longs[] = {
	        {"tag", 't', ':'},     {"priority", 'p', ':'},      {"id", PID, '?'},
	        {"stderr", 's', 0},    {"file", 'f', ':'},          {"skip-empty", 'e', 0},
	        {"size", 'S', ':'},    {"prio-prefix", PREFIX, 0},  {"socket", 'u', ':'},
	        {"server", 'n', ':'},  {"port", 'P', ':'},          {"udp", 'd', 0},
	        {"tcp", 'T', 0},       {"no-act", NO_ACT, 0},       {"octet-count", OCTETS, 0},
	        {"rfc3164", OLD, 0},   {"rfc5424", NEW, '?'},       {"msgid", MSGID, ':'},
	        {"sd-id", SD_ID, ':'}, {"sd-param", SD_PARAM, ':'}, {0}};
	struct opts o = {.argc = argc, .argv = argv};
	int words = 0;

	for (;;) {
		int c = opts_next(&o, "t:p:isf:eS:u:n:P:dT", longs);
		if (c == '?')
			die_usage(1, "%s", o.why);
		if (c != -1) {
			set(c, o.arg);
			continue;
		}
		if (o.index == argc)
			return words;
		if (strcmp(argv[o.index - 1], "--") == 0)
			while (o.index < argc)
				argv[++words] = argv[o.index++];
		else
			argv[++words] = argv[o.index++];
	}
}

int logger_main(int argc, char **argv)
{
	int words, from = STDIN_FILENO;

	sdata_open(&data);
	words = read_options(argc, argv);
	if (!head.tag)
		head.tag = user_name();
	if (option.server && option.form == LOCAL)
		option.form = RFC5424;
	if (option.form == RFC5424 && strlen(head.tag) > APP_MAX)
		die(1, "-t %s: longer than %d characters, RFC 5424's limit", head.tag, APP_MAX);
	end_data();
	if (option.file && words)
		msg_warn("-f FILE and words: the words are left out");
	if (option.file && (from = open(option.file, O_RDONLY | O_CLOEXEC)) < 0)
		die(1, "%s: %m", option.file);
	mem = malloc(LEN_MAX + SYSLOG_HEAD_MAX + SDATA_MAX + option.size + 1);
	if (!mem)
		die(1, "out of memory");
	if (!option.no_act && option.server)
		connect_server();
	else if (!option.no_act)
		connect_local();
	if (words && !option.file)
		log_words(argv + 1, words);
	else
		log_lines(from);
	return failed;
}
