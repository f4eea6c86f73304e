/** The services of the configuration: by which names they are found, and which rows are none. */
import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {parseServiceName, ServiceTable, type ServiceTableOptions} from './service-table.ts'

const appView = {did: 'did:web:api.example.com' as Did, url: 'http://localhost:2584'}
const table = (more: Partial<ServiceTableOptions> = {}): ServiceTable =>
  new ServiceTable({appView, rows: [], moderation: undefined, reports: undefined, ...more})
const named = (text: string) => parseServiceName(text)!

test('the name of a service is a DID with the fragment of an entry', () => {
  deepEqual(parseServiceName('did:web:chat.example.com#bsky_chat'), {
    did: 'did:web:chat.example.com',
    name: 'bsky_chat',
  })
  for (const bad of [
    '',
    'did:web:a.b',
    '#x',
    'did:web:a.b#',
    'a.b#x',
    'did:web:a.b#x#y',
    'did:web:a.b#x y',
    `did:web:a.b#${'x'.repeat(129)}`,
  ]) {
    equal(parseServiceName(bad), undefined, bad)
  }
})

test('the AppView is found by its name', () => {
  const entry = {audience: appView.did, url: appView.url}
  deepEqual(table().find(named('did:web:api.example.com#bsky_appview')), entry)
  equal(table().find(named('did:web:api.example.com#other')), undefined)
  equal(table({appView: undefined}).find(named('did:web:api.example.com#bsky_appview')), undefined)
})

test('a row names a service, where it is, and whom tokens are for', () => {
  const services = table({
    rows: [
      'did:web:chat.example.com#bsky_chat https://chat.example.com/',
      ' did:web:video.example.com#video   http://localhost:2587  did:web:localhost ',
    ],
  })
  deepEqual(services.find(named('did:web:chat.example.com#bsky_chat')), {
    audience: 'did:web:chat.example.com',
    url: 'https://chat.example.com',
  })
  deepEqual(services.find(named('did:web:video.example.com#video')), {
    audience: 'did:web:localhost',
    url: 'http://localhost:2587',
  })
})

test('another name of the AppView is the AppView, with all that is done for its answers', () => {
  const services = table({rows: [`did:web:api.bsky.app#bsky_appview ${appView.url} ${appView.did}`]})
  equal(services.find(named('did:web:api.bsky.app#bsky_appview')), services.appView)
  const other = table({rows: [`did:web:api.bsky.app#bsky_appview ${appView.url}`]})
  deepEqual(other.find(named('did:web:api.bsky.app#bsky_appview'))?.audience, 'did:web:api.bsky.app')
})

test('reports go to the moderation service unless they go elsewhere', () => {
  const moderation = 'did:web:ozone.example.com#atproto_labeler'
  deepEqual(table({moderation}).reports, named(moderation))
  const reports = 'did:web:reports.example.com#x'
  deepEqual(table({moderation, reports}).reports, named(reports))
  equal(table().reports, undefined)
})

test('all that is wrong is said at once, with the name of the setting and the form expected', () => {
  const rows = [
    'did:web:a.b#x',
    'a.b#x http://a.b',
    'did:web:a.b#x ftp://a.b',
    'did:web:a.b#x http://a.b did:web:c.d more',
  ]
  throws(
    () => table({rows, moderation: 'nobody', reports: 'did:web:a.b'}),
    (error: Error) =>
      rows.every(row => error.message.includes(`"${row}"`)) &&
      /PDS_MOD_SERVICE is "nobody"/.test(error.message) &&
      /PDS_REPORT_SERVICE is "did:web:a\.b"/.test(error.message),
  )
})
