/* logseeds - the variables by which other images are told about logs, in logconf's terms.
 *
 *	SYSLOG_HOST, or SYSLOG_NAME of a docker link (host "syslog"); SYSLOG_CLIENT_PORT (514; 0: off),
 *	SYSLOG_CLIENT_PROTOCOL (udp, tcp)                       forward syslog://HOST:514?format=forward
 *	RSYSLOG_HOST, _NAME, _CLIENT_PORT (2514)                forward relp://HOST:2514
 *	LOGSTASH_HOST, _NAME, _TCP_PORT (5043)                  forward lumberjack://HOST:5043
 *	SYSLOG_STDOUT=1        syslog messages go to stdout also when one of the first two is in use
 *	SYSLOG_LEVEL (1 to 8)  only syslog messages more urgent than that
 *	SYSLOG_SERVER (1: the loopback's, or an address), _UDP, _TCP (514; 0: off)   listen
 *	RSYSLOG_SERVER, _PORT (2514)                                                 listen
 *	LOG_FILE_PATH, LOG_FILE_TYPE                            files TYPE=PATH
 */
#ifndef PURE_LOGSEEDS_H
#define PURE_LOGSEEDS_H

struct fmt;
struct logconf;

/* Adds what they say. One line for each mistake goes to `wrong`. */
void logseeds_read(struct logconf *, char *const *env, struct fmt *wrong);

#endif
