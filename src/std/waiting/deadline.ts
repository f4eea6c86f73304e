/** A bound on how long work may take, in the world's time. */
import {abortable} from './async.ts'
import type {World} from '../world.ts'

export class TimedOut extends Error {
  override readonly name = 'TimedOut'
}

/**
 * A signal that aborts after `ms` of the world's time, with the error that `AbortSignal.timeout` gives, or with one of
 * `given`. Its timer goes when it is disposed of.
 */
export function timeLimit(
  world: Pick<World, 'sleep'>,
  ms: number,
  ...given: AbortSignal[]
): {readonly signal: AbortSignal} & Disposable {
  const [late, done] = [new AbortController(), new AbortController()]
  const signal = AbortSignal.any([late.signal, ...given])
  void world.sleep(ms, AbortSignal.any([done.signal, signal])).then(
    () => late.abort(new DOMException(`Not done within ${ms} ms.`, 'TimeoutError')),
    () => {},
  )
  return {signal, [Symbol.dispose]: () => done.abort()}
}

/**
 * Runs `work` with a signal that aborts after `ms`, or with `signal`. Rejects with `TimedOut`, or with the signal's
 * reason, as soon as that happens, whether the work heeds its signal or not. Leaves no timer behind.
 */
export async function withDeadline<T>(
  world: Pick<World, 'sleep'>,
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  const late = new AbortController()
  const ended = signal ? AbortSignal.any([signal, late.signal]) : late.signal
  ended.throwIfAborted()
  void world.sleep(ms, AbortSignal.any([done.signal, ended])).then(
    () => late.abort(new TimedOut(`No answer within ${ms} ms.`)),
    () => {},
  )
  try {
    return await abortable(work(ended), ended)
  } finally {
    done.abort()
  }
}
