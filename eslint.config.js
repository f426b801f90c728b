import tseslint from 'typescript-eslint';

const pure = [
  'src/address/**',
  'src/http/**',
  'src/proxy-protocol/**',
  'src/tls/**',
  'src/policy/**',
  'src/tunnel/**',
  'src/relay/**',
];

/** Which folders a folder may import from: imports point one way, see docs/architecture.md. */
const forbiddenImports = {
  address: [
    'http',
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
    'trust',
  ],
  http: [
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
    'trust',
  ],
  'proxy-protocol': [
    'http',
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'events',
    'metrics',
    'admin',
    'trust',
  ],
  tls: [
    'http',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
    'trust',
  ],
  policy: [
    'http',
    'tls',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
    'trust',
  ],
  tunnel: ['dial', 'engine', 'relay', 'lists', 'cluster', 'cli', 'config', 'metrics', 'admin', 'trust'],
  relay: ['http', 'tls', 'tunnel', 'dial', 'engine', 'lists', 'cluster', 'cli', 'config', 'metrics', 'admin', 'trust'],
  dial: ['engine', 'relay', 'lists', 'cluster', 'cli', 'metrics', 'admin', 'trust'],
  trust: [
    'http',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
  ],
  events: [
    'http',
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'metrics',
    'admin',
    'trust',
  ],
  metrics: [
    'address',
    'http',
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'config',
    'admin',
    'trust',
  ],
  config: ['http', 'tls', 'tunnel', 'dial', 'engine', 'lists', 'cluster', 'cli', 'events', 'metrics', 'admin', 'trust'],
  lists: ['http', 'tls', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'config', 'metrics', 'admin', 'trust'],
  engine: ['lists', 'cluster', 'cli', 'config', 'http', 'tls', 'admin', 'trust'],
  admin: ['http', 'tls', 'policy', 'tunnel', 'dial', 'engine', 'relay', 'lists', 'cluster', 'cli', 'trust'],
  cluster: ['cli', 'http', 'tls'],
  // Runs in a browser: what it knows comes over the admin API.
  page: ['address', 'http', 'tls', 'policy', 'tunnel', 'relay', 'dial', 'engine', 'cluster', 'cli', 'config', 'events'],
  // Data and pure functions, and a reader of files beside the configuration.
  languages: [
    'address',
    'http',
    'tls',
    'policy',
    'tunnel',
    'dial',
    'engine',
    'relay',
    'lists',
    'cluster',
    'cli',
    'events',
    'metrics',
    'admin',
    'trust',
  ],
  cli: [],
};

/** Who alone may write events, and who alone may know sockets and choose an engine. */
const writesEvents = ['events', 'engine', 'cluster', 'cli'];
const writers = ['**/events/writer.ts', '**/events/batch.ts', '**/events/destination.ts'];

const importRules = Object.entries(forbiddenImports).map(([folder, forbidden]) => ({
  files: [`src/${folder}/**`],
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: importPatterns(folder, forbidden) }] },
}));

function importPatterns(folder, forbidden) {
  const patterns = forbidden.map((name) => ({
    // Names of certificates are compared by policy as hosts are, cipher suites named: pure values, like those of src/address.
    group:
      folder === 'policy' && name === 'tls'
        ? ['**/tls/**', '!**/tls/distinguished-name*', '!**/tls/cipher-suites*']
        : [`**/${name}/**`],
    // The configuration hands over data, so its types may go anywhere; policy judges what tls has read.
    allowTypeImports: name === 'config' || (folder === 'policy' && name === 'tls'),
    message: `src/${folder} must not import src/${name}: imports point one way (docs/architecture.md).`,
  }));
  if (pure.includes(`src/${folder}/**`)) {
    patterns.push({ group: ['node:*'], message: 'Pure layer: no node: imports; bytes in, decisions out.' });
  }
  if (!writesEvents.includes(folder)) {
    patterns.push({
      group: writers,
      message: 'Events are written by engine, cluster and cli only; name a reason instead.',
    });
  }
  if (folder !== 'cluster') {
    patterns.push({
      group: ['**/engine/portable/**', '**/engine/linux/**'],
      message: 'Only the cluster chooses an engine.',
    });
  }
  if (!['cluster', 'cli', 'lists'].includes(folder)) {
    // src/trust asks Node's TLS module which authorities there are.
    const sockets = folder === 'trust' ? ['node:net', 'node:dgram'] : ['node:net', 'node:dgram', 'node:tls'];
    patterns.push({ group: sockets, message: 'Sockets belong to src/engine/portable.' });
  }
  return patterns;
}

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      eqeqeq: 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowNullish: true },
      ],
      'no-restricted-syntax': ['error', { selector: 'ExportDefaultDeclaration', message: 'Use named exports.' }],
    },
  },
  {
    files: ['test/**'],
    rules: {
      // node:test collects what describe and it return.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // assert.equal narrows types further than the runtime can promise.
      '@typescript-eslint/no-unnecessary-condition': 'off',
    },
  },
  { files: pure, rules: { 'no-restricted-globals': ['error', 'Buffer', 'process', 'setTimeout', 'setInterval'] } },
  ...importRules,
  // The portable engine is the place for sockets; the rest of its folder's rules stay as they are.
  {
    files: ['src/engine/portable/**'],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: importPatterns('engine', forbiddenImports.engine).filter(
            ({ group }) => !group.includes('node:net'),
          ),
        },
      ],
    },
  },
);
