/* my_init - init, with the options of phusion's baseimage
 *
 * config:  MY_INIT
 * group:   boot and stop
 * install: /sbin
 *
 * usage: my_init [OPTION...] [--] [CMD ARG...]
 *
 *   --skip-startup-files    no boot scripts
 *   --skip-runit            no services; needs CMD
 *   --no-kill-all-on-exit   leave alone whatever else still runs
 *   --quiet                 only errors
 *   --enable-insecure-key   taken, but there is no SSH here
 *
 * ENV_INIT_DIRECTORY: boot scripts, instead of /etc/my_init.d.
 * KILL_PROCESS_TIMEOUT, KILL_ALL_PROCESSES_TIMEOUT: seconds to stop in.
 * Exits as CMD does; with 2 when stopped by a signal, 1 when a boot script failed.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "applet.h"
#include "base/die.h"
#include "base/fmt.h"
#include "base/initopts.h"
#include "base/msg.h"
#include "base/num.h"
#include "base/opts.h"
#include "base/setting.h"
#include "base/words.h"
#include "sys/env.h"

static void set(const char *name, const char *value)
{
	if (!getenv(name) && env_export(name, value))
		die(1, "%m");
}

/* phusion's settings as ours, where ours are not given. */
static void translate_environment(void)
{
	static const char *const times[] = {"KILL_PROCESS_TIMEOUT", "KILL_ALL_PROCESSES_TIMEOUT"};
	const char *scripts = setting_text("ENV_INIT_DIRECTORY");
	unsigned long most = 0;
	char text[512];

	for (int i = 0; i < 2; i++) {
		unsigned long ms = 0;
		setting_ms(times[i], &ms);
		most = ms > most ? ms : most;
	}
	fmt_into(text, sizeof text, "%lums", most);
	if (most)
		set("INIT_STOP_TIMEOUT", text);
	if (scripts && fmt_into(text, sizeof text, "%s:/etc/rc.local", scripts) == 0)
		set("INIT_BOOT_DIRS", text);
	set("INIT_STOP_CODE", "2");
	set("INIT_ON_BOOT_FAILURE", "abort:1");
	set("INIT_LOG_FORMAT", "raw");
	mkdir("/etc/container_environment", 0700);
}

int my_init_main(int argc, char **argv);

int my_init_main(int argc, char **argv)
{
	static const struct opts_long longs[] = {{"skip-startup-files", 'f', 0},  {"skip-runit", 'r', 0},
	                                         {"no-kill-all-on-exit", 'k', 0}, {"quiet", 'q', 0},
	                                         {"enable-insecure-key", 'i', 0}, {0}};
	static const char *const base[] = {"init", "--name", "", "--mode", NULL};
	struct opts o = {.argc = argc, .argv = argv};
	bool services = true;
	unsigned mode = INITOPTS_PHUSION;
	struct words w;
	char number[8];

	if (words_open(&w, base, (size_t)argc + 4))
		die(1, "%m");
	words_add(&w, number);
	for (int c; (c = opts_next(&o, "", longs)) != -1;)
		switch (c) {
		case 'f':
			words_add(&w, "--no-boot");
			break;
		case 'r':
			words_add(&w, "--no-services");
			services = false;
			break;
		case 'k':
			mode |= INITOPTS_NO_KILL;
			break;
		case 'q':
			words_add(&w, "--quiet");
			break;
		case 'i':
			msg_warn("--enable-insecure-key: there is no SSH here; docker exec does it");
			break;
		default:
			die_usage(2, "%s", o.why);
		}
	if (!services && o.index == argc)
		die_usage(1, "--skip-runit needs a command");
	translate_environment();
	fmt_into(number, sizeof number, "%u", mode);
	return applet_run(words_end(&w, argv + o.index), w.list);
}
