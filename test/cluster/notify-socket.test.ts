import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openNotifySocket, sendDatagram } from '../../src/cluster/notify-socket.ts';
import { loadLibc } from '../../src/engine/linux/libc.ts';

/** What arrives is looked at by service-manager.test.ts, with a real receiver. */
describe('the socket of the service manager', () => {
  it('that is not there is told by its errno, and is no failure', () => {
    const libc = loadLibc();
    assert.equal(sendDatagram(libc, '/run/there/is/no/such/socket', 'READY=1'), 'ENOENT');
    assert.equal(sendDatagram(libc, '@oms-gateway-nobody', 'READY=1'), 'ECONNREFUSED');
    assert.equal(sendDatagram(libc, `/${'x'.repeat(108)}`, 'READY=1'), 'ENAMETOOLONG');
    openNotifySocket('/run/there/is/no/such/socket')(['READY=1']);
  });
});
