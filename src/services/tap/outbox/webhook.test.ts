/** Events that are posted: some at a time, each until it is taken, in order for each account. */
import assert from 'node:assert/strict'
import {suite, test, type TestContext} from 'node:test'
import {Hosted, openTestTap} from '../../../../test/tap-service.ts'
import {until} from '../../../../test/until.ts'

const hook = 'http://hook.example.com/take?it'
const rkeyOf = (body: string): string => (JSON.parse(body) as {record?: {rkey: string}}).record?.rkey ?? 'identity'

const taken = async (): Promise<Response> => new Response('taken')

/** A webhook that answers as it is told. */
async function posted(context: TestContext, rkeys: string, env: Record<string, string> = {}) {
  const alice = new Hosted('alice')
  alice.write(Object.fromEntries(rkeys.split('').map(rkey => [rkey, rkey])))
  const posts: {rkey: string; authorization: string | null; type: string | null}[] = []
  const state: {open: number; most: number; answer: (rkey: string) => Promise<Response>} = {
    open: 0,
    most: 0,
    answer: taken,
  }
  const tap = await openTestTap(context, [alice], {
    env: {TAP_WEBHOOK_URL: hook, ...env},
    async elsewhere(request) {
      assert.equal(request.url, hook)
      assert.equal(request.redirect, 'manual')
      const rkey = rkeyOf(await request.text())
      const {headers} = request
      posts.push({rkey, authorization: headers.get('authorization'), type: headers.get('content-type')})
      state.most = Math.max(state.most, ++state.open)
      try {
        return await state.answer(rkey)
      } finally {
        state.open--
      }
    },
  })
  const password = env.TAP_ADMIN_PASSWORD ?? ''
  const head: Record<string, string> = password === '' ? {} : {authorization: `Basic ${btoa(`admin:${password}`)}`}
  await tap.call('POST', '/repos/add', {dids: [alice.did]}, head)
  const waiting = async () => (await tap.call('GET', '/stats/outbox-buffer', undefined, head)).body.outbox_buffer
  return {alice, tap, posts, state, waiting}
}

suite('the webhook of a Tap', {timeout: 30_000}, () => {
  test('is posted each event, and has the channel closed', async context => {
    const {tap, posts, waiting} = await posted(context, 'abc')
    await until(() => posts.length === 4, 'all are posted')
    await until(async () => (await waiting()) === 0, 'nothing waits')
    assert.deepEqual(posts.map(({rkey}) => rkey).toSorted(), ['a', 'b', 'c', 'identity'])
    assert.deepEqual([posts[0].authorization, posts[0].type], [null, 'application/json'])
    assert.equal((await tap.connect()).refused, 400)
    assert.match(tap.metrics.render(), /^tap_webhook_requests_total\{status="success"\} 4$/m)
  })

  test('is shown the password, where there is one', async context => {
    const {posts, waiting} = await posted(context, 'a', {TAP_ADMIN_PASSWORD: 'swordfishes'})
    await until(async () => posts.length === 2 && (await waiting()) === 0, 'all are posted')
    const shown = new Set(posts.map(({authorization}) => authorization))
    assert.deepEqual([...shown], ['Basic YWRtaW46c3dvcmRmaXNoZXM='])
  })

  test('has as many at a time as it may have', async context => {
    const held = Promise.withResolvers<Response>()
    const {posts, state, waiting} = await posted(context, 'abcdefgh', {TAP_WEBHOOK_PARALLELISM: '3'})
    state.answer = () => held.promise.then(response => response.clone())
    await until(() => state.open === 3, 'three are under way')
    await new Promise(resolve => setTimeout(resolve, 30))
    assert.equal(state.open, 3)
    held.resolve(new Response())
    await until(async () => (await waiting()) === 0, 'nothing waits')
    assert.ok(state.most <= 3, `${state.most}`)
    assert.equal(new Set(posts.map(({rkey}) => rkey)).size, 9)
  })

  test('is posted what others have said while there is something that it does not take', async context => {
    const {posts, state, waiting} = await posted(context, 'abcdefgh', {TAP_WEBHOOK_PARALLELISM: '2'})
    state.answer = async rkey => new Response('', {status: 'abcd'.includes(rkey) ? 500 : 200})
    await until(async () => (await waiting()) === 4, 'all else is taken')
    state.answer = taken
    await until(async () => (await waiting()) === 0, 'and the rest, once it is taken')
    assert.ok(state.most <= 2, `${state.most}`)
    assert.ok(posts.length >= 13, 'it was posted again')
  })

  for (const [what, refuse, status] of [
    ['refuses', async () => new Response('no', {status: 500}), 'non_2xx'],
    ['sends on', async () => new Response(null, {status: 302, headers: {location: 'http://127.0.0.1/'}}), 'non_2xx'],
    ['breaks off', () => Promise.reject(new TypeError('fetch failed')), 'error'],
  ] as const) {
    test(`that ${what} is posted the same again, and what comes after it of the account waits`, async context => {
      const {alice, tap, posts, state, waiting} = await posted(context, 'a')
      await until(async () => (await waiting()) === 0 && posts.length === 2, 'what was there')
      let refusals = 0
      state.answer = rkey => (rkey === 'b' && refusals++ === 0 ? refuse() : Promise.resolve(new Response()))
      tap.stream.push(alice.write({b: 'b'}), alice.write({c: 'c'}))
      await until(() => posts.length === 5, 'all were posted')
      assert.deepEqual(
        posts.slice(2).map(({rkey}) => rkey),
        ['b', 'b', 'c'],
      )
      assert.match(tap.metrics.render(), new RegExp(`^tap_webhook_requests_total\\{status="${status}"\\} 1$`, 'm'))
    })
  }
})
