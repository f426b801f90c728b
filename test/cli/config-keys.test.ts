import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cliWith } from '../support/cli.ts';

describe('oms-gateway config get', () => {
  it('prints a key as a script wants it: a text bare, a list by line, a section as JSON', async () => {
    const cli = cliWith({ allowedHosts: ['a.test', 'b.test'], log: { file: 'C:\\logs\\g.log' } });
    for (const [key, out] of [
      ['listen.port', '8080\n'],
      ['LISTEN.host', '::\n'],
      ['log.file', 'C:\\logs\\g.log\n'],
      ['allowedHosts', 'a.test\nb.test\n'],
      ['allowedHosts[1]', 'b.test\n'],
      ['allowedPorts', '443\n'],
      ['presets', ''],
    ] as const) {
      assert.deepEqual(await cli.run(['config', 'get', key]), { code: 0, out, err: '' }, key);
    }
    assert.deepEqual(JSON.parse((await cli.run(['config', 'get', 'tls'])).out) as object, {
      ...(JSON.parse((await cli.run(['config', 'get', '--json'])).out) as { tls: object }).tls,
    });
    assert.equal((await cli.run(['config', 'get', 'listen.host', '--json'])).out, '"::"\n');
  });

  it('prints what a gateway started here would use: the environment stands over the file', async () => {
    const environment = { OMS_GATEWAY_LISTEN_PORT: '9999' };
    assert.equal((await cliWith().run(['config', 'get', 'listen.port'], { environment })).out, '9999\n');
  });

  it('says what was probably meant', async () => {
    const { code, err } = await cliWith().run(['config', 'get', 'listen.prot']);
    assert.deepEqual([code, err], [2, 'oms-gateway: listen.prot is not a key; did you mean listen.port?\n']);
    assert.equal((await cliWith().run(['config', 'get', 'allowedHosts[7]'])).code, 1);
  });
});

describe('oms-gateway config set and unset', () => {
  it('changes single keys, lists, table entries and sections', async () => {
    const cli = cliWith();
    for (const [key, value] of [
      ['listen.port', '9090'],
      ['allowedHosts', 'a.test, *.b.test'],
      ['allowedPorts', '443,8443'],
      ['dns.hosts.a.test', '10.0.0.1'],
      ['tls', '{"minVersion":"1.3"}'],
      ['log.level', 'debug'],
      ['workers', 'auto'],
    ] as const) {
      const { code, err } = await cli.run(['config', 'set', key, value]);
      assert.equal(code, 0, err);
    }
    assert.deepEqual(cli.tree(), {
      admin: { port: 0 },
      listen: { port: 9090 },
      allowedHosts: ['a.test', '*.b.test'],
      allowedPorts: [443, 8443],
      dns: { hosts: { 'a.test': '10.0.0.1' } },
      tls: { minVersion: '1.3' },
      log: { level: 'debug' },
      workers: 'auto',
    });
    assert.equal((await cli.run(['config', 'unset', 'listen.port'])).code, 0);
    assert.deepEqual(cli.tree()['listen'], {});
    assert.match((await cli.run(['config', 'unset', 'listen.port'])).out, /nothing to change/);
  });

  it('refuses wrong values before anything is written', async () => {
    const cli = cliWith();
    const before = cli.text();
    const { code, err } = await cli.run(['config', 'set', 'listen.port', 'text']);
    assert.equal(code, 78);
    assert.match(err, /listen\.port: "text" is not a port; expected a whole number from 1 to 65535/);
    assert.equal((await cli.run(['config', 'set', 'listen.port'])).code, 2);
    assert.equal((await cli.run(['config', 'set', 'nope', '1'])).code, 2);
    assert.equal(cli.text(), before);
  });

  it('reads a secret from standard input, and warns about one on the command line', async () => {
    const cli = cliWith();
    const secret = 'correct-horse-battery';
    assert.deepEqual(await cli.run(['config', 'set', 'admin.token'], { input: `${secret}\n` }), {
      code: 0,
      out: `admin.token is *** now (${cli.file}).\nadmin.port is 0, so a running gateway cannot be told: send it SIGHUP, or restart it.\n`,
      err: '',
    });
    assert.deepEqual(cli.tree()['admin'], { port: 0, token: secret });
    const given = await cli.run(['config', 'set', 'admin.token', `${secret}-2`]);
    assert.match(given.err, /given on the command line, where other users/);
    assert.ok(!(given.out + given.err).includes(secret));
    const section = await cli.run(['config', 'set', 'admin', JSON.stringify({ port: 0, token: secret })]);
    assert.match(section.err, /given on the command line/);
    assert.ok(!(section.out + section.err).includes(secret));
  });

  it('only tries with --dry-run', async () => {
    const cli = cliWith();
    const before = cli.text();
    const { code, out } = await cli.run(['config', 'set', 'listen.port', '9090', '--dry-run']);
    assert.deepEqual([code, out, cli.text()], [0, `${cli.file}: would be changed; nothing was written.\n`, before]);
    assert.equal((await cli.run(['config', 'set', 'listen.port', '0', '--dry-run'])).code, 78);
  });
});
