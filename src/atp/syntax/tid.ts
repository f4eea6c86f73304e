/**
 * Timestamp identifiers: 13 characters that sort as the moments they stand for (spec: TID). They name records and
 * number the revisions of a repo, so a clock that hands them out may neither repeat one nor go back.
 */
import {assert} from '#std/assert.ts'
import {Malformed} from '#std/malformed.ts'
import type {World} from '#std/world.ts'
import type {Branded} from './brand.ts'
import type {RecordKey} from './record-key.ts'
import {syntaxFault} from './syntax-fault.ts'

/** Every TID is a record key too. */
export type Tid = Branded<'tid'> & RecordKey

/** Its digits, five bits each, in rising order. */
export const tidAlphabet = '234567abcdefghijklmnopqrstuvwxyz'
/** Characters. */
export const tidSize = 13
/** The top of the 64 bits is never set, which leaves these for the first character. */
const pattern = /^[2-7a-j][2-7a-z]{12}$/
/** 53 bits of microseconds: up to the year 2255. */
const microsMax = Number.MAX_SAFE_INTEGER
const clockIdMax = 1023

export const isTid = (text: string): text is Tid => text.length === tidSize && pattern.test(text)

/** Throws `Malformed('tid', 'too-long' | 'bad-syntax')`. */
export function parseTid(text: string): Tid {
  if (!isTid(text)) throw syntaxFault('tid', text, tidSize, '13 characters of base32-sortable, the first of 2-7 or a-j')
  return text
}

/** The TID of a moment, in microseconds since 1970, as the clock numbered `clockId` (0 to 1023) names it. */
export function tidOf(micros: number | bigint, clockId: number): Tid {
  let rest = Number(micros)
  assert(Number.isSafeInteger(rest) && rest >= 0, 'a TID stands for 0 to 2^53 - 1 microseconds')
  assert(Number.isInteger(clockId) && clockId >= 0 && clockId <= clockIdMax, 'a TID clock is numbered 0 to 1023')
  let text = tidAlphabet[clockId >> 5] + tidAlphabet[clockId & 31]
  while (text.length < tidSize) {
    text = tidAlphabet[rest % 32] + text
    rest = Math.floor(rest / 32)
  }
  return text as Tid
}

/** Microseconds since 1970. Above 2^53, which the syntax has room for but no clock reaches, the nearest number. */
export function tidMicros(tid: Tid): number {
  let micros = 0
  for (let i = 0; i < tidSize - 2; i++) micros = micros * 32 + tidAlphabet.indexOf(tid[i])
  return micros
}

/** Hands out TIDs in rising order, each once, whatever the machine's clock does. */
export class TidClock {
  readonly #world: Pick<World, 'now'>
  readonly #clockId: number
  #last = -1

  /** Two clocks that name records of one repo need two numbers, each of 0 to 1023. */
  constructor(world: Pick<World, 'now'>, clockId: number) {
    this.#world = world
    this.#clockId = clockId
  }

  /**
   * A TID above all that this clock gave, and above `after`, say a repo's last revision, which another clock gave.
   * The clock then stays past `after` for good, so a caller refuses one that lies far in the future. Runs ahead of
   * the time, by a microsecond each, when asked oftener than that. Throws `Malformed('tid', 'no-later-tid')` when
   * `after` is at the end of time.
   */
  next(after?: Tid): Tid {
    const floor = after === undefined ? this.#last : Math.max(this.#last, tidMicros(after))
    const micros = Math.max(Math.floor(this.#world.now() * 1000), floor + 1)
    if (micros > microsMax) throw new Malformed('tid', 'no-later-tid', `no TID comes after ${after ?? 'the last one'}`)
    this.#last = micros
    return tidOf(micros, this.#clockId)
  }
}
