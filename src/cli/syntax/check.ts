/** `syntax check`: which of the protocol's string formats a text is, and what it says when taken apart. */
import {Malformed} from '#std/malformed.ts'
import {parseAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import {parseCidString} from '#atp/syntax/cid-string.ts'
import {datetimeMs, normalizeDatetime, parseDatetime} from '#atp/syntax/datetime.ts'
import {didMethod, isBlessedDid, parseDid} from '#atp/syntax/did.ts'
import {isDisallowedTld, normalizeHandle, parseHandle} from '#atp/syntax/handle.ts'
import {parseLanguage} from '#atp/syntax/language.ts'
import {nsidAuthority, nsidName, parseNsid} from '#atp/syntax/nsid.ts'
import {parseRecordKey} from '#atp/syntax/record-key.ts'
import {parseTid, tidMicros} from '#atp/syntax/tid.ts'
import {parseUri} from '#atp/syntax/uri.ts'
import {command, some} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {oneLine} from '../shell/shell.ts'

type Parts = Record<string, string | number | boolean>

/** Each kind's reader: throws `Malformed`, or gives what the text says. The most telling kind comes first. */
const kinds: Record<string, (text: string) => Parts> = {
  did: text => {
    const did = parseDid(text)
    return {method: didMethod(did), blessed: isBlessedDid(did)}
  },
  'at-uri': text => ({...parseAtUri(text)}),
  handle: text => {
    const handle = parseHandle(text)
    return {normalized: normalizeHandle(handle), tldAllowed: !isDisallowedTld(handle)}
  },
  nsid: text => {
    const nsid = parseNsid(text)
    return {authority: nsidAuthority(nsid), name: nsidName(nsid)}
  },
  tid: text => ({time: new Date(tidMicros(parseTid(text)) / 1000).toISOString()}),
  cid: text => (parseCidString(text), {}),
  datetime: text => {
    const datetime = parseDatetime(text)
    return {normalized: normalizeDatetime(datetime), ms: datetimeMs(datetime)}
  },
  uri: text => (parseUri(text), {}),
  language: text => (parseLanguage(text), {}),
  'record-key': text => (parseRecordKey(text), {}),
  'at-identifier': text => (parseAtIdentifier(text), {}),
}

export const check = command({
  about: `
Checks one or more texts. With a kind before them, each must be of that kind;
without one, every kind is tried and a text is good if it is any of them.

Kinds: ${Object.keys(kinds).join(', ')}.`,
  arguments: {words: some('text', 'what to check, with a kind before it if you know which it should be')},
  options: {},
  examples: [
    'wholesky syntax check at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3jui7kd54zh2y',
    'wholesky syntax check handle alice.example.com bob..example.com',
  ],
  async run({words}, shell) {
    const kind = words.length > 1 && Object.hasOwn(kinds, words[0]) ? words[0] : undefined
    const texts = kind === undefined ? words : words.slice(1)
    let allGood = true
    for (const text of texts) {
      const found: Record<string, Parts> = {}
      let fault: Malformed | undefined
      for (const candidate of kind === undefined ? Object.keys(kinds) : [kind]) {
        try {
          found[candidate] = kinds[candidate](text)
        } catch (error) {
          if (!(error instanceof Malformed)) throw error
          fault ??= error
        }
      }
      const names = Object.keys(found)
      const ok = names.length > 0
      allGood &&= ok
      const refusal = kind === undefined ? 'none of the known kinds' : fault?.message
      await shell.item(
        ok ? {ok, text, kinds: found} : {ok, text, kind, reason: kind && fault?.reason, detail: refusal},
        ok
          ? [
              `${shell.mark(true)} ${oneLine(text)}: ${shell.paint('bold', names.join(', '))}`,
              ...names.map(name => shell.fields(found[name])).filter(lines => lines !== ''),
            ].join('\n')
          : oneLine(`${shell.mark(false)} ${text}: ${refusal}`),
      )
    }
    return allGood ? exitCodes.ok : exitCodes.bad
  },
})
