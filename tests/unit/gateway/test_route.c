#include "gateway/route.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static char segment[LIMIT_NAME_BYTES_MAX + 1];

Test(route_matches, takes_one_segment_for_the_braces)
{
	cr_expect(route_matches("/v1/alerts/{}", "/v1/alerts/a-b.c", segment));
	cr_expect_str_eq(segment, "a-b.c");
	cr_expect(route_matches("/v1/{}/x", "/v1/y/x", segment));
	cr_expect_str_eq(segment, "y");
	cr_expect(route_matches("/healthz", "/healthz", segment));
	cr_expect_str_eq(segment, "");
	cr_expect_not(route_matches("/healthz", "/healthz/", segment));
	cr_expect_not(route_matches("/healthz", "/health", segment));
	cr_expect_not(route_matches("/v1/alerts/{}", "/v1/alerts/", segment));
	cr_expect_not(route_matches("/v1/alerts/{}", "/v1/alerts/a/", segment));
	cr_expect_not(route_matches("/v1/alerts/{}", "/v1/alerts", segment));
	cr_expect_not(route_matches("/v1/{}/x", "/v1/y/z", segment));
	cr_expect_not(route_matches("/v1/{}", "", segment));
}

Test(route_matches, takes_no_longer_name_than_there_are)
{
	char path[LIMIT_NAME_BYTES_MAX + 8];

	(void)snprintf(path, sizeof(path), "/%0*d", LIMIT_NAME_BYTES_MAX, 0);
	cr_expect(route_matches("/{}", path, segment));
	(void)snprintf(
	    path, sizeof(path), "/%0*d", LIMIT_NAME_BYTES_MAX + 1, 0);
	cr_expect_not(route_matches("/{}", path, segment));
}

Test(route_find, tells_an_unknown_address_from_another_method)
{
	bool known;

	cr_expect_not_null(
	    route_find("POST", "/v1/alerts/wazuh", segment, &known));
	cr_expect_str_eq(segment, "wazuh");
	cr_expect_not_null(
	    route_find("GET", "/v1/alerts/ALR-1", segment, &known));
	cr_expect_not_null(route_find("HEAD", "/healthz", segment, &known));
	cr_expect_null(route_find("PUT", "/healthz", segment, &known));
	cr_expect(known);
	cr_expect_null(route_find("GET", "/nothing", segment, &known));
	cr_expect_not(known);
}
