#include "protocol/read_some.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum err
read_some(int fd, size_t most, char **text, size_t *len)
{
	ssize_t n = 1;

	*len = 0;
	*text = malloc(most);
	if (*text == NULL)
		return ERR_MEMORY;
	while (*len < most && n != 0) {
		n = read(fd, *text + *len, most - *len);
		if (n < 0 && errno != EINTR) {
			free(*text);
			return ERR_IO;
		}
		if (n > 0)
			*len += (size_t)n;
	}
	return OK;
}
