/**
 * Events as an index takes them from a firehose, made without a tree or a key: what is tested or measured with them
 * comes after the checks.
 */
import {encodeCbor} from '../src/atp/data/cbor-encode.ts'
import {cidOf, codecs} from '../src/atp/data/cid.ts'
import type {Value} from '../src/atp/data/value.ts'
import {BlockMap} from '../src/atp/mst/blocks.ts'
import type {RepoOp} from '../src/atp/sync/event.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import {tidOf, type Tid} from '../src/atp/syntax/tid.ts'
import type {StreamCommit} from '../src/stream/verified-events.ts'

const startMs = Date.parse('2026-01-01T00:00:00Z')

/** One account, whose commits are a second apart. */
export class Author {
  readonly did: Did
  #count = 0
  #rev: Tid | null = null

  constructor(did: string) {
    this.did = did as Did
  }

  /** A record key of this account; the same number gives the same key. */
  rkey(number: number): string {
    return tidOf(startMs * 1000 + number, 0)
  }

  uri(collection: string, number: number): string {
    return `at://${this.did}/${collection}/${this.rkey(number)}`
  }

  /** `writes` gives records by `collection/rkey`; null deletes. `since` is what the commit before was. */
  commit(writes: Readonly<Record<string, Value>>): StreamCommit {
    const ms = startMs + ++this.#count * 1000
    const carried = new BlockMap()
    const ops: RepoOp[] = []
    for (const [path, value] of Object.entries(writes)) {
      if (value === null) ops.push({action: 'delete', path, cid: null})
      else {
        const bytes = encodeCbor(value)
        const cid = cidOf(codecs.cbor, bytes)
        carried.set(cid, bytes)
        ops.push({action: 'create', path, cid})
      }
    }
    const since = this.#rev
    const rev = tidOf(ms * 1000, 1)
    this.#rev = rev
    return {t: '#commit', seq: 1, did: this.did, time: datetimeOf(ms), rev, since, ops, carried}
  }
}
