/* The configuration's file, and what holds without one. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "protocol/config.h"
#include "protocol/read_some.h"
#include "protocol/setting.h"

enum { REASON_MAX = 256 };

enum err
config_default(const char *home, struct config *config)
{
	char why[REASON_MAX];
	enum err err;

	memset(config, 0, sizeof(*config));
	config->text = strdup("");
	if (config->text == NULL)
		return ERR_MEMORY;
	(void)snprintf(config->version, sizeof(config->version), "default");
	err = setting_defaults(home, OWNER_config, config, why, sizeof(why));
	if (err != OK)
		config_fini(config);
	return err;
}

void
config_fini(struct config *config)
{
	free(config->text);
	memset(config, 0, sizeof(*config));
}

enum err
config_load(const char *path, const char *home, struct config *config,
    char *why, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *text;
	size_t len;
	enum err err;

	memset(config, 0, sizeof(*config));
	if (fd < 0) {
		(void)snprintf(why, size, "%s: %s", path, strerror(errno));
		return errno == ENOENT ? ERR_MISSING : ERR_IO;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)snprintf(why, size, "%s: not a file", path);
		(void)close(fd);
		return ERR_IO;
	}
	err = read_some(fd, CONFIG_FILE_MAX + 1, &text, &len);
	if (err != OK)
		(void)snprintf(
		    why, size, "%s: cannot be read: %s", path, strerror(errno));
	(void)close(fd);
	if (err != OK)
		return err;
	err = config_parse(text, len, path, home, config, why, size);
	free(text);
	return err;
}
