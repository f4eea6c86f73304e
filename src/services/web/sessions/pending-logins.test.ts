import assert from 'node:assert/strict'
import {test} from 'node:test'
import {realWorld} from '#std/world.ts'
import {PendingLogins, pendingMs} from './pending-logins.ts'

const login = {
  identifier: 'alice.test',
  password: 'correct horse',
  name: 'alice',
  asked: 'Enter the code.',
}

test('a password waits for its code for a bounded time, for whoever has the ticket, and among a bounded number', () => {
  const clock = {ms: 0}
  const pending = new PendingLogins({...realWorld, now: () => clock.ms})
  const [ticket, ended] = [pending.keep(login), pending.keep(login)]
  assert.notEqual(ticket, ended)
  pending.end(ended)
  clock.ms = pendingMs - 1
  assert.deepEqual([pending.find(ticket), pending.find(ended), pending.find('')], [login, undefined, undefined])
  clock.ms = pendingMs
  assert.equal(pending.find(ticket), undefined)
  const first = pending.keep(login)
  for (let i = 0; i < 1_000; i++) pending.keep(login)
  assert.equal(pending.find(first), undefined)
})
