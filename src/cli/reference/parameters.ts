import { text } from '../text.ts';
import type { Cmdlet, Parameter } from './cmdlets.ts';
import { COMMON_PARAMETERS } from './cmdlets.ts';

/** Reads parameters as PowerShell does: `-Name value`, `-Name:value`, positions, names in either case and shortened. */

export interface Given {
  /** By the parameter's full name. */
  readonly values: ReadonlyMap<string, string>;
  readonly switches: ReadonlySet<string>;
  readonly config: string | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

export type ReadParameters =
  { readonly ok: true; readonly given: Given } | { readonly ok: false; readonly message: string };

const FALSE = /^\$?false$/i;

/** Our own long options are taken beside those of the cmdlet: `--config FILE`, `--json`, `--help`; `--language` was heard before. Never throws. */
export function readParameters(cmdlet: Cmdlet, words: readonly string[]): ReadParameters {
  const values = new Map<string, string>();
  const switches = new Set<string>();
  const positional: string[] = [];
  let config: string | undefined;
  let json = false;
  let help = false;
  const refuse = (key: Parameters<typeof text>[0], fields: Record<string, string>): ReadParameters => ({
    ok: false,
    message: text(key, { cmdlet: cmdlet.name, ...fields }),
  });
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (word === '--json') json = true;
    else if (word === '--help' || word === '-?') help = true;
    else if (word === '--config' || word.startsWith('--config=')) {
      config = word === '--config' ? words[(at += 1)] : word.slice('--config='.length);
      if (config === undefined) return refuse('reference.no-value', { parameter: '-config' });
    } else if (word === '--language') at += 1;
    else if (word.startsWith('--language=')) continue;
    else if (!isParameter(word)) positional.push(word);
    else {
      const [name, inline] = splitAtColon(word);
      const found = findParameter(cmdlet, name);
      if (typeof found === 'string') return { ok: false, message: found };
      if (values.has(found.name) || switches.has(found.name))
        return refuse('reference.twice', { parameter: found.name });
      if (found.isSwitch === true) {
        if (inline === undefined || !FALSE.test(inline)) switches.add(found.name);
        continue;
      }
      const value = inline ?? words[(at += 1)];
      // A parameter's whole name is no value: what was to be one has been forgotten.
      const isNext = inline === undefined && value !== undefined && isWholeName(cmdlet, value);
      if (value === undefined || isNext) return refuse('reference.no-value', { parameter: found.name });
      values.set(found.name, value);
    }
  }
  const left = placePositional(cmdlet, positional, values);
  if (left !== undefined) return refuse('reference.too-many', { value: left });
  if (!help) {
    const missing = cmdlet.parameters.find(({ name, required }) => required === true && !values.has(name));
    if (missing !== undefined) return refuse('reference.missing', { parameter: missing.name });
  }
  return { ok: true, given: { values, switches, config, json, help } };
}

/** A dash and a letter; "-5" and "-" are values. Our long options have two dashes and were taken out before. */
function isParameter(word: string): boolean {
  return /^[-\u2013\u2014]{1,2}[A-Za-z?]/.test(word);
}

function isWholeName(cmdlet: Cmdlet, word: string): boolean {
  return isParameter(word) && cmdlet.parameters.some(({ name }) => word.slice(1).toLowerCase() === name.toLowerCase());
}

/** Documentation pages turn the hyphen into a dash now and then; PowerShell takes both. */
function splitAtColon(word: string): [string, string?] {
  const bare = word.replace(/^[-\u2013\u2014]+/, '');
  const colon = bare.indexOf(':');
  return colon < 0 ? [bare] : [bare.slice(0, colon), bare.slice(colon + 1)];
}

/** Gives values without a name to parameters that have none yet; answers the first that is one too many. */
function placePositional(
  cmdlet: Cmdlet,
  positional: readonly string[],
  values: Map<string, string>,
): string | undefined {
  const open = cmdlet.parameters.slice(0, cmdlet.positions).filter(({ name }) => !values.has(name));
  for (const [index, value] of positional.entries()) {
    const parameter = open[index];
    if (parameter === undefined) return value;
    values.set(parameter.name, value);
  }
  return undefined;
}

/** By whole name or alias, else by the only name that begins so; a text says why there is none. */
function findParameter(cmdlet: Cmdlet, given: string): Parameter | string {
  const wanted = given.toLowerCase();
  const all = [...cmdlet.parameters, ...COMMON_PARAMETERS];
  const names = (each: Parameter): string[] => [each.name, ...(each.aliases ?? [])].map((name) => name.toLowerCase());
  const whole = all.find((each) => names(each).includes(wanted));
  if (whole !== undefined) return whole;
  const begins = (each: Parameter): boolean => names(each).some((name) => name.startsWith(wanted));
  // The cmdlet's own come first: -Pass is -Password where there is one, and -PassThru elsewhere.
  const ownBegun = cmdlet.parameters.filter(begins);
  const begun = ownBegun.length > 0 ? ownBegun : all.filter(begins);
  const [only] = begun;
  if (begun.length === 1 && only !== undefined) return only;
  const own = cmdlet.parameters.map(({ name }) => `-${name}`);
  const known = own.length === 0 ? text('reference.no-parameters') : own.join(', ');
  return begun.length === 0
    ? text('reference.unknown-parameter', { cmdlet: cmdlet.name, parameter: given, known })
    : text('reference.ambiguous-parameter', {
        cmdlet: cmdlet.name,
        parameter: given,
        known: begun.map(({ name }) => `-${name}`),
      });
}
