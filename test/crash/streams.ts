/**
 * Consumers of the relay and of Jetstream, as anybody may run them: they note what they are given, and come back after a
 * crash by the cursor of the last thing that they noted.
 */
import assert from 'node:assert/strict'
import {createHash} from 'node:crypto'
import type {PublicKey} from '#atp/crypto/key.ts'
import type {Cid} from '#atp/data/cid.ts'
import {followCommit, type ChainState} from '#atp/sync/chain.ts'
import {readRepoFrame, verifyCommitEvent} from '#atp/sync/verify.ts'
import {eachFrame} from '#std/wire/frames.ts'
import type {World} from '#std/world.ts'

type Subscribes = Pick<World, 'subscribe'>
type Take = (frame: Uint8Array | string) => boolean | void

/** Reads a stream until it ends, `signal` aborts or `take` answers true. A connection that is cut is no fault here. */
async function read(world: Subscribes, url: string, signal: AbortSignal, take: Take): Promise<void> {
  const own = new AbortController()
  const either = AbortSignal.any([signal, own.signal])
  try {
    const frames = await world.subscribe(new Request(url), either)
    assert.ok(!(frames instanceof Response), 'the stream is opened')
    for await (const frame of eachFrame(frames)) if (take(frame) === true || either.aborted) break
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error
  } finally {
    own.abort()
  }
}

/** Everything that a relay gives out, from its first event on. */
export class RelayConsumer {
  /** The commits in order, and of each account its chain so far. */
  readonly commits: {did: string; rev: string; commit: string; ops: string[]}[] = []
  readonly chains = new Map<string, ChainState>()
  readonly #hashes: string[] = []
  readonly #url: string
  readonly #keyOf: (did: string) => Promise<PublicKey>

  constructor(url: string, keyOf: (did: string) => Promise<PublicKey>) {
    this.#url = url
    this.#keyOf = keyOf
  }

  /** The number of the last event. */
  get last(): number {
    return this.#hashes.length
  }

  /** Follows from the last event noted. */
  async follow(world: Subscribes, signal: AbortSignal): Promise<void> {
    let noted = Promise.resolve()
    await read(world, this.#at(this.last), signal, frame => {
      noted = noted.then(() => this.#note(frame as Uint8Array))
      noted.catch(() => {}) // told of below
    })
    // A directory that was killed too cannot tell the key of a new account; what is not noted is asked for again.
    await noted.catch((error: unknown) => {
      if (error instanceof assert.AssertionError) throw error
    })
  }

  /** Reads again what followed `cursor` and holds it against what was noted. */
  async replay(world: Subscribes, cursor: number, signal: AbortSignal): Promise<void> {
    let seq = cursor
    if (cursor >= this.last) return
    await read(world, this.#at(cursor), signal, frame => {
      assert.equal(hashOf(frame as Uint8Array), this.#hashes[seq], `event ${seq + 1} is still what it was`)
      return ++seq === this.last
    })
    assert.equal(seq, this.last, `a replay from ${cursor} comes to the end`)
  }

  #at(cursor: number): string {
    return `${this.#url}/xrpc/com.atproto.sync.subscribeRepos?cursor=${cursor}`
  }

  async #note(frame: Uint8Array): Promise<void> {
    const result = readRepoFrame(frame)
    assert.ok(result.ok && result.event && result.event.t !== '#info', 'the relay gives events')
    const {event} = result
    assert.equal(event.seq, this.last + 1, 'no event of the relay is missed or comes twice')
    const key = event.t === '#commit' ? await this.#keyOf(event.did) : undefined
    this.#hashes.push(hashOf(frame))
    if (event.t === '#sync') {
      // That of a new account; any other stands for commits that were lost on the way to the relay.
      assert.equal(this.chains.get(event.did)?.rev, event.rev, `event ${event.seq} tells of nothing that was lost`)
    }
    if (event.t !== '#commit' || !key) return
    const verified = verifyCommitEvent(event, key, {nowMs: Date.now()})
    assert.ok(verified.ok, `event ${event.seq} is sound: ${verified.ok ? '' : verified.detail}`)
    const {verdict, state} = followCommit(this.chains.get(event.did), event, verified.data)
    assert.ok(verdict === 'ok' || (verdict === 'first' && event.since === null), `event ${event.seq} is ${verdict}`)
    this.chains.set(event.did, state)
    const {did, rev, commit} = event
    const ops = event.ops.map(({action, path, cid}) => [did, rev, action, path, textOf(cid)].join(' '))
    this.commits.push({did, rev, commit: commit.toString(), ops})
  }
}

/** The changes of records that a Jetstream tells of, from its first event on. */
export class JetstreamConsumer {
  readonly ops: string[] = []
  readonly #url: string
  #cursor = 1

  constructor(url: string) {
    this.#url = url
  }

  async follow(world: Subscribes, signal: AbortSignal): Promise<void> {
    const cursor = this.#cursor
    await read(world, `${this.#url}/subscribe?cursor=${cursor}`, signal, frame => {
      const event = JSON.parse(frame as string) as JetstreamEvent
      // The cursor names the first event wanted, so the last one noted comes once more.
      if (event.time_us === cursor) return
      assert.ok(event.time_us > this.#cursor, 'Jetstream repeats nothing')
      this.#cursor = event.time_us
      if (!event.commit) return
      const {rev, operation, collection, rkey, cid = ''} = event.commit
      this.ops.push([event.did, rev, operation, `${collection}/${rkey}`, cid].join(' '))
    })
  }
}

interface JetstreamEvent {
  time_us: number
  did: string
  commit?: {rev: string; operation: string; collection: string; rkey: string; cid?: string}
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64')
const textOf = (cid: Cid | null): string => cid?.toString() ?? ''
