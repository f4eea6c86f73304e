/** The records of one collection, as the server of their account lists them: newest first. */
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {parseAtUri} from '#atp/syntax/at-uri.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {Identities} from '#sdk/identity.ts'
import {Repo} from '#sdk/records.ts'
import type {Places} from '#std/waiting/places.ts'
import type {World} from '#std/world.ts'
import {Client} from '#xrpc/client.ts'

export interface RepoRecordsDeps {
  readonly identities: Pick<Identities, 'account'>
  /** For URLs that strangers name. */
  readonly guarded: Pick<World, 'fetch'>
  /** By the server that is asked. */
  readonly places: Places
}

export interface ListedRecord {
  readonly rkey: string
  readonly value: object
}

/** Servers that are asked at a time. */
export const recordPlaces = {max: 32, perKeyMax: 4, perGroupMax: 16, waitingMax: 1_000, waitingPerKeyMax: 200} as const
const pageMax = 100
/** Bytes of a page of a hundred small records. */
const pageSizeMax = 512 * 1024

export class RepoRecords {
  readonly #deps: RepoRecordsDeps

  constructor(deps: RepoRecordsDeps) {
    this.#deps = deps
  }

  /** Up to `countMax` of them. Rejects where they cannot be had. */
  async list(did: Did, collection: string, countMax: number, signal: AbortSignal): Promise<ListedRecord[]> {
    const {client, host} = await this.#server(did, signal)
    const repo = new Repo(client, did)
    const found: ListedRecord[] = []
    let cursor: string | undefined
    do {
      const options = {limit: pageMax, cursor, signal}
      const page = await this.#deps.places.with(host, () => repo.uncheckedPage(collection, options), signal)
      for (const {uri, value} of page.records) found.push({rkey: parseAtUri(uri).rkey ?? '', value})
      cursor = page.cursor
    } while (cursor !== undefined && found.length < countMax)
    return found.slice(0, countMax)
  }

  /** One record. Rejects where it cannot be had. */
  async get(did: Did, collection: string, rkey: string, signal: AbortSignal): Promise<object> {
    const {client, host} = await this.#server(did, signal)
    const params = {repo: did, collection: collection as Nsid, rkey: rkey as RecordKey}
    const ask = () => client.query(getRecord, params, {signal})
    return (await this.#deps.places.with(host, ask, signal)).value as object
  }

  async #server(did: Did, signal: AbortSignal): Promise<{client: Client; host: string}> {
    const {identities, guarded} = this.#deps
    const found = await identities.account(did, {signal})
    const pds = found.ok ? found.value.pds : undefined
    if (pds === undefined) throw new Error(`The server of ${did} cannot be found.`)
    return {
      client: new Client({service: pds, fetch: guarded.fetch, answerSizeMax: pageSizeMax}),
      host: new URL(pds).host,
    }
  }
}
