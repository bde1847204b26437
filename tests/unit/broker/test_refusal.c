#include <cjson/cJSON.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "broker/refusal.h"

Test(refusal_text, says_word_message_field_and_the_object_as_it_is)
{
	struct ask_fault fault = {"title", "too \"long\""};
	cJSON *current = cJSON_CreateObject();
	char *text;

	cJSON_AddNumberToObject(current, "revision", 3);
	text = refusal_text(ERR_CONFLICT, &fault, current);
	cr_assert_str_eq(text,
	    "{\"error\":\"conflict\",\"message\":\"too \\\"long\\\"\","
	    "\"field\":\"title\",\"current\":{\"revision\":3}}");
	free(text);
	cJSON_Delete(current);
}

Test(refusal_text, has_a_message_in_any_case)
{
	int err;

	for (err = 1; err < ERR_COUNT; err++) {
		char *text = refusal_text((enum err)err, NULL, NULL);

		cr_assert_not_null(text);
		cr_assert_not_null(strstr(text, "\"message\":\""));
		cr_assert_null(strstr(text, "\"field\""));
		free(text);
	}
}
