/*
 * Text to tree, for what the scanner took or what we wrote ourselves: cJSON's
 * parser, but for its one byte at a time and its strtod for each number.
 */
#include <cjson/cJSON.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/json.h"
#include "protocol/json_run.h"

enum {
	DEPTH_MAX = 1000, /* cJSON's own */
	ALIGN = 8,
	CHUNK_BYTES_MIN = 1024,
	CHUNK_BYTES_MAX = 32768,
	TREE_SHARE = 4, /* a tree takes about so many times its text's bytes */
	NUMBER_BYTES_MAX = 63,
	DIGITS_EXACT = 15 /* so many a double holds, whatever they are */
};

struct json_chunk {
	struct json_chunk *next;
	size_t used, size;
	_Alignas(ALIGN) char bytes[];
};

struct text {
	const char *at, *end;
	struct json_doc *doc; /* NULL: the tree is made of cJSON's memory */
	size_t depth;
	enum err err; /* the first fault */
};

static bool
fail(struct text *text, enum err err)
{
	if (text->err == OK)
		text->err = err;
	return false;
}

static void
skip_space(struct text *text)
{
	while (text->at < text->end && (unsigned char)*text->at <= ' ')
		text->at++;
}

static bool
next_is(struct text *text, char c)
{
	skip_space(text);
	if (text->at == text->end || *text->at != c)
		return false;
	text->at++;
	return true;
}

/* ---- memory ---- */

/* A chunk with room for so many bytes, sized by what is still to be read. */
static struct json_chunk *
make_chunk(struct text *text, size_t bytes)
{
	size_t size = (size_t)(text->end - text->at) * TREE_SHARE;
	struct json_chunk *chunk;

	if (size < CHUNK_BYTES_MIN)
		size = CHUNK_BYTES_MIN;
	if (size > CHUNK_BYTES_MAX)
		size = CHUNK_BYTES_MAX;
	if (size < bytes)
		size = bytes;
	chunk = malloc(sizeof(*chunk) + size);
	if (chunk == NULL)
		return NULL;
	chunk->next = text->doc->chunks;
	chunk->used = 0;
	chunk->size = size;
	text->doc->chunks = chunk;
	return chunk;
}

/* NULL, and the fault is set, when out of memory. */
static void *
take(struct text *text, size_t bytes)
{
	struct json_chunk *chunk;
	void *taken;

	if (text->doc == NULL) {
		taken = cJSON_malloc(bytes);
		if (taken == NULL)
			(void)fail(text, ERR_MEMORY);
		return taken;
	}
	bytes = (bytes + ALIGN - 1) / ALIGN * ALIGN;
	chunk = text->doc->chunks;
	if (chunk == NULL || chunk->size - chunk->used < bytes)
		chunk = make_chunk(text, bytes);
	if (chunk == NULL) {
		(void)fail(text, ERR_MEMORY);
		return NULL;
	}
	taken = chunk->bytes + chunk->used;
	chunk->used += bytes;
	return taken;
}

static cJSON *
make_node(struct text *text)
{
	cJSON *node = take(text, sizeof(*node));

	if (node != NULL)
		memset(node, 0, sizeof(*node));
	return node;
}

/* ---- strings ---- */

static long
hex4(const struct text *text, const char *at)
{
	long value = 0;

	if (text->end - at < 4)
		return -1;
	for (int i = 0; i < 4; i++) {
		char c = at[i];
		int digit = c >= '0' && c <= '9'   ? c - '0'
			    : c >= 'a' && c <= 'f' ? c - 'a' + 10
			    : c >= 'A' && c <= 'F' ? c - 'A' + 10
						   : -1;

		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

static char *
write_utf8(char *out, long c)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

/* \uXXXX, or a pair of them; at the 'u'. */
static char *
read_unicode(struct text *text, char *out)
{
	long c = hex4(text, text->at + 1), low;

	if (c <= 0)
		return NULL;
	text->at += 5;
	if (c >= 0xd800 && c < 0xdc00) {
		low = text->end - text->at >= 6 && text->at[0] == '\\' &&
			      text->at[1] == 'u'
			  ? hex4(text, text->at + 2)
			  : -1;
		if (low < 0xdc00 || low > 0xdfff)
			return NULL;
		text->at += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c < 0xe000) {
		return NULL;
	}
	return write_utf8(out, c);
}

/* Behind a backslash.  What is written is never longer than what is read. */
static char *
read_escape(struct text *text, char *out)
{
	static const char written[] = "\"\\/bfnrt";
	static const char meant[] = "\"\\/\b\f\n\r\t";
	const char *found;

	if (text->at == text->end || *text->at == '\0')
		return NULL;
	if (*text->at == 'u')
		return read_unicode(text, out);
	found = strchr(written, *text->at++);
	if (found == NULL)
		return NULL;
	*out++ = meant[found - written];
	return out;
}

/* Where the string that begins at `at` ends: at its quote; NULL if nowhere. */
static const char *
find_quote(const struct text *text, const char *at)
{
	uint64_t high;

	while (at < text->end) {
		at += json_run(at, (size_t)(text->end - at), &high);
		if (at == text->end || *at == '"')
			break;
		/* An escaped byte is none that ends it. */
		at += *at == '\\' ? 2 : 1;
	}
	return at < text->end ? at : NULL;
}

/* Behind the opening quote; the caller's to cJSON_free, NULL at a fault. */
static char *
read_string(struct text *text)
{
	const char *quote = find_quote(text, text->at);
	char *made, *out;
	uint64_t high;

	if (quote == NULL) {
		(void)fail(text, ERR_INVALID);
		return NULL;
	}
	made = out = take(text, (size_t)(quote - text->at) + 1);
	while (out != NULL && text->at < quote) {
		size_t run =
		    json_run(text->at, (size_t)(quote - text->at), &high);

		memcpy(out, text->at, run);
		out += run;
		text->at += run;
		if (text->at == quote)
			break;
		if (*text->at == '\0')
			out = NULL;
		else if (*text->at == '\\')
			text->at++, out = read_escape(text, out);
		else
			*out++ = *text->at++;
	}
	if (out == NULL || text->at != quote) {
		if (text->doc == NULL)
			cJSON_free(made);
		(void)fail(text, ERR_INVALID);
		return NULL;
	}
	text->at++;
	*out = '\0';
	return made;
}

/* ---- numbers and words ---- */

static void
set_number(cJSON *node, double number)
{
	node->type = cJSON_Number;
	node->valuedouble = number;
	if (number >= INT_MAX)
		node->valueint = INT_MAX;
	else if (number <= INT_MIN)
		node->valueint = INT_MIN;
	else
		node->valueint = (int)number;
}

/* Any other than a short whole one. */
static bool
read_long_number(struct text *text, cJSON *node)
{
	char copy[NUMBER_BYTES_MAX + 1], *end;
	size_t len = 0;
	double number;

	while (len < NUMBER_BYTES_MAX && text->at + len < text->end &&
	       text->at[len] != '\0' &&
	       strchr("0123456789+-eE.", text->at[len]) != NULL) {
		copy[len] = text->at[len];
		len++;
	}
	copy[len] = '\0';
	number = strtod(copy, &end);
	if (end == copy)
		return fail(text, ERR_INVALID);
	text->at += end - copy;
	set_number(node, number);
	return true;
}

static bool
read_number(struct text *text, cJSON *node)
{
	const char *at = text->at;
	bool negative = at < text->end && *at == '-';
	const char *digits = at + negative;
	int64_t whole = 0;

	for (at = digits; at < text->end && *at >= '0' && *at <= '9' &&
			  at - digits <= DIGITS_EXACT;
	     at++)
		whole = whole * 10 + (*at - '0');
	if (at == digits)
		return fail(text, ERR_INVALID);
	if (at - digits > DIGITS_EXACT ||
	    (at < text->end && (*at == '.' || *at == 'e' || *at == 'E')) ||
	    (negative && whole == 0))
		return read_long_number(text, node);
	text->at = at;
	set_number(node, (double)(negative ? -whole : whole));
	return true;
}

static bool
read_word(struct text *text, cJSON *node)
{
	static const struct {
		const char *word;
		int type;
	} words[] = {
	    {"null", cJSON_NULL}, {"false", cJSON_False}, {"true", cJSON_True}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i].word);

		if ((size_t)(text->end - text->at) < len ||
		    memcmp(text->at, words[i].word, len) != 0)
			continue;
		text->at += len;
		node->type = words[i].type;
		node->valueint = words[i].type == cJSON_True;
		return true;
	}
	return read_number(text, node);
}

/* ---- values ---- */

static bool read_value(struct text *text, cJSON *node);

static bool
read_key(struct text *text, cJSON *node)
{
	if (!next_is(text, '"'))
		return fail(text, ERR_INVALID);
	node->string = read_string(text);
	if (node->string == NULL)
		return false;
	return next_is(text, ':') || fail(text, ERR_INVALID);
}

/* Behind the opening bracket. */
static bool
read_children(struct text *text, cJSON *parent)
{
	bool keys = parent->type == cJSON_Object;
	char close = keys ? '}' : ']';
	cJSON *last = NULL;

	if (next_is(text, close))
		return true;
	if (++text->depth > DEPTH_MAX)
		return fail(text, ERR_INVALID);
	do {
		cJSON *node = make_node(text);

		if (node == NULL)
			return false;
		node->prev = last;
		if (last == NULL)
			parent->child = node;
		else
			last->next = node;
		/* The first knows the last: cJSON appends by it. */
		parent->child->prev = last = node;
		if ((keys && !read_key(text, node)) || !read_value(text, node))
			return false;
	} while (next_is(text, ','));
	text->depth--;
	return next_is(text, close) || fail(text, ERR_INVALID);
}

static bool
read_value(struct text *text, cJSON *node)
{
	skip_space(text);
	if (text->at == text->end)
		return fail(text, ERR_INVALID);
	switch (*text->at) {
	case '"':
		text->at++;
		node->type = cJSON_String;
		node->valuestring = read_string(text);
		return node->valuestring != NULL;
	case '{':
	case '[':
		node->type = *text->at == '{' ? cJSON_Object : cJSON_Array;
		text->at++;
		return read_children(text, node);
	default:
		return read_word(text, node);
	}
}

static cJSON *
read_all(struct text *text)
{
	cJSON *node = make_node(text);

	if (node == NULL || !read_value(text, node))
		return node;
	skip_space(text);
	if (text->at != text->end)
		(void)fail(text, ERR_INVALID);
	return node;
}

enum err
json_tree(const char *json, size_t len, cJSON **tree)
{
	struct text text = {.at = json, .end = json + len, .err = OK};

	*tree = read_all(&text);
	if (text.err == OK)
		return OK;
	cJSON_Delete(*tree);
	*tree = NULL;
	return text.err;
}

enum err
json_doc_read(struct json_doc *doc, const char *json, size_t len)
{
	struct text text = {
	    .at = json, .end = json + len, .doc = doc, .err = OK};

	*doc = (struct json_doc){.root = NULL};
	doc->root = read_all(&text);
	if (text.err != OK)
		json_doc_end(doc);
	return text.err;
}

void
json_doc_end(struct json_doc *doc)
{
	struct json_chunk *chunk;

	while ((chunk = doc->chunks) != NULL) {
		doc->chunks = chunk->next;
		free(chunk);
	}
	doc->root = NULL;
}
