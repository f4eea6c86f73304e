/** Invite codes: nothing is done, and nothing told, for whoever has none. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {openSql} from '#engines/open.ts'
import {realWorld} from '#std/world.ts'
import {password, pdsNetwork, signUp, type PdsNetwork} from '../../../../test/pds-network.ts'
import {sqliteKeyStore} from '../store/accounts/key-store.sqlite.ts'
import type {Invite, InviteStore, NewInvite} from '../store/accounts/invite-store.ts'
import {pdsMigrations} from '../store/schema.ts'
import {Invites} from './invites.ts'

interface Invited extends Omit<PdsNetwork, 'join'> {
  /** What the PLC directory was asked, as `POST /did:plc:…`. */
  asked: string[]
  code(uses: number, account?: string): Promise<string>
  join(name: string, code?: string, email?: string): Promise<unknown>
}

async function invited(context: TestContext, required: boolean): Promise<Invited> {
  const settings = {PDS_ADMIN_PASSWORD: 'swordfish', PDS_INVITE_REQUIRED: String(required)}
  const network = await pdsNetwork(context, settings)
  const admin = network.agent()
  admin.setHeader('authorization', `Basic ${btoa('admin:swordfish')}`)
  const asked: string[] = []
  const plc = network.hosts.get('localhost:2582')
  assert.ok(plc)
  network.hosts.set('localhost:2582', {
    name: 'plc',
    ended: plc.ended,
    start: async () => {},
    stop: async () => {},
    async fetch(request) {
      asked.push(`${request.method} ${new URL(request.url).pathname}`)
      return plc.fetch(request)
    },
  })
  return {
    ...network,
    asked,
    code: async (useCount, forAccount) =>
      (await admin.com.atproto.server.createInviteCode({useCount, forAccount})).data.code,
    join: (name, inviteCode, email = `${name}@example.com`) =>
      network.agent().createAccount({handle: `${name}.test`, email, password, inviteCode}),
  }
}

test('without a place nothing is asked of the directory, and no address is compared', async context => {
  const {join, code, asked, agent} = await invited(context, true)
  await join('alice', await code(1))
  asked.length = 0
  const refusals: string[] = []
  for (const inviteCode of [undefined, '', ' ', 'localhost-aaaaa-aaaaa']) {
    for (const email of ['alice@example.com', 'nobody@example.com']) {
      await assert.rejects(join('bobby', inviteCode, email), (error: {error: string; message: string}) => {
        refusals.push(`${error.error} ${error.message}`)
        return error.error === 'InvalidInviteCode'
      })
    }
  }
  // Six without a code, two with one that there is not: within each, the address makes no difference.
  assert.equal(new Set(refusals).size, 2)
  const newcomer = {did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', handle: 'carla.example.com', email: 'c@d.com', password}
  const headers = {authorization: 'Bearer a.b.c'}
  await assert.rejects(agent().com.atproto.server.createAccount(newcomer, {headers, encoding: 'application/json'}), {
    error: 'InvalidInviteCode',
  })
  assert.deepEqual(asked, [])
})

test('of many who come at once with one code, one makes an identity', async context => {
  const {join, code, asked} = await invited(context, true)
  const single = await code(1)
  const outcomes = await Promise.allSettled(['alice', 'bobby', 'carla'].map(name => join(name, single)))
  assert.deepEqual(outcomes.map(({status}) => status).toSorted(), ['fulfilled', 'rejected', 'rejected'])
  assert.equal(asked.filter(line => line.startsWith('POST')).length, 1)
})

test('a place that came to nothing is free again', async context => {
  const {join, code} = await invited(context, true)
  const single = await code(1)
  await assert.rejects(join('al', single), {error: 'InvalidHandle'})
  await join('alice', single)
})

test('where no code is needed none is looked at, nor is the empty one that the official client sends', async context => {
  const {join} = await invited(context, false)
  await join('alice', '')
  await join('bobby', 'localhost-aaaaa-aaaaa')
})

test('the codes of an account that was taken down bring in nobody', async context => {
  const {join, code, agent} = await invited(context, true)
  await join('alice', await code(1))
  const did = (await agent().com.atproto.identity.resolveHandle({handle: 'alice.test'})).data.did
  const own = await code(1, did)
  const admin = agent()
  admin.setHeader('authorization', `Basic ${btoa('admin:swordfish')}`)
  const subject = {$type: 'com.atproto.admin.defs#repoRef' as const, did}
  await admin.com.atproto.admin.updateSubjectStatus({subject, takedown: {applied: true}})
  await assert.rejects(join('bobby', own), {error: 'InvalidInviteCode'})
  await admin.com.atproto.admin.updateSubjectStatus({subject, takedown: {applied: false}})
  await join('bobby', own)
})

test('a new handle that is refused is refused by its name', async context => {
  const {agent: newAgent} = await pdsNetwork(context)
  const agent = newAgent()
  await signUp(newAgent(), 'alice')
  await signUp(agent, 'bobby')
  const change = (handle: string) => agent.com.atproto.identity.updateHandle({handle})
  await assert.rejects(change('alice.test'), {error: 'HandleNotAvailable'})
  await assert.rejects(change('admin.test'), {error: 'HandleNotAvailable'})
  await assert.rejects(change('x.test'), {error: 'InvalidHandle'})
})

const hourMs = 3_600_000

test('whoever reserves keys uses up his own share of them, and no other’s', async () => {
  const sql = openSql('memory:', {migrations: pdsMigrations})
  const store = sqliteKeyStore(sql)
  let count = 0
  const limits = {ofAsker: 4, all: 6, beforeMs: 0}
  const reserve = (asker: string, did: string | null, reservedMs = 1): Promise<string | undefined> =>
    store.reserve(
      {publicKey: `key ${++count}`, privateKey: new Uint8Array(32), did: did as Did, asker, reservedMs},
      {...limits, beforeMs: reservedMs - hourMs},
    )
  for (let i = 0; i < 4; i++) assert.ok(await reserve('203.0.113.9', null))
  assert.equal(await reserve('203.0.113.9', null), undefined)
  // Whoever asks for it, a DID has one key, and at the same moment too.
  const [first, second] = await Promise.all(['a', 'b'].map(asker => reserve(asker, 'did:web:alice.com')))
  assert.equal(first, second)
  assert.equal(await reserve('203.0.113.9', 'did:web:alice.com'), first)
  // What is too much goes of who has the most.
  for (const name of ['c', 'd', 'e']) assert.ok(await reserve(name, `did:web:${name}.com`))
  assert.equal(await reserve('f', 'did:web:alice.com'), first)
  const left = sql.read(tx => tx.all<{asker: string}>('SELECT asker FROM reserved_key ORDER BY asker'))
  assert.deepEqual(
    left.map(({asker}) => asker),
    ['203.0.113.9', '203.0.113.9', 'a', 'c', 'd', 'e'],
  )
  // With time they go by themselves.
  assert.notEqual(await reserve('a', 'did:web:alice.com', 2 * hourMs), first)
  assert.equal(sql.read(tx => tx.all('SELECT 1 FROM reserved_key')).length, 1)
  await sql.close()
})

test('an account earns a code for each span since it came, and never holds more than five that are open', async () => {
  const kept: Invite[] = []
  const state = {disabled: false, ms: 0}
  const store = {
    addInvites: async (all: readonly NewInvite[]) =>
      void kept.push(...all.map(one => ({...one, disabled: false, usedBy: []}))),
    invitesOf: async () => [...kept],
    standing: async () => ({inviteCode: null, disabled: state.disabled}),
  } as unknown as InviteStore
  const did = 'did:web:alice.com' as Did
  const made = (everyMs: number | undefined, epochMs = 0): Invites =>
    new Invites({
      store,
      world: {now: () => state.ms, random: realWorld.random},
      hostname: 'pds.example.com',
      everyMs,
      epochMs,
      required: true,
    })
  const invites = made(10)
  const held = async (at: number, which = invites): Promise<number> => {
    state.ms = at
    return (await which.listOf({did, createdMs: 100}, true)).length
  }
  assert.deepEqual([await held(109), await held(110), await held(119), await held(125)], [0, 1, 1, 2])
  assert.equal((await invites.listOf({did, createdMs: 100}, false)).length, 2, 'looked at, none is earned')
  assert.deepEqual([await held(150), await held(1_000)], [5, 5])
  // One that is used, or was disabled, makes room for another that was earned.
  kept[0] = {...kept[0], usedBy: [{did: 'did:web:bob.com' as Did, usedMs: 1}]}
  kept[1] = {...kept[1], disabled: true}
  assert.equal(await held(1_000), 7)
  assert.ok(
    kept.every(({code, uses, forAccount}) => code.startsWith('pds-example-com-') && uses === 1 && forAccount === did),
  )
  kept.length = 0
  kept.push({...(await made(10).listOf({did, createdMs: 900}, true))[0], createdBy: 'admin', usedBy: []})
  kept.length = 1
  assert.equal(await held(920), 1 + 4, 'what an admin gave is not earned, but is held')
  kept.length = 0
  state.disabled = true
  assert.equal(await held(2_000), 0, 'who may not invite earns none')
  state.disabled = false
  assert.equal(await held(2_000, made(undefined)), 0, 'nor anybody where none are earned')
  assert.equal(await held(2_000, made(10, 1_985)), 1, 'nor for the time before the epoch')
})
