/*
 * Wazuh alerts: as the manager writes them (alerts.json, integrations), or as
 * its indexer answers them, under _source.
 */
#include "workers/normal.h"
#include "workers/path.h"
#include "workers/severity.h"

static const struct format_row rows[] = {
    {NORMAL_title, FORMAT_PART, "rule.description"},
    {NORMAL_description, FORMAT_PART, "full_log"},
    {NORMAL_description, FORMAT_PART, "data.win.system.message"},
    {NORMAL_severity, FORMAT_PART, "rule.level"},
    {NORMAL_time, FORMAT_PART, "timestamp"},
    {NORMAL_time, FORMAT_PART, "[\"@timestamp\"]"},
    {NORMAL_rule_id, FORMAT_PART, "rule.id"},
    {NORMAL_host, FORMAT_PART, "agent.name"},
    {NORMAL_host, FORMAT_PART, "predecoder.hostname"},
    {NORMAL_host, FORMAT_PART, "data.win.system.computer"},
    {NORMAL_host, FORMAT_PART, "agent.ip"},
    {NORMAL_host, FORMAT_PART, "manager.name"},
    {NORMAL_user, FORMAT_PART, "data.dstuser"},
    {NORMAL_user, FORMAT_PART, "data.srcuser"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.targetUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.TargetUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.user"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.User"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.subjectUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.SubjectUserName"},
    {NORMAL_user, FORMAT_PART, "data.office365.UserId"},
    {NORMAL_user, FORMAT_PART, "data.aws.userIdentity.userName"},
    {NORMAL_user, FORMAT_PART, "data.user"},
    {NORMAL_user, FORMAT_PART, "syscheck.uname_after"},
    {NORMAL_src_ip, FORMAT_PART, "data.srcip"},
    {NORMAL_src_ip, FORMAT_PART, "data.src_ip"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.sourceIp"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.SourceIp"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.ipAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.IpAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.aws.sourceIPAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.office365.ClientIP"},
    {NORMAL_dst_ip, FORMAT_PART, "data.dstip"},
    {NORMAL_dst_ip, FORMAT_PART, "data.dest_ip"},
    {NORMAL_dst_ip, FORMAT_PART, "data.win.eventdata.destinationIp"},
    {NORMAL_dst_ip, FORMAT_PART, "data.win.eventdata.DestinationIp"},
    {NORMAL_hash, FORMAT_PART, "syscheck.sha256_after"},
    {NORMAL_hash, FORMAT_PART, "syscheck.sha1_after"},
    {NORMAL_hash, FORMAT_PART, "syscheck.md5_after"},
    {NORMAL_hash, FORMAT_PART, "data.sha256"},
    {NORMAL_hash, FORMAT_PART, "data.virustotal.source.sha1"},
    {NORMAL_hash, FORMAT_PART, "data.virustotal.source.md5"},
    {NORMAL_url_domain, FORMAT_PART, "data.url"},
    {NORMAL_url_domain, FORMAT_PART, "data.hostname"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.queryName"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.destinationHostname"},
    {NORMAL_mitre, FORMAT_PART, "rule.mitre.id[*]"},
    {NORMAL_mitre, FORMAT_PART, "rule.mitre[*]"},
    {NORMAL_dedup, FORMAT_OUTER, "_id"},
    {NORMAL_dedup, FORMAT_PART, "id"},
    {0, FORMAT_PART, NULL},
};

static const struct format_mark marks[] = {
    {MARK_ip, "data.srcip"},
    {MARK_ip, "data.src_ip"},
    {MARK_ip, "data.dstip"},
    {MARK_ip, "data.dest_ip"},
    {MARK_ip, "data.win.eventdata.sourceIp"},
    {MARK_ip, "data.win.eventdata.SourceIp"},
    {MARK_ip, "data.win.eventdata.destinationIp"},
    {MARK_ip, "data.win.eventdata.DestinationIp"},
    {MARK_ip, "data.win.eventdata.ipAddress"},
    {MARK_ip, "data.win.eventdata.IpAddress"},
    {MARK_ip, "data.aws.sourceIPAddress"},
    {MARK_ip, "data.office365.ClientIP"},
    {MARK_host, "agent.name"},
    {MARK_host, "data.win.system.computer"},
    {MARK_host, "data.win.eventdata.destinationHostname"},
    {MARK_user, "data.dstuser"},
    {MARK_user, "data.srcuser"},
    {MARK_user, "data.win.eventdata.targetUserName"},
    {MARK_user, "data.win.eventdata.TargetUserName"},
    {MARK_user, "data.win.eventdata.user"},
    {MARK_user, "data.win.eventdata.User"},
    {MARK_user, "data.office365.UserId"},
    {MARK_user, "data.aws.userIdentity.userName"},
    {MARK_user, "syscheck.uname_after"},
    {MARK_hash, "syscheck.sha256_after"},
    {MARK_hash, "syscheck.sha1_after"},
    {MARK_hash, "syscheck.md5_after"},
    {MARK_hash, "data.sha256"},
    {MARK_hash, "data.virustotal.source.sha1"},
    {MARK_hash, "data.virustotal.source.md5"},
    {MARK_text, "data.win.eventdata.hashes"},
    {MARK_text, "data.win.eventdata.Hashes"},
    {MARK_url, "data.url"},
    {MARK_domain, "data.hostname"},
    {MARK_domain, "data.win.eventdata.queryName"},
    {MARK_domain, "data.win.eventdata.QueryName"},
    {MARK_text, "data.win.eventdata.queryResults"},
    {MARK_text, "data.win.eventdata.QueryResults"},
    {MARK_cve, "data.vulnerability.cve"},
    {MARK_text, "rule.description"},
    {MARK_text, "data.win.eventdata.commandLine"},
    {MARK_text, "data.win.eventdata.CommandLine"},
    {MARK_text, "data.win.eventdata.scriptBlockText"},
    {MARK_text, "full_log"},
    {MARK_text, NULL},
};

static const char *const techniques[] = {
    "rule.mitre.id[*]", "rule.mitre.id", "rule.mitre[*]", NULL};

static const char *const groups[] = {"rule.groups[*]", NULL};

static const struct format_print prints[] = {
    {NORMAL_rule_id, NORMAL_title, NULL, false},
    {NORMAL_host, NORMAL_NONE, NULL, false},
    {NORMAL_user, NORMAL_NONE, NULL, false},
    {NORMAL_NONE, NORMAL_NONE, NULL, true},
};

/*
 * A rule with an id is in many documents; Wazuh's has a level, or stands
 * beside the agent, the manager or the decoder that it came by.
 */
static bool
is_wazuh(const cJSON *object, const char **why, const char **what)
{
	static const char *const beside[] = {"agent", "manager", "decoder"};
	const cJSON *source = path_find(object, "_source");
	const cJSON *rule, *id;

	*what = NULL;
	*why = "no rule with an id";
	if (cJSON_IsObject(source))
		object = source;
	rule = path_find(object, "rule");
	id = path_find(rule, "id");
	if (!cJSON_IsObject(rule) ||
	    !(cJSON_IsString(id) || cJSON_IsNumber(id)))
		return false;
	if (path_find(rule, "level") != NULL)
		return true;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (cJSON_IsObject(path_find(object, beside[i])))
			return true;
	*why = "its rule has no level, and no agent stands beside it";
	return false;
}

const struct format format_wazuh = {
    .name = "wazuh",
    .is = is_wazuh,
    .inner = "_source",
    .rows = rows,
    .marks = marks,
    .techniques = techniques,
    .groups = groups,
    .scale = &severity_wazuh,
    .prints = prints,
};
