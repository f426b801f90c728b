import { resolve } from 'node:path';
import { text } from '../text.ts';
import type { Answers } from './answers.ts';

/**
 * The silent form: parameters of the reference's installer (`PORTNUMBER=8080 PROXY=10.80.2.200 HASPROXY=1`; Microsoft
 * Learn: Log Analytics gateway, "Install using the command line") and long options that mean the same.
 */

export interface SetupOptions {
  readonly config?: string;
  readonly yes?: boolean;
  readonly port?: string;
  readonly proxy?: string;
  readonly username?: string;
  readonly passwordFile?: string;
  readonly workspace?: readonly string[];
  readonly preset?: readonly string[];
  readonly cloud?: string;
  readonly language?: string;
  /** A host to reach as a test; false for no test. */
  readonly test?: string | boolean;
  /** Whether to install the service; undefined to ask, or not to when nothing is asked. */
  readonly service?: boolean;
}

/** Values as they were given; the schema judges them with the rest. */
export interface Parameters {
  readonly silent: boolean;
  readonly answers: Partial<Record<keyof Answers, unknown>>;
  /** Sentences for standard error. */
  readonly notes: readonly string[];
}

export type ReadSetup =
  { readonly ok: true; readonly parameters: Parameters } | { readonly ok: false; readonly message: string };

const NAMES = ['PORTNUMBER', 'PROXY', 'INSTALLDIR', 'USERNAME', 'PASSWORD', 'LicenseAccepted', 'HASAUTH', 'HASPROXY'];
/** Of msiexec: no questions, or next to none. */
const SILENT = /^\/(?:q[nbrf]?|quiet|passive)$/i;

/** @param words NAME=VALUE, names in either case; what an msiexec command line has besides is understood. Never throws. */
export function readSetup(words: readonly string[], options: SetupOptions): ReadSetup {
  const given = new Map<string, string>();
  let silent = options.yes === true;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (SILENT.test(word)) silent = true;
    else if (/^\/i$/i.test(word)) at += 1;
    else {
      const [name = '', ...rest] = word.split('=');
      if (rest.length === 0) return { ok: false, message: text('setup.parameter-form', { parameter: word }) };
      const known = NAMES.find((each) => each.toLowerCase() === name.toLowerCase());
      if (known === undefined) {
        return { ok: false, message: text('setup.unknown-parameter', { parameter: name, known: NAMES }) };
      }
      given.set(known, rest.join('='));
    }
  }
  return combine(given, options, silent);
}

/** Long options win over the installer's parameters. */
function combine(given: ReadonlyMap<string, string>, options: SetupOptions, silent: boolean): ReadSetup {
  const proxy = options.proxy ?? given.get('PROXY') ?? '';
  const username = options.username ?? given.get('USERNAME') ?? '';
  const password = given.get('PASSWORD') ?? '';
  const hasProxy = given.get('HASPROXY') !== '0' && proxy !== '';
  const hasAuth = given.get('HASAUTH') !== '0' && username !== '';
  const hasSecret = password !== '' || options.passwordFile !== undefined;
  if (given.get('HASPROXY') === '1' && proxy === '') return { ok: false, message: text('setup.needs-proxy') };
  const wantsAuth = given.get('HASAUTH') !== '0' && (given.get('HASAUTH') === '1' || username !== '' || hasSecret);
  if (wantsAuth && !(hasAuth && hasSecret)) {
    return { ok: false, message: text('setup.needs-username') };
  }
  const port = options.port ?? given.get('PORTNUMBER');
  const credentials = !hasAuth
    ? {}
    : {
        username,
        ...(options.passwordFile === undefined ? { password } : { passwordFile: resolve(options.passwordFile) }),
      };
  const answers: Partial<Record<keyof Answers, unknown>> = {
    ...(port === undefined ? {} : { port: /^\d+$/.test(port) ? Number(port) : port }),
    ...(hasProxy ? { relay: { address: proxy, ...credentials } } : {}),
    ...(given.get('HASPROXY') === '0' || options.proxy === '' ? { relay: null } : {}),
    ...(options.workspace === undefined ? {} : { workspaces: options.workspace }),
    // Who names a workspace does not want the whole service allowed beside it.
    ...(options.workspace !== undefined && options.preset === undefined ? { presets: [] } : {}),
    ...(options.preset === undefined ? {} : { presets: options.preset }),
    ...(options.cloud === undefined ? {} : { cloud: options.cloud }),
    ...(options.language === undefined ? {} : { language: options.language }),
  };
  const notes = [
    ...(given.has('INSTALLDIR') ? [text('setup.ignored', { parameter: 'INSTALLDIR' })] : []),
    ...(password === '' ? [] : [text('edit.secret-argument', { better: '--password-file FILE' })]),
  ];
  return { ok: true, parameters: { silent, answers, notes } };
}
