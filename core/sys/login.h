/* login - this process becomes a user, as he would be after a login. */
#ifndef SYS_LOGIN_H
#define SYS_LOGIN_H

struct env;
struct fmt;
struct users_user;

/* Takes the user's ids and all groups; `e` becomes our environment with his USER and HOME. 0, or -1 and why not. */
int login_as(const struct users_user *, struct env *e, struct fmt *why);

#endif
