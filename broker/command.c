#include "broker/command.h"

#include <stdlib.h>

#include "broker/origin.h"

struct command *
command_new(uint32_t principal, enum verb verb, struct ask *ask,
    struct origin *origin, size_t bytes)
{
	struct command *command = calloc(1, sizeof(*command));

	if (command == NULL)
		return NULL;
	command->principal = principal;
	command->verb = verb;
	command->ask = ask;
	command->origin = origin;
	command->item.principal = principal;
	command->item.weight = bytes + sizeof(*command);
	return command;
}

void
command_free(struct command *command)
{
	ask_free(&command->ask);
	origin_free(&command->origin);
	free(command->body);
	free(command);
}
