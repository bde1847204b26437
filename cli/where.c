#include "cli/where.h"

#include <stdio.h>
#include <string.h>

#include "cli/filter.h"
#include "cli/suggest.h"

enum { TERM_BYTES_MAX = 512 };

bool
where_is_term(const struct field_row *field)
{
	static const char *const others[] = {
	    "sort", "limit", "cursor", "min_seq"};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(field->name, others[i]) == 0)
			return false;
	return true;
}

static enum err
refuse_name(const char *name, struct fault *fault)
{
	struct suggestion suggestion;
	char all[TERM_BYTES_MAX] = "", hint[128];
	size_t count, i, len = 0;
	const struct field_row *rows = verb_fields(VERB_list, &count);

	suggest_begin(&suggestion, name);
	for (i = 0; i < count; i++) {
		if (!where_is_term(&rows[i]))
			continue;
		suggest_word(&suggestion, rows[i].name);
		len += (size_t)snprintf(all + len, sizeof(all) - len, "%s%s",
		    len > 0 ? ", " : "", rows[i].name);
	}
	suggest_text(&suggestion, "", hint, sizeof(hint));
	return fault_set(fault, ERR_INVALID,
	    "a filter has terms such as severity=high, of %s; got \"%s\"%s",
	    all, name, hint);
}

/* One term, "severity=high", "overdue" or "@night". */
static enum err
add_term(struct args *list, const struct session *session, char *term,
    struct fault *fault)
{
	char *equals = strchr(term, '=');
	const struct field_row *field;

	if (term[0] == '@')
		return filter_load(term + 1, session, list, fault);

	if (equals != NULL)
		*equals = '\0';
	field = args_field(VERB_list, term);
	if (field == NULL || !where_is_term(field))
		return refuse_name(term, fault);
	if (equals == NULL && field->type != FIELD_FLAG)
		return fault_set(fault, ERR_INVALID, "%s: needs a value: %s",
		    field->name, field->help);
	return args_set(
	    list, session, field, equals != NULL ? equals + 1 : "", fault);
}

enum err
where_add(struct args *list, const struct session *session, const char *text,
    struct fault *fault)
{
	char term[TERM_BYTES_MAX + 1];
	enum err err = OK;

	if (text[0] == '\0')
		return refuse_name(text, fault);
	while (err == OK && *text != '\0') {
		size_t len = strncmp(text, "text=", 5) == 0
				 ? strlen(text)
				 : strcspn(text, ",");

		if (len > TERM_BYTES_MAX)
			return fault_set(fault, ERR_TOO_LARGE,
			    "a term of a filter has at most %d bytes",
			    TERM_BYTES_MAX);
		(void)snprintf(term, sizeof(term), "%.*s", (int)len, text);
		err = add_term(list, session, term, fault);
		text += len;
		text += *text == ',';
	}
	return err;
}
