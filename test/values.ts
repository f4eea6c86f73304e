/** Made-up values of the data model, for round trips and as a start for mutations. */
import {type Cid, cidOf, codecs} from '../src/atp/data/cid.ts'
import {setMember, type Value, type ValueMap} from '../src/atp/data/value.ts'
import {toUtf8} from '../src/std/text.ts'

/** Lengths and numbers at which the encoding changes shape. */
const edges = [0, 1, 23, 24, 25, 31, 32, 39, 40, 41, 100, 255, 256, 257, 65_535, 65_536]
const integers = [...edges, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]
const characters = [
  'a',
  'b',
  'z',
  '0',
  '$',
  ' ',
  '"',
  '\\',
  '\n',
  '\0',
  '\u001f',
  '\u007f',
  '\u0080',
  'é',
  '\u07ff',
  '\u0800',
]
const farCharacters = ['€', '\ud7ff', '\ue000', '\ufeff', '\ufffd', '\uffff', '\u{10000}', '😀', '\u{10ffff}', '\u2028']
const names = [
  '$type',
  'text',
  'createdAt',
  '__proto__',
  'constructor',
  'toString',
  '',
  '0',
  '10',
  'é',
  'subject',
  'a'.repeat(40),
]

/** A value at most `depth` containers deep, of every kind and with a liking for the edges. */
export function randomValue(random: () => number, depth = 5): Value {
  const kind = Math.floor(random() * (depth > 0 ? 10 : 7))
  if (kind === 0) return pick(random, [null, true, false])
  if (kind === 1) return pick(random, integers) * (random() < 0.5 ? 1 : -1) + 0
  if (kind <= 4) return randomText(random)
  if (kind === 5) return randomBytes(random)
  if (kind === 6) return randomCid(random)
  if (kind === 7) return Array.from({length: Math.floor(random() * 6)}, () => randomValue(random, depth - 1))
  return randomMap(random, depth)
}

export function randomMap(random: () => number, depth = 5): ValueMap {
  const map: ValueMap = {}
  for (let left = Math.floor(random() * 7); left > 0; left--) {
    const name = random() < 0.5 ? pick(random, names) : memberName(randomText(random))
    // These mean something else in JSON.
    if (name !== '$link' && name !== '$bytes' && name !== '$type') setMember(map, name, randomValue(random, depth - 1))
  }
  if (random() < 0.2) map.$type = 'com.example.thing'
  return map
}

/** Without backslashes, which V8 14.6 confuses in the names of members: see docs/gotchas.md. */
const memberName = (text: string): string => text.slice(0, 60).toWellFormed().replaceAll('\\', '/')

function randomText(random: () => number): string {
  const set = random() < 0.6 ? ['a', 'b', 'z', '.'] : random() < 0.8 ? characters : [...characters, ...farCharacters]
  let text = ''
  for (let left = pick(random, edges.slice(0, random() < 0.05 ? 14 : 11)); left > 0; left--) text += pick(random, set)
  return text
}

function randomBytes(random: () => number): Uint8Array {
  const size = pick(random, edges.slice(0, 14))
  return Uint8Array.from({length: size}, () => Math.floor(random() * 256))
}

const randomCid = (random: () => number): Cid =>
  cidOf(random() < 0.5 ? codecs.cbor : codecs.raw, toUtf8(String(random())))

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]
