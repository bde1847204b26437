#include "workers/finding.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define REASON(code, sentence) {#code, sentence},
static const struct {
	const char *code;
	const char *sentence;
} rows[] = {
#include "workers/reasons.def"
};
#undef REASON

const char *
reason_code(enum reason reason)
{
	return reason < REASON_COUNT ? rows[reason].code : "?";
}

void
finding_reason(struct finding *finding, enum reason reason, const char *a,
    const char *b, const char *c)
{
	const char *fill[] = {a, b, c};
	const char *p = rows[reason].sentence;
	size_t used = 0, next = 0, n;
	char *out;

	for (size_t i = 0; i < finding->reasons_count; i++)
		if (finding->reasons[i].reason == reason)
			return;
	if (finding->reasons_count == LIMIT_REASONS_MAX)
		return;
	out = finding->reasons[finding->reasons_count].sentence;
	for (; *p != '\0' && used < FINDING_REASON_BYTES - 1; p += n) {
		const char *piece = p;

		n = 1;
		if (p[0] == '%' && p[1] == 's') {
			n = 2;
			piece =
			    next < 3 && fill[next] != NULL ? fill[next] : "";
			next++;
			used += (size_t)snprintf(out + used,
			    FINDING_REASON_BYTES - used, "%.*s",
			    FINDING_REASON_BYTES, piece);
		} else {
			out[used++] = *piece;
		}
	}
	if (used > FINDING_REASON_BYTES - 1)
		used = FINDING_REASON_BYTES - 1;
	out[used] = '\0';
	normal_mend(out);
	finding->reasons[finding->reasons_count].reason = reason;
	finding->reasons_count++;
}

/* Does text begin as the form does?  The form's zeros stand for digits. */
static bool
begins(const char *text, const char *form)
{
	for (; *form != '\0'; form++, text++)
		if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
			return false;
	return true;
}

bool
finding_technique_at(const char *text, char out[FINDING_TECHNIQUE_BYTES])
{
	const char *end;
	size_t len;

	if ((text[0] != 'T' && text[0] != 't') || !begins(text + 1, "0000"))
		return false;
	len = begins(text + 5, ".000") ? 9 : 5;
	end = text + len;
	/* "T1110.01" and "T1110-001" are mistyped, not T1110. */
	if (isalnum((unsigned char)*end) ||
	    ((*end == '.' || *end == '-') && isalnum((unsigned char)end[1])))
		return false;
	memcpy(out, text, len);
	out[0] = 't';
	out[len] = '\0';
	return true;
}
