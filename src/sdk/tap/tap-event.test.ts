/** Events are read as the official client reads them, and passwords are shown and checked as it does. */
import {deepEqual, equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import * as official from '@atproto/tap'
import {Malformed} from '#std/malformed.ts'
import {assureAdminAuth, formatAdminAuthHeader, parseAdminAuthHeader} from './admin-auth.ts'
import {parseTapEvent} from './tap-event.ts'

const plain = (read: unknown): unknown => JSON.parse(JSON.stringify(read))

const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const cid = 'bafyreidfayvfuwqa7qlnopdjiqrxzs6blmoeu4rujcjtnci5beludirz2a'
const record = {did, rev: '3jzfcijpj2z2a', collection: 'app.bsky.feed.post', rkey: 'a', live: true}
const identity = {did, handle: 'alice.test', is_active: true, status: 'active'}
const events = {
  create: {id: 1, type: 'record', record: {...record, action: 'create', cid, record: {text: 'hi'}}},
  update: {id: 2, type: 'record', record: {...record, action: 'update', cid, record: {text: 'hi', n: 1}, live: false}},
  delete: {id: 3, type: 'record', record: {...record, action: 'delete'}},
  identity: {id: 4, type: 'identity', identity},
  'an account that was taken down': {
    id: 5,
    type: 'identity',
    identity: {...identity, is_active: false, status: 'takendown'},
  },
}
for (const [what, event] of Object.entries(events)) {
  test(`reads an event as the official client does: ${what}`, () => {
    deepEqual(plain(parseTapEvent(event)), plain(official.parseTapEvent(event)))
  })
}

const faults: Record<string, unknown> = {
  'no object': 'event',
  'no number': {...events.create, id: '1'},
  'another type': {...events.create, type: 'other'},
  'no DID': {...events.delete, record: {...record, action: 'delete', did: 'alice'}},
  'a path as its key': {...events.delete, record: {...record, action: 'delete', rkey: 'a/b'}},
  'another action': {...events.delete, record: {...record, action: 'move'}},
  'nothing that was created': {...events.create, record: {...record, action: 'create', cid}},
  'no CID of what was created': {...events.create, record: {...record, action: 'create', record: {}}},
  'another status': {...events.identity, identity: {...identity, status: 'well'}},
  'no word of its standing': {...events.identity, identity: {...identity, is_active: 'yes'}},
}
for (const [what, event] of Object.entries(faults)) {
  test(`is no event: ${what}`, () => throws(() => parseTapEvent(event), Malformed))
}

test('a handle that is not known yet is none', () => {
  const event = parseTapEvent({...events.identity, identity: {...identity, handle: ''}})
  equal(event.type === 'identity' && event.handle, 'handle.invalid')
})

test('passwords are shown and checked as by the official client', () => {
  for (const password of ['secret', 'with:colon', 'déjà "vu"', '']) {
    const header = formatAdminAuthHeader(password)
    equal(parseAdminAuthHeader(header), password)
    assureAdminAuth(password, header)
    if (/^[\x20-\x7e]+$/.test(password)) equal(header, official.formatAdminAuthHeader(password))
  }
  for (const header of [
    formatAdminAuthHeader('secret '),
    'Basic',
    '',
    'Bearer secret',
    `Basic ${btoa('user:secret')}`,
  ]) {
    throws(() => assureAdminAuth('secret', header), header)
  }
})
