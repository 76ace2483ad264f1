/* input - where lines come from besides the pipes that are lent to logd: /dev/log, the network, files.
 *
 * A kind of input is one file core/svc/input_NAME.c that ends with
 *
 *	static const struct input_kind kind = {.open = …};
 *	INPUT(kind);
 *
 * As with sinks (svc/sink.h) the linker gathers them: no list names the kinds. What it reads it hands to flow_put().
 */
#ifndef SVC_INPUT_H
#define SVC_INPUT_H

#include <stdbool.h>

struct logconf;

struct input_kind {
	/* Says what is wrong with its settings; how many mistakes there are. NULL: none can be found. */
	int (*check)(const struct logconf *, void (*say)(const char *, ...));

	/* Opens what the settings ask for; what is wrong or cannot be opened is said with flow_say(). */
	void (*open)(const struct logconf *);

	/* logd drains: takes what is there and closes. NULL: nothing to do. */
	void (*stop)(void);

	/* After stop(): is all that was there handed on? NULL: always. */
	bool (*idle)(void);
};

#define INPUT(kind) __attribute__((used, section("inputs"))) static const struct input_kind *const in_section = &(kind)

/* All of them. */
int input_check(const struct logconf *, void (*say)(const char *, ...));
void input_open(const struct logconf *);
void input_stop(void);
bool input_idle(void);

#endif
