"""More variants of what known products send; see product_variants.py."""
from product_variants import BASIC, MS, T, ocsf, wazuh, within

MORE_VARIANTS = [
    # OCSF
    ("ocsf", ocsf(2004, finding_info={"title": "Odd", "uid": "o1", "analytic": {"uid": "a1"}, "created_time": MS, "attacks": [
        {"technique": {"uid": "T1059"}, "tactic": {"uid": "TA0002"}}]}, device={"hostname": "pc-9", "ip": "192.0.2.9"},
        evidences=[{"src_endpoint": {"ip": "203.0.113.9"}, "actor": {"user": {"name": "ada"}}}]),
     {"title": "finding_info.title", "severity": "severity", "time": "time", "rule_id": "finding_info.analytic.uid", "host": "device.hostname",
      "user": "evidences[0].actor.user.name", "src_ip": "evidences[0].src_endpoint.ip", "mitre": "finding_info.attacks[0].technique.uid",
      "dedup": "finding_info.uid"}),
    ("ocsf", ocsf(2001, finding={"title": "Odd", "uid": "o2", "types": ["T"]}, resources=[{"uid": "arn:x", "type": "AwsEc2"}]),
     {"title": "finding.title", "severity": "severity", "time": "time", "host": "resources[0].uid", "dedup": "finding.uid"}),
    ("ocsf", ocsf(2002, finding_info={"title": "CVE in x", "uid": "o3"}, vulnerabilities=[{"cve": {"uid": "CVE-2026-1"}}],
                  resource={"name": "web7", "uid": "i-1"}),
     {"title": "finding_info.title", "rule_id": "vulnerabilities[0].cve.uid", "host": "resource.name", "dedup": "finding_info.uid"}),
    ("ocsf", ocsf(2003, finding_info={"title": "S3.1", "uid": "o4"}, compliance={"control": "S3.1", "status": "Fail"}, resources=[
        {"name": "b1"}]), {"title": "finding_info.title", "rule_id": "compliance.control", "host": "resources[0].name"}),
    ("ocsf", ocsf(3002, message="Logon failed", type_name="Authentication: Logon", user={"name": "ada"}, src_endpoint={"ip": "203.0.113.9"},
                  dst_endpoint={"hostname": "web7", "ip": "192.0.2.8"}),
     {"title": "message", "severity": "severity", "time": "time", "user": "user.name", "src_ip": "src_endpoint.ip", "dst_ip": "dst_endpoint.ip",
      "host": "dst_endpoint.hostname", "dedup": "metadata.uid"}),
    ("ocsf", ocsf(4001, type_name="Network Activity: Open", src_endpoint={"ip": "192.0.2.9", "hostname": "pc-9"}, dst_endpoint={
        "ip": "198.51.100.4"}, device={"hostname": "fw1"}),
     {"title": "type_name", "src_ip": "src_endpoint.ip", "dst_ip": "dst_endpoint.ip", "host": "device.hostname"}),
    ("ocsf", ocsf(6003, api={"operation": "DeleteTrail", "service": {"name": "cloudtrail"}}, actor={"user": {"name": "ada", "uid": "AIDA"}},
                  src_endpoint={"ip": "203.0.113.9"}),
     {"title": "api.operation", "rule_id": "api.operation", "user": "actor.user.name", "src_ip": "src_endpoint.ip"}),
    # As what ships them writes their names, and older versions.
    ("sentinelone", {"activityType": 3608, "accountid": "1", "createdat": T, "id": "ac-2", "primarydescription": "Alert created", "data": {
        "agentipv4": "192.0.2.9", "alertid": 7, "origagentname": "PC9", "rulename": "Odd", "severity": "E_HIGH", "username": "ada"}},
     {"title": "primarydescription", "severity": "data.severity", "time": "createdat", "host": "data.origagentname", "user": "data.username",
      "src_ip": "data.agentipv4", "dedup": "id"}),
    ("alertmanager", {"labels": {"alertname": "Disk", "severity": "warning", "host": "db3"}, "annotations": {"summary": "Disk is full"},
                      "generatorURL": "x"},
     {"title": "annotations.summary", "severity": "labels.severity", "host": "labels.host", "rule_id": "labels.alertname"}),
    ("pagerduty", {"messages": [{"event": "incident.trigger", "created_on": T, "incident": {
        "id": "PI3", "trigger_summary_data": {"subject": "Down"}, "urgency": "high", "service": {"name": "Shop"}}}]},
     within("messages[0].", {"title": "incident.trigger_summary_data.subject", "severity": "incident.urgency", "dedup": "incident.id"})),
    ("google-scc", {"insertId": "i-1", "logName": "projects/p/logs/threatdetection.googleapis.com%2Fdetection", "severity": "CRITICAL",
                    "timestamp": T, "jsonPayload": {"detectionCategory": {"ruleName": "ssh_brute_force"}, "detectionPriority": "HIGH",
                                                    "eventTime": T, "properties": {"loginAttempts": [{
                                                        "sourceIp": "203.0.113.9", "userName": "ada", "vmName": "vm-1"}]}}},
     {"title": "jsonPayload.detectionCategory.ruleName", "severity": "severity", "time": "jsonPayload.eventTime",
      "host": "jsonPayload.properties.loginAttempts[0].vmName", "user": "jsonPayload.properties.loginAttempts[0].userName",
      "src_ip": "jsonPayload.properties.loginAttempts[0].sourceIp", "dedup": "insertId"}),
    ("wazuh", wazuh({"win": {"system": {"eventID": "10"}, "eventdata": {"sourceUser": "LAB\\ada", "sourceImage": "x", "targetImage": "y"}}}),
     {**BASIC, "user": "data.win.eventdata.sourceUser"}),
    # What leaves members out.
    ("osquery", {"name": "pack_x_usb", "action": "added", "columns": {"path": "/x", "username": "ada"}},
     {"title": "name", "rule_id": "name", "user": "columns.username"}),
    ("sentinel", {"properties": {"title": "Odd", "severity": "Low", "createdTimeUtc": T}},
     {"title": "properties.title", "severity": "properties.severity", "time": "properties.createdTimeUtc"}),
    ("datadog", {"id": 5, "title": "CPU", "text": "x", "alert_type": "warning", "date_happened": 1772600767, "host": "db3"},
     {"title": "title", "severity": "alert_type", "time": "date_happened", "host": "host", "dedup": "id"}),
    ("suricata", {"timestamp": T, "src_ip": "192.0.2.9", "dest_ip": "198.51.100.4", "flow_id": 7, "alert": {
        "signature_id": 7, "signature": "S", "severity": 2}},
     {"title": "alert.signature", "rule_id": "alert.signature_id", "src_ip": "src_ip", "dst_ip": "dest_ip", "dedup": "flow_id"}),
    ("guardduty", {"schemaVersion": "2.0", "type": "Recon:IAMUser/X", "severity": 2, "title": "Odd", "id": "gd-2", "service": {
        "serviceName": "guardduty"}}, {"title": "title", "severity": "severity", "rule_id": "type", "dedup": "id"}),
    ("securityhub", {"detail-type": "Security Hub Findings - Custom Action", "source": "aws.securityhub", "detail": {"actionName": "x", "findings": [
        {"Id": "sh-1", "ProductArn": "arn:p", "GeneratorId": "g", "Title": "Odd", "Severity": {"Label": "LOW"}, "UpdatedAt": T}]}},
     within("detail.findings[0].", {"title": "Title", "severity": "Severity.Label", "time": "UpdatedAt", "rule_id": "GeneratorId",
                                    "dedup": "Id"})),
    ("defender", {"@odata.type": "#microsoft.graph.security.incident", "id": "29", "displayName": "Multi-stage", "severity": "medium",
                  "createdDateTime": T, "alerts": [{"title": "x", "detectionSource": "antivirus", "mitreTechniques": ["T1059"], "evidence": [
                      {"deviceDnsName": "pc-9.lab"}, {"userAccount": {"userPrincipalName": "ada@example.org"}}, {
                          "fileDetails": {"sha256": "6b" * 32}}]}]},
     {"title": "displayName", "severity": "severity", "time": "createdDateTime", "rule_id": "alerts[0].detectionSource", "dedup": "id",
      "host": "alerts[0].evidence[0].deviceDnsName", "user": "alerts[0].evidence[1].userAccount.userPrincipalName",
      "hash": "alerts[0].evidence[2].fileDetails.sha256", "mitre": "alerts[0].mitreTechniques[0]"}),
    ("graylog", {"event_definition_id": "d1", "event_definition_title": "Many", "event": {
        "id": "ge-2", "timestamp": T, "message": "m", "priority": 3, "source": "gl", "fields": {}}, "backlog": [
            {"source": "web7", "message": "x", "fields": {"src_ip": "203.0.113.9", "username": "ada", "level": 3}}]},
     {"title": "event_definition_title", "severity": "event.priority", "host": "backlog[0].source", "user": "backlog[0].fields.username",
      "src_ip": "backlog[0].fields.src_ip", "dedup": "event.id"}),
    ("splunk", {"sid": "s9", "search_name": "Odd", "results": [{"host": "web7", "user": "ada", "_time": "1772600767"}]},
     {"title": "search_name", "host": "results[0].host", "user": "results[0].user", "time": "results[0]._time", "dedup": "sid"}),
    ("ocsf", ocsf(2004, finding_info={"title": "Odd", "uid": "o9", "analytic": {"name": "Rule 9"}, "attacks": [{"techniques": [
        {"uid": "T1059"}]}]}, resources=[{"name": "vm-9", "uid": "i-9"}], actor={"user": {"email_addr": "ada@example.org"}}),
     {"title": "finding_info.title", "rule_id": "finding_info.analytic.name", "host": "resources[0].name", "user": "actor.user.email_addr",
      "mitre": "finding_info.attacks[0].techniques[0].uid", "dedup": "finding_info.uid"}),
]
