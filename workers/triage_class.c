/* What class an alert is of: by its techniques, its groups, its own word. */
#include <ctype.h>
#include <string.h>

#include "workers/path.h"
#include "workers/triage_work.h"

const char *
triage_quote(const struct normal_text *text, char out[TRIAGE_QUOTE_BYTES])
{
	size_t len = normal_fit(text->bytes, text->len, TRIAGE_QUOTE_BYTES - 1);

	memcpy(out, text->bytes, len);
	out[len] = '\0';
	return out;
}

/* Medium where the source's severity is missing or unknown. */
/* True unless no more are taken. */
static bool
add_technique(struct work *work, const char *id)
{
	struct finding *f = work->finding;

	for (size_t i = 0; i < f->techniques_count; i++)
		if (strcmp(f->techniques[i], id) == 0)
			return true;
	if (f->techniques_count == LIMIT_TECHNIQUES_MAX)
		return false;
	memcpy(f->techniques[f->techniques_count++], id, strlen(id) + 1);
	classify_technique(&work->classify, id);
	return true;
}

/* "T1012 - Query Registry", "attack.t1059.001": every one that it names. */
static bool
take_techniques(struct work *work, const char *text, size_t len)
{
	char id[FINDING_TECHNIQUE_BYTES], given[TRIAGE_QUOTE_BYTES];
	bool any = false, on = true;

	for (size_t at = 0; on && at < len; at++) {
		if ((text[at] != 'T' && text[at] != 't') ||
		    (at > 0 && (isalnum((unsigned char)text[at - 1]) ||
				   text[at - 1] == '-')) ||
		    !finding_technique_at(text + at, id))
			continue;
		any = true;
		on = add_technique(work, id);
		at += strlen(id) - 1;
	}
	if (!any)
		finding_reason(work->finding, REASON_technique_ignored,
		    triage_quote(
			&(struct normal_text){text, len, false}, given),
		    NULL, NULL);
	return on;
}

static bool
take_technique(void *arg, const cJSON *node)
{
	if (!cJSON_IsString(node) || normal_is_blank(node->valuestring))
		return true;
	return take_techniques(
	    arg, node->valuestring, strlen(node->valuestring));
}

static bool
take_group(void *arg, const cJSON *node)
{
	struct work *work = arg;
	const char *name;
	size_t len;

	if (!cJSON_IsString(node))
		return true;
	/* OSSEC writes its groups into one text: "syslog,sshd,". */
	classify_group(
	    &work->classify, node->valuestring, strlen(node->valuestring));
	for (name = node->valuestring; *name != '\0'; name += len) {
		name += strspn(name, ",");
		len = strcspn(name, ",");
		classify_group(&work->classify, name, len);
	}
	return true;
}

static void
each(struct work *work, const struct paths *paths, path_visit *visit)
{
	for (size_t i = 0; i < paths->count; i++)
		(void)path_each(work->part->object, paths->paths[i],
		    work->format->names, NULL, visit, work);
}

void
triage_class(struct work *work)
{
	static const struct {
		const char *by;
		enum reason reason;
	} rows[] = {
	    {"source", REASON_class_source},
	    {"group", REASON_class_group},
	    {"technique", REASON_class_technique},
	};
	struct finding *f = work->finding;
	const struct normal_text *said = &f->normal.fields[NORMAL_class];
	const struct normal_text *technique = &f->normal.fields[NORMAL_mitre];
	struct classify *classify = &work->classify;
	char text[TRIAGE_QUOTE_BYTES];

	classify_init(classify);
	each(work, &work->format->techniques, take_technique);
	if (work->format->techniques.count == 0 && technique->len > 0)
		(void)take_techniques(work, technique->bytes, technique->len);
	each(work, &work->format->groups, take_group);
	if (said->len > 0 && !classify_said(classify, said->bytes, said->len))
		finding_reason(f, REASON_class_unknown,
		    triage_quote(said, text), NULL, NULL);
	f->classification = classify->rsit;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i].by, classify->by) == 0)
			finding_reason(
			    f, rows[i].reason, classify->name, NULL, NULL);
}
