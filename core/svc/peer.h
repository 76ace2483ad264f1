/* peer - who sends us messages of syslog over a connection: lines or counted messages (pure/frames), or RELP.
 *
 * What flow refuses stays in the peer's memory, and no more is read until flow resumes it: the sender waits. A message
 * of RELP is acknowledged when all before it is written. What a peer has sent and may send later costs memory only as
 * far as it is unfinished; who does not read our answers is not read from.
 */
#ifndef SVC_PEER_H
#define SVC_PEER_H

#include <stdbool.h>

union address;

/* Takes over a connection, which does not block; closes it, and says why, if there are too many. */
void peer_add(int fd, const union address *from, bool relp);

/* Takes what all have sent, says good-bye and closes; those who have to wait do it when flow resumes them. Then: has
 * the last left? */
void peer_stop(void);
bool peer_idle(void);

#endif
