/** What is kept of two accounts: what is done to one touches nothing of the other. */
import assert, {deepEqual, equal} from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {made, signingAt, testDid} from '../../../../test/repos.ts'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {cidFor} from '../../../../test/random.ts'
import {type Cid, cidOf, codecs} from '#atp/data/cid.ts'
import {Repo} from '#atp/repo/repo.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {tidOf} from '#atp/syntax/tid.ts'
import type {AccountStore, NewAccount, RefreshToken, ReservedKey} from './account-store.ts'
import {sqliteBlobRowStore} from './blob-row-store.sqlite.ts'
import {sqliteEmailTokenStore} from './email-token-store.sqlite.ts'
import {sqliteImportStore} from './import-store.sqlite.ts'
import {sqliteInviteStore} from './invite-store.sqlite.ts'
import type {NewInvite} from './invite-store.ts'
import {sqlitePreferenceStore} from './preference-store.sqlite.ts'
import {sqliteRepoStore} from './repo-store.sqlite.ts'

const [alice, bob, carol] = ['alice', 'bob', 'carol'].map(name => `did:web:${name}.test` as Did)

function newAccount(did: Did, more: Partial<NewAccount['account']> = {}, inviteCode?: string): NewAccount {
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

async function opened(context: TestContext) {
  const {sql, accounts} = await pdsRepo(context)
  for (const did of [alice, bob]) equal(await accounts.create(newAccount(did)), 'done')
  return {sql, accounts, invites: sqliteInviteStore(sql), emailTokens: sqliteEmailTokenStore(sql)}
}

test('a DID, a handle, an e-mail address are of one account each', async context => {
  const {accounts} = await opened(context)
  const create = (more: Partial<NewAccount['account']>): Promise<string> => accounts.create(newAccount(carol, more))
  equal(await accounts.create(newAccount(alice)), 'did-taken')
  equal(await create({handle: 'alice.test' as Handle}), 'handle-taken')
  equal(await create({email: 'me@bob.test'}), 'email-taken')
  equal(await accounts.setEmail(alice, 'me@bob.test', null), 'email-taken')
  equal(await accounts.setHandle(alice, 'bob.test' as Handle, []), 'handle-taken')
  equal(await accounts.byDid(carol), undefined)
  // Nobody's address, and nobody's handle, may be had by many.
  equal(await create({email: null, handle: null}), 'done')
  equal((await accounts.byEmail('me@bob.test'))?.did, bob)
  equal((await accounts.byHandle('alice.test' as Handle))?.did, alice)
})

const inviteOf = (code: string, forAccount: string, createdMs: number, uses = 1): NewInvite => ({
  code,
  uses,
  forAccount,
  createdBy: forAccount,
  createdMs,
})

test('invite codes bring in as many as they say, unless they or their owners are done with', async context => {
  const {accounts, invites} = await opened(context)
  await invites.addInvites([
    inviteOf('a1', alice, 10, 2),
    inviteOf('a2', alice, 20),
    inviteOf('b1', bob, 15),
    inviteOf('x1', 'admin', 5),
  ])
  equal(await accounts.create(newAccount(carol, {}, 'nothing')), 'bad-invite-code')
  equal(await accounts.create(newAccount(carol, {}, 'a1')), 'done')
  const left = async (): Promise<number[]> =>
    Promise.all(['a1', 'a2', 'b1', 'x1', 'y'].map(code => invites.usesLeft(code)))
  deepEqual(await left(), [1, 1, 1, 1, 0])
  deepEqual(
    (await invites.invite('a1'))?.usedBy.map(({did, usedMs}) => [did, usedMs]),
    [[carol, 1]],
  )
  deepEqual(
    (await invites.invitesOf(alice)).map(({code}) => code),
    ['a1', 'a2'],
  )
  deepEqual(await invites.standing(carol), {inviteCode: 'a1', disabled: false})

  const pages = async (sort: 'recent' | 'usage'): Promise<string[]> => {
    const codes: string[] = []
    for (let after: string | undefined; ;) {
      const page = await invites.invites({sort, after, limit: 1})
      if (page.length === 0) return codes
      codes.push(page[0].code)
      after = page[0].code
    }
  }
  deepEqual(await pages('recent'), ['a2', 'b1', 'a1', 'x1'])
  deepEqual(await pages('usage'), ['a1', 'x1', 'b1', 'a2'])

  await accounts.setTakedown(bob, 'why', [])
  deepEqual(await left(), [1, 1, 0, 1, 0])
  await invites.disableInvites(['x1'], [])
  deepEqual(await left(), [1, 1, 0, 0, 0])
  await invites.disableInvites([], [alice])
  deepEqual(await left(), [0, 0, 0, 0, 0])
  equal((await invites.invite('b1'))?.disabled, false)
  await invites.setInviting(carol, true)
  deepEqual([(await invites.standing(carol)).disabled, (await invites.standing(alice)).disabled], [true, false])
})

test('a code sent by mail is of one account and one purpose, and the newest', async context => {
  const {emailTokens: tokens} = await opened(context)
  const found = async (): Promise<(Did | undefined)[]> =>
    Promise.all(
      (
        [
          ['confirm_email', 'a'],
          ['reset_password', 'a2'],
          ['confirm_email', 'b'],
          ['reset_password', 'b2'],
        ] as const
      ).map(async ([purpose, hash]) => (await tokens.emailToken(purpose, hash))?.did),
    )
  await tokens.putEmailToken(alice, 'confirm_email', 'a', 10)
  await tokens.putEmailToken(alice, 'reset_password', 'a2', 20)
  await tokens.putEmailToken(bob, 'confirm_email', 'b', 30)
  await tokens.putEmailToken(bob, 'reset_password', 'old', 40)
  await tokens.putEmailToken(bob, 'reset_password', 'b2', 40)
  deepEqual(await found(), [alice, alice, bob, bob])
  equal(await tokens.emailToken('reset_password', 'old'), undefined)
  equal(await tokens.emailToken('reset_password', 'a'), undefined, 'for another purpose')
  await tokens.dropEmailToken(alice, 'confirm_email')
  deepEqual(await found(), [undefined, alice, bob, bob])
  await tokens.sweepEmailTokens(30)
  deepEqual(await found(), [undefined, undefined, bob, bob])
  equal((await tokens.emailToken('confirm_email', 'b'))?.requestedMs, 30)
})

test('keys are reserved within what one asker and all together may have', async context => {
  const {accounts} = await opened(context)
  const reserve = (name: string, asker: string, reservedMs: number, did: Did | null = null, beforeMs = 0) => {
    const key: ReservedKey = {publicKey: name, privateKey: new Uint8Array(32).fill(reservedMs), did, asker, reservedMs}
    return accounts.reserveKey(key, {ofAsker: 2, all: 3, beforeMs})
  }
  equal(await reserve('k1', 'x', 1), 'k1')
  equal(await reserve('k2', 'x', 2, carol), 'k2')
  equal(await reserve('k3', 'x', 3), undefined, 'enough of that asker')
  equal(await reserve('k4', 'y', 4, carol), 'k2', 'the account has one')
  deepEqual(await accounts.reservedKey(carol), new Uint8Array(32).fill(2))
  equal(await reserve('k5', 'y', 5), 'k5')
  // One too many: the oldest of who has the most goes, and that is k1.
  equal(await reserve('k6', 'z', 6), 'k6')
  equal(await reserve('k7', 'x', 7), 'k7')
  equal(await reserve('k8', 'z', 8, null, 7), 'k8', 'those from before go')
  equal(await accounts.reservedKey(carol), undefined)
})

const tokenOf = (id: string, did: Did, expiresMs = 100): RefreshToken => ({id, did, appPassword: null, expiresMs})
const alive = async (accounts: AccountStore, ids: string[]): Promise<boolean[]> =>
  Promise.all(ids.map(async id => (await accounts.token(id)) !== undefined))

test('sessions end with their account’s password, by themselves, and by time', async context => {
  const {accounts} = await opened(context)
  for (const [id, did] of [
    ['a1', alice],
    ['a2', alice],
    ['b1', bob],
  ] as const) {
    await accounts.addToken(tokenOf(id, did))
  }
  equal(await accounts.rotate('a1', tokenOf('a3', alice, 200), 50), 'a3')
  equal(await accounts.rotate('a1', tokenOf('a4', alice, 200), 50), 'a3', 'who asks again gets the same')
  equal(await accounts.rotate('nothing', tokenOf('a5', alice), 50), undefined)
  deepEqual(await alive(accounts, ['a1', 'a2', 'a3', 'a4', 'b1']), [true, true, true, false, true])
  await accounts.revoke('a1')
  deepEqual(await alive(accounts, ['a1', 'a2', 'a3', 'b1']), [false, true, false, true])
  await accounts.addToken(tokenOf('b2', bob, 300))
  await accounts.sweepTokens(200)
  deepEqual(await alive(accounts, ['a2', 'b1', 'b2']), [false, false, true])
  await accounts.addToken(tokenOf('a6', alice, 300))
  await accounts.setPassword(bob, 'other')
  deepEqual(await alive(accounts, ['a6', 'b2']), [true, false])
  equal((await accounts.byDid(bob))?.passwordHash, 'other')
  equal((await accounts.byDid(alice))?.passwordHash, 'hash')
})

const password = (name: string, createdMs: number) => ({
  name,
  passwordHash: `hash of ${name}`,
  privileged: true,
  createdMs,
})

test('sessions of an app password end with it, and no others', async context => {
  const {accounts} = await opened(context)
  equal(await accounts.addAppPassword(alice, password('two', 2), 2), 'done')
  equal(await accounts.addAppPassword(alice, password('one', 1), 2), 'done')
  equal(await accounts.addAppPassword(alice, password('one', 3), 9), 'name-taken')
  equal(await accounts.addAppPassword(alice, password('three', 3), 2), 'too-many')
  equal(await accounts.addAppPassword(bob, {...password('one', 3), privileged: false}, 2), 'done')
  for (const [id, did, appPassword] of [
    ['a', alice, null],
    ['a1', alice, 'one'],
    ['a2', alice, 'two'],
    ['b1', bob, 'one'],
  ] as const) {
    await accounts.addToken({id, did, appPassword, expiresMs: 100})
  }
  equal(await accounts.rotate('a1', tokenOf('a3', alice), 50), 'a3')
  equal((await accounts.token('a3'))?.appPassword, 'one')
  await accounts.removeAppPassword(alice, 'one')
  deepEqual(await alive(accounts, ['a', 'a1', 'a2', 'a3', 'b1']), [true, false, true, false, true])
  deepEqual(await accounts.appPasswords(alice), [password('two', 2)])
  deepEqual(await accounts.appPasswords(bob), [{...password('one', 3), privileged: false}])
})

const didsOfPages = async (read: (after: Did | undefined) => Promise<readonly {did: Did}[]>): Promise<Did[]> => {
  const all: Did[] = []
  for (let after: Did | undefined; ;) {
    const page = await read(after)
    assert.ok(page.length <= 1)
    if (page.length === 0) return all
    assert.ok(all.push(page[0].did) < 9)
    after = page[0].did
  }
}

test('accounts are listed and searched page after page, each once', async context => {
  const {accounts} = await opened(context)
  await accounts.create(newAccount(carol, {email: 'ME@other.test'}))
  deepEqual(await didsOfPages(after => accounts.list(after, 1)), [testDid, alice, bob, carol])
  deepEqual(await didsOfPages(after => accounts.search('me@', after, 1)), [alice, bob, carol])
  deepEqual(await didsOfPages(after => accounts.search('me@b', after, 1)), [bob])
  const [first] = await accounts.list(undefined, 1)
  const {head} = first as typeof first & {head?: {rev: string}}
  equal(head?.rev, signingAt(0).rev)
})

test('a reserved key that the account asks for again is as new', async context => {
  const {accounts} = await opened(context)
  const reserve = (publicKey: string, did: Did | null, reservedMs: number, beforeMs: number) =>
    accounts.reserveKey(
      {publicKey, privateKey: new Uint8Array(32), did, asker: 'x', reservedMs},
      {ofAsker: 9, all: 9, beforeMs},
    )
  equal(await reserve('k1', carol, 1, 0), 'k1')
  equal(await reserve('k2', bob, 1, 0), 'k2')
  equal(await reserve('k3', carol, 5, 1), 'k1')
  equal(await reserve('k4', null, 6, 5), 'k4')
  deepEqual([(await accounts.reservedKey(carol))?.length, (await accounts.reservedKey(bob))?.length], [32, undefined])
  await accounts.create(newAccount(carol))
  equal(await accounts.reservedKey(carol), undefined, 'it is the account’s own now')
})

test('accounts at rest are due when their time has come', async context => {
  const {accounts} = await opened(context)
  await accounts.deactivate(alice, 10, 100, [])
  await accounts.deactivate(bob, 10, null, [])
  deepEqual([await accounts.due(100, 9), await accounts.due(101, 9)], [[], [alice]])
  await accounts.activate(alice, [])
  deepEqual(await accounts.due(1_000, 9), [])
  equal((await accounts.byDid(alice))?.deactivatedMs, null)
  equal((await accounts.byDid(bob))?.deactivatedMs, 10)
})

test('what an import leaves is swept, and nothing of repositories or of imports that go on', async context => {
  const {sql} = await opened(context)
  const imports = sqliteImportStore(sql)
  const repos = sqliteRepoStore(sql)
  const places = [await imports.begin(), await imports.begin()]
  const block = {cid: cidFor('early'), bytes: new Uint8Array(3)}
  for (const place of places) {
    await imports.fill(place, tidOf(1, 1), {nodes: [block], records: [], early: [block]})
  }
  const trees = (): unknown[] => sql.read(tx => tx.arrays('SELECT id FROM tree ORDER BY id')).flat()
  const before = trees()
  await imports.sweep()
  deepEqual(trees(), before)
  imports.end(places[0])
  await imports.sweep()
  const {tree, spool} = places[0]
  deepEqual(
    trees(),
    before.filter(id => id !== tree && id !== spool),
  )
  equal(await imports.block(places[0], block.cid), undefined)
  deepEqual(await imports.block(places[1], block.cid), block.bytes)
  for (const did of [alice, bob]) equal((await repos.blocks(did, [(await repos.head(did))!.root])).length, 1)
})

test('an imported repository takes the place of its own, and is told of only where the account is active', async context => {
  const {sql, accounts} = await opened(context)
  const imports = sqliteImportStore(sql)
  const repos = sqliteRepoStore(sql)
  await accounts.deactivate(bob, 10, null, [])
  const adopted = async (did: Did): Promise<number> => {
    const before = (await repos.eventBounds()).last
    const {repo, commit, data, rev, newBlocks} = made(Repo.create(did, signingAt(9)))
    const place = await imports.begin()
    await imports.fill(place, rev, {nodes: newBlocks.slice(1), records: [], early: []})
    const event = {t: '#sync', did, rev, blocks: new Uint8Array(1), time: datetimeOf(0)} as const
    const adoption = {did, tree: place.tree, head: {root: repo.root, data, rev}, commit, event}
    equal(await imports.adopt({...adoption, prev: cidFor('another')}), 'stale')
    equal(await imports.adopt({...adoption, prev: (await repos.head(did))!.root}), 'done')
    imports.end(place)
    deepEqual(await repos.head(did), adoption.head)
    equal((await repos.blocks(did, [repo.root, data])).length, 2)
    return (await repos.eventBounds()).last - before
  }
  deepEqual([await adopted(alice), await adopted(bob)], [1, 0])
})

test('a record is taken down in one repository, at one path', async context => {
  const {sql} = await opened(context)
  const repos = sqliteRepoStore(sql)
  await sql.write(tx => {
    const text = `INSERT INTO record (tree, path, cid, rev, bytes)
      SELECT tree, ?, ?, '3jui7kd54zh2y', zeroblob(1) FROM repo WHERE account = (SELECT id FROM account WHERE did = ?)`
    for (const did of [alice, bob])
      for (const path of ['a.b.c/1', 'a.b.c/2']) tx.run(text, path, cidFor(path).bytes, did)
  })
  const refs = async (): Promise<unknown[]> =>
    Promise.all(
      [alice, bob].flatMap(did =>
        ['a.b.c/1', 'a.b.c/2'].map(async path => (await repos.recordTakedown(did, path))?.ref),
      ),
    )
  deepEqual(await refs(), [null, null, null, null])
  await repos.setRecordTakedown(alice, 'a.b.c/1', 'why')
  deepEqual(await refs(), ['why', null, null, null])
  await repos.setRecordTakedown(bob, 'a.b.c/1', 'too')
  await repos.setRecordTakedown(alice, 'a.b.c/1', null)
  deepEqual(await refs(), [null, null, 'too', null])
  equal(await repos.recordTakedown(alice, 'a.b.c/3'), undefined)
})

test('preferences are put in the place of those of their account, namespace and kind', async context => {
  const {sql} = await opened(context)
  const preferences = sqlitePreferenceStore(sql)
  const put = (did: Did, namespace: string, types: string[], keep: string[] = []): Promise<void> =>
    preferences.putPreferences(
      did,
      namespace,
      types.map($type => ({$type})),
      keep,
    )
  const kept = async (did: Did, namespace: string): Promise<string[]> =>
    (await preferences.preferences(did, namespace)).map(({$type}) => $type)
  await put(alice, 'app.bsky', ['a', 'b', 'c'])
  await put(alice, 'other', ['x'])
  await put(bob, 'app.bsky', ['y'])
  await put(alice, 'app.bsky', ['d'], ['b'])
  deepEqual(await kept(alice, 'app.bsky'), ['b', 'd'])
  deepEqual(await kept(alice, 'other'), ['x'])
  deepEqual(await kept(bob, 'app.bsky'), ['y'])
  deepEqual([await preferences.countPreferences(alice), await preferences.countPreferences(bob)], [3, 1])
})

test('blobs that are missing are told page after page, once each', async context => {
  const {sql} = await opened(context)
  const blobs = sqliteBlobRowStore(sql)
  const cids = Array.from({length: 5}, (_, i) => cidOf(codecs.raw, Uint8Array.of(i)))
  await sql.write(tx => {
    const text = `INSERT INTO blob_use (tree, path, cid, rev)
      SELECT tree, ?, ?, '3jui7kd54zh2y' FROM repo WHERE account = (SELECT id FROM account WHERE did = ?)`
    for (const {bytes} of cids) for (const path of ['a.b.c/2', 'a.b.c/1']) tx.run(text, path, bytes, alice)
  })
  const found: [string, string][] = []
  for (let after: Cid | undefined; ;) {
    const page = await blobs.missing(alice, after, 2)
    if (page.length === 0) break
    assert.ok(page.length <= 2)
    for (const {cid, path} of page) found.push([cid.toString(), path])
    after = page.at(-1)?.cid
    assert.ok(found.length <= 5, 'each once')
  }
  deepEqual(found.toSorted(), cids.map(cid => [cid.toString(), 'a.b.c/1']).toSorted())
  deepEqual(await blobs.missing(bob, undefined, 9), [])
})
