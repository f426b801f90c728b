/**
 * The last events in memory, and those who follow them. Lines come as they are written to the log. Taking them costs
 * next to nothing: batches are kept whole and are only cut into lines when somebody asks. Warnings and errors have a place
 * of their own, so that the reason of a refusal is still there when a busy hour has passed over it.
 */

/** What is asked for; every part that is not empty must fit. */
export interface EventFilter {
  /** Event numbers; none for all. */
  readonly events: readonly number[];
  /** Part of the client's address and port, e.g. "10.0.0.7" or "10.0.0.7:50368". */
  readonly client: string;
  /** Part of the destination, or of whatever else the line says. */
  readonly text: string;
}

/** Takes one matching line, without its line feed. */
export type Follower = (line: string) => void;

/** Characters of batches kept. */
const RECENT_LIMIT = 1024 * 1024;
/** Warnings and errors kept. */
const WARNINGS_LIMIT = 2_000;
const FOLLOWERS_LIMIT = 64;
/** How the lines of warnings and errors begin; see line.ts. */
const BEGINNINGS = ['{"level":"warn"', '{"level":"error"'] as const;
const WARNING = /^\{"level":"(?:warn|error)".*$/gm;

export class EventFeed {
  readonly #batches: string[] = [];
  #characters = 0;
  readonly #warnings: string[] = [];
  readonly #followers = new Map<Follower, EventFilter>();

  /** Takes finished lines, each ending in a line feed. */
  push(lines: string): void {
    this.#batches.push(lines);
    this.#characters += lines.length;
    while (this.#characters > RECENT_LIMIT && this.#batches.length > 1) {
      this.#characters -= this.#batches.shift()?.length ?? 0;
    }
    this.#keepWarnings(lines);
    if (this.#followers.size === 0) return;
    const cut = linesOf(lines);
    for (const [follower, filter] of this.#followers) {
      for (const line of cut) if (matches(line, filter)) follower(line);
    }
  }

  /** The newest lines that fit, oldest first; warnings and errors reach back further than the rest. */
  recent(filter: EventFilter, limit: number): string[] {
    const found: string[] = [];
    for (let index = this.#batches.length - 1; index >= 0 && found.length < limit; index -= 1) {
      const cut = linesOf(this.#batches[index] ?? '');
      for (let at = cut.length - 1; at >= 0 && found.length < limit; at -= 1) {
        const line = cut[at] ?? '';
        if (matches(line, filter)) found.push(line);
      }
    }
    return [...this.#olderWarnings(filter, limit - found.length, new Set(found)), ...found.reverse()];
  }

  /**
   * Calls `follower` with every line to come that fits.
   * @returns a function that ends it, or null when there are too many followers
   */
  follow(filter: EventFilter, follower: Follower): (() => void) | null {
    if (this.#followers.size >= FOLLOWERS_LIMIT) return null;
    this.#followers.set(follower, filter);
    return () => this.#followers.delete(follower);
  }

  #keepWarnings(lines: string): void {
    // Most batches have none, and this look at them is much the cheaper one.
    if (!BEGINNINGS.some((beginning) => lines.includes(beginning))) return;
    for (const [line] of lines.matchAll(WARNING)) {
      // A copy: a part of a string keeps the whole of it in memory.
      this.#warnings.push(Buffer.from(line).toString());
    }
    if (this.#warnings.length > WARNINGS_LIMIT * 1.25) this.#warnings.splice(0, this.#warnings.length - WARNINGS_LIMIT);
  }

  #olderWarnings(filter: EventFilter, limit: number, known: ReadonlySet<string>): string[] {
    const found: string[] = [];
    for (let at = this.#warnings.length - 1; at >= 0 && found.length < limit; at -= 1) {
      const line = this.#warnings[at] ?? '';
      if (matches(line, filter) && !known.has(line)) found.push(line);
    }
    return found.reverse();
  }
}

function linesOf(lines: string): string[] {
  const cut = lines.split('\n');
  if (cut.at(-1) === '') cut.pop();
  return cut;
}

/** Judged by the text of the line: what does not fit is not worth being parsed. */
function matches(line: string, { events, client, text }: EventFilter): boolean {
  if (events.length > 0 && !events.some((event) => line.includes(`"event":${event},`))) return false;
  if (client !== '' && !clientOf(line).includes(client)) return false;
  return text === '' || line.toLowerCase().includes(text.toLowerCase());
}

function clientOf(line: string): string {
  return /"client":"([^"]*)"/.exec(line)?.[1] ?? '';
}
