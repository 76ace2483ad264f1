/* Unit tests of svc/probe, against servers that this program plays itself: in namespaces of its own, with an /etc of
 * its own. */
#include "svc/probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../lib/unit.h"
#include "pure/status.h"
#include "sys/clock.h"
#include "sys/spawn.h"

static struct probe probe;
static unsigned done_count;
static char dir[] = "/tmp/probe.XXXXXX";

/* A server of one connection at a time. */
static struct server {
	struct loop_fd listens, talks;
	const char *answer; /* NULL: none */
	bool slow;          /* byte by byte */
	char request[600];
} server;

static void file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static void done(struct probe *p)
{
	assert_ptr_equal(p, &probe);
	done_count++;
}

static void on_signal(const struct signalfd_siginfo *s)
{
	pid_t pid;
	int status;

	assert_int_equal(s->ssi_signo, SIGCHLD);
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		if (pid == probe.pid)
			probe_ended(&probe, status);
}

static void take(const char *word)
{
	const char *why;

	free(probe.target.mem);
	if (target_read(&probe.target, word, &why))
		fail_msg("%s: %s", word, why);
	probe.done = done;
	done_count = 0;
}

/* "", or why not. */
static const char *try(const char *word, int ms)
{
	int64_t began = clock_ms();

	take(word);
	probe_start(&probe, began + ms);
	while (!done_count)
		loop_turn(true);
	assert_int_equal(done_count, 1);
	assert_true(clock_ms() - began < ms + 1000);
	assert_int_equal(probe.pid, 0);
	assert_int_equal(probe.there, !*probe.why);
	return probe.why;
}

static void hang_up(struct loop_fd *w)
{
	loop_remove(w);
	if (w->fd >= 0)
		close(w->fd);
	w->fd = -1;
}

static void talk(struct loop_fd *w, uint32_t events)
{
	ssize_t n = read(w->fd, server.request, sizeof server.request - 1);

	(void)events;
	if (n > 0 && server.answer) {
		server.request[n] = '\0';
		for (const char *p = server.answer; *p; p += server.slow ? 1 : strlen(p)) {
			send(w->fd, p, server.slow ? 1 : strlen(p), MSG_NOSIGNAL);
			if (server.slow)
				loop_turn(false);
		}
	}
	if (n <= 0 || server.answer)
		hang_up(w);
}

static void accepted(struct loop_fd *w, uint32_t events)
{
	(void)events;
	hang_up(&server.talks);
	server.talks = (struct loop_fd){.fd = accept4(w->fd, NULL, NULL, SOCK_CLOEXEC), .ready = talk};
	assert_true(server.talks.fd >= 0);
	loop_add(&server.talks, EPOLLIN);
}

static int listener(const char *address, unsigned port)
{
	union address a;
	int fd, on = 1;

	assert_int_equal(address_read(&a, address, port), 0);
	fd = socket(a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	assert_int_equal(bind(fd, &a.any, address_size(&a)), 0);
	return fd;
}

static int unix_socket(const char *path, int type)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

	strcpy(a.sun_path, path);
	unlink(path);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
	return fd;
}

static void serve(int fd, const char *answer)
{
	assert_int_equal(listen(fd, 5), 0);
	server.listens = (struct loop_fd){.fd = fd, .ready = accepted};
	server.answer = answer;
	server.slow = false;
	loop_add(&server.listens, EPOLLIN);
}

static void close_all(void)
{
	hang_up(&server.talks);
	hang_up(&server.listens);
}

static int prepare(void **state)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
	sigset_t set;
	int fd;

	(void)state;
	if (unshare(CLONE_NEWNS | CLONE_NEWNET) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("none", "/etc", "tmpfs", 0, NULL) || !mkdtemp(dir) || chdir(dir))
		return -1;
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &lo))
		return -1;
	close(fd);
	server.listens.fd = server.talks.fd = -1;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (spawn_open())
		return -1;
	return loop_open(&set, on_signal);
}

static int clean_up(void **state)
{
	char command[60];

	(void)state;
	free(probe.target.mem);
	snprintf(command, sizeof command, "rm -r %s", dir);
	return system(command);
}

static void tcp(void **state)
{
	int both;

	(void)state;
	assert_string_equal(try("127.0.0.1:81", 1000), "Connection refused");
	assert_string_equal(try("[::1]:81", 1000), "Connection refused");
	serve(listener("127.0.0.2", 81), NULL);
	assert_string_equal(try("127.0.0.2:81", 1000), "");
	file("/etc/hosts", "127.0.0.3 db\n127.0.0.2 db\n::1 db\n::1 six\n127.0.0.4 db\n");
	assert_string_equal(try("db:81", 1000), "");
	assert_string_equal(try("six:81", 1000), "Connection refused");
	assert_string_equal(try("none:81", 1000), "no name server answers");
	close_all();
	serve(listener("::1", 81), NULL);
	assert_string_equal(try("db:81", 1000), "");
	assert_string_equal(try("six:81", 1000), "");
	assert_string_equal(try("tcp://[::1]:81", 1000), "");
	both = listener("127.0.0.1", 81);
	listen(both, 1);
	assert_string_equal(try("localhost:81", 1000), "");
	close(both);
	close_all();
	unlink("/etc/hosts");
}

/* The kernel gives our own end the very port that we want to connect to. */
static void not_to_itself(void **state)
{
	(void)state;
	file("/proc/sys/net/ipv4/ip_local_port_range", "40000 40000");
	assert_string_equal(try("127.0.0.1:40000", 1000), "Connection refused");
	assert_string_equal(try("[::1]:40000", 1000), "Connection refused");
	file("/proc/sys/net/ipv4/ip_local_port_range", "32768 60999");
}

/* One that takes no more connections: what is sent to it vanishes. */
static int mute(const char *address, unsigned port, int *fill, size_t count)
{
	int fd = listener(address, port);
	union address a;

	listen(fd, 0);
	address_read(&a, address, port);
	for (size_t i = 0; i < count; i++) {
		fill[i] = socket(a.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)connect(fill[i], &a.any, address_size(&a));
	}
	return fd;
}

static void silence(void **state)
{
	int64_t began = clock_ms();
	int fill[3], fd = mute("127.0.0.9", 82, fill, 3);

	(void)state;
	assert_string_equal(try("127.0.0.9:82", 300), "no answer");
	assert_true(clock_ms() - began >= 300);
	take("127.0.0.9:82");
	probe_start(&probe, began); /* too late for any address */
	assert_int_equal(done_count, 1);
	assert_string_equal(probe.why, "no answer");
	/* the others get their share of the time */
	file("/etc/hosts", "127.0.0.9 db\n127.0.0.10 db\n::1 db\n");
	serve(listener("::1", 82), NULL);
	assert_string_equal(try("db:82", 600), "");
	for (int i = 0; i < 3; i++)
		close(fill[i]);
	close(fd);
	close_all();
	unlink("/etc/hosts");
}

static void sockets(void **state)
{
	int fd;

	(void)state;
	assert_string_equal(try("unix:s", 1000), "No such file or directory");
	fd = unix_socket("s", SOCK_STREAM);
	assert_string_equal(try("unix:s", 1000), "Connection refused");
	serve(fd, NULL);
	assert_string_equal(try("unix:s", 1000), "");
	close_all();
	assert_string_equal(try("unix:s", 1000), "Connection refused");
	unlink("s");
	fd = unix_socket("s", SOCK_DGRAM);
	assert_string_equal(try("unix:s", 1000), "");
	assert_string_equal(try("http+unix:s", 1000), "Protocol wrong type for socket");
	close(fd);
	file("s2", "");
	assert_string_equal(try("unix:s2", 1000), "Connection refused");
}

static void files(void **state)
{
	(void)state;
	assert_string_equal(try("file:f", 1000), "No such file or directory");
	assert_string_equal(try("dir:f", 1000), "No such file or directory");
	file("f", "");
	assert_string_equal(try("file:f", 1000), "");
	assert_string_equal(try("dir:f", 1000), "Not a directory");
	assert_string_equal(try("dir:/etc", 1000), "");
	assert_string_equal(try("file:/etc", 1000), "");
}

static void http(void **state)
{
	(void)state;
	serve(listener("127.0.0.1", 80), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
	assert_string_equal(try("http://127.0.0.1", 1000), "");
	assert_string_equal(server.request, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
	assert_string_equal(try("http://localhost:80?a=b", 1000), "");
	assert_string_equal(server.request, "GET /?a=b HTTP/1.1\r\nHost: localhost:80\r\nConnection: close\r\n\r\n");
	assert_string_equal(try("http://127.0.0.1/x?y#201-299", 1000), "status 200");
	server.answer = "HTTP/1.0 302 Found\r\n";
	assert_string_equal(try("http://127.0.0.1/x/y?z=1", 1000), "");
	assert_string_equal(server.request, "GET /x/y?z=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
	server.slow = true;
	server.answer = "HTTP/1.1 503 ";
	assert_string_equal(try("http://127.0.0.1/", 1000), "status 503");
	assert_string_equal(try("http://127.0.0.1/#200,500-503", 1000), "");
	server.slow = false;
	for (const char *const *bad =
	             (const char *const[]){"HTTP/1.1 20", "", "220 mail ESMTP\r\n", "HTTP/1.1 2xx OK\r\n",
	                                   "HTTP/2.0 200 OK\r\n", "+PONG\r\n", "SSH-2.0-OpenSSH_9.2\r\n", NULL};
	     *bad; bad++) {
		server.answer = *bad;
		assert_string_equal(try("http://127.0.0.1/", 1000), "no answer of HTTP");
	}
	server.answer = NULL;
	assert_string_equal(try("http://127.0.0.1/", 200), "no answer");
	close_all();
	serve(listener("::1", 8080), "HTTP/1.1 204 No Content\r\n\r\n");
	assert_string_equal(try("http://[::1]:8080/#204", 1000), "");
	assert_string_equal(server.request, "GET / HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n");
	close_all();
	serve(unix_socket("s", SOCK_STREAM), "HTTP/1.1 200 OK\r\n\r\n");
	assert_string_equal(try("http+unix:s:/ping", 1000), "");
	assert_string_equal(server.request, "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
	close_all();
}

static void names(void **state)
{
	int fd;

	(void)state;
	file("/etc/resolv.conf", "nameserver 127.0.0.1\n");
	assert_string_equal(try("dns:db", 1000), "no name server answers");
	file("/etc/hosts", "192.0.2.1 db\n");
	assert_string_equal(try("dns:db", 1000), "");
	unlink("/etc/hosts");
	assert_string_equal(try("dns:db", 1000), "no name server answers");
	assert_string_equal(try("dns:192.0.2.1", 1000), "");
	/* a server that says nothing */
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd,
	                      &(union address){.v4 = {.sin_family = AF_INET,
	                                              .sin_port = htons(53),
	                                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}}
	                               .any,
	                      sizeof(struct sockaddr_in)),
	                 0);
	assert_string_equal(try("dns:db", 300), "no answer");
	assert_string_equal(try("tcp://db:80", 300), "no answer");
	close(fd);
}

static void commands(void **state)
{
	char word[200], pid[20] = "";
	FILE *f;

	(void)state;
	assert_string_equal(try("exec:true", 20000), "");
	assert_string_equal(try("exec:false", 20000), "exited with 1");
	assert_string_equal(try("exec:sh -c 'kill -9 $$'", 20000), "was killed by KILL");
	assert_string_equal(try("exec:sh -c 'exit 127'", 20000), "exited with 127");
	assert_string_equal(try("exec:/none", 20000), "not found");
	assert_string_equal(try("exec:none", 20000), "not found in PATH");
	/* with all that it began; and its output goes nowhere */
	assert_string_equal(try("exec:sh -c 'sleep 100 & echo $! >pid; echo noise; read x; sleep 100'", 500),
	                    "no answer");
	f = fopen("pid", "r");
	assert_non_null(fgets(pid, sizeof pid, f));
	fclose(f);
	snprintf(word, sizeof word, "/proc/%d/status", atoi(pid));
	for (char text[500] = "Z";; memset(text, 0, sizeof text)) { /* an orphan: who reaps it does so in its time */
		f = fopen(word, "r");
		if (!f)
			break;
		fread(text, 1, sizeof text - 1, f);
		fclose(f);
		if (strstr(text, "State:\tZ"))
			break;
		usleep(1000);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void cancelled(void **state)
{
	int64_t began = clock_ms();

	(void)state;
	for (const char *const *w = (const char *const[]){"exec:sleep 100", "127.0.0.1:80", "dns:db", "unix:s", NULL};
	     *w; w++) {
		take(*w);
		probe_cancel(&probe);
		probe_start(&probe, clock_ms() + 60000);
		probe_cancel(&probe);
		probe_cancel(&probe);
		assert_int_equal(probe.pid, 0);
		/* another one in its place, twice */
		probe_start(&probe, clock_ms() + 60000);
		if (!done_count)
			probe_start(&probe, clock_ms() + 60000);
		probe_cancel(&probe);
		while (loop_turn(false))
			;
		assert_true(done_count <= 3);
	}
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_true(clock_ms() - began < 20000);
}

/* supervise/ as our runsvdir keeps it; an empty state is as runit's. */
static void service(uint32_t pid, enum status_state s, const char *state)
{
	unsigned char mem[STATUS_SIZE];
	FILE *f = fopen("web/supervise/status", "w");

	status_write(&(struct status){.pid = pid, .state = s}, mem);
	fwrite(mem, 1, sizeof mem, f);
	fclose(f);
	file("web/supervise/state", state);
}

static void services(void **state)
{
	int fd;

	(void)state;
	setenv("SVDIR", dir, 1);
	assert_string_equal(try("service:web", 1000), "no such service");
	mkdir("web", 0777);
	assert_string_equal(try("service:web", 1000), "No such file or directory");
	mkdir("web/supervise", 0777);
	mkfifo("web/supervise/ok", 0777);
	assert_string_equal(try("service:web:up", 1000), "runsv not running");
	fd = open("web/supervise/ok", O_RDWR | O_CLOEXEC);
	assert_string_equal(try("service:web:up", 1000), "No such file or directory");
	file("web/supervise/status", "");
	assert_string_equal(try("service:web:up", 1000), "runsv not running");
	service(0, STATUS_DOWN, "");
	assert_string_equal(try("service:web", 1000), "down");
	assert_string_equal(try("service:web:up", 1000), "down");
	service(77, STATUS_RUN, "");
	assert_string_equal(try("service:web", 1000), "");
	assert_string_equal(try("service:web:up", 1000), "");
	service(77, STATUS_FINISH, "");
	assert_string_equal(try("service:web", 1000), "finish");
	service(77, STATUS_RUN, "state=starting\nready=no\npid=77\n");
	assert_string_equal(try("service:web:ready", 1000), "starting");
	assert_string_equal(try("service:web:up", 1000), "");
	service(77, STATUS_RUN, "state=ready\nready=yes\npid=77\n");
	assert_string_equal(try("service:web", 1000), "");
	service(0, STATUS_DOWN, "state=failed\nready=no\n");
	assert_string_equal(try("service:web", 1000), "failed");
	assert_string_equal(try("service:web:up", 1000), "failed");
	close(fd);
	assert_string_equal(try("service:web:up", 1000), "runsv not running");
}

static unsigned descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	unsigned n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* Of each kind, there or not: nothing is left of them. */
static void ten_thousand(void **state)
{
	static const char *const words[] = {
	        "127.0.0.1:80", "127.0.0.1:81", "[::1]:80", "http://127.0.0.1/",     "dns:db",
	        "unix:s",       "service:web",  "file:f",   "http://127.0.0.1/#999", "127.0.0.1:80"};
	unsigned before;

	(void)state;
	serve(listener("127.0.0.1", 80), "HTTP/1.1 200 OK\r\n\r\n");
	try("exec:true", 10000);
	before = descriptors();
	for (unsigned i = 0; i < 10000; i++)
		try(words[i % 10], 10000);
	for (unsigned i = 0; i < 100; i++)
		try(i % 2 ? "exec:true" : "exec:/none", 10000);
	hang_up(&server.talks);
	assert_int_equal(descriptors(), before);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	close_all();
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
	        cmocka_unit_test(tcp),      cmocka_unit_test(not_to_itself), cmocka_unit_test(silence),
	        cmocka_unit_test(sockets),  cmocka_unit_test(files),         cmocka_unit_test(http),
	        cmocka_unit_test(names),    cmocka_unit_test(commands),      cmocka_unit_test(cancelled),
	        cmocka_unit_test(services), cmocka_unit_test(ten_thousand),
	};

	return cmocka_run_group_tests_name(__FILE__, tests, prepare, clean_up);
}
