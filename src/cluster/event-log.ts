import type { Config } from '../config/schema.ts';
import type { LogDestination } from '../events/destination.ts';
import { openDestination } from '../events/destination.ts';
import type { Notice } from '../events/messages.ts';
import type { Fields } from '../events/reasons.ts';
import type { EventWriter } from '../events/writer.ts';
import { createEventWriter } from '../events/writer.ts';

/** The primary's event log: where lines go and from which level on, both replaced by a reload. */
export class EventLog {
  #destination: LogDestination;
  #writer: EventWriter;
  #file: string;

  /** @throws an errno error when the file cannot be opened for appending */
  constructor({ file, level }: Config['log']) {
    this.#file = file;
    this.#destination = openDestination(file);
    this.#writer = createEventWriter({ level, sink: this.#destination });
  }

  notice(notice: Notice, fields: Fields = {}): void {
    this.#writer.notice(notice, fields);
  }

  /** Appends finished lines. */
  write(lines: string): void {
    this.#destination.write(lines);
  }

  /**
   * Goes on by another `log` section. A file is opened anew even when its name is the same: whoever rotates logs has
   * renamed the old one. @throws an errno error when it cannot be opened; the log then stays as it is
   */
  reopen({ file, level }: Config['log']): void {
    if (file !== '' || this.#file !== '') {
      const next = openDestination(file);
      this.#destination.close();
      this.#destination = next;
      this.#file = file;
    }
    this.#writer = createEventWriter({ level, sink: this.#destination });
  }

  close(): void {
    this.#destination.close();
  }
}
