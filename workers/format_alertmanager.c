/*
 * The webhook of Prometheus's Alertmanager, version 4, and single alerts as
 * Prometheus sends and both list them.
 */
#include "workers/normal.h"
#include "workers/path.h"
#include "workers/severity.h"

#include <string.h>

static const struct format_row rows[] = {
    {NORMAL_title, FORMAT_PART, "annotations.summary"},
    {NORMAL_title, FORMAT_OUTER, "commonAnnotations.summary"},
    {NORMAL_title, FORMAT_PART, "annotations.title"},
    {NORMAL_title, FORMAT_OUTER, "commonAnnotations.title"},
    {NORMAL_title, FORMAT_PART, "labels.alertname"},
    {NORMAL_title, FORMAT_OUTER, "commonLabels.alertname"},
    {NORMAL_title, FORMAT_OUTER, "groupLabels.alertname"},
    {NORMAL_description, FORMAT_PART, "annotations.description"},
    {NORMAL_description, FORMAT_PART, "annotations.message"},
    {NORMAL_description, FORMAT_OUTER, "commonAnnotations.description"},
    {NORMAL_description, FORMAT_OUTER, "commonAnnotations.message"},
    {NORMAL_severity, FORMAT_PART, "labels.severity"},
    {NORMAL_severity, FORMAT_OUTER, "commonLabels.severity"},
    {NORMAL_severity, FORMAT_PART, "annotations.severity"},
    {NORMAL_severity, FORMAT_PART, "labels.priority"},
    {NORMAL_severity, FORMAT_PART, "labels.level"},
    {NORMAL_time, FORMAT_PART, "startsAt"},
    {NORMAL_time, FORMAT_PART, "activeAt"},
    {NORMAL_rule_id, FORMAT_PART, "labels.alertname"},
    {NORMAL_rule_id, FORMAT_OUTER, "commonLabels.alertname"},
    {NORMAL_rule_id, FORMAT_OUTER, "groupLabels.alertname"},
    {NORMAL_host, FORMAT_PART, "labels.instance"},
    {NORMAL_host, FORMAT_PART, "labels.host"},
    {NORMAL_host, FORMAT_PART, "labels.hostname"},
    {NORMAL_host, FORMAT_PART, "labels.node"},
    {NORMAL_host, FORMAT_PART, "labels.nodename"},
    {NORMAL_host, FORMAT_OUTER, "commonLabels.instance"},
    {NORMAL_host, FORMAT_OUTER, "commonLabels.host"},
    {NORMAL_host, FORMAT_OUTER, "commonLabels.hostname"},
    {NORMAL_host, FORMAT_OUTER, "commonLabels.node"},
    {NORMAL_user, FORMAT_PART, "labels.user"},
    {NORMAL_url_domain, FORMAT_PART, "generatorURL"},
    {NORMAL_url_domain, FORMAT_OUTER, "externalURL"},
    {NORMAL_mitre, FORMAT_PART, "labels.mitre_technique"},
    {NORMAL_mitre, FORMAT_PART, "labels.technique"},
    {NORMAL_dedup, FORMAT_PART, "fingerprint"},
    {NORMAL_dedup, FORMAT_OUTER, "groupKey"},
    {NORMAL_status, FORMAT_PART, "status"},
    {NORMAL_status, FORMAT_OUTER, "status"},
    {NORMAL_status, FORMAT_PART, "state"},
    {NORMAL_class, FORMAT_PART, "labels.classification"},
    {0, FORMAT_PART, NULL},
};

/* Not the generator's URL: it is the monitoring's own, in every alert. */
static const struct format_mark marks[] = {
    {MARK_host, "labels.instance"},
    {MARK_host, "labels.host"},
    {MARK_host, "labels.hostname"},
    {MARK_host, "labels.node"},
    {MARK_host, "labels.nodename"},
    {MARK_user, "labels.user"},
    {MARK_text, "annotations.summary"},
    {MARK_text, "annotations.title"},
    {MARK_text, "annotations.description"},
    {MARK_text, "annotations.message"},
    {MARK_text, NULL},
};

static const char *const techniques[] = {
    "labels.mitre_technique", "labels.technique", NULL};

static const char *const groups[] = {
    "labels.category", "labels.alertname", NULL};

/* What names the thing that is ill, not how ill it is. */
static const struct format_print prints[] = {
    {NORMAL_rule_id, NORMAL_title, NULL, false},
    {NORMAL_NONE, NORMAL_NONE, "labels.cluster", false},
    {NORMAL_NONE, NORMAL_NONE, "labels.namespace", false},
    {NORMAL_NONE, NORMAL_NONE, "labels.service", false},
    {NORMAL_NONE, NORMAL_NONE, "labels.job", false},
    {NORMAL_host, NORMAL_NONE, NULL, false},
    {NORMAL_NONE, NORMAL_NONE, NULL, true},
};

/* A name, and since when or in which state. */
static bool
is_single(const cJSON *object)
{
	static const char *const beside[] = {"startsAt", "activeAt", "state"};

	if (!cJSON_IsString(path_find(object, "labels.alertname")))
		return false;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (cJSON_IsString(path_find(object, beside[i])))
			return true;
	return false;
}

static bool
is_alertmanager(const cJSON *object, const char **why, const char **what)
{
	const cJSON *version = path_find(object, "version");
	const cJSON *alert;
	const cJSON *alerts = path_find(object, "alerts");

	*what = NULL;
	*why = "no alerts[]";
	if (alerts == NULL)
		return is_single(object);
	if (!cJSON_IsArray(alerts))
		return false;
	*why = "its version is not \"4\"";
	if (!cJSON_IsString(version) || strcmp(version->valuestring, "4") != 0)
		return false;
	*why = "an entry of alerts[] has no labels";
	cJSON_ArrayForEach (alert, alerts)
		if (!cJSON_IsObject(path_find(alert, "labels")))
			return false;
	*why = "alerts[] is empty";
	return alerts->child != NULL;
}

const struct format format_alertmanager = {
    .name = "alertmanager",
    .is = is_alertmanager,
    .alerts = "alerts",
    .left_out = "truncatedAlerts",
    .rows = rows,
    .marks = marks,
    .techniques = techniques,
    .groups = groups,
    .scale = &severity_words,
    .prints = prints,
    .external = "fingerprint",
    .external_all = "labels",
};
