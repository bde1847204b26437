"""More alerts in the shapes of products that no mapping knows; see unseen_products.py."""
MORE = [
    ('prisma-cloud', {'alertId': 'P-101', 'alertStatus': 'open', 'alertTime': 1772600767000, 'policyId': 'pol-1', 'policyName':
     'Public bucket', 'policyDescription': 'd', 'severity': 'high', 'resourceId': 'arn:x', 'resourceName': 'bucket1',
     'resourceType': 'S3', 'accountName': 'prod', 'accountId': '1', 'cloudType': 'aws', 'resourceRegion': 'eu', 'callbackUrl': 'u'},
     {'title': 'policyName', 'severity': 'severity', 'time': 'alertTime', 'rule_id': 'policyId', 'host': 'resourceName', 'dedup':
     'alertId'}),
    ('orca', {'state': {'alert_id': 'orca-1', 'status': 'open', 'severity': 'imminent compromise', 'created_at':
     '2026-03-04T05:06:07Z', 'score': 1, 'risk_level': 'high'}, 'type': 'malware', 'type_string': 'Malware', 'asset_name': 'vm9',
     'asset_unique_id': 'a', 'description': 'Malware found', 'rule_id': 'r9', 'title': 'Malware on vm9'}, {'title': 'title',
     'severity': 'state.severity', 'time': 'state.created_at', 'rule_id': 'rule_id', 'host': 'asset_name', 'dedup':
     'state.alert_id'}),
    ('snyk', {'project': {'id': 'p', 'name': 'acme/shop'}, 'newIssues': [{'id': 'SNYK-1', 'issueData': {'title': 'XSS', 'severity':
     'high', 'identifiers': {'CVE': ['CVE-2026-1']}}, 'pkgName': 'x'}], 'org': {'name': 'acme'}}, {'title':
     'newIssues[0].issueData.title', 'severity': 'newIssues[0].issueData.severity', 'dedup': 'newIssues[0].id'}),
    ('sysdig', {'id': 'sd-1', 'timestamp': 1772600767123456789, 'severity': 4, 'type': 'policy', 'source': 'syscall', 'name':
     'Terminal shell', 'description': 'd', 'content': {'ruleName': 'Terminal shell in container', 'policyId': 55, 'fields':
     {'user.name': 'root', 'container.name': 'web'}}, 'labels': {'host.hostName': 'node1'}}, {'title': 'name', 'severity':
     'severity', 'time': 'timestamp', 'user': 'content.fields["user.name"]', 'host': 'labels["host.hostName"]', 'dedup': 'id'}),
    ('aqua', {'id': 7, 'time': 1772600767, 'type': 'Alert', 'user': 'root', 'action': 'exec', 'image': 'web:1', 'host': 'node1',
     'hostip': '192.0.2.7', 'rule': 'Default', 'category': 'container', 'result': 2, 'reason': 'not allowed'}, {'time': 'time',
     'user': 'user', 'host': 'host', 'dedup': 'id'}),
    ('jamf', {'caid': 'c', 'certid': 'x', 'input': {'match': {'uuid': 'jm-1', 'severity': 2, 'facts': [{'name': 'GatekeeperBypass',
     'severity': 2, 'human': 'Gatekeeper bypass'}], 'event': {'timestamp': 1772600767, 'type': 1, 'process': {'user': 'ada'}}},
     'host': {'hostname': 'mac7', 'ips': ['192.0.2.7'], 'serial': 'S1'}}}, {'severity': 'input.match.severity', 'host':
     'input.host.hostname', 'dedup': 'input.match.uuid', 'time': 'input.match.event.timestamp'}),
    ('huntress', {'id': 77, 'status': 'sent', 'summary': 'Malicious persistence', 'body': 'b', 'severity': 'critical', 'platform':
     'windows', 'sent_at': '2026-03-04T05:06:07Z', 'account_id': 3, 'organization_id': 4, 'subject': 'Incident on PC9',
     'remediations': []}, {'severity': 'severity', 'dedup': 'id'}),
    ('vectra', {'id': 501, 'detection': 'Hidden HTTPS Tunnel', 'detection_type': 'Hidden HTTPS Tunnel', 'category':
     'command_and_control', 'src_ip': '192.0.2.9', 'threat': 80, 'certainty': 70, 'severity': 8, 'first_timestamp':
     '2026-03-04T05:06:07Z', 'last_timestamp': '2026-03-04T05:06:07Z', 'src_host': {'id': 9, 'name': 'pc-9', 'ip': '192.0.2.9'},
     'state': 'active'}, {'title': 'detection', 'severity': 'severity', 'src_ip': 'src_ip', 'host': 'src_host.name', 'dedup': 'id',
     'time': 'first_timestamp'}),
    ('extrahop', {'id': 881, 'title': 'Ransomware Activity', 'type': 'ransomware', 'risk_score': 94, 'start_time': 1772600767000,
     'update_time': 1772600767000, 'categories': ['sec'], 'participants': [{'role': 'offender', 'hostname': 'pc-9', 'object_value':
     '192.0.2.9'}, {'role': 'victim', 'hostname': 'fs1', 'object_value': '192.0.2.8'}], 'mitre_techniques': [{'id': 'T1486', 'name':
     'x'}], 'status': 'new'}, {'title': 'title', 'severity': 'risk_score', 'time': 'start_time', 'dedup': 'id', 'mitre':
     'mitre_techniques[0].id', 'host': 'participants[0].hostname'}),
    ('umbrella', {'timestamp': 1772600767000, 'identities': [{'label': 'PC9'}], 'internalip': '192.0.2.9', 'externalip':
     '203.0.113.9', 'domain': 'evil.example', 'verdict': 'blocked', 'categories': [{'label': 'Malware'}], 'threats': [{'label':
     'Emotet', 'type': 'botnet'}], 'querytype': 'A'}, {'time': 'timestamp'}),
    ('secure-endpoint', {'id': 6455, 'timestamp': 1772600767, 'date': '2026-03-04T05:06:07Z', 'event_type': 'Threat Detected',
     'event_type_id': 1090519054, 'detection': 'W32.Emotet', 'detection_id': 'd9', 'connector_guid': 'g', 'severity': 'High',
     'computer': {'hostname': 'PC9', 'user': 'ada@LAB', 'network_addresses': [{'ip': '192.0.2.9'}]}, 'file': {'disposition':
     'Malicious', 'identity': {'sha256': '7c' * 32, 'sha1': '7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c7c'}}}, {'severity': 'severity',
     'host': 'computer.hostname', 'user': 'computer.user', 'hash': 'file.identity.sha256', 'src_ip':
     'computer.network_addresses[0].ip'}),
    ('meraki', {'version': '0.1', 'sharedSecret': 's', 'sentAt': '2026-03-04T05:06:07Z', 'organizationId': '1', 'organizationName':
     'Acme', 'networkName': 'HQ', 'deviceSerial': 'Q', 'deviceName': 'AP7', 'alertId': 'mk-1', 'alertType': 'Malware detected',
     'alertTypeId': 'malware', 'alertLevel': 'critical', 'occurredAt': '2026-03-04T05:06:07Z', 'alertData': {'url': 'x'}}, {'title':
     'alertType', 'severity': 'alertLevel', 'time': 'occurredAt', 'host': 'deviceName', 'dedup': 'alertId'}),
    ('mimecast', {'id': 'mc-1', 'senderAddress': 'bad@evil.example', 'recipientAddress': 'ada@example.org', 'subject': 'Invoice',
     'eventTime': '2026-03-04T05:06:07Z', 'definition': 'Default Impersonation', 'action': 'hold', 'senderIpAddress': '203.0.113.9',
     'identifiers': ['x'], 'messageId': '<m@x>'}, {'title': 'subject', 'time': 'eventTime', 'src_ip': 'senderIpAddress', 'dedup':
     'id'}),
    ('abnormal', {'threatId': 'ab-1', 'messages': [{'abxMessageId': 1, 'subject': 'Invoice', 'fromAddress': 'bad@evil.example',
     'recipientAddress': 'ada@example.org', 'receivedTime': '2026-03-04T05:06:07Z', 'attackType': 'Phishing: Credential',
     'senderIpAddress': '203.0.113.9', 'attackStrategy': 'x'}]}, {'dedup': 'threatId', 'src_ip': 'messages[0].senderIpAddress'}),
    ('box', {'event_type': 'DOWNLOAD', 'event_id': 'bx-1', 'type': 'event', 'created_at': '2026-03-04T05:06:07Z', 'created_by':
     {'id': '1', 'type': 'user', 'name': 'Ada', 'login': 'ada@example.org'}, 'ip_address': '203.0.113.9', 'source': {'item_name':
     'plan.pdf', 'item_type': 'file'}, 'additional_details': {'shield_alert': {'rule_name': 'Odd download', 'priority': 'high',
     'alert_id': 9}}}, {'title': 'event_type', 'time': 'created_at', 'user': 'created_by.login', 'src_ip': 'ip_address', 'dedup':
     'event_id'}),
    ('zoom', {'event': 'meeting.started', 'event_ts': 1772600767000, 'payload': {'account_id': 'a', 'operator': 'ada@example.org',
     'object': {'id': '1', 'topic': 'x'}}}, {'title': 'event', 'time': 'event_ts'}),
    ('salesforce', {'EVENT_TYPE': 'LoginAsEvent', 'TIMESTAMP': '20260304050607.123', 'USER_ID': '005', 'USER_NAME':
     'ada@example.org', 'SOURCE_IP': '203.0.113.9', 'REQUEST_ID': 'rq-1'}, {'title': 'EVENT_TYPE', 'user': 'USER_NAME', 'src_ip':
     'SOURCE_IP'}),
    ('snowflake', {'EVENT_TIMESTAMP': '2026-03-04 05:06:07', 'EVENT_ID': '99', 'EVENT_TYPE': 'LOGIN', 'USER_NAME': 'ADA',
     'CLIENT_IP': '203.0.113.9', 'IS_SUCCESS': 'NO', 'ERROR_MESSAGE': 'INCORRECT_USERNAME_PASSWORD'}, {'title': 'EVENT_TYPE',
     'time': 'EVENT_TIMESTAMP', 'user': 'USER_NAME', 'src_ip': 'CLIENT_IP', 'dedup': 'EVENT_ID'}),
    ('mongodb-atlas', {'id': 'mg-1', 'eventTypeName': 'HOST_DOWN', 'status': 'OPEN', 'created': '2026-03-04T05:06:07Z', 'updated':
     '2026-03-04T05:06:07Z', 'hostnameAndPort': 'db1:27017', 'groupId': 'g', 'alertConfigId': 'ac-1', 'replicaSetName': 'rs',
     'metricName': 'x'}, {'title': 'eventTypeName', 'time': 'created', 'rule_id': 'alertConfigId', 'dedup': 'id', 'host':
     'hostnameAndPort'}),
    ('1password', {'uuid': 'op-1', 'timestamp': '2026-03-04T05:06:07Z', 'session_uuid': 's', 'category': 'credentials_failed',
     'type': 'password_secret_bad', 'country': 'DE', 'target_user': {'uuid': 'u', 'name': 'Ada', 'email': 'ada@example.org'},
     'client': {'app_name': 'x', 'ip_address': '203.0.113.9'}}, {'time': 'timestamp', 'user': 'target_user.name', 'src_ip':
     'client.ip_address', 'dedup': 'uuid'}),
    ('gitlab-audit', {'id': 'gl-1', 'author_id': 1, 'author_name': 'Ada', 'entity_type': 'Project', 'entity_path': 'acme/shop',
     'event_name': 'project_deleted', 'ip_address': '203.0.113.9', 'created_at': '2026-03-04T05:06:07Z', 'details':
     {'custom_message': 'Deleted'}}, {'title': 'event_name', 'time': 'created_at', 'user': 'author_name', 'src_ip': 'ip_address',
     'dedup': 'id'}),
    ('zendesk', {'id': 99, 'action': 'update', 'actor_id': 1, 'actor_name': 'Ada', 'change_description': 'Role changed',
     'created_at': '2026-03-04T05:06:07Z', 'ip_address': '203.0.113.9', 'source_type': 'user', 'source_label': 'Bob', 'url': 'x'},
     {'time': 'created_at', 'user': 'actor_name', 'src_ip': 'ip_address', 'dedup': 'id'}),
    ('tailscale', {'event': {'eventTime': '2026-03-04T05:06:07Z', 'type': 'CONFIG', 'deferredAt': 'x', 'eventGroupID': 'tg-1',
     'origin': 'ADMIN_CONSOLE', 'actor': {'id': 'u', 'type': 'USER', 'loginName': 'ada@example.org', 'displayName': 'Ada'},
     'target': {'id': 'n', 'name': 'tailnet', 'type': 'NODE'}, 'action': 'CREATE'}}, {'time': 'event.eventTime', 'user':
     'event.actor.loginName'}),
    ('nagios', {'notificationtype': 'PROBLEM', 'hostname': 'db3', 'hostaddress': '192.0.2.33', 'servicedesc': 'Disk',
     'servicestate': 'CRITICAL', 'serviceoutput': '95 %', 'longdatetime': 'Wed Mar 4 05:06:07 UTC 2026', 'timet': '1772600767'},
     {'severity': 'servicestate', 'host': 'hostname', 'time': 'timet'}),
    ('prtg', {'sensor': 'Ping', 'sensorid': '2001', 'device': 'db3', 'host': '192.0.2.33', 'status': 'Down', 'message': 'timeout',
     'datetime': '3/4/2026 5:06:07 AM', 'priority': '*****', 'probe': 'p', 'group': 'g'}, {'host': 'device', 'severity': 'status'}),
    ('site24x7', {'MONITORNAME': 'Shop', 'MONITORURL': 'https://s', 'MONITORTYPE': 'URL', 'STATUS': 'DOWN', 'INCIDENT_REASON':
     'timeout', 'MONITOR_ID': '4500', 'INCIDENT_TIME_ISO': '2026-03-04T05:06:07+0000', 'OUTAGE_TIME_UNIX_FORMAT': '1772600767000'},
     {'title': 'MONITORNAME', 'severity': 'STATUS', 'rule_id': 'MONITOR_ID'}),
    ('sumologic', {'alertName': 'Many 500s', 'id': 'su-1', 'queryUrl': 'x', 'resultsJson': '[]', 'numQueryResults': '9', 'severity':
     'Critical', 'triggerTimeISO': '2026-03-04T05:06:07Z', 'monitorId': 'mo-1', 'status': 'Critical', 'sourceUrl': 'y'}, {'title':
     'alertName', 'severity': 'severity', 'rule_id': 'monitorId', 'dedup': 'id'}),
    ('coralogix', {'uuid': 'cx-1', 'alert_id': 'al-1', 'name': 'Errors', 'description': 'd', 'threshold': 5, 'timewindow': 10,
     'group_by_labels': 'x', 'alert_action': 'trigger', 'alert_url': 'u', 'icon_url': 'i', 'service': 'coralogix', 'fields':
     [{'key': 'team', 'value': 'acme'}, {'key': 'severityLowercase', 'value': 'error'}, {'key': 'computer', 'value': 'db3'}, {'key':
     'ipAddress', 'value': '192.0.2.33'}]}, {'title': 'name', 'severity': 'fields[1].value', 'host': 'fields[2].value', 'src_ip':
     'fields[3].value', 'dedup': 'alert_id'}),
    ('victorops', {'message_type': 'CRITICAL', 'entity_id': 'disk/db3', 'entity_display_name': 'Disk on db3', 'state_message':
     '95 %', 'state_start_time': 1772600767, 'monitoring_tool': 'x', 'host_name': 'db3'}, {'title': 'entity_display_name',
     'severity': 'message_type', 'host': 'host_name', 'dedup': 'entity_id'}),
    ('signalfx', {'severity': 'Critical', 'originatingMetric': 'cpu', 'detectOnCondition': 'x', 'messageBody': 'b', 'inputs': {},
     'rule': 'CPU high', 'description': 'd', 'messageTitle': 'Critical Alert: CPU high', 'sf_schema': 2, 'eventType': 'e',
     'timestamp': '2026-03-04T05:06:07Z', 'incidentId': 'sf-1', 'detector': 'CPU detector', 'detectorId': 'D1', 'statusExtended':
     'anomalous', 'status': 'too high', 'dimensions': {'host': 'db3'}}, {'severity': 'severity', 'time': 'timestamp', 'dedup':
     'incidentId', 'host': 'dimensions.host'}),
    ('instana', {'issue': {'id': 'in-1', 'type': 'issue', 'state': 'OPEN', 'start': 1772600767000, 'severity': 5, 'text':
     'Garbage collection', 'suggestion': 's', 'link': 'l', 'zone': 'prod', 'fqdn': 'db3.example', 'entity': 'jvm', 'entityLabel':
     'shop', 'container': 'c1'}}, {'title': 'issue.text', 'severity': 'issue.severity', 'time': 'issue.start', 'host': 'issue.fqdn',
     'dedup': 'issue.id'}),
    ('appdynamics', {'controllerUrl': 'x', 'eventType': 'POLICY_OPEN_CRITICAL', 'id': 'ad-1', 'eventTime': '2026-03-04T05:06:07Z',
     'displayName': 'Health Rule Violation', 'severity': 'ERROR', 'summaryMessage': 'm', 'application': 'shop', 'node': 'n1'},
     {'title': 'displayName', 'severity': 'severity', 'time': 'eventTime', 'dedup': 'id', 'host': 'node'}),
    ('uptimekuma', {'heartbeat': {'monitorID': 4, 'status': 0, 'time': '2026-03-04 05:06:07', 'msg': 'timeout', 'important': True},
     'monitor': {'id': 4, 'name': 'Shop', 'url': 'u', 'hostname': 'shop.example', 'type': 'http'}, 'msg': '[Shop] [Down] timeout'},
     {'title': 'monitor.name', 'time': 'heartbeat.time', 'host': 'monitor.hostname'}),
    ('betterstack', {'data': {'id': 'bs-1', 'type': 'incident', 'attributes': {'name': 'Shop', 'url': 'u', 'cause': 'Status 500',
     'started_at': '2026-03-04T05:06:07Z', 'status': 'Started', 'http_method': 'get', 'incident_group_id': None}}}, {'title':
     'data.attributes.name', 'time': 'data.attributes.started_at', 'dedup': 'data.id'}),
    ('bugsnag', {'account': {'id': '1', 'name': 'Acme'}, 'project': {'id': 'p', 'name': 'shop'}, 'trigger': {'type':
     'firstException', 'message': 'New error'}, 'error': {'id': 'bg-1', 'errorId': 'e1', 'exceptionClass': 'NoMethodError',
     'message': 'undefined x', 'context': 'a#b', 'firstReceived': '2026-03-04T05:06:07Z', 'receivedAt': '2026-03-04T05:06:07Z',
     'severity': 'error', 'status': 'open', 'user': {'email': 'ada@example.org'}}}, {'severity': 'error.severity', 'time':
     'error.receivedAt', 'user': 'error.user.email', 'dedup': 'error.id'}),
    ('qualys', {'QID': 38170, 'TITLE': 'SSL Certificate', 'SEVERITY': '4', 'IP': '192.0.2.7', 'DNS': 'web7.example',
     'FIRST_FOUND_DATETIME': '2026-03-04T05:06:07Z', 'LAST_FOUND_DATETIME': '2026-03-04T05:06:07Z', 'STATUS': 'Active',
     'UNIQUE_VULN_ID': '7788', 'TYPE': 'Confirmed'}, {'title': 'TITLE', 'severity': 'SEVERITY', 'src_ip': 'IP'}),
    ('openvas', {'name': 'SSL/TLS weak', 'host': '192.0.2.7', 'port': '443/tcp', 'threat': 'High', 'severity': '7.5', 'nvt': {'oid':
     '1.3.6.1', 'name': 'SSL/TLS weak', 'cvss_base': '7.5'}, 'creation_time': '2026-03-04T05:06:07Z', 'id': 'ov-1'}, {'title':
     'name', 'host': 'host', 'severity': 'severity', 'time': 'creation_time', 'dedup': 'id'}),
    ('imperva', {'alert': {'alertId': 'im-1', 'severity': 'High', 'alertName': 'SQL injection', 'time': 1772600767, 'sourceIp':
     '203.0.113.9', 'destIp': '192.0.2.8', 'user': 'ada', 'policyName': 'SQLi', 'serverGroup': 'web'}}, {'title': 'alert.alertName',
     'severity': 'alert.severity', 'time': 'alert.time', 'src_ip': 'alert.sourceIp', 'dst_ip': 'alert.destIp', 'user': 'alert.user',
     'dedup': 'alert.alertId'}),
    ('akamai', {'attackData': {'clientIP': '203.0.113.9', 'configId': '1', 'policyId': 'p1', 'rules': '950', 'ruleMessages': 'SQLi',
     'ruleActions': 'deny'}, 'httpMessage': {'host': 'shop.example', 'method': 'GET', 'requestId': 'ak-1', 'start': '1772600767',
     'path': '/x'}, 'type': 'akamai_siem'}, {'src_ip': 'attackData.clientIP', 'time': 'httpMessage.start', 'dedup':
     'httpMessage.requestId'}),
    ('aws-waf', {'timestamp': 1772600767000, 'webaclId': 'arn:w', 'terminatingRuleId': 'SQLi', 'terminatingRuleType': 'MANAGED',
     'action': 'BLOCK', 'httpSourceName': 'ALB', 'httpRequest': {'clientIp': '203.0.113.9', 'country': 'X', 'uri': '/x',
     'requestId': 'wf-1', 'httpMethod': 'GET'}}, {'time': 'timestamp', 'rule_id': 'terminatingRuleId', 'src_ip':
     'httpRequest.clientIp', 'dedup': 'httpRequest.requestId'}),
    ('inspector', {'awsAccountId': '1', 'description': 'd', 'findingArn': 'arn:f', 'firstObservedAt': '2026-03-04T05:06:07Z',
     'severity': 'HIGH', 'status': 'ACTIVE', 'title': 'CVE-2026-1 - openssl', 'type': 'PACKAGE_VULNERABILITY', 'updatedAt':
     '2026-03-04T05:06:07Z', 'resources': [{'id': 'i-9', 'type': 'AWS_EC2_INSTANCE'}], 'inspectorScore': 8.1}, {'title': 'title',
     'severity': 'severity', 'host': 'resources[0].id', 'dedup': 'findingArn'}),
    ('macie', {'id': 'ma-1', 'accountId': '1', 'createdAt': '2026-03-04T05:06:07Z', 'updatedAt': '2026-03-04T05:06:07Z', 'severity':
     {'description': 'High', 'score': 3}, 'title': 'S3 object has credentials', 'type': 'SensitiveData:S3Object/Credentials',
     'resourcesAffected': {'s3Bucket': {'name': 'b1', 'arn': 'arn:b'}}}, {'title': 'title', 'severity': 'severity.description',
     'dedup': 'id', 'rule_id': 'type', 'host': 'resourcesAffected.s3Bucket.name'}),
    ('access-analyzer', {'id': 'aa-1', 'resource': 'arn:aws:s3:::b1', 'resourceType': 'AWS::S3::Bucket', 'status': 'ACTIVE',
     'createdAt': '2026-03-04T05:06:07Z', 'analyzedAt': '2026-03-04T05:06:07Z', 'isPublic': True, 'principal': {'AWS': '*'},
     'action': ['s3:GetObject']}, {'time': 'createdAt', 'host': 'resource', 'dedup': 'id'}),
    ('entra-risk', {'id': 'er-1', 'riskEventType': 'unfamiliarFeatures', 'riskLevel': 'high', 'riskState': 'atRisk',
     'detectedDateTime': '2026-03-04T05:06:07Z', 'activityDateTime': '2026-03-04T05:06:07Z', 'ipAddress': '203.0.113.9',
     'userDisplayName': 'Ada', 'userPrincipalName': 'ada@example.org', 'source': 'IdentityProtection', 'correlationId': 'c'},
     {'title': 'riskEventType', 'severity': 'riskLevel', 'user': 'userPrincipalName', 'src_ip': 'ipAddress', 'dedup': 'id'}),
    ('m365-audit', {'CreationTime': '2026-03-04T05:06:07', 'Id': 'mo-1', 'Operation': 'New-InboxRule', 'Workload': 'Exchange',
     'UserId': 'ada@example.org', 'ClientIP': '203.0.113.9', 'ResultStatus': 'True', 'RecordType': 1, 'OrganizationId': 'o'},
     {'title': 'Operation', 'time': 'CreationTime', 'user': 'UserId', 'src_ip': 'ClientIP', 'dedup': 'Id'}),
    ('cyberark', {'syslog': {'audit_record': {'Rfc5424': 'yes', 'Timestamp': 'Mar 04 05:06:07', 'IsoTimestamp':
     '2026-03-04T05:06:07Z', 'Hostname': 'VAULT', 'Vendor': 'Cyber-Ark', 'MessageID': '4', 'Desc': 'Authentication failure',
     'Severity': 'Error', 'Issuer': 'ada', 'Action': 'Logon', 'SourceUser': '', 'Station': '203.0.113.9'}}}, {'severity':
     'syslog.audit_record.Severity', 'host': 'syslog.audit_record.Hostname'}),
    ('thinkst-web', {'manage_url': 'x', 'memo': 'token opened', 'additional_data': {'src_ip': '203.0.113.9', 'useragent': 'curl'},
     'channel': 'HTTP', 'time': '2026-03-04 05:06:07 (UTC)', 'src_ip': '203.0.113.9', 'token_type': 'web'}, {'time': 'time',
     'src_ip': 'src_ip'}),
    ('osquery-fleet', {'timestamp': '2026-03-04T05:06:07Z', 'policy': {'id': 4, 'name': 'Disk encryption', 'critical': True},
     'hosts': [{'id': 1, 'hostname': 'mac7', 'display_name': 'mac7'}]}, {'title': 'policy.name', 'rule_id': 'policy.id', 'host':
     'hosts[0].hostname', 'time': 'timestamp'}),
    ('velociraptor', {'timestamp': 1772600767, 'ClientId': 'C.1', 'Artifact': 'Windows.Detection', 'Hostname': 'PC9', 'Username':
     'LAB\\ada', 'EventData': {'Image': 'x'}, 'Severity': 'High', 'Title': 'Odd service'}, {'title': 'Title', 'severity':
     'Severity', 'time': 'timestamp', 'host': 'Hostname', 'user': 'Username'}),
    ('limacharlie', {'cat': 'Mimikatz', 'author': 'ops', 'detect': {'event': {'FILE_PATH': 'x', 'HASH': '7c' * 32, 'USER_NAME':
     'LAB\\ada'}, 'routing': {'hostname': 'pc9', 'int_ip': '192.0.2.9', 'ext_ip': '203.0.113.9', 'event_time': 1772600767000}},
     'detect_id': 'lc-1', 'priority': 4, 'routing': {'hostname': 'pc9'}}, {'title': 'cat', 'severity': 'priority', 'host':
     'routing.hostname', 'hash': 'detect.event.HASH', 'dedup': 'detect_id'}),
]
