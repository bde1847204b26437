/* What a configuration needs beside the form of each setting. */
#ifndef TOCSIN_PROTOCOL_CONFIG_CHECK_H
#define TOCSIN_PROTOCOL_CONFIG_CHECK_H

#include "protocol/config.h"

/*
 * A row of notify.hooks (a struct config_hook), of escalation.chain (a struct
 * config_level), of intake.sources (a struct config_source).  ERR_INVALID with reason (size bytes), a
 * sentence without the list's name.
 */
MUST_CHECK
enum err config_check_hook(const void *row, char *reason, size_t size);
MUST_CHECK
enum err config_check_level(const void *row, char *reason, size_t size);
MUST_CHECK
enum err config_check_source(const void *row, char *reason, size_t size);

/* A row of notify.callbacks, likewise. */
MUST_CHECK
enum err config_check_callback(const void *row, char *reason, size_t size);

/* A row of gateway.signatures, likewise. */
MUST_CHECK
enum err config_check_signature(const void *row, char *reason, size_t size);

/*
 * What holds between settings.  ERR_INVALID with *path, the setting at fault,
 * and reason as above.
 */
MUST_CHECK
enum err config_check(
    const struct config *config, const char **path, char *reason, size_t size);

#endif
