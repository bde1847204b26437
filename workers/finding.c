#include "workers/finding.h"

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
			    FINDING_REASON_BYTES - used, "%s", piece);
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

bool
finding_technique(const char *text, char out[FINDING_TECHNIQUE_BYTES])
{
	static const char form[] = "t0000.000";
	size_t len = strlen(text);

	if (len != strlen("t0000") && len != strlen(form))
		return false;
	for (size_t i = 0; i < len; i++) {
		bool digit = text[i] >= '0' && text[i] <= '9';

		out[i] = text[i] == 'T' ? 't' : text[i];
		if (form[i] == '0' ? !digit : out[i] != form[i])
			return false;
	}
	out[len] = '\0';
	return true;
}
