#include "workers/classify.h"

#include <stdlib.h>
#include <string.h>

/*
 * weight  1  a hint: the product or the protocol that it is about
 *         2  what somebody tried or looked for
 *         3  what was done
 *         4  what nobody does by mistake
 * Sorted by name, lower case.  Wazuh's groups, Suricata's categories, names of
 * widespread Prometheus alerts, then ATT&CK techniques.
 */
static const struct row {
	const char *name;
	enum rsit rsit;
	int weight;
} rows[] = {
    {"a client was using an unusual port", RSIT_other, 1},
    {"a network trojan was detected", RSIT_malicious_code, 3},
    {"a suspicious filename was detected", RSIT_malicious_code, 2},
    {"a suspicious string was detected", RSIT_intrusion_attempts, 1},
    {"a system call was detected", RSIT_intrusion_attempts, 1},
    {"access_denied", RSIT_intrusion_attempts, 1},
    {"account_changed", RSIT_information_content_security, 1},
    {"adduser", RSIT_information_content_security, 1},
    {"an attempted login using a suspicious username was detected",
	RSIT_intrusion_attempts, 2},
    {"attack", RSIT_intrusion_attempts, 2},
    {"attempted administrator privilege gain", RSIT_intrusion_attempts, 2},
    {"attempted denial of service", RSIT_availability, 2},
    {"attempted information leak", RSIT_information_gathering, 2},
    {"attempted user privilege gain", RSIT_intrusion_attempts, 2},
    {"authentication_failed", RSIT_intrusion_attempts, 2},
    {"authentication_failures", RSIT_intrusion_attempts, 3},
    {"crypto currency mining activity detected", RSIT_fraud, 3},
    {"ddos", RSIT_availability, 3},
    {"decode of an rpc query", RSIT_information_gathering, 1},
    {"denial of service", RSIT_availability, 3},
    {"detection of a denial of service attack", RSIT_availability, 3},
    {"detection of a network scan", RSIT_information_gathering, 2},
    {"device retrieving external ip address detected", RSIT_malicious_code, 1},
    {"dos", RSIT_availability, 3},
    {"executable code was detected", RSIT_intrusion_attempts, 2},
    {"exploit kit activity detected", RSIT_malicious_code, 3},
    {"exploit_attempt", RSIT_intrusion_attempts, 2},
    {"fim_registry", RSIT_information_content_security, 1},
    {"information leak", RSIT_information_content_security, 3},
    {"instancedown", RSIT_availability, 2},
    {"invalid_login", RSIT_intrusion_attempts, 2},
    {"kubenodenotready", RSIT_availability, 2},
    {"kubepodcrashlooping", RSIT_availability, 2},
    {"large scale information leak", RSIT_information_content_security, 4},
    {"login_denied", RSIT_intrusion_attempts, 2},
    {"malware", RSIT_malicious_code, 3},
    {"malware command and control activity detected", RSIT_malicious_code, 4},
    {"misc attack", RSIT_intrusion_attempts, 2},
    {"network_scan", RSIT_information_gathering, 2},
    {"nmap", RSIT_information_gathering, 2},
    {"nodedown", RSIT_availability, 2},
    {"nodefilesystemalmostoutofspace", RSIT_availability, 2},
    {"phishing", RSIT_fraud, 3},
    {"possible social engineering attempted", RSIT_fraud, 2},
    {"possibly unwanted program detected", RSIT_malicious_code, 2},
    {"potential corporate privacy violation", RSIT_information_content_security,
	1},
    {"recon", RSIT_information_gathering, 2},
    {"rootcheck", RSIT_vulnerable, 1},
    {"rootkit", RSIT_malicious_code, 4},
    {"sca", RSIT_vulnerable, 2},
    {"service_availability", RSIT_availability, 2},
    {"spam", RSIT_abusive_content, 2},
    {"sql_injection", RSIT_intrusion_attempts, 3},
    {"sqlinjection", RSIT_intrusion_attempts, 3},
    {"successful administrator privilege gain", RSIT_intrusions, 4},
    {"successful credential theft detected", RSIT_intrusions, 4},
    {"successful user privilege gain", RSIT_intrusions, 4},
    {"syscheck_entry_added", RSIT_information_content_security, 1},
    {"syscheck_entry_deleted", RSIT_information_content_security, 1},
    {"syscheck_entry_modified", RSIT_information_content_security, 1},
    {"system_error", RSIT_availability, 1},
    {"t1003", RSIT_intrusions, 3},
    {"t1021", RSIT_intrusions, 2},
    {"t1027", RSIT_malicious_code, 2},
    {"t1040", RSIT_information_gathering, 2},
    {"t1041", RSIT_information_content_security, 3},
    {"t1046", RSIT_information_gathering, 2},
    {"t1048", RSIT_information_content_security, 3},
    {"t1053", RSIT_intrusions, 2},
    {"t1055", RSIT_malicious_code, 3},
    {"t1059", RSIT_malicious_code, 2},
    {"t1068", RSIT_intrusions, 3},
    {"t1070", RSIT_intrusions, 2},
    {"t1071", RSIT_malicious_code, 3},
    {"t1078", RSIT_intrusions, 3},
    {"t1098", RSIT_intrusions, 2},
    {"t1105", RSIT_malicious_code, 2},
    {"t1110", RSIT_intrusion_attempts, 3},
    {"t1133", RSIT_intrusions, 2},
    {"t1136", RSIT_intrusions, 2},
    {"t1189", RSIT_malicious_code, 3},
    {"t1190", RSIT_intrusion_attempts, 3},
    {"t1195", RSIT_intrusions, 3},
    {"t1204", RSIT_malicious_code, 3},
    {"t1210", RSIT_intrusion_attempts, 3},
    {"t1485", RSIT_information_content_security, 4},
    {"t1486", RSIT_malicious_code, 4},
    {"t1489", RSIT_availability, 2},
    {"t1490", RSIT_malicious_code, 4},
    {"t1496", RSIT_fraud, 3},
    {"t1498", RSIT_availability, 3},
    {"t1499", RSIT_availability, 3},
    {"t1505", RSIT_intrusions, 3},
    {"t1530", RSIT_information_content_security, 2},
    {"t1543", RSIT_intrusions, 2},
    {"t1547", RSIT_intrusions, 2},
    {"t1548", RSIT_intrusions, 2},
    {"t1557", RSIT_information_gathering, 3},
    {"t1562", RSIT_intrusions, 2},
    {"t1565", RSIT_information_content_security, 3},
    {"t1566", RSIT_fraud, 3},
    {"t1567", RSIT_information_content_security, 3},
    {"t1569", RSIT_intrusions, 2},
    {"t1572", RSIT_malicious_code, 2},
    {"t1589", RSIT_information_gathering, 2},
    {"t1590", RSIT_information_gathering, 2},
    {"t1592", RSIT_information_gathering, 2},
    {"t1595", RSIT_information_gathering, 2},
    {"t1598", RSIT_information_gathering, 3},
    {"targetdown", RSIT_availability, 2},
    {"targeted malicious activity was detected", RSIT_intrusions, 3},
    {"test", RSIT_test, 4},
    {"trojan", RSIT_malicious_code, 3},
    {"unsuccessful user privilege gain", RSIT_intrusion_attempts, 2},
    {"virus", RSIT_malicious_code, 3},
    {"vulnerability-detector", RSIT_vulnerable, 3},
    {"watchdog", RSIT_test, 1},
    {"web application attack", RSIT_intrusion_attempts, 3},
    {"web_attack", RSIT_intrusion_attempts, 3},
    {"web_scan", RSIT_information_gathering, 2},
    {"win_authentication_failed", RSIT_intrusion_attempts, 2},
    {"xss", RSIT_intrusion_attempts, 3},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]), WEIGHT_SAID = 9 };

void
classify_init(struct classify *classify)
{
	classify->rsit = RSIT_unclassified;
	classify->weight = 0;
	classify->by = "";
	classify->name[0] = '\0';
}

bool
classify_sorted(void)
{
	for (size_t i = 1; i < ROWS; i++)
		if (strcmp(rows[i - 1].name, rows[i].name) >= 0)
			return false;
	return true;
}

static int
compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct row *)row)->name);
}

static void
weigh(struct classify *classify, const char *name, const char *by)
{
	const struct row *row =
	    bsearch(name, rows, ROWS, sizeof(rows[0]), compare);

	if (row == NULL || row->weight <= classify->weight)
		return;
	classify->rsit = row->rsit;
	classify->weight = row->weight;
	classify->by = by;
	memcpy(classify->name, name, strlen(name) + 1);
}

static bool
lower(const char *name, size_t len, char out[CLASSIFY_NAME_MAX + 1])
{
	if (len > CLASSIFY_NAME_MAX)
		return false;
	for (size_t i = 0; i < len; i++)
		out[i] = name[i] >= 'A' && name[i] <= 'Z'
			     ? (char)(name[i] - 'A' + 'a')
			     : name[i];
	out[len] = '\0';
	return true;
}

void
classify_group(struct classify *classify, const char *name, size_t len)
{
	char lowered[CLASSIFY_NAME_MAX + 1];

	if (lower(name, len, lowered))
		weigh(classify, lowered, "group");
}

void
classify_technique(struct classify *classify, const char *technique)
{
	char parent[sizeof("t1234")];

	if (strlen(technique) < sizeof(parent) - 1)
		return;
	memcpy(parent, technique, sizeof(parent) - 1);
	parent[sizeof(parent) - 1] = '\0';
	weigh(classify, parent, "technique");
}

bool
classify_said(struct classify *classify, const char *word, size_t len)
{
	char name[CLASSIFY_NAME_MAX + 1];
	int value;

	if (!lower(word, len, name))
		return false;
	for (char *p = name; *p != '\0'; p++)
		if (*p == '-' || *p == ' ')
			*p = '_';
	value = words_value(WORDS_RSIT, name);
	if (value < 0)
		return false;
	classify->rsit = (enum rsit)value;
	classify->weight = WEIGHT_SAID;
	classify->by = "source";
	memcpy(classify->name, name, strlen(name) + 1);
	return true;
}
