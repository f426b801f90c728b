import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { rootCertificates } from 'node:tls';
import { certificateFileProblem } from '../../src/config/certificate-file.ts';
import { check } from '../../src/config/load.ts';

const directory = mkdtempSync(join(tmpdir(), 'oms-gateway-trusted-'));
const file = join(directory, 'trusted.pem');
after(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('tls.trustedCertificates', () => {
  it('is nothing, or a file with a certificate in it', () => {
    writeFileSync(file, `# ours\n${rootCertificates[0] ?? ''}`);
    assert.deepEqual([certificateFileProblem(''), certificateFileProblem(file)], [null, null]);
  });

  it('is refused by what is wrong with it, at the key', () => {
    writeFileSync(file, '-----BEGIN CERTIFICATE-----');
    assert.match(certificateFileProblem(file) ?? '', /holds no certificate; expected PEM/);
    assert.match(certificateFileProblem(directory) ?? '', /cannot be read \(EISDIR\)/);
    const loaded = check({ tls: { trustedCertificates: 'C:\temp' } });
    assert.match(loaded.ok ? '' : JSON.stringify(loaded.problems), /tls\.trustedCertificates.*control character/);
    const missing = check({ tls: { trustedCertificates: join(directory, 'none') } });
    assert.match(
      missing.ok ? '' : JSON.stringify(missing.problems),
      /tls\.trustedCertificates.*cannot be read \(ENOENT\)/,
    );
  });
});
