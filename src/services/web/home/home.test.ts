/** The home page, with everything up, and with nothing at all. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {WebNetwork} from '../../../../test/web-network.ts'
import {kindOf} from './home-page.ts'

test('a network at rest is shown as it is', async context => {
  const network = await WebNetwork.open(context)
  const page = await network.page('/')
  assert.match(page, /Quiet right now/)
  assert.match(page, /Create an account/)
  assert.doesNotMatch(page, /alice\.test/, 'nobody is named who may not be there')
  const linkOf = (service: string): string | undefined =>
    new RegExp(`data-service="${service}"[^]*?href="https?://[^/"]*([^"]*)"`).exec(page)?.[1]
  assert.deepEqual(['relay', 'jetstream'].map(linkOf), ['', ''], 'no link leads to a WebSocket')
  for (const service of ['plc', 'pds', 'relay', 'jetstream', 'appview', 'web']) {
    assert.ok(page.includes(`data-box="${service}"`) && page.includes(`data-service="${service}"`), service)
  }
})

test('whoever is signed in finds the way to the timeline', async context => {
  const network = await WebNetwork.open(context)
  await network.signIn()
  const page = await network.page('/')
  assert.match(page, /Your timeline/)
  assert.match(page, /npx wholesky repo export alice\.test --verify/)
  assert.doesNotMatch(page, /Create an account/)
})

test('pages carry no script, no style and no picture of their own', async context => {
  const network = await WebNetwork.open(context)
  for (const path of ['/', '/live', '/explore']) {
    const page = await network.page(path)
    assert.doesNotMatch(page, /<style|\sstyle=|\son\w+="|<script(?![^>]* src="\/assets\/)/, path)
    assert.doesNotMatch(page, /(?:src|href)="https?:\/\/(?!localhost|atproto\.com)/, path)
  }
})

test('the pulse of an open page tells how everything is', async context => {
  const network = await WebNetwork.open(context)
  const {headers, body} = await network.get('/live/pulse')
  assert.match(headers.get('content-type') ?? '', /^text\/event-stream/)
  const reader = body?.getReader()
  await reader?.read()
  const text = new TextDecoder().decode((await reader?.read())?.value)
  await reader?.cancel()
  const [, data] = /^event: pulse\ndata: (.+)\n\n$/.exec(text) ?? []
  const pulse = JSON.parse(data) as {perSecond: number[]; services: {name: string}[]}
  assert.deepEqual([pulse.perSecond.length, pulse.services.length], [60, 6])
})

const commit = (collection: string, action = 'create') => kindOf({kind: 'commit', action, collection})

test('each event has a dot of its kind', () => {
  assert.deepEqual(
    ['app.bsky.feed.post', 'app.bsky.feed.like', 'app.bsky.graph.follow', 'com.example.thing'].map(c => commit(c)),
    ['post', 'like', 'follow', 'other'],
  )
  assert.equal(commit('app.bsky.feed.like', 'delete'), 'delete')
  assert.equal(kindOf({kind: 'identity', action: 'identity', collection: ''}), 'other')
})

test('each service says in a line how it is: what it counts, how busy, how far, which version', async context => {
  const network = await WebNetwork.open(context, {
    '/_health': () => ({version: '1.2.3'}),
    _health: () => ({version: '1.2.3'}),
    'com.atproto.sync.listRepos': () => ({repos: []}),
    'com.atproto.sync.listHosts': () => ({hosts: []}),
  })
  const page = await network.page('/')
  const stateOf = (service: string): string | undefined =>
    new RegExp(`data-service="${service}"[\\s\\S]*?data-state>([^<]*)<`).exec(page)?.[1]
  assert.equal(stateOf('plc'), '1 ms · v1.2.3')
  assert.equal(stateOf('pds'), '0 accounts · 1 ms · v1.2.3')
  assert.equal(stateOf('relay'), '0 servers, 0 accounts · 1 ms · v1.2.3')
  assert.match(page, /All services are up/)
})
