/* unit - see unit.h */
#include "pure/unit.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/fmt.h"
#include "base/nearest.h"
#include "base/num.h"
#include "base/signals.h"
#include "base/words.h"
#include "pure/unit_state.h"
#include "pure/unitfile.h"

/* Memory ---------------------------------------------------------------- */

struct piece {
	struct piece *next;
};

void *unit_memory(struct unit *u, size_t size)
{
	struct piece *p = malloc(sizeof *p + size);

	if (!p)
		return NULL;
	p->next = u->memory;
	u->memory = p;
	return p + 1;
}

char *unit_copy(struct unit *u, const char *text, size_t len)
{
	char *copy = unit_memory(u, len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

int unit_open(struct unit *u, const char *name, const struct unit_world *world, unit_tell_fn *tell)
{
	const char *at = strchr(name, '@'), *dot = strrchr(name, '.');
	size_t len = strlen(name), stem = dot ? (size_t)(dot - name) : len;

	*u = (struct unit){.world = world, .tell = tell};
	u->prefix = at && (size_t)(at - name) < stem ? (size_t)(at - name) : stem;
	u->name = unit_copy(u, name, len);
	u->instance = u->prefix < stem ? unit_copy(u, at + 1, stem - u->prefix - 1) : "";
	return u->name && u->instance ? 0 : -1;
}

void unit_close(struct unit *u)
{
	for (struct piece *p = u->memory; p;) {
		struct piece *next = p->next;
		free(p);
		p = next;
	}
	free(u->settings);
	*u = (struct unit){0};
}

/* Keys ------------------------------------------------------------------ */

enum kind { TEXT = 1, BOOL, NUMBER, SPAN, SIGNAL, MODE, CHOICE, LINES, WORDS, UNITS, SPANS, EXEC };

#define IS_TEXT   "\1"
#define IS_BOOL   "\2"
#define IS_NUMBER "\3"
#define IS_SPAN   "\4"
#define IS_SIGNAL "\5"
#define IS_MODE   "\6"
#define IS_CHOICE "\7"
#define IS_LINES  "\10"
#define IS_WORDS  "\11"
#define IS_UNITS  "\12"
#define IS_SPANS  "\13"
#define IS_EXEC   "\14"

/* For each key its kind, sections, name and choices: one text, which is read seldom and is a third of a table. */
static const char keys[] =
#define UNITKEYS_TEXT(sections, name, kind, choices) IS_##kind sections "=" #name "\0" choices "\0"
        UNITKEYS(UNITKEYS_TEXT);

/* What is the container's own business, by section; and what is no business of ours. */
static const char passed_s[] =
        "Private* Protect* ProcSubset Restrict* LockPersonality MemoryDenyWriteExecute SystemCall* ReadWrite* "
        "ReadOnly* "
        "Inaccessible* ExecPaths NoExec* Bind* Device* Tasks* Memory* CPU* IO* Startup* Block* Allowed* Slice "
        "Delegate* "
        "OOMPolicy IP* RemoveIPC AppArmor* SELinux* Smack* TTY* Utmp* Mount* TemporaryFileSystem NUMA* Log* "
        "LoadCredential* SetCredential* ImportCredential Managed* Timer* Timeout*Mode TimeoutAbortSec Coredump* "
        "KeyringMode Personality FileDescriptorStore* Sockets PAMName ExitType RootHash* RootVerity RootImageOptions "
        "Extension* SocketBind* NFTSet NetworkNamespacePath IPCNamespacePath Disable* OpenFile USB* RestartSteps "
        "RestartMaxDelaySec RestartMode StandardInput?* SyslogLevelPrefix DefaultMemory* RebootArgument";
static const char passed_u[] =
        "DefaultDependencies RefuseManual* AllowIsolate IgnoreOn* StopWhenUnneeded RequiresMountsFor WantsMountsFor "
        "OnFailureJobMode OnSuccessJobMode Job* CollectMode JoinsNamespaceOf Propagates* *PropagatedFrom "
        "SurviveFinalKillSignal RebootArgument RequiresOverridable BindTo";
static const char passed_t[] = "AccuracySec WakeSystem RemainAfterElapse FixedRandomDelay OnClockChange "
                               "OnTimezoneChange DeferReactivation";
static const char nothing_to_say[] = "Documentation SourcePath";

static const char conditions[] =
        "PathExists PathExistsGlob PathIsDirectory PathIsSymbolicLink PathIsMountPoint PathIsReadWrite PathIsEncrypted "
        "PathIsSocket DirectoryNotEmpty FileNotEmpty FileIsExecutable Virtualization Capability User Group Environment "
        "Host Architecture Firmware KernelCommandLine KernelVersion KernelModuleLoaded Version Credential Security "
        "ACPower FirstBoot NeedsUpdate ControlGroupController Memory CPUs CPUFeature OSRelease MemoryPressure "
        "CPUPressure IOPressure";

/* A key's entry: behind its kind. */
static const char *entry(unsigned key)
{
	static uint16_t places[UNIT_KEYS]; /* filled at the first call: that walk was a third of a unit's time */
	size_t at = 0;

	for (unsigned i = places[1] ? UNIT_KEYS : 0; i < UNIT_KEYS; i++) {
		places[i] = (uint16_t)at;
		at += strlen(keys + at) + 1;
		at += strlen(keys + at) + 1;
	}
	return keys + places[key];
}

char unit_section(enum unit_key key)
{
	return entry(key)[1];
}

static const char *choices_of(unsigned key)
{
	const char *p = entry(key);

	return p + strlen(p) + 1;
}

/* The key's name, if that section may have it; else NULL. */
static const char *name_in(char section, unsigned key)
{
	const char *p = entry(key), *equals = p[2] == '=' ? p + 2 : p + 3;

	return p[1] == section || (equals == p + 3 && p[2] == section) ? equals + 1 : NULL;
}

/* The key of that name in that section, or -1. */
static int find_key(char section, const char *name)
{
	if (section == 'U') {
		bool assert = strncmp(name, "Assert", 6) == 0;
		const char *rest = assert ? name + 6 : strncmp(name, "Condition", 9) == 0 ? name + 9 : NULL;
		if (rest)
			return !words_among(conditions, rest, strlen(rest)) ? -1
			       : assert                                     ? UNIT_Assert
			                                                    : UNIT_Condition;
	}
	for (unsigned key = 0; key < UNIT_KEYS; key++) {
		const char *is = name_in(section, key);
		if (is && *is == *name && strcmp(is, name) == 0)
			return (int)key;
	}
	return -1;
}

/* The known name most like it, or NULL. */
static const char *nearest_key(char section, const char *name)
{
	unsigned least = NEAREST_NONE;
	const char *is = NULL;

	for (unsigned key = 0; key < UNIT_KEYS; key++) {
		const char *known = name_in(section, key);
		if (known && nearest_better(name, known, &least))
			is = known;
	}
	return is;
}

/* Values ---------------------------------------------------------------- */

static const char *check_words(struct unit *u, const char *value, enum kind kind)
{
	char *copy = unit_copy(u, value, strlen(value));
	const char *word, *why = copy ? NULL : "no memory";

	while (copy && (word = unit_word(u, &copy, &why)))
		if (kind == UNITS && !*unit_suffix(word))
			return "a unit's name has a suffix, as in foo.service";
	return why;
}

static const char *check_exec(struct unit *u, const struct unit_setting *s)
{
	struct unit_command *list = NULL;
	const char *why = NULL;
	size_t count = 0;

	return unit_commands_read(u, s, &list, &count, &why) ? why : count ? NULL : "no program";
}

static int place_among(const char *choices, const char *word)
{
	size_t n, len = strlen(word);
	int place = 0;

	for (const char *p; (p = words_next(&choices, &n)); place++)
		if (n == len && memcmp(p, word, n) == 0)
			return place;
	return -1;
}

/* Why the value is none of its kind, in static memory, or NULL. */
static const char *check(struct unit *u, struct unit_setting *s, enum kind kind)
{
	static char text[200];
	const char *why = NULL;
	unsigned long n;
	uint64_t us;
	bool on;

	if (kind < WORDS || kind == SPANS) {
		s->value = unit_specifiers(u, s->value, &why);
		if (!s->value)
			return why;
	}
	switch (kind) {
	case TEXT:
	case LINES:
		return NULL;
	case BOOL:
		return unitfile_bool(s->value, &on) ? "expected yes or no" : NULL;
	case NUMBER:
		return num_uint(s->value, UINT_MAX, &n) ? "expected a number" : NULL;
	case SPAN:
	case SPANS:
		return unitfile_span(s->value, 1000000, &us) ? "expected a time as in 90, 5min 20s, infinity" : NULL;
	case SIGNAL:
		return signals_number(s->value) > 0 ? NULL : "expected a signal as in SIGTERM";
	case MODE:
		return num_octal(s->value, 07777, &n) ? "expected a mode as in 0755" : NULL;
	case CHOICE:
		/* RuntimeDirectoryPreserve= takes every word for yes and no */
		if (place_among(choices_of(s->key), s->value) < 0 &&
		    !(s->key == UNIT_RuntimeDirectoryPreserve && unitfile_bool(s->value, &on) == 0)) {
			fmt_into(text, sizeof text, "expected one of: %s", choices_of(s->key));
			return text;
		}
		return NULL;
	case WORDS:
	case UNITS:
		return check_words(u, s->value, kind);
	case EXEC:
		return check_exec(u, s);
	}
	return NULL;
}

/* Reading --------------------------------------------------------------- */

static void tell(struct unit *u, enum unit_grade grade, const char *path, const struct unitfile_line *l,
                 const char *why)
{
	u->graded[grade]++;
	if (u->tell)
		u->tell(u, grade, path, l->line, l->column, l->key ? l->key : "", why);
}

/* An empty value takes back what was set before; dependencies cannot be taken back. */
static void take_back(struct unit *u, unsigned key, enum kind kind, char section)
{
	size_t kept = 0;

	if (kind == UNITS && section == 'U')
		return;
	for (size_t i = 0; i < u->count; i++)
		if (u->settings[i].key != key)
			u->settings[kept++] = u->settings[i];
	u->count = kept;
}

static int append(struct unit *u, const struct unit_setting *s)
{
	/* room grows by doubling: it is full at powers of two */
	if (!(u->count & (u->count - 1)) && u->count != 1) {
		struct unit_setting *more = realloc(u->settings, (u->count ? u->count * 2 : 2) * sizeof *more);
		if (!more)
			return -1;
		u->settings = more;
	}
	u->settings[u->count++] = *s;
	return 0;
}

static void unknown(struct unit *u, const char *path, const struct unitfile_line *l, char section)
{
	const char *passed = section == 'S'   ? passed_s
	                     : section == 'U' ? passed_u
	                     : section == 'T' ? passed_t
	                                      : "",
	           *near;
	char why[128];

	if (words_fit(nothing_to_say, l->key, strlen(l->key)))
		return;
	if (words_fit(passed, l->key, strlen(l->key))) {
		tell(u, UNIT_IGNORED, path, l, "not needed in a container");
		return;
	}
	near = nearest_key(section, l->key);
	fmt_into(why, sizeof why, near ? "no such directive; did you mean %s=?" : "no such directive", near);
	tell(u, UNIT_UNKNOWN, path, l, why);
}

/* Of the sections that mean something here; X-… are somebody's own, the others of units that we do not run. */
static char section_letter(struct unit *u, const char *path, const struct unitfile_line *l, const char **told)
{
	static const char others[] = "Socket Path Mount Automount Swap Slice Scope Target";
	const char *name = l->section;
	char why[80];

	if (strcmp(name, "Unit") == 0 || strcmp(name, "Service") == 0 || strcmp(name, "Install") == 0 ||
	    strcmp(name, "Timer") == 0)
		return *name;
	if (name != *told && strncmp(name, "X-", 2) != 0 && !words_among(others, name, strlen(name))) {
		fmt_into(why, sizeof why, "stands in [%s], which is no section", name);
		tell(u, UNIT_UNKNOWN, path, l, why);
	}
	*told = name;
	return '\0';
}

static int set(struct unit *u, const char *path, const struct unitfile_line *l, char section, unsigned key)
{
	struct unit_setting s = {.value = l->value,
	                         .path = path,
	                         .name = l->key,
	                         .line = l->line,
	                         .column = l->column,
	                         .key = (uint16_t)key};
	enum kind kind = (enum kind)(unsigned char)entry(key)[0];
	const char *why;

	if (!*l->value) {
		take_back(u, key, kind, section);
		if (key != UNIT_CapabilityBoundingSet) /* there it says: none of them */
			return 0;
	}
	why = check(u, &s, kind);
	if (!why)
		return append(u, &s);
	tell(u, UNIT_WRONG, path, l, why);
	return 0;
}

int unit_read(struct unit *u, const char *path, char *text, size_t len)
{
	const char *told = NULL;
	struct unitfile_line l;
	struct unitfile f;

	unitfile_open(&f, text, len);
	while (unitfile_next(&f, &l)) {
		char section;
		int key;
		if (l.why) {
			tell(u, UNIT_WRONG, path, &l, l.why);
			continue;
		}
		section = section_letter(u, path, &l, &told);
		if (!section || strncmp(l.key, "X-", 2) == 0)
			continue;
		key = find_key(section, l.key);
		if (key < 0)
			unknown(u, path, &l, section);
		else if (set(u, path, &l, section, (unsigned)key))
			return -1;
	}
	return 0;
}

/* Asking ---------------------------------------------------------------- */

const struct unit_setting *unit_next(const struct unit *u, enum unit_key key, size_t *at)
{
	while (*at < u->count)
		if (u->settings[(*at)++].key == key)
			return &u->settings[*at - 1];
	return NULL;
}

const char *unit_text(const struct unit *u, enum unit_key key, const char *fallback)
{
	for (size_t i = u->count; i--;)
		if (u->settings[i].key == key)
			return u->settings[i].value;
	return fallback;
}

bool unit_bool(const struct unit *u, enum unit_key key, bool fallback)
{
	const char *text = unit_text(u, key, NULL);

	if (text)
		unitfile_bool(text, &fallback);
	return fallback;
}

unsigned long unit_number(const struct unit *u, enum unit_key key, unsigned long fallback)
{
	const char *text = unit_text(u, key, NULL);

	if (text && *entry(key) == MODE)
		num_octal(text, 07777, &fallback);
	else if (text)
		num_uint(text, UINT_MAX, &fallback);
	return fallback;
}

uint32_t unit_span(const struct unit *u, enum unit_key key, uint32_t fallback)
{
	const char *text = unit_text(u, key, NULL);
	uint64_t us;

	if (!text || unitfile_span(text, 1000000, &us))
		return fallback;
	if (us == UINT64_MAX)
		return 0;
	us = us / 1000 + (us % 1000 != 0);
	return us < UINT32_MAX ? (uint32_t)us : UINT32_MAX - 1;
}

unsigned unit_choice(const struct unit *u, enum unit_key key, unsigned fallback)
{
	const char *text = unit_text(u, key, NULL);
	bool on;
	int n;

	if (!text)
		return fallback;
	n = place_among(choices_of(key), text);
	if (n < 0)
		return unitfile_bool(text, &on) == 0 ? on : fallback;
	return (unsigned)n;
}

int unit_signal(const struct unit *u, enum unit_key key, int fallback)
{
	const char *text = unit_text(u, key, NULL);

	return text ? signals_number(text) : fallback;
}

/* What cannot be run ---------------------------------------------------- */

static const struct unit_setting *last(const struct unit *u, enum unit_key key)
{
	for (size_t i = u->count; i--;)
		if (u->settings[i].key == key)
			return &u->settings[i];
	return NULL;
}

enum { ONESHOT = 3, DBUS = 7, ON_SUCCESS = 1, RESTART_ALWAYS = 6 }; /* places in unitkeys.h */

static const char *refused_start(const struct unit *u, const struct unit_setting **where)
{
	unsigned type = unit_choice(u, UNIT_Type, 0), restart = unit_choice(u, UNIT_Restart, 0);
	const struct unit_setting *start = last(u, UNIT_ExecStart), *first;
	size_t at = 0;

	*where = NULL;
	if (!start)
		return !last(u, UNIT_ExecStop) && !last(u, UNIT_SuccessAction) ? "it has no ExecStart="
		       : !unit_bool(u, UNIT_RemainAfterExit, false) ? "without ExecStart= it needs RemainAfterExit=yes"
		                                                    : NULL;
	if (type != ONESHOT) {
		first = unit_next(u, UNIT_ExecStart, &at);
		*where = start;
		return first != start ? "more than one ExecStart=, which only Type=oneshot may have" : NULL;
	}
	*where = last(u, UNIT_Restart);
	return restart == ON_SUCCESS || restart == RESTART_ALWAYS ? "a oneshot cannot be restarted after a success"
	                                                          : NULL;
}

const char *unit_refused(const struct unit *u, const struct unit_setting **where)
{
	static const struct {
		enum unit_key key;
		const char *why;
	} none[] = {{UNIT_RootDirectory, "RootDirectory= is the container's business: build that root as an image"},
	            {UNIT_RootImage, "RootImage= is the container's business"}};
	const char *in = unit_text(u, UNIT_StandardInput, "");

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if ((*where = last(u, none[i].key)) && strcmp((*where)->value, "/") != 0)
			return none[i].why;
	*where = last(u, UNIT_StandardInput);
	if (strcmp(in, "socket") == 0 || strncmp(in, "fd", 2) == 0)
		return "it is started with a connection from its .socket, which is not supported";
	*where = last(u, UNIT_Type);
	if (!*where)
		*where = last(u, UNIT_BusName);
	if (*where && ((*where)->key == UNIT_BusName || unit_choice(u, UNIT_Type, 0) == DBUS))
		return "Type=dbus needs a message bus: set another Type= in a drop-in";
	return refused_start(u, where);
}
