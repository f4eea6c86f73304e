/** Ctrl-C and its kin, as a signal. */

/**
 * Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. What comes within a moment of the first
 * is the same one: a terminal tells every process of the program, and npm and `src/bin/pinned.js` pass theirs on.
 */
export function stopSignal(momentMs = 500): AbortSignal {
  const stopping = new AbortController()
  let stoppedAt = 0
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (!stopping.signal.aborted) {
        stoppedAt = performance.now()
        stopping.abort(new Error(`Stopped by ${name}.`))
      } else if (performance.now() - stoppedAt >= momentMs) process.exit(130)
    })
  }
  return stopping.signal
}
