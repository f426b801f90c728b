import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readConfigChunk, readOmsAdmin } from '../../src/lists/agent-files.ts';

const WORKSPACE = '11111111-2222-3333-4444-555555555555';

/** In the form and order in which the agent's onboarding script writes it. */
function omsAdmin(tld: string, service: string): string {
  return `WORKSPACE_ID=${WORKSPACE}
AGENT_GUID=66666666-7777-8888-9999-000000000000
LOG_FACILITY=local0
CERTIFICATE_UPDATE_ENDPOINT=https://${WORKSPACE}.oms.${tld}/ConfigurationService.Svc/RenewCertificate
URL_TLD=${tld}
DSC_ENDPOINT=https://${WORKSPACE}.agentsvc.${service}/Accounts/${WORKSPACE}/Nodes\\(AgentId='66666666'\\)
OMS_ENDPOINT=https://${WORKSPACE}.ods.${tld}/OperationalData.svc/PostJsonDataItems
AZURE_RESOURCE_ID=
OMSCLOUD_ID=7783-7084-3265-9085-8269-3286-77
UUID=
`;
}

describe('omsadmin.conf', () => {
  it('names the endpoints of its workspace, in each cloud', () => {
    for (const [tld, service] of [
      ['opinsights.azure.com', 'azure-automation.net'],
      ['opinsights.azure.us', 'azure-automation.us'],
      ['opinsights.azure.cn', 'azure-automation.cn'],
    ] as const) {
      const hosts = [`${WORKSPACE}.oms.${tld}`, `${WORKSPACE}.ods.${tld}`, `${WORKSPACE}.agentsvc.${service}`];
      assert.deepEqual(readOmsAdmin(omsAdmin(tld, service)), { hosts, refused: [] });
      // The workspace alone is enough.
      assert.deepEqual(readOmsAdmin(`WORKSPACE_ID=${WORKSPACE}\nURL_TLD=${tld}\n`).hosts, hosts);
    }
  });

  it('cannot allow hosts outside the clouds, whatever it says', () => {
    const read = readOmsAdmin(
      [
        'WORKSPACE_ID=../../x',
        'OMS_ENDPOINT=https://evil.example/x',
        'DSC_ENDPOINT=https://azure.com.evil.example/',
        'CERTIFICATE_UPDATE_ENDPOINT=https://evilazure.com/x',
      ].join('\n'),
    );
    assert.deepEqual(read.hosts, []);
    assert.equal(read.refused.length, 3);
    assert.deepEqual(readOmsAdmin('OMS_ENDPOINT=http://x.azure.com/\nURL_TLD=evil.example\n'), {
      hosts: [],
      refused: [],
    });
    assert.deepEqual(readOmsAdmin('OMS_ENDPOINT=https://10.0.0.1/x').hosts, []);
    assert.deepEqual(readOmsAdmin(`WORKSPACE_ID=${WORKSPACE}\nURL_TLD=evil.example`).hosts, []);
  });
});

describe('a configuration chunk', () => {
  it('names the hosts of its channels', () => {
    const chunk = {
      channels: [
        {
          protocol: 'ods',
          endpoint: `https://${WORKSPACE}.ods.opinsights.azure.com`,
          tokenEndpointUri:
            'https://my-dce.westeurope-1.handler.control.monitor.azure.com/subscriptions/s/agentConfigurations/dcr-1/channels/ods-1/issueIngestionToken?operatingLocation=westeurope&platform=linux&api-version=2022-06-02',
        },
        { protocol: 'gig', endpointUriTemplate: 'https://events.blob.core.windows.net/{container}?{sas}' },
        { protocol: 'me', endpoint: 'https://westeurope.monitoring.azure.com:443' },
        { protocol: 'other', endpoint: 'https://exfil.example/' },
        'no channel',
      ],
    };
    assert.deepEqual(readConfigChunk(JSON.stringify(chunk)), {
      hosts: [
        `${WORKSPACE}.ods.opinsights.azure.com`,
        'my-dce.westeurope-1.handler.control.monitor.azure.com',
        'events.blob.core.windows.net',
        'westeurope.monitoring.azure.com',
      ],
      refused: ['exfil.example is in no zone of Azure'],
    });
  });

  it('without channels names none; half a file is none', () => {
    assert.deepEqual(readConfigChunk('{"kind": "AgentSettings", "settings": {}}'), { hosts: [], refused: [] });
    for (const text of ['', '{"channels": [', '7', 'null']) assert.equal(readConfigChunk(text), null);
  });
});
