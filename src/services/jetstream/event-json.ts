/**
 * Events as Jetstream tells them (v1 of its wire): one JSON text for each change of a record. A `#sync` is written in the
 * same form, for those who read by `subscribeEvents`: v1 has no word for it.
 */
import {cborToJsonLenient} from '#atp/data/cbor-json.ts'
import type {Cid} from '#atp/data/cid.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {AccountEvent, IdentityEvent, RepoOp} from '#atp/sync/event.ts'
import type {StreamCommit, StreamEvent, StreamSync} from '#stream/verified-events.ts'
import {Malformed} from '#std/malformed.ts'
import {emptyBytes} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {toBase64} from '#std/encoding/base64.ts'

/** What stands where a collection would, of a `#sync`. */
export const syncCollection = '$sync'

/** What to say of one event, but for its time. */
export interface Told {
  readonly did: string
  /** Of a record's change; undefined for accounts and identities, which pass every filter of collections. */
  readonly collection: Nsid | typeof syncCollection | undefined
  /** From `"kind"` on to the end of the object: in ASCII, then in UTF-8, then a CID as text, then in ASCII. */
  readonly before: string
  readonly json: Uint8Array
  readonly cid?: Cid
  readonly after: string
}

/** What is told of an event: one thing for each op of a commit, and nothing of what is no event of an account. */
export function toldOf(event: StreamEvent): Told[] {
  switch (event.t) {
    case '#commit':
      return event.ops.flatMap(op => changeOf(event, op) ?? [])
    case '#identity':
      return [
        {
          did: event.did,
          collection: undefined,
          after: '}',
          before: '"kind":"identity","identity":',
          json: toUtf8(identityOf(event)),
        },
      ]
    case '#account':
      return [
        {
          did: event.did,
          collection: undefined,
          after: '}',
          before: '"kind":"account","account":',
          json: toUtf8(accountOf(event)),
        },
      ]
    case '#sync':
      return [
        {
          did: event.did,
          collection: syncCollection,
          after: '}',
          before: '"kind":"sync","sync":',
          json: toUtf8(syncJson(event)),
        },
      ]
    default:
      return []
  }
}

const identityOf = ({did, handle, seq, time}: IdentityEvent): string =>
  JSON.stringify({did, ...(handle ? {handle} : {}), seq, time})

const accountOf = ({active, did, seq, time, status}: AccountEvent): string =>
  JSON.stringify({active, did, seq, time, ...(status ? {status} : {})})

const syncJson = ({blocks = emptyBytes, did, rev, seq, time}: StreamSync): string =>
  JSON.stringify({blocks: {$bytes: toBase64(blocks)}, did, rev, seq, time})

/** `undefined` for a record that is not there, or cannot be read. Everything else in the text is of plain characters. */
function changeOf({did, rev, carried}: StreamCommit, {action, path, cid}: RepoOp): Told | undefined {
  const slash = path.indexOf('/')
  const collection = path.slice(0, slash) as Nsid
  const start = `"kind":"commit","commit":{"rev":"${rev}","operation":"${action}","collection":"${collection}","rkey":"${path.slice(slash + 1)}"`
  if (!cid) return {did, collection, before: start, json: emptyBytes, after: '}}'}
  const block = carried.get(cid)
  const json = block && recordJson(block)
  return json && {did, collection, before: `${start},"record":`, json, cid, after: '"}}'}
}

function recordJson(block: Uint8Array): Uint8Array | undefined {
  try {
    return cborToJsonLenient(block)
  } catch (error) {
    if (error instanceof Malformed) return undefined
    throw error
  }
}
