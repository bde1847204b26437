#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "asked.h"
#include "workers/outcome.h"

/* A finding with as much of everything as there can be, of what prints worst. */
static struct finding *
worst(char c)
{
	static struct finding f;
	static char text[LIMIT_TEXT_BYTES_MAX + 1];
	static char values[LIMIT_OBSERVABLES_MAX][512];

	memset(&f, 0, sizeof(f));
	memset(text, c, sizeof(text) - 1);
	for (int i = 0; i < NORMAL_COUNT; i++)
		f.normal.fields[i] = (struct normal_text){text,
		    i == NORMAL_description  ? LIMIT_TEXT_BYTES_MAX
		    : i == NORMAL_url_domain ? 2048
		    : i == NORMAL_title      ? LIMIT_TITLE_BYTES_MAX
					     : 255,
		    true};
	f.host_len = 255;
	f.host_known = true;
	f.has_time = true;
	f.occurred_ms = 253402300799999;
	f.severity = SEVERITY_critical;
	f.classification = RSIT_information_content_security;
	f.wish = WISH_resolve;
	memset(f.cluster, 'c', sizeof(f.cluster) - 1);
	memset(f.external, 'e', sizeof(f.external) - 1);
	for (int i = 0; i < LIMIT_TECHNIQUES_MAX; i++)
		(void)sprintf(f.techniques[i], "t1000.%03d", i);
	f.techniques_count = LIMIT_TECHNIQUES_MAX;
	for (int i = 0; i < LIMIT_OBSERVABLES_MAX; i++) {
		memset(values[i], c, sizeof(values[i]) - 1);
		f.observables.rows[i].type = OBSERVABLE_user;
		f.observables.rows[i].value = values[i];
	}
	f.observables.count = LIMIT_OBSERVABLES_MAX;
	for (int i = 0; i < REASON_COUNT; i++)
		finding_reason(&f, (enum reason)i, text, text, text);
	return &f;
}

static struct outcome_size
size_of(unsigned parts, int tier, char c)
{
	cJSON *outcome = outcome_new("ALR-7", "wazuh");
	struct outcome_size size = {0, 0};
	struct finding *each = worst(c);

	for (unsigned p = 1; p <= parts; p++)
		cr_assert(outcome_part(outcome, p, each, tier));
	free(outcome_print(outcome, &size));
	cJSON_Delete(outcome);
	return size;
}

Test(outcome, fits_a_message_with_all_parts_at_the_last_tier)
{
	static const char kinds[] = {'a', '\x01', '"', '\n'};

	for (size_t i = 0; i < sizeof(kinds); i++) {
		struct outcome_size size =
		    size_of(LIMIT_ALERT_SPLIT_MAX, OUTCOME_TIERS - 1, kinds[i]);

		cr_assert_lt(
		    size.bytes, LIMIT_JSON_BYTES_MAX - 1024, "%zu", size.bytes);
		cr_assert_lt(
		    size.nodes, LIMIT_JSON_NODES_MAX - 64, "%zu", size.nodes);
	}
}

Test(outcome, fits_a_message_with_one_part_at_the_first_tier)
{
	struct outcome_size size = size_of(1, 0, '\x01');

	cr_assert_lt(
	    size.bytes, LIMIT_JSON_BYTES_MAX - 1024, "%zu", size.bytes);
	cr_assert_gt(size.bytes, 6 * LIMIT_TEXT_BYTES_MAX);
}

Test(outcome, grows_shorter_from_tier_to_tier)
{
	for (int tier = 1; tier < OUTCOME_TIERS; tier++) {
		struct outcome_size one = size_of(1, tier - 1, 'a');
		struct outcome_size two = size_of(1, tier, 'a');

		cr_assert_lt(two.bytes, one.bytes);
		cr_assert_leq(two.nodes, one.nodes);
	}
}

Test(outcome, is_as_large_as_it_is_measured)
{
	static const char kinds[] = {'a', '\x01', '"', '\\', '\t', '\x7f'};

	for (size_t i = 0; i < sizeof(kinds); i++)
		for (int tier = 0; tier < OUTCOME_TIERS; tier++) {
			cJSON *outcome = outcome_new("ALR-7", "wazuh");
			struct outcome_size size = {0, 0};
			char *text, *same;

			cr_assert(
			    outcome_part(outcome, 1, worst(kinds[i]), tier));
			text = outcome_print(outcome, &size);
			same = cJSON_PrintUnformatted(outcome);
			cr_assert_str_eq(text, same);
			cr_assert_eq(strlen(text) + 1, size.bytes);
			free(same);
			free(text);
			cJSON_Delete(outcome);
		}
}

/* Counts as the scanner does: one document with so many values is refused. */
Test(outcome, counts_values_and_keys)
{
	cJSON *tree = cJSON_Parse("{\"a\":[1,\"b\",{\"c\":null}]}");
	struct outcome_size size = {0, 0};

	free(outcome_print(tree, &size));
	/* {}, a, [], 1, b, {}, c, null */
	cr_assert_eq(size.nodes, 8);
	cJSON_Delete(tree);
}

Test(outcome, always_has_a_title_and_the_decision)
{
	for (int tier = 0; tier < OUTCOME_TIERS; tier++) {
		cJSON *outcome = outcome_new("ALR-7", "wazuh");
		const cJSON *part, *reasons;

		cr_assert(outcome_part(outcome, 1, worst('a'), tier));
		part = asked_part(outcome, 1);
		cr_assert_gt(strlen(asked_text(part, "title")), 40);
		cr_assert_str_eq(asked_text(part, "wish"), "resolve");
		reasons = cJSON_GetObjectItem(part, "reasons");
		cr_assert_str_eq(
		    asked_text(cJSON_GetArrayItem(reasons, 0), "code"),
		    "severity_open");
		cr_assert_eq(strlen(asked_text(part, "cluster")), 32);
		cJSON_Delete(outcome);
	}
}

Test(outcome, cuts_texts_at_characters)
{
	for (int tier = 0; tier < OUTCOME_TIERS; tier++) {
		cJSON *outcome = outcome_new("ALR-7", "wazuh");
		struct finding *f = worst('a');
		char text[513], *json;

		for (size_t i = 0; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xe2\x82\xac", 4);
		for (int i = 0; i < NORMAL_COUNT; i++)
			if (f->normal.fields[i].len > 0)
				f->normal.fields[i] =
				    (struct normal_text){text, 255, false};
		cr_assert(outcome_part(outcome, 1, f, tier));
		json = cJSON_PrintUnformatted(outcome);
		cr_assert(utf8_valid(json, strlen(json)), "tier %d", tier);
		free(json);
		cJSON_Delete(outcome);
	}
}
