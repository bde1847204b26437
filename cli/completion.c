/* completion: the scripts that let a shell ask complete.c. */
#include <stdio.h>
#include <string.h>

#include "cli/complete.h"
#include "cli/local.h"
#include "cli/report.h"

static const char bash[] =
    "# bash completion of tocsin, made by `tocsin completion bash`\n"
    "_tocsin() {\n"
    "\tlocal line=${COMP_LINE:0:COMP_POINT} words=() answer=()\n"
    "\tlocal word current rest at=\n"
    "\t# Bash breaks words at \"=\", \":\" and \"@\"; here they are whole.\n"
    "\tfor word in \"${COMP_WORDS[@]:0:COMP_CWORD+1}\"; do\n"
    "\t\tif [[ ${#words[@]} -eq 0 || $line == [[:space:]]* ]]; then\n"
    "\t\t\tline=${line#\"${line%%[![:space:]]*}\"}\n"
    "\t\t\twords+=(\"\")\n"
    "\t\tfi\n"
    "\t\t# What stands behind the cursor is no part of it.\n"
    "\t\t[[ $line == \"$word\"* ]] || word=$line\n"
    "\t\twords[${#words[@]}-1]+=$word\n"
    "\t\tline=${line#\"$word\"}\n"
    "\tdone\n"
    "\tcurrent=${words[${#words[@]}-1]}\n"
    "\trest=$current\n"
    "\t[[ $COMP_WORDBREAKS != *=* ]] || rest=${rest##*[=:]}\n"
    "\t# An \"@\" begins what is completed.\n"
    "\t[[ $rest != *@* || $COMP_WORDBREAKS != *@* ]] || "
    "rest=@${rest##*@}\n"
    "\t[[ $rest != @* ]] || at=@\n"
    "\tmapfile -t answer < <(\n"
    "\t\t\"${1/#\\~\\//$HOME/}\" " COMPLETE_WORD " \"${words[@]:1}\" "
    "2>/dev/null\n"
    "\t)\n"
    "\tCOMPREPLY=()\n"
    "\tfor word in \"${answer[@]}\"; do\n"
    "\t\tword=${word%%$'\\t'*}\n"
    "\t\tif [[ $word == :files ]]; then\n"
    "\t\t\tmapfile -t COMPREPLY < "
    "<(compgen -P \"$at\" -f -- \"${rest#@}\")\n"
    "\t\t\tcompopt -o filenames\n"
    "\t\t\tcontinue\n"
    "\t\tfi\n"
    "\t\t[[ $word != *= ]] || compopt -o nospace\n"
    "\t\tCOMPREPLY+=(\"${word#\"${current%\"$rest\"}\"}\")\n"
    "\tdone\n"
    "}\n"
    "complete -F _tocsin tocsin\n";

static const char zsh[] =
    "#compdef tocsin\n"
    "# zsh completion of tocsin, made by `tocsin completion zsh`\n"
    "_tocsin() {\n"
    "\tlocal -a answer whole open\n"
    "\tlocal line\n"
    "\tanswer=(\"${(@f)$(${~words[1]} " COMPLETE_WORD
    " \"${(@)words[2,CURRENT-1]}\" \"$PREFIX\" 2>/dev/null)}\")\n"
    "\tfor line in $answer; do\n"
    "\t\tif [[ $line == :files ]]; then\n"
    "\t\t\tcompset -P '*[=@]'\n"
    "\t\t\t_files\n"
    "\t\telif [[ ${line%%$'\\t'*} == *= ]]; then\n"
    "\t\t\topen+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
    "\t\telse\n"
    "\t\t\twhole+=(\"${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}\")\n"
    "\t\tfi\n"
    "\tdone\n"
    "\t(( ! $#whole )) || _describe -V tocsin whole\n"
    "\t(( ! $#open )) || _describe -V tocsin open -S ''\n"
    "}\n"
    "if [[ $funcstack[1] == _tocsin ]]; then\n"
    "\t_tocsin \"$@\"\n"
    "else\n"
    "\tcompdef _tocsin tocsin\n"
    "fi\n";

static const char fish[] =
    "# fish completion of tocsin, made by `tocsin completion fish`\n"
    "function __tocsin_complete\n"
    "\tset -l words (commandline -opc)\n"
    "\tset -l current \"$(commandline -ct)\"\n"
    "\tfor line in (command $words[1] " COMPLETE_WORD
    " $words[2..-1] $current 2>/dev/null)\n"
    "\t\tif test \"$line\" = :files\n"
    "\t\t\tset -l before (string match -r '^.*[=@]' -- $current)\n"
    "\t\t\tset -l path (string replace -r '^.*[=@]' '' -- $current)\n"
    "\t\t\tfor name in (__fish_complete_path \"$path\")\n"
    "\t\t\t\techo \"$before$name\"\n"
    "\t\t\tend\n"
    "\t\telse\n"
    "\t\t\techo $line\n"
    "\t\tend\n"
    "\tend\n"
    "end\n"
    "complete -c tocsin -f -a '(__tocsin_complete)'\n";

struct shell {
	const char *name, *script;
};

static const struct shell shells[] = {
    {"bash", bash}, {"zsh", zsh}, {"fish", fish}};

int
local_completion(struct session *session, const struct local_args *args)
{
	const char *name = args->words_count > 0 ? args->words[0] : "";
	struct fault fault;
	size_t i;

	for (i = 0; i < sizeof(shells) / sizeof(shells[0]); i++)
		if (strcmp(shells[i].name, name) == 0) {
			(void)fputs(shells[i].script, session->screen.out);
			return 0;
		}
	(void)fault_set(&fault, ERR_INVALID,
	    "say for which shell: `tocsin completion bash`, zsh or fish; "
	    "`source <(tocsin completion bash)` turns it on");
	return report_fail(session, &fault);
}
