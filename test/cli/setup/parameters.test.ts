import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Parameters, SetupOptions } from '../../../src/cli/setup/parameters.ts';
import { readSetup } from '../../../src/cli/setup/parameters.ts';

function parameters(line: string, options: SetupOptions = {}): Parameters {
  const read = readSetup(line === '' ? [] : line.split(' '), options);
  assert.ok(read.ok, JSON.stringify(read));
  return read.parameters;
}

function refusal(line: string, options: SetupOptions = {}): string {
  const read = readSetup(line.split(' '), options);
  return read.ok ? 'accepted' : read.message;
}

describe('parameters of the silent setup', () => {
  it("are those of the reference's installer, as its documentation prints them", () => {
    const first = parameters('/qn PORTNUMBER=8080 PROXY=10.80.2.200 HASPROXY=1 LicenseAccepted=1');
    assert.deepEqual(first, { silent: true, answers: { port: 8080, relay: { address: '10.80.2.200' } }, notes: [] });
    const second = parameters(
      '/I oms-gateway.msi /qn PORTNUMBER=8080 PROXY=10.80.2.200 HASPROXY=1 HASAUTH=1 USERNAME=user1 PASSWORD=a=b LicenseAccepted=1',
    );
    assert.deepEqual(second.answers, {
      port: 8080,
      relay: { address: '10.80.2.200', username: 'user1', password: 'a=b' },
    });
    assert.match(second.notes.join(), /given on the command line/);
    assert.match(parameters('INSTALLDIR=C:\\x').notes.join(), /INSTALLDIR is not needed here/);
  });

  it('are long options as well, which win', () => {
    const { silent, answers } = parameters('PORTNUMBER=1 PROXY=a:1', {
      yes: true,
      port: '9',
      proxy: 'http://b:2',
      username: 'u',
      passwordFile: '/etc/pw',
      workspace: ['w'],
      cloud: 'china',
      language: 'de',
    });
    assert.ok(silent);
    assert.deepEqual(answers, {
      port: 9,
      relay: { address: 'http://b:2', username: 'u', passwordFile: '/etc/pw' },
      workspaces: ['w'],
      presets: [],
      cloud: 'china',
      language: 'de',
    });
  });

  it('say nothing about what is not given, and can take the relay away', () => {
    assert.deepEqual(parameters(''), { silent: false, answers: {}, notes: [] });
    assert.deepEqual(parameters('HASPROXY=0 PROXY=a').answers, { relay: null });
    assert.deepEqual(parameters('PORTNUMBER=text').answers, { port: 'text' }, 'the schema refuses it');
  });

  it('are refused when they make no sense', () => {
    assert.match(refusal('PORT=1'), /PORT is not a parameter of the setup; known are PORTNUMBER/);
    assert.match(refusal('8080'), /not of the form NAME=VALUE/);
    assert.match(refusal('HASPROXY=1'), /needs PROXY/);
    assert.match(refusal('PROXY=a HASAUTH=1'), /needs USERNAME/);
    assert.match(refusal('PROXY=a USERNAME=u'), /needs USERNAME/);
  });
});
