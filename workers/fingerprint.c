#include "workers/fingerprint.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/bytes.h"
#include "workers/path.h"

enum { CLUSTER_BYTES = 16, SHORT_BYTES = 8 };

typedef crypto_generichash_blake2b_state hash_state;

static void
begin(hash_state *hash, size_t bytes)
{
	/* Fails for a length out of range alone, and ours are constants. */
	(void)crypto_generichash_blake2b_init(hash, NULL, 0, bytes);
}

static void
add_bytes(hash_state *hash, const void *bytes, size_t len)
{
	(void)crypto_generichash_blake2b_update(hash, bytes, len);
}

static void
add_folded(hash_state *hash, const char *text, size_t len)
{
	unsigned char chunk[256];
	size_t n, i;

	for (; len > 0; text += n, len -= n) {
		n = len < sizeof(chunk) ? len : sizeof(chunk);
		for (i = 0; i < n; i++)
			chunk[i] =
			    (unsigned char)(text[i] >= 'A' && text[i] <= 'Z'
						? text[i] - 'A' + 'a'
						: text[i]);
		add_bytes(hash, chunk, n);
	}
}

/* A field that is missing counts as an empty one. */
static void
add_field(hash_state *hash, const char *text, size_t len)
{
	unsigned char prefix[4];

	put_be32(prefix, (uint32_t)len);
	add_bytes(hash, prefix, sizeof(prefix));
	add_folded(hash, text, len);
}

static void
end(hash_state *hash, size_t bytes, char *out)
{
	unsigned char digest[CLUSTER_BYTES];

	(void)crypto_generichash_blake2b_final(hash, digest, bytes);
	(void)sodium_bin2hex(out, bytes * 2 + 1, digest, bytes);
}

struct own {
	hash_state *hash;
	bool any;
};

static bool
add_own(void *arg, const cJSON *node)
{
	struct own *own = arg;

	if (cJSON_IsString(node)) {
		add_field(
		    own->hash, node->valuestring, strlen(node->valuestring));
		own->any = true;
	}
	return true;
}

static void
add_print(hash_state *hash, const struct format_print *print,
    const struct normal *normal, const struct part *part)
{
	const struct normal_text *text;
	const cJSON *node;

	if (print->path != NULL) {
		node = path_find(part->object, print->path, PATH_EXACT);
		if (cJSON_IsString(node))
			add_field(
			    hash, node->valuestring, strlen(node->valuestring));
		else
			add_field(hash, "", 0);
		return;
	}
	text = &normal->fields[print->field];
	if (text->len == 0 && print->otherwise != NORMAL_NONE)
		text = &normal->fields[print->otherwise];
	add_field(hash, text->bytes, text->len);
}

void
fingerprint_cluster(const char *source, const struct format *format,
    const struct normal *normal, const struct part *part,
    char out[FINGERPRINT_CLUSTER_TEXT])
{
	hash_state hash;
	struct own own = {&hash, false};
	size_t i;

	begin(&hash, CLUSTER_BYTES);
	add_field(&hash, source, strlen(source));
	if (format->prints_own != NULL)
		(void)path_each(part->object, format->prints_own, format->names,
		    NULL, add_own, &own);
	if (!own.any)
		for (i = 0; i < format->prints_count; i++)
			add_print(&hash, &format->prints[i], normal, part);
	end(&hash, CLUSTER_BYTES, out);
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp((*(const cJSON *const *)a)->string,
	    (*(const cJSON *const *)b)->string);
}

/* Over all members in the order of their names: the sender's order may vary. */
static bool
hash_members(const cJSON *object, char out[FINGERPRINT_SHORT_TEXT])
{
	const cJSON **members, *member;
	size_t count = 0, i;
	hash_state hash;

	cJSON_ArrayForEach (member, object)
		count++;
	if (count == 0)
		return false;
	members = calloc(count, sizeof(const cJSON *));
	if (members == NULL)
		return false;
	i = 0;
	cJSON_ArrayForEach (member, object)
		members[i++] = member;
	qsort(members, count, sizeof(const cJSON *), compare_names);

	begin(&hash, SHORT_BYTES);
	for (i = 0; i < count; i++) {
		const char *value =
		    cJSON_IsString(members[i]) ? members[i]->valuestring : "";

		add_field(
		    &hash, members[i]->string, strlen(members[i]->string));
		add_field(&hash, value, strlen(value));
	}
	end(&hash, SHORT_BYTES, out);
	free(members);
	return true;
}

bool
fingerprint_external(const struct format *format, const struct part *part,
    char out[FINGERPRINT_SHORT_TEXT])
{
	char number[LIMIT_JSON_NUMBER_BYTES_MAX + 1];
	struct normal_text id;

	out[0] = '\0';
	if (normal_place(format->external, format->external_count,
		format->names, part, &id, number)) {
		fingerprint_short(id.bytes, id.len, false, out);
		return true;
	}
	if (format->external_all == NULL)
		return false;
	return hash_members(
	    path_find(part->object, format->external_all, format->names), out);
}

void
fingerprint_short(
    const char *text, size_t len, bool fold, char out[FINGERPRINT_SHORT_TEXT])
{
	hash_state hash;

	begin(&hash, SHORT_BYTES);
	if (fold)
		add_folded(&hash, text, len);
	else
		add_bytes(&hash, text, len);
	end(&hash, SHORT_BYTES, out);
}
