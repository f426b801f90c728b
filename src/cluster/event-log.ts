import type { Config } from '../config/schema.ts';
import type { EventId } from '../events/catalogue.ts';
import type { LogDestination } from '../events/destination.ts';
import { openDestination } from '../events/destination.ts';
import type { EventFeed } from '../events/feed.ts';
import type { Notice } from '../events/messages.ts';
import type { Fields } from '../events/reasons.ts';
import type { EventWriter } from '../events/writer.ts';
import { createEventWriter } from '../events/writer.ts';

/** The primary's event log: where lines go and from which level on, both replaced by a reload. */
export class EventLog {
  #destination: LogDestination;
  #writer: EventWriter;
  #file: string;
  /** Dropped by destinations that are closed. */
  #droppedBefore = 0;
  readonly #feed: Pick<EventFeed, 'push'>;
  readonly #reported: (event: EventId) => void;

  /**
   * @param feed gets every line as well
   * @param reported told of each event of the primary itself
   * @throws an errno error when the file cannot be opened for appending
   */
  constructor({ file, level }: Config['log'], feed: Pick<EventFeed, 'push'>, reported: (event: EventId) => void) {
    this.#file = file;
    this.#feed = feed;
    this.#reported = reported;
    this.#destination = openDestination(file);
    this.#writer = this.#writerFor(level);
  }

  /** Lines that could not be written in time. */
  get dropped(): number {
    return this.#droppedBefore + this.#destination.dropped;
  }

  notice(notice: Notice, fields: Fields = {}): void {
    this.#writer.notice(notice, fields);
  }

  /** Appends finished lines. */
  write(lines: string): void {
    this.#destination.write(lines);
    this.#feed.push(lines);
  }

  /**
   * Goes on by another `log` section. A file is opened anew even when its name is the same: whoever rotates logs has
   * renamed the old one. @throws an errno error when it cannot be opened; the log then stays as it is
   */
  reopen({ file, level }: Config['log']): void {
    if (file !== '' || this.#file !== '') {
      const next = openDestination(file);
      this.#destination.close();
      this.#droppedBefore += this.#destination.dropped;
      this.#destination = next;
      this.#file = file;
    }
    this.#writer = this.#writerFor(level);
  }

  close(): void {
    this.#destination.close();
  }

  #writerFor(level: Config['log']['level']): EventWriter {
    return createEventWriter({ level, sink: this, reported: this.#reported });
  }
}
