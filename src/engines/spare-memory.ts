/**
 * Gives memory back to the system that a program has freed. The C library keeps it: what is freed in the middle of its
 * heap stays there for what comes next, and of a server that takes frames or bodies in and lets them go, that is more
 * than all that it still uses (66 of 95 MB in a relay). `malloc_trim` gives back what is whole pages; that takes some
 * two milliseconds. Only glibc has it, and needs it.
 */
import {collectGarbage} from './young-heap.ts'

/** One look a second. A program that takes a twentieth of a core or more is at work. */
const lookMs = 1_000
const busyPart = 1 / 20
/** So many looks after the work what it left is no longer in use. */
const looksAfter = 3
/** Giving back takes no more than this part of the time. */
const costMax = 1 / 20
/** A larger heap is left to V8: to look through it, a millisecond for each of these, would hold up the first to come. */
const heapSizeMax = 64 * 2 ** 20

/** What is asked of the system and of the process; tests hand in their own. */
export interface MemoryOptions {
  /** See `findTrim`. */
  readonly trim?: (() => void) | undefined
  readonly collect?: () => void
  /** Time that the program has had of all cores, in microseconds. */
  readonly cpuUs?: () => number
  readonly lookMs?: number
}

/**
 * Gives memory back while the program is at work, and once more when it has come to rest: then V8, too, is asked to look
 * for garbage, which it does by itself only when more is allocated. Keeps no process alive; disposing ends it.
 */
export async function givingBack({
  trim,
  collect = () => collectGarbage('major'),
  cpuUs = cpuUsOfProcess,
  lookMs: everyMs = lookMs,
}: MemoryOptions = {}): Promise<Disposable> {
  const giveBack = trim ?? (await findTrim())
  let usedUs = cpuUs()
  let looksLeft = 0
  let notBeforeMs = 0
  const timer = setInterval(() => {
    const nowUs = cpuUs()
    const isBusy = nowUs - usedUs > everyMs * 1_000 * busyPart
    usedUs = nowUs
    if (isBusy) looksLeft = looksAfter
    else if (looksLeft === 0) return
    else if (--looksLeft === 0 && process.memoryUsage().heapUsed <= heapSizeMax) collect()
    const began = performance.now()
    if (looksLeft > 0 && began < notBeforeMs) return
    giveBack?.()
    const ended = performance.now()
    notBeforeMs = ended + (ended - began) / costMax
  }, everyMs).unref()
  return {[Symbol.dispose]: () => clearInterval(timer)}
}

function cpuUsOfProcess(): number {
  const {user, system} = process.cpuUsage()
  return user + system
}

/** The call that gives back what is free now; `undefined` where there is none. */
export async function findTrim(): Promise<(() => void) | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    const {dlopen} = await import('node:ffi')
    const {functions} = dlopen('libc.so.6', {malloc_trim: {arguments: ['uint64'], return: 'int32'}})
    return () => void functions.malloc_trim(0n)
  } catch {
    // Another C library, or a Node without this module: memory is kept, and nothing else is different.
    return undefined
  }
}
