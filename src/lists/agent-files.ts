import { parseHost } from '../address/host.ts';

/**
 * The files in which agents keep where they report to: `omsadmin.conf` of the OMS agent for Linux (KEY=value, one
 * directory for each workspace) and the configuration chunks of the Azure Monitor Agent (JSON). Only hosts are read, and
 * only hosts of Microsoft's clouds are taken: an agent's account must not be able to open the gateway to anything else.
 */

export interface AgentHosts {
  readonly hosts: readonly string[];
  /** Hosts that are not taken, with the reason. */
  readonly refused: readonly string[];
}

/** Zones of the three clouds under which the services of agents live. */
const CLOUD_ZONES = [
  ...['azure.com', 'windows.net', 'azure-automation.net', 'azure-automation.de'],
  ...['azure.us', 'usgovcloudapi.net', 'azure-automation.us'],
  ...['azure.cn', 'chinacloudapi.cn', 'azure-automation.cn'],
];
/** URL_TLD of the workspace, and the zone of its agent service in the same cloud. */
const AGENT_SERVICE_ZONES: Readonly<Record<string, string>> = {
  'opinsights.azure.com': 'azure-automation.net',
  'opinsights.azure.us': 'azure-automation.us',
  'opinsights.azure.cn': 'azure-automation.cn',
};
const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const URL_KEYS = ['CERTIFICATE_UPDATE_ENDPOINT', 'DSC_ENDPOINT', 'OMS_ENDPOINT'];

/** Reads one `omsadmin.conf`: the endpoints it names, and those that belong to its workspace. */
export function readOmsAdmin(text: string): AgentHosts {
  const values = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0) values.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  const workspace = values.get('WORKSPACE_ID')?.toLowerCase() ?? '';
  const zone = values.get('URL_TLD')?.toLowerCase() ?? 'opinsights.azure.com';
  const service = AGENT_SERVICE_ZONES[zone];
  const own =
    GUID.test(workspace) && service !== undefined
      ? [`${workspace}.oms.${zone}`, `${workspace}.ods.${zone}`, `${workspace}.agentsvc.${service}`]
      : [];
  return admitted([...own, ...URL_KEYS.flatMap((key) => hostOf(values.get(key)))]);
}

/** Reads one configuration chunk; one without channels (agent settings) names no host. Null when it is no JSON object. */
export function readConfigChunk(text: string): AgentHosts | null {
  let chunk: unknown;
  try {
    chunk = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof chunk !== 'object' || chunk === null) return null;
  const { channels } = chunk as { channels?: unknown };
  if (!Array.isArray(channels)) return { hosts: [], refused: [] };
  return admitted(
    channels.flatMap((channel: unknown) => {
      if (typeof channel !== 'object' || channel === null) return [];
      const { endpoint, endpointUriTemplate, tokenEndpointUri } = channel as Record<string, unknown>;
      return [endpoint, endpointUriTemplate, tokenEndpointUri].flatMap(hostOf);
    }),
  );
}

/** The host of an https:// URL; backslashes escape parentheses in some of them. */
function hostOf(url: unknown): string[] {
  if (typeof url !== 'string') return [];
  const host = /^https:\/\/([^/:?#\\]+)(?::443)?(?:[/?#\\]|$)/i.exec(url)?.[1];
  return host === undefined ? [] : [host];
}

function admitted(found: readonly string[]): AgentHosts {
  const hosts = new Set<string>();
  const refused = new Set<string>();
  for (const text of found) {
    const parsed = parseHost(text);
    if (!parsed.ok || parsed.host.kind === 'ip') refused.add(`${text} is not a host name`);
    else if (!CLOUD_ZONES.some((zone) => parsed.host.text.endsWith(`.${zone}`))) {
      refused.add(`${text} is in no zone of Azure`);
    } else hosts.add(parsed.host.text);
  }
  return { hosts: [...hosts], refused: [...refused] };
}
