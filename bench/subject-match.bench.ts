import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import { configSchema } from '../src/config/schema.ts';
import type { ClientCertificateRules } from '../src/policy/client-certificate.ts';
import { compileClientCertificateRules, judgeClientCertificate } from '../src/policy/client-certificate.ts';
import { readCertificate } from '../src/tls/certificate.ts';
import type { DistinguishedName } from '../src/tls/distinguished-name.ts';
import { recordedCertificate } from '../test/support/der.ts';
import { keep } from './support/keep.ts';

/** What does it cost to read an agent's certificate, and to find its subject among a thousand that are allowed? */

const WORKSPACE = '0a1b2c3d-1111-4222-8333-444455556666';
const SUBJECT = `O=Microsoft,OU=Linux Monitoring Agent,CN=9f8e7d6c-aaaa-4bbb-8ccc-ddddeeeeffff,CN=${WORKSPACE}`;
const OTHERS = Array.from({ length: 1_000 }, (_, index) => `agent-${index}`);

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'client certificate against 1,000 allowed subjects' });
  const agent = recordedCertificate('oms-agent-linux');
  const subject = subjectOf(agent);
  bench.add(`reading the certificate of an agent (${agent.length} B)`, () => {
    keep(readCertificate(agent));
  });
  const cases: readonly (readonly [string, readonly string[], boolean])[] = [
    ['allowed by its CN', [...OTHERS, WORKSPACE], true],
    ['allowed by its whole subject', [...OTHERS.map((name) => `CN=${name},O=Contoso`), SUBJECT], true],
    ['refused, CNs alone configured', OTHERS, false],
    ['refused, whole subjects configured', OTHERS.map((name) => `CN=${name},O=Contoso`), false],
  ];
  for (const [name, entries, allowed] of cases) {
    const rules = compile(entries);
    if (judgeClientCertificate(subject, rules).allow !== allowed) throw new Error(`the verdict of "${name}" is wrong`);
    bench.add(name, () => {
      keep(judgeClientCertificate(subject, rules));
    });
  }
  return bench;
}

function compile(allowedClientCertificates: readonly string[]): ClientCertificateRules {
  return compileClientCertificateRules(configSchema.parse({ allowedClientCertificates }));
}

function subjectOf(der: Uint8Array): DistinguishedName {
  const read = readCertificate(der);
  if (!read.ok) throw new Error(read.detail);
  return read.certificate.subject;
}
