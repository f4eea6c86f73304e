/** Ctrl-C and its kin, as a signal. */

/** Aborts at the first SIGINT or SIGTERM; a second one ends the process at once. */
export function stopSignal(): AbortSignal {
  const stopping = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (stopping.signal.aborted) process.exit(130)
      stopping.abort(new Error(`Stopped by ${name}.`))
    })
  }
  return stopping.signal
}
