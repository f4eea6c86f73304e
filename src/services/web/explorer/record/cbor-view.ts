/**
 * DAG-CBOR laid open: each item of a block with the bytes it is written in and what they say. This is what a signature
 * covers and a CID hashes, so it is shown as it lies, not as it would be written again.
 */
import {toHex} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'
import {lenientLimits} from '#atp/data/cbor-limits.ts'
import {
  cborArgument,
  cborAt,
  closeCbor,
  firstKey,
  itemCount,
  major,
  negativeInteger,
  openCbor,
  readHead,
  readKey,
  refuse,
  takeBytes,
  takeLink,
  takeSimple,
  takeText,
} from '#atp/data/cbor-reader.ts'
import {html, type Html} from '#pages/html.ts'

export interface CborLine {
  offset: number
  depth: number
  /** The item's own bytes; of containers the head alone. */
  hex: string
  meaning: string
}

const linesMax = 1_500
/** A map is two levels here: its keys, and what they name. */
const depthMax = 2 * lenientLimits.depthMax
const hexShownMax = 24
const textShownMax = 120

/** The items of a block in order. A block that breaks off is annotated as far as it goes, with the fault as last line. */
export function annotateCbor(bytes: Uint8Array): CborLine[] {
  const lines: CborLine[] = []
  try {
    openCbor(bytes, 0, lenientLimits)
    item(bytes, lines, 0, '')
    closeCbor()
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    lines.push({offset: cborAt, depth: 0, hex: '', meaning: `not DAG-CBOR from here on: ${error.message}`})
  }
  return lines
}

const hexOf = (bytes: Uint8Array, from: number, to: number): string =>
  toHex(bytes.subarray(from, Math.min(to, from + hexShownMax))) + (to - from > hexShownMax ? '…' : '')

const shortened = (text: string): string =>
  JSON.stringify(text.length > textShownMax ? `${text.slice(0, textShownMax)}…` : text)

function item(bytes: Uint8Array, lines: CborLine[], depth: number, name: string): void {
  const from = cborAt
  if (depth > depthMax) refuse('too-deep', 'more levels than any record may have')
  const type = readHead()
  const push = (meaning: string): void => {
    if (lines.length < linesMax)
      lines.push({offset: from, depth, hex: hexOf(bytes, from, cborAt), meaning: name + meaning})
  }
  if (type === major.map) {
    const count = itemCount(2)
    push(`map of ${count}`)
    let before = firstKey
    for (let i = 0; i < count; i++) {
      const at = cborAt
      const key = readKey(before)
      before = at
      if (lines.length < linesMax) {
        lines.push({offset: at, depth: depth + 1, hex: hexOf(bytes, at, cborAt), meaning: `key ${shortened(key)}`})
      }
      item(bytes, lines, depth + 2, '')
    }
  } else if (type === major.array) {
    const count = itemCount(1)
    push(`array of ${count}`)
    for (let i = 0; i < count; i++) item(bytes, lines, depth + 1, `[${i}] `)
  } else push(leaf(type))
}

/** Moves past the item whose head was just read and says what it is. */
function leaf(type: number): string {
  switch (type) {
    case major.unsigned:
      return `number ${cborArgument}`
    case major.negative:
      return `number ${negativeInteger()}`
    case major.bytes: {
      const size = cborArgument
      takeBytes()
      return `${size} bytes`
    }
    case major.text: {
      const size = cborArgument
      return `text of ${size} bytes ${shortened(takeText())}`
    }
    case major.tag:
      return `link ${String(takeLink())}`
    default:
      return String(takeSimple())
  }
}

/** The annotated items, and the block as a hex dump. */
export function cborView(bytes: Uint8Array): Html {
  const lines = annotateCbor(bytes)
  return html`<h3>Item by item</h3>
    <div class="x-scroll" tabindex="0">
      <table class="x-cbor">
        <thead>
          <tr>
            <th>at</th>
            <th>bytes</th>
            <th>what they say</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            ({offset, depth, hex, meaning}) =>
              html`<tr>
                <td class="x-soft">${offset}</td>
                <td>${hex}</td>
                <td><span class="x-deep">${'· '.repeat(Math.min(depth, 24))}</span>${meaning}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${lines.length >= linesMax && html`<p class="x-soft">Only the first ${linesMax} items are shown.</p>`}
    <h3>Hex</h3>
    <pre class="x-code x-hex" tabindex="0">${hexDump(bytes)}</pre>`
}

const dumpMax = 8_192

function hexDump(bytes: Uint8Array): string {
  const rows: string[] = []
  for (let at = 0; at < Math.min(bytes.length, dumpMax); at += 16) {
    const row = bytes.subarray(at, at + 16)
    const hex = Array.from(row, byte => byte.toString(16).padStart(2, '0')).join(' ')
    const text = Array.from(row, byte => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '.')).join('')
    rows.push(`${at.toString(16).padStart(5, '0')}  ${hex.padEnd(47)}  ${text}`)
  }
  if (bytes.length > dumpMax) rows.push(`… ${bytes.length - dumpMax} bytes more`)
  return rows.join('\n')
}
