#include "cli/complete_own.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#include "protocol/ask.h"

void
complete_keys(const struct session *session,
    void (*each)(void *arg, const char *name), void *arg)
{
	char folder[SESSION_PATH_MAX], name[LIMIT_NAME_BYTES_MAX + 1];
	const struct dirent *entry;
	struct fault ignored;
	DIR *keys = NULL;

	if (session_path(session, "keys", NULL, folder, &ignored) == OK)
		keys = opendir(folder);
	while (keys != NULL && (entry = readdir(keys)) != NULL) {
		const char *end = strstr(entry->d_name, ".key");

		if (end == NULL || strcmp(end, ".key") != 0 ||
		    end - entry->d_name > LIMIT_NAME_BYTES_MAX)
			continue;
		(void)snprintf(name, sizeof(name), "%.*s",
		    (int)(end - entry->d_name), entry->d_name);
		if (name_valid(name) && strcmp(name, "broker") != 0)
			each(arg, name);
	}
	if (keys != NULL)
		(void)closedir(keys);
}
