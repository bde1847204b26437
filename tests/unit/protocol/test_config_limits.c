/* Lists, texts and paths of a configuration up to their limits, and beyond. */
#include "config_fixture.h"
#include "protocol/setting.h"

/* A configuration of so many hooks. */
static enum err
parse_hooks(int count, struct config *config, char why[WHY_MAX])
{
	char text[4096] = "notify:\n  hooks:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: h%d, on: opened, command: /a}\n", i);
	return parse(text, config, why);
}

Test(config_parse, takes_levels_up_to_their_limit)
{
	static const char text[] =
	    "escalation: {chain: [{name: a, assign: x}, {name: b, assign: x},"
	    "{name: c, assign: x}, {name: d, assign: x}, {name: e, assign: x},"
	    "{name: f, assign: x}, {name: g, assign: x}, {name: h, assign: x}";
	struct config config;
	char why[WHY_MAX], whole[sizeof(text) + 64];

	(void)snprintf(whole, sizeof(whole), "%s]}\n", text);
	cr_assert_eq(parse(whole, &config, why), OK, "%s", why);
	cr_assert_eq(config.chain_count, CONFIG_LEVELS_MAX);
	config_fini(&config);
	(void)snprintf(
	    whole, sizeof(whole), "%s, {name: i, assign: x}]}\n", text);
	cr_assert_eq(parse(whole, &config, why), ERR_INVALID);
	cr_assert_not_null(strstr(why, "more than 8 rows"), "%s", why);
}

Test(config_parse, takes_hooks_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(
	    parse_hooks(CONFIG_HOOKS_MAX, &config, why), OK, "%s", why);
	cr_assert_eq(config.hooks_count, CONFIG_HOOKS_MAX);
	config_fini(&config);
	cr_assert_eq(
	    parse_hooks(CONFIG_HOOKS_MAX + 1, &config, why), ERR_INVALID);
	cr_assert_str_eq(why, "t.yaml:35:6: notify.hooks: more than 32 rows");
}

/* A configuration of so many callbacks. */
static enum err
parse_callbacks(int count, struct config *config, char why[WHY_MAX])
{
	char text[4096] = "notify:\n  callbacks:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: c%d, source: s, on: 'triaged, closed', url: "
		    "'http://localhost:1/', token_file: /t}\n",
		    i);
	return parse(text, config, why);
}

Test(config_parse, takes_callbacks_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(
	    parse_callbacks(CONFIG_CALLBACKS_MAX, &config, why), OK, "%s", why);
	cr_assert_eq(config.callbacks_count, CONFIG_CALLBACKS_MAX);
	cr_assert(config.callbacks[15].on[OCCASION_closed]);
	cr_assert_not(config.callbacks[15].on[OCCASION_promoted]);
	config_fini(&config);
	cr_assert_eq(parse_callbacks(CONFIG_CALLBACKS_MAX + 1, &config, why),
	    ERR_INVALID);
	cr_assert_str_eq(
	    why, "t.yaml:19:6: notify.callbacks: more than 16 rows");
}

/* A configuration of so many signatures. */
static enum err
parse_signatures(int count, struct config *config, char why[WHY_MAX])
{
	char text[8192] = "gateway:\n  signatures:\n";
	size_t len = strlen(text);
	int i;

	for (i = 0; i < count; i++)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
		    "  - {name: s%d, path: /v1/alerts/s%d, header: X-Sign, "
		    "secret_file: /s, token_file: /t}\n",
		    i, i);
	return parse(text, config, why);
}

Test(config_parse, takes_signatures_up_to_their_limit)
{
	struct config config;
	char why[WHY_MAX];

	cr_assert_eq(parse_signatures(CONFIG_SIGNATURES_MAX, &config, why), OK,
	    "%s", why);
	cr_assert_eq(config.signatures_count, CONFIG_SIGNATURES_MAX);
	cr_assert_str_eq(config.signatures[31].path, "/v1/alerts/s31");
	cr_assert_str_eq(config.signatures[31].prefix, "");
	cr_assert_eq(config.signatures[31].tolerance_ms, 300000);
	config_fini(&config);
	cr_assert_eq(parse_signatures(CONFIG_SIGNATURES_MAX + 1, &config, why),
	    ERR_INVALID);
	cr_assert_str_eq(
	    why, "t.yaml:35:6: gateway.signatures: more than 32 rows");
}

Test(config_parse, takes_texts_up_to_their_limit)
{
	size_t count, i;
	const struct setting *settings = setting_all(&count);

	for (i = 0; i < count; i++) {
		const struct setting *setting = &settings[i];
		struct config config = {.hooks_count = 0};
		struct config_hook hook = {.name = ""};
		struct config_level level = {.name = ""};
		struct config_source source = {.name = ""};
		struct config_signature signature = {.name = ""};
		struct config_callback callback = {.name = ""};
		void *const owners[] = {[OWNER_signature] = &signature,
		    [OWNER_callback] = &callback,
		    [OWNER_config] = &config,
		    [OWNER_hook] = &hook,
		    [OWNER_level] = &level,
		    [OWNER_source] = &source};
		char text[2048], why[WHY_MAX];
		size_t max = (size_t)setting->max;

		if (setting->type != SETTING_IS_TEXT &&
		    setting->type != SETTING_IS_PATH &&
		    setting->type != SETTING_IS_SOCKET &&
		    setting->type != SETTING_IS_COMMAND)
			continue;
		memset(text, 'a', sizeof(text));
		text[0] = '/';
		cr_assert_eq(setting_set(setting, text, max, "/",
				 owners[setting->owner], why, sizeof(why)),
		    OK, "%s: %s", setting->path, why);
		cr_assert_eq(setting_set(setting, text, max + 1, "/",
				 owners[setting->owner], why, sizeof(why)),
		    ERR_INVALID, "%s", setting->path);
		cr_assert_not_null(strstr(why, "more than"));
	}
}

Test(config_parse, holds_relative_paths_to_their_limit_with_the_home_before)
{
	struct config config;
	char home[109 - sizeof("/run/sensors.sock")];
	char longest[1100], why[WHY_MAX];

	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	cr_assert_eq(config_default(home, &config), OK);
	cr_assert_eq(strlen(config.sensors_ipc), 107);
	config_fini(&config);
	memset(longest, 'h', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	cr_assert_eq(config_default(longest, &config), ERR_INVALID);
	cr_assert_null(config.text);
	cr_assert_eq(
	    config_parse("", 0, "t.yaml", longest, &config, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_not_null(strstr(why, "home folder"));
}

Test(config_default, has_no_local_socket_where_its_path_would_be_too_long)
{
	struct config config;
	char home[128], why[WHY_MAX];

	memset(home, 'h', sizeof(home));
	home[0] = '/';
	home[sizeof(home) - 1] = '\0';
	cr_assert_eq(config_default(home, &config), OK);
	cr_assert_str_eq(config.people_ipc, "");
	cr_assert_str_eq(config.sensors_ipc, "");
	config_fini(&config);
	cr_assert_eq(config_parse("broker: {people: {ipc: a}}", 26, "t.yaml",
			 home, &config, why, sizeof(why)),
	    ERR_INVALID);
	cr_assert_str_eq(why,
	    "t.yaml:1:24: broker.people.ipc: more than 107 bytes with the "
	    "home folder before it");
}
