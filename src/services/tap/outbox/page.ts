/**
 * Events of one account in a row, as they are kept and handed out. What they have in common is said once (`head`); an
 * event's text is `{"id":` and its number, then the head, then its own part of the body. Numbers are given when a page is
 * put into the outbox, the revision is known when a repository has been fetched, so neither is in the body.
 */
import {joinJson} from '#atp/data/cbor-json.ts'
import type {Cid} from '#atp/data/cid.ts'
import {emptyBytes} from '#std/bytes.ts'
import {Malformed} from '#std/malformed.ts'

export type Action = 'create' | 'update' | 'delete'

/** A record's change, as it is to be told. */
export interface Change {
  readonly collection: string
  readonly rkey: string
  readonly action: Action
  /** Of the new version, with its bytes; none where it is deleted. */
  readonly cid?: Cid
  readonly bytes?: Uint8Array
}

/** Own parts of events, one after the other. */
export interface Body {
  /** Where each ends in `bytes`. */
  readonly ends: Uint32Array<ArrayBuffer>
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** Events of a page, and bytes of its body, about: what has to be acknowledged before any of it is forgotten. */
const pageCountMax = 256
const pageSizeMax = 64 * 1024
/** Bytes of an event beside its record, about. */
const aroundLikely = 200

/**
 * The parts of these changes, some of them or all; `used` is how many. A record that cannot be read is left out, and
 * told to `unreadable`, which gives its place.
 */
export function bodyOf(
  changes: readonly Change[],
  start: number,
  unreadable: (at: number) => void,
): {readonly body: Body; readonly used: number} {
  const ends: number[] = []
  let at = start
  const most = Math.min(changes.length, start + pageCountMax)
  let likely = 0
  for (let i = start; i < most && likely < pageSizeMax; i++) likely += (changes[i].bytes?.length ?? 0) + aroundLikely
  const bytes = joinJson(json => {
    for (; at < most && json.size() < pageSizeMax; at++) {
      const {collection, rkey, action, cid, bytes} = changes[at]
      const before = json.size()
      json.ascii(`"collection":"${collection}","rkey":"${rkey}","action":"${action}"`)
      if (cid && bytes) {
        json.ascii(',"record":')
        try {
          json.cborLenient(bytes, 0, bytes.length)
        } catch (error) {
          if (!(error instanceof Malformed)) throw error
          json.cutTo(before)
          unreadable(at)
          continue
        }
        json.ascii(',"cid":"')
        json.cid(cid.bytes, 0)
        json.ascii('"')
      }
      json.ascii('}}')
      ends.push(json.size())
    }
  }, likely)
  return {body: {ends: Uint32Array.from(ends), bytes}, used: at - start}
}

export const recordHead = (isLive: boolean, did: string, rev: string): string =>
  `,"type":"record","record":{"live":${isLive},"did":"${did}","rev":"${rev}",`

/** The body of a page of one event that is all in its head. */
export const wholeInHead: Body = {ends: Uint32Array.of(0), bytes: emptyBytes}

/** An event that is not of a record: `name` is its type, and the name of what it holds. */
export const plainHead = (name: 'identity' | 'repo', said: object): string =>
  `,"type":"${name}","${name}":${JSON.stringify(said)}}`

/** A page as the outbox has it. */
export interface Page {
  /** Of its first event; the others follow without a gap. */
  readonly id: number
  readonly did: string
  /** Whether each of its events waits for all before it of its account, and those after it for it. */
  readonly isLive: boolean
  readonly head: string
  readonly body: Body
}

/** Frees the memory of a page that nobody will look at again: left to the collection of garbage there is much of it. */
export function freePage({body: {bytes}}: Pick<Page, 'body'>): void {
  if (bytes.length > 0 && bytes.length === bytes.buffer.byteLength) bytes.buffer.transfer(0)
}

export const countOf = ({body}: Pick<Page, 'body'>): number => body.ends.length

/** What stands before the body's part in the text of the page's event `index`. */
export const eventStart = ({id, head}: Page, index: number): string => `{"id":${id + index}${head}`

/** The whole text of an event. */
export function eventText(page: Page, index: number): string {
  const {ends, bytes} = page.body
  const part = bytes.subarray(index === 0 ? 0 : ends[index - 1], ends[index])
  return eventStart(page, index) + utf8.decode(part)
}
const utf8 = new TextDecoder()

/** Bytes of the texts of the events `from` to `to`, about. */
export const textSize = ({head, body: {ends}}: Page, from: number, to: number): number =>
  ends[to - 1] - (from === 0 ? 0 : ends[from - 1]) + (to - from) * (head.length + 16)
