/* unitload_life - a unit's settings as the supervisor wants them: see unitload_state.h. systemd.service(5),
 * systemd.kill(5), systemd.unit(5). */
#include <limits.h>
#include <string.h>

#include "base/fmt.h"
#include "pure/unit.h"
#include "pure/unitlife.h"
#include "svc/unitload_state.h"

enum { TIMEOUT_MS = 90000 };

static bool any(const struct unit *u, enum unit_key key)
{
	return unit_text(u, key, NULL);
}

/* Which of two spellings counts: the one that is set last. */
static enum unit_key later(const struct unit *u, enum unit_key a, enum unit_key b)
{
	for (size_t i = u->count; i--;)
		if (u->settings[i].key == a || u->settings[i].key == b)
			return (enum unit_key)u->settings[i].key;
	return a;
}

static uint8_t has(const struct unit *u)
{
	static const struct {
		unsigned char key, bit;
	} all[] = {
	        {UNIT_Condition, UNITLIFE_PRE},
	        {UNIT_Assert, UNITLIFE_PRE},
	        {UNIT_ExecCondition, UNITLIFE_PRE},
	        {UNIT_ExecStartPre, UNITLIFE_PRE},
	        {UNIT_RuntimeDirectory, UNITLIFE_PRE | UNITLIFE_STOP_POST},
	        {UNIT_StateDirectory, UNITLIFE_PRE},
	        {UNIT_CacheDirectory, UNITLIFE_PRE},
	        {UNIT_LogsDirectory, UNITLIFE_PRE},
	        {UNIT_ConfigurationDirectory, UNITLIFE_PRE},
	        {UNIT_DynamicUser, UNITLIFE_PRE},
	        {UNIT_ExecStart, UNITLIFE_START},
	        {UNIT_ExecStartPost, UNITLIFE_POST},
	        {UNIT_ExecReload, UNITLIFE_RELOAD},
	        {UNIT_ExecStop, UNITLIFE_STOP},
	        {UNIT_ExecStopPost, UNITLIFE_STOP_POST},
	};
	uint8_t bits = 0;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (any(u, (enum unit_key)all[i].key))
			bits |= all[i].bit;
	return bits;
}

/* SuccessExitStatus= and its like: its words with blanks between them. */
static const char *joined(struct unit *u, enum unit_key key)
{
	char **words = any(u, key) ? unit_words(u, key) : NULL, *text;
	size_t len = 1;
	struct fmt f;

	for (char **p = words; p && *p; p++)
		len += strlen(*p) + 1;
	text = len > 1 ? unit_memory(u, len) : NULL;
	if (!text)
		return NULL;
	fmt_open(&f, text, len);
	for (char **p = words; *p; p++)
		fmt_add(&f, p == words ? "%s" : " %s", *p);
	return text;
}

static const char *pid_file(struct unit *u)
{
	const char *name = unit_text(u, UNIT_PIDFile, "/");
	size_t size = strlen(name) + sizeof "/run/";
	char *path = *name == '/' ? NULL : unit_memory(u, size);

	if (!path)
		return name[1] ? name : NULL;
	fmt_into(path, size, "/run/%s", name);
	return path;
}

/* All of them end the container: which of reboot, poweroff … is for whoever runs it. */
static int16_t action(const struct unit *u, enum unit_key key, enum unit_key status)
{
	unsigned long code = unit_number(u, status, (unsigned long)UNITLIFE_OWN_CODE);

	return !unit_choice(u, key, 0) ? UNITLIFE_STAY : code > 255 ? UNITLIFE_OWN_CODE : (int16_t)code;
}

/* How it may end: with ExecStart=-… as it likes. */
static const char *success(struct unit *u)
{
	size_t count;
	struct unit_command *c = unit_commands(u, UNIT_ExecStart, &count);

	return c && count == 1 && c->flags & UNIT_MAY_FAIL ? "*" : joined(u, UNIT_SuccessExitStatus);
}

static void ends(struct unit *u, struct unitlife *l)
{
	l->stop_ms = unit_span(u, later(u, UNIT_TimeoutSec, UNIT_TimeoutStopSec), TIMEOUT_MS);
	l->restart = (uint8_t)unit_choice(u, UNIT_Restart, UNITLIFE_NO);
	l->restart_ms = unit_span(u, UNIT_RestartSec, l->restart_ms);
	l->kill_mode = (uint8_t)unit_choice(u, UNIT_KillMode, UNITLIFE_KILL_GROUP);
	l->kill_signal = (uint8_t)unit_signal(u, UNIT_KillSignal, l->kill_signal);
	l->restart_signal = (uint8_t)unit_signal(u, UNIT_RestartKillSignal, l->restart_signal);
	l->final_signal = (uint8_t)unit_signal(u, UNIT_FinalKillSignal, l->final_signal);
	l->watchdog_signal = (uint8_t)unit_signal(u, UNIT_WatchdogSignal, l->watchdog_signal);
	l->send_kill = unit_bool(u, UNIT_SendSIGKILL, true);
	l->send_hup = unit_bool(u, UNIT_SendSIGHUP, false);
	l->success = success(u);
	l->prevent = joined(u, UNIT_RestartPreventExitStatus);
	l->force = joined(u, UNIT_RestartForceExitStatus);
	l->failure_exit = action(u, UNIT_FailureAction, UNIT_FailureActionExitStatus);
	l->success_exit = action(u, UNIT_SuccessAction, UNIT_SuccessActionExitStatus);
	/* who is restarted fails by the limit */
	if (l->failure_exit == UNITLIFE_STAY && l->restart != UNITLIFE_NO)
		l->failure_exit = action(u, UNIT_StartLimitAction, UNIT_FailureActionExitStatus);
}

void unitload_life(struct unit *u, struct unitlife *l)
{
	/* as Type= has them in pure/unitkeys.h; one of dbus is refused */
	static const uint8_t types[] = {UNITLIFE_SIMPLE, UNITLIFE_EXEC,   UNITLIFE_FORKING, UNITLIFE_ONESHOT,
	                                UNITLIFE_NOTIFY, UNITLIFE_NOTIFY, UNITLIFE_SIMPLE,  UNITLIFE_SIMPLE};
	enum { NOTIFY_RELOAD = 5 };
	bool service = strcmp(unit_suffix(u->name), "service") == 0;
	unsigned type = unit_choice(u, UNIT_Type, any(u, UNIT_ExecStart) ? 0 : UNITLIFE_ONESHOT);

	unitlife_default(l);
	l->has = has(u);
	l->type = types[type];
	l->remain = !service || unit_bool(u, UNIT_RemainAfterExit, false);
	l->notify_reload = type == NOTIFY_RELOAD;
	l->reload_signal = (uint8_t)unit_signal(u, UNIT_ReloadSignal, l->reload_signal);
	l->start_ms = unit_span(u, later(u, UNIT_TimeoutSec, UNIT_TimeoutStartSec),
	                        l->type == UNITLIFE_ONESHOT ? 0 : TIMEOUT_MS);
	l->run_max_ms = unit_span(u, UNIT_RuntimeMaxSec, 0);
	l->watchdog_ms = unit_span(u, UNIT_WatchdogSec, 0);
	l->access = (uint8_t)unit_choice(u, UNIT_NotifyAccess, UNITLIFE_ACCESS_NONE);
	if (l->access == UNITLIFE_ACCESS_NONE && (l->type == UNITLIFE_NOTIFY || l->watchdog_ms))
		l->access = UNITLIFE_ACCESS_MAIN;
	l->limit_ms = unit_span(u, later(u, UNIT_StartLimitInterval, UNIT_StartLimitIntervalSec), l->limit_ms);
	l->limit_burst = (uint32_t)unit_number(u, UNIT_StartLimitBurst, l->limit_burst);
	l->guess_main = unit_bool(u, UNIT_GuessMainPID, true);
	l->pid_file = l->type == UNITLIFE_FORKING ? pid_file(u) : NULL;
	l->log_name = unit_text(u, UNIT_SyslogIdentifier, NULL);
	l->level = (uint8_t)(unit_choice(u, UNIT_SyslogLevel, UINT_MAX) + 1);
	l->facility = (uint8_t)(unit_choice(u, UNIT_SyslogFacility, UINT_MAX) + 1);
	ends(u, l);
}
