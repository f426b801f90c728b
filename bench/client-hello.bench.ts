import type { BenchOptions } from 'tinybench';
import { Bench } from 'tinybench';
import { HelloAssembler } from '../src/tls/hello-assembler.ts';
import { browserHello } from '../test/support/browser-hello.ts';
import type { HelloOptions } from '../test/support/hello.ts';
import { buildClientHello } from '../test/support/hello.ts';
import { keep } from './support/keep.ts';

/** What does reading one ClientHello cost: small, as large as with a post-quantum key share, and cut into many records? */

const LIMIT = 262_144;
const NAME = '0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.ods.opinsights.azure.com';
const HELLOS: Readonly<Record<string, HelloOptions>> = {
  'agent, TLS 1.2 and 1.3': { serverName: NAME, versions: [0x0304, 0x0303] },
  'with post-quantum key share and GREASE': browserHello(NAME),
  'the same in records of 64 bytes': { ...browserHello(NAME), recordBytes: 64 },
};

export function createBench(options: BenchOptions): Bench {
  const bench = new Bench({ ...options, name: 'reading one ClientHello' });
  for (const [name, hello] of Object.entries(HELLOS)) {
    const bytes = buildClientHello(hello);
    mustBeDone(bytes);
    bench.add(`${name} (${bytes.length} B)`, () => {
      keep(new HelloAssembler(LIMIT).read(bytes, bytes.length));
    });
  }
  return bench;
}

function mustBeDone(bytes: Uint8Array): void {
  const { state } = new HelloAssembler(LIMIT).read(bytes, bytes.length);
  if (state !== 'done') throw new Error(`the ClientHello of the benchmark is ${state}`);
}
