/** In which state a host is told to be. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {hostView} from './host-view.ts'

test('a host is banned before it is throttled, throttled before it is away, and idle only while it is connected', () => {
  const quiet = {id: 1, hostname: 'a.example.com', seq: 0, connected: true, isIdle: false, isBanned: false}
  for (const [more, status] of [
    [{}, 'active'],
    [{isIdle: true}, 'idle'],
    [{connected: false}, 'offline'],
    [{connected: false, isIdle: true}, 'offline'],
    [{waitsFor: 'bytes', connected: false}, 'throttled'],
    [{waitsFor: 'bytes', isIdle: true}, 'throttled'],
    [{waitsFor: 'bytes', isBanned: true}, 'banned'],
  ] as const) {
    equal(hostView({waitsFor: undefined, ...quiet, ...more}, new Map()).status, status, JSON.stringify(more))
  }
})
