/** A renewal is answered before the disk has it: nothing that was acknowledged may be lost by that, whoever dies. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import fs from 'node:fs'
import {mkdtempSync, rmSync} from 'node:fs'
import {syncBuiltinESMExports} from 'node:module'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {suite, test, type TestContext} from 'node:test'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {alice, App, metadataOf, oauthServer, secretId} from '../../../../test/oauth-app.ts'
import {pdsMigrations} from '../store/schema.ts'

const graceMs = 600_000

/** A database on the disk, whose syncs off the event loop end when they are let go. */
function slowDisk(context: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'wholesky-renewals-'))
  const sql = openSqlite(join(folder, 'pds.sqlite'), {migrations: pdsMigrations})
  const {fdatasync} = fs
  const syncs: {held: (() => void)[] | undefined} = {held: undefined}
  const letGo = (): void => {
    const {held = []} = syncs
    syncs.held = undefined
    for (const go of held) go()
  }
  context.mock.method(fs, 'fdatasync', ((file, done) => {
    const go = (): void => fdatasync(file, done)
    if (syncs.held) syncs.held.push(go)
    else go()
  }) as typeof fdatasync)
  syncBuiltinESMExports()
  context.after(async () => {
    letGo()
    await sql.close()
    context.mock.restoreAll()
    syncBuiltinESMExports()
    rmSync(folder, {recursive: true})
  })
  return {sql, hold: () => void (syncs.held = []), letGo}
}

test(
  'a renewal is answered while the disk is still at it; a code and an end only after that',
  {timeout: 20_000},
  async context => {
    const {sql, hold, letGo} = slowDisk(context)
    const server = await oauthServer(context, {sql})
    const [app, other] = [await App.make(server), await App.make(server)]
    const {refresh} = await app.tokens()
    const code = await other.code()
    hold()
    const renewed = await app.refresh(refresh)
    equal(renewed.status, 200, JSON.stringify(renewed.json))
    let answered = 0
    const waiting = [other.exchange(code), app.revoke(refresh)].map(sent =>
      sent.then(({status}) => (answered++, status)),
    )
    await new Promise(resolve => setTimeout(resolve, 50))
    equal(answered, 0)
    letGo()
    deepEqual(await Promise.all(waiting), [200, 200])
  },
)

/** What a renewal gives in the place of this token. */
const renewed = async (app: App, refresh: string, key = app.key): Promise<string> => {
  app.nonce = undefined
  const {json} = await app.refresh(refresh, {}, {key})
  return String(json.refresh_token)
}

test('a renewal waits for the disk when more than a renewal would be lost with the machine', async context => {
  const server = await oauthServer(context)
  const asked: string[] = []
  const {grants} = server.stores
  const renew = grants.renew
  grants.renew = (id, generation, renewed, survives) => {
    asked.push(survives)
    return renew(id, generation, renewed, survives)
  }
  const app = await App.make(server)
  let {refresh} = await app.tokens()
  refresh = await renewed(app, refresh)
  await server.clock.pass(86_400_000)
  refresh = await renewed(app, refresh)
  await renewed(app, refresh)
  deepEqual(asked.splice(0), ['process', 'power', 'process'], 'a day of its time')
  server.web.set(secretId, metadataOf(secretId))
  const before = await App.make(server, secretId)
  refresh = (await before.tokens()).refresh
  const after = await App.confidential(server)
  await server.clock.pass(graceMs)
  refresh = await renewed(after, refresh, before.key)
  deepEqual(asked.splice(0), ['power'], 'the key that the client has shown')
  await renewed(after, refresh, before.key)
  deepEqual(asked, ['power'], 'that its assertion is used up')
})

test('an assertion is used up by the one renewal that it is for, also when others come at once', async context => {
  const server = await oauthServer(context)
  const app = await App.confidential(server)
  const {refresh} = await app.tokens()
  const client_assertion = await app.assertion()
  const answers = await Promise.all([1, 2, 3].map(() => app.refresh(refresh, {client_assertion})))
  deepEqual(answers.map(({status}) => status).toSorted(), [200, 400, 400])
  for (const {status, json} of [...answers, await app.refresh(refresh, {client_assertion})])
    if (status !== 200) equal(json.error, 'invalid_client')
  equal((await app.push({client_assertion})).json.error, 'invalid_client')
  const spent = await app.assertion()
  equal(
    (await app.refresh(refresh, {client_assertion: spent}, {key: (await App.make(server)).key})).json.error,
    'invalid_grant',
  )
  equal((await app.push({client_assertion: spent})).json.error, 'invalid_client', 'it has ended a session')
})

/** An app that holds a successor of which its row knows nothing, and the token before it. */
async function overtaken(context: TestContext) {
  const sql = openSqlite(undefined, {migrations: pdsMigrations})
  context.after(() => sql.close())
  const server = await oauthServer(context, {sql})
  const app = await App.make(server)
  const {refresh: old} = await app.tokens()
  const rows = 'generation, renewedMs, expiresMs FROM oauth_grant'
  const row = sql.read(tx => tx.get<{generation: number; renewedMs: number; expiresMs: number}>(`SELECT ${rows}`))
  ok(row)
  const held = String((await app.refresh(old)).json.refresh_token)
  await sql.write(tx => {
    const text = 'UPDATE oauth_grant SET generation = ?, renewedMs = ?, expiresMs = ?'
    tx.run(text, row.generation, row.renewedMs, row.expiresMs)
  })
  await server.clock.pass(2 * graceMs)
  const use = async (token: string) => {
    app.nonce = undefined
    const {json} = await app.refresh(token)
    return String(json.refresh_token ?? json.error)
  }
  return {server, old, held, use}
}

suite('when the machine dies between the answer and the disk', () => {
  test('whoever holds the successor goes on, and the token before it ends the session when it comes again', async context => {
    const {server, old, held, use} = await overtaken(context)
    const next = await use(held)
    ok(next.startsWith('ref-'))
    equal(await use(old), 'invalid_grant')
    deepEqual(await server.authorizations.grants(alice), [])
    equal(await use(next), 'invalid_grant')
  })

  test('the token before it, used first by another, gives no second line: one of the two ends the session', async context => {
    const {server, old, held, use} = await overtaken(context)
    const stolen = await use(old)
    equal(stolen, held, 'the one successor that there is')
    const next = await use(held)
    ok(next.startsWith('ref-'))
    await server.clock.pass(graceMs)
    equal(await use(stolen), 'invalid_grant')
    equal(await use(next), 'invalid_grant')
    deepEqual(await server.authorizations.grants(alice), [])
  })
})
