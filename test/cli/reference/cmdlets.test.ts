import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CMDLETS, findCmdlet } from '../../../src/cli/reference/cmdlets.ts';
import { readParameters } from '../../../src/cli/reference/parameters.ts';

describe("the reference's cmdlets", () => {
  it('are those that its documentation prints, and the commands it prints beside them', () => {
    const names = CMDLETS.map(({ name }) => name);
    assert.deepEqual(names.filter((name) => name.includes('OMSGateway')).sort(), [
      'Add-OMSGatewayAllowedClientCertificate',
      'Add-OMSGatewayAllowedHost',
      'Get-OMSGatewayAllowedClientCertificate',
      'Get-OMSGatewayAllowedHost',
      'Get-OMSGatewayConfig',
      'Get-OMSGatewayRelay',
      'Get-OMSGatewayRelayProxy',
      'Remove-OMSGatewayAllowedClientCertificate',
      'Remove-OMSGatewayAllowedHost',
      'Set-OMSGatewayConfig',
      'Set-OMSGatewayRelayProxy',
    ]);
    assert.deepEqual(names.slice(11), [
      'Restart-Service',
      'Stop-Service',
      'Start-Service',
      'Import-Module',
      'Get-Module',
    ]);
  });

  it('are found in either case, and with the blank that the documentation has in one of them', () => {
    assert.equal(findCmdlet(['get-omsgatewayCONFIG'])?.cmdlet.name, 'Get-OMSGatewayConfig');
    assert.deepEqual(findCmdlet(['Remove-', 'OMSGatewayAllowedClientCertificate', '-Subject', 'mycert'])?.rest, [
      '-Subject',
      'mycert',
    ]);
    for (const words of [['--language', 'de'], ['--language=de']])
      assert.deepEqual(findCmdlet([...words, 'Get-OMSGatewayConfig', 'x'])?.rest, ['x']);
    for (const words of [[], ['start'], ['Get-'], ['Get-OMSGateway'], ['--help'], ['Remove-', 'x']]) {
      assert.equal(findCmdlet(words), null, words.join(' '));
    }
  });

  it('have an example that their own parameters read', () => {
    for (const { example } of CMDLETS) {
      const found = findCmdlet(example.split(' '));
      assert.ok(found !== null && readParameters(found.cmdlet, found.rest).ok, example);
    }
  });
});
