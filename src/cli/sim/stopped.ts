/** Ctrl-C and its kin, while a command runs that has something to put away first. */
const names = ['SIGINT', 'SIGTERM'] as const

/** Aborts at the first of them; the second ends the process as ever. */
export function untilStopped(): Disposable & {readonly signal: AbortSignal} {
  const stopping = new AbortController()
  const stop = (name: string): void => {
    leave()
    stopping.abort(new Error(`Stopped by ${name}.`))
  }
  const leave = (): void => names.forEach(name => void process.off(name, stop))
  for (const name of names) process.on(name, stop)
  return {signal: stopping.signal, [Symbol.dispose]: leave}
}
