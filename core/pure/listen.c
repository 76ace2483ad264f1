/* listen - see listen.h */
#include "pure/listen.h"

#include "base/fmt.h"
#include "base/words.h"
#include "pure/url.h"

int listen_read(struct listen *l, const char *text, size_t len, const char **why)
{
	static const struct {
		const char *schemes;
		unsigned port;
	} kinds[] = {{"udp syslog syslog+udp", 514}, {"tcp syslog+tcp", 514}, {"relp", 2514}};
	char mem[URL_HOST + 64];
	struct url u;

	*why = "must be udp://ADDRESS:PORT, tcp://ADDRESS:PORT or relp://ADDRESS:PORT";
	if (fmt_into(mem, sizeof mem, "%.*s", (int)len, text) || url_read(&u, mem, why))
		return -1;
	for (l->kind = LISTEN_UDP; !words_among(kinds[l->kind].schemes, u.scheme, u.scheme_len); l->kind++)
		if (l->kind == LISTEN_RELP)
			return -1;
	if (u.path_len || *u.query)
		return -1;
	if (address_read(&l->at, u.host, u.port ? u.port : kinds[l->kind].port) == 0)
		return 0;
	*why = "its host must be one of our IP addresses: 127.0.0.1, [::1], or 0.0.0.0 for all";
	return -1;
}
