/** Finds what somebody meant who mistyped a name. */

const MISTAKES = 2;

/** The known name that is at most two changes away (upper and lower case alike), the nearest first; null when none is. */
export function nearest(name: string, known: readonly string[]): string | null {
  const near = known
    .filter((each) => Math.abs(each.length - name.length) <= MISTAKES)
    .map((each) => ({ each, mistakes: distance(each.toLowerCase(), name.toLowerCase()) }))
    .filter(({ mistakes }) => mistakes <= MISTAKES)
    .sort((one, other) => one.mistakes - other.mistakes);
  return near[0]?.each ?? null;
}

/** Changes from one text to the other: letters added, left out, changed (Levenshtein), or two swapped neighbours. */
function distance(one: string, other: string): number {
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      const swap = swapped ? (before[j - 2] ?? 0) + 1 : Infinity;
      next.push(Math.min(change, swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    before = row;
    row = next;
  }
  return row[other.length] ?? 0;
}
