/** Who counts as one stranger. */
import assert from 'node:assert/strict'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {EventEmitter} from 'node:events'
import type {Socket} from 'node:net'
import {test} from 'node:test'
import {PerAddress} from './peer.ts'
import {OpenPerStranger, plainAddress, StrangerLimiter, strangersAt} from './stranger.ts'

test('an address of IPv4 counts for itself, in each way in which it is written', () => {
  const ways = ['1.2.3.4', '::ffff:1.2.3.4', '::FFFF:1.2.3.4', '::ffff:102:304', '0:0:0:0:0:ffff:102:304', '1.2.3.4:80']
  for (const text of ways) {
    assert.equal(plainAddress(text), '1.2.3.4', text)
    assert.deepEqual(strangersAt(plainAddress(text)), {one: '1.2.3.4'}, text)
  }
  assert.deepEqual(strangersAt('::ffff:102:304'), {one: '1.2.3.4'})
})

test('an address of IPv6 counts for its /64 and its /48', () => {
  const here = {one: '2001:db8:0:1::/64', wide: '2001:db8:0::/48'}
  for (const text of [
    '2001:db8:0:1::',
    '2001:db8::1:1:2:3:4',
    '2001:0DB8:0:1:ffff:ffff:ffff:ffff',
    '2001:db8:0:1::1%eth0',
  ]) {
    assert.deepEqual(strangersAt(text), here, text)
  }
  assert.deepEqual(strangersAt(plainAddress('[2001:db8:0:1::5]:443')), here)
  assert.deepEqual(strangersAt('::1'), {one: '0:0:0:0::/64', wide: '0:0:0::/48'})
  assert.deepEqual(strangersAt('2001:db8:0:1:2:3:4.5.6.7'), here)
  assert.deepEqual(strangersAt(''), {one: ''})
  assert.deepEqual(strangersAt('no:address'), {one: 'no:address'})
})

test('a /64 has one count, and a /48 sixteen times that', async () => {
  const limiter = new StrangerLimiter('calls', {limit: 2, windowMs: 1_000}, new InProcessLimits(() => 0))
  assert.ok((await limiter.take('2001:db8::1')).allowed)
  assert.ok((await limiter.take('2001:db8::2')).allowed)
  assert.ok(!(await limiter.take('2001:db8::3')).allowed)
  await limiter.giveBack('2001:db8::9')
  assert.ok((await limiter.take('2001:db8::3')).allowed)
  for (let i = 1; i <= 15; i++)
    for (let k = 0; k < 2; k++) assert.ok((await limiter.take(`2001:db8:0:${i}::1`)).allowed)
  assert.ok(!(await limiter.take('2001:db8:0:99::1')).allowed)
  assert.ok((await limiter.take('2001:db8:1::1')).allowed)
})

test('sockets of IPv6 are counted by /64 and /48, and given back when they close', () => {
  const sockets = new PerAddress(2)
  const opened: EventEmitter[] = []
  const open = (address: string): boolean => {
    const socket = new EventEmitter()
    opened.push(socket)
    return sockets.take(address, socket as Socket)
  }
  assert.ok(open('2001:db8::1'))
  assert.ok(open('2001:db8::2'))
  assert.ok(!open('2001:db8::3'))
  for (let i = 1; i <= 15; i++) for (let k = 0; k < 2; k++) assert.ok(open(`2001:db8:0:${i}::${k}`))
  assert.ok(!open('2001:db8:0:99::1'))
  assert.ok(open('::ffff:1.2.3.4') && open('1.2.3.4') && !open('::ffff:102:304'))
  for (const socket of opened) socket.emit('close')
  assert.ok(open('2001:db8::3') && open('2001:db8:0:99::1') && open('1.2.3.4'))
})

test('what is open is given back once', () => {
  const open = new OpenPerStranger(1)
  const release = open.take('1.2.3.4')
  assert.ok(release)
  release()
  release()
  assert.ok(open.take('1.2.3.4'))
  assert.equal(open.take('1.2.3.4'), undefined)
})
