/**
 * Against `@atproto/syntax` over generated text: what both should judge alike, they do. Where it is known to stray
 * from the specification or the published vectors, `differs` says so, and that text is left out.
 */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import * as official from '@atproto/syntax'
import {runSeed as seed, seeded} from '../../../test/random.ts'
import {isAtIdentifier} from './at-identifier.ts'
import {isAtUri} from './at-uri.ts'
import {isDatetime, isDatetimeLenient, normalizeDatetime} from './datetime.ts'
import {isDid} from './did.ts'
import {isHandle} from './handle.ts'
import {isLanguage, isLanguageLenient} from './language.ts'
import {isNsid} from './nsid.ts'
import {isRecordKey} from './record-key.ts'
import {isTid} from './tid.ts'
import {isUri} from './uri.ts'

interface Kind {
  ours: (text: string) => boolean
  theirs: (text: string) => boolean
  /** Texts to start from; generation cuts, joins and mutates them. */
  seeds: readonly string[]
  differs?: (text: string) => boolean
}

const rkeys = ['self', '3jzfcijpj2z2a', 'a.b:c_d-e~f', '.', '..', '...']
const dids = ['did:plc:7iza6de2dwap2sbkpav7c6c6', 'did:web:localhost%3A1', 'did:a:b:', 'did:a::b', 'did:m1:x']
const handles = ['alice.example.com', 'XX.LCS.mit.edu', '4chan.o-g', 'a.8', `a.${'b'.repeat(62)}.c`, 'a--b.c-']
const nsids = ['app.bsky.feed.post', 'cn.8.lex.stuff', 'a.b.c', 'one.two.four-and.FiVe', 'a.b-.c', '1.b.c', 'a.b.c1']
const kinds: Record<string, Kind> = {
  did: {ours: isDid, theirs: official.isValidDid, seeds: dids},
  handle: {ours: isHandle, theirs: official.isValidHandle, seeds: handles},
  'at-identifier': {ours: isAtIdentifier, theirs: official.isAtIdentifierString, seeds: [...dids, ...handles]},
  nsid: {ours: isNsid, theirs: official.isValidNsid, seeds: nsids},
  'record-key': {ours: isRecordKey, theirs: official.isValidRecordKey, seeds: rkeys},
  tid: {ours: isTid, theirs: official.isValidTid, seeds: ['3jzfcijpj2z2a', 'jzzzzzzzzzzzz', '2222222222222']},
  'at-uri': {
    ours: isAtUri,
    theirs: text => official.isAtUriString(text),
    seeds: [...dids, ...handles].flatMap(who => [`at://${who}`, `at://${who}/${nsids[0]}`, `at://${who}/a.b.c/x:y`]),
    // It lets a fragment through; the restricted syntax has none.
    differs: text => text.includes('#'),
  },
  datetime: {
    ours: isDatetime,
    theirs: official.isDatetimeString,
    seeds: [
      '1985-04-12T23:20:50.123Z',
      '2024-02-29T00:00:00+01:45',
      '0000-01-01T00:00:00-23:59',
      '9999-12-31T23:59:59.9-00:01',
      '2023-12-30T12:00:00-00:00',
      '1900-02-28T24:00:60Z',
    ],
    // V8 carries 30 February over into March instead of refusing it.
    differs: text => /-(?:02|04|06|09|11)-(?:29|3.)T/.test(text),
  },
  language: {
    ours: isLanguage,
    theirs: text => official.parseLanguageString(text) !== null,
    seeds: [
      'en',
      'pt-BR',
      'hy-Latn-IT-arevela',
      'en-GB-boont-r-extended-x-private',
      'i-default',
      'x-a-a',
      'de-1901-1901',
    ],
  },
  uri: {
    ours: isUri,
    theirs: official.isValidUri,
    seeds: ['https://example.com/a?b#c', 'dns:example.com', 'a:', 'did:key:z', 'go://?x%20y'],
    // It takes any word for a scheme but not "+", "-" and ".", lets control characters through, and refuses a path
    // that begins with a slash where there is no host (`file:///x`).
    differs: text => !/^[a-zA-Z][a-zA-Z0-9]*:(?:\/\/)?[^/]/.test(text) || /\p{Cc}/u.test(text),
  },
}

const upTo = (random: () => number) => (below: number) => Math.floor(random() * below)
const letters = 'abzAZ0129:./-_~%#?@ TZ+é\n\u0000'

for (const [name, {ours, theirs, seeds, differs}] of Object.entries(kinds)) {
  test(`${name} is judged as @atproto/syntax judges it`, () => {
    const below = upTo(seeded(seed))
    const pick = (): string => seeds[below(seeds.length)]
    let valid = 0
    for (let round = 0; round < 4000; round++) {
      let text = below(6) === 0 ? pick().slice(0, below(20)) + pick().slice(below(20)) : pick()
      for (let edits = below(3); edits > 0; edits--) {
        const at = below(text.length + 1)
        const letter = below(2) === 0 ? letters[below(letters.length)] : (text[below(text.length)] ?? '')
        text = text.slice(0, at) + letter + text.slice(at + below(2))
      }
      if (differs?.(text)) continue
      assert.equal(ours(text), theirs(text), `SEED=${seed} ${JSON.stringify(text)}`)
      if (ours(text)) valid++
    }
    assert.ok(valid > 200, `SEED=${seed}: only ${valid} valid texts were generated`)
  })
}

/** What official readers show is read here: theirs for old records say yes to nothing that ours refuse. */
const lenientKinds: Record<string, Kind> = {
  datetime: {
    ours: isDatetimeLenient,
    theirs: official.isDatetimeStringLenient,
    seeds: ['1985-04-12T23:20:50.123', '2024-02-29T00:00:00+0145', '2023-12-30T12:00:00', '1900-02-28T24:00:60Z'],
    // It takes any character before a fraction, for one more number or for separators, or none of these; nobody could
    // read the moment from that.
    differs: text =>
      !/^.{10}T[0-9]{2}:[0-9]{2}(?::(?:[0-5][0-9]|60)(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?Z?)?$/.test(text) ||
      text[4] !== '-',
  },
  language: {
    ours: isLanguageLenient,
    theirs: official.isValidLanguage,
    seeds: ['EN', 'pt-BR', 'hy-Latn-IT-arevela', 'jaja', 'i-default', 'x-a-a', 'de-1901-1901', 'abcde-Latn'],
  },
}

for (const [name, {ours, theirs, seeds, differs}] of Object.entries(lenientKinds)) {
  test(`a lenient ${name} is read wherever @atproto/syntax reads it`, () => {
    const below = upTo(seeded(seed))
    let valid = 0
    for (let round = 0; round < 4000; round++) {
      let text = seeds[below(seeds.length)]
      for (let edits = below(3); edits > 0; edits--) {
        const at = below(text.length + 1)
        text = text.slice(0, at) + letters[below(letters.length)] + text.slice(at + below(2))
      }
      if (differs?.(text) || !theirs(text)) continue
      assert.ok(ours(text), `SEED=${seed} ${JSON.stringify(text)}`)
      valid++
    }
    assert.ok(valid > 200, `SEED=${seed}: only ${valid} valid texts were generated`)
  })
}

const two = (n: number): string => String(n).padStart(2, '0')

test('a datetime is normalised as @atproto/syntax normalises it', () => {
  const below = upTo(seeded(seed))
  for (let round = 0; round < 500; round++) {
    const day = `${1900 + below(200)}-${two(1 + below(12))}-${two(1 + below(28))}`
    const time = `${two(below(24))}:${two(below(60))}:${two(below(60))}.${String(below(10 ** (1 + below(8))))}`
    const text = `${day}T${time}${below(2) ? 'Z' : `+${two(below(24))}:${two(below(60))}`}`
    assert.ok(isDatetime(text), `SEED=${seed} ${text}`)
    assert.equal(normalizeDatetime(text), official.normalizeDatetime(text), `SEED=${seed} ${text}`)
  }
})
