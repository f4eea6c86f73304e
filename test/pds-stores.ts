/**
 * Accounts with repositories in the stores of a PDS, made through the seams alone: so that the contracts of the stores
 * say the same of every engine. What a repository holds is made up here; the stores do not look into it.
 */
import {equal, ok} from 'node:assert/strict'
import type {TestContext} from 'node:test'
import type {BlobUse} from '../src/atp/data/blob-uses.ts'
import {toUtf8} from '../src/std/text.ts'
import {Repo} from '../src/atp/repo/repo.ts'
import type {Block} from '../src/atp/mst/blocks.ts'
import {decodeFrame} from '../src/atp/sync/frame.ts'
import {datetimeOf} from '../src/atp/syntax/datetime.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {tidMicros, tidOf} from '../src/atp/syntax/tid.ts'
import type {NewAccount} from '../src/services/pds/store/accounts/account-store.ts'
import type {ImportPlace} from '../src/services/pds/store/imports/import-store.ts'
import type {Committed, RepoCommit} from '../src/services/pds/store/repos/repo-store.ts'
import type {PdsStores} from '../src/services/pds/store/stores.ts'
import {cidFor} from './random.ts'
import {made, signingAt} from './repos.ts'

/** Opens empty stores, which are closed when the test ends. */
export type OpenStores = (context: TestContext) => Promise<PdsStores>

export const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)

/** An account whose name, address and handle come from its DID, with an empty repository. */
export function newAccount(did: Did, more: Partial<NewAccount['account']> = {}, inviteCode?: string): NewAccount {
  const name = did.slice('did:web:'.length)
  const {commit, data, rev, newBlocks} = made(Repo.create(did, signingAt(0)))
  return {
    account: {
      did,
      handle: name as Handle,
      email: `me@${name}`,
      passwordHash: 'hash',
      createdMs: 1,
      deactivatedMs: null,
      deleteAfterMs: null,
      ...more,
    },
    inviteCode,
    repo: {head: {root: commit.cid, data, rev}, blocks: newBlocks, signingKey: new Uint8Array(32).fill(7)},
    events: [],
  }
}

/** Stores with the accounts of alice and bob. */
export async function withTwo(open: OpenStores, context: TestContext): Promise<PdsStores> {
  const stores = await open(context)
  for (const did of [alice, bob]) equal(await stores.accounts.create(newAccount(did)), 'done')
  return stores
}

export interface PutRecord {
  path: string
  bytes?: Uint8Array
  blobs?: readonly BlobUse[]
  subject?: string
  isNew?: boolean
}

const putOf = ({
  path,
  bytes = toUtf8(path),
  blobs = [],
  subject,
  isNew = true,
}: PutRecord): RepoCommit['put'][number] => ({
  path,
  cid: cidFor(`record ${path} ${bytes.length}`),
  bytes,
  blobs,
  subject,
  isNew,
})

/** A commit on top of what is there, with one node of its own. */
export async function commitOf(
  {repos}: PdsStores,
  did: Did,
  put: readonly PutRecord[],
  deleted: readonly string[] = [],
): Promise<RepoCommit> {
  const before = await repos.head(did)
  ok(before)
  const rev = tidOf(tidMicros(before.rev) + 1, 0)
  const root = cidFor(`commit ${did} ${rev}`)
  const data = cidFor(`data ${did} ${rev}`)
  return {
    did,
    prev: before.root,
    head: {root, data, rev},
    newNodes: [{cid: root, bytes: toUtf8(`commit ${rev}`)}],
    oldNodes: [before.root, before.data],
    put: put.map(putOf),
    deleted,
    event: {
      t: '#commit',
      did,
      time: datetimeOf(0),
      rev,
      since: before.rev,
      commit: root,
      blocks: new Uint8Array(1),
      ops: [],
    },
  }
}

export const commit = async (
  stores: PdsStores,
  did: Did,
  put: readonly PutRecord[],
  deleted: readonly string[] = [],
): Promise<Committed> => stores.repos.commit(await commitOf(stores, did, put, deleted))

/** Writes these blocks in one act of an import. */
export async function fill(
  imports: PdsStores['imports'],
  place: ImportPlace,
  {nodes = [], early = []}: {nodes?: readonly Block[]; early?: readonly Block[]},
  rev = tidOf(1, 1),
): Promise<void> {
  const batch = imports.batch(place)
  batch.rev = rev
  for (const block of nodes) batch.node(block)
  for (const block of early) batch.early(block)
  await imports.fill(batch)
}

/** Puts a repository of these records in the place of the account's own, as an import does. */
export async function adopt({imports, repos}: PdsStores, did: Did, records: readonly PutRecord[]): Promise<void> {
  const before = await repos.head(did)
  ok(before)
  const rev = tidOf(tidMicros(before.rev) + 1, 0)
  const place = await imports.begin()
  const put = records.map(putOf)
  const batch = imports.batch(place)
  batch.rev = rev
  for (const record of put) {
    batch.record(record)
    batch.lookup(record.cid, record.path)
    if (record.subject !== undefined) batch.link(record.path, record.subject)
  }
  await imports.fill(batch)
  const root = cidFor(`import ${did} ${rev}`)
  const outcome = await imports.adopt({
    did,
    place,
    prev: before.root,
    head: {root, data: cidFor('data'), rev},
    commit: {cid: root, bytes: new Uint8Array(1)},
    event: {t: '#sync', did, rev, blocks: new Uint8Array(1), time: datetimeOf(0)},
  })
  equal(outcome, 'done')
  await imports.end(place)
}

/** Sweeps until nothing is left to sweep. */
export async function sweep({imports}: Pick<PdsStores, 'imports'>): Promise<void> {
  for (const tree of await imports.strays()) while (await imports.removeSome(tree));
}

type Told = {t: string; body: Record<string, unknown>}

async function toldAfter({events}: Pick<PdsStores, 'events'>, seq: number): Promise<Told[]> {
  const all: Told[] = []
  for (let after = seq; ;) {
    const {lastSeq, frames} = await events.pageAfter(after)
    if (!frames) return all
    for (const frame of frames.frames()) all.push(decodeFrame(frame) as Told)
    after = lastSeq
  }
}

/** The events that are kept after `seq`, as `#type did`. */
export const eventsAfter = async (stores: Pick<PdsStores, 'events'>, seq = 0): Promise<string[]> =>
  (await toldAfter(stores, seq)).map(({t, body}) => `${t} ${String(body.did ?? body.repo)}`)

/** The same as what each of them says. */
export const eventBodiesAfter = async (stores: Pick<PdsStores, 'events'>, seq = 0): Promise<Told['body'][]> =>
  (await toldAfter(stores, seq)).map(({body}) => body)
