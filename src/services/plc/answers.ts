/** How the directory answers over HTTP: its headers, its two JSON types, and an operation as each of its lists shows it. */
import {setImmediate as nextTurn} from 'node:timers/promises'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {Reply} from '#std/wire/reply.ts'
import type {Sequenced} from './store/operation-store.ts'

const common = {'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff'}

/** Any type of answer, for readers from everywhere. */
export const answer = (
  body: string | null,
  type: string | undefined,
  {status = 200, ...headers}: {status?: number} & Readonly<Record<string, string | number>> = {},
): Response =>
  new Reply(body, {
    status,
    headers: new Headers({...common, ...(type && {'content-type': type}), ...(headers as Record<string, string>)}),
  })

export const json = (body: unknown, type = 'application/json'): Response =>
  answer(JSON.stringify(body), `${type}; charset=utf-8`)

/** Entries that are written before others get their turn of the event loop. */
const betweenTurns = 256

/** A list that may be long, as JSON. */
export async function jsonList<T>(all: readonly T[], shown: (one: T) => object): Promise<Response> {
  const parts: string[] = []
  for (let i = 0; i < all.length; i += betweenTurns) {
    if (i > 0) await nextTurn()
    parts.push(JSON.stringify(all.slice(i, i + betweenTurns).map(shown)).slice(1, -1))
  }
  return answer(`[${parts.join(',')}]`, 'application/json; charset=utf-8')
}

/** `more` stands beside the message. */
export const refusal = (status: number, message: string, more: object = {}): Response =>
  answer(JSON.stringify({message, ...more}), 'application/json; charset=utf-8', {status})

export const preflight = (): Response =>
  answer(null, undefined, {
    status: 204,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': '*',
    'access-control-max-age': '86400',
  })

/** An operation as `/log/audit` and the older form of `/export` give it. */
export const auditEntry = ({did, operation, cid, nullified, takenMs}: Omit<Sequenced, 'seq'>): object => ({
  did,
  operation,
  cid,
  nullified,
  createdAt: datetimeOf(takenMs),
})

/** The newer form, which says its place in the order of all. */
export const sequencedEntry = ({seq, did, operation, cid, takenMs}: Sequenced): object => ({
  did,
  operation,
  cid,
  createdAt: datetimeOf(takenMs),
  seq,
  type: 'sequenced_op',
})

export const about = `This is a PLC directory: the record of did:plc identities (https://web.plc.directory).

  GET  /:did             the DID document
  GET  /:did/data        what the identity says now
  GET  /:did/log         the operations that stand         GET /:did/log/last
  GET  /:did/log/audit   every operation, nullified ones included
  POST /:did             add an operation
  GET  /export           all operations, as JSON lines (?after, ?count)
  WS   /export/stream    the same as they come (?cursor)
`
