/*
 * Every alert of the formats that triage knows among the payloads that lie
 * beside the project, field by field against what their index says.
 */
#include <stdio.h>
#include <unistd.h>

#include "asked.h"
#include "workers/delivery.h"
#include "workers/normal.h"
#include "workers/observables.h"

static const struct {
	const char *product, *format;
} products[] = {
    {"wazuh", "wazuh"},
    {"wazuh-sysmon-triage", "wazuh"},
    {"suricata", "suricata"},
    {"alertmanager", "alertmanager"},
    {"prometheus", "alertmanager"},
};

enum { PRODUCTS = sizeof(products) / sizeof(products[0]) };

static struct {
	int files, fields, equal;
} counts[PRODUCTS];

static const char *
folder(void)
{
	const char *said = getenv("TOCSIN_SAMPLES");

	return said != NULL ? said : "../shared/samples";
}

/* The file's bytes, terminated; NULL when it cannot be read. */
static char *
slurp(const char *name, size_t *len)
{
	char path[1024];
	char *bytes = malloc(LIMIT_FRAME_BYTES_MAX + 1);
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/%s", folder(), name);
	file = fopen(path, "r");
	if (file == NULL) {
		free(bytes);
		return NULL;
	}
	*len = fread(bytes, 1, LIMIT_FRAME_BYTES_MAX, file);
	bytes[*len] = '\0';
	(void)fclose(file);
	return bytes;
}

/* A number of the index as the payload writes it. */
static const char *
spell(const cJSON *value, char out[64])
{
	if (cJSON_IsString(value))
		return value->valuestring;
	(void)snprintf(out, 64, "%.17g", value->valuedouble);
	return out;
}

static void
compare(const struct normal *normal, const cJSON *fields, const char *file,
    size_t product)
{
	const cJSON *field;
	char text[64];

	cJSON_ArrayForEach (field, fields) {
		const char *wanted =
		    spell(cJSON_GetObjectItem(field, "value"), text);
		const struct normal_text *is = NULL;

		for (int i = 0; i < NORMAL_COUNT; i++)
			if (strcmp(normal_name((enum normal_field)i),
				field->string) == 0)
				is = &normal->fields[i];
		cr_assert_not_null(is, "no field %s", field->string);
		counts[product].fields++;
		if (is->len == strlen(wanted) &&
		    memcmp(is->bytes, wanted, is->len) == 0)
			counts[product].equal++;
		else
			cr_log_error("%s: %s is \"%.*s\", not \"%s\"", file,
			    field->string, (int)is->len,
			    is->len == 0 ? "" : is->bytes, wanted);
	}
}

static void
compare_file(const cJSON *entry, size_t product)
{
	static struct delivery delivery;
	const char *file = json_text(entry, "file");
	struct normal normal = {.trace = NULL};
	cJSON *outcome;
	size_t len;
	char *bytes = slurp(file, &len);

	cr_assert_not_null(bytes, "%s", file);
	cr_assert_eq(
	    delivery_read(&delivery, asked_formats(), bytes, len, NULL), OK,
	    "%s: %s", file, delivery.fault);
	cr_assert_str_eq(delivery.format->name, products[product].format);
	normal_read(&normal, delivery.format, &delivery.parts[0],
	    &(struct normal_envelope){0});
	compare(&normal, cJSON_GetObjectItem(entry, "paths"), file, product);
	delivery_fini(&delivery);
	/* And the whole of it: every one has a time that can be read. */
	outcome = asked_bytes(bytes, len, NULL);
	cr_assert_geq(asked_parts(outcome), 1);
	cr_assert(cJSON_HasObjectItem(asked_part(outcome, 1), "occurred"), "%s",
	    file);
	cJSON_Delete(outcome);
	counts[product].files++;
	free(bytes);
}

static cJSON *
index_of_samples(void)
{
	size_t len;
	char *bytes = slurp("index.json", &len);
	cJSON *index;

	if (bytes == NULL)
		cr_skip_test(
		    "no payloads in %s (TOCSIN_SAMPLES names them)", folder());
	index = cJSON_Parse(bytes);
	free(bytes);
	cr_assert(cJSON_IsArray(index));
	return index;
}

Test(samples, fill_every_field_that_their_index_names)
{
	cJSON *index = index_of_samples();
	const cJSON *entry;
	int fields = 0, equal = 0;

	cJSON_ArrayForEach (entry, index)
		for (size_t i = 0; i < PRODUCTS; i++)
			if (strcmp(asked_text(entry, "product"),
				products[i].product) == 0 &&
			    strcmp(asked_text(entry, "kind"), "alert") == 0)
				compare_file(entry, i);
	for (size_t i = 0; i < PRODUCTS; i++) {
		(void)fprintf(stderr, "%s: %d of %d fields in %d files\n",
		    products[i].product, counts[i].equal, counts[i].fields,
		    counts[i].files);
		cr_assert_gt(counts[i].files, 0);
		fields += counts[i].fields;
		equal += counts[i].equal;
	}
	cr_assert_eq(equal, fields, "%d of %d fields", equal, fields);
	cJSON_Delete(index);
}

/* Whatever the product: an outcome with parts, or with a fault. */
Test(samples, all_have_an_outcome)
{
	cJSON *index = index_of_samples();
	const cJSON *entry;
	int read = 0, kept = 0;

	cJSON_ArrayForEach (entry, index) {
		size_t len;
		char *bytes = slurp(json_text(entry, "file"), &len);
		cJSON *outcome = asked_bytes(bytes, len, NULL);
		bool fault = cJSON_HasObjectItem(outcome, "fault");

		cr_assert_neq(fault, asked_parts(outcome) > 0);
		read += !fault;
		kept += fault;
		cJSON_Delete(outcome);
		free(bytes);
	}
	(void)fprintf(
	    stderr, "samples: %d read, %d kept as unreadable\n", read, kept);
	cJSON_Delete(index);
}
