import type { Config } from '../config/schema.ts';
import type { EventId } from '../events/catalogue.ts';
import type { EventFeed } from '../events/feed.ts';
import type { Notice } from '../events/notices.ts';
import type { Fields } from '../events/reasons.ts';
import type { EventWriter } from '../events/writer.ts';
import { createEventWriter } from '../events/writer.ts';
import type { GatewayLog } from './gateway-log.ts';
import { openGatewayLog } from './gateway-log.ts';

/** The primary's event log: where lines go and which are written, both replaced by a reload. */
export class EventLog {
  #destinations: GatewayLog;
  #writer: EventWriter;
  #hasFiles: boolean;
  /** Dropped by destinations that are closed. */
  #droppedBefore = 0;
  readonly #feed: Pick<EventFeed, 'push'>;
  readonly #reported: (event: EventId) => void;

  /**
   * @param feed gets every line as well
   * @param reported told of each event of the primary itself
   * @throws LogFileProblem when a file cannot be opened for appending
   */
  constructor(log: Config['log'], feed: Pick<EventFeed, 'push'>, reported: (event: EventId) => void) {
    this.#feed = feed;
    this.#reported = reported;
    this.#destinations = openGatewayLog(log);
    this.#hasFiles = hasFiles(log);
    this.#writer = this.#writerFor(log);
  }

  /** Lines that could not be written in time. */
  get dropped(): number {
    return this.#droppedBefore + this.#destinations.dropped;
  }

  notice(notice: Notice, fields: Fields = {}): void {
    this.#writer.notice(notice, fields);
  }

  /** Appends finished lines. */
  write(lines: string): void {
    this.#destinations.write(lines);
    this.#feed.push(lines);
  }

  /**
   * Goes on by another `log` section. A file is opened anew even when its name is the same: whoever rotates logs has
   * renamed the old one. @throws LogFileProblem when one cannot be opened; the log then stays as it is
   */
  reopen(log: Config['log']): void {
    if (this.#hasFiles || hasFiles(log)) {
      const next = openGatewayLog(log);
      this.#destinations.close();
      this.#droppedBefore += this.#destinations.dropped;
      this.#destinations = next;
      this.#hasFiles = hasFiles(log);
    }
    this.#writer = this.#writerFor(log);
  }

  /** Opens the files anew, because they were moved away. What goes wrong is told as an event; the old ones go on then. */
  reopenFiles(): void {
    for (const detail of this.#destinations.reopen()) this.notice('application-error', { detail });
  }

  close(): void {
    this.#destinations.close();
  }

  #writerFor(log: Config['log']): EventWriter {
    return createEventWriter({ ...log, sink: this, reported: this.#reported });
  }
}

function hasFiles({ file, accessFile }: Config['log']): boolean {
  return file !== '' || accessFile !== '';
}
