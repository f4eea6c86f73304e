/** What is asked of every parser of strangers' input: it ends in a value or in `Malformed`, soon, and in little memory. */
import {inspect} from 'node:util'
import {Malformed} from '../../src/std/malformed.ts'
import {asBuffer, assertUntouched} from '../buffers.ts'
import {mutateBytes, mutateJson, mutateText, type Random} from './mutate.ts'

export interface FuzzedParser {
  readonly name: string
  /** Makes its valid inputs, and gives a function that makes one mutant after another. */
  mutants(random: Random): () => unknown
  /** Parses one input. To return anything at all is a pass, also the value by which a boundary refuses. */
  parse(input: unknown): unknown
}

/**
 * A parser of bytes. It may check more than that it survives: a failed assertion counts as a crash. It gets every
 * second input as a `Buffer`, which it must leave as it is.
 */
export const ofBytes = (
  name: string,
  corpus: () => readonly Uint8Array[],
  parse: (bytes: Uint8Array) => unknown,
): FuzzedParser => ({name, mutants: mutantsOf(corpus, mutateBytes), parse: eitherWay(parse)})

/** Every second input as a `Buffer`. */
function eitherWay(parse: (bytes: Uint8Array) => unknown): (input: unknown) => unknown {
  let isBuffer = false
  return async input => {
    const bytes = input as Uint8Array
    isBuffer = !isBuffer
    if (!isBuffer) return parse(bytes)
    const buffer = asBuffer(bytes)
    try {
      await parse(buffer)
    } finally {
      assertUntouched(buffer, bytes)
    }
  }
}

/** A parser of text. */
export const ofText = (
  name: string,
  corpus: () => readonly string[],
  parse: (text: string) => unknown,
): FuzzedParser => ({name, mutants: mutantsOf(corpus, mutateText), parse: input => parse(input as string)})

/** A parser of what `JSON.parse` gives. */
export const ofJson = (
  name: string,
  corpus: () => readonly unknown[],
  parse: (json: unknown) => unknown,
): FuzzedParser => ({name, mutants: mutantsOf(corpus, mutateJson), parse})

const mutantsOf =
  <T>(corpus: () => readonly T[], mutate: (input: T, random: Random, others: readonly T[]) => T) =>
  (random: Random): (() => T) => {
    const inputs = corpus()
    return () => mutate(inputs[Math.floor(random() * inputs.length)], random, inputs)
  }

/** An input that a parser did not bear. */
export class FuzzFault extends Error {
  override readonly name = 'FuzzFault'

  constructor(parser: FuzzedParser, count: number, seed: number, input: unknown, what: string, cause?: unknown) {
    const shown = input instanceof Uint8Array ? Buffer.from(input).toString('hex') : inspect(input, {depth: 20})
    const again = `npm run fuzz -- --parser ${parser.name} --seed ${seed} --mutations ${count}`
    super(`${parser.name}: ${what}\n  again: ${again}\n  input: ${shown.slice(0, 4_000)}`, {cause})
  }
}

/** One input takes microseconds; this is what even a busy machine must not need. */
const timeMaxMs = 2_000
/** Beyond what the process held before. Garbage that is yet to be collected counts too. */
const memoryMax = 400_000_000

/**
 * Gives `count` mutants to one parser. Rejects with `FuzzFault` at the first that ends otherwise than it may.
 * `onProgress` is called now and then with how many are done.
 */
export async function fuzz(
  parser: FuzzedParser,
  count: number,
  seed: number,
  random: Random,
  onProgress?: (done: number) => void,
): Promise<void> {
  const next = parser.mutants(random)
  const memoryBefore = process.memoryUsage.rss()
  for (let done = 1; done <= count; done++) {
    const input = next()
    const started = performance.now()
    try {
      const outcome = parser.parse(input)
      if (outcome instanceof Promise) await outcome
    } catch (error) {
      if (!(error instanceof Malformed)) throw new FuzzFault(parser, done, seed, input, String(error), error)
      const {format, reason} = error
      if (format === '' || reason === '')
        throw new FuzzFault(parser, done, seed, input, 'a refusal without a name', error)
    }
    const took = performance.now() - started
    if (took > timeMaxMs) throw new FuzzFault(parser, done, seed, input, `took ${took.toFixed(0)} ms`)
    if (done % 256 === 0) {
      const grown = process.memoryUsage.rss() - memoryBefore
      if (grown > memoryMax) throw new FuzzFault(parser, done, seed, input, `holds ${grown} bytes, at last after this`)
      onProgress?.(done)
    }
  }
}
