/**
 * A value as JSON for people: coloured, and with a way on from everything that names something. What is shown is a
 * stranger's, so it is cut where it would make a page too long or too deep to read.
 */
import {toBase64} from '#std/encoding/base64.ts'
import {Cid, cidFromText, codecs} from '#atp/data/cid.ts'
import {isBlobRef, isMap, type Value, type ValueMap} from '#atp/data/value.ts'
import {isDid} from '#atp/syntax/did.ts'
import {html, safeHref, type Html} from '#pages/html.ts'
import {accountPath, atUriPath, blobPath, blockPath} from '../target.ts'

const depthMax = 60
const membersMax = 5_000
const bytesShownMax = 3_000
/** Characters of a text, and of the name of a member. */
const textShownMax = 50_000
const nameShownMax = 500
/** Longer ones lead nowhere. */
const linkMax = 8_192

interface Showing {
  /** Whose repository it stands in: CIDs lead to its blocks and blobs. */
  did: string
  left: number
}

/** The value in a `pre`. `did` is the account it is of. */
export const valueView = (value: Value, did: string): Html =>
  html`<pre class="x-code" tabindex="0">${part(value, {did, left: membersMax}, 0)}</pre>`

const indent = (depth: number): string => '  '.repeat(depth)

function part(value: Value, showing: Showing, depth: number): Html {
  if (showing.left-- <= 0 || depth > depthMax) return html`<span class="x-cut">… cut</span>`
  if (typeof value === 'string') return text(value)
  if (value === null || typeof value === 'boolean') return html`<span class="x-word">${String(value)}</span>`
  if (typeof value === 'number') return html`<span class="x-number">${value}</span>`
  if (value instanceof Cid) return special('$link', cidLink(value, showing.did))
  if (value instanceof Uint8Array) {
    const shown = toBase64(value.subarray(0, bytesShownMax))
    const cut = value.length > bytesShownMax && html`<span class="x-cut"> … ${value.length} bytes in all</span>`
    return special('$bytes', html`<span class="x-text">"${shown}"</span>${cut}`)
  }
  const isList = Array.isArray(value)
  const names = isList ? undefined : Object.keys(value)
  const count = names?.length ?? (value as Value[]).length
  if (count === 0) return html`${isList ? '[]' : '{}'}`
  const lines: Html[] = []
  for (let i = 0; i < count; i++) {
    // What there is no room for is not gone through: it may be a million.
    if (showing.left <= 0) {
      lines.push(html`${indent(depth + 1)}<span class="x-cut">… ${count - i} more, cut</span>${'\n'}`)
      break
    }
    const name = names?.[i]
    const member = name === undefined ? (value as Value[])[i] : (value as ValueMap)[name]
    lines.push(
      html`${indent(depth + 1)}${name !== undefined && html`<span class="x-key">"${shortened(name, nameShownMax)}"</span>: `}${part(member, showing, depth + 1)}${i < count - 1 && ','}${'\n'}`,
    )
  }
  return html`${isList ? '[' : '{'}${'\n'}${lines}${indent(depth)}${isList ? ']' : '}'}`
}

const shortened = (text: string, lengthMax: number): string =>
  text.length > lengthMax ? `${text.slice(0, lengthMax)}…` : text

const special = (name: string, inner: Html): Html => html`{<span class="x-key">"${name}"</span>: ${inner}}`

/** A link to the block or the blob that a CID names in this account's data. */
const cidLink = (cid: Cid, did: string): Html =>
  html`<a class="x-cid" href="${(cid.codec === codecs.raw ? blobPath : blockPath)(did, String(cid))}">${String(cid)}</a>`

function text(value: string): Html {
  const quoted = JSON.stringify(shortened(value, textShownMax))
  const cut = value.length > textShownMax && html`<span class="x-cut"> … ${value.length} characters in all</span>`
  const path = linkOf(value)
  if (path === undefined) return html`<span class="x-text">${quoted}</span>${cut}`
  if (path.startsWith('/')) return html`<a class="x-text" href="${path}">${quoted}</a>`
  return html`<a class="x-text" href="${safeHref(path)}" rel="noopener noreferrer nofollow">${quoted}</a>`
}

function linkOf(value: string): string | undefined {
  if (value.length > linkMax) return undefined
  if (value.startsWith('at://')) return atUriPath(value)
  if (value.startsWith('did:')) return isDid(value) ? accountPath(value) : undefined
  if (/^https?:\/\/\S+$/.test(value)) return value
  return cidFromText(value) ? `/explore/-/cid/${value}` : undefined
}

export interface BlobMention {
  cid: string
  mimeType: string
  /** Bytes; unknown in the form from before 2023. */
  size: number | undefined
}

/** The blobs that a record refers to, each once. */
export function blobsIn(value: Value): BlobMention[] {
  const found = new Map<string, BlobMention>()
  const look = (value: Value, depth: number): void => {
    if (depth > depthMax || found.size >= 100) return
    if (isBlobRef(value)) {
      const {ref, mimeType, size} = value
      found.set(String(ref), {cid: String(ref), mimeType, size})
    } else if (isMap(value)) {
      const {cid, mimeType} = value
      const isOld = typeof cid === 'string' && typeof mimeType === 'string' && Object.keys(value).length === 2
      if (isOld && cidFromText(cid)) found.set(cid, {cid, mimeType, size: undefined})
      for (const member of Object.values(value)) look(member, depth + 1)
    } else if (Array.isArray(value)) for (const item of value) look(item, depth + 1)
  }
  look(value, 0)
  return [...found.values()]
}
