import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { packageFile } from '../../src/config/package-file.ts';

/**
 * The shape of the source tree: each file in src has its test at the same place in test, and stays small enough to be
 * read at once. Exceptions stand here, with their reason; a line may leave these lists at any time, a new one is a debt.
 */

/** Only types and tables: the compiler, or the test of their generated page, holds them. */
const NOTHING_TO_RUN = [
  'cli/exit-code',
  'admin/gateway',
  ...[
    'access',
    'check',
    'client',
    'edit',
    'gateway',
    'help',
    'reference',
    'relay',
    'service',
    'setup',
    'status',
    'upgrade',
  ].map((name) => `cli/texts/${name}`),
  'cluster/messages',
  'engine/engine',
  'engine/linux/messages',
  'engine/running',
  'engine/settings',
  'events/catalogue',
  'events/reasons',
  'events/notices',
  'events/reasons/certificate',
  'events/reasons/client',
  'events/reasons/destination',
  'events/reasons/ending',
  'events/reasons/gateway-tls',
  'events/reasons/handshake',
  'events/reasons/relay',
  'events/reasons/request',
  'events/reasons/row',
  'policy/verdict',
  'trust/messages',
  'tunnel/command',
  'tunnel/input',
];

/** Sections of the schema: `config/schema.test.ts` and `config/problems.test.ts` check them as a whole. */
const PARTS_OF_THE_SCHEMA = [
  ...[
    'admin',
    'clients',
    'entries',
    'host-lists',
    'limits',
    'listen',
    'listen-tls',
    'log',
    'network',
    'parts',
    'relay-proxy',
    'tls',
  ].map((name) => `config/schema/${name}`),
];

/** Run by `test/conformance` or `test/cluster` as parts of a whole gateway. */
const RUN_AS_A_WHOLE = [
  ...['cli/main', 'cli/start', 'cli/version', 'cluster/handoff', 'cluster/listener', 'cluster/primary'],
  ...['cluster/signals', 'cluster/supervisor', 'cluster/worker', 'cluster/worker-main'],
  ...['cluster/administration', 'cluster/crew', 'cluster/reload-steps', 'cluster/run-primary'],
  ...[
    'admin/route',
    'admin/routes',
    'admin/answers',
    'admin/history',
    'admin/tunnels',
    'admin/status',
    'admin/replies',
  ],
  // By test/metrics/exposition.test.ts and test/cli/status.test.ts.
  ...['metrics/table', 'cli/ask', 'cli/events'],
  // In a real browser, by test/admin/page.test.ts.
  ...['page/ask', 'page/dom', 'page/main', 'page/search', 'page/state', 'page/views'],
  ...['engine/driver', 'engine/open-dial', 'engine/tunnel', 'engine/ends', 'engine/setting-up'],
  ...['engine/portable/connection', 'engine/portable/engine', 'engine/portable/read-buffer'],
  // By test/cluster/listen-tls-portable.test.ts.
  ...['engine/portable/secure-front', 'tunnel/shown-certificate'],
  // By test/proxy-protocol/header.test.ts and test/tunnel/states/reading-proxy-header.test.ts.
  ...['proxy-protocol/version1', 'proxy-protocol/version2', 'policy/proxy-protocol'],
  // By test/languages/translations.test.ts and test/cli/language.test.ts.
  ...['events/details', 'events/sentences', 'languages/translation', 'cli/help', 'cli/width'],
  // By test/cluster/arbiter.test.ts, which plays whole clusters against a model.
  ...['engine/admission', 'engine/room', 'cluster/token-buckets'],
  // By test/tunnel/session.test.ts.
  ...['tunnel/states/early-bytes'],
  // By test/trust/chain.test.ts and test/trust/verifier.test.ts.
  ...['trust/candidate', 'trust/profile', 'trust/verify-pool', 'trust/verify-thread'],
];

/** Parts of one handshake: `tunnel/watched-handshake.test.ts` and `tls/*-flights.test.ts` run them together. */
const PARTS_OF_A_HANDSHAKE = ['tls/handshake-progress', 'tunnel/handshake-judge', 'tunnel/resumption'];

/** Run by `test/cluster/reload-*.test.ts`, `test/lists/live-hosts.test.ts` and `test/lists/download.test.ts`. */
const RUN_BY_RELOADS = [
  ...['event-log', 'in-effect', 'load-aside', 'load-aside-main'].map((name) => `cluster/${name}`),
  ...['file-list', 'file-watch', 'tunnels'].map((name) => `lists/${name}`),
];

/** Debts: these deserve a test of their own. */
const STILL_MISSING: readonly string[] = [
  'cli/check',
  'cli/explain',
  'engine/dial',
  'http/header-fields',
  'http/utf8',
  'tunnel/held-bytes',
  'tunnel/refuse',
  'tunnel/state',
  'tunnel/states/awaiting-server',
  'tunnel/states/observing-hello',
  'tunnel/states/reading-request',
];

/** A file is read at once. */
const LINE_LIMIT = 300;

const sources = readdirSync(packageFile('src'), { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/').replace(/\.ts$/, ''));
const exceptions = [
  ...NOTHING_TO_RUN,
  ...PARTS_OF_THE_SCHEMA,
  ...RUN_AS_A_WHOLE,
  ...RUN_BY_RELOADS,
  ...PARTS_OF_A_HANDSHAKE,
  ...RUN_BY_RELOADS,
  ...STILL_MISSING,
];

describe('source tree', () => {
  it('has a test for each source, at the same place and of the same name', () => {
    assert.ok(sources.length > 50, 'the sources were not found');
    const untested = sources.filter((name) => !existsSync(packageFile(`test/${name}.test.ts`)));
    assert.deepEqual(
      untested.filter((name) => !exceptions.includes(name)),
      [],
    );
  });

  it('has no exceptions for sources that are gone', () => {
    assert.deepEqual(
      exceptions.filter((name) => !sources.includes(name)),
      [],
    );
  });

  it(`has no file of more than ${LINE_LIMIT} lines`, () => {
    const long = sources.filter(
      (name) => readFileSync(packageFile(`src/${name}.ts`), 'utf8').split('\n').length > LINE_LIMIT + 1,
    );
    assert.deepEqual(long, []);
  });
});
