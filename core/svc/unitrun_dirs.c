/* unitrun_dirs - the directories of a unit: RuntimeDirectory= and its kind. They are made, and given to the unit's user
 * if they are not his; nobody can lead us elsewhere by a link (sys/tree.h). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h> /* symlinkat(2) */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/path.h"
#include "svc/unitrun_state.h"
#include "sys/tree.h"

enum { VALUE_ROOM = 4096 };

/* The key of the mode follows that of the names. */
struct kind {
	char root[12], variable[14];
	enum unit_key key;
	int code;
};

static const struct kind kinds[] = {
        {"/run", "RUNTIME", UNIT_RuntimeDirectory, UNITRUN_DIRECTORY},
        {"/var/lib", "STATE", UNIT_StateDirectory, UNITRUN_DIRECTORY + 5},
        {"/var/cache", "CACHE", UNIT_CacheDirectory, UNITRUN_DIRECTORY + 6},
        {"/var/log", "LOGS", UNIT_LogsDirectory, UNITRUN_DIRECTORY + 7},
        {"/etc", "CONFIGURATION", UNIT_ConfigurationDirectory, UNITRUN_DIRECTORY + 8},
};
_Static_assert(UNIT_RuntimeDirectoryMode == UNIT_RuntimeDirectory + 1 &&
                       UNIT_StateDirectoryMode == UNIT_StateDirectory + 1 &&
                       UNIT_CacheDirectoryMode == UNIT_CacheDirectory + 1 &&
                       UNIT_LogsDirectoryMode == UNIT_LogsDirectory + 1 &&
                       UNIT_ConfigurationDirectoryMode == UNIT_ConfigurationDirectory + 1,
               "the keys of modes follow");

/* Below the root, and nowhere else? */
static bool good(const char *name)
{
	for (const char *p = name; *p;) {
		size_t len = strcspn(p, "/");
		if (!len || (*p == '.' && (len == 1 || (len == 2 && p[1] == '.'))))
			return false;
		p += len + (p[len] && p[len + 1]);
		if (*p == '/')
			return false;
	}
	return *name;
}

/* 0, or -1 with errno: there is none. What is wrong with one that is there is only said. */
static int make(struct unitrun *r, const struct kind *k, const char *path)
{
	bool own = k->key != UNIT_ConfigurationDirectory, root = !geteuid();
	struct tree all = {.mode = (mode_t)-1}, top;
	char inside[PATH_ROOM];
	const char *name;
	struct stat st;
	int at = tree_parent(path, true, &name), err, bad;
	bool made;

	if (at < 0)
		return -1;
	made = mkdirat(at, name, 0700) == 0;
	err = errno;
	all.uid = own && r->who.set_user ? r->who.uid : geteuid();
	all.gid = own && r->who.set_user ? r->who.gid : getegid();
	if (made && root)
		fchownat(at, name, all.uid, all.gid, AT_SYMLINK_NOFOLLOW);
	close(at);
	if (fmt_into(inside, sizeof inside, "%s/.", path) || stat(inside, &st)) {
		if (!made && err != EEXIST)
			errno = err;
		return -1;
	}
	if (!own && !made)
		return 0;
	if (!root)
		all.uid = all.gid = (uid_t)-1;
	top = all;
	top.mode = (mode_t)unit_number(r->unit, k->key + 1, 0755);
	bad = root && (st.st_uid != all.uid || st.st_gid != all.gid) ? tree_set(&all, inside, true) : 0;
	if (!bad && !all.failed && tree_set(&top, inside, false) == 0)
		return 0;
	if (errno == ENOLINK)
		return -1;
	unitrun_say(r, 0, k->key, "%s: owner or mode cannot be set: %m", path);
	return 0;
}

static void link_to(const char *root, const char *name, const char *path)
{
	char link[PATH_ROOM];
	const char *last;
	int at = fmt_into(link, sizeof link, "%s/%s", root, name) ? -1 : tree_parent(link, true, &last);

	if (at < 0)
		return;
	symlinkat(path, at, last);
	close(at);
}

/* The path of a word, and the name of a link to it if there is one. False: said. */
static bool path_of(const struct unitrun *r, const struct kind *k, char *word, char path[PATH_ROOM], char **link)
{
	size_t len = strlen(word);

	while (len && word[len - 1] == '/')
		word[--len] = '\0';
	*link = strchr(word, ':');
	if (*link)
		*(*link)++ = '\0';
	if (good(word) && (!*link || good(*link)) && fmt_into(path, PATH_ROOM, "%s/%s", k->root, word) == 0)
		return true;
	unitrun_say(r, 0, k->key, "'%s' is no path below %s; left out", word, k->root);
	return false;
}

static int make_kind(struct unitrun *r, const struct kind *k)
{
	char **word = unit_words(r->unit, k->key), path[PATH_ROOM], value[VALUE_ROOM], name[32], *link;
	struct fmt f;

	fmt_open(&f, value, sizeof value);
	for (; word && *word; word++) {
		if (!path_of(r, k, *word, path, &link))
			continue;
		if (make(r, k, path))
			return unitrun_say(r, k->code, k->key,
			                   errno == ENOLINK ? "%s: another user's link or directory is on its way"
			                                    : "%s: cannot be made: %m",
			                   path);
		if (link)
			link_to(k->root, link, path);
		fmt_add(&f, "%s%s", f.len ? ":" : "", path);
	}
	fmt_into(name, sizeof name, "%s_DIRECTORY", k->variable);
	return f.len && env_set(&r->env, name, value) ? UNITRUN_RESOURCES : 0;
}

int unitrun_directories(struct unitrun *r)
{
	int code = 0;

	for (size_t i = 0; !code && i < sizeof kinds / sizeof *kinds; i++)
		code = make_kind(r, &kinds[i]);
	return code;
}

void unitrun_remove(struct unitrun *r)
{
	char **word = unit_words(r->unit, UNIT_RuntimeDirectory), path[PATH_ROOM], *link;

	if (unit_choice(r->unit, UNIT_RuntimeDirectoryPreserve, 0))
		return; /* "restart" too: who stops it does not say whether it comes again */
	for (; word && *word; word++) {
		struct tree t = {0};
		if (!path_of(r, kinds, *word, path, &link))
			continue;
		if (tree_remove(&t, path, true) && errno != ENOENT)
			unitrun_say(r, 0, UNIT_RuntimeDirectory, "%s: cannot be removed: %m", path);
		if (link && fmt_into(path, sizeof path, "/run/%s", link) == 0)
			tree_remove(&t, path, true);
	}
}
