/** Passwords on their way to a hash, side by side in this thread: each takes a lane of `kernel.ts`. */
import {pbkdf2Sync} from 'node:crypto'
import {assert} from '#std/assert.ts'
import {
  cost,
  encodeKernel,
  fromVectors,
  inputAt,
  laneAt,
  laneSize,
  lanesMax,
  outputAt,
  stateSize,
  stepsOfHash,
  toVectors,
} from './kernel.ts'

/** Bytes of a hash. */
export const hashSize = 64
/** Steps between two looks at who has come meanwhile: one to two milliseconds. */
const stepsAtOnce = 512

type Run = (...numbers: number[]) => void

interface Instance {
  readonly memory: WebAssembly.Memory
  /** By how many lanes they take forward. */
  readonly runs: readonly Run[]
}

interface Lane {
  readonly index: number
  readonly password: Uint8Array
  /** Steps that are done. */
  step: number
}

/** Undefined where there are no vectors. */
export function compileKernel(): WebAssembly.Module | undefined {
  const bytes = encodeKernel()
  return WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : undefined
}

export class ScryptLanes {
  readonly #kernel: WebAssembly.Module
  /** Made with the first password after `letGo`. */
  #instance: Instance | undefined
  readonly #free = new Set(Array.from({length: lanesMax}, (_, i) => i))
  /** Free, but with what it had of a password still in it. */
  readonly #used = new Set<number>()
  /** In the order in which they began, which is that in which they end. */
  readonly #running: Lane[] = []

  constructor(kernel: WebAssembly.Module) {
    this.#kernel = kernel
  }

  get running(): number {
    return this.#running.length
  }

  /** All that they have in memory of passwords; empty where they have none. */
  get table(): Uint8Array {
    const memory = this.#instance?.memory
    return memory ? new Uint8Array(memory.buffer, laneAt(0), lanesMax * laneSize) : new Uint8Array()
  }

  get isFull(): boolean {
    return this.#free.size === 0
  }

  /** Puts a password, which is the lane's from here on, on its way. */
  begin(password: Uint8Array, salt: Uint8Array): void {
    // The same ones again and again: each has 16 MB once it was used.
    const index = Math.min(...this.#free)
    assert(this.#free.delete(index), 'a password begins where there is a lane for it')
    this.#used.delete(index)
    const state = words(pbkdf2Sync(password, salt, 1, stateSize * cost.p, 'sha256'))
    toVectors(state, this.#state(inputAt(index)))
    state.fill(0)
    this.#running.push({index, password, step: 0})
  }

  /** Takes every lane some steps forward, and gives the hashes of those that came to their end, the first first. */
  advance(): Uint8Array<ArrayBuffer>[] {
    const running = this.#running
    if (running.length === 0) return []
    const steps = Math.min(stepsAtOnce, ...running.map(({step}) => stepsOfHash - step))
    this.#made().runs[running.length - 1](steps, ...running.flatMap(({step, index}) => [step, laneAt(index)]))
    for (const lane of running) lane.step += steps
    const ended = running.filter(({step}) => step === stepsOfHash)
    running.splice(0, ended.length)
    return ended.map(lane => this.#end(lane))
  }

  /** Wipes lanes that nobody has taken since. */
  wipe(): void {
    for (const index of this.#used) new Uint8Array(this.#made().memory.buffer, laneAt(index), laneSize).fill(0)
    this.#used.clear()
  }

  /** Wipes all of them and parts with their memory, which is garbage then. To be called when no password is on its way. */
  letGo(): void {
    assert(this.running === 0, 'what a password is hashed in stays')
    this.wipe()
    this.#instance = undefined
  }

  #made(): Instance {
    if (this.#instance) return this.#instance
    const {memory, ...runs} = new WebAssembly.Instance(this.#kernel).exports as {memory: WebAssembly.Memory}
    const runOf = (count: number): Run => (runs as Record<string, Run>)[`run${count}`]
    return (this.#instance = {memory, runs: Array.from({length: lanesMax}, (_, i) => runOf(i + 1))})
  }

  #end({index, password}: Lane): Uint8Array<ArrayBuffer> {
    const state = new Uint32Array(stateSize / 4)
    fromVectors(this.#state(outputAt(index)), state)
    const hash = Uint8Array.from(pbkdf2Sync(password, state, 1, hashSize, 'sha256'))
    state.fill(0)
    password.fill(0)
    this.#free.add(index)
    this.#used.add(index)
    return hash
  }

  #state(address: number): Uint32Array {
    return new Uint32Array(this.#made().memory.buffer, address, stateSize / 4)
  }
}

/** Of this machine's order, which is the little-endian one that WebAssembly has too. */
const words = ({buffer, byteOffset, byteLength}: Uint8Array): Uint32Array =>
  new Uint32Array(buffer, byteOffset, byteLength / 4)
