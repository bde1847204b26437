/*
 * Wazuh alerts: as the manager writes them (alerts.json, integrations), as its
 * indexer answers them, under _source, or as OSSEC wrote them before (a rule
 * with a sidid and a comment, what was decoded at the top).
 */
#include "workers/normal.h"
#include "workers/path.h"
#include "workers/severity.h"

static const struct format_row rows[] = {
    {NORMAL_title, FORMAT_PART, "rule.description"},
    {NORMAL_title, FORMAT_PART, "rule.comment"},
    {NORMAL_description, FORMAT_PART, "full_log"},
    {NORMAL_description, FORMAT_PART, "data.win.system.message"},
    {NORMAL_description, FORMAT_PART, "data.vulnerability.rationale"},
    {NORMAL_description, FORMAT_PART, "data.vulnerability.title"},
    {NORMAL_description, FORMAT_PART, "data.sca.check.description"},
    {NORMAL_description, FORMAT_PART, "data.sca.check.rationale"},
    {NORMAL_description, FORMAT_PART, "data.aws.description"},
    {NORMAL_description, FORMAT_PART, "data.win.eventdata.commandLine"},
    {NORMAL_description, FORMAT_PART, "data.win.eventdata.CommandLine"},
    {NORMAL_description, FORMAT_PART, "data.win.eventdata.image"},
    {NORMAL_description, FORMAT_PART, "data.win.eventdata.Image"},
    {NORMAL_description, FORMAT_PART, "data.audit.command"},
    {NORMAL_severity, FORMAT_PART, "rule.level"},
    {NORMAL_time, FORMAT_PART, "timestamp"},
    {NORMAL_time, FORMAT_PART, "[\"@timestamp\"]"},
    {NORMAL_time, FORMAT_PART, "TimeStamp"},
    {NORMAL_rule_id, FORMAT_PART, "rule.id"},
    {NORMAL_rule_id, FORMAT_PART, "rule.sidid"},
    {NORMAL_host, FORMAT_PART, "agent.name"},
    {NORMAL_host, FORMAT_PART, "predecoder.hostname"},
    {NORMAL_host, FORMAT_PART, "hostname"},
    {NORMAL_host, FORMAT_PART, "data.win.system.computer"},
    {NORMAL_host, FORMAT_PART, "agent.ip"},
    {NORMAL_host, FORMAT_PART, "manager.name"},
    {NORMAL_user, FORMAT_PART, "data.dstuser"},
    {NORMAL_user, FORMAT_PART, "data.srcuser"},
    {NORMAL_user, FORMAT_PART, "dstuser"},
    {NORMAL_user, FORMAT_PART, "srcuser"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.targetUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.TargetUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.user"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.User"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.subjectUserName"},
    {NORMAL_user, FORMAT_PART, "data.win.eventdata.SubjectUserName"},
    {NORMAL_user, FORMAT_PART, "data.office365.UserId"},
    {NORMAL_user, FORMAT_PART, "data.aws.userIdentity.userName"},
    {NORMAL_user, FORMAT_PART,
	"data.aws.userIdentity.sessionContext.sessionIssuer.userName"},
    {NORMAL_user, FORMAT_PART,
	"data.gcp.protoPayload.authenticationInfo.principalEmail"},
    {NORMAL_user, FORMAT_PART, "data.github.actor"},
    {NORMAL_user, FORMAT_PART, "data.user"},
    {NORMAL_user, FORMAT_PART, "syscheck.audit.user.name"},
    {NORMAL_user, FORMAT_PART, "syscheck.uname_after"},
    {NORMAL_src_ip, FORMAT_PART, "data.srcip"},
    {NORMAL_src_ip, FORMAT_PART, "data.src_ip"},
    {NORMAL_src_ip, FORMAT_PART, "srcip"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.sourceIp"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.SourceIp"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.ipAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.win.eventdata.IpAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.aws.sourceIPAddress"},
    {NORMAL_src_ip, FORMAT_PART, "data.aws.source_ip_address"},
    {NORMAL_src_ip, FORMAT_PART,
	"data.aws.service.action.networkConnectionAction.remoteIpDetails."
	"ipAddressV4"},
    {NORMAL_src_ip, FORMAT_PART, "data.office365.ClientIP"},
    {NORMAL_src_ip, FORMAT_PART, "data.office365.ActorIpAddress"},
    {NORMAL_src_ip, FORMAT_PART,
	"data.gcp.protoPayload.requestMetadata.callerIp"},
    {NORMAL_dst_ip, FORMAT_PART, "data.dstip"},
    {NORMAL_dst_ip, FORMAT_PART, "data.dest_ip"},
    {NORMAL_dst_ip, FORMAT_PART, "dstip"},
    {NORMAL_dst_ip, FORMAT_PART, "data.win.eventdata.destinationIp"},
    {NORMAL_dst_ip, FORMAT_PART, "data.win.eventdata.DestinationIp"},
    {NORMAL_hash, FORMAT_PART, "syscheck.sha256_after"},
    {NORMAL_hash, FORMAT_PART, "syscheck.sha1_after"},
    {NORMAL_hash, FORMAT_PART, "syscheck.md5_after"},
    {NORMAL_hash, FORMAT_PART, "data.sha256"},
    {NORMAL_hash, FORMAT_PART, "data.win.eventdata.hashes"},
    {NORMAL_hash, FORMAT_PART, "data.win.eventdata.Hashes"},
    {NORMAL_hash, FORMAT_PART, "SyscheckFile.sha256_after"},
    {NORMAL_hash, FORMAT_PART, "SyscheckFile.sha1_after"},
    {NORMAL_hash, FORMAT_PART, "SyscheckFile.md5_after"},
    {NORMAL_hash, FORMAT_PART, "data.fileinfo.sha256"},
    {NORMAL_hash, FORMAT_PART, "data.virustotal.source.sha1"},
    {NORMAL_hash, FORMAT_PART, "data.virustotal.source.md5"},
    {NORMAL_url_domain, FORMAT_PART, "data.url"},
    {NORMAL_url_domain, FORMAT_PART, "data.hostname"},
    {NORMAL_url_domain, FORMAT_PART, "data.http.hostname"},
    {NORMAL_url_domain, FORMAT_PART, "data.tls.sni"},
    {NORMAL_url_domain, FORMAT_PART, "data.dns.query[*].rrname"},
    {NORMAL_url_domain, FORMAT_PART, "data.dns.rrname"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.queryName"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.QueryName"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.destinationHostname"},
    {NORMAL_url_domain, FORMAT_PART, "data.win.eventdata.DestinationHostname"},
    {NORMAL_mitre, FORMAT_PART, "rule.mitre.id[*]"},
    {NORMAL_mitre, FORMAT_PART, "rule.mitre[*]"},
    {NORMAL_mitre, FORMAT_PART, "data.alert.metadata.mitre_technique_id[*]"},
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
    {MARK_ip, "data.aws.source_ip_address"},
    {MARK_ip, "data.aws.service.action.networkConnectionAction.remoteIpDetails."
	      "ipAddressV4"},
    {MARK_ip, "data.office365.ClientIP"},
    {MARK_ip, "data.office365.ActorIpAddress"},
    {MARK_ip, "data.gcp.protoPayload.requestMetadata.callerIp"},
    {MARK_ip, "srcip"},
    {MARK_ip, "dstip"},
    {MARK_host, "agent.name"},
    {MARK_host, "data.win.system.computer"},
    {MARK_host, "data.win.eventdata.destinationHostname"},
    {MARK_host, "data.win.eventdata.DestinationHostname"},
    {MARK_host, "hostname"},
    {MARK_user, "data.dstuser"},
    {MARK_user, "data.srcuser"},
    {MARK_user, "data.win.eventdata.targetUserName"},
    {MARK_user, "data.win.eventdata.TargetUserName"},
    {MARK_user, "data.win.eventdata.user"},
    {MARK_user, "data.win.eventdata.User"},
    {MARK_user, "data.win.eventdata.subjectUserName"},
    {MARK_user, "data.win.eventdata.SubjectUserName"},
    {MARK_user, "data.office365.UserId"},
    {MARK_user, "data.aws.userIdentity.userName"},
    {MARK_user, "data.aws.userIdentity.sessionContext.sessionIssuer.userName"},
    {MARK_user, "data.gcp.protoPayload.authenticationInfo.principalEmail"},
    {MARK_user, "data.github.actor"},
    {MARK_user, "data.user"},
    {MARK_user, "dstuser"},
    {MARK_user, "srcuser"},
    {MARK_user, "syscheck.audit.user.name"},
    {MARK_user, "syscheck.uname_after"},
    {MARK_hash, "syscheck.sha256_after"},
    {MARK_hash, "syscheck.sha1_after"},
    {MARK_hash, "syscheck.md5_after"},
    {MARK_hash, "data.sha256"},
    {MARK_hash, "SyscheckFile.sha256_after"},
    {MARK_hash, "SyscheckFile.sha1_after"},
    {MARK_hash, "SyscheckFile.md5_after"},
    {MARK_hash, "data.fileinfo.sha256"},
    {MARK_hash, "data.virustotal.source.sha1"},
    {MARK_hash, "data.virustotal.source.md5"},
    {MARK_text, "data.win.eventdata.hashes"},
    {MARK_text, "data.win.eventdata.Hashes"},
    {MARK_url, "data.url"},
    {MARK_domain, "data.hostname"},
    {MARK_domain, "data.http.hostname"},
    {MARK_domain, "data.tls.sni"},
    {MARK_domain, "data.dns.query[*].rrname"},
    {MARK_domain, "data.dns.rrname"},
    {MARK_domain, "data.win.eventdata.queryName"},
    {MARK_domain, "data.win.eventdata.QueryName"},
    {MARK_text, "data.win.eventdata.queryResults"},
    {MARK_text, "data.win.eventdata.QueryResults"},
    {MARK_cve, "data.vulnerability.cve"},
    {MARK_text, "rule.description"},
    {MARK_text, "rule.comment"},
    {MARK_text, "data.win.eventdata.commandLine"},
    {MARK_text, "data.win.eventdata.CommandLine"},
    {MARK_text, "data.win.eventdata.scriptBlockText"},
    {MARK_text, "data.win.eventdata.parentCommandLine"},
    {MARK_text, "data.win.eventdata.ParentCommandLine"},
    {MARK_text, "data.win.system.message"},
    {MARK_text, "data.aws.description"},
    {MARK_text, "data.alert.signature"},
    {MARK_text, "full_log"},
    {MARK_text, NULL},
};

static const char *const techniques[] = {"rule.mitre.id[*]", "rule.mitre.id",
    "rule.mitre[*]", "data.alert.metadata.mitre_technique_id[*]", NULL};

static const char *const groups[] = {
    "rule.groups[*]", "rule.groups", "rule.group", "data.alert.category", NULL};

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
	if (id == NULL)
		id = path_find(rule, "sidid");
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
