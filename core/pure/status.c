/* status - see status.h */
#include "pure/status.h"

#include "base/fmt.h"

/* TAI64's label of 1970, with the ten leap seconds of that day and none since: runit's and skalibs' reading. */
static const uint64_t tai_epoch = UINT64_C(4611686018427387914);

void status_write(const struct status *s, unsigned char m[STATUS_SIZE])
{
	uint64_t sec = tai_epoch + (uint64_t)s->since.tv_sec;
	uint32_t nsec = (uint32_t)s->since.tv_nsec;

	for (int i = 0; i < 8; i++)
		m[i] = (unsigned char)(sec >> (56 - 8 * i));
	for (int i = 0; i < 4; i++) {
		m[8 + i] = (unsigned char)(nsec >> (24 - 8 * i));
		m[12 + i] = (unsigned char)(s->pid >> (8 * i));
	}
	m[16] = s->paused;
	m[17] = s->want == STATUS_WANT_UP ? 'u' : 'd';
	m[18] = s->got_term;
	m[19] = (unsigned char)s->state;
}

void status_read(struct status *s, const unsigned char m[STATUS_SIZE])
{
	uint64_t sec = 0;
	uint32_t nsec = 0, pid = 0;

	for (int i = 0; i < 8; i++)
		sec = sec << 8 | m[i];
	for (int i = 0; i < 4; i++) {
		nsec = nsec << 8 | m[8 + i];
		pid |= (uint32_t)m[12 + i] << (8 * i);
	}
	*s = (struct status){
	        .since = {.tv_sec = (time_t)(sec - tai_epoch), .tv_nsec = (long)nsec},
	        .pid = pid,
	        .paused = m[16] != 0,
	        .got_term = m[18] != 0,
	        .want = m[17] == 'u' ? STATUS_WANT_UP : STATUS_WANT_DOWN,
	        .state = m[19] == 1   ? STATUS_RUN
	                 : m[19] == 2 ? STATUS_FINISH
	                              : STATUS_DOWN,
	};
}

void status_text(const struct status *s, struct fmt *f)
{
	static const char *const states[] = {[STATUS_DOWN] = "down", [STATUS_RUN] = "run", [STATUS_FINISH] = "finish"};

	fmt_str(f, states[s->state]);
	if (s->paused)
		fmt_str(f, ", paused");
	if (s->got_term)
		fmt_str(f, ", got TERM");
	if (s->state != STATUS_DOWN && s->want != STATUS_WANT_UP)
		fmt_str(f, s->want == STATUS_WANT_DOWN ? ", want down" : ", want exit");
	fmt_char(f, '\n');
}
