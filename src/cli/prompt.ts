import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';

/** Questions in a terminal, or answers from a pipe, a line each. What is typed at a hidden question is not shown. */
export class Prompter {
  readonly #lines: Interface;
  readonly #output: MutableOutput;
  readonly #waiting: string[] = [];
  #take: ((line: string | null) => void) | null = null;
  #ended = false;
  readonly isTerminal: boolean;

  constructor(input: NodeJS.ReadStream, output: NodeJS.WriteStream) {
    this.isTerminal = input.isTTY && output.isTTY;
    this.#output = new MutableOutput(output);
    this.#lines = createInterface({ input, output: this.#output, terminal: this.isTerminal, historySize: 0 });
    this.#lines.on('line', (line) => {
      this.#put(line);
    });
    // Control-C and the end of the input are no answer.
    this.#lines.on('SIGINT', () => {
      this.#output.through('\n');
      this.#lines.close();
    });
    this.#lines.on('close', () => {
      this.#ended = true;
      this.#give(null);
    });
  }

  /** The answer without blanks around it, or null when there will be none. */
  async ask(question: string): Promise<string | null> {
    const line = await this.#question(question);
    return line === null ? null : line.trim();
  }

  /** As `ask`, without showing what is typed; blanks stay, as they may belong to a password. */
  async askHidden(question: string): Promise<string | null> {
    const asked = this.#question(question);
    this.#output.muted = this.isTerminal;
    const line = await asked;
    if (this.#output.muted) this.#output.through('\n');
    this.#output.muted = false;
    return line;
  }

  close(): void {
    this.#lines.close();
  }

  #question(question: string): Promise<string | null> {
    if (this.#ended) {
      // Lines that came before the end are still answers; a closed interface asks no more (Node 26 throws).
      this.#output.through(question);
    } else {
      this.#lines.setPrompt(question);
      this.#lines.prompt();
    }
    const line = this.#waiting.shift();
    if (line !== undefined) return Promise.resolve(line);
    if (this.#ended) return Promise.resolve(null);
    return new Promise((resolve) => {
      this.#take = resolve;
    });
  }

  #put(line: string): void {
    if (this.#take === null) this.#waiting.push(line);
    else this.#give(line);
  }

  #give(line: string | null): void {
    const take = this.#take;
    this.#take = null;
    take?.(line);
  }
}

/** Standard output that can be made to swallow what readline echoes. */
class MutableOutput extends Writable {
  muted = false;
  readonly columns: number;
  readonly #output: NodeJS.WriteStream;

  constructor(output: NodeJS.WriteStream) {
    super();
    this.#output = output;
    this.columns = output.columns;
  }

  through(text: string): void {
    this.#output.write(text);
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    if (!this.muted) this.#output.write(chunk);
    done();
  }
}
