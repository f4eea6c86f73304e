/** Ctrl-C and its kin, as a signal. */

const names = ['SIGINT', 'SIGTERM'] as const

export interface StopSignal {
  /**
   * Aborts at the first SIGINT or SIGTERM after `ready`; a second one ends the process at once. What comes within a
   * moment of the first is the same one: a terminal tells every process of the program, and npm and
   * `src/bin/pinned.js` pass theirs on.
   */
  readonly signal: AbortSignal
  /**
   * Called once the start is over. Before, a signal ends the process at once, as the system does it: a start may read or
   * compute for minutes, and while it does no handler of ours would run. Whatever is kept survives that by design.
   */
  ready(): void
}

const endAtOnce = (): never => process.exit(143)

export function stopSignal(momentMs = 500): StopSignal {
  const stopping = new AbortController()
  let stoppedAt = 0
  // The first process of a container is spared what systems do by default.
  if (process.pid === 1) for (const name of names) process.on(name, endAtOnce)
  return {
    signal: stopping.signal,
    ready() {
      for (const name of names) {
        process.off(name, endAtOnce)
        process.on(name, () => {
          if (!stopping.signal.aborted) {
            stoppedAt = performance.now()
            stopping.abort(new Error(`Stopped by ${name}.`))
          } else if (performance.now() - stoppedAt >= momentMs) process.exit(130)
        })
      }
    },
  }
}
