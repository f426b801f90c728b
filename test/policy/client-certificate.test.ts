import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { configSchema } from '../../src/config/schema.ts';
import { fillText } from '../../src/languages/text.ts';
import { reasonRow } from '../../src/events/reasons.ts';
import type { ClientCertificateRules } from '../../src/policy/client-certificate.ts';
import {
  compileClientCertificateRules,
  judgeClientCertificate,
  parseSubjectEntry,
} from '../../src/policy/client-certificate.ts';
import { readCertificate } from '../../src/tls/certificate.ts';
import type { DistinguishedName } from '../../src/tls/distinguished-name.ts';
import type { Attribute } from '../support/der.ts';
import { buildCertificate, derName, recordedCertificate } from '../support/der.ts';

const WORKSPACE = '0a1b2c3d-1111-4222-8333-444455556666';
const AGENT = '9f8e7d6c-aaaa-4bbb-8ccc-ddddeeeeffff';

function rules(allowed: readonly string[], workspaces: readonly string[] = []): ClientCertificateRules {
  return compileClientCertificateRules(configSchema.parse({ allowedClientCertificates: allowed, workspaces }));
}

function subjectOf(der: Uint8Array): DistinguishedName {
  const read = readCertificate(der);
  assert.ok(read.ok, JSON.stringify(read));
  return read.certificate.subject;
}

function subject(...attributes: readonly Attribute[]): DistinguishedName {
  return subjectOf(buildCertificate({ subject: derName(attributes) }));
}

const linuxAgent = subjectOf(recordedCertificate('oms-agent-linux'));
const hybridWorker = subjectOf(recordedCertificate('hybrid-worker'));
const windowsAgent = subject(
  ['2.5.4.3', WORKSPACE, 0x13],
  ['2.5.4.3', AGENT, 0x13],
  ['2.5.4.11', 'Microsoft Monitoring Agent'],
  ['2.5.4.10', 'Microsoft'],
);

function rule(name: DistinguishedName, compiled: ClientCertificateRules): string | null {
  const verdict = judgeClientCertificate(name, compiled);
  return verdict.allow ? verdict.rule : null;
}

describe('allowed client certificates', () => {
  for (const entry of [WORKSPACE, AGENT, WORKSPACE.toUpperCase(), ` ${AGENT} `]) {
    it(`an agent passes by ${entry}, one of its two CNs`, () => {
      for (const name of [linuxAgent, windowsAgent]) {
        assert.equal(rule(name, rules(['other', entry])), `allowedClientCertificates: ${entry}`);
      }
    });
  }

  it('an agent passes by its whole subject, as the certificate, RFC 4514 and OpenSSL order it', () => {
    for (const entry of [
      `CN=${WORKSPACE},CN=${AGENT},OU=Linux Monitoring Agent,O=Microsoft`,
      `O=Microsoft,OU=Linux Monitoring Agent,CN=${AGENT},CN=${WORKSPACE}`,
      `CN = ${WORKSPACE}, CN = ${AGENT}, OU = Linux Monitoring Agent, O = Microsoft`,
      `o="microsoft" ; ou="Linux  Monitoring Agent" ; cn=${AGENT.toUpperCase()};2.5.4.3=${WORKSPACE}`,
    ]) {
      assert.equal(rule(linuxAgent, rules([entry])), `allowedClientCertificates: ${entry}`);
      assert.equal(rule(windowsAgent, rules([entry])), null, 'another OU is another subject');
    }
  });

  it('a hybrid worker without a workspace id passes by its CN or its subject', () => {
    assert.ok(rule(hybridWorker, rules(['hybrid runbook worker'])));
    assert.ok(
      rule(
        hybridWorker,
        rules([
          'C=US, ST=Washington, L=Redmond, O=Microsoft Corporation, OU=Azure Automation, CN=Hybrid Runbook Worker',
        ]),
      ),
    );
    assert.equal(rule(hybridWorker, rules(['x'], [WORKSPACE])), null);
  });

  it('a workspace allows its own id as CN, once client certificates are checked', () => {
    assert.equal(rule(linuxAgent, rules(['x'], [WORKSPACE.toUpperCase()])), `workspaces: ${WORKSPACE.toUpperCase()}`);
    assert.deepEqual([rules([], [WORKSPACE]).enforced, rules(['x'], [WORKSPACE]).enforced], [false, true]);
  });

  it('parts, prefixes, other attributes and longer names do not pass', () => {
    const compiled = rules([WORKSPACE, 'Gateway', 'CN=a,O=b']);
    for (const name of [
      subject(['2.5.4.3', `${WORKSPACE}x`]),
      subject(['2.5.4.3', WORKSPACE.slice(1)]),
      subject(['2.5.4.3', `${WORKSPACE}\0`]),
      subject(['2.5.4.3', `Gateway\0.evil`]),
      subject(['2.5.4.3', `x,CN=Gateway`]),
      subject(['2.5.4.10', 'Gateway']),
      subject(['2.5.4.11', WORKSPACE]),
      subject(['2.5.4.3', 'CN=a,O=b']),
      subject(['2.5.4.3', 'a']),
      subject(['2.5.4.3', 'a'], ['2.5.4.10', 'b'], ['2.5.4.6', 'US']),
      subject(['2.5.4.3', 'a'], ['2.5.4.3', 'a'], ['2.5.4.10', 'b']),
      subject(),
    ]) {
      assert.equal(rule(name, compiled), null, JSON.stringify(name));
    }
    assert.ok(rule(subject(['2.5.4.10', 'B'], ['2.5.4.3', ' a']), compiled));
  });

  it('nothing is checked while no subject is configured', () => {
    assert.deepEqual(
      [judgeClientCertificate(null, rules([])).allow, judgeClientCertificate(hybridWorker, rules([])).allow],
      [true, true],
    );
  });

  it('an unknown subject is refused in the words of the reference', () => {
    const verdict = judgeClientCertificate(subject(['2.5.4.3', 'Gateway']), rules(['other']));
    assert.ok(!verdict.allow);
    const row = reasonRow(verdict.reason);
    assert.equal(fillText(row.text, verdict.fields), 'Invalid Client certificate: CN=Gateway');
    assert.deepEqual([verdict.reason, row.event, row.alert], ['client-certificate-not-allowed', 105, 'access_denied']);
  });

  it('an empty certificate message is refused', () => {
    const verdict = judgeClientCertificate(null, rules(['a']));
    assert.ok(!verdict.allow);
    assert.deepEqual([verdict.reason, reasonRow(verdict.reason).event], ['client-certificate-missing', 105]);
  });

  it('a subject that would fill a log or a terminal is bounded and escaped', () => {
    const verdict = judgeClientCertificate(
      subject(...new Array<Attribute>(60).fill(['2.5.4.3', '\u001b[31m\r\n'.repeat(100)])),
      rules(['a']),
    );
    assert.ok(!verdict.allow);
    const text = String(verdict.fields['subject']);
    assert.ok(text.length <= 400);
    assert.doesNotMatch(text, /\p{Cc}/u);
  });

  it('any CN is found by its own text in any case, and by no other', () => {
    const word = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom('a', 'B', 'ü', '-', '1', ',') });
    fc.assert(
      fc.property(word, word, (one, other) => {
        const compiled = rules([one]);
        assert.ok(rule(subject(['2.5.4.3', one.toUpperCase()]), compiled));
        assert.equal(rule(subject(['2.5.4.3', other]), compiled) !== null, one.toLowerCase() === other.toLowerCase());
      }),
    );
  });
});

describe('an entry of allowedClientCertificates', () => {
  for (const [text, detail] of [
    ['', /is empty/],
    ['  ', /is empty/],
    ['*', /would allow every certificate/],
    ['a\nb', /control character/],
    ['a'.repeat(1025), /longer than 1024/],
    ['CN=a,O', /has no "=" behind "O"/],
  ] as const) {
    it(`is not ${JSON.stringify(text.slice(0, 20))}`, () => {
      const entry = parseSubjectEntry(text);
      assert.ok(!entry.ok);
      assert.match(entry.detail, detail);
    });
  }

  it('that got past the check is a mistake of ours, said aloud', () => {
    const config = configSchema.parse({});
    assert.throws(
      () => compileClientCertificateRules({ ...config, allowedClientCertificates: ['*'] }),
      /allowedClientCertificates: \*/,
    );
  });
});
