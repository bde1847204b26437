#include "protocol/yaml_parser.h"

enum err
yaml_parser_open(struct yaml_parser *yaml, const char *text, size_t len)
{
	struct fy_diag_cfg diag_cfg;
	struct fy_parse_cfg cfg = {
	    .flags = FYPCF_QUIET | FYPCF_ALLOW_DUPLICATE_KEYS,
	};

	*yaml = (struct yaml_parser){NULL, NULL};
	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	cfg.diag = yaml->diag = fy_diag_create(&diag_cfg);
	if (yaml->diag == NULL)
		return ERR_MEMORY;
	fy_diag_set_collect_errors(yaml->diag, true);
	yaml->parser = fy_parser_create(&cfg);
	if (yaml->parser == NULL ||
	    fy_parser_set_string(yaml->parser, text, len) != 0)
		return ERR_MEMORY;
	return OK;
}

void
yaml_parser_close(struct yaml_parser *yaml)
{
	fy_parser_destroy(yaml->parser);
	fy_diag_destroy(yaml->diag);
}
