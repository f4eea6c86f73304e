/**
 * Keeps a long piece of work from taking memory that it throws away at once. V8 lets garbage lie until its young heap
 * is full, doubles that up to 64 MB the more has passed through it, and hardly counts the buffers outside of it, of
 * which 30 MB and more gather meanwhile. That suits a server that gives many small answers. What reads or writes a
 * whole repository makes megabytes of buffers in a moment and keeps next to none, so it says how many.
 */
import {setFlagsFromString} from 'node:v8'
import {runInNewContext} from 'node:vm'

/** Bytes of buffers that may lie about, unless said otherwise. A look for them takes about a millisecond. */
const garbageUsual = 4 * 2 ** 20

/** Every so many looks go through the whole heap, some 15 milliseconds, for what was in use at two of them. */
const looksToWholeUsual = 24

/** A look that would cost more than it may waits for so many times the bytes, and no longer. */
const patience = 4

let collect: ((type: 'minor' | 'major') => void) | undefined
let holders = 0

/**
 * Counts buffers that are garbage soon, and has V8 look for them every so many bytes. For what streams for as long as
 * the process runs, such as a firehose; the young heap is left to grow as it likes.
 */
export class PassingBuffers {
  readonly #garbageMax: number
  readonly #looksToWhole: number
  readonly #costMax: number
  readonly #machine: Machine
  #garbage = 0
  readonly #minor = new Look()
  readonly #major = new Look()

  /**
   * More often through the whole heap where buffers are in use for long enough to be taken for old. A look that takes
   * more than the part `costMax` of what the process works meanwhile comes more seldom, up to `patience` times: where
   * much else is in the heap it takes more than where there is only what streams.
   */
  constructor(garbageMax = garbageUsual, looksToWhole = looksToWholeUsual, costMax = Infinity, machine = thisMachine) {
    this.#garbageMax = garbageMax
    this.#looksToWhole = looksToWhole
    this.#costMax = costMax
    this.#machine = machine
  }

  /** Buffers of so many bytes are garbage soon, or are it already. */
  passed(size: number): void {
    this.#garbage += size
    if (this.#garbage < this.#garbageMax) return
    this.#garbage = 0
    const minor = this.#minor
    const major = this.#major
    minor.due++
    major.due++
    const nowUs = this.#machine.cpuUs()
    const isDue = (look: Look, count: number): boolean =>
      look.due >= count && (look.costUs <= (nowUs - look.endUs) * this.#costMax || look.due >= count * patience)
    if (isDue(major, this.#looksToWhole)) {
      this.#take(major, 'major', nowUs)
      minor.due = 0
    } else if (isDue(minor, 1)) this.#take(minor, 'minor', nowUs)
  }

  #take(look: Look, type: 'minor' | 'major', nowUs: number): void {
    this.#machine.collect(type)
    look.due = 0
    look.endUs = this.#machine.cpuUs()
    look.costUs = look.endUs - nowUs
  }
}

/** One kind of look. */
class Look {
  /** How often it could have been taken since it was. */
  due = 0
  /** What the last has cost, and when it ended, in microseconds of this process. */
  costUs = 0
  endUs = 0
}

/** What is asked to look, and by what its cost is told. */
export interface Machine {
  collect(type: 'minor' | 'major'): void
  /** What the process has worked so far, in microseconds. */
  cpuUs(): number
}

const thisMachine: Machine = {
  collect: collectGarbage,
  cpuUs() {
    const {user, system} = process.cpuUsage()
    return user + system
  },
}

/** While a piece of work has one, the young heap of this process grows no more. */
export class YoungHeap extends PassingBuffers implements Disposable {
  #isHeld = true

  constructor(garbageMax = garbageUsual, looksToWhole = looksToWholeUsual) {
    super(garbageMax, looksToWhole)
    if (holders++ === 0) setFlagsFromString('--semi-space-growth-factor=1')
  }

  [Symbol.dispose](): void {
    if (this.#isHeld && --holders === 0) setFlagsFromString('--semi-space-growth-factor=2')
    this.#isHeld = false
  }
}

/** Of what is in use at a look through the whole heap, the part by which it may grow before the next, in percent. */
const grownMax = 40
let tightHolders = 0

/**
 * While anybody has one, V8 looks through the whole heap of this process when it has grown by two fifths; otherwise a small
 * heap may become four times as large. For what asks others all the time: what belongs to a question lives until its answer
 * comes, long enough to be taken for old, so that nearly all of the heap is garbage that V8 does not yet look for.
 */
export class TightHeap implements Disposable {
  #isHeld = true

  constructor() {
    if (tightHolders++ === 0) setFlagsFromString(`--heap-growing-percent=${grownMax}`)
  }

  [Symbol.dispose](): void {
    // By 0 V8 decides for itself again.
    if (this.#isHeld && --tightHolders === 0) setFlagsFromString('--heap-growing-percent=0')
    this.#isHeld = false
  }
}

/** Has V8 look for garbage now, in the young heap or in all of it. */
export function collectGarbage(type: 'minor' | 'major'): void {
  collect ??= collector()
  collect(type)
}

/** The only way to ask V8 for it: a function that it gives to contexts made while a flag is set. */
function collector(): (type: 'minor' | 'major') => void {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as (options: {type: 'minor' | 'major'}) => void
  setFlagsFromString('--no-expose-gc')
  return type => gc({type})
}
