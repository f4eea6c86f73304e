/**
 * The order in which a map's members are encoded: shorter keys first, equal ones by their bytes (RFC 8949 §4.2.1). The
 * same few sets of keys come again and again, so the answer for each is kept, with the keys already encoded, and found
 * by walking the keys as the object has them: one comparison a key when the last such walk went the same way.
 */
import {compareBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {toUtf8} from '#std/text.ts'
import {strictLimits} from './cbor-limits.ts'

export interface Layout {
  readonly keys: readonly string[]
  /** Each key with its head. */
  readonly encodedKeys: readonly Uint8Array[]
}

/** One step of a walk: the keys that lead here, and where others may lead from here. */
class Step {
  readonly keys: readonly string[]
  layout: Layout | undefined
  lastKey = ''
  lastStep: Step | undefined
  readonly steps = new Map<string, Step>()

  constructor(keys: readonly string[]) {
    this.keys = keys
  }
}

/** Beyond these a set of keys is not kept, and when there are too many sets all are forgotten. */
const keptSetSizeMax = 24
const keptKeySizeMax = 64
const stepsMax = 4_096

let root = new Step([])
let stepCount = 0

/** The layout of the members of `map` that are not `undefined`. Throws `Malformed('cbor', …)` for keys no map may have. */
export function layoutOf(map: Readonly<Record<string, unknown>>): Layout {
  let step = root
  for (const key in map) {
    if (map[key] === undefined) continue
    const next = key === step.lastKey ? step.lastStep : stepTo(step, key)
    if (next === undefined) return makeLayout(Object.keys(map).filter(key => map[key] !== undefined))
    step = next
  }
  return (step.layout ??= makeLayout(step.keys))
}

/** The step that `key` leads to, `undefined` when it is not worth keeping. */
function stepTo(step: Step, key: string): Step | undefined {
  let next = step.steps.get(key)
  if (!next) {
    if (step.keys.length >= keptSetSizeMax || key.length > keptKeySizeMax) return undefined
    if (++stepCount > stepsMax) {
      root = new Step([])
      stepCount = 0
    }
    next = new Step([...step.keys, key])
    step.steps.set(key, next)
  }
  step.lastKey = key
  step.lastStep = next
  return next
}

function makeLayout(keys: readonly string[]): Layout {
  const encoded = new Map(keys.map(key => [key, encodeKey(key)]))
  // The head of a key holds its size, so that bytewise order of the whole puts shorter keys first.
  const sorted = [...encoded].toSorted(([, a], [, b]) => compareBytes(a, b))
  return {keys: sorted.map(([key]) => key), encodedKeys: sorted.map(([, bytes]) => bytes)}
}

function encodeKey(key: string): Uint8Array {
  if (!key.isWellFormed()) throw new Malformed('cbor', 'bad-utf8', 'a map key with a lone surrogate')
  const text = toUtf8(key)
  const size = text.length
  if (size > strictLimits.keySizeMax) throw new Malformed('cbor', 'key-too-long', `a map key of ${size} bytes`)
  const head = size < 24 ? [0x60 | size] : size < 0x100 ? [0x78, size] : [0x79, size >> 8, size & 0xff]
  return Uint8Array.of(...head, ...text)
}
