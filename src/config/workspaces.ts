import type { Config } from './schema.ts';

/**
 * The endpoints that agents of one workspace use, by cloud: registration and heartbeat, data, agent service. Sources:
 * microsoft/OMS-Agent-for-Linux (oms, ods), Azure Automation network configuration (agentsvc).
 */
const ENDPOINTS: Readonly<Record<Config['cloud'], readonly string[]>> = {
  public: ['oms.opinsights.azure.com', 'ods.opinsights.azure.com', 'agentsvc.azure-automation.net'],
  usgovernment: ['oms.opinsights.azure.us', 'ods.opinsights.azure.us', 'agentsvc.azure-automation.us'],
  china: ['oms.opinsights.azure.cn', 'ods.opinsights.azure.cn', 'agentsvc.azure-automation.cn'],
};

/** @param id a workspace id as configured, in either case */
export function workspaceHosts(id: string, cloud: Config['cloud']): string[] {
  return ENDPOINTS[cloud].map((endpoint) => `${id.toLowerCase()}.${endpoint}`);
}
