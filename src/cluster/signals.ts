/**
 * SIGTERM and SIGINT: the first one drains, a second one ends at once. A terminal and npm may both deliver the same
 * Ctrl-C, so what comes right behind the first counts as the same one.
 */
const SAME_SIGNAL_MS = 300;

/** Calls `reload` on SIGHUP, which daemons take for "read your configuration again". */
export function onReloadSignal(reload: () => void): void {
  process.on('SIGHUP', reload);
}

/** Calls `first` on the first stop signal and `second` on a deliberate second one. */
export function onStopSignal(first: (signal: string) => void, second: () => void): void {
  let firstMs = -1;
  const handle = (signal: string): void => {
    const nowMs = performance.now();
    if (firstMs < 0) {
      firstMs = nowMs;
      first(signal);
    } else if (nowMs - firstMs > SAME_SIGNAL_MS) {
      second();
    }
  };
  process.on('SIGTERM', handle);
  process.on('SIGINT', handle);
}

/** SIGUSR2: log files were moved away and are opened anew, as logrotate's postrotate asks for. */
export function onReopenSignal(reopen: () => void): void {
  process.on('SIGUSR2', reopen);
}
