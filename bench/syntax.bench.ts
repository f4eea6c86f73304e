/** The identifier checks that validation runs on every record, against the official package. */
import * as official from '@atproto/syntax'
import {isAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {isDatetime} from '#atp/syntax/datetime.ts'
import {isDid} from '#atp/syntax/did.ts'
import {isHandle} from '#atp/syntax/handle.ts'
import {isLanguage} from '#atp/syntax/language.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'
import {TidClock} from '#atp/syntax/tid.ts'
import {isUri} from '#atp/syntax/uri.ts'
import {realWorld} from '#std/world.ts'
import {contest} from './measure.ts'
import {seeded} from '../test/random.ts'

const theirName = '@atproto/syntax'
const count = 1000
const random = seeded(1)
const letters = '234567abcdefghijklmnopqrstuvwxyz'
const word = (size: number): string =>
  Array.from({length: size}, () => letters[Math.floor(random() * letters.length)]).join('')
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]
/** As a decoder gives them: one flat string each. */
const texts = (make: () => string): string[] =>
  Array.from({length: count}, () => Buffer.from(make()).toString('latin1'))

const did = (): string => `did:plc:${word(24)}`
const handle = (): string => `${word(8)}.${pick(['bsky.social', 'example.com', 'blog.example.co.uk'])}`
const nsid = (): string => pick(['app.bsky.feed.post', 'app.bsky.graph.follow', 'com.atproto.repo.strongRef'])
const datetime = (): string => new Date(1.6e12 + random() * 2e11).toISOString()
const atUri = (): string => `at://${did()}/${nsid()}/3l${word(11)}`

await check('at-uri', texts(atUri), isAtUri, text => official.isAtUriString(text), 3)
await check('did', texts(did), isDid, official.isValidDid)
await check('handle', texts(handle), isHandle, official.isValidHandle)
await check('nsid', texts(nsid), isNsid, official.isValidNsid)
await check(
  'record key',
  texts(() => `3l${word(11)}`),
  isRecordKey,
  official.isValidRecordKey,
)
await check('datetime', texts(datetime), isDatetime, official.isDatetimeString, 2.5)
const languages = ['en', 'ja', 'pt-BR', 'zh-Hant']
await check(
  'language',
  texts(() => pick(languages)),
  isLanguage,
  text => official.parseLanguageString(text) !== null,
  3,
)
await check(
  'uri',
  texts(() => `https://${handle()}/${word(20)}?q=${word(6)}`),
  isUri,
  official.isValidUri,
)
const uris = texts(atUri)
await contest({
  title: 'take an AT-URI apart',
  unit: 'texts',
  work: count,
  contenders: {
    wholesky: () => {
      for (const uri of uris) parseAtUri(uri)
    },
    [theirName]: () => {
      for (const uri of uris) void new official.AtUri(uri).rkey
    },
  },
})
const clock = new TidClock(realWorld, 1)
await contest({
  title: 'the next TID',
  unit: 'TIDs',
  work: count,
  contenders: {
    wholesky: () => {
      for (let i = 0; i < count; i++) clock.next()
    },
  },
})

async function check(
  what: string,
  items: string[],
  ours: (text: string) => boolean,
  theirs: (text: string) => boolean,
  claim?: number,
): Promise<void> {
  const each = (judge: (text: string) => boolean) => () => {
    for (const item of items) judge(item)
  }
  await contest({
    title: `check a ${what}`,
    unit: 'texts',
    work: count,
    contenders: {wholesky: each(ours), [theirName]: each(theirs)},
    claims: claim === undefined ? undefined : {[theirName]: claim},
  })
}
