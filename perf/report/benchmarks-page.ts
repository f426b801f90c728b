import { costHead, figureTable } from '../compare/figures.ts';
import type { Measure } from '../compare/measures.ts';
import { MEASURES } from '../compare/measures.ts';
import type { Comparison, PeerFacts } from '../compare/result.ts';
import { baseOf, disturbedRuns, summarize } from '../compare/summary.ts';
import { threeDigits } from '../load/units.ts';
import type { Bar } from './bar-chart.ts';
import { barChart } from './bar-chart.ts';

/** docs/benchmarks.md and its charts, generated from a recorded comparison: no number in it is typed by hand. */

/** Files by their path below docs/. */
export function benchmarkFiles(comparison: Comparison): ReadonlyMap<string, string> {
  const files = new Map<string, string>([['benchmarks.md', benchmarksPage(comparison)]]);
  for (const measure of measured(comparison)) {
    files.set(chartPath(measure), costChart(comparison, measure));
  }
  if (comparison.runs.some(({ measure }) => measure === 'connect')) {
    files.set(RATE_CHART, rateChart(comparison));
  }
  return files;
}

const RATE_CHART = 'benchmarks/tunnels-per-second.svg';

function measured({ runs }: Comparison): Measure[] {
  return MEASURES.filter(({ key }) => runs.some((run) => run.measure === key));
}

function chartPath({ key }: Measure): string {
  return `benchmarks/${key}.svg`;
}

function benchmarksPage(comparison: Comparison): string {
  const sections = [
    introduction(comparison),
    overview(comparison),
    ...measured(comparison).map((measure) => measureSection(comparison, measure)),
    method(comparison),
    fairness(comparison),
    repeat(),
  ];
  return `${sections.join('\n\n')}\n`;
}

function introduction({ date, machine, settings }: Comparison): string {
  const { cpu, cpus, memoryGb, os } = machine;
  return `# Benchmarks

The gateway beside other forward proxies on one machine, every proxy on one processor. This page and its charts are generated
from \`perf/results/comparison.json\` by \`npm run benchmarks\`.

Recorded ${date.slice(0, 10)} on ${cpu}, ${cpus} processors, ${memoryGb} GB, ${os}: medians of ${settings.rounds} round(s) of
${settings.seconds} s, and ${settings.idleTunnels.toLocaleString('en')} idle tunnels. Load generator: Node ${machine.node.replace(/^v/, '')}.`;
}

/** Cost of everything for everybody, in one table. */
function overview(comparison: Comparison): string {
  const measures = measured(comparison);
  const base = baseOf(comparison);
  const head = ['', ...measures.map((measure) => `${SHORT[measure.key]}, ${costHead(measure)}`)];
  const rows = comparison.peers.map((peer) => [
    `${emphasized(peer)} ${peer.version}`,
    ...measures.map((measure) => {
      const row = summarize(comparison, measure.key, base).find((each) => each.peer === peer.key);
      return row?.cost === undefined || row.cost === null ? '–' : threeDigits(row.cost);
    }),
  ]);
  return `## At a glance

Processor time of the proxy for each piece of work, and memory for each idle tunnel. Less is better.

${markdownTable(head, rows)}`;
}

const SHORT: Readonly<Record<Measure['key'], string>> = {
  connect: 'tunnel',
  echo: 'round trip',
  download: 'download',
  upload: 'upload',
  agent: '200 KB upload in a new tunnel',
  idle: 'idle tunnel',
};

function emphasized({ label, isOurs }: PeerFacts): string {
  return isOurs ? `**${label}**` : label;
}

function measureSection(comparison: Comparison, measure: Measure): string {
  const { head, rows } = figureTable(comparison, measure);
  const rate = measure.key === 'connect' ? `![Tunnels per second](${RATE_CHART})\n\n` : '';
  return `## ${measure.title}

![${measure.title}](${chartPath(measure)})

${rate}${markdownTable(head, rows)}`;
}

function costChart(comparison: Comparison, measure: Measure): string {
  const unit = { 'us-per-operation': 'µs', 'seconds-per-gb': 's', 'kib-per-tunnel': 'KiB' }[measure.cost];
  const what = {
    'us-per-operation': `Processor time of the proxy per ${measure.unit}. Less is better.`,
    'seconds-per-gb': 'Processor time of the proxy per 10⁹ bytes. Less is better.',
    'kib-per-tunnel': 'Growth of resident memory per open, silent tunnel. Less is better.',
  }[measure.cost];
  const rows = summarize(comparison, measure.key, baseOf(comparison));
  const bars = rows.flatMap(({ peer, cost }) =>
    cost === null ? [] : [barOf(comparison, peer, cost, `${threeDigits(cost)} ${unit}`)],
  );
  return barChart({ name: measure.title, explanation: what, bars: bars.sort((a, b) => a.value - b.value) });
}

function rateChart(comparison: Comparison): string {
  const rows = summarize(comparison, 'connect', baseOf(comparison));
  const bars = rows.map(({ peer, rate }) => barOf(comparison, peer, rate, threeDigits(rate)));
  return barChart({
    name: 'Tunnels per second',
    explanation: 'On one processor; where the load generator is busy to its limit, it sets the rate. More is better.',
    bars: bars.sort((a, b) => b.value - a.value),
  });
}

function barOf({ peers }: Comparison, key: string, value: number, text: string): Bar {
  const peer = peers.find((each) => each.key === key);
  return { name: peer?.label ?? key, value, text, isOurs: peer?.isOurs ?? false };
}

function method({ settings, runs, notes }: Comparison): string {
  const disturbed = disturbedRuns({ runs });
  const disturbance =
    disturbed === 0
      ? 'No run was disturbed by other programs on these processors.'
      : `Other programs used more than 15 % of the two processors in ${disturbed} of ${runs.length} runs: **repeat it on a quiet machine before you rely on it.**`;
  const left = notes.map((note) => `\n- Left out: ${note}`).join('');
  return `## How it was measured

- Proxies run on processor ${settings.proxyCpu}, load generator and origin on processor ${settings.loadCpu}. In every measure of every
  round all take turns, so that drift of the machine hits all alike; those that wait are stopped (SIGSTOP).
- Before the first round every proxy carries agent uploads for four times as long as a run, so that its code is compiled.
- Each run goes on for ${settings.warmupSeconds} s before ${settings.seconds} s are measured. Clients work in closed loops: 64 at a time open tunnels
  and make round trips, 8 transfer bulk data, 32 upload like agents.
- Processor time is that of the whole process tree, user and kernel mode, by the scheduler's clock, divided by the work done.
  What the kernel does in soft interrupts is charged to whoever it interrupts, for all alike.
- The handshake is canned: a well-formed ClientHello with the server name, a flight of the size of a TLS 1.3 server's, and
  what a client ends with. No proxy decrypts, so real cryptography would only slow down the load generator.
- Echoed bytes are compared, uploads are acknowledged with their length; what fails is counted in the last column.
- Idle tunnels are opened in a fresh instance that has carried a few hundred uploads. Kernel socket buffers are in no figure.
- "× ours" is the median over the rounds of the ratio to the first gateway in the same round; "±" half the range of the cost.
  "busy" is the share of its processor the proxy used, "load" that of load generator and origin. Near 100 % there, they set the
  rate, and only the cost can be compared.
- ${disturbance}${left}`;
}

function fairness({ peers, missing }: Comparison): string {
  const rows = peers.map((peer) => [
    `${emphasized(peer)} ${peer.version}`,
    peer.refusesOtherDestination === null ? 'no CONNECT' : yesNo(peer.refusesOtherDestination),
    yesNo(peer.refusesOtherName),
    peer.remark,
  ]);
  const absent = missing
    .map(({ label, why, broughtBy }) => `\n- Not compared: ${label}. ${firstLine(why)} (${broughtBy})`)
    .join('');
  return `## What is fair and what is not

Each proxy lets one destination through and nothing else; that was tried with another port and with another server name. The
gateway runs with its default configuration but for the admin API, so it also guards addresses, checks every ClientHello and writes its event log to
a file; the others have their logs off.

${markdownTable(['', 'refuses another destination', 'refuses another server name', 'remark'], rows)}

- One processor for each proxy says what a unit of work costs, not how well it spreads over many.
- Everything is on one machine: no network card, no loss, no distance.${absent}`;
}

function firstLine(text: string): string {
  const line = (text.split('\n')[0] ?? '').slice(0, 160);
  return line.endsWith('.') ? line : `${line}.`;
}

function yesNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function repeat(): string {
  return `## Repeat it

    apt-get install squid haproxy tinyproxy-bin apache2-bin trafficserver util-linux
    npm ci
    npm run compare                              # tables on the terminal
    npm run benchmarks -- --record               # records a comparison and writes this page
    npm run benchmarks -- --record --node PATH   # with the gateway on another Node.js

Give it a machine with at least two processors that has nothing else to do. \`npm run load -- --help\` tells how to put load on a
proxy of your own.`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '--:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
