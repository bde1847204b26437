/* silence add, silence end: which it is, and how long it holds. */
#include <inttypes.h>
#include <stdio.h>

#include "cli/shape.h"
#include "cli/view.h"
#include "cli/when.h"
#include "protocol/json.h"

void
view_silence(const struct screen *screen, enum verb verb, const cJSON *asked,
    const cJSON *answer)
{
	char when[WHEN_TEXT_MAX];
	int64_t number = json_number(answer, "silence", 0);

	(void)asked;
	if (verb == VERB_silence_end)
		(void)fprintf(
		    screen->out, "Silence %" PRId64 " has ended.\n", number);
	else
		(void)fprintf(screen->out,
		    "Silence %" PRId64 " holds until %s; `tocsin silence end "
		    "%" PRId64 "` ends it.\n",
		    number,
		    when_format(shape_time(answer, "until"), screen->utc, when),
		    number);
}
