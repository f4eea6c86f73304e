/**
 * The rows of a CSV file of times (RFC 4180): `uri,timestamp,scope,cid` in any order, of which the last two may be left out.
 * What is no row is counted and passed over; a file whose columns are others, or that has a quote which does not end, is
 * refused whole, for nobody can say what its rows mean.
 */
import {createReadStream} from 'node:fs'
import {createInterface} from 'node:readline'
import {isCid} from '#atp/data/cid.ts'
import {isAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {isDatetime} from '#atp/syntax/datetime.ts'
import {isDid} from '#atp/syntax/did.ts'

/** What one row says: of every version of a record, or of the one of this CID. */
export interface TimestampRow {
  readonly did: string
  /** `collection/rkey`. */
  readonly path: string
  readonly micros: number
  readonly cid: string | undefined
}

/** Why a file is refused. */
class BadFile extends Error {
  override readonly name = 'BadFile'
}

const columns = ['uri', 'timestamp', 'scope', 'cid'] as const
type Column = (typeof columns)[number]
/** Characters of one line: a row has a few hundred. */
const lineMax = 16_384

/** The fields of a line. Throws `BadFile` for a quote that stands where none may. */
export function fieldsOf(line: string): string[] {
  const fields: string[] = []
  for (let at = 0; ; at++) {
    if (line[at] === '"') {
      const [quoted] = /^"(?:[^"]|"")*"/.exec(line.slice(at)) ?? []
      at += quoted?.length ?? 0
      if (quoted === undefined || (at < line.length && line[at] !== ',')) throw new BadFile('A quote does not end.')
      fields.push(quoted.slice(1, -1).replaceAll('""', '"'))
    } else {
      const end = line.indexOf(',', at)
      const field = line.slice(at, end < 0 ? undefined : end)
      if (field.includes('"')) throw new BadFile('A quote stands within a field.')
      fields.push(field)
      at += field.length
    }
    if (at >= line.length) return fields
  }
}

function placesOf(line: string): Map<Column, number> {
  const places = new Map<Column, number>()
  for (const [i, name] of fieldsOf(line.replace(/^\uFEFF/, '')).entries()) {
    const column = columns.find(known => known === name.trim())
    if (!column || places.has(column))
      throw new BadFile(`The column ${JSON.stringify(name.slice(0, 40))} is not known, or comes twice.`)
    places.set(column, i)
  }
  if (!places.has('uri') || !places.has('timestamp')) throw new BadFile('The columns uri and timestamp are needed.')
  return places
}

/** `2022-01-02T03:04:05.123456Z` in microseconds since 1970, which `Date` would cut to milliseconds. */
export function microsOf(text: string): number | undefined {
  if (!isDatetime(text)) return undefined
  const [, digits = ''] = /\.(\d+)/.exec(text) ?? []
  const wholeMs = Date.parse(text.replace(/\.\d+/, ''))
  const micros = wholeMs * 1_000 + Number(digits.slice(0, 6).padEnd(6, '0'))
  return Number.isSafeInteger(micros) && micros > 0 ? micros : undefined
}

function rowOf(places: ReadonlyMap<Column, number>, fields: readonly string[]): TimestampRow | undefined {
  const field = (name: Column): string => fields[places.get(name) ?? -1] ?? ''
  const uri = field('uri')
  const micros = microsOf(field('timestamp'))
  const scope = field('scope') || 'all_versions'
  if (micros === undefined || !isAtUri(uri)) return undefined
  const {authority: did, collection, rkey} = parseAtUri(uri)
  if (!isDid(did) || collection === undefined || rkey === undefined) return undefined
  const at = {did, path: `${collection}/${rkey}`, micros}
  if (scope === 'all_versions') return {...at, cid: undefined}
  const cid = field('cid')
  return scope === 'specific_version' && isCid(cid) ? {...at, cid} : undefined
}

/** Its rows; `undefined` for each that is none. Throws `BadFile`, and rejects as the disk does. */
export async function* timestampRows(path: string, signal: AbortSignal): AsyncGenerator<TimestampRow | undefined> {
  const input = createReadStream(path, {signal})
  let places: Map<Column, number> | undefined
  try {
    for await (const line of createInterface({input, crlfDelay: Infinity})) {
      if (line.length > lineMax) throw new BadFile(`A line has more than ${lineMax} characters.`)
      if (!places) places = placesOf(line)
      else if (line !== '') yield rowOf(places, fieldsOf(line))
    }
  } finally {
    input.destroy()
  }
  if (!places) throw new BadFile('It is empty.')
}
