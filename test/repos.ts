/** Whole repositories for tests: made from a seed, stored in memory. */
import {useNativeCrypto} from '../src/engines/crypto/native.ts'
import type {Cid} from '../src/atp/data/cid.ts'
import type {ValueMap} from '../src/atp/data/value.ts'
import {Keypair} from '../src/atp/crypto/key.ts'
import {BlockMap} from '../src/atp/mst/blocks.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Nsid} from '../src/atp/syntax/nsid.ts'
import type {RecordKey} from '../src/atp/syntax/record-key.ts'
import {tidOf} from '../src/atp/syntax/tid.ts'
import {Repo, type RepoChange, type RepoWrite, type WriteConflict} from '../src/atp/repo/repo.ts'

useNativeCrypto()

export const testDid = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
export const testKey = Keypair.import('k256', new Uint8Array(32).fill(7))
export const signingAt = (step: number) => ({signer: testKey, rev: tidOf(1_700_000_000_000_000 + step, 3)})

const collections = ['app.bsky.feed.post', 'app.bsky.feed.like', 'app.bsky.graph.follow'] as Nsid[]

export function writeOf(action: RepoWrite['action'], n: number, text: string): RepoWrite {
  const collection = collections[n % collections.length]
  const rkey = tidOf(1_600_000_000_000_000 + n * 7919, 1) as RecordKey
  const record: ValueMap = {$type: collection, text}
  return action === 'delete' || action === 'remove' ? {action, collection, rkey} : {action, collection, rkey, record}
}

/** A write of any record at any path. */
export const createOf = (collection: string, rkey: string, record: ValueMap): RepoWrite => ({
  action: 'create',
  collection: collection as Nsid,
  rkey: rkey as RecordKey,
  record,
})

/** The change, where a conflict would be a mistake of the test. */
export function made(outcome: RepoChange | WriteConflict): RepoChange {
  if (!outcome.ok) throw new Error(`${outcome.reason} ${outcome.path}`)
  return outcome
}

export function store(change: RepoChange, blocks: BlockMap): void {
  for (const {cid, bytes} of change.newBlocks) blocks.set(cid, bytes)
}

/** A repository of `count` records, all of whose blocks are in `blocks`. */
export function madeRepo(count: number, blocks = new BlockMap()): {repo: Repo; root: Cid; blocks: BlockMap} {
  const writes = Array.from({length: count}, (_, n) => writeOf('create', n, `record ${n}`))
  const change = made(Repo.create(testDid, signingAt(0), writes))
  store(change, blocks)
  return {repo: change.repo, root: change.repo.root, blocks}
}

export async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await Array.fromAsync(chunks))
}

export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.slice(at, at + size)
}
