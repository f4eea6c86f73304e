/**
 * Ways to spoil an input. Each mutant is a valid input with one to four changes, so that it gets past a parser's first
 * look and fails somewhere inside. The same random numbers give the same mutants.
 */

export type Random = () => number

const below = (random: Random, limit: number): number => Math.floor(random() * limit)
const pick = <T>(random: Random, list: ArrayLike<T>): T => list[below(random, list.length)]

/** Mutants grow no larger than this, or than what they were made of. */
const sizeMax = 65_536

/** Bytes that mean much in what is parsed here: CBOR heads, varints that do not end, broken UTF-8, punctuation. */
const loadedBytes = Buffer.concat([
  Buffer.from('00011718191a1b1f203b405b5f60617b7f80819a9b9fa0a1bbbfc0c3d8e0edf0f4f5f6f7f9fbfeff', 'hex'),
  Buffer.from('"\\{}[]:,./#$'),
])

/** Characters that mean much: separators of every syntax here, escapes, controls, look-alikes, halves of pairs. */
const loadedCharacters = [
  ...'.:/#?%@$-_~+=*,;"\\{}[] \t\n\r\0\u007f\u0080éıſ\u0430\u200b\u2028\ufeff\ufffd😀0129azAZ',
  '\ud800',
  '\udc00',
]

/** What stands for something of another kind in JSON. */
const strangers: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 53,
  1e300,
  '',
  'x',
  '\ud800',
  'z'.repeat(3000),
  [],
  {},
  [null],
  {a: null},
  {$link: 'x'},
  {$bytes: '!'},
  {$type: 'blob'},
  {['__proto__']: 1, constructor: 1},
]

/** `others` are the inputs that parts may be taken from. */
export function mutateBytes(input: Uint8Array, random: Random, others: readonly Uint8Array[]): Uint8Array {
  const max = Math.max(sizeMax, input.length)
  let bytes: Uint8Array = input.slice()
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    const at = below(random, bytes.length + 1)
    const kind = below(random, 10)
    if (kind <= 2 && at < bytes.length) bytes[at] ^= 1 << below(random, 8)
    else if (kind <= 4 && at < bytes.length) bytes[at] = pick(random, loadedBytes)
    else {
      const [cut, paste] = pieceFor(kind, bytes, at, random, others)
      const joined = new Uint8Array(Math.min(max, bytes.length - cut + paste.length))
      joined.set(bytes.subarray(0, at))
      joined.set(paste.subarray(0, joined.length - at), at)
      const rest = at + paste.length
      if (rest < joined.length) joined.set(bytes.subarray(at + cut).subarray(0, joined.length - rest), rest)
      bytes = joined
    }
  }
  return bytes
}

/** How many bytes to cut at `at`, and what to put in their place. */
function pieceFor(
  kind: number,
  bytes: Uint8Array,
  at: number,
  random: Random,
  others: readonly Uint8Array[],
): [cut: number, paste: Uint8Array] {
  const left = bytes.length - at
  const other = pick(random, others)
  const from = below(random, other.length)
  switch (kind) {
    case 5: // left out
      return [Math.min(left, 1 + below(random, 1 << below(random, 8))), new Uint8Array(0)]
    case 6: // cut off
      return [left, new Uint8Array(0)]
    case 7: // a piece of another
      return [Math.min(left, below(random, 64)), other.subarray(from, from + 1 + below(random, 64))]
    case 8: {
      // a piece again and again: deep nesting, long runs
      const piece = bytes.subarray(at, at + 1 + below(random, 8))
      const times = 1 << below(random, random() < 0.02 ? 15 : 8)
      const run = new Uint8Array(Math.min(sizeMax, piece.length * times))
      for (let i = 0; i < run.length; i++) run[i] = piece[i % piece.length]
      return [0, run]
    }
    default: // noise
      return [
        Math.min(left, below(random, 9)),
        Uint8Array.from({length: 1 + below(random, 9)}, () => below(random, 256)),
      ]
  }
}

export function mutateText(input: string, random: Random, others: readonly string[]): string {
  let text = input
  for (let changes = 1 + below(random, 4); changes > 0; changes--) {
    const at = below(random, text.length + 1)
    const before = text.slice(0, at)
    const after = text.slice(at)
    const other = pick(random, others)
    const from = below(random, other.length)
    switch (below(random, 8)) {
      case 0:
        text = before + pick(random, loadedCharacters) + after
        break
      case 1:
        text = before + pick(random, loadedCharacters) + after.slice(1)
        break
      case 2:
        text = before + String.fromCharCode(below(random, random() < 0.9 ? 128 : 65_536)) + after.slice(1)
        break
      case 3:
        text = before + after.slice(1 + below(random, 8))
        break
      case 4:
        text = before
        break
      case 5:
        text = before + other.slice(from, from + 1 + below(random, 64)) + after
        break
      case 6:
        text =
          before + after.slice(0, 1 + below(random, 4)).repeat(1 << below(random, random() < 0.02 ? 14 : 7)) + after
        break
      default:
        text = random() < 0.5 ? before.toUpperCase() + after : ` ${text} `.slice(below(random, 2), -1)
    }
    if (text.length > sizeMax) text = text.slice(0, sizeMax)
  }
  return text
}

/** One to four places in parsed JSON put to something else, moved, doubled or left out. */
export function mutateJson(input: unknown, random: Random, others: readonly unknown[]): unknown {
  let json = input
  for (let changes = 1 + below(random, 4); changes > 0; changes--) json = changed(json, random, others)
  return json
}

function changed(json: unknown, random: Random, others: readonly unknown[]): unknown {
  if (typeof json !== 'object' || json === null || random() < 0.15) return replacement(json, random, others)
  if (Array.isArray(json)) {
    const items: unknown[] = [...json]
    const at = below(random, items.length + 1)
    const kind = random()
    if (at === items.length) items.push(replacement(items[0], random, others))
    else if (kind < 0.1) items.splice(at, 1)
    else if (kind < 0.15) items.splice(at, 0, ...Array.from({length: 1 << below(random, 10)}, () => items[at]))
    else items[at] = changed(items[at], random, others)
    return items
  }
  const members = Object.entries(json)
  const at = below(random, members.length + 1)
  const kind = random()
  if (at === members.length) members.push([pick(random, ['x', '__proto__', '$type', '', 'é']), pick(random, strangers)])
  else if (kind < 0.1) members.splice(at, 1)
  else if (kind < 0.15) members[at] = [pick(random, members)[0], members[at][1]]
  else members[at] = [members[at][0], changed(members[at][1], random, others)]
  return Object.fromEntries(members)
}

function replacement(json: unknown, random: Random, others: readonly unknown[]): unknown {
  if (typeof json === 'string' && random() < 0.6) return mutateText(json, random, [json, 'x', 'did:plc:', 'at://'])
  if (typeof json === 'number' && random() < 0.5) return pick(random, [json + 1, -json, json * 2 ** 32, json + 0.5])
  if (random() < 0.1) return pick(random, others)
  if (random() < 0.1) return nested(json, random() < 0.1 ? 5_000 : below(random, 80))
  return pick(random, strangers)
}

function nested(json: unknown, depth: number): unknown {
  let outer = json
  for (let i = 0; i < depth; i++) outer = i % 2 === 0 ? [outer] : {a: outer}
  return outer
}
