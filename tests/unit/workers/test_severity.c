#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "asked.h"
#include "workers/severity.h"

static const struct severity_scale severity_words = {.words = true};

/* Such as mappings that come with Tocsin have. */
#define severity_wazuh    asked_format("wazuh")->scale
#define severity_suricata asked_format("suricata")->scale
#define severity_native   asked_format("native")->scale

static int
read_as(const struct severity_scale *scale, const char *raw)
{
	enum severity severity = SEVERITY_COUNT;

	if (!severity_read(scale, raw, strlen(raw), &severity)) {
		cr_assert_eq(severity, SEVERITY_COUNT, "touched by %s", raw);
		return -1;
	}
	return (int)severity;
}

Test(severity_read, knows_each_of_wazuhs_levels)
{
	static const enum severity levels[] = {SEVERITY_info, SEVERITY_info,
	    SEVERITY_info, SEVERITY_info, SEVERITY_low, SEVERITY_low,
	    SEVERITY_low, SEVERITY_medium, SEVERITY_medium, SEVERITY_medium,
	    SEVERITY_medium, SEVERITY_medium, SEVERITY_high, SEVERITY_high,
	    SEVERITY_high, SEVERITY_critical, SEVERITY_critical};
	char level[8];

	for (int i = 0; i <= 16; i++) {
		(void)snprintf(level, sizeof(level), "%d", i);
		cr_assert_eq(
		    read_as(&severity_wazuh, level), (int)levels[i], "%d", i);
	}
	cr_assert_eq(read_as(&severity_wazuh, "17"), -1);
	cr_assert_eq(read_as(&severity_wazuh, "-1"), -1);
	cr_assert_eq(read_as(&severity_wazuh, "high"), -1);
}

Test(severity_read, counts_suricatas_priorities_down)
{
	cr_assert_eq(read_as(&severity_suricata, "0"), -1);
	cr_assert_eq(read_as(&severity_suricata, "1"), SEVERITY_high);
	cr_assert_eq(read_as(&severity_suricata, "2"), SEVERITY_medium);
	cr_assert_eq(read_as(&severity_suricata, "3"), SEVERITY_low);
	cr_assert_eq(read_as(&severity_suricata, "4"), SEVERITY_info);
	cr_assert_eq(read_as(&severity_suricata, "255"), SEVERITY_info);
	cr_assert_eq(read_as(&severity_suricata, "256"), -1);
}

Test(severity_read, knows_the_words_in_either_case)
{
	static const struct {
		const char *word;
		enum severity severity;
	} rows[] = {{"critical", SEVERITY_critical},
	    {"CRITICAL", SEVERITY_critical}, {"emergency", SEVERITY_critical},
	    {"high", SEVERITY_high}, {"error", SEVERITY_high},
	    {"page", SEVERITY_high}, {"major", SEVERITY_high},
	    {"Warning", SEVERITY_medium}, {"medium", SEVERITY_medium},
	    {"low", SEVERITY_low}, {"minor", SEVERITY_low},
	    {" info ", SEVERITY_info}, {"none", SEVERITY_info}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		cr_assert_eq(read_as(&severity_words, rows[i].word),
		    (int)rows[i].severity, "%s", rows[i].word);
	cr_assert_eq(read_as(&severity_words, "warn1ng"), -1);
	cr_assert_eq(read_as(&severity_words, "3"), -1);
	cr_assert_eq(read_as(&severity_words, ""), -1);
}

Test(severity_read, takes_our_own_words_and_their_numbers)
{
	for (int i = 0; i < SEVERITY_COUNT; i++) {
		const char number[2] = {(char)('0' + i), '\0'};

		cr_assert_eq(
		    read_as(&severity_native, words_name(WORDS_SEVERITY, i)),
		    i);
		cr_assert_eq(read_as(&severity_native, number), i);
	}
	cr_assert_eq(read_as(&severity_native, "5"), -1);
}

Test(severity_read, takes_no_number_that_is_none)
{
	static const char *const rows[] = {
	    "inf", "nan", "0x3", "1e1", "3 3", "3.", "..", "1.2.3", "..3"};

	char zeros[66];

	memset(zeros, '0', sizeof(zeros) - 1);
	zeros[sizeof(zeros) - 1] = '\0';
	cr_assert_eq(read_as(&severity_wazuh, zeros), -1);
	zeros[63] = '\0';
	cr_assert_eq(read_as(&severity_wazuh, zeros), SEVERITY_info);
	cr_assert_eq(read_as(&severity_wazuh, "3."), SEVERITY_info);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (strcmp(rows[i], "3.") != 0)
			cr_assert_eq(read_as(&severity_wazuh, rows[i]), -1,
			    "%s", rows[i]);
}

Test(severity_read, takes_words_of_the_scale_before_the_common_ones)
{
	static const struct severity_word own[] = {
	    {"alerting", SEVERITY_high}, {"ok", SEVERITY_low}};
	static const struct severity_scale scale = {
	    .own = own, .own_count = 2, .words = true};

	cr_assert_eq(read_as(&scale, "Alerting"), SEVERITY_high);
	cr_assert_eq(read_as(&scale, "ok"), SEVERITY_low);
	cr_assert_eq(read_as(&scale, "critical"), SEVERITY_critical);
	cr_assert_eq(read_as(&scale, "paused"), -1);
}

Test(severity_read, takes_fractions_and_numbers_below_zero)
{
	static const struct severity_step steps[] = {{-1, SEVERITY_info},
	    {0.1, SEVERITY_low}, {4, SEVERITY_medium}, {8.9, SEVERITY_high}};
	static const struct severity_scale scale = {
	    .steps = steps, .steps_count = 4, .last = 10};

	cr_assert_eq(read_as(&scale, "-1"), SEVERITY_info);
	cr_assert_eq(read_as(&scale, "-1.5"), -1);
	cr_assert_eq(read_as(&scale, "0.1"), SEVERITY_low);
	cr_assert_eq(read_as(&scale, "8.8999"), SEVERITY_medium);
	cr_assert_eq(read_as(&scale, "8.9"), SEVERITY_high);
	cr_assert_eq(read_as(&scale, "10.1"), -1);
	cr_assert_eq(read_as(&scale, "3-4"), -1);
}
