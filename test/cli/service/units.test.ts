import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { portOf, unitFiles } from '../../../src/cli/service/units.ts';
import { packageFile } from '../../../src/config/package-file.ts';

const DIRECTORY = '/usr/lib/node_modules/oms-gateway';
const INSTALLATION = {
  node: '/usr/bin/node',
  directory: DIRECTORY,
  configuration: '/etc/oms-gateway/gateway.json',
  listen: { host: '::', port: 8080 },
};

describe('the unit files of an installation', () => {
  it('names paths as systemd reads them', () => {
    const odd = { ...INSTALLATION, directory: '/opt/o"ms 100%/$HOME', listen: { host: '2001:db8::1', port: 443 } };
    const texts = unitFiles(odd).map(({ text }) => text);
    const unit = texts.find((text) => text.includes('ExecStart='));
    assert.match(
      unit ?? '',
      /^ExecStart=\/usr\/bin\/node "\/opt\/o\\"ms 100%%\/\$\$HOME\/dist\/src\/cli\/main\.js" start --config \/etc\/oms-gateway\/gateway\.json$/m,
    );
    const socket = texts.find((text) => text.includes('[Socket]')) ?? '';
    assert.match(socket, /^ListenStream=\[2001:db8::1\]:443$/m);
    assert.equal(portOf(socket), 443);
    assert.equal(portOf('[Socket]\nListenStream=8080\n'), 8080);
    assert.equal(portOf(''), null);
  });

  it("says the package's own units where nothing differs", () => {
    for (const { path, text } of unitFiles(INSTALLATION)) {
      const name = path === '/etc/sysusers.d/oms-gateway.conf' ? 'oms-gateway.sysusers.conf' : path.replace(/.*\//, '');
      assert.equal(text, readFileSync(packageFile(`config/systemd/${name}`), 'utf8'), name);
    }
  });
});
