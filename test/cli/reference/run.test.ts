import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { connectThrough } from '../../support/connect.ts';
import type { Cli, CliOutcome } from '../../support/cli.ts';
import { cliWith } from '../../support/cli.ts';
import { freePort, startGateway } from '../../support/gateway.ts';
import { startRawOrigin } from '../../support/raw-tunnel.ts';
import { OPEN, startRelay } from '../../support/relay.ts';

/** Lines as the documentation prints them (Log Analytics gateway, 2026-04-22 and 2018-02-14), behind `oms-gateway`. */

const PROXY = 'http://www.myproxy.com:8080';
const WORKSPACE = '0a1b2c3d-0000-4000-8000-000000000000';
const HOSTS = 'allowedHosts';
const SUBJECTS = 'allowedClientCertificates';

interface Line {
  readonly line: string;
  /** The file before; its admin API is off. */
  readonly before?: object;
  /** What the file has afterwards beside that; nothing when the line only looks. */
  readonly after?: object;
  readonly out: RegExp;
  readonly err?: RegExp;
  readonly code?: number;
}

const LINES: readonly Line[] = [
  { line: 'Get-OMSGatewayConfig', out: /^ListenPort : 8080\nLogLevel {3}: info\n$/ },
  { line: 'Get-OMSGatewayConfig -Name ListenPort', out: /^8080\n$/ },
  {
    line: 'Set-OMSGatewayConfig -Name ListenPort -Value 8080',
    after: { listen: { port: 8080 } },
    out: /listen\.port is 8080/,
  },
  { line: 'Get-OMSGatewayRelayProxy', out: /^No relay proxy is set/ },
  { line: 'Get-OMSGatewayRelay', out: /^No relay proxy is set/ },
  {
    line: 'Get-OMSGatewayRelayProxy',
    before: { relayProxy: { address: PROXY } },
    out: /^Address +: http:\/\/www\.myproxy\.com:8080\n$/,
  },
  {
    line: `Set-OMSGatewayRelayProxy -Address ${PROXY} -Username user1 -Password 123`,
    after: { relayProxy: { address: PROXY, username: 'user1', password: '123' } },
    out: /Tunnels go through the relay proxy/,
    err: /given on the command line, where other users/,
  },
  {
    line: `Set-OMSGatewayRelayProxy -Address ${PROXY}`,
    after: { relayProxy: { address: PROXY } },
    out: /Tunnels go through/,
  },
  {
    line: 'Set-OMSGatewayRelayProxy -Address ""',
    before: { relayProxy: { address: PROXY } },
    after: { relayProxy: undefined },
    out: /No relay proxy is set any more/,
  },
  {
    line: 'Get-OMSGatewayAllowedHost',
    before: { [HOSTS]: ['www.test.com'], presets: ['azure-monitor'] },
    out: /^www\.test\.com\n$/,
  },
  { line: 'Add-OMSGatewayAllowedHost -Host www.test.com', after: { [HOSTS]: ['www.test.com'] }, out: /allowed now/ },
  {
    line: 'Add-OMSGatewayAllowedHost -Host https://www.test.com/',
    after: { [HOSTS]: ['www.test.com'] },
    out: /allowed now/,
  },
  {
    line: 'Remove-OMSGatewayAllowedHost -Host www.test.com',
    before: { [HOSTS]: ['www.test.com'] },
    after: { [HOSTS]: [] },
    out: /no longer/,
  },
  {
    line: 'Remove-OMSGatewayAllowedHost -Host https://www.test.com',
    before: { [HOSTS]: ['www.test.com'] },
    after: { [HOSTS]: [] },
    out: /no longer/,
  },
  {
    line: 'Add-OMSGatewayAllowedHost we-jobruntimedata-prod-su1.azure-automation.net',
    after: { [HOSTS]: ['we-jobruntimedata-prod-su1.azure-automation.net'] },
    out: /allowed now/,
  },
  {
    line: 'Add-OMSGatewayAllowedHost ncus-agentservice-prod-1.azure-automation.net',
    after: { [HOSTS]: ['ncus-agentservice-prod-1.azure-automation.net'] },
    out: /allowed now/,
  },
  {
    line: 'Add-OMSGatewayAllowedHost -Host global.handler.control.monitor.azure.com',
    after: { [HOSTS]: ['global.handler.control.monitor.azure.com'] },
    out: /allowed now/,
  },
  {
    line: 'Add-OMSGatewayAllowedHost -Host westeurope.handler.control.monitor.azure.com',
    after: { [HOSTS]: ['westeurope.handler.control.monitor.azure.com'] },
    out: /allowed now/,
  },
  {
    line: `Add-OMSGatewayAllowedHost -Host ${WORKSPACE}.ods.opinsights.azure.com`,
    after: { [HOSTS]: [`${WORKSPACE}.ods.opinsights.azure.com`] },
    out: /allowed now/,
  },
  {
    line: 'Add-OMSGatewayAllowedClientCertificate -Subject mycert',
    after: { [SUBJECTS]: ['mycert'] },
    out: /allowed now/,
  },
  {
    line: 'Remove-OMSGatewayAllowedClientCertificate -Subject mycert',
    before: { [SUBJECTS]: ['mycert'] },
    after: { [SUBJECTS]: [] },
    out: /no longer/,
  },
  {
    line: 'Remove- OMSGatewayAllowedClientCertificate -Subject mycert',
    before: { [SUBJECTS]: ['mycert'] },
    after: { [SUBJECTS]: [] },
    out: /no longer/,
  },
  { line: 'Get-OMSGatewayAllowedClientCertificate', before: { [SUBJECTS]: ['CN=Gateway'] }, out: /^CN=Gateway\n$/ },
  { line: 'Import-Module OMSGateway', out: /Nothing has to be imported/ },
  { line: 'Get-Module OMSGateway', out: /Nothing has to be imported/ },
  { line: 'Restart-Service OMSGatewayService', out: /^$/, err: /admin\.port is 0/, code: 1 },
  { line: 'Stop-Service -Name OMSGatewayService', out: /^$/, err: /admin\.port is 0/, code: 1 },
  { line: 'Start-Service -Name OMSGatewayService', out: /^$/, err: /oms-gateway start/, code: 1 },
  { line: 'Restart-Service Spooler', out: /^$/, err: /not the service of this gateway/, code: 1 },
  // What runbooks make of them.
  {
    line: 'set-omsgatewayconfig LogLevel DEBUG -Force',
    after: { log: { level: 'debug' } },
    out: /log\.level is "debug"/,
  },
  { line: 'Add-OMSGatewayAllowedHost www.test.com -WhatIf', out: /nothing was written/ },
  { line: 'Set-OMSGatewayConfig -Key ListenPort -Value text', out: /^$/, err: /"text" is not a port/, code: 78 },
  { line: 'Set-OMSGatewayConfig -Name Nonsense -Value 1', out: /^$/, err: /known are ListenPort, LogLevel/, code: 2 },
  {
    line: 'Add-OMSGatewayAllowedHost -Hots a',
    out: /^$/,
    err: /it takes -Host[^]*Example: oms-gateway Add-OMSGatewayAllowedHost/,
    code: 2,
  },
];

/** Words as a shell makes them of a line. */
function words(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '');
}

async function runLine(cli: Cli, line: string): Promise<CliOutcome> {
  return await cli.run(words(line));
}

describe('lines of the documentation behind oms-gateway', { concurrency: 2 }, () => {
  for (const { line, before = {}, after = {}, out, err = /^$/, code = 0 } of LINES) {
    it(line, async () => {
      const cli = cliWith({ ...before });
      const result = await runLine(cli, line);
      assert.match(result.out, out);
      assert.match(result.err, err);
      assert.equal(result.code, code);
      assert.deepEqual(cli.tree(), JSON.parse(JSON.stringify({ admin: { port: 0 }, ...before, ...after })));
    });
  }
});

describe('what the lines do is seen at the proxy port', () => {
  const loopback = { addressGuard: { allow: ['127.0.0.0/8'] } };

  it('a host that was added is let through, one that was removed is refused', async (context) => {
    const origin = await startRawOrigin(() => undefined);
    context.after(() => origin.close());
    const host = 'we-jobruntimedata-prod-su1.azure-automation.net';
    const cli = cliWith({ ...loopback, allowedPorts: [origin.port], dns: { hosts: { [host]: '127.0.0.1' } } });
    const answer = async (): Promise<number> => {
      const gateway = await startGateway(cli.tree());
      const status = await connectThrough(gateway.port, `${host}:${origin.port}`);
      await gateway.stop();
      return status;
    };
    assert.equal(await answer(), 403);
    await runLine(cli, `Add-OMSGatewayAllowedHost ${host}`);
    assert.equal(await answer(), 200);
    await runLine(cli, `Remove-OMSGatewayAllowedHost -Host ${host}`);
    assert.equal(await answer(), 403);
  });

  it('the relay proxy is used with the credentials that were given, and no more when it was cleared', async (context) => {
    const origin = await startRawOrigin(() => undefined);
    const relay = await startRelay({ answer: OPEN, originPort: origin.port });
    context.after(() => Promise.all([origin.close(), relay.close()]));
    const cli = cliWith({
      ...loopback,
      [HOSTS]: ['a.test'],
      allowedPorts: [origin.port],
      dns: { hosts: { 'a.test': '127.0.0.1' } },
    });
    const target = `a.test:${origin.port}`;
    await runLine(
      cli,
      `Set-OMSGatewayRelayProxy -Address http://127.0.0.1:${relay.port} -Username user1 -Password 123`,
    );
    const behind = await startGateway(cli.tree());
    assert.equal(await connectThrough(behind.port, target), 200);
    await behind.stop();
    const credentials = Buffer.from('user1:123').toString('base64');
    assert.match(
      relay.requests[0] ?? '',
      new RegExp(`^CONNECT ${target} [^]*Proxy-Authorization: Basic ${credentials}\r\n`),
    );
    await runLine(cli, 'Set-OMSGatewayRelayProxy -Address ""');
    const direct = await startGateway(cli.tree());
    assert.equal(await connectThrough(direct.port, target), 200);
    await direct.stop();
    assert.equal(relay.requests.length, 1);
  });

  it('the port that was set is the one that listens', async () => {
    const port = await freePort();
    const cli = cliWith({ listen: { host: '127.0.0.1' } });
    await runLine(cli, `Set-OMSGatewayConfig -Name ListenPort -Value ${port}`);
    const gateway = await startGateway(cli.tree());
    assert.equal(await connectThrough(port, 'a.test:443'), 403);
    await gateway.stop();
  });
});

describe('a gateway that runs', () => {
  it('follows each line at once, without a restart, and says so', async (context) => {
    const origin = await startRawOrigin(() => undefined);
    context.after(() => origin.close());
    const [port, adminPort] = [await freePort(), await freePort()];
    const gateway = await startGateway({
      listen: { host: '127.0.0.1', port },
      admin: { port: adminPort },
      addressGuard: { allow: ['127.0.0.0/8'] },
      allowedPorts: [origin.port],
      dns: { hosts: { 'www.test.com': '127.0.0.1' } },
    });
    const run = (line: string): Promise<CliOutcome> => {
      return cliWith().run(words(line), { environment: { OMS_GATEWAY_CONFIG: gateway.file } });
    };
    context.after(() => gateway.stop());
    const target = `www.test.com:${origin.port}`;
    assert.equal(await connectThrough(port, target), 403);
    const added = await run('Add-OMSGatewayAllowedHost -Host www.test.com');
    assert.match(added.out, /The running gateway has taken it over/);
    assert.equal(await connectThrough(port, target), 200);
    const removed = await run('Remove-OMSGatewayAllowedHost -Host www.test.com');
    assert.match(removed.out, /The running gateway has taken it over/);
    assert.equal(await connectThrough(port, target), 403);
    const moved = await run('Set-OMSGatewayConfig -Name ListenPort -Value 8080');
    assert.deepEqual([moved.code, /Waits for a restart \(oms-gateway restart\): listen/.test(moved.out)], [0, true]);
    assert.match((await run('Start-Service OMSGatewayService')).out, /is running/);
  });
});
