/* positions - see positions.h */
#include "svc/positions.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/fmt.h"
#include "base/hash.h"
#include "base/num.h"
#include "svc/flow.h"
#include "sys/files.h"
#include "sys/keep.h"

enum { HEAD = 256, NUMBERS = 4, TEXT_MAX = NUMBERS * 21 + POSITIONS_PATH };

static const char file[] = "files";
static struct kept {
	uint64_t loaded; /* 1 */
	struct position all[POSITIONS_MAX];
} * kept;

/* Where the line leads to that is handed to the flow. */
struct step {
	uint64_t at, taken; /* taken: what flow_taken() says if it took the line; 0: there is none */
	uint32_t of, part, part_id;
};

static void *step; /* its record */
static struct position *all;
static int dir = -1;

static int open_dir(const char *path)
{
	int fd;

	if (!path || !path[0])
		return -1;
	mkdir(path, 0755);
	fd = files_open_dir(AT_FDCWD, path);
	if (fd < 0 || faccessat(fd, ".", W_OK | X_OK, 0) == 0)
		return fd;
	close(fd);
	return -1;
}

/* One line of the file, whose newline is a NUL now. */
static int parse(char *line, struct position *p)
{
	unsigned long n[NUMBERS];

	for (int i = 0; i < NUMBERS; i++) {
		char *end = strchr(line, ' ');
		if (!end)
			return -1;
		*end = '\0';
		if (num_uint(line, ~0UL, &n[i]))
			return -1;
		line = end + 1;
	}
	*p = (struct position){.ino = n[0], .dev = n[1], .at = n[2], .head = n[3]};
	return *line == '/' ? fmt_into(p->path, sizeof p->path, "%s", line) : -1;
}

static void load(void)
{
	size_t len;
	char *text = dir < 0 ? NULL : files_load(dir, file, &len);
	unsigned count = 0;

	for (char *line = text, *end; line && count < POSITIONS_MAX && (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (parse(line, &all[count]) == 0)
			count++;
	}
	for (; count < POSITIONS_MAX && all[count].ino; count++)
		all[count].ino = 0;
	free(text);
	kept->loaded = 1;
}

void positions_next(struct position *p, uint64_t at, unsigned part, unsigned part_id)
{
	struct step s = {at, flow_taken() + 1, (uint32_t)(p - all), part, part_id};

	keep_record(step, &s, sizeof s);
}

void positions_step(bool taken)
{
	static const struct step none;
	const struct step *s = keep_recorded(step, sizeof *s);

	if (taken) {
		all[s->of].at = s->at;
		all[s->of].part = s->part;
		all[s->of].part_id = s->part_id;
	} else {
		keep_record(step, &none, sizeof none);
	}
}

int positions_open(const char *wanted)
{
	const struct step *s;
	bool old;

	dir = open_dir(wanted);
	if (dir < 0 && wanted)
		flow_say("%s: %m: where files were read to is kept elsewhere", wanted);
	if (dir < 0)
		dir = open_dir("/var/lib/initbox");
	if (dir < 0)
		dir = open_dir(getenv("INIT_RUN_DIR"));
	kept = keep_piece("files", sizeof *kept, &old);
	step = keep_piece("files' step", KEEP_RECORD(sizeof *s), &old);
	if (!kept || !step)
		return -1;
	all = kept->all;
	if (!kept->loaded)
		load();
	s = keep_recorded(step, sizeof *s);
	if (s->taken && s->taken == flow_taken())
		positions_step(true);
	positions_step(false);
	return 0;
}

struct position *positions_at(unsigned i)
{
	return &all[i];
}

/* Of the first bytes. 0: there are not as many. */
static uint64_t head_of(int fd, size_t len)
{
	unsigned char mem[HEAD];

	if (!len || len > HEAD || pread(fd, mem, len, 0) != (ssize_t)len)
		return 0;
	return (hash_mem(HASH_SEED, mem, len) & ~(uint64_t)0xffff) | len;
}

bool positions_fit(const struct position *p, int fd, off_t size)
{
	return p->at <= (uint64_t)size && head_of(fd, p->head & 0xffff) == p->head;
}

struct position *positions_of(int fd, const struct stat *st, const char *path)
{
	struct position *p, *room = NULL;

	for (unsigned i = 0; i < POSITIONS_MAX; i++) {
		p = &all[i];
		if (!p->ino)
			room = room ? room : p;
		else if (p->ino == st->st_ino && (p->dev == st->st_dev || strcmp(p->path, path) == 0) &&
		         positions_fit(p, fd, st->st_size)) {
			p->dev = st->st_dev;
			return p;
		}
	}
	if (!room) {
		errno = ENOSPC;
		return NULL;
	}
	memset(room, 0, sizeof *room);
	if (fmt_into(room->path, sizeof room->path, "%s", path))
		return NULL;
	room->dev = st->st_dev;
	__atomic_store_n(&room->ino, st->st_ino, __ATOMIC_RELEASE);
	return room;
}

void positions_free(struct position *p)
{
	p->ino = 0;
}

/* First the position: a logd that is killed between leaves a beginning that is not the file's. */
void positions_check(struct position *p, int fd, off_t size)
{
	if (positions_fit(p, fd, size))
		return;
	__atomic_store_n(&p->at, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&p->head, 0, __ATOMIC_RELEASE);
	p->part = 0;
}

void positions_head(struct position *p, int fd)
{
	size_t len = p->at < HEAD ? p->at : HEAD;

	if (len > (p->head & 0xffff))
		p->head = head_of(fd, len);
}

void positions_save(void)
{
	char *mem = dir >= 0 ? malloc(POSITIONS_MAX * (size_t)TEXT_MAX) : NULL;
	struct fmt f;

	if (!mem)
		return;
	fmt_open(&f, mem, POSITIONS_MAX * (size_t)TEXT_MAX);
	for (unsigned i = 0; i < POSITIONS_MAX; i++) {
		const struct position *p = &all[i];
		if (p->ino && !strchr(p->path, '\n'))
			fmt_add(&f, "%lu %lu %lu %lu %s\n", p->ino, p->dev, p->at, p->head, p->path);
	}
	files_replace(dir, file, 0600, mem, f.len);
	free(mem);
}
