import { openTunnel, readBytes } from './raw-tunnel.ts';

/** Clients that open a tunnel, send a few bytes through it and back, close it and begin again, until they are stopped. */
export interface SteadyLoad {
  /** Whole rounds so far. */
  readonly rounds: number;
  /** What went wrong, one entry a round. */
  readonly failures: readonly string[];
  /** Longest round in milliseconds. */
  readonly longestMs: number;
  stop(): Promise<void>;
}

export function startLoad(port: number, destination: string, clients: number, pauseMs = 5): SteadyLoad {
  const failures: string[] = [];
  let stopped = false;
  const load = { rounds: 0, failures, longestMs: 0, stop };
  const running = Array.from({ length: clients }, async (_, client) => {
    while (!stopped) {
      const startedMs = performance.now();
      try {
        await round(port, destination, `client ${client} round ${load.rounds}`);
      } catch (error) {
        failures.push(String(error));
      }
      load.rounds += 1;
      load.longestMs = Math.max(load.longestMs, performance.now() - startedMs);
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  });
  return load;

  async function stop(): Promise<void> {
    stopped = true;
    await Promise.all(running);
  }
}

async function round(port: number, destination: string, words: string): Promise<void> {
  const socket = await openTunnel(port, destination);
  try {
    socket.write(words);
    const back = (await readBytes(socket, words.length)).toString();
    if (back !== words) throw new Error(`"${back}" came back`);
  } finally {
    socket.destroy();
  }
}
