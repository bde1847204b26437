/* Suricata's EVE records of event_type alert. */
#include "workers/normal.h"
#include "workers/path.h"
#include "workers/severity.h"

#include <string.h>

static const struct format_row rows[] = {
    {NORMAL_title, FORMAT_PART, "alert.signature"},
    {NORMAL_description, FORMAT_PART, "alert.category"},
    {NORMAL_severity, FORMAT_PART, "alert.severity"},
    {NORMAL_time, FORMAT_PART, "timestamp"},
    {NORMAL_rule_id, FORMAT_PART, "alert.signature_id"},
    {NORMAL_host, FORMAT_PART, "host"},
    {NORMAL_host, FORMAT_PART, "in_iface"},
    {NORMAL_user, FORMAT_PART, "smb.ntlmssp.user"},
    {NORMAL_user, FORMAT_PART, "krb5.cname"},
    {NORMAL_src_ip, FORMAT_PART, "src_ip"},
    {NORMAL_dst_ip, FORMAT_PART, "dest_ip"},
    {NORMAL_hash, FORMAT_PART, "files[*].sha256"},
    {NORMAL_hash, FORMAT_PART, "fileinfo.sha256"},
    {NORMAL_hash, FORMAT_PART, "files[*].sha1"},
    {NORMAL_hash, FORMAT_PART, "files[*].md5"},
    {NORMAL_hash, FORMAT_PART, "fileinfo.sha1"},
    {NORMAL_hash, FORMAT_PART, "fileinfo.md5"},
    {NORMAL_url_domain, FORMAT_PART, "http.hostname"},
    {NORMAL_url_domain, FORMAT_PART, "tls.sni"},
    {NORMAL_url_domain, FORMAT_PART, "quic.sni"},
    {NORMAL_url_domain, FORMAT_PART, "dns.query[*].rrname"},
    {NORMAL_url_domain, FORMAT_PART, "dns.queries[*].rrname"},
    {NORMAL_url_domain, FORMAT_PART, "dns.rrname"},
    {NORMAL_mitre, FORMAT_PART, "alert.metadata.mitre_technique_id[*]"},
    {NORMAL_mitre, FORMAT_PART, "alert.metadata.mitre_technique_id"},
    {NORMAL_dedup, FORMAT_PART, "flow_id"},
    {0, FORMAT_PART, NULL},
};

static const struct format_mark marks[] = {
    {MARK_ip, "src_ip"},
    {MARK_ip, "dest_ip"},
    {MARK_ip, "xff"},
    {MARK_ip, "http.xff"},
    {MARK_ip, "dns.answers[*].rdata"},
    {MARK_ip, "dns.grouped.A[*]"},
    {MARK_ip, "dns.grouped.AAAA[*]"},
    {MARK_user, "smb.ntlmssp.user"},
    {MARK_user, "krb5.cname"},
    {MARK_domain, "http.hostname"},
    {MARK_domain, "tls.sni"},
    {MARK_domain, "quic.sni"},
    {MARK_domain, "dns.query[*].rrname"},
    {MARK_domain, "dns.queries[*].rrname"},
    {MARK_domain, "dns.rrname"},
    {MARK_url, "http.http_refer"},
    {MARK_hash, "files[*].sha256"},
    {MARK_hash, "files[*].sha1"},
    {MARK_hash, "files[*].md5"},
    {MARK_hash, "fileinfo.sha256"},
    {MARK_hash, "fileinfo.sha1"},
    {MARK_hash, "fileinfo.md5"},
    {MARK_email, "smtp.mail_from"},
    {MARK_email, "smtp.rcpt_to[*]"},
    {MARK_email, "email.from"},
    {MARK_email, "email.to[*]"},
    {MARK_text, "alert.metadata.cve[*]"},
    {MARK_text, "alert.signature"},
    {MARK_text, "http.url"},
    {MARK_text, "tls.subject"},
    {MARK_text, "email.url[*]"},
    {MARK_text, "payload_printable"},
    {MARK_text, NULL},
};

static const char *const techniques[] = {"alert.metadata.mitre_technique_id[*]",
    "alert.metadata.mitre_technique_id", NULL};

static const char *const groups[] = {"alert.category", NULL};

static const struct format_print prints[] = {
    {NORMAL_rule_id, NORMAL_title, NULL, false},
    {NORMAL_src_ip, NORMAL_NONE, NULL, false},
    {NORMAL_dst_ip, NORMAL_NONE, NULL, false},
    {NORMAL_NONE, NORMAL_NONE, NULL, true},
};

static bool
is_suricata(const cJSON *object, const char **why, const char **what)
{
	const cJSON *type = path_find(object, "event_type");
	const cJSON *alert = path_find(object, "alert");

	*what = NULL;
	*why = "no event_type";
	if (!cJSON_IsString(type))
		return false;
	if (strcmp(type->valuestring, "alert") != 0) {
		*why = "not an alert but of event_type";
		*what = type->valuestring;
		return false;
	}
	*why = "no alert with a signature";
	return cJSON_IsObject(alert) &&
	       (path_find(alert, "signature") != NULL ||
		   path_find(alert, "signature_id") != NULL);
}

/*
 * EVE's flow, dns, stats and the like: a sensor's file holds them all.  Each has
 * a member of the name of its type.
 */
static bool
is_other(const cJSON *object)
{
	const cJSON *type = path_find(object, "event_type");

	return cJSON_IsString(type) &&
	       strcmp(type->valuestring, "alert") != 0 &&
	       cJSON_IsObject(
		   cJSON_GetObjectItemCaseSensitive(object, type->valuestring));
}

const struct format format_suricata = {
    .name = "suricata",
    .is = is_suricata,
    .is_other = is_other,
    .rows = rows,
    .marks = marks,
    .techniques = techniques,
    .groups = groups,
    .scale = &severity_suricata,
    .prints = prints,
    .host_is_sensor = true,
};
