"""Variants of what known products send: kinds of events, versions, envelopes; and where an analyst would say that the fields lie.

In the shapes that the products' documents give them; the values are invented. (mapping, payload, {field: where it lies}).
"""
SHA = "6b" * 32
SHA1 = "6b" * 20
MD5 = "6b" * 16
T = "2026-03-04T05:06:07.000Z"
MS = 1772600767000
S = 1772600767


def wazuh(data=None, **more):
    return {"timestamp": "2026-03-04T05:06:07.123+0000", "rule": {"level": 9, "description": "Something odd", "id": "61603", "groups": ["x"],
                                                                  "mitre": {"id": ["T1110"], "tactic": ["Credential Access"]}},
            "agent": {"id": "004", "name": "web7", "ip": "192.0.2.7"}, "manager": {"name": "wm1"}, "id": "1772600767.99",
            "full_log": "raw line", "decoder": {"name": "x"}, "location": "/var/log/x", **({"data": data} if data else {}), **more}


BASIC = {"title": "rule.description", "severity": "rule.level", "time": "timestamp", "rule_id": "rule.id", "host": "agent.name",
         "mitre": "rule.mitre.id[0]", "dedup": "id"}


def guardduty(resource, action=None, **more):
    return {"schemaVersion": "2.0", "accountId": "111122223333", "region": "eu-west-1", "partition": "aws", "id": "gd-1",
            "arn": "arn:aws:guardduty:eu-west-1:1:detector/d/finding/gd-1", "type": "Recon:EC2/PortProbe", "severity": 5.3,
            "createdAt": "2026-03-04T05:00:00Z", "updatedAt": T, "title": "Probed", "description": "Was probed", "resource": resource,
            "service": {"serviceName": "guardduty", "detectorId": "d", "count": 1, "archived": False,
                        **({"action": action} if action else {})}, **more}


FINDING = {"title": "title", "severity": "severity", "time": "updatedAt", "rule_id": "type", "dedup": "id"}
REMOTE = {"remoteIpDetails": {"ipAddressV4": "203.0.113.9", "country": {"countryName": "X"}}}


def asff(**more):
    return {"SchemaVersion": "2018-10-08", "Id": "arn:aws:securityhub:f/1", "ProductArn": "arn:aws:securityhub:p", "GeneratorId": "gen/1",
            "AwsAccountId": "1", "Types": ["TTPs/Discovery"], "CreatedAt": "2026-03-04T05:00:00Z", "UpdatedAt": T,
            "Severity": {"Label": "HIGH", "Normalized": 70}, "Title": "Odd", "Description": "Odd things",
            "Resources": [{"Type": "AwsEc2Instance", "Id": "arn:aws:ec2:i-1"}], "RecordState": "ACTIVE", **more}


ASFF = {"title": "Title", "severity": "Severity.Label", "time": "UpdatedAt", "rule_id": "GeneratorId", "host": "Resources[0].Id", "dedup": "Id"}


def okta(**more):
    return {"actor": {"id": "00u", "type": "User", "alternateId": "ada@example.org", "displayName": "Ada"}, "client": {
        "ipAddress": "203.0.113.9", "device": "Computer", "userAgent": {"os": "Linux", "browser": "FIREFOX"}}, "eventType": "user.session.start",
        "displayMessage": "User login to Okta", "outcome": {"result": "FAILURE", "reason": "INVALID_CREDENTIALS"}, "published": T,
        "severity": "WARN", "uuid": "ok-1", "version": "0", "transaction": {"id": "t1"}, **more}


OKTA = {"title": "displayMessage", "severity": "severity", "time": "published", "rule_id": "eventType", "host": "client.device",
        "user": "actor.alternateId", "src_ip": "client.ipAddress", "dedup": "uuid"}


def scc(**more):
    return {"notificationConfigName": "organizations/1/notificationConfigs/x", "finding": {
        "name": "organizations/1/sources/2/findings/3", "parent": "organizations/1/sources/2", "resourceName": "//compute/vm-1",
        "state": "ACTIVE", "category": "Malware: Bad Domain", "eventTime": T, "createTime": T, "severity": "HIGH",
        "findingClass": "THREAT", **more}, "resource": {"name": "//compute/vm-1", "displayName": "vm-1"}}


SCC = {"title": "finding.category", "severity": "finding.severity", "time": "finding.eventTime", "host": "finding.resourceName",
       "dedup": "finding.name"}
GRAPH = {"id": "da-1", "providerAlertId": "pa-1", "incidentId": "28", "status": "new", "severity": "low", "title": "Odd process",
         "description": "x", "category": "DefenseEvasion", "mitreTechniques": ["T1055", "T1106"], "createdDateTime": T, "detectorId": "det-1",
         "serviceSource": "microsoftDefenderForEndpoint", "detectionSource": "antivirus", "evidence": [
             {"@odata.type": "#microsoft.graph.security.deviceEvidence", "deviceDnsName": "pc-9.lab", "lastIpAddress": "192.0.2.9"},
             {"@odata.type": "#microsoft.graph.security.userEvidence", "userAccount": {"accountName": "ada", "userPrincipalName":
                                                                                      "ada@example.org"}},
             {"@odata.type": "#microsoft.graph.security.fileEvidence", "fileDetails": {"sha256": SHA}},
             {"@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "203.0.113.9"}]}
GRAPHED = {"title": "title", "severity": "severity", "time": "createdDateTime", "host": "evidence[0].deviceDnsName",
           "user": "evidence[1].userAccount.userPrincipalName", "hash": "evidence[2].fileDetails.sha256", "mitre": "mitreTechniques[0]",
           "dedup": "id", "src_ip": "evidence[3].ipAddress"}


def falco(fields, **more):
    return {"uuid": "f-1", "output": "said", "priority": "Warning", "rule": "Odd shell", "time": T, "hostname": "n1", "source": "syscall",
            "tags": ["container", "T1059"], "output_fields": fields, **more}


FALCO = {"title": "rule", "severity": "priority", "time": "time", "rule_id": "rule", "host": "hostname", "mitre": "tags[1]"}


def ocsf(class_uid, **more):
    return {"class_uid": class_uid, "category_uid": 2, "activity_id": 1, "severity_id": 4, "severity": "High", "time": MS,
            "metadata": {"version": "1.1.0", "uid": "m-1", "product": {"name": "X"}}, **more}


def within(prefix, places):
    return {field: f"{prefix}{place}" for field, place in places.items()}


VARIANTS = [
    # Wazuh
    ("wazuh", wazuh({"srcip": "203.0.113.9", "srcport": "5511", "srcuser": "ada"}, predecoder={"hostname": "web7", "program_name": "sshd"}),
     {**BASIC, "src_ip": "data.srcip", "user": "data.srcuser"}),
    ("wazuh", wazuh({"srcuser": "ada", "dstuser": "root", "command": "/bin/su"}), {**BASIC, "user": "data.dstuser"}),
    ("wazuh", wazuh({"win": {"system": {"eventID": "4625", "computer": "PC9.lab", "providerName": "Microsoft-Windows-Security-Auditing"},
                             "eventdata": {"subjectUserName": "PC9$", "targetUserName": "ada", "ipAddress": "203.0.113.9"}}}),
     {**BASIC, "user": "data.win.eventdata.targetUserName", "src_ip": "data.win.eventdata.ipAddress"}),
    ("wazuh", wazuh({"win": {"system": {"eventID": "3"}, "eventdata": {
        "user": "LAB\\ada", "sourceIp": "192.0.2.9", "destinationIp": "198.51.100.4", "image": "C:\\x.exe"}}}),
     {**BASIC, "user": "data.win.eventdata.user", "src_ip": "data.win.eventdata.sourceIp", "dst_ip": "data.win.eventdata.destinationIp"}),
    ("wazuh", wazuh(syscheck={"path": "/etc/passwd", "mode": "realtime", "event": "modified", "sha1_after": SHA1, "md5_after": MD5,
                              "sha256_after": SHA, "uname_after": "root", "audit": {"user": {"name": "ada"}}}),
     {**BASIC, "hash": "syscheck.sha256_after", "user": "syscheck.audit.user.name"}),
    ("wazuh", wazuh(syscheck={"path": "/etc/x", "event": "deleted", "sha256_before": SHA, "uname_before": "root"}),
     {**BASIC, "hash": "syscheck.sha256_before", "user": "syscheck.uname_before"}),
    ("wazuh", wazuh({"vulnerability": {"cve": "CVE-2026-1", "severity": "High", "package": {"name": "openssl"}, "title": "CVE-2026-1 affects"}}),
     BASIC),
    ("wazuh", wazuh({"sca": {"type": "check", "check": {"id": "1", "title": "Ensure x", "result": "failed"}, "policy": "CIS"}}), BASIC),
    ("wazuh", wazuh({"integration": "aws", "aws": {"source": "cloudtrail", "eventName": "ConsoleLogin", "sourceIPAddress": "203.0.113.9",
                                                   "userIdentity": {"type": "IAMUser", "userName": "ada"}}}),
     {**BASIC, "src_ip": "data.aws.sourceIPAddress", "user": "data.aws.userIdentity.userName"}),
    ("wazuh", wazuh({"office365": {"Operation": "UserLoginFailed", "UserId": "ada@example.org", "ClientIP": "203.0.113.9"}}),
     {**BASIC, "src_ip": "data.office365.ClientIP", "user": "data.office365.UserId"}),
    ("wazuh", wazuh({"virustotal": {"found": "1", "malicious": "1", "source": {"file": "/x", "md5": MD5, "sha1": SHA1}}}),
     {**BASIC, "hash": "data.virustotal.source.sha1"}),
    ("wazuh", wazuh({"audit": {"type": "SYSCALL", "command": "cat", "auid": "1000", "exe": "/bin/cat", "euid": "0"}}), BASIC),
    ("wazuh", wazuh({"docker": {"Action": "exec", "Actor": {"Attributes": {"name": "web"}}}}), BASIC),
    ("wazuh", wazuh({"github": {"action": "repo.destroy", "actor": "ada", "actor_ip": "203.0.113.9"}}),
     {**BASIC, "user": "data.github.actor", "src_ip": "data.github.actor_ip"}),
    ("wazuh", wazuh({"event_type": "alert", "src_ip": "203.0.113.9", "dest_ip": "192.0.2.8", "alert": {"signature": "S"}}),
     {**BASIC, "src_ip": "data.src_ip", "dst_ip": "data.dest_ip"}),
    ("wazuh", {"_index": "wazuh-alerts-4.x", "_id": "doc-1", "_source": wazuh({"srcip": "203.0.113.9"})},
     {**within("_source.", {k: v for k, v in BASIC.items() if k != "dedup"}), "dedup": "_id", "src_ip": "_source.data.srcip"}),
    ("wazuh", wazuh({"gcp": {"protoPayload": {"authenticationInfo": {"principalEmail": "ada@example.org"}, "requestMetadata": {
        "callerIp": "203.0.113.9"}}}}), {**BASIC, "user": "data.gcp.protoPayload.authenticationInfo.principalEmail"}),
    ("wazuh", wazuh({"id": "200", "srcip": "203.0.113.9", "url": "/x.php", "protocol": "GET"}), {**BASIC, "src_ip": "data.srcip"}),
    # Suricata
    ("suricata", {"timestamp": "2026-03-04T05:06:07.1+0000", "flow_id": 1772600767123456, "in_iface": "eth0", "event_type": "alert",
                  "src_ip": "192.0.2.9", "src_port": 5511, "dest_ip": "198.51.100.4", "dest_port": 445, "proto": "TCP", "community_id": "1:x",
                  "alert": {"action": "allowed", "gid": 1, "signature_id": 2024218, "rev": 2, "signature": "ET EXPLOIT x", "category": "c",
                            "severity": 1, "metadata": {"mitre_technique_id": ["T1210"]}},
                  "smb": {"ntlmssp": {"user": "ada", "host": "PC9"}}, "app_proto": "smb"},
     {"title": "alert.signature", "severity": "alert.severity", "time": "timestamp", "rule_id": "alert.signature_id", "host": "in_iface",
      "user": "smb.ntlmssp.user", "src_ip": "src_ip", "dst_ip": "dest_ip", "mitre": "alert.metadata.mitre_technique_id[0]",
      "dedup": "flow_id"}),
    ("suricata", {"timestamp": T, "flow_id": 9, "host": "ids1", "event_type": "alert", "src_ip": "192.0.2.9", "dest_ip": "198.51.100.4",
                  "alert": {"signature_id": 7, "signature": "File", "severity": 2}, "files": [{"filename": "x", "sha256": SHA, "md5": MD5}]},
     {"title": "alert.signature", "host": "host", "hash": "files[0].sha256", "rule_id": "alert.signature_id"}),
    # Elastic
    ("elastic", {"@timestamp": T, "kibana": {"alert": {"uuid": "ka-1", "severity": "medium", "risk_score": 47, "reason": "because",
                                                       "rule": {"name": "Odd", "uuid": "kr-1", "rule_id": "static-1", "threat": [
                                                           {"technique": [{"id": "T1059", "subtechnique": [{"id": "T1059.001"}]}]}]},
                                                       "original_time": T, "status": "active"}},
                 "host": {"name": "pc-9", "ip": ["192.0.2.9"]}, "user": {"name": "ada"}, "process": {"hash": {"sha256": SHA}}},
     {"title": "kibana.alert.rule.name", "severity": "kibana.alert.severity", "time": "kibana.alert.original_time",
      "rule_id": "kibana.alert.rule.uuid", "host": "host.name", "user": "user.name", "hash": "process.hash.sha256",
      "mitre": "kibana.alert.rule.threat[0].technique[0].id", "dedup": "kibana.alert.uuid"}),
    ("elastic", {"_id": "sig-1", "_index": ".siem-signals", "_source": {"@timestamp": T, "signal": {
        "rule": {"id": "sr-1", "name": "Old", "severity": "high", "risk_score": 73, "threat": [{"technique": [{"id": "T1078"}]}]},
        "status": "open"}, "host": {"name": "pc-9"}, "source": {"ip": "192.0.2.9"}}},
     {"title": "_source.signal.rule.name", "severity": "_source.signal.rule.severity", "time": "_source.@timestamp",
      "rule_id": "_source.signal.rule.id", "host": "_source.host.name", "src_ip": "_source.source.ip",
      "mitre": "_source.signal.rule.threat[0].technique[0].id", "dedup": "_id"}),
    ("elastic", {"@timestamp": T, "event": {"kind": "alert", "code": "malicious_file", "id": "ev-1", "severity": 73, "action": "execution",
                                            "module": "endpoint"}, "message": "Malware Detection Alert",
                 "rule": {"name": "Windows.Trojan", "id": "er-1"},
                 "host": {"name": "pc-9"}, "user": {"name": "ada"}, "file": {"hash": {"sha256": SHA}}, "threat": {
                     "technique": {"id": ["T1204"]}}},
     {"title": "rule.name", "severity": "event.severity", "time": "@timestamp", "rule_id": "rule.id", "host": "host.name",
      "user": "user.name", "hash": "file.hash.sha256", "mitre": "threat.technique.id[0]", "dedup": "event.id"}),
    ("elastic", {"rule": {"id": "kr-1", "name": "Disk", "type": ".es-query", "spaceId": "default"}, "alert": {"id": "db3", "uuid": "ka-2"},
                 "date": T, "context": {"title": "rule matched", "reason": "95 %", "hits": [], "severity": "high"}, "kibanaBaseUrl": "x"},
     {"title": "rule.name", "rule_id": "rule.id", "time": "date", "severity": "context.severity", "dedup": "alert.uuid"}),
    ("elastic", {"context": {"rule": {"name": "Odd", "id": "kr-1", "severity": "high"}, "alerts": [{
        "@timestamp": T, "kibana.alert.uuid": "ka-3", "host": {"name": "pc-9"}, "user": {"name": "ada"}}]}, "state": {"signals_count": 1}},
     {"title": "context.rule.name", "severity": "context.rule.severity", "time": "context.alerts[0].@timestamp",
      "rule_id": "context.rule.id", "host": "context.alerts[0].host.name", "user": "context.alerts[0].user.name",
      "dedup": 'context.alerts[0]["kibana.alert.uuid"]'}),
    # Winlogbeat, Sysmon
    ("winlogbeat", {"@timestamp": T, "event": {"code": "4625", "action": "logon-failed", "provider": "Microsoft-Windows-Security-Auditing"},
                    "winlog": {"channel": "Security", "event_id": "4625", "record_id": "77", "computer_name": "PC9.lab",
                               "event_data": {"TargetUserName": "ada", "IpAddress": "203.0.113.9", "SubjectUserName": "-"}},
                    "host": {"name": "PC9"}, "log": {"level": "information"}, "message": "An account failed to log on."},
     {"title": "event.action", "severity": "log.level", "time": "@timestamp", "rule_id": "winlog.event_id", "host": "winlog.computer_name",
      "user": "winlog.event_data.TargetUserName", "src_ip": "winlog.event_data.IpAddress", "dedup": "winlog.record_id"}),
    ("winlogbeat", {"@timestamp": T, "winlog": {"channel": "Microsoft-Windows-Sysmon/Operational", "event_id": 3, "computer_name": "PC9",
                                                "event_data": {"RuleName": "technique_id=T1071,technique_name=x", "User": "LAB\\ada",
                                                               "SourceIp": "192.0.2.9", "DestinationIp": "198.51.100.4"}}},
     {"rule_id": "winlog.event_id", "user": "winlog.event_data.User", "src_ip": "winlog.event_data.SourceIp",
      "dst_ip": "winlog.event_data.DestinationIp", "host": "winlog.computer_name"}),
    # Alertmanager, Prometheus, Grafana
    ("alertmanager", {"version": "4", "groupKey": "{}:{alertname=\"Disk\"}", "status": "firing", "receiver": "r", "groupLabels": {
        "alertname": "Disk"}, "commonLabels": {"alertname": "Disk", "severity": "warning"}, "commonAnnotations": {}, "externalURL": "x",
        "alerts": [{"status": "firing", "labels": {"alertname": "Disk", "severity": "warning", "instance": "db3:9100"}, "annotations": {
            "description": "95 %"}, "startsAt": T, "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "x", "fingerprint": "fp1"}]},
     {"title": "commonLabels.alertname", "severity": "commonLabels.severity", "time": "alerts[0].startsAt",
      "rule_id": "commonLabels.alertname", "host": "alerts[0].labels.instance", "dedup": "alerts[0].fingerprint"}),
    ("alertmanager", {"labels": {"alertname": "Pod", "pod": "web-1", "namespace": "shop"}, "annotations": {"summary": "Pod is down"},
                      "startsAt": T, "fingerprint": "fp2", "status": {"state": "active"}},
     {"title": "annotations.summary", "time": "startsAt", "rule_id": "labels.alertname", "host": "labels.pod", "dedup": "fingerprint"}),
    ("grafana", {"receiver": "r", "status": "firing", "orgId": 1, "title": "[FIRING:1] CPU", "state": "alerting", "message": "m",
                 "groupKey": "k", "groupLabels": {}, "commonLabels": {"alertname": "CPU", "severity": "critical"}, "alerts": [
                     {"status": "firing", "labels": {"alertname": "CPU", "severity": "critical", "host": "db3"}, "startsAt": T,
                      "fingerprint": "g1", "silenceURL": "x", "valueString": "x"}]},
     {"title": "title", "severity": "alerts[0].labels.severity", "time": "alerts[0].startsAt", "rule_id": "commonLabels.alertname",
      "host": "alerts[0].labels.host", "dedup": "alerts[0].fingerprint"}),
    ("grafana-legacy", {"dashboardId": 1, "evalMatches": [{"value": 100, "metric": "High", "tags": {"host": "db3"}}], "orgId": 1,
                        "ruleId": 9, "ruleName": "CPU", "ruleUrl": "x", "state": "alerting", "tags": {}, "title": "[Alerting] CPU"},
     {"title": "title", "severity": "state", "rule_id": "ruleId", "dedup": "ruleId", "host": "evalMatches[0].tags.host"}),
    # Splunk
    ("splunk", {"sid": "s1", "search_name": "Brute", "app": "search", "owner": "admin", "results_link": "http://s", "result": {
        "_time": "1772600767", "src_ip": "203.0.113.9", "dest_ip": "192.0.2.8", "dest": "web7", "user": "ada", "severity": "high", "count": "7"}},
     {"title": "search_name", "severity": "result.severity", "time": "result._time", "rule_id": "search_name", "host": "result.dest",
      "user": "result.user", "src_ip": "result.src_ip", "dst_ip": "result.dest_ip", "dedup": "sid"}),
    ("splunk", {"sid": "s2", "search_name": "Access - Brute Force - Rule", "result": {
        "event_id": "n@@1", "rule_name": "Brute Force", "rule_title": "Brute force by ada", "urgency": "critical", "security_domain": "access",
        "src": "203.0.113.9", "dest": "web7", "user": "ada", "_time": "1772600767",
        "annotations.mitre_attack.mitre_technique_id": "T1110"}},
     {"title": "search_name", "severity": "result.urgency", "host": "result.dest", "user": "result.user", "src_ip": "result.src",
      "mitre": 'result["annotations.mitre_attack.mitre_technique_id"]', "dedup": "sid"}),
    ("splunk", {"event_id": "n@@2", "rule_name": "Brute Force", "rule_title": "Brute force by ada", "urgency": "high", "security_domain":
                "access", "src": "203.0.113.9", "dest": "web7", "user": "ada", "_time": "1772600767", "status_label": "New"},
     {"title": "rule_title", "severity": "urgency", "time": "_time", "rule_id": "rule_name", "host": "dest", "user": "user", "src_ip": "src",
      "dedup": "event_id"}),
    # Sentinel
    ("sentinel", {"eventUniqueId": "x", "objectSchemaType": "Incident", "objectEventType": "Create", "object": {
        "id": "/subscriptions/1/x", "name": "in-1", "type": "Microsoft.SecurityInsights/Incidents", "properties": {
            "title": "Odd", "severity": "High", "status": "New", "incidentNumber": 88, "createdTimeUtc": T, "relatedAnalyticRuleIds": ["/rules/1"],
            "additionalData": {"techniques": ["T1078"], "tactics": ["x"]}, "relatedEntities": [
                {"kind": "Account", "properties": {"accountName": "ada"}}, {"kind": "Ip", "properties": {"address": "203.0.113.9"}},
                {"kind": "Host", "properties": {"hostName": "pc-9"}}]}}},
     within("object.properties.", {"title": "title", "severity": "severity", "time": "createdTimeUtc", "rule_id": "relatedAnalyticRuleIds[0]",
                                   "user": "relatedEntities[0].properties.accountName", "src_ip": "relatedEntities[1].properties.address",
                                   "host": "relatedEntities[2].properties.hostName", "mitre": "additionalData.techniques[0]",
                                   "dedup": "incidentNumber"})),
    ("sentinel", {"TenantId": "t", "TimeGenerated": T, "IncidentName": "g-1", "Title": "Odd", "Severity": "Low", "Status": "New",
                  "CreatedTime": T, "IncidentNumber": 5, "RelatedAnalyticRuleIds": ["r-1"], "Type": "SecurityIncident",
                  "AdditionalData": {"techniques": ["T1078"]}},
     {"title": "Title", "severity": "Severity", "time": "CreatedTime", "rule_id": "RelatedAnalyticRuleIds[0]", "dedup": "IncidentNumber"}),
    ("sentinel-alert", {"TimeGenerated": T, "DisplayName": "Odd", "AlertName": "Odd", "AlertSeverity": "Medium", "Description": "d",
                        "SystemAlertId": "sa-1", "AlertType": "rule_guid", "CompromisedEntity": "pc-9", "Tactics": "CredentialAccess",
                        "Techniques": '["T1110"]', "Type": "SecurityAlert", "ProviderName": "ASI Scheduled Alerts"},
     {"title": "AlertName", "severity": "AlertSeverity", "time": "TimeGenerated", "rule_id": "AlertType", "host": "CompromisedEntity",
      "dedup": "SystemAlertId"}),
    ("sentinel-alert", {"id": "/subscriptions/1/alerts/x", "type": "Microsoft.Security/Locations/alerts", "properties": {
        "systemAlertId": "mc-1", "alertDisplayName": "Odd login", "alertType": "VM_LoginBruteForce", "severity": "High", "status": "Active",
        "timeGeneratedUtc": T, "compromisedEntity": "vm-1", "entities": [{"type": "ip", "address": "203.0.113.9"}]}},
     within("properties.", {"title": "alertDisplayName", "severity": "severity", "time": "timeGeneratedUtc", "rule_id": "alertType",
                            "host": "compromisedEntity", "src_ip": "entities[0].address", "dedup": "systemAlertId"})),
    ("sentinel-alert", {"VendorName": "Microsoft", "AlertType": "SUSPECT", "StartTimeUtc": T, "ProviderName": "MDC", "Severity": "High",
                        "AlertDisplayName": "Odd", "SystemAlertId": "mc-2", "CompromisedEntity": "vm-1", "Entities": [
                            {"$id": "1", "HostName": "vm-1", "Type": "host"}, {"Name": "ada", "Type": "account"}]},
     {"title": "AlertDisplayName", "severity": "Severity", "time": "StartTimeUtc", "host": "CompromisedEntity", "user": "Entities[1].Name",
      "rule_id": "AlertType", "dedup": "SystemAlertId"}),
    # Defender
    ("defender-alert", GRAPH, GRAPHED),
    ("defender-alert", {"@odata.context": "x", "value": [GRAPH]}, within("value[0].", GRAPHED)),
    ("defender-alert", {"id": "old-1", "azureTenantId": "t", "category": "x", "createdDateTime": T, "eventDateTime": "2026-03-04T05:00:00Z",
                        "severity": "medium", "title": "Old", "vendorInformation": {"provider": "IPC", "vendor": "Microsoft"},
                        "userStates": [{"userPrincipalName": "ada@example.org", "logonIp": "203.0.113.9"}], "hostStates": [{"fqdn": "pc-9.lab"}],
                        "fileStates": [{"fileHash": {"hashType": "sha256", "hashValue": SHA}}], "networkConnections": [
                            {"destinationAddress": "198.51.100.4", "sourceAddress": "192.0.2.9"}]},
     {"title": "title", "severity": "severity", "user": "userStates[0].userPrincipalName", "host": "hostStates[0].fqdn", "dedup": "id",
      "hash": "fileStates[0].fileHash.hashValue", "dst_ip": "networkConnections[0].destinationAddress",
      "src_ip": "networkConnections[0].sourceAddress"}),
    ("defender-alert", {"id": "ep-1", "incidentId": 5, "severity": "High", "status": "New", "detectionSource": "WindowsDefenderAtp",
                        "threatFamilyName": None, "title": "Odd", "alertCreationTime": T, "firstEventTime": T, "machineId": "m-1",
                        "computerDnsName": "pc-9.lab", "relatedUser": {"userName": "ada", "domainName": "LAB"}, "mitreTechniques": ["T1003"],
                        "evidence": [{"entityType": "File", "sha1": SHA1, "sha256": SHA}, {"entityType": "Ip", "ipAddress": "203.0.113.9"}]},
     {"title": "title", "severity": "severity", "time": "alertCreationTime", "rule_id": "detectionSource", "host": "computerDnsName",
      "user": "relatedUser.userName", "hash": "evidence[0].sha256", "mitre": "mitreTechniques[0]", "dedup": "id"}),
    ("defender", {"incidentId": 77, "incidentName": "Multi-stage", "severity": "High", "createdTime": T, "status": "Active", "alerts": [
        {"alertId": "a1", "title": "x", "detectionSource": "EDR", "mitreTechniques": ["T1059"], "devices": [{"deviceDnsName": "pc-9"}],
         "entities": [{"entityType": "User", "accountName": "ada"}, {"entityType": "File", "sha256": SHA}, {"entityType": "Ip",
                                                                                                          "ipAddress": "203.0.113.9"}]}]},
     {"title": "incidentName", "severity": "severity", "time": "createdTime", "rule_id": "alerts[0].detectionSource", "dedup": "incidentId",
      "host": "alerts[0].devices[0].deviceDnsName", "user": "alerts[0].entities[0].accountName", "hash": "alerts[0].entities[1].sha256",
      "src_ip": "alerts[0].entities[2].ipAddress", "mitre": "alerts[0].mitreTechniques[0]"}),
    ("defender-alert", {"category": "AdvancedHunting-DeviceEvents", "operationName": "Publish", "time": T, "tenantId": "t", "properties": {
        "Timestamp": T, "DeviceName": "pc-9", "ActionType": "AntivirusDetection", "AccountName": "ada", "SHA256": SHA, "RemoteIP":
        "198.51.100.4", "LocalIP": "192.0.2.9", "ReportId": 5}},
     within("properties.", {"title": "ActionType", "time": "Timestamp", "host": "DeviceName", "user": "AccountName", "hash": "SHA256",
                            "src_ip": "LocalIP", "dst_ip": "RemoteIP", "rule_id": "ActionType"})),
    # GuardDuty
    ("guardduty", guardduty({"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1", "networkInterfaces": [
        {"privateIpAddress": "192.0.2.9"}]}}, {"actionType": "PORT_PROBE", "portProbeAction": {"portProbeDetails": [
            {"localPortDetails": {"port": 22}, **REMOTE, "localIpDetails": {"ipAddressV4": "192.0.2.9"}}]}}),
     {**FINDING, "host": "resource.instanceDetails.instanceId",
      "src_ip": "service.action.portProbeAction.portProbeDetails[0].remoteIpDetails.ipAddressV4",
      "dst_ip": "service.action.portProbeAction.portProbeDetails[0].localIpDetails.ipAddressV4"}),
    ("guardduty", guardduty({"resourceType": "AccessKey", "accessKeyDetails": {"accessKeyId": "AKIA", "userName": "ada", "userType": "IAMUser"}},
                            {"actionType": "AWS_API_CALL", "awsApiCallAction": {"api": "ListUsers", **REMOTE}}),
     {**FINDING, "user": "resource.accessKeyDetails.userName", "src_ip": "service.action.awsApiCallAction.remoteIpDetails.ipAddressV4"}),
    ("guardduty", guardduty({"resourceType": "S3Bucket", "s3BucketDetails": [{"name": "bucket-1", "arn": "arn:aws:s3:::bucket-1"}],
                             "accessKeyDetails": {"userName": "ada"}}, {"awsApiCallAction": REMOTE}),
     {**FINDING, "host": "resource.s3BucketDetails[0].name", "user": "resource.accessKeyDetails.userName"}),
    ("guardduty", guardduty({"resourceType": "EKSCluster", "eksClusterDetails": {"name": "eks-1"}, "kubernetesDetails": {
        "kubernetesUserDetails": {"username": "system:anonymous"}, "kubernetesWorkloadDetails": {"name": "web"}}},
        {"actionType": "KUBERNETES_API_CALL", "kubernetesApiCallAction": {"requestUri": "/api", **REMOTE}}),
     {**FINDING, "host": "resource.eksClusterDetails.name", "user": "resource.kubernetesDetails.kubernetesUserDetails.username",
      "src_ip": "service.action.kubernetesApiCallAction.remoteIpDetails.ipAddressV4"}),
    ("guardduty", guardduty({"resourceType": "Lambda", "lambdaDetails": {"functionName": "fn-1"}}, {"networkConnectionAction": {
        "connectionDirection": "OUTBOUND", "remoteIpDetails": {"ipAddressV4": "203.0.113.9"}, "localIpDetails": {"ipAddressV4": "192.0.2.9"}}}),
     {**FINDING, "host": "resource.lambdaDetails.functionName",
      "src_ip": "service.action.networkConnectionAction.remoteIpDetails.ipAddressV4"}),
    ("guardduty", guardduty({"resourceType": "RDSDBInstance", "rdsDbInstanceDetails": {"dbInstanceIdentifier": "db-1"}, "rdsDbUserDetails": {
        "user": "ada"}}, {"rdsLoginAttemptAction": REMOTE}),
     {**FINDING, "host": "resource.rdsDbInstanceDetails.dbInstanceIdentifier", "user": "resource.rdsDbUserDetails.user",
      "src_ip": "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4"}),
    ("guardduty", guardduty({"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}}, {"dnsRequestAction": {
        "domain": "evil.example", "protocol": "UDP"}}), {**FINDING, "host": "resource.instanceDetails.instanceId"}),
    ("guardduty", {**guardduty({"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}}), "service": {
        "serviceName": "guardduty", "detectorId": "d", "featureName": "EbsVolumeScan", "ebsVolumeScanDetails": {"scanDetections": {
            "threatDetectedByName": {"threatNames": [{"name": "EICAR", "filePaths": [{"hash": SHA, "filePath": "/x"}]}]}}}}},
     {**FINDING, "hash": "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames[0].filePaths[0].hash"}),
    ("guardduty", {**guardduty({"resourceType": "Container", "containerDetails": {"name": "web"}, "instanceDetails": {"instanceId": "i-1"}}),
                   "service": {"serviceName": "guardduty", "detectorId": "d", "runtimeDetails": {"process": {
                       "name": "x", "executableSha256": SHA, "user": "root"}}}},
     {**FINDING, "hash": "service.runtimeDetails.process.executableSha256", "user": "service.runtimeDetails.process.user"}),
    ("guardduty", {"version": "0", "id": "eb-1", "detail-type": "GuardDuty Finding", "source": "aws.guardduty", "time": T, "detail":
                   guardduty({"resourceType": "Instance", "instanceDetails": {"instanceId": "i-1"}})}, within("detail.", FINDING)),
    # Security Hub
    ("securityhub", asff(), ASFF),
    ("securityhub", asff(Severity={"Normalized": 40}, FindingProviderFields={"Severity": {"Label": "MEDIUM"}}),
     {**{k: v for k, v in ASFF.items() if k != "severity"}, "severity": "FindingProviderFields.Severity.Label"}),
    ("securityhub", asff(Network={"Direction": "IN", "SourceIpV4": "203.0.113.9", "DestinationIpV4": "192.0.2.8"}, ThreatIntelIndicators=[
        {"Type": "HASH_SHA256", "Value": SHA}], Resources=[{"Type": "AwsIamAccessKey", "Id": "AKIA", "Details": {"AwsIamAccessKey": {
            "UserName": "ada"}}}]),
     {**ASFF, "src_ip": "Network.SourceIpV4", "dst_ip": "Network.DestinationIpV4", "hash": "ThreatIntelIndicators[0].Value",
      "user": "Resources[0].Details.AwsIamAccessKey.UserName"}),
    ("securityhub", asff(Action={"ActionType": "NETWORK_CONNECTION", "NetworkConnectionAction": {"RemoteIpDetails": {
        "IpAddressV4": "203.0.113.9"}}}), {**ASFF, "src_ip": "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4"}),
    # SCC
    ("google-scc", scc(access={"principalEmail": "ada@example.org", "callerIp": "203.0.113.9"}, mitreAttack={
        "primaryTactic": "X", "primaryTechniques": ["T1078"]}),
     {**SCC, "user": "finding.access.principalEmail", "src_ip": "finding.access.callerIp", "rule_id": "finding.category"}),
    ("google-scc", scc(connections=[{"sourceIp": "192.0.2.9", "destinationIp": "198.51.100.4"}], indicator={"domains": ["evil.example"]},
                       processes=[{"binary": {"path": "/x", "sha256": SHA}}]),
     {**SCC, "src_ip": "finding.connections[0].sourceIp", "dst_ip": "finding.connections[0].destinationIp",
      "hash": "finding.processes[0].binary.sha256"}),
    ("google-scc", scc(sourceProperties={"detectionCategory": {"ruleName": "brute_force"}, "properties": {"loginAttempts": [
        {"sourceIp": "203.0.113.9", "userName": "ada"}]}}),
     {**SCC, "rule_id": "finding.sourceProperties.detectionCategory.ruleName",
      "src_ip": "finding.sourceProperties.properties.loginAttempts[0].sourceIp",
      "user": "finding.sourceProperties.properties.loginAttempts[0].userName"}),
    ("google-scc", scc(sourceProperties={"detectionCategory": {"ruleName": "iam_anomalous_grant"}, "properties": {
        "sensitiveRoleGrant": {"principalEmail": "ada@example.org"}}}),
     {**SCC, "user": "finding.sourceProperties.properties.sensitiveRoleGrant.principalEmail"}),
    # CrowdStrike
    ("crowdstrike", {"metadata": {"customerIDString": "c", "offset": 1, "eventType": "EppDetectionSummaryEvent", "eventCreationTime": MS},
                     "event": {"ProcessStartTime": S, "Hostname": "PC9", "UserName": "ada", "Name": "Odd", "Severity": 50, "SeverityName":
                               "Medium", "SHA256String": SHA, "CompositeId": "c:ind:1", "LocalIP": "192.0.2.9", "PatternId": 10417, "MitreAttack": [
                                   {"TechniqueID": "T1059", "Technique": "x"}], "Technique": "Command line"}},
     within("event.", {"title": "Name", "severity": "SeverityName", "time": "ProcessStartTime", "host": "Hostname", "user": "UserName",
                       "hash": "SHA256String", "dedup": "CompositeId", "src_ip": "LocalIP", "mitre": "MitreAttack[0].TechniqueID",
                       "rule_id": "PatternId"})),
    ("crowdstrike", {"metadata": {"eventType": "IncidentSummaryEvent", "eventCreationTime": MS}, "event": {
        "IncidentID": "inc:1", "IncidentStartTime": S, "FineScore": 55, "State": "open", "HostID": "h1", "FalconHostLink": "https://x"}},
     within("event.", {"time": "IncidentStartTime", "dedup": "IncidentID", "severity": "FineScore"})),
    ("crowdstrike", {"metadata": {"eventType": "IdpDetectionSummaryEvent", "eventCreationTime": MS}, "event": {
        "DetectName": "Unusual login", "DetectId": "idp:1", "SeverityName": "High", "Severity": 70, "SourceAccountName": "ada",
        "SourceEndpointIpAddress": "192.0.2.9", "SourceEndpointHostName": "PC9", "ContextTimeStamp": S}},
     within("event.", {"title": "DetectName", "severity": "SeverityName", "time": "ContextTimeStamp", "host": "SourceEndpointHostName",
                       "user": "SourceAccountName", "src_ip": "SourceEndpointIpAddress", "dedup": "DetectId"})),
    ("crowdstrike", {"resources": [{"detection_id": "ldt:1", "device": {"hostname": "pc-9", "local_ip": "192.0.2.9"}, "max_severity": 70,
                                    "max_severity_displayname": "High", "first_behavior": T, "created_timestamp": T, "behaviors": [{
                                        "behavior_id": "41", "scenario": "suspicious_activity", "display_name": "Odd", "user_name": "ada",
                                        "sha256": SHA, "technique_id": "T1059", "severity": 70}]}]},
     within("resources[0].", {"title": "behaviors[0].display_name", "severity": "max_severity_displayname", "time": "created_timestamp",
                              "host": "device.hostname", "user": "behaviors[0].user_name", "hash": "behaviors[0].sha256",
                              "mitre": "behaviors[0].technique_id", "dedup": "detection_id"})),
    ("crowdstrike", {"composite_id": "c1", "severity": 50, "severity_name": "Medium", "name": "Odd", "timestamp": T, "created_timestamp": T,
                     "pattern_id": 77, "user_principal": "ada@example.org", "source_endpoint_address_ip4": "192.0.2.9", "technique_id": "T1078",
                     "source_endpoint_host_name": "PC9"},
     {"title": "name", "severity": "severity_name", "time": "created_timestamp", "rule_id": "pattern_id", "host": "source_endpoint_host_name",
      "user": "user_principal", "src_ip": "source_endpoint_address_ip4", "mitre": "technique_id", "dedup": "composite_id"}),
    # SentinelOne
    ("sentinelone", {"agentDetectionInfo": {"name": "PC9", "uuid": "u"}, "alertInfo": {"alertId": "st-1", "createdAt": T, "eventType": "DNS",
                     "srcIp": "192.0.2.9", "dstIp": "198.51.100.4"}, "ruleInfo": {"id": "r1", "name": "Odd", "severity": "High"},
                     "sourceProcessInfo": {"user": "ada", "fileHashSha256": SHA}},
     {"title": "ruleInfo.name", "severity": "ruleInfo.severity", "time": "alertInfo.createdAt", "rule_id": "ruleInfo.id",
      "host": "agentDetectionInfo.name", "user": "sourceProcessInfo.user", "src_ip": "alertInfo.srcIp", "dst_ip": "alertInfo.dstIp",
      "hash": "sourceProcessInfo.fileHashSha256", "dedup": "alertInfo.alertId"}),
    ("sentinelone", {"id": "tt-1", "agentDetectionInfo": {"agentIpV4": "192.0.2.9", "agentLastLoggedInUserName": "ada"}, "agentRealtimeInfo": {
        "agentComputerName": "PC9"}, "threatInfo": {"threatName": "X.exe", "confidenceLevel": "suspicious", "identifiedAt": T, "sha1": SHA1,
                                                    "classification": "Ransomware"}, "indicators": [
            {"category": "x", "tactics": [{"name": "y", "techniques": [{"name": "T1055", "link": "z"}]}]}]},
     {"title": "threatInfo.threatName", "severity": "threatInfo.confidenceLevel", "time": "threatInfo.identifiedAt",
      "host": "agentRealtimeInfo.agentComputerName", "user": "agentDetectionInfo.agentLastLoggedInUserName",
      "src_ip": "agentDetectionInfo.agentIpV4", "hash": "threatInfo.sha1", "mitre": "indicators[0].tactics[0].techniques[0].name",
      "dedup": "id"}),
    ("sentinelone", {"accountId": "1", "activityType": 4003, "agentId": "a", "createdAt": T, "id": "ac-1", "primaryDescription": "Threat x",
                     "threatId": "t9", "data": {"computerName": "PC9", "threatClassification": "Malware", "fileContentHash": SHA1,
                                                "username": "ada", "ipAddress": "203.0.113.9"}},
     {"title": "primaryDescription", "time": "createdAt", "rule_id": "activityType", "host": "data.computerName", "user": "data.username",
      "hash": "data.fileContentHash", "src_ip": "data.ipAddress", "dedup": "id"}),
    # Falco
    ("falco", falco({"user.name": "root", "proc.cmdline": "bash", "container.id": "c1", "k8s.pod.name": "web", "evt.time": 1}),
     {**FALCO, "user": 'output_fields["user.name"]', "dedup": "uuid"}),
    ("falco", falco({"ka.user.name": "system:anonymous", "ka.verb": "get", "ka.sourceips": "203.0.113.9"}, source="k8s_audit"),
     {**FALCO, "user": 'output_fields["ka.user.name"]', "src_ip": 'output_fields["ka.sourceips"]'}),
    ("falco", falco({"ct.user": "ada", "ct.srcip": "203.0.113.9", "ct.name": "ConsoleLogin"}, source="aws_cloudtrail"),
     {**FALCO, "user": 'output_fields["ct.user"]', "src_ip": 'output_fields["ct.srcip"]'}),
    ("falco", falco({"fd.cip": "192.0.2.9", "fd.sip": "198.51.100.4", "fd.name": "192.0.2.9:5->198.51.100.4:6", "user.name": "root"}),
     {**FALCO, "src_ip": 'output_fields["fd.cip"]', "dst_ip": 'output_fields["fd.sip"]'}),
    # Okta, Auth0
    ("okta", okta(), OKTA),
    ("okta", okta(displayMessage=None, legacyEventType=None), {**{k: v for k, v in OKTA.items() if k != "title"}, "title": "eventType"}),
    ("okta", [okta()], within("[0].", OKTA)),
    ("okta", {"eventType": "user.mfa.factor.deactivate", "actor": {"alternateId": "ada@example.org"}, "published": T, "outcome": {
        "result": "SUCCESS"}, "uuid": "ok-2"},
     {"title": "eventType", "rule_id": "eventType", "user": "actor.alternateId", "time": "published", "dedup": "uuid"}),
    ("auth0", {"log_id": "l1", "data": {"date": T, "type": "limit_wc", "ip": "203.0.113.9", "user_name": "ada@example.org", "hostname":
                                        "x.auth0.com", "log_id": "l1", "connection": "db"}},
     {"title": "data.type", "time": "data.date", "rule_id": "data.type", "host": "data.hostname", "user": "data.user_name",
      "src_ip": "data.ip", "dedup": "log_id"}),
    ("auth0", {"date": T, "type": "fp", "ip": "203.0.113.9", "user_id": "auth0|1", "log_id": "l2", "_id": "l2", "client_name": "Shop"},
     {"title": "type", "time": "date", "user": "user_id", "src_ip": "ip", "dedup": "log_id"}),
    # Cortex, QRadar, Graylog
    ("cortex-xdr", {"reply": {"incidents": [{"incident_id": "17", "incident_name": None, "description": "Odd on pc-9", "severity": "high",
                                             "creation_time": MS, "hosts": ["pc-9:abc"], "users": ["ada"], "alert_count": 2, "status": "new",
                                             "mitre_techniques_ids_and_names": ["T1059 - x"]}]}},
     within("reply.incidents[0].", {"title": "description", "severity": "severity", "time": "creation_time", "host": "hosts[0]",
                                    "user": "users[0]", "mitre": "mitre_techniques_ids_and_names[0]", "dedup": "incident_id"})),
    ("cortex-xdr", {"external_id": "x1", "alert_id": "99", "name": "Odd", "severity": "medium", "host_name": "PC9", "host_ip": ["192.0.2.9"],
                    "detection_timestamp": MS, "category": "Malware", "user_name": "LAB\\ada", "action_remote_ip": ["198.51.100.4"],
                    "mitre_technique_id_and_name": ["T1059 - x"], "action_file_sha256": SHA, "matching_service_rule_id": "rule-1"},
     {"title": "name", "severity": "severity", "time": "detection_timestamp", "host": "host_name", "user": "user_name", "src_ip": "host_ip[0]",
      "dst_ip": "action_remote_ip[0]", "hash": "action_file_sha256", "mitre": "mitre_technique_id_and_name[0]", "dedup": "alert_id",
      "rule_id": "matching_service_rule_id"}),
    ("qradar", {"id": 9, "description": "Odd", "severity": 7, "magnitude": 6, "credibility": 3, "relevance": 4, "offense_type": 3,
                "offense_source": "ada", "start_time": MS, "status": "OPEN", "log_sources": [{"name": "fw1", "id": 1}], "rules": [{"id": 5}],
                "categories": ["Auth"]},
     {"title": "description", "severity": "severity", "time": "start_time", "rule_id": "rules[0].id", "host": "log_sources[0].name",
      "user": "offense_source", "dedup": "id"}),
    ("graylog", {"event_definition_id": "d1", "event_definition_type": "aggregation-v1", "event_definition_title": "Many", "job_trigger_id": "j",
                 "event": {"id": "ge-1", "event_definition_id": "d1", "timestamp": T, "message": "Many: 9", "source": "graylog1", "key_tuple": [],
                           "key": "", "priority": 2, "alert": True, "fields": {"src_ip": "203.0.113.9", "username": "ada"}}, "backlog": []},
     {"title": "event_definition_title", "severity": "event.priority", "time": "event.timestamp", "rule_id": "event_definition_id",
      "host": "event.source", "user": "event.fields.username", "src_ip": "event.fields.src_ip", "dedup": "event.id"}),
    # Datadog, PagerDuty
    ("datadog", {"body": "b", "last_updated": str(MS), "event_type": "metric_alert_monitor", "title": "[Triggered] CPU", "date": str(MS),
                 "org": {"id": "1", "name": "x"}, "id": "dd-1", "alert_type": "error", "priority": "normal", "scopes": "host:db3"},
     {"title": "title", "severity": "alert_type", "time": "date", "host": "scopes", "dedup": "id"}),
    ("datadog", {"id": "AQ1", "type": "signal", "attributes": {"message": "m", "timestamp": T, "tags": ["source:x", "technique:T1110-brute"],
                 "attributes": {"title": "Brute", "status": "high", "workflow": {"rule": {"id": "dr-1", "name": "Brute"}}, "usr": {"id": "ada"},
                                "network": {"client": {"ip": "203.0.113.9"}}}}},
     within("attributes.", {"title": "attributes.title", "severity": "attributes.status", "time": "timestamp",
                            "rule_id": "attributes.workflow.rule.id", "user": "attributes.usr.id",
                            "src_ip": "attributes.network.client.ip"})),
    ("datadog", {"alert_id": "5", "alert_title": "CPU", "alert_transition": "Triggered", "hostname": "db3", "priority": "P2", "date": str(MS),
                 "event_msg": "x", "alert_metric": "system.cpu", "aggreg_key": "ak1"},
     {"title": "alert_title", "severity": "priority", "time": "date", "rule_id": "alert_id", "host": "hostname", "dedup": "aggreg_key"}),
    ("datadog", {"id": 91, "name": "CPU on db", "type": "metric alert", "query": "avg(last_5m):x > 9", "message": "m", "overall_state": "Alert",
                 "priority": 2, "overall_state_modified": T, "tags": []},
     {"title": "name", "severity": "priority", "time": "overall_state_modified", "rule_id": "id", "dedup": "id"}),
    ("pagerduty", {"event": {"id": "e1", "event_type": "incident.triggered", "resource_type": "incident", "occurred_at": T, "agent": None,
                             "data": {"id": "PI1", "type": "incident", "number": 2, "status": "triggered", "title": "Down", "urgency": "high",
                                      "service": {"summary": "Shop"}, "assignees": [{"summary": "Ada"}], "incident_key": "k1"}}},
     within("event.", {"title": "data.title", "severity": "data.urgency", "time": "occurred_at", "host": "data.service.summary",
                       "user": "data.assignees[0].summary", "dedup": "data.id"})),
    ("pagerduty", {"messages": [{"event": "incident.trigger", "created_on": T, "incident": {"id": "PI2", "title": "Down", "urgency": "low",
                                                                                            "service": {"name": "Shop"}}}]},
     within("messages[0].", {"title": "incident.title", "severity": "incident.urgency", "time": "created_on", "host": "incident.service.name",
                             "dedup": "incident.id"})),
    # osquery
    ("osquery", {"name": "pack/it/usb", "hostIdentifier": "pc-9", "calendarTime": "Wed Mar  4 05:06:07 2026 UTC", "unixTime": S, "epoch": 0,
                 "counter": 4, "numerics": False, "decorations": {"username": "ada"}, "columns": {"path": "/x", "sha256": SHA}, "action": "added"},
     {"title": "name", "time": "unixTime", "rule_id": "name", "host": "hostIdentifier", "user": "decorations.username",
      "hash": "columns.sha256", "dedup": "counter"}),
    ("osquery", {"node_key": "k", "log_type": "result", "data": [{"name": "procs", "hostIdentifier": "pc-9", "unixTime": str(S), "columns": {
        "username": "ada", "remote_address": "198.51.100.4"}, "action": "added", "counter": 1}]},
     within("data[0].", {"title": "name", "time": "unixTime", "host": "hostIdentifier", "user": "columns.username",
                         "dst_ip": "columns.remote_address"})),
    # TheHive
    ("thehive", {"title": "Odd", "description": "d", "type": "siem", "source": "x", "sourceRef": "r-9", "severity": 2, "date": MS, "tags": [
        "T1059"], "artifacts": [{"dataType": "ip", "data": "203.0.113.9"}, {"dataType": "hash", "data": SHA}, {"dataType": "hostname",
                                                                                                            "data": "pc-9"}]},
     {"title": "title", "severity": "severity", "time": "date", "rule_id": "type", "src_ip": "artifacts[0].data", "hash": "artifacts[1].data",
      "host": "artifacts[2].data", "mitre": "tags[0]", "dedup": "sourceRef"}),
    ("thehive", {"operation": "Creation", "objectType": "alert", "objectId": "h1", "object": {"title": "Odd", "type": "t", "sourceRef": "r",
                                                                                             "severity": 3, "createdAt": MS}},
     within("object.", {"title": "title", "severity": "severity", "rule_id": "type", "dedup": "sourceRef"})),
    # Zeek, Snort
    ("zeek-json", {"ts": S + 0.5, "uid": "C1", "id.orig_h": "192.0.2.9", "id.orig_p": 1, "id.resp_h": "198.51.100.4", "note": "SSL::Invalid",
                   "msg": "m", "src": "192.0.2.9", "dst": "198.51.100.4", "actions": ["Notice::ACTION_LOG"]},
     {"title": "note", "time": "ts", "rule_id": "note", "src_ip": "src", "dst_ip": "dst", "dedup": "uid"}),
    ("zeek-json", {"ts": S, "uid": "C2", "id": {"orig_h": "192.0.2.9", "resp_h": "198.51.100.4"}, "name": "bad_TCP_checksum", "notice": False,
                   "peer": "zeek"}, {"title": "name", "rule_id": "name", "src_ip": "id.orig_h", "dst_ip": "id.resp_h", "dedup": "uid"}),
    ("zeek-json", {"ts": S, "uid": "C3", "id.orig_h": "192.0.2.9", "id.resp_h": "198.51.100.4", "seen.indicator": "evil.example",
                   "seen.indicator_type": "Intel::DOMAIN", "seen.where": "DNS::IN_REQUEST", "matched": ["Intel::DOMAIN"]},
     {"title": '["seen.indicator"]', "src_ip": '["id.orig_h"]', "dst_ip": '["id.resp_h"]', "dedup": "uid"}),
    ("snort-json", {"seconds": S, "action": "allow", "class": "Attempted Admin", "src_ap": "203.0.113.9:5", "dst_ap": "192.0.2.8:80", "gid": 1,
                    "sid": 1000001, "rev": 1, "msg": "Odd", "priority": 1, "pkt_num": 5, "rule": "1:1000001:1"},
     {"title": "msg", "severity": "priority", "time": "seconds", "rule_id": "sid"}),
]
