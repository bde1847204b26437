#include "cli/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/claim.h"
#include "cli/own.h"
#include "cli/program.h"
#include "cli/remote.h"
#include "cli/render.h"
#include "cli/slurp.h"
#include "cli/story.h"
#include "cli/value.h"
#include "protocol/json.h"

enum { COLUMNS = 74, BELOW_MAX = 1048576 };

/* Nothing below it is wider: each line begins with "#  ". */
#define CUT "# ---------- 8< ---------- what is below is left out ----------"

static const struct shown facts[] = {
    {"severity", SHAPE_SEVERITY, {"severity", 0, 0, false}},
    {"status", SHAPE_STATUS, {"status", 0, 0, false}},
    {"assignee", SHAPE_PERSON, {"assignee", 0, 0, false}},
    {"opened", SHAPE_TIME, {"opened", 0, 0, false}},
};

enum err
editor_choose(const struct args *args, const struct session *session,
    struct draft *draft, struct fault *fault)
{
	const char *named = args->extras[EXTRA_editor];
	size_t count, i;
	const struct field_row *rows = verb_fields(args->verb, &count);

	memset(draft, 0, sizeof(*draft));
	if (named == NULL)
		return OK;
	for (i = 0; i < count; i++) {
		bool wanted = named[0] != '\0'
				  ? &rows[i] == args_field(args->verb, named)
				  : draft->field == NULL ||
					(rows[i].must && !draft->field->must);

		if (wanted && value_from_file(&rows[i]))
			draft->field = &rows[i];
	}
	if (draft->field == NULL)
		return fault_set(fault, ERR_INVALID,
		    "--editor: \"%s\" is no long text of this command", named);
	if (!session->interactive)
		return fault_set(fault, ERR_INVALID,
		    "--editor: needs a terminal; give the text with @FILE, or "
		    "with - from standard input");
	return OK;
}

/* ---- what stands in the file ---- */

/* Would a terminal show each character as itself? */
static bool
is_harmless(const char *text)
{
	size_t len = strlen(text), at = 0;

	while (at < len) {
		struct glyph glyph;

		render_glyph(text + at, len - at, true, &glyph);
		if (text[at] != '\n' && text[at] != '\t' &&
		    (glyph.len != glyph.used ||
			memcmp(glyph.bytes, text + at, glyph.len) != 0))
			return false;
		at += glyph.used;
	}
	return true;
}

/* The incident, as far as one wants to see it while writing about it. */
static void
draw_incident(FILE *out, const struct session *session, const cJSON *incident)
{
	struct screen screen = session->screen;

	screen.out = out;
	screen.columns = COLUMNS;
	screen.endless = false;
	screen.colour = false;
	(void)fputc('\n', out);
	story_title(&screen, incident);
	shape_facts(&screen, incident, facts, sizeof(facts) / sizeof(facts[0]));
	story_text(&screen, incident, "description", "Description");
	story_text(&screen, incident, "root_cause", "Root cause");
	story_text(&screen, incident, "comment", "Closing comment");
}

/* Everything below the cut, each line marked. */
static void
write_below(FILE *file, const struct session *session,
    const struct draft *draft, const cJSON *incident, bool escaped)
{
	char *text = NULL, *rest, *line, spelling[ARGV_NAME_MAX + 1];
	size_t size;
	FILE *out = claim(open_memstream(&text, &size));

	(void)fprintf(out,
	    "What stands above that line becomes --%s (%s),\n"
	    "%lld bytes at most.  An empty text sends nothing.\n",
	    args_spelling(draft->field, spelling), draft->field->help,
	    (long long)draft->field->max);
	if (escaped)
		(void)fputs("Characters that act on a terminal stand there as "
			    "\\x1b or \\u202e: they would\n"
			    "be saved as they stand.\n",
		    out);
	if (incident != NULL)
		draw_incident(out, session, incident);
	(void)fclose(out);
	(void)fprintf(file, "\n" CUT "\n");
	rest = text;
	while ((line = strsep(&rest, "\n")) != NULL)
		if (rest != NULL || line[0] != '\0')
			(void)fprintf(
			    file, "#%s%s\n", line[0] != '\0' ? "  " : "", line);
	free(text);
}

/* What stands there at first: what was given, or what is to be replaced. */
static char *
first_text(const struct args *args, const struct session *session,
    const struct draft *draft, const cJSON *incident, bool *escaped)
{
	const char *text = json_text(args->body, draft->field->name);
	char *shown;
	size_t size;

	if (text == NULL && args->verb == VERB_update)
		text = json_text(incident, draft->field->name);
	*escaped = text != NULL && !is_harmless(text);
	if (!*escaped)
		return claim(strdup(text != NULL ? text : ""));
	size = strlen(text) * GLYPH_BYTES_MAX + 1;
	shown = claim(malloc(size));
	{
		FILE *out = claim(fmemopen(shown, size, "w"));

		render_block(out, text, strlen(text), session->screen.utf8, 0,
		    RENDER_NO_LIMIT);
		(void)fclose(out);
	}
	return shown;
}

/* ---- the file ---- */

/* With the person's own files, or where temporary ones go. */
static enum err
make_file(
    const struct args *args, struct draft *draft, int *fd, struct fault *fault)
{
	const char *temporary = getenv("TMPDIR");
	char folder[OWN_PATH_MAX];

	if (own_folder(OWN_DRAFTS, fault) != OK ||
	    own_path(OWN_DRAFTS, NULL, folder, fault) != OK ||
	    access(folder, W_OK) != 0)
		(void)snprintf(folder, sizeof(folder), "%s",
		    temporary != NULL && *temporary != '\0' ? temporary
							    : "/tmp");
	(void)snprintf(draft->path, sizeof(draft->path), "%s/%s-XXXXXX.md",
	    folder, verb_row(args->verb)->name);
	/* Mode 0600. */
	*fd = mkostemps(draft->path, 3, O_CLOEXEC);
	if (*fd >= 0)
		return OK;
	(void)fault_here(fault, ERR_IO, "%s: cannot be made: %s", draft->path,
	    strerror(errno));
	draft->path[0] = '\0';
	return ERR_IO;
}

static void
on_signal(int number)
{
	(void)number;
}

/*
 * The editor's own are Ctrl-C and Ctrl-\ while it runs; it draws where questions
 * are asked, so that the answer may go into a pipe.
 */
static enum err
run_editor(const char *path, struct fault *fault)
{
	const char *editor = getenv("VISUAL");
	struct sigaction ours = {.sa_handler = on_signal}, old[2];
	char shell[] = "sh", flag[] = "-c", *command = NULL;
	char *words[] = {shell, flag, NULL, shell, claim(strdup(path)), NULL};
	int code = 0;
	enum err err;

	if (editor == NULL || *editor == '\0')
		editor = getenv("EDITOR");
	if (editor == NULL || *editor == '\0')
		editor = "vi";
	if (asprintf(&command, "trap : INT QUIT; %s \"$1\" >&2", editor) < 0)
		(void)claim(NULL);
	words[2] = command;
	(void)sigaction(SIGINT, &ours, &old[0]);
	(void)sigaction(SIGQUIT, &ours, &old[1]);
	err = program_run(words, &code, fault);
	(void)sigaction(SIGINT, &old[0], NULL);
	(void)sigaction(SIGQUIT, &old[1], NULL);
	free(words[4]);
	free(command);
	if (err == OK && code != 0)
		return fault_here(fault, ERR_IO,
		    "the editor (%.100s) ended with %d; nothing was sent",
		    editor, code);
	return err;
}

/* The text up to the cut, without the empty lines around it. */
static void
cut(char *text)
{
	char *at = text, *last = NULL;
	size_t len;

	while ((at = strstr(at, CUT)) != NULL) {
		if ((at == text || at[-1] == '\n') &&
		    (at[strlen(CUT)] == '\n' || at[strlen(CUT)] == '\r' ||
			at[strlen(CUT)] == '\0'))
			last = at;
		at += strlen(CUT);
	}
	if (last != NULL)
		*last = '\0';
	len = strspn(text, "\r\n");
	memmove(text, text + len, strlen(text + len) + 1);
	len = strlen(text);
	while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
		text[--len] = '\0';
}

static enum err
read_back(const struct draft *draft, char **text, struct fault *fault)
{
	size_t len;
	enum err err = slurp(draft->path, (size_t)draft->field->max + BELOW_MAX,
	    text, &len, fault);

	if (err != OK)
		return err;
	if (strlen(*text) == len && utf8_valid(*text, len)) {
		cut(*text);
		return OK;
	}
	free(*text);
	*text = NULL;
	return fault_here(fault, ERR_INVALID,
	    "what was written is no UTF-8 text; nothing was sent");
}

/* ---- the whole of it ---- */

static enum err
fetch(struct args *args, struct session *session, struct answer *answer,
    struct fault *fault)
{
	const char *id = json_text(args->body, "incident");
	struct client *client = NULL;
	cJSON *body;
	enum err err;

	if (id == NULL)
		return OK;
	body = claim(cJSON_CreateObject());
	(void)claim(cJSON_AddStringToObject(body, "incident", id));
	if (!json_add_number(body, "limit", 1))
		(void)claim(NULL);
	err = remote_open(session, CLIENT_PEOPLE, &client, fault);
	if (err == OK)
		err = remote_ask(
		    session, client, VERB_show, body, NULL, 0, answer, fault);
	client_close(&client);
	cJSON_Delete(body);
	return err;
}

static enum err
fill_file(const struct args *args, const struct session *session,
    struct draft *draft, const cJSON *incident, char **before,
    struct fault *fault)
{
	bool escaped;
	FILE *file;
	int fd;
	enum err err = make_file(args, draft, &fd, fault);

	if (err != OK)
		return err;
	*before = first_text(args, session, draft, incident, &escaped);
	file = claim(fdopen(fd, "w"));
	(void)fputs(*before, file);
	write_below(file, session, draft, incident, escaped);
	cut(*before);
	if (fclose(file) == 0)
		return OK;
	editor_forget(draft);
	return fault_here(fault, ERR_IO, "%s: cannot be written: %s",
	    draft->path, strerror(errno));
}

/* What was written goes into the body, unless it is nothing. */
static enum err
take(struct args *args, struct draft *draft, const char *before,
    const char *text, struct fault *fault)
{
	bool same = strcmp(before, text) == 0;
	const char *name = draft->field->name;

	if (text[0] == '\0' || (same && args->verb == VERB_update)) {
		editor_forget(draft);
		return fault_set(fault, ERR_INVALID,
		    "nothing was %s, and nothing was sent",
		    text[0] == '\0' ? "written" : "changed");
	}
	if (strlen(text) > (size_t)draft->field->max)
		return fault_here(fault, ERR_TOO_LARGE,
		    "the %s has %zu bytes, %lld at most; nothing was sent",
		    name, strlen(text), (long long)draft->field->max);
	cJSON_DeleteItemFromObjectCaseSensitive(args->body, name);
	(void)claim(cJSON_AddStringToObject(args->body, name, text));
	return OK;
}

enum err
editor_write(struct args *args, struct session *session, struct draft *draft,
    struct fault *fault)
{
	char *before = NULL, *text = NULL;
	struct answer answer;
	enum err err;

	answer_init(&answer);
	err = fetch(args, session, &answer, fault);
	if (err == OK)
		err = fill_file(
		    args, session, draft, answer.body, &before, fault);
	answer_fini(&answer);
	if (err == OK)
		err = run_editor(draft->path, fault);
	if (err == OK)
		err = read_back(draft, &text, fault);
	if (err == OK)
		err = take(args, draft, before != NULL ? before : "",
		    text != NULL ? text : "", fault);
	free(before);
	free(text);
	return err;
}

void
editor_forget(struct draft *draft)
{
	char folder[OWN_PATH_MAX];
	struct fault ignored;

	if (draft->path[0] == '\0')
		return;
	(void)unlink(draft->path);
	draft->path[0] = '\0';
	/* It goes with the last draft. */
	if (own_path(OWN_DRAFTS, NULL, folder, &ignored) == OK)
		(void)rmdir(folder);
}

void
editor_keep(struct draft *draft, struct fault *fault)
{
	struct fault first = *fault, ignored;
	char spelling[ARGV_NAME_MAX + 1], *text;
	FILE *file;

	if (draft->path[0] == '\0')
		return;
	if (read_back(draft, &text, &ignored) == OK) {
		file = fopen(draft->path, "we");
		if (file != NULL) {
			(void)fprintf(file, "%s\n", text);
			(void)fclose(file);
		}
		free(text);
	}
	(void)fault_set(fault, first.err,
	    "%.600s; what you wrote is kept: give it with --%s @%s", first.text,
	    args_spelling(draft->field, spelling), draft->path);
	fault->code = first.code;
	fault->told = first.told;
}
