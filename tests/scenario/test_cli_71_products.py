"""Each mapping that comes with Tocsin reads an alert of its product, in the shape that the product's documents give it."""
import json

import pytest
from command_line import CommandLine
from conftest import ROOT
from product_variants import VARIANTS
from product_variants_more import MORE_VARIANTS
from unseen_products import write_folder

SHA256 = "0f" * 32
ECS = {"@timestamp": "2026-01-02T03:04:05Z", "host": {"name": "web1"}, "user": {"name": "anna"}, "source": {"ip": "192.0.2.1"},
       "destination": {"ip": "192.0.2.9"}}
GUARDDUTY = {"SchemaVersion": "2.0", "AccountId": "1", "Id": "g1", "Type": "Recon:EC2/Portscan", "Title": "Port scan", "Severity": 8.5,
             "UpdatedAt": "2026-01-02T03:04:05Z", "Resource": {"InstanceDetails": {"InstanceId": "i-1"}},
             "Service": {"DetectorId": "d", "Action": {"NetworkConnectionAction": {"RemoteIpDetails": {"IpAddressV4": "192.0.2.1"}}}}}
ALERTS = [
    ("elastic", {"_id": "e1", "_source": {**ECS, "kibana.alert.rule.name": "Rule", "kibana.alert.severity": "high", "kibana.alert.uuid": "u1",
                                          "kibana.alert.rule.threat": [{"technique": [{"id": "T1068"}]}]}},
     {"title": "Rule", "severity": "high", "host": "web1", "user": "anna", "src_ip": "192.0.2.1", "mitre": "T1068", "dedup": "u1"}),
    ("elastic", {**ECS, "kibana": {"alert": {"rule": {"name": "Rule", "uuid": "r1"}, "risk_score": 80}}},
     {"title": "Rule", "rule_id": "r1", "severity": 80, "means": "critical", "time": "2026-01-02T03:04:05Z"}),
    ("winlogbeat", {"@timestamp": "2026-01-02T03:04:05Z", "message": "Process Create", "winlog": {
        "event_id": 1, "computer_name": "PC7", "event_data": {"User": "LAB\\anna", "Hashes": f"MD5={'0a' * 16},SHA256={SHA256}"}}},
     {"rule_id": 1, "host": "PC7", "user": "LAB\\anna", "hash": SHA256}),
    ("snort", "08/28-12:21:29.123456 [**] [1:408:8] PING [**] [Classification: Misc activity] [Priority: 3] {ICMP} 192.0.2.1 -> 192.0.2.9\n",
     {"title": "PING", "rule_id": "408", "severity": "3", "means": "low", "src_ip": "192.0.2.1", "dst_ip": "192.0.2.9"}),
    ("snort", '08/28-12:21:29.1 [**] [1:9:1] "six" [**] {TCP} 2001:db8:0:0:0:0:0:1:80 -> 2001:db8::2\n',
     {"title": "six", "src_ip": "2001:db8:0:0:0:0:0:1", "dst_ip": "2001:db8::2"}),
    ("snort-json", {"timestamp": "08/28-12:21:29.1", "msg": "PING", "rule": "1:408:8", "sid": 408, "priority": 1, "src_addr": "192.0.2.1",
                    "dst_addr": "192.0.2.9"}, {"title": "PING", "rule_id": 408, "means": "high", "dst_ip": "192.0.2.9"}),
    ("zeek", "#separator \\x09\n#path\tnotice\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tnote\tmsg\n"
             "1767225600.5\tC1\t192.0.2.1\t192.0.2.9\tScan::Port_Scan\tscanned\n",
     {"title": "Scan::Port_Scan", "description": "scanned", "time": "1767225600.5", "src_ip": "192.0.2.1", "dedup": "C1"}),
    ("zeek-json", {"ts": 1767225600.5, "note": "Scan::Port_Scan", "msg": "scanned", "id.orig_h": "192.0.2.1"},
     {"title": "Scan::Port_Scan", "time": 1767225600.5, "src_ip": "192.0.2.1"}),
    ("ossec", "** Alert 1767225600.1: - syslog,sshd,\n2026 Jan 01 00:00:00 (web1) any->/var/log/auth.log\nRule: 5712 (level 10) -> 'Brute force.'\n"
              "Src IP: 192.0.2.1\nUser: root\nJan  1 00:00:00 web1 sshd[1]: failed\n\n",
     {"title": "Brute force.", "rule_id": "5712", "severity": "10", "host": "web1", "user": "root", "src_ip": "192.0.2.1",
      "dedup": "1767225600.1"}),
    ("grafana", {"receiver": "r", "orgId": 1, "title": "[FIRING:1] Disk", "alerts": [
        {"status": "firing", "labels": {"alertname": "Disk", "instance": "db1", "severity": "critical"}, "startsAt": "2026-01-02T03:04:05Z",
         "fingerprint": "f1", "silenceURL": "x"}]},
     {"title": "[FIRING:1] Disk", "rule_id": "Disk", "host": "db1", "severity": "critical", "dedup": "f1"}),
    ("grafana-legacy", {"title": "[Alerting] Disk", "ruleId": 7, "ruleName": "Disk", "state": "alerting", "message": "full"},
     {"title": "[Alerting] Disk", "rule_id": 7, "severity": "alerting", "means": "high"}),
    ("splunk", {"search_name": "Brute force", "sid": "s1", "result": {"host": "web1", "user": "anna", "src": "192.0.2.1", "_time": "1767225600",
                                                                      "urgency": "high"}},
     {"title": "Brute force", "host": "web1", "src_ip": "192.0.2.1", "severity": "high", "dedup": "s1"}),
    ("splunk", {"sourcetype": "x", "event": {"search_name": "In HEC", "sid": "s2", "result": {"host": "web2"}}},
     {"title": "In HEC", "host": "web2"}),
    ("sentinel", {"type": "Microsoft.SecurityInsights/Incidents", "properties": {
        "title": "Odd sign-in", "severity": "Medium", "incidentNumber": 17, "createdTimeUtc": "2026-01-02T03:04:05Z",
        "relatedEntities": [{"kind": "Host", "properties": {"hostName": "pc7"}}]}},
     {"title": "Odd sign-in", "host": "pc7", "dedup": 17}),
    ("sentinel-alert", {"SystemAlertId": "a1", "AlertName": "Odd", "AlertSeverity": "High", "TimeGenerated": "2026-01-02T03:04:05Z",
                        "Entities": json.dumps([{"Type": "host", "HostName": "pc7"}, {"Type": "ip", "Address": "192.0.2.1"}])},
     {"title": "Odd", "host": "pc7", "src_ip": "192.0.2.1", "dedup": "a1"}),
    ("defender", {"incidentId": 7, "incidentName": "Malware", "severity": "High", "createdTime": "2026-01-02T03:04:05Z", "alerts": [
        {"title": "x", "mitreTechniques": ["T1059"], "devices": [{"deviceDnsName": "pc7"}]}]},
     {"title": "Malware", "host": "pc7", "mitre": "T1059", "dedup": 7}),
    ("defender-alert", {"id": "da1", "title": "Loader", "severity": "Medium", "detectionSource": "WindowsDefenderAv",
                        "alertCreationTime": "2026-01-02T03:04:05Z", "computerDnsName": "pc7", "evidence": [{"sha256": SHA256}]},
     {"title": "Loader", "host": "pc7", "hash": SHA256, "dedup": "da1"}),
    ("guardduty", {"detail-type": "GuardDuty Finding", "source": "aws.guardduty", "detail": GUARDDUTY},
     {"title": "Port scan", "severity": 8.5, "means": "high", "host": "i-1", "src_ip": "192.0.2.1", "dedup": "g1"}),
    ("guardduty", {"Type": "Notification", "TopicArn": "arn", "MessageId": "m", "Message": json.dumps({"Findings": [GUARDDUTY]})},
     {"title": "Port scan", "rule_id": "Recon:EC2/Portscan"}),
    ("securityhub", {"source": "aws.securityhub", "detail-type": "Security Hub Findings - Imported", "detail": {"findings": [
        {"Id": "f1", "GeneratorId": "gen", "ProductArn": "arn", "Title": "Public bucket", "Types": ["TTPs/Discovery"],
         "Severity": {"Label": "CRITICAL"}, "UpdatedAt": "2026-01-02T03:04:05Z", "Resources": [{"Id": "arn:b"}]}]}},
     {"title": "Public bucket", "severity": "CRITICAL", "rule_id": "gen", "host": "arn:b", "dedup": "f1"}),
    ("google-scc", {"finding": {"name": "organizations/1/sources/2/findings/3", "category": "OPEN_FIREWALL", "severity": "HIGH",
                                "eventTime": "2026-01-02T03:04:05Z", "resourceName": "//compute/fw"}},
     {"title": "OPEN_FIREWALL", "rule_id": "OPEN_FIREWALL", "host": "//compute/fw", "dedup": "organizations/1/sources/2/findings/3"}),
    ("crowdstrike", {"metadata": {"eventType": "DetectionSummaryEvent", "eventCreationTime": 1767225600000}, "event": {
        "DetectName": "Suspicious Activity", "SeverityName": "High", "Severity": 4, "ComputerName": "PC7", "UserName": "anna",
        "DetectId": "ldt:1", "SHA256String": SHA256, "LocalIP": "192.0.2.1", "ProcessStartTime": 1767225599}},
     {"title": "Suspicious Activity", "severity": "High", "host": "PC7", "user": "anna", "hash": SHA256, "dedup": "ldt:1"}),
    ("crowdstrike", {"resources": [{"composite_id": "c1", "severity": 70, "display_name": "X", "device": {"hostname": "pc7"}, "technique_id":
                                    "T1059", "created_timestamp": "2026-01-02T03:04:05Z"}]},
     {"title": "X", "severity": 70, "means": "high", "host": "pc7", "mitre": "T1059", "dedup": "c1"}),
    ("sentinelone", {"id": "t1", "threatInfo": {"threatName": "Emotet", "confidenceLevel": "malicious", "sha256": SHA256},
                     "agentRealtimeInfo": {"agentComputerName": "pc7"}},
     {"title": "Emotet", "severity": "malicious", "means": "high", "hash": SHA256, "host": "pc7", "dedup": "t1"}),
    ("sentinelone", {"id": "a1", "activityType": 19, "primaryDescription": "Threat found", "createdAt": "2026-01-02T03:04:05Z", "data": {
        "computerName": "pc7", "username": "anna", "confidenceLevel": "suspicious"}},
     {"title": "Threat found", "rule_id": 19, "means": "medium", "host": "pc7", "user": "anna", "dedup": "a1"}),
    ("falco", {"rule": "Shell", "priority": "Notice", "output": "a shell", "time": "2026-01-02T03:04:05Z", "hostname": "n1",
               "tags": ["container", "T1059"], "output_fields": {"user.name": "root", "fd.cip": "192.0.2.1"}},
     {"title": "Shell", "means": "low", "host": "n1", "user": "root", "src_ip": "192.0.2.1", "mitre": "T1059"}),
    ("ocsf", {"class_uid": 2004, "severity_id": 5, "time": 1767225600000, "finding_info": {
        "title": "Beacon", "uid": "o1", "analytic": {"uid": "r1"}, "attacks": [{"technique": {"uid": "T1071"}}]},
        "device": {"hostname": "pc7"}, "actor": {"user": {"name": "anna"}}},
     {"title": "Beacon", "severity": 5, "means": "critical", "rule_id": "r1", "host": "pc7", "user": "anna", "mitre": "T1071", "dedup": "o1"}),
    ("osquery", {"name": "pack_x_rootkit", "hostIdentifier": "pc7", "unixTime": 1767225600, "action": "added", "counter": 3, "columns": {}},
     {"title": "pack_x_rootkit", "host": "pc7", "time": 1767225600, "dedup": 3}),
    ("qradar", {"id": 42, "description": "Excessive denies", "severity": 8, "magnitude": 5, "offense_source": "192.0.2.1", "start_time":
                1767225600000, "rules": [{"id": 100}]},
     {"title": "Excessive denies", "means": "high", "rule_id": 100, "src_ip": "192.0.2.1", "dedup": 42}),
    ("graylog", {"event_definition_id": "d1", "event_definition_title": "Failed logins", "event": {
        "id": "ev1", "message": "five", "priority": 3, "timestamp": "2026-01-02T03:04:05Z", "source": "gl", "fields": {"user": "anna"}}},
     {"title": "Failed logins", "means": "high", "rule_id": "d1", "user": "anna", "dedup": "ev1"}),
    ("datadog", {"id": "1", "title": "[Triggered] CPU", "alert_type": "error", "monitor_id": "7", "date": "1767225600000", "scopes": "host:db1"},
     {"title": "[Triggered] CPU", "means": "high", "rule_id": "7", "host": "host:db1", "dedup": "1"}),
    ("pagerduty", {"routing_key": "k", "event_action": "trigger", "dedup_key": "d1", "payload": {
        "summary": "Disk full", "severity": "critical", "source": "db1"}},
     {"title": "Disk full", "severity": "critical", "host": "db1", "dedup": "d1", "status": "trigger"}),
    ("pagerduty", {"event": {"event_type": "incident.triggered", "occurred_at": "2026-01-02T03:04:05Z", "data": {
        "id": "P1", "title": "Disk full", "urgency": "high", "service": {"summary": "db"}}}},
     {"title": "Disk full", "severity": "high", "host": "db", "dedup": "P1"}),
    ("okta", {"eventType": "com.okta.event_hook", "data": {"events": [
        {"uuid": "u1", "eventType": "user.account.lock", "displayMessage": "Locked", "severity": "WARN", "published": "2026-01-02T03:04:05Z",
         "actor": {"alternateId": "anna@example.org"}, "client": {"ipAddress": "192.0.2.1"}}]}},
     {"title": "Locked", "means": "medium", "rule_id": "user.account.lock", "user": "anna@example.org", "src_ip": "192.0.2.1", "dedup": "u1"}),
    ("auth0", {"log_id": "l1", "data": {"type": "pwd_leak", "date": "2026-01-02T03:04:05Z", "ip": "192.0.2.1", "user_name": "anna"}},
     {"title": "pwd_leak", "user": "anna", "src_ip": "192.0.2.1", "dedup": "l1"}),
    ("cortex-xdr", {"reply": {"alerts": [{"alert_id": "9", "name": "BTP", "severity": "high", "host_name": "pc7", "detection_timestamp":
                                          1767225600000, "mitre_technique_id_and_name": "T1012 - Query Registry"}]}},
     {"title": "BTP", "host": "pc7", "mitre": "T1012 - Query Registry", "dedup": "9"}),
    ("thehive", {"title": "Phish", "type": "external", "source": "siem", "sourceRef": "r1", "severity": 3, "observables": [
        {"dataType": "ip", "data": "192.0.2.1"}, {"dataType": "hash", "data": SHA256}]},
     {"title": "Phish", "means": "high", "rule_id": "external", "src_ip": "192.0.2.1", "hash": SHA256, "dedup": "r1"}),
    ("cef", "<134>Oct 11 22:14:15 gate CEF:0|Acme|Watch|1|d1|Forced door|8|rt=1767225600000 src=192.0.2.1 dhost=door2 suser=anna externalId=x1\n",
     {"title": "Forced door", "means": "high", "rule_id": "d1", "host": "door2", "user": "anna", "src_ip": "192.0.2.1", "dedup": "x1"}),
    ("leef", "LEEF:2.0|Acme|Watch|1|d1|^|src=192.0.2.1^sev=9^usrName=anna^identHostName=door2\n",
     {"title": "d1", "means": "critical", "host": "door2", "user": "anna", "src_ip": "192.0.2.1"}),
    ("syslog", "<34>Oct 11 22:14:15 web1 sshd[1]: Failed password for root from 192.0.2.1 port 22\n",
     {"severity": "critical", "host": "web1", "rule_id": "sshd", "user": "root", "src_ip": "192.0.2.1"}),
    ("suricata", '<134>1 2026-01-02T03:04:05Z ids suricata - - - {"event_type":"alert","alert":{"signature":"S","signature_id":7}}\n',
     {"title": "S", "rule_id": 7}),
    ("cloudevents", {"specversion": "1.0", "id": "c1", "type": "door.forced", "source": "/door/2", "time": "2026-01-02T03:04:05Z"},
     {"title": "door.forced", "host": "/door/2", "dedup": "c1"}),
    ("wazuh", {"specversion": "1.0", "id": "c1", "type": "t", "source": "s", "data": {"rule": {"id": "5712", "level": 10,
                                                                                              "description": "Brute force"}}},
     {"title": "Brute force", "rule_id": "5712", "means": "medium"}),
    ("eventbridge", {"source": "aws.x", "detail-type": "Nothing inside", "detail": {}, "id": "b1", "time": "2026-01-02T03:04:05Z"},
     {"title": "Nothing inside", "dedup": "b1"}),
    ("sns", {"Type": "Notification", "TopicArn": "arn:t", "MessageId": "m1", "Subject": "Budget", "Message": "exceeded"},
     {"title": "Budget", "description": "exceeded", "dedup": "m1"}),
    ("google-scc", {"subscription": "s", "message": {"data": "eyJmaW5kaW5nIjp7Im5hbWUiOiJhL2ZpbmRpbmdzL2IiLCJjYXRlZ29yeSI6IlgifX0="}},
     {"title": "X", "dedup": "a/findings/b"}),
    ("idmef", '<?xml version="1.0"?>\n<!DOCTYPE IDMEF-Message PUBLIC "-//IETF//DTD RFC 4765 IDMEF v1.0//EN" "idmef-message.dtd">\n'
     '<i:IDMEF-Message xmlns:i="urn:iana:xml:ns:idmef" version="1.0"><i:Alert messageid="im-1"><i:Analyzer analyzerid="s1"/>'
     '<i:CreateTime ntpstamp="0x0">2026-03-04T05:06:07Z</i:CreateTime><i:Source><i:Node><i:Address category="ipv4-addr">'
     '<i:address>192.0.2.1</i:address></i:Address></i:Node></i:Source><i:Target><i:Node><i:name>web7</i:name>'
     '<i:Address category="ipv4-addr"><i:address>192.0.2.8</i:address></i:Address></i:Node><i:User><i:UserId type="target-user">'
     '<i:name>anna</i:name></i:UserId></i:User></i:Target><i:Classification text="Port scan" ident="c-9"/><i:Assessment>'
     '<i:Impact severity="high" type="recon">tried</i:Impact></i:Assessment></i:Alert></i:IDMEF-Message>',
     {"title": "Port scan", "severity": "high", "time": "2026-03-04T05:06:07Z", "rule_id": "c-9", "host": "web7", "user": "anna",
      "src_ip": "192.0.2.1", "dst_ip": "192.0.2.8", "dedup": "im-1", "description": "tried"}),
    ("idmefv2", {"Version": "2.D.V04", "ID": "iv-1", "CreateTime": "2026-03-04T05:06:07Z", "Category": ["Attempt.Login"], "Priority": "High",
                 "Description": "Brute force", "Status": "Incident", "Analyzer": {"IP": "192.0.2.3", "Name": "SIEM", "Hostname": "siem1"},
                 "Source": [{"IP": "203.0.113.9"}], "Target": [{"IP": "192.0.2.8", "Hostname": "web7", "User": "anna"}],
                 "Attachment": [{"FileName": "x", "Hash": [SHA256]}]},
     {"title": "Brute force", "severity": "High", "time": "2026-03-04T05:06:07Z", "rule_id": "Attempt.Login", "host": "web7", "user": "anna",
      "src_ip": "203.0.113.9", "dst_ip": "192.0.2.8", "hash": SHA256, "dedup": "iv-1"}),
    ("windows-xml", '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Sysmon"/>'
     '<EventID>3</EventID><Level>4</Level><TimeCreated SystemTime="2026-03-04T05:06:07.1Z"/><EventRecordID>77</EventRecordID>'
     '<Computer>PC9.lab</Computer></System><EventData><Data Name="RuleName">technique_id=T1071,technique_name=x</Data>'
     f'<Data Name="User">LAB\\anna</Data><Data Name="SourceIp">192.0.2.1</Data><Data Name="DestinationIp">192.0.2.8</Data>'
     f'<Data Name="Hashes">SHA256={SHA256}</Data></EventData></Event>',
     {"rule_id": "3", "severity": "4", "means": "info", "time": "2026-03-04T05:06:07.1Z", "host": "PC9.lab", "user": "LAB\\anna",
      "src_ip": "192.0.2.1", "dst_ip": "192.0.2.8", "hash": SHA256, "mitre": "T1071", "dedup": "77"}),
    ("stix", {"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "id": "indicator--1", "name": "Poison", "created": "2026-03-04T05:06:07Z", "pattern_type": "stix",
         "pattern": f"[file:hashes.'SHA-256' = '{SHA256}']", "external_references": [{"source_name": "mitre-attack", "external_id": "T1204"}]}]},
     {"title": "Poison", "means": "info", "hash": SHA256, "mitre": "T1204", "dedup": "bundle--1"}),
    ("xml", '<alarm id="a-1"><threat_name>Forced door</threat_name><severity>high</severity><host>gate2</host></alarm>',
     {"title": "Forced door", "severity": "high", "host": "gate2"}),
    ("guardduty", {"received": "2026-01-02T03:04:06Z", "body": json.dumps({"detail": GUARDDUTY, "detail-type": "x", "source": "aws.guardduty"})},
     {"title": "Port scan", "host": "i-1", "dedup": "g1"}),
    ("sentinel", {"status": "success", "incident": {"type": "Microsoft.SecurityInsights/Incidents", "properties": {
        "title": "Odd sign-in", "severity": "Medium", "incidentNumber": 17}}}, {"title": "Odd sign-in", "dedup": 17}),
    ("generic", {"action": "created", "alert": {"rule_name": "Odd", "severity": "high"}, "sender": {"login": "ada"}},
     {"title": "Odd", "user": "ada"}),
    ("generic", {"alerts": [{"threat_name": "Emotet", "risk": "high", "computer": "pc7"}, {"threat_name": "Qbot", "risk": "low"}]},
     {"title": "Emotet", "severity": "high", "host": "pc7"}),
]


@pytest.fixture(scope="module")
def cli(tmp_path_factory):
    return CommandLine(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("mapping, alert, expected", ALERTS, ids=[f"{i}-{row[0]}" for i, row in enumerate(ALERTS)])
def test_an_alert_of_the_product_is_recognised_and_read(cli, mapping, alert, expected):
    payload = alert if isinstance(alert, str) else json.dumps(alert)
    answer = cli.json("mapping", "test", stdin=payload)
    found = {row["field"]: row["value"] for row in answer["fields"]}
    found["means"] = next((row.get("means") for row in answer["fields"] if row["field"] == "severity"), None)
    assert answer["format"] == mapping
    assert {name: found.get(name) for name in expected} == expected


def test_variants_of_each_product_are_its_own_and_come_out_whole(cli, tmp_path):
    folder = tmp_path / "variants"
    write_folder(folder, VARIANTS + MORE_VARIANTS)
    answer = cli.json("mapping", "measure", folder, "--wrong")
    assert answer["wrong"] == [] and answer["payloads"] == len(VARIANTS + MORE_VARIANTS)
    assert {row["product"]: row["read_as"] for row in answer["products"]} == {row[0]: [row[0]] for row in VARIANTS + MORE_VARIANTS}


def test_every_mapping_has_such_an_alert_and_a_section_in_the_manual(cli):
    names = {row["name"] for row in cli.json("mapping", "list")["mappings"]}
    elsewhere = {"native", "alertmanager", "lists", "pubsub", "splunk-hec", "wrapped"}
    assert names - elsewhere == {row[0] for row in ALERTS}
    manual = (ROOT / "docs/INTAKE.md").read_text()
    for name in names:
        assert f"`{name}`" in manual, name
