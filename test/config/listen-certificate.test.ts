import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { describe, it } from 'node:test';
import { keyFileProblem } from '../../src/config/certificate-file.ts';
import { listenCertificateProblem, readListenTls } from '../../src/config/listen-certificate.ts';
import { check } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { Pki } from '../support/pki.ts';

describe('listen.tls', () => {
  it('is read as it stands in the files, with keys for tickets that are new each time', (context) => {
    const pki = Pki.open(context);
    if (pki === null) return;
    const { certificateFile: certificate, keyFile: key, pem } = pki.issue({ subject: '/CN=proxy' });
    const config = good({ listen: { tls: { certificate, key, minVersion: '1.3' } } });
    const [first, second] = [readListenTls(config), readListenTls(config)];
    assert.deepEqual([first?.certificate, first?.minVersion, first?.clientAuthorities], [pem, 'TLSv1.3', '']);
    assert.match(first?.ticketKeys ?? '', /^[0-9a-f]{96}$/);
    assert.notEqual(first?.ticketKeys, second?.ticketKeys);
    assert.equal(listenCertificateProblem(config), null);
    assert.equal(readListenTls(good({})), null);
    pki.close();
  });

  it('is refused when something of it is missing or does not fit, at the key that is wrong', (context) => {
    const pki = Pki.open(context);
    if (pki === null) return;
    const { certificateFile: certificate, keyFile: key } = pki.issue({ subject: '/CN=one' });
    const other = pki.issue({ subject: '/CN=two' });
    const locked = `${key}.locked`;
    execFileSync('openssl', ['pkcs8', '-topk8', '-in', key, '-out', locked, '-passout', 'pass:x']);
    const rows: readonly (readonly [object, RegExp])[] = [
      [{ listen: { tls: { certificate } } }, /^listen\.tls\.key: nothing is not enough/],
      [{ listen: { tls: { key } } }, /^listen\.tls\.certificate: nothing is not enough/],
      [{ listen: { tls: { clientAuthorities: certificate } } }, /^listen\.tls\.certificate: nothing is not enough/],
      [{ listen: { tls: { certificate, key: other.keyFile } } }, /^listen\.tls\.key: .* key of another certificate/],
      [{ listen: { tls: { certificate: key, key } } }, /^listen\.tls\.certificate: .*holds no certificate/],
      [{ listen: { tls: { certificate, key: certificate } } }, /^listen\.tls\.key: .*holds no private key/],
      [{ listen: { tls: { certificate, key: locked } } }, /^listen\.tls\.key: .*is encrypted/],
      [{ listen: { tls: { certificate, key: `${key}.none` } } }, /^listen\.tls\.key: .*cannot be read \(ENOENT\)/],
      [
        { engine: 'linux', listen: { tls: { certificate, key } } },
        /^engine: "linux" cannot be used, because listen\.tls/,
      ],
      [
        { listen: { tls: { certificate, key }, proxyProtocol: 'accept', trustedProxies: ['192.0.2.1'] } },
        /^listen\.proxyProtocol: .*cannot be used together with listen\.tls/,
      ],
    ];
    for (const [config, expected] of rows) {
      const checked = check(config);
      const told = checked.ok ? 'nothing' : checked.problems.map(({ path, message }) => `${path}: ${message}`).join();
      assert.match(told, expected);
    }
    assert.match(keyFileProblem('a\nb') ?? '', /control character/);
    pki.close();
  });
});

function good(config: object): Config {
  const checked = check(config);
  assert.ok(checked.ok, JSON.stringify(checked));
  return checked.config;
}
