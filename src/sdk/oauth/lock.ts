/**
 * One at a time, by name: a refresh token is good once, so of all that may renew a session (calls, tabs, processes) one
 * does, and the others go on with what it got. Programs on several machines that share a session store hand in a lock of
 * theirs.
 */
import {Lanes} from '#std/waiting/lanes.ts'

/** Runs `work` while nobody else runs under `name`, and gives what it gives. */
export type Lock = <T>(name: string, work: () => Promise<T>) => Promise<T>

/** Holds within this program. */
export function programLock(): Lock {
  const lanes = new Lanes()
  return (name, work) => lanes.do(name, work)
}

/** Holds in all tabs and workers of a site: `browserLock(navigator.locks)`. */
export const browserLock =
  (locks: Pick<LockManager, 'request'>): Lock =>
  async <T>(name: string, work: () => Promise<T>): Promise<T> =>
    (await locks.request(name, work)) as T

/** The browser's where there is one. */
export function defaultLock(): Lock {
  const {navigator} = globalThis as {navigator?: {locks?: LockManager}}
  return navigator?.locks ? browserLock(navigator.locks) : programLock()
}
