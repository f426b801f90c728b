import { runLinuxEngine } from '../engine/linux/run.ts';
import { runPortableEngine } from '../engine/portable/run.ts';
import type { EngineHost, RunningEngine } from '../engine/running.ts';
import { CredentialVerifier } from '../credentials/verifier.ts';
import { ServerCertificateVerifier } from '../trust/verifier.ts';
import { VITALS_MS, Vitals } from '../metrics/vitals.ts';
import { HEARTBEAT_MS } from './watchdog.ts';
import type { FromWorker, ToWorker, WorkerSettings } from './messages.ts';
import { INHERITED } from './messages.ts';

/**
 * A worker process: runs one engine, hands finished event lines to the primary, leaves when told to or when the primary
 * is gone.
 */

/** The primary is gone: nobody will replace or stop this worker, so it ends its tunnels by itself. */
const ORPHAN_LIMIT_MS = 500;

export function startWorker(): void {
  let running: RunningEngine | null = null;
  let verifier: ServerCertificateVerifier | null = null;
  let credentials = new CredentialVerifier([]);
  let adopted = 0;
  /** Sockets that the primary has handed over, those that were lost on the way included. */
  let received = 0;

  // Signals go to the whole process group when a terminal sends them; the primary decides what they mean.
  process.on('SIGHUP', () => undefined);
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => undefined);
  process.on('SIGUSR2', () => undefined);
  process.on('disconnect', () => {
    leave(running, ORPHAN_LIMIT_MS);
  });
  process.on('message', (message: ToWorker, handle?: unknown) => {
    switch (message.kind) {
      case 'configure':
        verifier = new ServerCertificateVerifier(message.settings.loop.config.tls);
        credentials = new CredentialVerifier(message.settings.loop.config.clients.basicAuth);
        running = run(message.settings, host);
        tellVitals();
        return;
      case 'accept':
        turnAwayLost(message.number - 1);
        received = message.number;
        running?.adopt(handle);
        adopted += 1;
        if (adopted === 1) setImmediate(confirm);
        return;
      case 'accepts-sent':
        turnAwayLost(message.count);
        return;
      case 'rules':
        running?.takeRules(message.hosts, () => {
          send({ kind: 'rules-taken' });
        });
        return;
      case 'reconfigure':
        // Read again: the file of authorities may have changed, too. Questions that are open get their answers.
        void verifier?.close();
        verifier = new ServerCertificateVerifier(message.loop.config.tls);
        credentials = new CredentialVerifier(message.loop.config.clients.basicAuth);
        running?.reconfigure(message.loop, message.enforce, (ended) => {
          send({ kind: 'reconfigured', ended });
        });
        return;
      case 'list':
        void running?.list(message.query).then((list) => {
          send({ kind: 'tunnels', question: message.question, list });
        });
        return;
      case 'room-noticed':
        running?.roomNoticed(message.notice);
        return;
      case 'remember':
        running?.remember(message.sessions);
        return;
      case 'drain':
        leave(running, message.limitMs);
        return;
    }
  });
  const host: EngineHost = {
    lines: (lines, report, done) => {
      send({ kind: 'log', lines, report }, done);
    },
    verifyServer: (chain, destination, done) => {
      void verifier?.verify(chain, destination).then((verification) => {
        if (verification.ok) done(true, {});
        else done(false, { detail: verification.detail, subject: verification.subject, issuer: verification.issuer });
      });
    },
    verifyCredential: (username, password, done) => {
      void credentials.verify(username, password).then(done);
    },
    room: (report) => {
      send({ kind: 'room', report });
    },
    sessionLearned: (session) => {
      send({ kind: 'session-learned', session });
    },
    ready: () => {
      send({ kind: 'ready' });
    },
    failed: fail,
  };
  process.on('uncaughtException', (error) => {
    fail(error.stack ?? error.message);
  });
  tellAlive(() => running?.turns() ?? null);
  send({ kind: 'hello' });

  /** Those up to this number that have not come had no descriptor here: the primary answers them in our place. */
  function turnAwayLost(number: number): void {
    for (; received < number; received += 1) {
      // Those before it first: the primary goes by the order.
      confirm();
      const answer = running?.turnAway() ?? new Uint8Array(0);
      send({ kind: 'turned-away', answer });
    }
  }

  function confirm(): void {
    if (adopted === 0) return;
    send({ kind: 'adopted', count: adopted });
    adopted = 0;
  }
}

/** Tells the primary every second that the loop has turned since; a process without a loop yet is alive by itself. */
function tellAlive(turns: () => number | null): void {
  let before: number | null = null;
  setInterval(() => {
    const now = turns();
    if (now === null || now !== before) send({ kind: 'alive' });
    before = now;
  }, HEARTBEAT_MS).unref();
}

/** Tells the primary how this process feels, from now on. */
function tellVitals(): void {
  const vitals = new Vitals();
  const look = async (): Promise<void> => {
    send({ kind: 'vitals', signs: await vitals.look() });
  };
  setInterval(() => void look(), VITALS_MS).unref();
  void look();
}

function run({ engine, loop }: WorkerSettings, host: EngineHost): RunningEngine {
  return engine === 'linux' ? runLinuxEngine(loop, INHERITED, host) : runPortableEngine(loop, host);
}

/** A worker that lost its footing is replaced; its tunnels end with it. */
function fail(detail: string): void {
  send({ kind: 'failed', detail }, () => process.exit(1));
}

/** Lets tunnels finish for `limitMs`, ends the rest, then ends the process. */
function leave(running: RunningEngine | null, limitMs: number): void {
  if (running === null) process.exit(0);
  void running.drain(limitMs).then(() => {
    if (process.connected) process.disconnect();
    process.exit(0);
  });
}

function send(message: FromWorker, done: () => void = () => undefined): void {
  if (process.connected) process.send?.(message, undefined, undefined, done);
  else done();
}
