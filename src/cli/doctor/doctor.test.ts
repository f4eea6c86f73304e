/** What `doctor` finds, on a network in this process and on machines that are made ill. */
import assert from 'node:assert/strict'
import {chmodSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {withHealth} from '#runtime/health/health.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {dataIn} from '../../bin/data-folder.ts'
import {openNetwork} from '../../bin/network.ts'
import type {Check} from '#runtime/health/check.ts'
import {checkClock, checkDatabases, checkNode} from './machine.ts'
import {checkLag, checkShownHandle} from './servers.ts'

useNativeCrypto()

const folder = temporaryFolder('doctor')
const closed: World = {
  ...realWorld,
  fetch: () => Promise.reject(new Error('connect ECONNREFUSED')),
  subscribe: () => Promise.reject(new Error('connect ECONNREFUSED')),
}

interface Found {
  ok: boolean
  sections: {title: string; checks: {name: string; state: string; detail: string; mend?: string}[]}[]
}

suite('doctor', () => {
  test('finds a network that is well to be well, and a server that is ill', async () => {
    const data = join(folder, 'well')
    const {members, world: inside} = await openNetwork(dataIn(data), {world: closed, guarded: closed, log: silentLog})
    for (const {service} of members) await service.start()
    // The listeners answer for health, and here there are none.
    const healthy = new Map(
      members.map(({service, port}) => [`localhost:${port}`, withHealth(service, {version: '1.2.3'})]),
    )
    const world = {
      ...inside,
      fetch: (request: Request) => (healthy.get(new URL(request.url).host) ?? closed).fetch(request),
    }
    const env = {XDG_CONFIG_HOME: folder, WHOLESKY_PASSWORD: 'correct horse battery'}
    try {
      assert.equal((await wholesky(['account', 'create', 'alice'], {env, world})).code, 0)
      const until = Date.now() + 60_000
      let answer: Found
      let code: number
      do {
        // The relay and the AppView hear of an account some moments after it is made, once the event loop has turned.
        await realWorld.sleep(20)
        const asked = await wholeskyJson(['doctor', '--deep', '--data', data], {env, world})
        ;({code} = asked)
        answer = asked.answer as Found
      } while (/are behind|does not show|as handle\.invalid/.test(JSON.stringify(answer)) && Date.now() < until)
      const bad = answer.sections.flatMap(({checks}) => checks.filter(({state}) => state === 'bad' || state === 'warn'))
      assert.deepEqual([code, bad], [0, []])
      assert.ok(answer.sections.some(({title}) => title.includes('alice.test')))

      const shown = answer.sections.flatMap(({checks}) => checks.filter(({name}) => name === 'appview handles'))
      assert.deepEqual(
        shown.map(({detail}) => detail),
        ['it shows alice.test'],
      )

      // A second PDS on a machine has handles that the first knows nothing of: the one that is looked at is asked.
      const elsewhere = {...env, WHOLESKY_PDS_URL: 'http://localhost:4583'}
      const second = await wholesky(['doctor', 'http://localhost:2583'], {env: elsewhere, world})
      assert.match(second.out, /✓ handle .*says the PDS at http:\/\/localhost:2583/)

      healthy.delete('localhost:2470')
      const ill = await wholesky(['doctor', '--data', data], {env, world})
      assert.equal(ill.code, 1)
      assert.match(ill.out, /✗ relay .*nothing answers at http:\/\/localhost:2470\n.*→ Start it: .*WHOLESKY_RELAY_URL/)
      const account = await wholesky(['doctor', 'nobody.test'], {env, world})
      assert.equal(account.code, 1)
      assert.match(account.out, /→ No account there has this handle/)
    } finally {
      for (const {service} of members.toReversed()) await service.stop()
    }
  })

  test('finds each server where its URL, or else its port, says that it was moved', async () => {
    const {rows} = await import('#bin/rows.ts')
    for (const {name} of rows) {
      for (const [variable, value] of [
        [`WHOLESKY_${name.toUpperCase()}_URL`, 'http://localhost:7777/'],
        [`${name.toUpperCase()}_PORT`, '7777'],
      ]) {
        const asked: string[] = []
        const fetch = async ({url}: Request) => {
          asked.push(url)
          return Response.json({version: '1'})
        }
        await wholesky(['doctor', '--data', folder], {world: {...closed, fetch}, env: {[variable]: value}})
        assert.ok(asked.includes('http://localhost:7777/_health'), variable)
      }
    }
  })

  test('says what to start where nothing runs, and what to do about a secret that others can read', async () => {
    const data = join(folder, 'ill')
    mkdirSync(join(data, 'pds'), {recursive: true})
    writeFileSync(join(data, 'pds/secrets.json'), '{}')
    chmodSync(join(data, 'pds/secrets.json'), 0o644)
    const {code, out} = await wholesky(['doctor', '--data', data], {world: closed})
    assert.equal(code, 1)
    assert.match(out, /✗ servers .*\n.*npm start.* WHOLESKY_PDS_URL/)
    assert.match(out, /✗ secrets .*secrets\.json can be read by others \(0644\)\n.*chmod 600/)
    const {code: usage, err} = await wholesky(['doctor', '--data', data], {world: closed, env: {WEB_PORT: 'high'}})
    assert.equal(usage, 2)
    assert.match(err, /WEB_PORT is "high"\. Expected a port/)
  })

  test('takes an old event for lag only where something is behind it', async () => {
    const lines = [
      'follower_lag_seconds{service="relay"} 24.8',
      'follower_lag_seconds{service="jetstream"} 24.8',
      'follower_lag_seconds{service="appview"} 24.8',
      'view_events_behind{service="jetstream",source="http://localhost:2470"} 0',
      'view_events_behind{service="appview",source="http://localhost:2470"} 3',
      'view_events_behind{service="appview",source="http://localhost:2471"} 0',
    ]
    const world = {...closed, fetch: async () => new Response(`${lines.join('\n')}\n`)}
    const checks = await checkLag('http://localhost:2581', new Set(['relay', 'jetstream', 'appview']), world)
    assert.deepEqual(
      checks.map(({name, state}) => [name, state]),
      [
        ['relay lag', 'warn'],
        ['jetstream lag', 'good'],
        ['appview lag', 'warn'],
      ],
    )
    assert.equal(checks[1].detail, 'has taken every event; it took its newest event after 24.8 s')
  })

  test('tells an AppView that knows no handles what to set', async () => {
    const [did, handle] = ['did:web:alice.test' as Did, 'alice.test' as Handle]
    const shownAs = (status: number, body: object): Promise<Check> => {
      const world = {...closed, fetch: async () => Response.json(body, {status})}
      return checkShownHandle({pds: 'http://localhost:2583', appview: 'http://localhost:2584'}, {did, handle}, world)
    }
    const shown = await shownAs(200, {did, handle: 'handle.invalid'})
    assert.equal(shown.state, 'warn')
    assert.match(shown.mend ?? '', /APPVIEW_HANDLE_RESOLVER=http:\/\/localhost:2583/)
    assert.equal((await shownAs(200, {did, handle})).state, 'good')
    assert.equal((await shownAs(400, {error: 'InvalidRequest', message: 'Not here.'})).state, 'skipped')
  })

  test('tells a database that is damaged, a clock that is off, and a Node that is too old', async () => {
    const data = join(folder, 'damaged')
    mkdirSync(data)
    writeFileSync(join(data, 'x.sqlite'), 'this is no database, whatever its name says'.repeat(100))
    assert.equal((await checkDatabases(data))[0].state, 'bad')
    const now = Date.UTC(2026, 5)
    const states = [0, 10_000, 600_000].map(off => checkClock(now, now + off).state)
    assert.deepEqual(states, ['good', 'warn', 'bad'])
    assert.equal(checkClock(Date.UTC(1990, 0), undefined).state, 'bad')
    assert.equal(checkNode('24.1.0').state, 'bad')
  })
})
