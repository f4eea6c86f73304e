/** A PDS whose disk is full: what is asked of it is answered, what is written is refused by a name that says why. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Keypair} from '#atp/crypto/key.ts'
import {Repo} from '#atp/repo/repo.ts'
import {parseDid} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {TidClock} from '#atp/syntax/tid.ts'
import {openSql} from '#engines/open.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {realWorld} from '#std/world.ts'
import {Repos} from './repos/repos.ts'
import {pdsMigrations} from './store/schema.ts'
import {sqlitePdsStores} from './store/stores.sqlite.ts'

const did = parseDid('did:plc:ewvi7nxzyoun6zhxrhs64oiz')
const collection = 'app.bsky.feed.post' as Nsid

test('on a full disk every write is refused as that, and as nothing else, until there is room', async () => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  const stores = sqlitePdsStores(sql)
  const {repos: store, keys, blobs} = stores
  const signer = Keypair.generate('k256', realWorld.random)
  const first = Repo.create(did, {signer, rev: new TidClock(realWorld, 0).next()})
  assert.ok(first.ok)
  const account = {did, handle: null, email: null, passwordHash: null, createdMs: 0, deactivatedMs: null}
  await stores.accounts.create({
    account: {...account, deleteAfterMs: null},
    inviteCode: undefined,
    repo: {
      head: {root: first.commit.cid, data: first.data, rev: first.rev},
      blocks: first.newBlocks,
      signingKey: signer.export(),
    },
    events: [],
  })
  const repos = new Repos(store, keys, blobs, realWorld, 0, () => {})
  const post = (rkey: string, text: string) =>
    repos.write(did, [{action: 'create', collection, rkey: rkey as RecordKey, record: {$type: collection, text}}])
  const pagesMax = (pages: number) => sql.write(tx => void tx.get(`PRAGMA max_page_count = ${pages}`))

  assert.ok((await post('a', 'small')).ok)
  await pagesMax(1) // as few as it has
  // Each stands on what the one before would have made, and they fall into several groups.
  const writing: Promise<unknown>[] = []
  for (let i = 0; i < 40; i++) {
    writing.push(post(`b${i}`, 'big '.repeat(20_000)).catch((error: unknown) => error))
    if (i % 3 === 0) await new Promise(setImmediate)
  }
  const outcomes = await Promise.all(writing)
  assert.deepEqual(
    outcomes.filter(outcome => !(outcome instanceof OutOfSpace)),
    [],
  )
  assert.equal((await store.record(did, `${collection}/a`))?.path, `${collection}/a`)
  await pagesMax(10_000)
  assert.ok((await post('c', 'big '.repeat(20_000))).ok)
  assert.equal((await store.records(did, {collection, after: undefined, limit: 9, ascending: true})).records.length, 2)
  await sql.close()
})
