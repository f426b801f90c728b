import tseslint from 'typescript-eslint';

const pure = ['src/address/**', 'src/http/**', 'src/tls/**', 'src/policy/**', 'src/tunnel/**'];

/** Which folders a folder may import from: imports point one way, see docs/architecture.md. */
const forbiddenImports = {
  address: ['http', 'tls', 'policy', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'config'],
  http: ['tls', 'policy', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'config'],
  tls: ['http', 'policy', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'config'],
  tunnel: ['dial', 'engine', 'cluster', 'cli', 'config'],
  dial: ['engine', 'cluster', 'cli'],
  events: ['http', 'tls', 'policy', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'config'],
  config: ['http', 'tls', 'tunnel', 'dial', 'engine', 'cluster', 'cli', 'events'],
  engine: ['cluster', 'cli', 'config', 'http', 'tls'],
  cluster: ['cli', 'http', 'tls'],
};

const importRules = Object.entries(forbiddenImports).map(([folder, forbidden]) => ({
  files: [`src/${folder}/**`],
  rules: {
    '@typescript-eslint/no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: forbidden.map((name) => `**/${name}/**`),
            message: `src/${folder} must not import this folder: imports point one way (docs/architecture.md).`,
          },
          ...(pure.includes(`src/${folder}/**`)
            ? [{ group: ['node:*'], message: 'Pure layer: no node: imports; bytes in, decisions out.' }]
            : []),
        ],
      },
    ],
  },
}));

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
);
