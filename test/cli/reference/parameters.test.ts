import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { CMDLETS } from '../../../src/cli/reference/cmdlets.ts';
import type { Given } from '../../../src/cli/reference/parameters.ts';
import { readParameters } from '../../../src/cli/reference/parameters.ts';

function cmdlet(name: string): (typeof CMDLETS)[number] {
  const found = CMDLETS.find((each) => each.name === name);
  assert.ok(found !== undefined);
  return found;
}

function given(name: string, words: readonly string[]): Given {
  const read = readParameters(cmdlet(name), words);
  assert.ok(read.ok, JSON.stringify(read));
  return read.given;
}

function refusal(name: string, words: readonly string[]): string {
  const read = readParameters(cmdlet(name), words);
  return read.ok ? 'accepted' : read.message;
}

const RELAY = 'Set-OMSGatewayRelayProxy';

describe('parameters of a cmdlet', () => {
  for (const words of [
    ['-Key', 'ListenPort', '-Value', '8080'],
    ['-Name', 'ListenPort', '-Value', '8080'],
    ['ListenPort', '8080'],
    ['-value', '8080', 'ListenPort'],
    ['-KEY:ListenPort', '-Value:8080', '-Force'],
    ['-Na', 'ListenPort', '-Val', '8080', '-Confirm:$false', '-ErrorAction', 'Stop'],
    ['\u2013Name', 'ListenPort', '\u2013Value', '8080'],
  ]) {
    it(`are read: ${words.join(' ')}`, () => {
      const { values } = given('Set-OMSGatewayConfig', words);
      assert.deepEqual([values.get('Key'), values.get('Value')], ['ListenPort', '8080']);
    });
  }

  it('take values that look odd, the empty one included', () => {
    assert.equal(given(RELAY, ['-Address', '']).values.get('Address'), '');
    assert.equal(given(RELAY, ['http://a:1', 'u', '-Pass:-p-']).values.get('Password'), '-p-');
    assert.equal(given(RELAY, ['-Address', 'a', '-Password', '-5']).values.get('Password'), '-5');
    assert.equal(given(RELAY, ['-Address', 'a', '-Password:x:y']).values.get('Password'), 'x:y');
  });

  it('take our own options besides', () => {
    const read = given('Get-OMSGatewayConfig', ['--config', 'a.json', '--json', '-WhatIf']);
    assert.deepEqual([read.config, read.json, read.switches.has('WhatIf')], ['a.json', true, true]);
    assert.equal(given('Get-OMSGatewayConfig', ['--config=b.json']).config, 'b.json');
    assert.ok(given('Add-OMSGatewayAllowedHost', ['-?']).help);
  });

  it('are refused with what would be right', () => {
    assert.equal(refusal('Add-OMSGatewayAllowedHost', []), 'Add-OMSGatewayAllowedHost needs -Host.');
    assert.equal(refusal('Add-OMSGatewayAllowedHost', ['-Host']), 'Add-OMSGatewayAllowedHost: -Host needs a value.');
    assert.match(refusal(RELAY, ['-Address', 'a', '-Username', '-Password', 'x']), /-Username needs a value/);
    assert.match(refusal('Add-OMSGatewayAllowedHost', ['a', 'b']), /nothing is known about "b"/);
    assert.match(refusal('Add-OMSGatewayAllowedHost', ['-Host', 'a', '-Host', 'b']), /given twice/);
    assert.match(refusal(RELAY, ['-Adress', 'x']), /has no parameter -Adress; it takes -Address, -Username, -Password/);
    assert.match(refusal('Get-OMSGatewayConfig', ['-W', 'x']), /-W of .* could be -WhatIf, -WarningAction/);
    assert.match(refusal('Get-OMSGatewayRelayProxy', ['-x']), /it takes no parameters/);
    assert.match(refusal('Get-OMSGatewayRelayProxy', ['--config']), /needs a value/);
  });

  it('never throw', () => {
    const word = fc.oneof(fc.string(), fc.constantFrom('-Key', '-', '--', '-:', '-Name:', '--config', '-Force:$false'));
    fc.assert(
      fc.property(fc.constantFrom(...CMDLETS), fc.array(word), (each, words) => {
        const read = readParameters(each, words);
        assert.ok(read.ok || read.message.length > 10);
      }),
    );
  });
});
