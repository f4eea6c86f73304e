/**
 * The history of an identity as a primary shows it, taken apart entry by entry. It may be megabytes, whose reading in one go
 * would hold up everybody who asks this replica for anything.
 */
import {AuditReplay} from '#atp/plc/log.ts'
import type {Did} from '#atp/syntax/did.ts'
import {readLine, type Line} from './judge.ts'
import {parsedLine} from './primary.ts'

export interface Audit {
  /** What could be read of it, in its order. */
  readonly lines: readonly Line[]
  readonly verdict: ReturnType<AuditReplay['verdict']>
}

/** Entries that are read before others get their turn, and characters between two entries. */
const betweenTurns = 4
const gapMax = 1_000
/** Characters of an entry, of which fewer are read: see `parsedLine`. */
const lengthMax = 300_000
/** More than `historyMax`: that there are too many is for the verdict to say. */
const entriesMax = 12_000

/** Reads `text`, which claims to be the JSON of an audit log, as far as it is one. */
export async function readAudit(did: Did, text: string, turn: () => Promise<unknown>): Promise<Audit> {
  const replay = new AuditReplay(did)
  const lines: Line[] = []
  let count = 0
  for (const part of entriesOf(text)) {
    if (count++ % betweenTurns === 0) await turn()
    const json = parsedLine(part)
    replay.add(json)
    if (json === undefined || count > entriesMax) break
    const line = readLine(json)
    if (line) lines.push(line)
  }
  return {lines, verdict: replay.verdict()}
}

/** No JSON: where a text is no list, or not any more. */
const garbage = ''

/** The texts of the entries of a list in JSON. Whether each is JSON is open. */
function* entriesOf(text: string): Generator<string> {
  let at = skip(text, 0)
  if (text[at] !== '[') return yield garbage
  at = skip(text, at + 1)
  if (text[at] === ']') return
  for (;;) {
    const end = endOf(text, at)
    yield text.slice(at, end)
    at = skip(text, end)
    if (text[at] === ']') return
    if (text[at] !== ',') return yield garbage
    at = skip(text, at + 1)
  }
}

/** The place after white space, of which no directory sends more than a little. */
function skip(text: string, from: number): number {
  let at = from
  while (at < from + gapMax && ' \n\r\t'.includes(text[at] ?? 'x')) at++
  return at
}

/** Where the value that begins here ends: at the comma or bracket that is within no text and no bracket of its own. */
function endOf(text: string, from: number): number {
  let depth = 0
  let isText = false
  const until = Math.min(text.length, from + lengthMax)
  for (let at = from; at < until; at++) {
    const char = text[at]
    if (isText) {
      if (char === '\\') at++
      else if (char === '"') isText = false
    } else if (char === '"') isText = true
    else if (char === '{' || char === '[') depth++
    else if (depth === 0 && (char === ',' || char === ']')) return at
    else if (char === '}' || char === ']') depth--
  }
  return until
}
