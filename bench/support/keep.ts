/** Takes results, so that the compiler of the runtime cannot leave out the work that made them. */

let kept: unknown = null;

export function keep(result: unknown): void {
  kept = result;
}

/** What was kept last: a bench may look whether the work was done. */
export function lastKept(): unknown {
  return kept;
}
