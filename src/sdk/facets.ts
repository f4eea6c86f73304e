/**
 * Finds what in a text deserves a facet: mentions, links, tags and cashtags, by the rules of the official `RichText`,
 * so that the same text gives the same post from any client. JavaScript counts text in UTF-16 units and facets count
 * it in UTF-8 bytes (lexicon app.bsky.richtext.facet), so every position is turned once, in one walk over the text.
 */
import tlds from 'tlds' with {type: 'json'}
import type {Did} from '#atp/syntax/did.ts'
import {type Handle, isHandle} from '#atp/syntax/handle.ts'
import {isUri, type Uri} from '#atp/syntax/uri.ts'
import {exceedsGraphemes} from '#lex/schema/text-length.ts'
import type {Facet} from '#lex/gen/app/bsky/richtext/facet.ts'

/** What was found, before anyone is asked: a mention holds a handle, which may be nobody's. */
export interface Finding {
  /** UTF-16 units, as in `text.slice(start, end)`. */
  readonly start: number
  readonly end: number
  readonly what: {mention: Handle} | {link: Uri} | {tag: string}
}

const topLevel: ReadonlySet<string> = new Set(tlds)
const hasTopLevel = (domain: string): boolean => topLevel.has(domain.slice(domain.lastIndexOf('.') + 1))

const mention = /(?<=^|[\s(])@([a-zA-Z0-9.-]+)\b/g
/** A URL with its scheme, or a bare domain and whatever follows it. Labels with a hyphen do not count as bare domains. */
const link = /(?<=^|[\s(])(?:(?<full>https?:\/\/\S+)|(?<domain>[a-z][a-z0-9]*(?:\.[a-z0-9]+)+)\S*)/gi
/** Characters that show nothing, so that a tag cannot be made of them. */
const unseen = '\\u00AD\\u2060\\u200A\\u200B\\u200C\\u200D\\u20e2'
/** At least one character that is neither a digit nor punctuation: `#1` is a number, not a tag. */
const tag = new RegExp(`(?<=^|\\s)[#＃](?!\\ufe0f)([^\\s${unseen}]*[^\\d\\s\\p{P}${unseen}][^\\s${unseen}]*)`, 'gu')
const cashtag = /(?<=^|[\s(])\$([A-Za-z][A-Za-z0-9]{0,4})(?=$|[\s.,;:!?)"'\u2019])/g
const punctuation = /^\p{P}$/u
const tagGraphemesMax = 64

function* mentions(text: string): Generator<Finding> {
  for (const {0: whole, 1: handle, index} of text.matchAll(mention)) {
    if (!isHandle(handle) || (!hasTopLevel(handle) && !handle.endsWith('.test'))) continue
    yield {start: index, end: index + whole.length, what: {mention: handle}}
  }
}

function* links(text: string): Generator<Finding> {
  for (const {0: found, groups, index} of text.matchAll(link)) {
    const full = /^https?:/.test(found) && groups?.full !== undefined
    if (!full && !(groups?.domain && hasTopLevel(groups.domain))) continue
    let shown = found
    // The full stop of a sentence, and the bracket around a link, are not part of it.
    if (/[.,;:!?]$/.test(shown)) shown = shown.slice(0, -1)
    if (shown.endsWith(')') && !shown.includes('(')) shown = shown.slice(0, -1)
    const uri = full ? shown : `https://${shown}`
    if (isUri(uri)) yield {start: index, end: index + shown.length, what: {link: uri}}
  }
}

function* tags(text: string): Generator<Finding> {
  for (const {1: found, index} of text.matchAll(tag)) {
    const characters = Array.from(found)
    while (characters.length > 0 && punctuation.test(characters[characters.length - 1])) characters.pop()
    const name = characters.join('')
    if (name === '' || exceedsGraphemes(name, tagGraphemesMax)) continue
    yield {start: index, end: index + 1 + name.length, what: {tag: name}}
  }
}

function* cashtags(text: string): Generator<Finding> {
  for (const {0: found, index} of text.matchAll(cashtag)) {
    yield {start: index, end: index + found.length, what: {tag: found.toUpperCase()}}
  }
}

/** Everything found, in the order of the text. Asks nobody: see `detectFacets`. */
export const findings = (text: string): Finding[] =>
  [...mentions(text), ...links(text), ...tags(text), ...cashtags(text)].toSorted((a, b) => a.start - b.start)

/** Bytes that the code point at unit `i` takes in UTF-8; a lone surrogate takes the three of U+FFFD. */
function bytesAt(text: string, i: number): number {
  const code = text.codePointAt(i) ?? 0
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
}

/** Turns positions in UTF-16 units, asked for in any order, into positions in UTF-8 bytes. */
function bytePositions(text: string, units: readonly number[]): Map<number, number> {
  const positions = new Map<number, number>()
  let unit = 0
  let byte = 0
  for (const wanted of units.toSorted((a, b) => a - b)) {
    while (unit < wanted) {
      const size = bytesAt(text, unit)
      byte += size
      unit += size === 4 ? 2 : 1
    }
    positions.set(wanted, byte)
  }
  return positions
}

/**
 * The facets of a text, in its order. `resolve` gives the DID of a handle; a mention of a handle that has none, or
 * whose `resolve` fails, gets no facet. Each handle is asked for once.
 */
export async function detectFacets(
  text: string,
  resolve: (handle: Handle) => Promise<Did | undefined>,
): Promise<Facet[]> {
  const found = findings(text)
  const dids = new Map<Handle, Promise<Did | undefined>>()
  for (const {what} of found) {
    if (!('mention' in what) || dids.has(what.mention)) continue
    dids.set(
      what.mention,
      resolve(what.mention).catch(() => undefined),
    )
  }
  const bytes = bytePositions(
    text,
    found.flatMap(({start, end}) => [start, end]),
  )
  const facets: Facet[] = []
  for (const {start, end, what} of found) {
    const index = {byteStart: bytes.get(start) ?? 0, byteEnd: bytes.get(end) ?? 0}
    if ('link' in what) {
      facets.push({index, features: [{$type: 'app.bsky.richtext.facet#link', uri: what.link}]})
    } else if ('tag' in what) {
      facets.push({index, features: [{$type: 'app.bsky.richtext.facet#tag', tag: what.tag}]})
    } else {
      const did = await dids.get(what.mention)
      if (did) facets.push({index, features: [{$type: 'app.bsky.richtext.facet#mention', did}]})
    }
  }
  return facets
}
