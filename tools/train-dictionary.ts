/**
 * Trains the zstd dictionary for readers of `network.bsky.jetstream.subscribeEvents`, on frames as they send: records of
 * the usual kinds, made by chance from a seed, with nothing in them of real people. Run by hand; needs the program `zstd`:
 *
 *   node tools/train-dictionary.ts 20261130    its ID, by custom a date → src/services/jetstream/events/events.zdict
 */
import {execFileSync} from 'node:child_process'
import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {rowKind} from '#atp/archive/block.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {cidFromBytes, codecs, parseCid, type Codec} from '#atp/data/cid.ts'
import {eventText} from '#services/jetstream/events/event-text.ts'
import {decodeRecord, encodeRecord} from '#services/jetstream/log-record.ts'

const target = fileURLToPath(new URL('../src/services/jetstream/events/events.zdict', import.meta.url))
const sampleCount = 6_000
const sizeMax = 64 * 1024

let state = 20_261_130
/** A whole number from 0 to below `count` (mulberry32). */
function chance(count: number): number {
  state = (state + 0x6d2b79f5) | 0
  let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * count)
}
const one = <T>(of: readonly T[]): T => of[chance(of.length)]
const letters = (count: number, of = 'abcdefghijklmnopqrstuvwxyz234567'): string =>
  Array.from({length: count}, () => of[chance(of.length)]).join('')

const did = (): string => (chance(50) === 0 ? `did:web:${letters(8)}.example.com` : `did:plc:${letters(24)}`)
const cid = (codec: Codec = codecs.cbor): string =>
  cidFromBytes(Uint8Array.of(1, codec, 0x12, 0x20, ...Array.from({length: 32}, () => chance(256)))).toString()
const tid = (): string => `3m${letters(11)}`
const timeMs = (): number =>
  Date.UTC(2026, chance(12), 1 + chance(28), chance(24), chance(60), chance(60), chance(1_000))
const time = (): string => new Date(timeMs()).toISOString()
const post = (): object => ({cid: cid(), uri: `at://${did()}/app.bsky.feed.post/${tid()}`})
const blob = (mimeType: string) => ({
  $type: 'blob',
  ref: {$link: cid(codecs.raw)},
  mimeType,
  size: 20_000 + chance(900_000),
})

const words =
  'the a of to and in is that it for you on with this was are not but they have from what we all can about just like time good morning people today new very more than how when one day love think know really see would thank much great first work back still home here never over world little 今日 は の です が ありがとう おはよう ございます いい 人 私 これ を に で と も から não que é um uma para com isso mais muito bom dia hoje você ele der die das und ist nicht ein ich auch mit heute de la el en los una por con 😂 ❤️ ✨ 🙏 #art #photography https:// www. .com'.split(
    ' ',
  )
const text = (countMax: number): string => Array.from({length: 1 + chance(countMax)}, () => one(words)).join(' ')
const facet = (): object => {
  const $type = one(['link', 'tag', 'mention'])
  const feature = {link: {uri: `https://${letters(7)}.com/${letters(9)}`}, tag: {tag: text(1)}, mention: {did: did()}}[
    $type
  ]
  const byteStart = chance(200)
  return {
    $type: 'app.bsky.richtext.facet',
    features: [{$type: `app.bsky.richtext.facet#${$type}`, ...feature}],
    index: {byteEnd: byteStart + chance(40), byteStart},
  }
}
const image = (): object => ({
  alt: text(8),
  aspectRatio: {height: 500 + chance(1_500), width: 500 + chance(1_500)},
  image: blob(one(['image/jpeg', 'image/jpeg', 'image/png', 'image/webp'])),
})
const embeds: readonly (() => object | undefined)[] = [
  () => undefined,
  () => undefined,
  () => ({$type: 'app.bsky.embed.images', images: Array.from({length: 1 + chance(4)}, image)}),
  () => ({
    $type: 'app.bsky.embed.external',
    external: {description: text(20), thumb: blob('image/jpeg'), title: text(9), uri: `https://www.${letters(8)}.com/`},
  }),
  () => ({$type: 'app.bsky.embed.record', record: post()}),
  () => ({
    $type: 'app.bsky.embed.recordWithMedia',
    media: {$type: 'app.bsky.embed.images', images: [image()]},
    record: {$type: 'app.bsky.embed.record', record: post()},
  }),
  () => ({$type: 'app.bsky.embed.video', aspectRatio: {height: 1_920, width: 1_080}, video: blob('video/mp4')}),
]

/** Collections by how often they come, in a thousand, with the members of a record beside `$type` and `createdAt`. */
const records: readonly [number, string, () => object][] = [
  [470, 'app.bsky.feed.like', () => ({subject: post(), ...(chance(4) === 0 && {via: post()})})],
  [190, 'app.bsky.graph.follow', () => ({subject: did()})],
  [
    170,
    'app.bsky.feed.post',
    () => ({
      embed: one(embeds)(),
      ...(chance(4) === 0 && {facets: Array.from({length: 1 + chance(3)}, facet)}),
      langs: [one(['en', 'en', 'en', 'ja', 'pt', 'de', 'es', 'fr'])],
      ...(chance(2) === 0 && {reply: {parent: post(), root: post()}}),
      text: text(40),
    }),
  ],
  [90, 'app.bsky.feed.repost', () => ({subject: post(), ...(chance(4) === 0 && {via: post()})})],
  [30, 'app.bsky.graph.block', () => ({subject: did()})],
  [15, 'app.bsky.graph.listitem', () => ({list: `at://${did()}/app.bsky.graph.list/${tid()}`, subject: did()})],
  [
    10,
    'app.bsky.feed.threadgate',
    () => ({
      allow: [{$type: 'app.bsky.feed.threadgate#followingRule'}],
      hiddenReplies: [],
      post: `at://${did()}/app.bsky.feed.post/${tid()}`,
    }),
  ],
  [
    15,
    'app.bsky.actor.profile',
    () => ({
      avatar: blob('image/jpeg'),
      banner: blob('image/jpeg'),
      description: text(30),
      displayName: text(3),
      pinnedPost: post(),
    }),
  ],
  [
    10,
    'app.bsky.graph.list',
    () => ({description: text(12), name: text(3), purpose: 'app.bsky.graph.defs#curatelist'}),
  ],
]

function commit(at: string): Parameters<typeof encodeRecord>[0] {
  let left = chance(1_000)
  const [, collection, members] = records.find(([weight]) => (left -= weight) < 0) ?? records[0]
  const operation = one([
    'create',
    'create',
    'create',
    'create',
    'create',
    'create',
    'create',
    'create',
    'update',
    'delete',
  ] as const)
  const rkey = collection === 'app.bsky.actor.profile' ? 'self' : tid()
  const told = {did: at, kind: rowKind[operation], collection, rkey, rev: tid()}
  if (operation === 'delete') return {...told, payload: new Uint8Array()}
  const record = jsonToValue({$type: collection, createdAt: time(), ...members()})
  return {...told, payload: encodeCbor(record), cid: parseCid(cid())}
}

function otherEvent(at: string): Parameters<typeof encodeRecord>[0] {
  const seq = 30_000_000_000 + chance(1_000_000_000)
  const [kind, members] = one([
    ['identity', {did: at, handle: `${letters(9)}.bsky.social`, seq, time: time()}],
    ['account', {active: true, did: at, seq, time: time()}],
    ['account', {active: false, did: at, seq, time: time(), status: one(['deactivated', 'deleted', 'takendown'])}],
  ] as const)
  return {
    did: at,
    kind: rowKind[kind],
    collection: '',
    rkey: '',
    rev: '',
    payload: encodeCbor(members),
  }
}

const id = Number(process.argv[2])
if (!Number.isSafeInteger(id) || id < 1) throw new Error('The ID of the dictionary is missing.')
const folder = mkdtempSync(join(tmpdir(), 'dictionary-'))
try {
  for (let i = 0; i < sampleCount; i++) {
    const told = chance(50) === 0 ? otherEvent(did()) : commit(did())
    const timeMicros = timeMs() * 1_000 + chance(1_000)
    const record = decodeRecord(
      encodeRecord(told, {timeMicros, seq: 1, left: 0}),
      10_000_000_000 + chance(1_000_000_000),
    )
    writeFileSync(join(folder, String(i)), eventText(record))
  }
  execFileSync('zstd', ['-q', '-f', '--train', '-r', folder, `--maxdict=${sizeMax}`, `--dictID=${id}`, '-o', target])
} finally {
  rmSync(folder, {recursive: true})
}
console.log(`${target} is made.`)
