/* What completion knows from files: keys. */
#ifndef TOCSIN_CLI_COMPLETE_OWN_H
#define TOCSIN_CLI_COMPLETE_OWN_H

#include "cli/session.h"

/* Calls each with the name of every key in HOME/keys but the broker's. */
void complete_keys(const struct session *session,
    void (*each)(void *arg, const char *name), void *arg);

#endif
