import type { Machine } from './machine.ts';

/**
 * The port in the firewall of this machine, as the reference's setup opens it on Windows. Only a firewall that is in use is
 * touched: firewalld, ufw, or rules of nftables that turn input away.
 */

export interface Order {
  readonly program: string;
  readonly args: readonly string[];
}

export type Firewall =
  /** Nothing that is known turns connections away. */
  | { readonly kind: 'none' }
  /** Rules that another program keeps, here iptables: they are for whoever wrote them. */
  | { readonly kind: 'foreign' }
  | {
      readonly kind: 'firewalld' | 'ufw' | 'nftables';
      /** Lets clients reach `port`; nothing when they can already. */
      open(port: number): Order[];
      /** Takes back what `open` did. */
      close(port: number): Order[];
    };

/** Our rules carry it, so that they are found again. */
const COMMENT = 'oms-gateway';

export function findFirewall(machine: Pick<Machine, 'run'>): Firewall {
  if (machine.run('firewall-cmd', ['--state']).ok) return FIREWALLD;
  const ufwStatus = machine.run('ufw', ['status']).out;
  if (/^Status: active$/m.test(ufwStatus)) return ufw(ufwStatus);
  const ruleset = machine.run('nft', ['-j', 'list', 'ruleset']);
  return ruleset.ok ? nftables(readRuleset(ruleset.out)) : { kind: 'none' };
}

const FIREWALLD: Firewall = {
  kind: 'firewalld',
  open: (port) => firewalld('--add-port', port),
  close: (port) => firewalld('--remove-port', port),
};

/** Once for now and once for after a restart. */
function firewalld(change: string, port: number): Order[] {
  const option = `${change}=${port}/tcp`;
  return [[option], ['--permanent', option]].map((args) => ({ program: 'firewall-cmd', args }));
}

/** ufw would put our comment on a rule that somebody else wrote, and `close` would then take that away. */
function ufw(status: string): Firewall {
  const rule = (port: number): string | undefined =>
    status
      .split('\n')
      .map((line) => line.trimEnd())
      .find((line) => new RegExp(`^${port}/tcp +ALLOW +Anywhere\\b`).test(line));
  const isOurs = (port: number): boolean => rule(port)?.endsWith(`# ${COMMENT}`) === true;
  const order = (...args: readonly string[]): Order => ({ program: 'ufw', args });
  return {
    kind: 'ufw',
    open: (port) => (rule(port) === undefined ? [order('allow', `${port}/tcp`, 'comment', COMMENT)] : []),
    close: (port) => (isOurs(port) ? [order('delete', 'allow', `${port}/tcp`)] : []),
  };
}

/** What `nft -j list ruleset` tells of chains and rules (libnftables-json(5)). */
interface Chain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly type?: string;
  readonly hook?: string;
  readonly policy?: string;
}

interface Rule {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly comment?: string;
  readonly expr?: readonly Readonly<Record<string, unknown>>[];
}

interface Ruleset {
  readonly chains: readonly Chain[];
  readonly rules: readonly Rule[];
}

/** @returns an empty ruleset for what is none */
function readRuleset(json: string): Ruleset {
  try {
    const { nftables: entries = [] } = JSON.parse(json) as { nftables?: { chain?: Chain; rule?: Rule }[] };
    return {
      chains: entries.flatMap(({ chain }) => (chain === undefined ? [] : [chain])),
      rules: entries.flatMap(({ rule }) => (rule === undefined ? [] : [rule])),
    };
  } catch {
    return { chains: [], rules: [] };
  }
}

function nftables(ruleset: Ruleset): Firewall {
  const filters = ruleset.chains.filter((chain) => turnsAway(chain, ruleset.rules));
  if (filters.length === 0) return { kind: 'none' };
  // Rules of iptables show up here, and a native rule among them confuses it.
  if (filters.some(({ family, name }) => family !== 'inet' && name === 'INPUT')) return { kind: 'foreign' };
  const ours = ruleset.rules.filter(({ comment }) => comment === COMMENT);
  return {
    kind: 'nftables',
    open: (port) =>
      filters
        .filter((chain) => !ours.some((rule) => isIn(rule, chain) && isFor(rule, port)))
        .map(({ family, table, name }) => ({
          program: 'nft',
          args: [
            'insert',
            'rule',
            family,
            table,
            name,
            'tcp',
            'dport',
            String(port),
            'accept',
            'comment',
            `"${COMMENT}"`,
          ],
        })),
    close: (port) =>
      ours
        .filter((rule) => isFor(rule, port))
        .map(({ family, table, chain, handle }) => ({
          program: 'nft',
          args: ['delete', 'rule', family, table, chain, 'handle', String(handle)],
        })),
  };
}

/** A chain that all input passes and that lets only some of it through. */
function turnsAway(chain: Chain, rules: readonly Rule[]): boolean {
  const { family, type, hook, policy } = chain;
  if (!['inet', 'ip', 'ip6'].includes(family) || type !== 'filter' || hook !== 'input') return false;
  if (policy === 'drop') return true;
  // "drop" or "reject" and nothing else: whatever came so far.
  return rules.some(
    (rule) => isIn(rule, chain) && rule.expr?.every((part) => 'drop' in part || 'reject' in part) === true,
  );
}

function isIn({ family, table, chain }: Rule, { family: itsFamily, table: itsTable, name }: Chain): boolean {
  return family === itsFamily && table === itsTable && chain === name;
}

function isFor({ expr = [] }: Rule, port: number): boolean {
  return expr.some(({ match }) => (match as { right?: unknown } | undefined)?.right === port);
}
