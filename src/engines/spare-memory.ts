/**
 * Gives memory back to the system that a program has freed. The C library keeps it: what is freed in the middle of its
 * heap stays there for what comes next, and of a server that takes frames or bodies in and lets them go, that is more
 * than all that it still uses (66 of 95 MB in a relay). `malloc_trim` gives back what is whole pages; that takes some
 * two milliseconds. Only glibc has it, and needs it.
 *
 * Of Node's own file 60 MB are mapped, most of them for what only a start does: compiling, snapshots, tables. They are
 * let go as well, and come again from the system's cache, 64 KB at a touch, where they are needed.
 */
import {readFileSync} from 'node:fs'
import {collectGarbage} from './young-heap.ts'

/** One look a second. A program that takes a twentieth of a core or more is at work. */
const lookMs = 1_000
const busyPart = 1 / 20
/** So many looks after the work what it left is no longer in use. */
const looksAfter = 3
/** Giving back takes no more than this part of the time. */
const costMax = 1 / 20
/**
 * Nor more than this part of what the program takes, which takes about as much again to touch what it still needs. One
 * that does little leaves little, so that it waits; but for no more looks than so many.
 */
const workPartMax = 1 / 100
const looksMost = 10
/**
 * Where more is in use the heap is left to V8: to look through it, a millisecond for each of these, would hold up the
 * first to come. What is garbage takes no time, so that up to `heapSizeMost` what was in use at the last look counts.
 */
const heapSizeMax = 64 * 2 ** 20
const heapSizeMost = 4 * heapSizeMax
/** Garbage that is not left lying for three looks. */
const muchGarbage = 24 * 2 ** 20

/** What is asked of the system and of the process; tests hand in their own. */
export interface MemoryOptions {
  /** See `findGivers`. */
  readonly givers?: {trim(): void; unmap(): void}
  readonly collect?: () => void
  /** Time that the program has had of all cores, in microseconds. */
  readonly cpuUs?: () => number
  /** Bytes of V8's heap that are in use. */
  readonly heapSize?: () => number
  readonly lookMs?: number
}

/** What gives back in this process, while something does. */
let running: {unmap(): void} | undefined

/**
 * Lets go of Node's own file between two looks, for long work which goes from one part of it to the next: some forty
 * megabytes in a second, of which it is in a few at a time. Takes a millisecond or two, with what is touched again.
 */
export const letGoOfProgram = (): void => running?.unmap()

/**
 * Gives memory back while the program is at work, and once more when it has come to rest: then V8, too, is asked to look
 * for garbage, which it does by itself only when more is allocated. Keeps no process alive; disposing ends it.
 */
export async function givingBack({
  givers: given,
  collect = () => collectGarbage('major'),
  cpuUs = cpuUsOfProcess,
  heapSize = () => process.memoryUsage().heapUsed,
  lookMs: everyMs = lookMs,
}: MemoryOptions = {}): Promise<Disposable> {
  const givers = given ?? (await findGivers())
  running = givers
  let usedUs = cpuUs()
  // The start was work.
  let looksLeft = looksAfter
  let notBeforeMs = 0
  let gaveUs = usedUs
  let costUs = 0
  let looksWaited = 0
  /** Of V8's heap, when it was last looked through here. */
  let inUse = Infinity
  const mayCollect = (): boolean => {
    const size = heapSize()
    const isSmall = size <= heapSizeMax || (inUse <= heapSizeMax && size <= heapSizeMost)
    return isSmall && (looksLeft === 0 || size - inUse >= muchGarbage)
  }
  const timer = setInterval(() => {
    const nowUs = cpuUs()
    const isBusy = nowUs - usedUs > everyMs * 1_000 * busyPart
    usedUs = nowUs
    if (isBusy) looksLeft = looksAfter
    else if (looksLeft === 0) return
    else {
      looksLeft--
      if (mayCollect()) {
        collect()
        inUse = heapSize()
      }
    }
    const began = performance.now()
    looksWaited++
    const isWorthIt = costUs <= (nowUs - gaveUs) * workPartMax || looksWaited >= looksMost
    if (looksLeft > 0 && (began < notBeforeMs || !isWorthIt)) return
    givers?.trim()
    givers?.unmap()
    const ended = performance.now()
    notBeforeMs = ended + (ended - began) / costMax
    costUs = (ended - began) * 1_000
    gaveUs = nowUs
    looksWaited = 0
  }, everyMs).unref()
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      if (running === givers) running = undefined
    },
  }
}

function cpuUsOfProcess(): number {
  const {user, system} = process.cpuUsage()
  return user + system
}

/** MADV_DONTNEED of `madvise`, which unmaps pages of a file until they are touched again. */
const dontNeed = 4

/** The calls that give back; `undefined` where there are none. */
export async function findGivers(): Promise<{trim(): void; unmap(): void} | undefined> {
  if (process.platform !== 'linux') return undefined
  try {
    const {dlopen} = await import('node:ffi')
    const {functions} = dlopen('libc.so.6', {
      malloc_trim: {arguments: ['uint64'], return: 'int32'},
      madvise: {arguments: ['uint64', 'uint64', 'int32'], return: 'int32'},
    })
    const parts = cleanParts(readFileSync('/proc/self/smaps', 'utf8'), process.execPath)
    return {
      trim: () => void functions.malloc_trim(0n),
      unmap() {
        for (const {start, end} of parts) functions.madvise(start, end - start, dontNeed)
      },
    }
  } catch {
    // Another C library, or a Node without this module: memory is kept, and nothing else is different.
    return undefined
  }
}

/** Where a file is mapped and nothing was written, which the file could not give again. `smaps` as in `proc(5)`. */
export function cleanParts(smaps: string, path: string): {start: bigint; end: bigint}[] {
  const parts: {start: bigint; end: bigint}[] = []
  for (const entry of smaps.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/)) {
    const [, start, end, rest] = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p \S+ \S+ \d+ +(.*)/.exec(entry) ?? []
    if (rest === path && /^Anonymous: +0 kB$/m.test(entry))
      parts.push({start: BigInt(`0x${start}`), end: BigInt(`0x${end}`)})
  }
  return parts
}
