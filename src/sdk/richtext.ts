/**
 * A text and its facets, kept in step. Facets point into the text by UTF-8 bytes, so whoever cuts or edits the text
 * must count as they do; everything here takes and gives byte positions, and no function changes its arguments.
 * Facets come from strangers' records: those that reach past the text are dropped, and of those that overlap the
 * first wins (lexicon app.bsky.richtext.facet).
 */
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import type {Facet} from '#lex/gen/app/bsky/richtext/facet.ts'
import {toUtf8} from '#std/text.ts'
import {detectFacets} from './facets.ts'

export interface RichText {
  readonly text: string
  /** In the order of the text. */
  readonly facets: readonly Facet[]
}

/** A stretch of text that is shown in one way. */
export interface Segment {
  readonly text: string
  readonly facet: Facet | undefined
}

const decoder = new TextDecoder('utf-8', {ignoreBOM: true})
/** A cut inside a character shows as U+FFFD. */
const cut = (bytes: Uint8Array, start: number, end?: number): string => decoder.decode(bytes.subarray(start, end))

/** Sorts the facets, and drops those that lie outside the text or end before they start. */
export function richText(text: string, facets: readonly Facet[] = []): RichText {
  const size = facets.length === 0 ? 0 : toUtf8(text).length
  const inside = ({index: {byteStart, byteEnd}}: Facet): boolean =>
    byteStart >= 0 && byteStart <= byteEnd && byteEnd <= size
  return {text, facets: facets.filter(inside).toSorted((a, b) => a.index.byteStart - b.index.byteStart)}
}

/** A text with the mentions, links and tags found in it. `resolve` as in `detectFacets`. */
export const detectRichText = async (
  text: string,
  resolve: (handle: Handle) => Promise<Did | undefined>,
): Promise<RichText> => ({text, facets: await detectFacets(text, resolve)})

/** The text in pieces, in order, which joined are the text again. A facet around nothing but space is left out. */
export function segments({text, facets}: RichText): Segment[] {
  if (facets.length === 0) return [{text, facet: undefined}]
  const bytes = toUtf8(text)
  const pieces: Segment[] = []
  let at = 0
  for (const facet of facets) {
    const {byteStart, byteEnd} = facet.index
    if (byteStart < at) continue
    if (byteStart > at) pieces.push({text: cut(bytes, at, byteStart), facet: undefined})
    const shown = cut(bytes, byteStart, byteEnd)
    if (shown !== '') pieces.push({text: shown, facet: shown.trim() === '' ? undefined : facet})
    at = byteEnd
  }
  if (at < bytes.length) pieces.push({text: cut(bytes, at), facet: undefined})
  return pieces
}

/** Inserts `added` at a byte position. A facet that has it inside grows; one that starts there or after moves. */
export function insertText({text, facets}: RichText, at: number, added: string): RichText {
  const bytes = toUtf8(text)
  const size = toUtf8(added).length
  return {
    text: cut(bytes, 0, at) + added + cut(bytes, at),
    facets: facets.map(facet => {
      const {byteStart, byteEnd} = facet.index
      return placed(facet, byteStart < at ? byteStart : byteStart + size, byteEnd <= at ? byteEnd : byteEnd + size)
    }),
  }
}

/** Deletes the bytes from `start` to `end`. Facets shrink and move with what is left; one with nothing left goes. */
export function deleteText({text, facets}: RichText, start: number, end: number): RichText {
  const bytes = toUtf8(text)
  const move = (position: number): number =>
    position <= start ? position : position >= end ? position - (end - start) : start
  return {
    text: cut(bytes, 0, start) + cut(bytes, end),
    facets: facets
      .map(facet => placed(facet, move(facet.index.byteStart), move(facet.index.byteEnd)))
      .filter(({index}) => index.byteStart < index.byteEnd),
  }
}

const placed = (facet: Facet, byteStart: number, byteEnd: number): Facet => ({
  ...facet,
  index: {...facet.index, byteStart, byteEnd},
})
