/* unitlife - see unitlife.h
 *
 * with: UNIT
 */
#include "pure/unitlife.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/num.h"
#include "base/signals.h"
#include "base/words.h"

/* SPAN and BYTE are numbers; those from SET on are words of `lists`. */
enum kind { SPAN, BYTE, CODE, TEXT, SET, TYPE, RESTART, KILL, ACCESS };

static const char *const lists[] = {
        [SET] = "pre start post reload stop stop-post",
        [TYPE] = "simple exec forking oneshot notify",
        [RESTART] = "no on-success on-failure on-abnormal on-watchdog on-abort always",
        [KILL] = "control-group mixed process none",
        [ACCESS] = "none main exec all",
};

#define KEY(name, kind, field)                                                                                         \
	{                                                                                                              \
		name, kind, offsetof(struct unitlife, field)                                                           \
	}
static const struct key {
	char name[14];
	uint8_t kind, at;
} keys[] = {
        KEY("has", SET, has),
        KEY("type", TYPE, type),
        KEY("restart", RESTART, restart),
        KEY("kill-mode", KILL, kill_mode),
        KEY("access", ACCESS, access),
        KEY("start-ms", SPAN, start_ms),
        KEY("stop-ms", SPAN, stop_ms),
        KEY("restart-ms", SPAN, restart_ms),
        KEY("watchdog-ms", SPAN, watchdog_ms),
        KEY("run-max-ms", SPAN, run_max_ms),
        KEY("limit-ms", SPAN, limit_ms),
        KEY("limit-burst", SPAN, limit_burst),
        KEY("kill-signal", BYTE, kill_signal),
        KEY("again-signal", BYTE, restart_signal),
        KEY("final-signal", BYTE, final_signal),
        KEY("dog-signal", BYTE, watchdog_signal),
        KEY("reload-signal", BYTE, reload_signal),
        KEY("remain", BYTE, remain),
        KEY("guess-main", BYTE, guess_main),
        KEY("send-kill", BYTE, send_kill),
        KEY("send-hup", BYTE, send_hup),
        KEY("wanted", BYTE, wanted),
        KEY("notify-reload", BYTE, notify_reload),
        KEY("failure-exit", CODE, failure_exit),
        KEY("success-exit", CODE, success_exit),
        KEY("level", BYTE, level),
        KEY("facility", BYTE, facility),
        KEY("pid-file", TEXT, pid_file),
        KEY("log-name", TEXT, log_name),
        KEY("success", TEXT, success),
        KEY("prevent", TEXT, prevent),
        KEY("force", TEXT, force),
        KEY("description", TEXT, description),
        KEY("refused", TEXT, refused),
};
enum { KEYS = sizeof keys / sizeof *keys };

void unitlife_default(struct unitlife *u)
{
	*u = (struct unitlife){
	        .start_ms = 90000,
	        .stop_ms = 90000,
	        .restart_ms = 100,
	        .limit_ms = 10000,
	        .limit_burst = 5,
	        .kill_signal = SIGTERM,
	        .final_signal = SIGKILL,
	        .watchdog_signal = SIGABRT,
	        .reload_signal = SIGHUP,
	        .guess_main = true,
	        .send_kill = true,
	        .failure_exit = UNITLIFE_STAY,
	        .success_exit = UNITLIFE_STAY,
	};
}

/* Of those that are no texts; a code counts from -2 on. */
static uint32_t get(const struct unitlife *u, const struct key *k)
{
	const void *at = (const char *)u + k->at;

	if (k->kind == SPAN)
		return *(const uint32_t *)at;
	return k->kind == CODE ? (uint32_t)(*(const int16_t *)at - UNITLIFE_OWN_CODE) : *(const uint8_t *)at;
}

static void set(struct unitlife *u, const struct key *k, uint32_t n)
{
	void *at = (char *)u + k->at;

	if (k->kind == SPAN)
		*(uint32_t *)at = n;
	else if (k->kind == CODE)
		*(int16_t *)at = (int16_t)((int)n + UNITLIFE_OWN_CODE);
	else
		*(uint8_t *)at = (uint8_t)n;
}

void unitlife_write(const struct unitlife *u, struct fmt *f)
{
	struct unitlife usual;

	unitlife_default(&usual);
	for (const struct key *k = keys; k < keys + KEYS; k++) {
		const char *text = NULL, *words = k->kind >= SET ? lists[k->kind] : NULL, *word;
		uint32_t n = 0;
		size_t len;
		if (k->kind == TEXT)
			memcpy(&text, (const char *)u + k->at, sizeof text);
		else
			n = get(u, k);
		if (k->kind == TEXT ? !text : n == get(&usual, k))
			continue;
		fmt_add(f, "%s=", k->name);
		if (text)
			fmt_str(f, text);
		else if (!words)
			fmt_add(f, "%u", (unsigned)n);
		for (uint32_t i = 0; words && (word = words_next(&words, &len)); i++)
			if (k->kind == SET ? n >> i & 1 : i == n)
				fmt_add(f, "%.*s ", (int)len, word);
		fmt_char(f, '\n');
	}
}

const char *unitlife_find(const char **at, const char *key, size_t *len)
{
	size_t n = strlen(key);

	for (const char *line = *at; *line; line = *at) {
		size_t all = strcspn(line, "\n");
		*at = line + all + (line[all] != '\0');
		if (strncmp(line, key, n) || line[n] != '=')
			continue;
		*len = all - n - 1;
		return line + n + 1;
	}
	return NULL;
}

/* Words of a list: the last one's number, or all as bits. */
static uint32_t number(const struct key *k, const char *value, size_t len)
{
	const char *names = k->kind >= SET ? lists[k->kind] : NULL, *name;
	unsigned long n = 0;
	char words[48];
	size_t one;

	fmt_into(words, sizeof words, "%.*s", (int)len, value);
	if (!names && num_uint(words, UINT32_MAX, &n))
		return 0;
	for (uint32_t i = 0; names && (name = words_next(&names, &one)); i++)
		if (words_among(words, name, one))
			n = k->kind == SET ? n | 1UL << i : i;
	return (uint32_t)n;
}

struct unitlife *unitlife_read(const char *text)
{
	size_t room = 0, len;
	struct unitlife *u;
	const char *at, *value;
	char *mem;

	for (const struct key *k = keys; k < keys + KEYS; k++) {
		at = text;
		if (k->kind == TEXT && unitlife_find(&at, k->name, &len))
			room += len + 1;
	}
	u = malloc(sizeof *u + room);
	if (!u)
		return NULL;
	unitlife_default(u);
	at = text;
	u->aliased = unitlife_find(&at, "alias", &len);
	mem = (char *)(u + 1);
	for (const struct key *k = keys; k < keys + KEYS; k++) {
		at = text;
		value = unitlife_find(&at, k->name, &len);
		if (!value)
			continue;
		if (k->kind != TEXT) {
			set(u, k, number(k, value, len));
			continue;
		}
		memcpy((char *)u + k->at, &mem, sizeof mem);
		memcpy(mem, value, len);
		mem[len] = '\0';
		mem += len + 1;
	}
	return u;
}

/* sysexits.h, without its EX_, from 64 on. */
static const char exits[] = "USAGE DATAERR NOINPUT NOUSER NOHOST UNAVAILABLE SOFTWARE OSERR OSFILE CANTCREAT IOERR "
                            "TEMPFAIL PROTOCOL NOPERM CONFIG";

/* "1 143 SIGUSR1 DATAERR": is it one of these? They all are one of "*". */
static bool listed(const char *list, int code, int sig)
{
	const char *names = exits, *name, *word;
	char text[16];
	size_t len;
	unsigned long n;

	for (int i = 64; list && i <= code && (name = words_next(&names, &len)); i++)
		if (i == code && words_among(list, name, len))
			return true;
	while (list && (word = words_next(&list, &len))) {
		fmt_into(text, sizeof text, "%.*s", (int)len, word);
		if (*text == '*' ||
		    (num_uint(text, 255, &n) == 0 ? !sig && (int)n == code : sig && signals_number(text) == sig))
			return true;
	}
	return false;
}

enum unitlife_result unitlife_result(const struct unitlife *u, int code, int sig, bool core)
{
	bool daemon_end = sig == SIGTERM || sig == SIGINT || sig == SIGHUP || sig == SIGPIPE;

	if (listed(u->success, code, sig) || (sig ? u->type != UNITLIFE_ONESHOT && daemon_end : code == 0))
		return UNITLIFE_SUCCESS;
	return core ? UNITLIFE_CORE_DUMP : sig ? UNITLIFE_SIGNAL : UNITLIFE_EXIT_CODE;
}

bool unitlife_restarts(const struct unitlife *u, enum unitlife_result r, int code, int sig)
{
	bool good = r == UNITLIFE_SUCCESS, skipped = r == UNITLIFE_CONDITION;

	if (r == UNITLIFE_START_LIMIT || listed(u->prevent, code, sig))
		return false;
	if (listed(u->force, code, sig))
		return true;
	switch ((enum unitlife_restart)u->restart) {
	case UNITLIFE_ON_SUCCESS:
		return good;
	case UNITLIFE_ON_FAILURE:
		return !good && !skipped;
	case UNITLIFE_ON_ABNORMAL:
		return !good && !skipped && r != UNITLIFE_EXIT_CODE;
	case UNITLIFE_ON_WATCHDOG:
		return r == UNITLIFE_WATCHDOG;
	case UNITLIFE_ON_ABORT:
		return r == UNITLIFE_SIGNAL || r == UNITLIFE_CORE_DUMP;
	case UNITLIFE_ALWAYS:
		return !skipped;
	case UNITLIFE_NO:
		break;
	}
	return false;
}

const char *unitlife_result_name(enum unitlife_result r)
{
	static const char names[UNITLIFE_RESULTS][16] = {
	        "success",   "resources", "protocol",        "timeout",        "exit-code",  "signal",
	        "core-dump", "watchdog",  "start-limit-hit", "exec-condition", "dependency",
	};

	return names[r];
}
