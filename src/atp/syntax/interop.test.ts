/** The protocol's published syntax vectors: every valid line passes, every invalid line fails, in `is` and in `parse`. */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {Malformed} from '#std/malformed.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {isAtIdentifier, parseAtIdentifier} from './at-identifier.ts'
import {isAtUri, parseAtUri} from './at-uri.ts'
import {isCidString, parseCidString} from './cid-string.ts'
import {isDatetime, parseDatetime} from './datetime.ts'
import {isDid, parseDid} from './did.ts'
import {isHandle, parseHandle} from './handle.ts'
import {isLanguage, parseLanguage} from './language.ts'
import {isNsid, parseNsid} from './nsid.ts'
import {isRecordKey, parseRecordKey} from './record-key.ts'
import {isTid, parseTid} from './tid.ts'
import {isUri, parseUri} from './uri.ts'

const checks: Record<string, [is: (text: string) => boolean, parse: (text: string) => unknown]> = {
  atidentifier: [isAtIdentifier, parseAtIdentifier],
  aturi: [isAtUri, parseAtUri],
  cid: [isCidString, parseCidString],
  datetime: [isDatetime, parseDatetime],
  did: [isDid, parseDid],
  handle: [isHandle, parseHandle],
  language: [isLanguage, parseLanguage],
  nsid: [isNsid, parseNsid],
  recordkey: [isRecordKey, parseRecordKey],
  tid: [isTid, parseTid],
  uri: [isUri, parseUri],
}

/** Blank lines and lines that begin with `#` are remarks; spaces at the ends belong to the example. */
const examples = (file: string): string[] =>
  readFileSync(vector(`interop/syntax/${file}`), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))

test('every published syntax vector is judged as published', needVectors, () => {
  for (const file of readdirSync(vector('interop/syntax'))) {
    // did_syntax_valid.txt, datetime_parse_invalid.txt, …
    const [kind, , verdict] = file.replace('.txt', '').split('_')
    const [is, parse] = checks[kind]
    const lines = examples(file)
    assert.ok(lines.length > 0, `${file} holds examples`)
    for (const line of lines) {
      const shown = `${file}: ${line.slice(0, 100)}`
      assert.equal(is(line), verdict === 'valid', shown)
      if (verdict === 'valid') assert.doesNotThrow(() => parse(line), shown)
      else
        assert.throws(
          () => parse(line),
          (error: unknown) => error instanceof Malformed && error.format !== '',
          shown,
        )
    }
  }
})
