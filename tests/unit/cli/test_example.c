#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/example.h"
#include "protocol/config.h"

static char *
example(void)
{
	char *text;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	example_write(file);
	(void)fclose(file);
	return text;
}

/*
 * Takes the "#" away from the lines that are not prose, as the first lines
 * tell people to do; what lists hold, which names nothing, is left out, up to
 * the end of their section.
 */
static char *
taken_out_of_comments(char *text)
{
	char *out, *line, *rest = text;
	bool list = false;
	size_t size;
	FILE *file = open_memstream(&out, &size);

	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *words = line + strspn(line, "# ");

		if (line[0] != '#' || (words[-1] == ' ' && words[-2] == '#'))
			words = NULL;
		if (line[0] == '\0')
			list = false;
		if (strstr(line, "#  hooks:") != NULL ||
		    strstr(line, "#  chain:") != NULL ||
		    strstr(line, "#  signatures:") != NULL ||
		    strstr(line, "#  callbacks:") != NULL ||
		    strstr(line, "#  sources:") != NULL)
			list = true;
		(void)fprintf(
		    file, "%s\n", words != NULL && !list ? line + 1 : "");
	}
	(void)fclose(file);
	return out;
}

Test(example_write, is_a_configuration_of_defaults_alone)
{
	struct config config;
	char why[256] = "", *text = example();

	cr_assert_eq(config_parse(text, strlen(text), "example", "/home",
			 &config, why, sizeof(why)),
	    OK, "%s", why);
	config_fini(&config);
	free(text);
}

Test(example_write, holds_the_defaults_once_uncommented)
{
	struct config config, defaults;
	char why[256] = "", *text = example();
	char *settings = taken_out_of_comments(text);

	cr_assert_eq(config_parse(settings, strlen(settings), "example",
			 "/home", &config, why, sizeof(why)),
	    OK, "%s in:\n%s", why, settings);
	cr_assert_eq(config_default("/home", &defaults), OK);
	cr_expect_str_eq(config.people_tcp, defaults.people_tcp);
	cr_expect_str_eq(config.sensors_ipc, defaults.sensors_ipc);
	cr_expect_eq(config.triage_open, defaults.triage_open);
	cr_expect_eq(config.triage_window_ms, defaults.triage_window_ms);
	cr_expect_eq(config.retry_attempts, defaults.retry_attempts);
	cr_expect_eq(config.workers_count, defaults.workers_count);
	cr_expect_arr_eq(
	    config.targets, defaults.targets, sizeof(config.targets));
	/* Something was read at all. */
	cr_expect_str_neq(config.version, defaults.version);
	cr_expect_not_null(strstr(settings, "  people:\n"));
	cr_expect_not_null(strstr(settings, "\n    critical:\n"));
	config_fini(&config);
	config_fini(&defaults);
	free(settings);
	free(text);
}

static size_t
count_of(const char *text, const char *words)
{
	size_t count = 0;

	for (; (text = strstr(text, words)) != NULL; text++)
		count++;
	return count;
}

Test(example_write, names_every_setting_and_no_section_twice)
{
	static const char *const paths[] = {
#define SETTING(name, path, type, min, max, otherwise, help)       path,
#define MEMBER(owner, name, path, type, min, max, otherwise, help) path,
#define LIST(name, path, max, help)                                path,
#include "protocol/config.def"
#undef SETTING
#undef MEMBER
#undef LIST
	};
	char *text = example(), name[64];
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		(void)snprintf(
		    name, sizeof(name), "%s:", strrchr(paths[i], '.') + 1);
		cr_expect_not_null(strstr(text, name), "%s", paths[i]);
	}
	cr_expect_eq(count_of(text, "#notify:"), 1);
	cr_expect_not_null(strstr(text, "\n#  hooks:\n"));
	cr_expect_not_null(strstr(text, "\n#    - name: \"\"\n"));
	cr_expect_not_null(strstr(text, "\n#      on: \"\"\n"));
	free(text);
}
