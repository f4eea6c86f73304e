import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {isLoopbackHost} from './loopback.ts'

test('names of this machine are told from those that only begin so', () => {
  for (const url of [
    'http://localhost:2583',
    'http://127.0.0.1',
    'http://127.9.9.9:80/',
    'http://[::1]:2583/',
    'http://LOCALHOST',
  ]) {
    equal(isLoopbackHost(new URL(url).hostname), true, url)
  }
  for (const name of [
    'localhost.example.com',
    '127.example.com',
    '127.0.0.1.example.com',
    'example.com',
    '[::2]',
    '10.0.0.1',
    '',
  ]) {
    equal(isLoopbackHost(name), false, name)
  }
})
