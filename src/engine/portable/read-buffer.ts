/**
 * The buffer one connection reads into, sized by what the connection does: small while it is quiet, large while it
 * carries bulk data. Large ones are lent from a stock and given back, so that a thousand quiet tunnels cost a thousand
 * small buffers.
 */

const SIZES = [4096, 65_536, 262_144] as const;
/** So many reads in a row that would have fitted the next smaller buffer send a connection down one size. */
const QUIET_READS = 32;
/** Buffers kept in stock per size; the rest is left to the garbage collector. */
const STOCK_LIMIT = 64;

const stock: Uint8Array[][] = SIZES.map(() => []);

export class ReadBuffer {
  #size = 0;
  #quietReads = 0;
  #buffer: Uint8Array = take(0);

  /** The buffer to read into next. */
  get buffer(): Uint8Array {
    return this.#buffer;
  }

  /**
   * Adapts after a read.
   * @param read bytes read
   * @param lent true while a pending write still refers to the buffer: then it is not given back to the stock
   */
  adapt(read: number, lent: boolean): void {
    if (read === this.#buffer.length && this.#size < SIZES.length - 1) {
      this.#change(this.#size + 1, lent);
    } else if (this.#size > 0 && read < sizeAt(this.#size - 1)) {
      this.#quietReads += 1;
      if (this.#quietReads >= QUIET_READS) this.#change(this.#size - 1, lent);
    } else {
      this.#quietReads = 0;
    }
  }

  /** Gives the buffer back; the object must not be used afterwards. */
  release(lent: boolean): void {
    if (!lent) giveBack(this.#size, this.#buffer);
    this.#buffer = EMPTY;
  }

  #change(size: number, lent: boolean): void {
    if (!lent) giveBack(this.#size, this.#buffer);
    this.#size = size;
    this.#quietReads = 0;
    this.#buffer = take(size);
  }
}

const EMPTY = new Uint8Array(0);

function sizeAt(size: number): number {
  return SIZES[size] ?? SIZES[0];
}

function take(size: number): Uint8Array {
  return stock[size]?.pop() ?? new Uint8Array(sizeAt(size));
}

function giveBack(size: number, buffer: Uint8Array): void {
  const shelf = stock[size];
  if (shelf !== undefined && buffer.length > 0 && shelf.length < STOCK_LIMIT) shelf.push(buffer);
}
