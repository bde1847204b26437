/* The observables of an alert: where its mapping says, and in its texts. */
#include <string.h>

#include "workers/path.h"
#include "workers/triage_work.h"

struct marking {
	struct work *work;
	enum mark mark;
};

static bool
take_mark(void *arg, const cJSON *node)
{
	struct marking *marking = arg;
	struct work *work = marking->work;

	if (cJSON_IsString(node))
		observables_mark(&work->finding->observables, work->scanner,
		    marking->mark, node->valuestring);
	return !work->finding->observables.full;
}

/* An observable whose sender says the type, or leaves it to the patterns. */
static bool
take_typed(void *arg, const cJSON *node)
{
	struct work *work = arg;
	struct observables *found = &work->finding->observables;
	const cJSON *type = cJSON_GetObjectItemCaseSensitive(node, "type");
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(node, "value");
	const char *text = cJSON_IsString(node)    ? node->valuestring
			   : cJSON_IsString(value) ? value->valuestring
						   : "";
	int number =
	    cJSON_IsString(type) ? observable_type(type->valuestring) : -1;

	if (number < 0 ||
	    !observables_add(found, (enum observable)number, text))
		observables_scan(found, work->scanner, text, strlen(text));
	return !found->full;
}

/* Where the format does not say, the fields themselves are looked at. */
static void
mark_fields(struct work *work)
{
	static const struct {
		int field;
		enum mark mark;
	} marks[] = {
	    {NORMAL_src_ip, MARK_ip},
	    {NORMAL_dst_ip, MARK_ip},
	    {NORMAL_hash, MARK_hash},
	    {NORMAL_host, MARK_host},
	    {NORMAL_user, MARK_user},
	    {NORMAL_title, MARK_text},
	    {NORMAL_description, MARK_text},
	};
	struct finding *f = work->finding;
	char text[256];

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
		const struct normal_text *field =
		    &f->normal.fields[marks[i].field];

		if (field->len == 0 || f->observables.full ||
		    (marks[i].field == NORMAL_host &&
			work->format->host_is_sensor))
			continue;
		if (marks[i].mark == MARK_text) {
			observables_scan(&f->observables, work->scanner,
			    field->bytes, field->len);
		} else if (field->len < sizeof(text)) {
			memcpy(text, field->bytes, field->len);
			text[field->len] = '\0';
			observables_mark(&f->observables, work->scanner,
			    marks[i].mark, text);
		}
	}
}

void
triage_observables(struct work *work)
{
	const struct format *format = work->format;
	struct marking marking = {work, MARK_text};

	observables_init(&work->finding->observables);
	if (format->typed != NULL)
		(void)path_each(work->part->object, format->typed,
		    format->names, NULL, take_typed, work);
	if (!format->marks_given)
		mark_fields(work);
	for (size_t i = 0; i < format->marks_count; i++) {
		marking.mark = format->marks[i].mark;
		(void)path_each(work->part->object, format->marks[i].path,
		    format->names, NULL, take_mark, &marking);
	}
}
