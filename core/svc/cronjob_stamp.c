/* cronjob_stamp - when a job of CRON_CATCHUP last was due: a file, whose name is made of what the job is. */
#include <fcntl.h>
#include <string.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/num.h"
#include "svc/cronjob_state.h"
#include "sys/files.h"

enum { PATH = 512 };

uint64_t cronjob_key(const struct cronjob *j)
{
	uint64_t key = hash_text(HASH_SEED, j->table->path);

	key = hash_text(key, cronjob_text(j, cronjob_line(j)->schedule));
	key = hash_text(key, cronjob_text(j, cronjob_line(j)->command));
	return hash_text(key, j->user->name ? j->user->name : "");
}

static int find(const struct cronjob *j, const char *dir, char path[PATH])
{
	return fmt_into(path, PATH, "%s/%llx", dir, (unsigned long long)cronjob_key(j));
}

int cronjob_stamp(const struct cronjob *j, const char *dir, int64_t at)
{
	char path[PATH], text[24];

	if (find(j, dir, path))
		return -1;
	fmt_into(text, sizeof text, "%lld\n", (long long)at);
	files_make_dirs(dir);
	return files_replace(AT_FDCWD, path, 0644, text, strlen(text));
}

int64_t cronjob_stamped(const struct cronjob *j, const char *dir)
{
	char path[PATH], text[24];
	unsigned long at;

	if (find(j, dir, path) || files_read_word(AT_FDCWD, path, text, sizeof text) <= 0 ||
	    num_uint(text, INT64_MAX, &at))
		return -1;
	return (int64_t)at;
}
