import { check } from '../../config/load.ts';
import type { Relay } from '../../config/relays.ts';
import { relaysOf } from '../../config/relays.ts';
import type { Config } from '../../config/schema.ts';
import { LANGUAGES } from '../../languages/tags.ts';
import type { Prompter } from '../prompt.ts';
import type { RelayGiven } from '../relay-proxy.ts';
import { problemText, text } from '../text.ts';
import type { Answers } from './answers.ts';
import type { Reached } from './reach.ts';

/** The questions of the setup, one after the other. Each answer is checked at once, by the schema and by a try. */

export interface AskContext {
  readonly prompter: Pick<Prompter, 'ask' | 'askHidden'>;
  readonly say: (line: string) => void;
  /** Whether a port can be listened on at the moment. */
  readonly isFree: (port: number) => Promise<boolean>;
  readonly reachRelay: (relay: Relay) => Promise<Reached>;
  /** What the file has now. */
  readonly config: Config;
}

/** The end of the input, or Control-C. */
export class Cancelled extends Error {}

/** @throws {Cancelled} when there are no more answers */
export async function askAll(context: AskContext, before: Answers): Promise<Answers> {
  const port = await askPort(context, before.port);
  const relay = await askRelay(context);
  const cloud = (await askValue(context, 'setup.cloud', before.cloud, (value) => ({
    cloud: value,
  }))) as Answers['cloud'];
  const workspaces = await askList(context, 'setup.workspaces', before.workspaces, (value) => ({ workspaces: value }));
  const named = workspaces.length > 0 && before.workspaces.length === 0;
  // Who names workspaces need not allow the whole service beside them.
  const presets = await askList(context, 'setup.presets', named ? [] : before.presets, (value) => ({ presets: value }));
  if (workspaces.length + presets.length + context.config.allowedHosts.length === 0) {
    context.say(text('setup.nothing-allowed'));
  }
  const language = (await askValue(context, 'setup.language', before.language, (value) => ({
    log: { language: value },
  }))) as Answers['language'];
  return { port, relay, cloud, workspaces, presets, language };
}

/** y or n, in English or the language of the command. */
export async function askYesNo(context: AskContext, question: string, fallback: boolean): Promise<boolean> {
  for (;;) {
    const answer = (await next(context, question)).toLowerCase();
    if (answer === '') return fallback;
    if (['y', 'yes', ...text('setup.words-yes').split(' ')].includes(answer)) return true;
    if (['n', 'no', ...text('setup.words-no').split(' ')].includes(answer)) return false;
    context.say(text('setup.yes-or-no'));
  }
}

/** The trimmed answer to one question. */
export async function next({ prompter }: AskContext, question: string): Promise<string> {
  const answer = await prompter.ask(question);
  if (answer === null) throw new Cancelled();
  return answer;
}

async function askPort(context: AskContext, current: number): Promise<number> {
  for (;;) {
    const answer = await next(context, text('setup.port', { current }));
    const port = answer === '' ? current : /^\d+$/.test(answer) ? Number(answer) : answer;
    if (isRefused(context, { listen: { port } })) continue;
    if (typeof port === 'number' && !(await context.isFree(port))) context.say(text('setup.port-taken', { port }));
    return Number(port);
  }
}

/** Null for none; "as-is" when what is there is kept. */
async function askRelay(context: AskContext): Promise<Answers['relay']> {
  const before = relaysOf(context.config);
  const { relayProxy } = context.config;
  const first = Array.isArray(relayProxy) ? relayProxy[0] : relayProxy;
  const shown = Array.isArray(relayProxy) ? relayProxy.map(({ address }) => address).join(', ') : relayProxy.address;
  for (;;) {
    const answer = await next(context, text('setup.proxy', { current: shown === '' ? text('setup.none') : shown }));
    if (answer === '-' || (answer === '' && before.length === 0)) return before.length === 0 ? 'as-is' : null;
    if (answer === '') return 'as-is';
    if (answer.includes('@')) {
      context.say(text('relay.user-info'));
      continue;
    }
    if (isRefused(context, { relayProxy: { address: answer } })) continue;
    const relay = await withCredentials(context, answer, first?.username ?? '');
    if (await isKept(context, relay)) return relay;
  }
}

async function withCredentials(context: AskContext, address: string, current: string): Promise<RelayGiven> {
  for (;;) {
    const shown = current === '' ? text('setup.none') : current;
    const answer = await next(context, text('setup.proxy-user', { current: shown }));
    const username = answer === '' ? current : answer === '-' ? '' : answer;
    if (username === '') return { address };
    if (isRefused(context, { relayProxy: { address, username } })) continue;
    const password = await context.prompter.askHidden(text('setup.proxy-password'));
    if (password === null) throw new Cancelled();
    if (password === '') context.say(text('setup.password-needed'));
    else if (!isRefused(context, { relayProxy: { address, username, password } }))
      return { address, username, password };
  }
}

async function isKept(context: AskContext, given: RelayGiven): Promise<boolean> {
  const checked = check({ relayProxy: { address: given.address } });
  const [relay] = checked.ok ? relaysOf(checked.config) : [];
  if (relay === undefined) return false;
  const reached = await context.reachRelay(relay);
  context.say(reached.ok ? text('setup.proxy-up') : text('setup.proxy-down', { detail: reached.detail }));
  return reached.ok || (await askYesNo(context, text('setup.keep-anyway'), false));
}

type Question = 'setup.cloud' | 'setup.workspaces' | 'setup.presets' | 'setup.language';

async function askValue(
  context: AskContext,
  question: Question,
  current: string,
  tree: (value: string) => object,
): Promise<string> {
  for (;;) {
    const answer = await next(context, text(question, { current, languages: ['auto', ...LANGUAGES] }));
    const value = answer === '' ? current : answer;
    if (!isRefused(context, tree(value))) return value;
  }
}

async function askList(
  context: AskContext,
  question: Question,
  current: readonly string[],
  tree: (value: readonly string[]) => object,
): Promise<readonly string[]> {
  for (;;) {
    const shown = current.length === 0 ? text('setup.none') : current.join(', ');
    const answer = await next(context, text(question, { current: shown }));
    const value =
      answer === '' ? current : answer === '-' ? [] : answer.split(/[\s,]+/).filter((entry) => entry !== '');
    if (!isRefused(context, tree(value))) return value;
  }
}

/** Says what is wrong with an answer. */
function isRefused({ say }: AskContext, tree: object): boolean {
  const checked = check(tree);
  if (checked.ok) return false;
  for (const problem of checked.problems) say(`  ${problemText(problem)}`);
  return true;
}
