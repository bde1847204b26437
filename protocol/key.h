/*
 * CURVE key pairs and the files that hold them: JSON, mode 0600.
 *   {"name":"lead","public":Z85,"secret":Z85,"server":Z85,
 *    "people":["ipc://...","tcp://..."],"sensors":[...]}
 * A broker's own key file has no "server".  The format is for any language:
 * the README's Python example reads one.
 */
#ifndef TOCSIN_PROTOCOL_KEY_H
#define TOCSIN_PROTOCOL_KEY_H

#include <stddef.h>

#include "protocol/err.h"
#include "protocol/limits.h"

enum { KEY_Z85_BYTES = 41, KEY_ENDPOINT_MAX = 256 };

struct key {
	char name[LIMIT_NAME_BYTES_MAX + 1];
	char public_z85[KEY_Z85_BYTES];
	char secret_z85[KEY_Z85_BYTES]; /* "" when only the public half */
	char server_z85[KEY_Z85_BYTES]; /* "" in a broker's own */
	char people[KEY_ENDPOINT_MAX]; /* endpoint of the people's front */
	char sensors[KEY_ENDPOINT_MAX]; /* endpoint of the sensors' front */
	/*
	 * The second endpoint of each, "" for none: taken when the first is a
	 * local socket that is not there.
	 */
	char people_remote[KEY_ENDPOINT_MAX];
	char sensors_remote[KEY_ENDPOINT_MAX];
};

/* Fills the key pair with a new one (libzmq's curve).  ERR_INTERNAL. */
MUST_CHECK
enum err key_make(struct key *key);

/*
 * Writes key to path, mode 0600, by temporary name, sync and rename.
 * ERR_CONFLICT when the path exists.  ERR_IO.  ERR_MEMORY.
 */
MUST_CHECK
enum err key_save(const struct key *key, const char *path);

/*
 * Reads a key file.  ERR_MISSING no such file; ERR_DENIED when others than its
 * owner can read or write it; ERR_INVALID not a key file; ERR_IO.  why (size
 * bytes) is a sentence for people.  Members that it does not know are passed
 * over; of more than two endpoints of a front the first two count.
 */
MUST_CHECK
enum err key_load(const char *path, struct key *key, char *why, size_t size);

/* Erases the secret from memory. */
void key_wipe(struct key *key);

/* Is text a Z85 public key of 40 characters? */
int key_public_valid(const char *text);

#endif
