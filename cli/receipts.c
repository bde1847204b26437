#include "cli/receipts.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { NAME_BYTES = 8, NAME_HEX = 2 * NAME_BYTES + 1, HEAD_HEX = 64 };

/* libsodium's shortest hash is 16 bytes; the name is the front of it. */
static enum err
path_of(const struct session *session, const char *server_z85, char *out,
    struct fault *fault)
{
	unsigned char hash[crypto_generichash_BYTES_MIN];
	char name[NAME_HEX];

	(void)crypto_generichash(hash, sizeof(hash),
	    (const unsigned char *)server_z85, strlen(server_z85), NULL, 0);
	(void)sodium_bin2hex(name, sizeof(name), hash, NAME_BYTES);
	return session_path(session, "receipts", name, out, fault);
}

/* Is it "SEQ:HASH"?  What a foreign hand wrote there is as good as nothing. */
static bool
is_receipt(const char *text)
{
	const char *head = strchr(text, ':');

	return isdigit((unsigned char)text[0]) && head != NULL &&
	       strspn(text, "0123456789") == (size_t)(head - text) &&
	       strlen(head + 1) == HEAD_HEX &&
	       strspn(head + 1, "0123456789abcdef") == HEAD_HEX;
}

static enum err
read_line(const char *path, char out[RECEIPT_TEXT_MAX])
{
	FILE *file = fopen(path, "re");
	bool read;

	if (file == NULL)
		return ERR_MISSING;
	read = fgets(out, RECEIPT_TEXT_MAX, file) != NULL;
	(void)fclose(file);
	if (!read)
		return ERR_MISSING;
	out[strcspn(out, "\n")] = '\0';
	return is_receipt(out) ? OK : ERR_MISSING;
}

/* By temporary name and rename, so that two commands at once leave one. */
static enum err
write_line(const char *path, const char *text)
{
	char temporary[SESSION_PATH_MAX + 8];
	int fd;
	bool written;

	(void)snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0)
		return ERR_IO;
	written = dprintf(fd, "%s\n", text) > 0;
	if (close(fd) != 0 || !written || rename(temporary, path) != 0) {
		(void)unlink(temporary);
		return ERR_IO;
	}
	return OK;
}

enum err
receipts_keep(const struct session *session, const char *server_z85,
    uint64_t seq, const char *head, struct fault *fault)
{
	char folder[SESSION_PATH_MAX], path[SESSION_PATH_MAX];
	char kept[RECEIPT_TEXT_MAX], text[RECEIPT_TEXT_MAX];
	enum err err;

	(void)snprintf(text, sizeof(text), "%" PRIu64 ":%s", seq, head);
	if (seq == 0 || !is_receipt(text))
		return OK;
	err = session_path(session, "receipts", NULL, folder, fault);
	if (err == OK)
		err = path_of(session, server_z85, path, fault);
	if (err != OK)
		return err;
	if (read_line(path, kept) == OK && strtoull(kept, NULL, 10) >= seq)
		return OK;
	if ((mkdir(folder, 0700) != 0 && errno != EEXIST) ||
	    write_line(path, text) != OK)
		return fault_set(fault, ERR_IO,
		    "%s: the receipt cannot be kept there: %s", folder,
		    strerror(errno));
	return OK;
}

enum err
receipts_last(const struct session *session, const char *server_z85,
    char out[RECEIPT_TEXT_MAX], struct fault *fault)
{
	char path[SESSION_PATH_MAX];
	enum err err = path_of(session, server_z85, path, fault);

	return err == OK ? read_line(path, out) : err;
}
