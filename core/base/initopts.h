/* initopts - what init is told: options and INIT_* variables. tini, dumb-init and my_init are init with other options.
 */
#ifndef BASE_INITOPTS_H
#define BASE_INITOPTS_H

#include <stdbool.h>

/* How init differs under those names: bits of --mode. */
enum {
	INITOPTS_BARE = 1,         /* nothing but CMD: no boot, no services, every signal to CMD, its end is ours */
	INITOPTS_GROUP = 2,        /* … to CMD's process group */
	INITOPTS_SESSION = 4,      /* CMD leads a session and gets the terminal */
	INITOPTS_ALONE = 8,        /* CMD stays in our process group */
	INITOPTS_END_GROUP = 16,   /* TERM to CMD's process group when CMD has ended */
	INITOPTS_STOP_SELF = 32,   /* stop as CMD does on TSTP, TTIN, TTOU */
	INITOPTS_TELL_REAPED = 64, /* a line for each orphan reaped */
	INITOPTS_EXEC_2 = 128,     /* exit with 2 if CMD cannot be run */
	INITOPTS_EXEC_1 = 256,     /* … with 1 unless it is missing or not allowed */
	INITOPTS_NO_KILL = 512,    /* leave alone whatever else still runs at the end */
	INITOPTS_PHUSION = 1024,   /* my_init's lines */
};

enum { INITOPTS_SIGNALS = 65, INITOPTS_CODES = 256 };

struct initopts {
	char **cmd; /* NULL: none */
	const char *name;
	unsigned long mode;
	bool no_boot, no_services;
	bool cmd_signals; /* CMD gets every signal */
	int stop_code;    /* when a signal stopped us; -1: CMD's, else 0 */
	unsigned long stop_ms, delay_ms;
	unsigned char signals[INITOPTS_SIGNALS]; /* what a signal is taken for; 0: nothing */
	unsigned char exits[INITOPTS_CODES];     /* what an exit code becomes */
};

/* The defaults, then the options. NULL, or what is wrong with them. */
const char *initopts_read(struct initopts *, int argc, char **argv);

/* INIT_* variables; what is not set stays. INIT_VERBOSE goes to msg_verbose. */
void initopts_environment(struct initopts *);

#endif
