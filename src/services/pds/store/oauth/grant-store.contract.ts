/** What every store of OAuth keeps to: requests and codes are for one use, and access ends when it should. */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, bob, type OpenStores, withTwo} from '../../../../../test/pds-stores.ts'
import type {AuthorizationRequest, GrantStore, NewGrant} from './grant-store.ts'

const requestOf = (id: string, more: Partial<AuthorizationRequest> = {}): AuthorizationRequest => ({
  id,
  clientId: 'https://app.example.com/client.json',
  clientKey: null,
  parameters: '{}',
  createdMs: 0,
  expiresMs: 100,
  ...more,
})

const grantOf = (id: string, more: Partial<NewGrant> = {}): NewGrant => ({
  id,
  did: alice,
  clientId: 'https://app.example.com/client.json',
  clientName: 'App',
  clientKey: null,
  jkt: 'key',
  scope: 'atproto',
  device: 'device',
  createdMs: 10,
  endsMs: 1_000,
  expiresMs: 500,
  ...more,
})

const agreed = (code: string, more: Partial<Parameters<GrantStore['authorize']>[3]> = {}) => ({
  did: alice,
  device: 'device',
  parameters: '{"agreed":true}',
  code,
  expiresMs: 200,
  consent: 'atproto',
  consentsMax: 9,
  ...more,
})

/** A request that was agreed to, with this code. */
async function authorized(store: GrantStore, code: string, more: Parameters<typeof agreed>[1] = {}): Promise<void> {
  await store.addRequest(requestOf(`of ${code}`))
  await store.openRequest(`of ${code}`, 'browser', 10, 50, 1_000)
  equal(await store.authorize(`of ${code}`, 'browser', 10, agreed(code, more)), true)
}

const exchange = (store: GrantStore, code: string, more: Partial<NewGrant> = {}, grantsMax = 9) =>
  store.exchange(code, grantOf(`by ${code}`, more), {key: `challenge of ${code}`, untilMs: 300}, grantsMax)

const ids = async (store: GrantStore, did = alice): Promise<string[]> => (await store.grants(did, 20)).map(({id}) => id)

/** The clients of Alice, by their letters, that need not ask again. */
async function trusted(store: GrantStore): Promise<string> {
  const all = ['a', 'b', 'c', 'd'].map(async letter => ((await store.consent(alice, letter)) ? letter : ''))
  return (await Promise.all(all)).join('')
}

async function agree(store: GrantStore, clientId: string, nowMs: number): Promise<void> {
  const id = `${clientId} at ${nowMs}`
  await store.addRequest(requestOf(id, {clientId, createdMs: nowMs, expiresMs: nowMs + 100}))
  await store.openRequest(id, 'browser', nowMs, nowMs + 50, 1_000)
  const more = agreed(`code of ${id}`, {consentsMax: 3, expiresMs: nowMs + 200})
  equal(await store.authorize(id, 'browser', nowMs, more), true)
}

/** `open` gives stores without accounts. */
export function testGrantStore(engine: string, open: OpenStores): void {
  suite(`grant store by ${engine}`, () => {
    test('a request is of the browser that opens it first, and is held while somebody looks at it', async context => {
      const {grants: store} = await withTwo(open, context)
      await store.addRequest(requestOf('one'))
      equal(await store.openRequest('two', 'a', 10, 50, 1_000), 'gone')
      deepEqual(await store.openRequest('one', 'a', 10, 50, 1_000), requestOf('one'))
      equal(await store.openRequest('one', 'b', 10, 50, 1_000), 'other-browser')
      deepEqual(await store.openRequest('one', 'a', 90, 150, 1_000), requestOf('one', {expiresMs: 150}))
      deepEqual(await store.openRequest('one', 'a', 140, 900, 200), requestOf('one', {expiresMs: 200}), 'not for ever')
      equal(await store.openRequest('one', 'a', 200, 900, 200), 'gone')
    })

    test('a request is decided on once, by the browser that it was opened in', async context => {
      const {grants: store} = await withTwo(open, context)
      await store.addRequest(requestOf('one', {clientKey: 'client key'}))
      equal(await store.authorize('one', 'a', 10, agreed('code')), false, 'before it was opened')
      equal(await store.dropRequest('one', 'a', 10), false)
      await store.openRequest('one', 'a', 10, 50, 1_000)
      equal(await store.authorize('one', 'b', 10, agreed('code')), false)
      equal(await store.authorize('one', 'a', 100, agreed('code')), false, 'too late')
      equal(await store.authorize('one', 'a', 10, agreed('code', {epoch: 1})), false, 'access was ended since')
      equal(await store.dropRequest('one', 'b', 10), false)
      equal(await store.consent(alice, requestOf('one').clientId), undefined)
      ok(await store.authorize('one', 'a', 10, agreed('code', {epoch: 0})))
      equal(await store.authorize('one', 'a', 10, agreed('another')), false)
      equal(await store.dropRequest('one', 'a', 10), false)
      equal(await store.openRequest('one', 'a', 10, 50, 1_000), 'gone')
      equal(await store.consent(alice, requestOf('one').clientId), 'atproto')
      equal(await store.consent(bob, requestOf('one').clientId), undefined)
      deepEqual(await store.byCode('code'), {
        ...requestOf('one', {clientKey: 'client key', parameters: '{"agreed":true}', expiresMs: 200}),
        did: alice,
        device: 'device',
      })
      await store.addRequest(requestOf('two'))
      await store.openRequest('two', 'a', 10, 50, 1_000)
      ok(await store.dropRequest('two', 'a', 10))
      equal(await store.openRequest('two', 'a', 10, 50, 1_000), 'gone')
    })

    test('a code is good once, and ends what was got by it when it comes again', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'code')
      await authorized(store, 'other')
      equal(await exchange(store, 'code'), 'done')
      equal(await exchange(store, 'other'), 'done')
      equal(await store.byCode('code'), undefined)
      deepEqual(await store.grant('by code'), {...grantOf('by code'), generation: 0, renewedMs: 10})
      equal(await exchange(store, 'code', {id: 'again'}), 'used')
      deepEqual(await ids(store), ['by other'])
      await store.burnCode('other')
      deepEqual(await ids(store), [])
      await authorized(store, 'third')
      await store.burnCode('third')
      equal(await exchange(store, 'third'), 'used')
    })

    test('a challenge is good for one code, and all else that is for one time', async context => {
      const {grants: store} = await withTwo(open, context)
      equal(await store.useOnce('challenge of code', 50), true)
      equal(await store.useOnce('challenge of code', 50), false)
      await authorized(store, 'code')
      equal(await exchange(store, 'code'), 'used')
      equal(await store.byCode('code'), undefined)
      await store.sweep(51, 0)
      equal(await store.useOnce('challenge of code', 90), true)
    })

    test('access is renewed one step at a time, and who comes late gets what the first got', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'code')
      await exchange(store, 'code')
      const renewed = await store.renew('by code', 1, {nowMs: 20, expiresMs: 700, clientKey: 'client key'}, 'power')
      deepEqual(renewed, {
        ...grantOf('by code', {expiresMs: 700, clientKey: 'client key'}),
        generation: 1,
        renewedMs: 20,
      })
      deepEqual(await store.renew('by code', 1, {nowMs: 30, expiresMs: 800, clientKey: null}, 'power'), renewed)
      const more = {nowMs: 30, expiresMs: 5_000, clientKey: null}
      // Told sooner or later, it is the same renewal, and its end comes after it.
      deepEqual(await store.renew('by code', 3, more, 'process'), {
        ...grantOf('by code', {expiresMs: 1_000}),
        generation: 3,
        renewedMs: 30,
      })
      equal((await store.grant('by code'))?.generation, 3)
      await store.endGrant('by code')
      for (const survives of ['power', 'process'] as const)
        equal(await store.renew('by code', 4, more, survives), undefined)
    })

    test('what is good for one time is used up with the renewal that it is for, or nothing is renewed', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'code')
      await exchange(store, 'code')
      const more = {nowMs: 20, expiresMs: 700, clientKey: null, once: {key: 'assertion', untilMs: 300}}
      equal(await store.wasUsed('assertion'), false)
      const renewed = await store.renew('by code', 1, more, 'power')
      equal(await store.wasUsed('assertion'), true)
      equal(await store.renew('by code', 2, more, 'power'), 'used')
      deepEqual(await store.grant('by code'), renewed)
    })

    test('an account sees and ends what its apps hold, and has so many at most', async context => {
      const {grants: store} = await withTwo(open, context)
      for (const [code, createdMs] of [
        ['a', 11],
        ['b', 12],
        ['c', 13],
      ] as const) {
        await authorized(store, code)
        await exchange(store, code, {createdMs, clientId: `https://${code}.example.com/client.json`}, 2)
      }
      deepEqual(await ids(store), ['by c', 'by b'], 'the newest first')
      await authorized(store, 'd', {did: bob})
      await exchange(store, 'd', {did: bob, expiresMs: 15})
      await authorized(store, 'e', {did: bob})
      await exchange(store, 'e', {did: bob, expiresMs: 20})
      deepEqual(await ids(store, bob), [], 'run out')
      await store.endGrantOf(bob, 'by c')
      deepEqual(await ids(store), ['by c', 'by b'])
      await store.endGrantOf(alice, 'by d')
      ok(await store.grant('by d'))
      await store.endGrantOf(alice, 'by c')
      deepEqual(await ids(store), ['by b'])
    })

    test('what access may do, and whether it holds, is a matter of its account and its end', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'code')
      await exchange(store, 'code')
      equal(await store.scope('by code', alice, 999), 'atproto')
      equal(await store.scope('by code', alice, 1_000), undefined)
      equal(await store.scope('by code', bob, 20), undefined)
      equal(await store.scope('other', alice, 20), undefined)
    })

    test('who ends what an app holds is asked again', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'code')
      await exchange(store, 'code')
      await authorized(store, 'of bob', {did: bob})
      await agree(store, 'a', 20)
      await store.endGrantOf(alice, 'by code')
      equal(await store.consent(alice, requestOf('one').clientId), undefined)
      equal(await store.consent(bob, requestOf('one').clientId), 'atproto', 'another is not')
      equal(await trusted(store), 'a', 'nor about another app')
    })

    test('what an account has agreed to is kept of its newest clients', async context => {
      const {grants: store} = await withTwo(open, context)
      for (const [i, letter] of ['a', 'b', 'c', 'd'].entries()) await agree(store, letter, 10 + i)
      equal(await trusted(store), 'bcd')
      for (const letter of ['c', 'a']) await agree(store, letter, 20)
      await agree(store, 'b', 20)
      equal(await trusted(store), 'abc', 'the one that was just agreed to stays')
      await agree(store, 'd', 20)
      ok((await trusted(store)).endsWith('d'))
    })

    test('what an account has agreed to ends long after, unless the client still has access then', async context => {
      const {grants: store} = await withTwo(open, context)
      for (const letter of ['a', 'b', 'c']) await agree(store, letter, 10)
      await agree(store, 'c', 30)
      await exchange(store, 'code of b at 10', {clientId: 'b', expiresMs: 1_000})
      equal(await store.sweep(40, 10), false)
      equal(await trusted(store), 'abc', 'not before its time')
      equal(await store.sweep(40, 20), false)
      equal(await trusted(store), 'bc')
      await store.sweep(50, 40)
      equal(await trusted(store), 'b', 'its end was put off')
      await store.sweep(2_000, 1_000)
      await store.sweep(2_000, 1_000)
      equal(await trusted(store), '')
    })

    test('what has run out is thrown away a thousand at a time, until nothing is left', async context => {
      const {grants: store} = await withTwo(open, context)
      const all = Array.from({length: 2_001}, (_, i) => store.useOnce(`key ${i}`, 10))
      await Promise.all(all)
      deepEqual([await store.sweep(20, 0), await store.sweep(20, 0), await store.sweep(20, 0)], [true, true, false])
      equal(await store.wasUsed('key 2000'), false)
    })

    const endings: readonly [string, (stores: Awaited<ReturnType<typeof withTwo>>) => Promise<unknown>][] = [
      ['a new password', ({accounts}) => accounts.setPassword(alice, 'other')],
      ['a takedown', ({accounts}) => accounts.setTakedown(alice, 'ref', [])],
      ['the end of all access', ({accounts}) => accounts.endAccess(alice)],
      ['its end', ({accounts}) => accounts.remove(alice, [])],
    ]
    for (const [reason, end] of endings) {
      test(`all access of an account ends by ${reason}, and no code of it is good any more`, async context => {
        const stores = await withTwo(open, context)
        const {grants: store} = stores
        for (const code of ['a', 'b']) {
          await authorized(store, code)
          await exchange(store, code)
        }
        await authorized(store, 'c')
        await authorized(store, 'd', {did: bob})
        await exchange(store, 'd', {did: bob})
        await end(stores)
        deepEqual(await ids(store), [])
        equal(await store.byCode('c'), undefined)
        equal(await store.consent(alice, requestOf('one').clientId), undefined, 'and no app comes in again unasked')
        deepEqual(await ids(store, bob), ['by d'])
        equal(await store.consent(bob, requestOf('one').clientId), 'atproto')
      })
    }

    test('the end of a takedown ends no access', async context => {
      const {grants: store, accounts} = await withTwo(open, context)
      await authorized(store, 'a')
      await exchange(store, 'a')
      await accounts.setTakedown(alice, null, [])
      deepEqual(await ids(store), ['by a'])
    })

    test('what has run out is thrown away', async context => {
      const {grants: store} = await withTwo(open, context)
      await authorized(store, 'a')
      await exchange(store, 'a')
      await authorized(store, 'b')
      await store.addRequest(requestOf('c', {expiresMs: 900}))
      await store.useOnce('key', 500)
      await store.sweep(200, 0)
      ok(await store.byCode('b'))
      await store.sweep(500, 0)
      equal(await store.byCode('b'), undefined)
      ok((await store.grant('by a')) && (await store.wasUsed('key')), 'not before they have')
      await store.sweep(501, 0)
      equal(await store.wasUsed('key'), false)
      equal(await store.grant('by a'), undefined)
      ok(typeof (await store.openRequest('c', 'a', 10, 20, 30)) === 'object')
    })

    test('with each new request twenty go that have run out', async context => {
      const {grants: store} = await withTwo(open, context)
      const codes = Array.from({length: 22}, (_, i) => `code ${i}`)
      for (const code of codes) await authorized(store, code)
      const left = async (createdMs: number): Promise<number> => {
        await store.addRequest(requestOf(`at ${createdMs}`, {createdMs, expiresMs: 900}))
        return (await Promise.all(codes.map(code => store.byCode(code)))).filter(Boolean).length
      }
      deepEqual([await left(200), await left(201), await left(202)], [22, 2, 0])
    })
  })
}
