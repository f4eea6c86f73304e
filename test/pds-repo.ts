/** One account with a repository in the database of a PDS, and nothing around it: for tests of what writes to both. */
import type {TestContext} from 'node:test'
import {openSqlite} from '../src/engines/sql/sqlite.ts'
import type {Sql} from '../src/engines/sql/sql.ts'
import type {AccountStore} from '../src/services/pds/store/accounts/account-store.ts'
import type {BlobRowStore} from '../src/services/pds/store/repos/blob-row-store.ts'
import type {RepoStore} from '../src/services/pds/store/repos/repo-store.ts'
import type {KeyStore} from '../src/services/pds/store/accounts/key-store.ts'
import {pdsMigrations} from '../src/services/pds/store/schema.ts'
import {sqlitePdsStores} from '../src/services/pds/store/stores.sqlite.ts'
import type {PdsStores} from '../src/services/pds/store/stores.ts'
import type {Cid} from '../src/atp/data/cid.ts'
import {Repo} from '../src/atp/repo/repo.ts'
import type {Did} from '../src/atp/syntax/did.ts'
import {made, signingAt, testDid} from './repos.ts'

export interface PdsRepo {
  sql: Sql
  stores: PdsStores
  accounts: AccountStore
  store: RepoStore
  blobRows: BlobRowStore
  keys: KeyStore
}

/** The account is `testDid`, and its repository empty. */
export async function pdsRepo(context: TestContext): Promise<PdsRepo> {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  context.after(() => sql.close())
  const stores = sqlitePdsStores(sql)
  const {accounts, repos: store, blobs: blobRows, keys} = stores
  await addRepo(accounts, testDid)
  return {sql, stores, accounts, store, blobRows, keys}
}

/** One more account with an empty repository; gives the CID of its commit. */
export async function addRepo(accounts: AccountStore, did: Did): Promise<Cid> {
  const repo = firstCommit(did)
  await accounts.create({
    account: {
      did,
      handle: null,
      email: null,
      passwordHash: null,
      createdMs: 0,
      deactivatedMs: null,
      deleteAfterMs: null,
    },
    inviteCode: undefined,
    repo,
    events: [],
  })
  return repo.head.root
}

function firstCommit(did: Did) {
  const {commit, data, rev, newBlocks} = made(Repo.create(did, signingAt(0)))
  return {head: {root: commit.cid, data, rev}, blocks: newBlocks, signingKey: new Uint8Array(32).fill(7)}
}
