import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { KEYS } from '../../src/config/keys.ts';
import { check, loadConfig } from '../../src/config/load.ts';
import { readPasswordFiles } from '../../src/config/password-file.ts';
import { PROBLEM_TEXTS } from '../../src/config/problem-texts.ts';
import { problemText } from '../../src/config/problems.ts';
import { configSchema } from '../../src/config/schema.ts';
import { translateProblem } from '../../src/languages/said.ts';
import { LANGUAGES } from '../../src/languages/tags.ts';
import { translationOf } from '../../src/languages/translation.ts';
import { makeCertificate } from '../support/certificates.ts';
import { WRONG_CONFIGURATIONS } from '../support/wrong-configurations.ts';

const HOSTS = ['', 'a:b:c', 'xn--a.com', '[::1', '[x]', '1.2.3.4.5', `${'a.'.repeat(130)}b`, 'a..b', 'a'.repeat(64)];
HOSTS.push('a b', 'a/b', '*', 'a*.b', '*.*.c', '*.10.0.0.1', '*.com', '.x.com', '10.0.0.0/33');
const SUBJECTS = ['', 'x'.repeat(1_025), 'a\u0001', 'O=a,b', 'O="a"b', 'O="a', 'O=\\q', 'O=#x', 'O=', 'x y=1', '*'];
const RELAYS = ['ftp://a', 'http://u:p@a:1', 'http://a:1/x', 'http://a:0', 'http://a b:1'];
const LISTS = [{ url: 'x' }, { url: 'https://u:p@a/' }, { url: 'http://a/' }, {}, { url: 'https://a/', file: 'b' }];
const USER = { username: 'u', passwordHash: `$scrypt$ln=15,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}` };
const CERTIFICATE = '/nowhere/certificate.pem';
const TREES: readonly object[] = [
  ...HOSTS.map((host) => ({ allowedHosts: [host] })),
  ...SUBJECTS.map((subject) => ({ allowedClientCertificates: [subject] })),
  ...RELAYS.map((address) => ({ relayProxy: { address } })),
  ...LISTS.map((list) => ({ hostLists: [list] })),
  { presets: ['azure-monitr'] },
  { clients: { basicAuth: [{ ...USER, username: 'a\u0308' }] } },
  { relayProxy: { password: 'p', passwordFile: 'f', username: 'u' } },
  { relayProxy: { password: 'p' } },
  { relayProxy: [{}] },
  { listen: { tls: { certificate: CERTIFICATE } } },
  { listen: { tls: { clientAuthorities: CERTIFICATE } } },
  { listen: { tls: { key: CERTIFICATE } } },
  { engine: 'linux', relayProxy: { address: 'https://a:1' } },
];
const FILES = ['', '[]', '{', '{"a":1,}', '{"a" 1}', "{'a':1}", '{"a":1 "b":2}', '// x', '{"__proto__":1}', '{}x'];
FILES.push('{"a":1,"a":2}', '{"a":"\\q"}', '{"a":"b\n"}', '['.repeat(70), '{"a":,}', '{"listen":{"prot":1}}');

const directory = mkdtempSync(join(tmpdir(), 'problem-texts-'));
after(() => {
  rmSync(directory, { recursive: true });
});

/** Every problem that this project can say, by real input: keys in all their kinds, files, secrets, certificates. */
async function everythingSaid(): Promise<string[]> {
  const ofTrees = TREES.flatMap((tree) => problemsIn(check(tree)));
  const ofKinds = expectations(configSchema).map((expected) => `key: 5 is not a thing; expected ${expected}`);
  const ofFiles = FILES.flatMap((content) => problemsIn(load(written('gateway.json', content))));
  const ofTable = WRONG_CONFIGURATIONS.map(([, text]) => text);
  return [...ofTable, ...ofTrees, ...ofKinds, ...ofFiles, ...ofOverlay(), ...ofSecrets(), ...(await ofCertificates())];
}

function problemsIn(loaded: ReturnType<typeof check>): string[] {
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

function load(file: string, environment = {}, flags = {}): ReturnType<typeof check> {
  return readPasswordFiles(loadConfig({ file, environment, flags }));
}

function written(name: string, content: string | Uint8Array): string {
  const file = join(directory, name);
  writeFileSync(file, content);
  return file;
}

/** What would be right, of every key at any depth. */
function expectations(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { def, meta } = node as { def?: Record<string, unknown>; meta?: () => { expected?: string } | undefined };
  if (def === undefined) return Object.values(node).flatMap(expectations);
  const own = meta?.call(node)?.expected;
  const inner = ['innerType', 'element', 'valueType', 'options', 'shape'].flatMap((name) => expectations(def[name]));
  return own === undefined ? inner : [own, ...inner];
}

function ofOverlay(): string[] {
  const file = written('relays.json', '{"relayProxy":[{"address":"http://a:1"}],"tls":{"minVersion":"1.3"}}');
  const environment = { OMS_GATEWAY_LISTEN_PROT: '1', OMS_GATEWAY_X: '1', OMS_GATEWAY_RELAY_PROXY_USERNAME: 'u' };
  const flags = { '--listen-prot': '1', '--x-y-z': '1', '--listen-port': '0', '--tls-max-version': '1.2' };
  const against = { OMS_GATEWAY_TLS_MIN_VERSION: '1.3' };
  const lowest = written('lowest.json', '{"tls":{"maxVersion":"1.2"}}');
  return [...problemsIn(load(file, environment, flags)), ...problemsIn(load(lowest, against))];
}

function ofSecrets(): string[] {
  const contents = ['', 'x'.repeat(5_000), '\u0001'];
  const files = contents.map((content, index) => written(`password-${index}`, content));
  const trees = [...files, '/nowhere'].map((passwordFile) => ({
    relayProxy: { address: 'http://a:1', username: 'u', passwordFile },
  }));
  const problems = trees.flatMap((tree) => problemsIn(readPasswordFiles(check(tree))));
  const other = [written('utf16.json', new Uint8Array([0xff, 0xfe, 0x7b])), '/nowhere', directory];
  // A superuser may read everything, so this one and those of a running gateway are said here in their words.
  const reload = [
    'tls.trustedCertificates: the file cannot be opened (EACCES)',
    `log.file: /x cannot be opened for appending (EACCES)`,
  ];
  reload.push(
    'relayProxy: needs a restart with the portable engine, because listen.tls makes it speak TLS with its clients',
  );
  const busy = ['/etc/x.json: may not be read by this user', '/etc/x.json: cannot be read (EIO)'];
  return [...problems, ...other.flatMap((file) => problemsIn(load(file))), ...reload, ...busy];
}

async function ofCertificates(): Promise<string[]> {
  const [one, two] = await Promise.all([makeCertificate(['one.test']), makeCertificate(['two.test'])]);
  const certificate = written('one.pem', one.certificate);
  const key = written('one.key', one.key);
  const locked = written('locked.key', '-----BEGIN ENCRYPTED PRIVATE KEY-----\n');
  const broken = written('broken.key', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n');
  const trees = [
    ...[written('two.key', two.key), locked, broken, certificate].map((other) => ({
      listen: { tls: { certificate, key: other } },
    })),
    { listen: { tls: { certificate: key, key } } },
    { engine: 'linux', listen: { tls: { certificate, key } } },
    { listen: { tls: { certificate, key }, proxyProtocol: 'accept', trustedProxies: ['192.0.2.1'] } },
  ];
  return trees.flatMap((tree) => problemsIn(check(tree)));
}

describe('what is said of a wrong configuration', () => {
  it('is made of the rows that are translated, and each of them is said', async () => {
    // Rows that say which they are instead of what.
    const numbered = Object.fromEntries(
      PROBLEM_TEXTS.map((text, index) => [text, `⟦${index} ${(text.match(/\{\w+\}/g) ?? []).join(' ')}⟧`]),
    );
    const said = await everythingSaid();
    const spoken = said.map((text) => translateProblem(numbered, text));
    const plain = said.filter((text, index) => text === spoken[index]);
    assert.deepEqual(plain, []);
    const used = new Set(spoken.flatMap((text) => [...text.matchAll(/⟦(\d+)/g)].map(([, index]) => Number(index))));
    assert.deepEqual(
      PROBLEM_TEXTS.filter((_, index) => !used.has(index)),
      [],
    );
  });

  it('is said in every language, keys as they are', async () => {
    const said = await everythingSaid();
    for (const language of LANGUAGES.filter((each) => each !== 'en')) {
      const { configuration } = translationOf(language);
      for (const text of said) {
        const spoken = translateProblem(configuration, text);
        assert.notEqual(spoken, text, language);
        assert.doesNotMatch(spoken, /\{\w+\}|; expected |is not a|unknown key/, `${language}: ${text}`);
      }
      for (const { flag, meta } of KEYS)
        assert.notEqual(configuration[meta.description] ?? meta.description, meta.description, `${language}: ${flag}`);
    }
  });
});
