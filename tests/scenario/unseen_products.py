"""Alerts in the shapes of products that no mapping knows, and where an analyst would say that their fields lie.

Written for this project from what the products' documents say of their fields; the values are invented. The guess is measured on them
(test_cli_70_mappings.py), as `mapping measure --guess` measures it on any folder with an index.
"""
import json
import re

SHA = "5a" * 32
T = "2026-03-04T05:06:07Z"
MS = 1772600767000
S = 1772600767

# product, alert, {field: where it lies}
UNSEEN = [
    ("cloudtrail", {"eventVersion": "1.08", "userIdentity": {"type": "IAMUser", "principalId": "AIDA7", "arn": "arn:aws:iam::1:user/ada",
                                                             "accountId": "111122223333", "userName": "ada"},
                    "eventTime": T, "eventSource": "iam.amazonaws.com", "eventName": "CreateAccessKey", "awsRegion": "eu-west-1",
                    "sourceIPAddress": "203.0.113.9", "userAgent": "aws-cli/2", "requestParameters": {"userName": "bob"},
                    "responseElements": None, "requestID": "r-1", "eventID": "e-77", "eventType": "AwsApiCall", "recipientAccountId": "1"},
     {"title": "eventName", "time": "eventTime", "rule_id": "eventName", "user": "userIdentity.userName", "src_ip": "sourceIPAddress",
      "dedup": "eventID"}),
    ("cloudwatch", {"AlarmName": "cpu-high", "AlarmDescription": "CPU over 90 %", "AWSAccountId": "1", "NewStateValue": "ALARM",
                    "NewStateReason": "Threshold crossed", "StateChangeTime": T, "Region": "EU", "OldStateValue": "OK",
                    "AlarmArn": "arn:aws:cloudwatch:eu-west-1:1:alarm:cpu-high",
                    "Trigger": {"MetricName": "CPUUtilization", "Dimensions": [{"name": "InstanceId", "value": "i-0abc"}]}},
     {"title": "AlarmName", "severity": "NewStateValue", "time": "StateChangeTime", "rule_id": "AlarmArn",
      "host": "Trigger.Dimensions[0].value"}),
    ("azure-monitor", {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {
        "alertId": "/subscriptions/1/providers/x/alerts/9", "alertRule": "disk-full", "severity": "Sev2", "signalType": "Metric",
        "monitorCondition": "Fired", "monitoringService": "Platform", "alertTargetIDs": ["/subscriptions/1/vm/web7"],
        "configurationItems": ["web7"], "firedDateTime": T, "description": "Disk over 95 %"}, "alertContext": {"conditionType": "x"}}},
     {"title": "data.essentials.alertRule", "severity": "data.essentials.severity", "time": "data.essentials.firedDateTime",
      "dedup": "data.essentials.alertId"}),
    ("entra-signin", {"category": "SignInLogs", "operationName": "Sign-in activity", "time": T, "level": 4, "callerIpAddress": "203.0.113.9",
                      "correlationId": "c-1", "identity": "Ada", "properties": {
                          "id": "s-1", "createdDateTime": T, "userPrincipalName": "ada@example.org", "ipAddress": "203.0.113.9",
                          "appDisplayName": "Portal", "deviceDetail": {"displayName": "PC-9", "operatingSystem": "Windows"},
                          "riskLevelAggregated": "high", "status": {"errorCode": 50053}}},
     {"title": "operationName", "time": "time", "user": "properties.userPrincipalName", "src_ip": "callerIpAddress"}),
    ("gcp-audit", {"insertId": "i-9", "logName": "projects/p/logs/cloudaudit", "protoPayload": {
        "authenticationInfo": {"principalEmail": "ada@example.org"}, "methodName": "SetIamPolicy", "requestMetadata": {
            "callerIp": "203.0.113.9", "callerSuppliedUserAgent": "gcloud"}, "resourceName": "projects/p", "serviceName": "iam.googleapis.com"},
        "receiveTimestamp": "2026-03-04T05:06:09Z", "resource": {"labels": {"project_id": "p"}, "type": "project"}, "severity": "NOTICE",
        "timestamp": T},
     {"title": "protoPayload.methodName", "severity": "severity", "time": "timestamp",
      "user": "protoPayload.authenticationInfo.principalEmail", "src_ip": "protoPayload.requestMetadata.callerIp", "dedup": "insertId"}),
    ("stackdriver", {"version": "1.2", "incident": {
        "incident_id": "f2e0", "resource_id": "", "resource_name": "web7 CPU", "resource": {"type": "gce_instance", "labels": {
            "instance_id": "884"}}, "started_at": S, "policy_name": "CPU policy", "condition_name": "CPU high", "severity": "Critical",
        "state": "open", "ended_at": None, "summary": "CPU for web7 is above 0.9", "url": "https://c.example/i"}},
     {"severity": "incident.severity", "time": "incident.started_at", "host": "incident.resource_name", "dedup": "incident.incident_id"}),
    ("newrelic", {"issueId": "n-1", "issueUrl": "https://n.example/1", "title": "Apdex below 0.7", "priority": "CRITICAL",
                  "state": "ACTIVATED", "totalIncidents": 2, "createdAt": MS, "updatedAt": MS + 9, "impactedEntities": ["shop-api"],
                  "alertPolicyNames": ["Shop"], "alertConditionNames": ["Apdex"], "sources": ["newrelic"]},
     {"title": "title", "severity": "priority", "time": "createdAt", "host": "impactedEntities[0]", "dedup": "issueId"}),
    ("zabbix", {"alert_message": "High CPU on db3", "event_id": "8812", "event_name": "High CPU utilisation", "host_name": "db3",
                "host_ip": "192.0.2.33", "severity": "Disaster", "trigger_id": "16001", "timestamp": str(S), "status": "PROBLEM"},
     {"title": "event_name", "severity": "severity", "time": "timestamp", "rule_id": "trigger_id", "host": "host_name",
      "dedup": "event_id"}),
    ("dynatrace", {"ProblemID": "P-77", "PID": "88_99V2", "State": "OPEN", "ProblemTitle": "Response time degradation",
                   "ProblemSeverity": "PERFORMANCE", "ImpactedEntity": "shop-frontend", "ProblemImpact": "SERVICE",
                   "ProblemURL": "https://d.example/p", "Tags": "prod"},
     {"title": "ProblemTitle", "severity": "ProblemSeverity", "host": "ImpactedEntity", "dedup": "ProblemID"}),
    ("sentry", {"action": "triggered", "actor": {"id": "sentry", "name": "Sentry", "type": "application"}, "data": {"event": {
        "event_id": "ab12", "level": "error", "title": "ValueError: bad input", "message": "", "datetime": T, "platform": "python",
        "issue_id": "4711", "user": {"email": "ada@example.org", "ip_address": "203.0.113.9"}, "culprit": "app.views"},
        "triggered_rule": "Very important"}},
     {"title": "data.event.title", "severity": "data.event.level", "time": "data.event.datetime", "user": "data.event.user.email"}),
    ("pingdom", {"check_id": 815, "check_name": "Shop front page", "check_type": "HTTP", "check_params": {"hostname": "shop.example"},
                 "previous_state": "UP", "current_state": "DOWN", "importance_level": "HIGH", "state_changed_timestamp": S,
                 "state_changed_utc_time": "2026-03-04T05:06:07", "description": "Timeout"},
     {"title": "check_name", "rule_id": "check_id", "time": "state_changed_timestamp", "host": "check_params.hostname"}),
    ("opsgenie", {"action": "Create", "source": {"name": "web", "type": "web"}, "integrationName": "Hook", "alert": {
        "alertId": "og-1", "message": "Queue is stuck", "tinyId": "88", "alias": "q-stuck", "createdAt": MS, "updatedAt": MS,
        "username": "ada@example.org", "entity": "mq4", "priority": "P2", "source": "203.0.113.9", "description": "No consumer"}},
     {"title": "alert.message", "severity": "alert.priority", "time": "alert.createdAt", "user": "alert.username", "host": "alert.entity",
      "dedup": "alert.alertId"}),
    ("uptimerobot", {"monitorID": "795", "monitorURL": "https://shop.example", "monitorFriendlyName": "Shop", "alertType": "1",
                     "alertTypeFriendlyName": "Down", "alertDetails": "Connection refused", "alertDateTime": str(S)},
     {"title": "monitorFriendlyName", "time": "alertDateTime", "rule_id": "monitorID"}),
    ("github-scan", {"action": "created", "alert": {"number": 12, "created_at": T, "html_url": "https://g.example/12", "state": "open",
                                                    "rule": {"id": "js/xss", "severity": "error", "description": "Cross-site scripting"},
                                                    "tool": {"name": "CodeQL"}},
                     "repository": {"id": 7, "name": "shop", "full_name": "acme/shop"}, "sender": {"login": "ada", "id": 3}},
     {"title": "alert.rule.description", "severity": "alert.rule.severity", "time": "alert.created_at", "rule_id": "alert.rule.id",
      "user": "sender.login", "dedup": "alert.number"}),
    ("github-audit", {"@timestamp": MS, "_document_id": "d-1", "action": "repo.access", "actor": "ada", "actor_ip": "203.0.113.9",
                      "created_at": MS, "org": "acme", "repo": "acme/shop", "visibility": "public"},
     {"title": "action", "rule_id": "action", "user": "actor", "src_ip": "actor_ip", "dedup": "_document_id"}),
    ("slack-audit", {"id": "sl-1", "date_create": S, "action": "user_login", "actor": {"type": "user", "user": {
        "id": "U1", "name": "Ada", "email": "ada@example.org"}}, "entity": {"type": "user"}, "context": {
            "ua": "Mozilla", "ip_address": "203.0.113.9", "location": {"name": "Acme"}}},
     {"title": "action", "time": "date_create", "src_ip": "context.ip_address", "dedup": "id"}),
    ("duo", {"access_device": {"hostname": "PC-9", "ip": "203.0.113.9", "os": "Windows"}, "application": {"key": "DI1", "name": "VPN"},
             "event_type": "authentication", "factor": "duo_push", "isotimestamp": T, "reason": "user_marked_fraud", "result": "fraud",
             "timestamp": S, "txid": "tx-1", "user": {"key": "DU1", "name": "ada@example.org"}},
     {"time": "timestamp", "host": "access_device.hostname", "user": "user.name", "src_ip": "access_device.ip"}),
    ("onelogin", {"event_type_id": 16, "user_name": "ada", "user_id": 77, "account_id": 5, "ipaddr": "203.0.113.9", "app_name": "Mail",
                  "event_timestamp": "2026-03-04 05:06:07 UTC", "uuid": "ol-1", "risk_score": 55},
     {"time": "event_timestamp", "user": "user_name", "src_ip": "ipaddr", "rule_id": "event_type_id", "dedup": "uuid"}),
    ("gworkspace", {"actor": {"email": "ada@example.org", "profileId": "1"}, "id": {"applicationName": "login", "time": T,
                                                                                  "uniqueQualifier": "q-1"},
                    "ipAddress": "203.0.113.9", "kind": "admin#reports#activity", "name": "suspicious_login", "type": "login",
                    "parameters": {"login_type": "google_password"}},
     {"title": "name", "time": "id.time", "user": "actor.email", "src_ip": "ipAddress"}),
    ("cloudflare", {"Action": "block", "ClientIP": "203.0.113.9", "ClientRequestHost": "shop.example", "ClientRequestMethod": "GET",
                    "ClientRequestPath": "/x", "Datetime": T, "RayID": "ray-1", "RuleID": "r-100", "Source": "firewallManaged",
                    "Description": "SQL injection"},
     {"time": "Datetime", "rule_id": "RuleID", "src_ip": "ClientIP", "dedup": "RayID"}),
    ("wiz", {"trigger": {"source": "WIZ", "type": "Issues"}, "issue": {"id": "w-1", "status": "OPEN", "severity": "HIGH", "created": T},
             "resource": {"id": "vm-1", "name": "web7", "type": "VIRTUAL_MACHINE", "cloudPlatform": "AWS"},
             "control": {"id": "wc-9", "name": "Publicly exposed VM"}},
     {"severity": "issue.severity", "time": "issue.created", "host": "resource.name", "dedup": "issue.id", "title": "control.name",
      "rule_id": "control.id"}),
    ("carbonblack", {"type": "CB_ANALYTICS", "id": "cb-1", "alert_url": "https://cb.example/1", "severity": 7, "backend_timestamp": T,
                     "first_event_timestamp": T, "device_name": "LAB\\PC-9", "device_username": "ada", "device_internal_ip": "192.0.2.9",
                     "reason": "A script ran from mail", "report_name": "Script", "process_sha256": SHA, "rule_id": None,
                     "attack_technique": "T1059", "threat_id": "t-9", "workflow": {"status": "OPEN"}},
     {"severity": "severity", "host": "device_name", "user": "device_username", "src_ip": "device_internal_ip", "hash": "process_sha256",
      "mitre": "attack_technique", "dedup": "id"}),
    ("visionone", {"id": "WB-1", "investigationStatus": "New", "model": "Credential dumping", "modelId": "m-77", "score": 64,
                   "severity": "high", "createdDateTime": T, "updatedDateTime": T, "description": "LSASS was read",
                   "impactScope": {"entities": [{"entityType": "host", "entityValue": {"name": "PC-9", "ips": ["192.0.2.9"]}}]},
                   "matchedRules": [{"id": "mr-1", "name": "LSASS read", "matchedFilters": [{"mitreTechniqueIds": ["T1003.001"]}]}]},
     {"severity": "severity", "time": "createdDateTime", "host": "impactScope.entities[0].entityValue.name", "dedup": "id",
      "mitre": "matchedRules[0].matchedFilters[0].mitreTechniqueIds[0]"}),
    ("sophos", {"id": "so-1", "severity": "high", "type": "Event::Endpoint::Threat::Detected", "name": "Malware detected: Mal/X",
                "when": T, "created_at": T, "location": "PC-9", "source": "LAB\\ada", "threat": "Mal/X", "endpoint_id": "ep-1",
                "source_info": {"ip": "192.0.2.9"}, "customer_id": "c-1"},
     {"title": "name", "severity": "severity", "time": "when", "dedup": "id", "src_ip": "source_info.ip"}),
    ("proofpoint", {"GUID": "pp-1", "QID": "q1", "recipient": ["ada@example.org"], "sender": "bad@evil.example", "senderIP": "203.0.113.9",
                    "subject": "Invoice 77", "messageTime": T, "threatsInfoMap": [{"threat": SHA, "classification": "phish",
                                                                                   "threatTime": T}], "phishScore": 100},
     {"title": "subject", "src_ip": "senderIP", "dedup": "GUID"}),
    ("darktrace", {"pbid": 123, "time": MS, "creationTime": MS, "score": 0.87, "model": {"now": {"name": "Anomalous File", "uuid": "m-9",
                                                                                                "priority": 4}},
                   "device": {"did": 9, "hostname": "pc-9", "ip": "192.0.2.9"}},
     {"title": "model.now.name", "severity": "model.now.priority", "time": "time", "host": "device.hostname", "src_ip": "device.ip"}),
    ("netskope", {"_id": "ns-1", "alert_name": "Bulk download", "alert_type": "uba", "timestamp": S, "severity": "medium",
                  "user": "ada@example.org", "hostname": "PC-9", "srcip": "203.0.113.9", "dstip": "198.51.100.4", "app": "Box",
                  "md5": "5a" * 16, "policy": "Bulk"},
     {"title": "alert_name", "severity": "severity", "time": "timestamp", "user": "user", "host": "hostname", "src_ip": "srcip",
      "dst_ip": "dstip", "hash": "md5", "dedup": "_id"}),
    ("fortigate", {"date": "2026-03-04", "time": "05:06:07", "devname": "FG1", "logid": "0419016384", "type": "utm", "subtype": "ips",
                   "level": "alert", "severity": "high", "srcip": "203.0.113.9", "dstip": "192.0.2.8", "attack": "Apache.Log4j.RCE",
                   "attackid": 51006, "msg": "web: Apache.Log4j.RCE", "eventtime": S},
     {"severity": "severity", "time": "eventtime", "src_ip": "srcip", "dst_ip": "dstip"}),
    ("paloalto", {"receive_time": T, "type": "THREAT", "subtype": "vulnerability", "src": "203.0.113.9", "dst": "192.0.2.8", "rule": "inbound",
                  "srcuser": "lab\\ada", "threat_name": "Log4j RCE(91991)", "severity": "critical", "device_name": "PA-1", "session_id": 991},
     {"title": "threat_name", "severity": "severity", "host": "device_name", "user": "srcuser", "src_ip": "src", "dst_ip": "dst"}),
    ("securityonion", {"@timestamp": T, "event": {"module": "sigma", "severity": 4, "severity_label": "high"}, "rule": {
        "name": "Mimikatz", "uuid": "r-1", "category": "credential"}, "source": {"ip": "192.0.2.9"}, "destination": {"ip": "192.0.2.8"},
        "host": {"name": "pc-9"}, "user": {"name": "ada"}},
     {"title": "rule.name", "severity": "event.severity_label", "time": "@timestamp", "rule_id": "rule.uuid", "host": "host.name",
      "user": "user.name", "src_ip": "source.ip", "dst_ip": "destination.ip"}),
    ("chronicle", {"type": "RULE_DETECTION", "detection": [{"ruleName": "rare_login", "ruleId": "ru_1", "severity": "HIGH",
                                                            "alertState": "ALERTING"}], "id": "de_1", "createdTime": T,
                   "collectionElements": [{"references": [{"event": {"principal": {"hostname": "pc-9", "ip": ["192.0.2.9"],
                                                                                   "user": {"userid": "ada"}},
                                                                     "target": {"ip": ["198.51.100.4"]}}}]}]},
     {"title": "detection[0].ruleName", "severity": "detection[0].severity", "time": "createdTime", "rule_id": "detection[0].ruleId",
      "dedup": "id", "src_ip": "collectionElements[0].references[0].event.principal.ip[0]",
      "dst_ip": "collectionElements[0].references[0].event.target.ip[0]"}),
    ("insightidr", {"id": "inv-1", "rrn": "rrn:x", "title": "Brute force on ada", "status": "OPEN", "priority": "HIGH", "source": "ALERT",
                    "created_time": T, "first_alert_time": T, "assignee": {"name": "Bob", "email": "bob@example.org"}},
     {"title": "title", "severity": "priority", "time": "created_time", "dedup": "id"}),
    ("tenable", {"asset": {"hostname": "web7", "ipv4": "192.0.2.7", "uuid": "as-1"}, "plugin": {"id": 156014, "name": "Log4Shell",
                                                                                            "description": "x"},
                 "severity": "critical", "severity_id": 4, "first_found": T, "state": "OPEN", "port": {"port": 443}},
     {"title": "plugin.name", "severity": "severity", "rule_id": "plugin.id", "host": "asset.hostname"}),
    ("teleport", {"code": "T1000W", "ei": 0, "event": "user.login", "uid": "tp-1", "user": "ada", "success": False, "method": "local",
                  "time": T, "cluster_name": "prod", "error": "bad password", "addr": {"remote": "203.0.113.9:5511"}},
     {"title": "event", "time": "time", "user": "user", "dedup": "uid"}),
    ("atlassian", {"id": "at-1", "attributes": {"time": T, "action": "user_added", "actor": {"name": "Ada", "email": "ada@example.org"},
                                                "location": {"ip": "203.0.113.9"}}, "type": "events"},
     {"title": "attributes.action", "time": "attributes.time", "user": "attributes.actor.email", "src_ip": "attributes.location.ip",
      "dedup": "id"}),
    ("canary", {"CanaryName": "fs01", "Description": "SSH Login Attempt", "IncidentHash": "5a" * 16, "IncidentKey": "incident:ssh:1",
                "SourceIP": "203.0.113.9", "CanaryIP": "192.0.2.8", "Timestamp": "2026-03-04 05:06:07 (UTC)", "AlertType": "CanaryIncident"},
     {"src_ip": "SourceIP", "dedup": "IncidentKey"}),
    ("lacework", {"event_title": "New external host", "event_id": "120", "event_severity": 2, "event_timestamp": T, "event_type": "Anomaly",
                  "event_source": "Agent", "lacework_account": "acme", "event_description": "web7 talks to 198.51.100.4"},
     {"title": "event_title", "severity": "event_severity", "time": "event_timestamp", "dedup": "event_id"}),
    ("trivy", {"alert": "vuln", "id": "CVE-2026-1", "severity": "HIGH", "title": "openssl: overflow", "pkg": "openssl", "target": "web:1.2"},
     {"severity": "severity", "title": "title"}),
    ("kubernetes", {"kind": "Event", "auditID": "k-1", "stage": "ResponseComplete", "verb": "create", "user": {
        "username": "system:anonymous", "groups": ["x"]}, "sourceIPs": ["203.0.113.9"], "objectRef": {"resource": "pods", "name": "web"},
        "requestReceivedTimestamp": T, "stageTimestamp": T},
     {"user": "user.username", "src_ip": "sourceIPs[0]"}),
    ("elastalert", {"rule_name": "Many 500s", "alert_time": T, "match_body": {"@timestamp": T, "host": {"name": "web7"}, "client_ip":
                                                                              "203.0.113.9"}, "alert_info": {"type": "http"}},
     {"title": "rule_name", "rule_id": "rule_name", "host": "match_body.host.name", "src_ip": "match_body.client_ip"}),
    ("checkmk", {"what": "SERVICE", "hostname": "db3", "service": "Disk /", "state": "CRIT", "output": "95 % used", "time": str(S),
                 "notification_id": "n-1"},
     {"host": "hostname", "severity": "state", "time": "time"}),
    ("icinga", {"host_name": "db3", "service_name": "disk", "service_state": "CRITICAL", "service_output": "DISK CRITICAL",
                "check_time": T, "author": "icinga", "notification_type": "PROBLEM"},
     {"host": "host_name", "severity": "service_state"}),
    ("servicenow", {"number": "INC0010001", "short_description": "VPN is down", "severity": "2", "priority": "1", "opened_at": T,
                    "caller_id": "ada", "cmdb_ci": "vpn1", "sys_id": "sn-1"},
     {"title": "short_description", "severity": "severity", "time": "opened_at"}),
    ("rollbar", {"event_name": "new_item", "data": {"item": {"id": 77, "title": "TypeError: x", "level": 40, "environment": "prod",
                                                             "counter": 5, "first_occurrence_timestamp": S, "framework": 0}}},
     {"title": "data.item.title", "dedup": "data.item.id"}),
    ("custom-flat", {"alert_id": "a-1", "alert_name": "Odd", "severity_level": "high", "event_time": T, "rule_uid": "r1", "endpoint_name":
                     "pc-9", "account_name": "ada", "source_address": "192.0.2.9", "target_address": "192.0.2.8", "file_sha256": SHA,
                     "mitre_technique_id": "T1059"},
     {"title": "alert_name", "severity": "severity_level", "time": "event_time", "rule_id": "rule_uid", "host": "endpoint_name",
      "user": "account_name", "src_ip": "source_address", "dst_ip": "target_address", "hash": "file_sha256",
      "mitre": "mitre_technique_id", "dedup": "alert_id"}),
    ("custom-nested", {"vendor": "Acme", "detection": {"uuid": "d-1", "signature": {"id": 100, "name": "Beacon"}, "score": 8.5,
                                                       "observed_at": MS}, "asset": {"fqdn": "pc-9.example", "owner": "bob"},
                       "network": {"source": {"address": "192.0.2.9"}, "destination": {"address": "198.51.100.4"}},
                       "process": {"user": "ada", "hashes": {"sha256": SHA}}},
     {"title": "detection.signature.name", "severity": "detection.score", "time": "detection.observed_at",
      "rule_id": "detection.signature.id", "host": "asset.fqdn", "user": "process.user", "src_ip": "network.source.address",
      "dst_ip": "network.destination.address", "hash": "process.hashes.sha256", "dedup": "detection.uuid"}),
    ("custom-pairs", {"summary": "Odd process", "level": "medium", "ts": S, "observables": [
        {"type": "hostname", "value": "pc-9"}, {"type": "src_ip", "value": "192.0.2.9"}, {"type": "sha256", "value": SHA}]},
     {"title": "summary", "severity": "level", "time": "ts", "host": "observables[0].value", "src_ip": "observables[1].value",
      "hash": "observables[2].value"}),
]


def value_at(alert, path):
    """What lies at a path as an index writes it: a.b[0]["c.d"]."""
    for name, number, quoted in re.findall(r'([^.\[\]]+)|\[(\d+)\]|\["([^"]+)"\]', path):
        alert = alert[int(number)] if number else alert[name or quoted]
    return alert


def write_folder(folder, rows):
    """A folder of payloads with an index, for `mapping measure`."""
    folder.mkdir()
    index = []
    for number, (product, alert, places) in enumerate(rows):
        (folder / f"{number}.json").write_text(json.dumps(alert))
        index.append({"file": f"{number}.json", "product": product, "kind": "alert", "paths": {
            field: {"path": path, "value": value_at(alert, path)} for field, path in places.items()}})
    (folder / "index.json").write_text(json.dumps(index))
