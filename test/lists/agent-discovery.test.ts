import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AgentDiscovery } from '../../src/lists/agent-discovery.ts';

const WORKSPACE = '11111111-2222-3333-4444-555555555555';
const OMS = 'etc/opt/microsoft/omsagent';
const CHUNKS = 'etc/opt/microsoft/azuremonitoragent/config-cache/configchunks';

describe('agent discovery', () => {
  it('follows agents as they are installed, configured anew and removed', async (context) => {
    const root = mkdtempSync(join(tmpdir(), 'oms-gateway-agents-'));
    context.after(() => rmSync(root, { recursive: true, force: true }));
    const said: string[] = [];
    const discovery = new AgentDiscovery(
      root,
      {
        changed: ({ added, removed }) => said.push(`+${added.join()} -${removed.join()}`),
        notice: (notice, { refused, detail }) => said.push(`${notice} ${String(refused ?? detail)}`),
      },
      20,
    );
    const until = async (count: number): Promise<void> => {
      const limit = performance.now() + 5_000;
      while (said.length < count && performance.now() < limit) await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(said.length, count, said.join('\n'));
    };
    discovery.start();
    context.after(() => discovery.stop());
    assert.deepEqual(discovery.entries, []);

    write(root, `${OMS}/${WORKSPACE}/conf/omsadmin.conf`, `WORKSPACE_ID=${WORKSPACE}\nURL_TLD=opinsights.azure.com\n`);
    // Directories of other products, and the link to the primary workspace.
    write(root, `${OMS}/scom/conf/omsadmin.conf`, 'OMS_ENDPOINT=https://scom.azure.com/\n');
    await until(1);
    assert.equal(discovery.entries.length, 3);

    write(root, `${CHUNKS}/1.json`, '{"channels":[{"protocol":"me","endpoint":"https://x.monitoring.azure.com"}]}');
    write(root, `${CHUNKS}/2.json`, '{"channels":[{"protocol":"me","endpoint":"https://x.evil.example"}]}');
    write(root, `${CHUNKS}/3.json`, '{"kind":"AgentSettings"}');
    await until(3);
    assert.deepEqual(said.slice(1), [
      'host-list-entries-refused x.evil.example is in no zone of Azure',
      '+x.monitoring.azure.com -',
    ]);

    rmSync(join(root, CHUNKS), { recursive: true });
    await until(4);
    assert.equal(said[3], '+ -x.monitoring.azure.com');
    write(root, `${OMS}/${WORKSPACE}/conf/omsadmin.conf`, 'x'.repeat(2_000_000));
    await until(6);
    assert.match(said[4] ?? '', /^host-list-failed .*larger than/);
    assert.deepEqual(discovery.entries, []);
  });
});

function write(root: string, path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}
