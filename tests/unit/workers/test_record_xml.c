#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "workers/record.h"

static const char *why;

static cJSON *
read_text(const char *text)
{
	return record_xml(text, strlen(text), &why);
}

static void
expect(const char *text, const char *json)
{
	cJSON *tree = read_text(text);
	char *is;

	cr_assert_not_null(tree, "%s", text);
	is = cJSON_PrintUnformatted(tree);
	cr_assert_str_eq(is, json);
	cJSON_free(is);
	cJSON_Delete(tree);
}

static void
refuse(const char *text)
{
	cJSON *tree = read_text(text);

	cr_assert_null(tree, "%s", text);
	cr_assert_not_null(why, "%s", text);
}

Test(record_xml, makes_arrays_of_children_and_members_of_attributes)
{
	expect("<a/>", "{\"a\":\"\"}");
	expect("<a>\n x y \n</a>", "{\"a\":\"x y\"}");
	expect("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	       "<n:a xmlns:n=\"urn:n\" n:k=\"1\"><n:b>x</n:b><!-- no -->"
	       "<b i='2'> y<![CDATA[<z>]]> </b><c/></n:a>",
	    "{\"a\":{\"@k\":\"1\",\"b\":[\"x\",{\"@i\":\"2\",\"#text\":"
	    "\"y<z>\"}],\"c\":[\"\"]}}");
	expect("<a>&lt;&#233;&amp;</a>", "{\"a\":\"<\xc3\xa9&\"}");
}

Test(record_xml, refuses_what_is_no_document)
{
	refuse("");
	refuse("<a>");
	refuse("<a></b>");
	refuse("<a/><b/>");
	refuse("<a/> x");
	refuse("<a b=\"1\" b=\"2\"/>");
	refuse("<a>&nothing;</a>");
	refuse("<a>\xff</a>");
	refuse("<34>Oct 11 22:14:15 web1 su: x");
}

Test(record_xml, takes_a_document_type_and_nothing_that_one_declares)
{
	expect("<!DOCTYPE a PUBLIC \"-//x//y\" \"file:///etc/passwd\"><a>x</a>",
	    "{\"a\":\"x\"}");
	refuse("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>");
	refuse("<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>"
	       "<a>&e;</a>");
	refuse("<!DOCTYPE a [<!ENTITY % p SYSTEM \"http://127.0.0.1/\"> %p;]>"
	       "<a/>");
	refuse("<!DOCTYPE l [<!ENTITY l0 \"lol\"><!ENTITY l1 \"&l0;&l0;&l0;\">"
	       "<!ENTITY l2 \"&l1;&l1;&l1;\"><!ENTITY l3 \"&l2;&l2;&l2;\">]>"
	       "<l>&l3;</l>");
	cr_assert_str_eq(why, "declarations of its own, which are refused");
	/* An entity that only what is outside could declare is left out. */
	expect("<!DOCTYPE a SYSTEM \"x.dtd\"><a>1&e;2</a>", "{\"a\":\"12\"}");
}

static cJSON *
nested(size_t depth)
{
	char text[RECORD_XML_DEPTH_MAX * 8 + 16] = "";

	for (size_t i = 0; i < depth; i++)
		(void)strcat(text, "<a>");
	for (size_t i = 0; i < depth; i++)
		(void)strcat(text, "</a>");
	return read_text(text);
}

Test(record_xml, is_32_elements_deep_and_no_deeper)
{
	cJSON *tree = nested(RECORD_XML_DEPTH_MAX);

	cr_assert_not_null(tree);
	cJSON_Delete(tree);
	cr_assert_null(nested(RECORD_XML_DEPTH_MAX + 1));
	cr_assert_not_null(strstr(why, "too deep"), "%s", why);
}

/* Of count nodes: the root, one attribute, elements. */
static cJSON *
wide(size_t count)
{
	char *text = malloc(count * 4 + 32);
	size_t n = (size_t)sprintf(text, "<a k=\"1\">");
	cJSON *tree;

	for (size_t i = 2; i < count; i++)
		n += (size_t)sprintf(text + n, "<b/>");
	n += (size_t)sprintf(text + n, "</a>");
	tree = record_xml(text, n, &why);
	free(text);
	return tree;
}

Test(record_xml, has_65536_nodes_and_no_more)
{
	cJSON *tree = wide(RECORD_XML_NODES_MAX);

	cr_assert_not_null(tree);
	cr_assert_eq(cJSON_GetArraySize(tree->child->child->next), 65534);
	cJSON_Delete(tree);
	cr_assert_null(wide(RECORD_XML_NODES_MAX + 1));
	cr_assert_not_null(strstr(why, "too many elements"), "%s", why);
}

Test(record_xml, leaves_out_names_beyond_512_and_names_too_long)
{
	char *text = malloc(65536);
	char name[RECORD_NAME_BYTES_MAX + 2];
	size_t n = (size_t)sprintf(text, "<a>");
	cJSON *tree;

	for (int i = 0; i <= RECORD_MEMBERS_MAX; i++)
		n += (size_t)sprintf(text + n, "<b%d>x</b%d>", i, i);
	(void)sprintf(text + n, "</a>");
	tree = read_text(text);
	cr_assert_eq(cJSON_GetArraySize(tree->child), RECORD_MEMBERS_MAX);
	cJSON_Delete(tree);
	memset(name, 'n', sizeof(name));
	name[RECORD_NAME_BYTES_MAX + 1] = '\0';
	(void)sprintf(text, "<a><%s/><%s %s=\"1\" k=\"2\"/></a>", name + 1,
	    name + 1, name);
	tree = read_text(text);
	cr_assert_eq(cJSON_GetArraySize(tree->child), 1);
	cr_assert_eq(cJSON_GetArraySize(tree->child->child->child->next), 1);
	cJSON_Delete(tree);
	(void)sprintf(text, "<a><%s/></a>", name);
	tree = read_text(text);
	cr_assert_eq(cJSON_GetArraySize(tree->child), 0);
	cJSON_Delete(tree);
	free(text);
}
