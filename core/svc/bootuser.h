/* bootuser - the user that the environment asks for. */
#ifndef SVC_BOOTUSER_H
#define SVC_BOOTUSER_H

struct boot;

/* Step: USER_NAME with USER_UID (or USER_ID), USER_GID (or GROUP_ID; else the uid) and GROUP_NAME (else USER_NAME) is
 * there, with a home of its own, /home/NAME. USER_UID, USER_GID and GROUP_NAME are set afterwards, the last to the name
 * that the gid has. Where /etc may not be changed that is said, and the numbers have to do. */
int bootuser(struct boot *);

#endif
