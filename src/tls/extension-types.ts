/** Types that are searched one by one; more than any client in use sends. */
const SEARCHED = 48;

/**
 * The extension types of one hello, in their order. A short list is searched faster than a set is filled; a hello of
 * 16,000 empty extensions gets the set.
 */
export class ExtensionTypes {
  readonly list: number[] = [];
  #set: Set<number> | null = null;

  /** @returns false when the type is there already */
  add(type: number): boolean {
    if (this.#has(type)) return false;
    this.list.push(type);
    if (this.#set !== null) this.#set.add(type);
    else if (this.list.length > SEARCHED) this.#set = new Set(this.list);
    return true;
  }

  #has(type: number): boolean {
    return this.#set === null ? this.list.includes(type) : this.#set.has(type);
  }
}
