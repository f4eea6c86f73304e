/**
 * All that a PDS tells of itself, from cursor 0: every event is as it was, each commit follows the one before it and is
 * signed by its account, and the last one told of is where the repository stands.
 */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import type {PublicKey} from '#atp/crypto/key.ts'
import {followCommit, type ChainState} from '#atp/sync/chain.ts'
import {readRepoFrame, verifyCommitEvent} from '#atp/sync/verify.ts'
import {eachFrame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'

const quietMs = 30_000

export class Firehose {
  /** By seq: what was told before, which is never told otherwise. */
  readonly #told = new Map<number, string>()

  /**
   * Reads to the event `end`. The repositories stand where `revs` says; `commits` are revisions that were acknowledged.
   */
  async check(
    world: Pick<World, 'subscribe'>,
    url: string,
    keyOf: (did: string) => Promise<PublicKey>,
    revs: ReadonlyMap<string, string>,
    commits: readonly {did: string; rev: string; cid: string}[],
    end: number,
  ): Promise<void> {
    const newest = new Map<string, string>()
    const chains = new Map<string, ChainState>()
    const seen = new Map<string, string>()
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, AbortSignal.timeout(quietMs)])
    let last = 0
    const frames = await world.subscribe(new Request(`${url}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`), signal)
    assert.ok(!(frames instanceof Response), 'the stream is opened')
    try {
      for await (const frame of eachFrame(frames)) {
        const result = readRepoFrame(frame as Uint8Array)
        assert.ok(result.ok && result.event && result.event.t !== '#info', 'the firehose gives events')
        const {event} = result
        assert.ok(event.seq > last, `event ${event.seq} comes after ${last}`)
        last = event.seq
        const hash = createHash('sha256')
          .update(frame as Uint8Array)
          .digest('base64')
        assert.equal(this.#told.get(last) ?? hash, hash, `event ${last} is still what it was`)
        this.#told.set(last, hash)
        if (event.t === '#sync') {
          newest.set(event.did, event.rev)
          const known = chains.get(event.did)
          // One that tells of an import starts a new chain.
          if (known?.rev !== event.rev) chains.delete(event.did)
        }
        if (event.t === '#commit') {
          const {did, rev, commit} = event
          const verified = verifyCommitEvent(event, await keyOf(did), {nowMs: Date.now()})
          assert.ok(verified.ok, `event ${last} is sound: ${verified.ok ? '' : verified.detail}`)
          const {verdict, state} = followCommit(chains.get(did), event, verified.data)
          assert.ok(verdict === 'ok' || verdict === 'first', `event ${last} of ${did} is ${verdict}`)
          chains.set(did, state)
          seen.set(`${did} ${rev}`, commit.toString())
          newest.set(did, rev)
        }
        if (last >= end) break
      }
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      over.abort()
    }
    const told = new Map([...revs.keys()].map(did => [did, newest.get(did)]))
    assert.deepEqual(told, new Map(revs), 'the firehose tells of every repository where it stands, and no further')
    for (const {did, rev, cid} of commits) assert.equal(seen.get(`${did} ${rev}`), cid, `${did} ${rev} is told of`)
  }
}
