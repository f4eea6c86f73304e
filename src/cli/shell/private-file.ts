/** Small files that only their owner may read: sessions, keys, how far something is. Each is there whole or not at all. */
import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs'
import {dirname} from 'node:path'
import {jsonOf} from '#std/text.ts'
import {exitCodes, Failed} from './exit.ts'

/** Puts a value as JSON in the place of what was there. On disk when it returns. */
export function putPrivateFile(path: string, value: unknown): void {
  mkdirSync(dirname(path), {recursive: true, mode: 0o700})
  const next = `${path}.${process.pid}`
  // One that a process of this number has left may be for others to read.
  rmSync(next, {force: true})
  try {
    writeFileSync(next, `${JSON.stringify(value, undefined, 2)}\n`, {mode: 0o600, flag: 'wx', flush: true})
    renameSync(next, path)
  } catch (error) {
    rmSync(next, {force: true})
    throw error
  }
}

/**
 * The value in a file; `undefined` where there is none. `isOurs` tells whether it is what was put there. Throws the
 * system's error, and `Failed` with `mend` for what is not ours.
 */
export function readPrivateFile<T>(path: string, isOurs: (value: Partial<T>) => boolean, mend: string): T | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const value = jsonOf(text)
  if (typeof value === 'object' && value !== null && isOurs(value as Partial<T>)) return value as T
  throw new Failed('bad-file', `${path} is damaged: ${mend}`, exitCodes.unreadable)
}
