import {equal, ok} from 'node:assert/strict'
import {test} from 'node:test'
import {isLocal, isUnder, originOf, parseHostname} from './hostname.ts'

test('a hostname is a DNS name, or localhost with a port, whatever is written around it', () => {
  for (const [text, name] of [
    ['pds.example.com', 'pds.example.com'],
    [' PDS.Example.com ', 'pds.example.com'],
    ['https://pds.example.com/', 'pds.example.com'],
    ['wss://pds.example.com', 'pds.example.com'],
    ['ws://pds.example.com', 'pds.example.com'],
    ['http://localhost:2583', 'localhost:2583'],
    ['localhost:1', 'localhost:1'],
    ['localhost:65535', 'localhost:65535'],
  ]) {
    equal(parseHostname(text), name, text)
  }
  for (const text of [
    '',
    'localhost',
    'localhost:',
    'localhost:0',
    'localhost:01',
    'localhost:65536',
    'localhost:99999',
    'localhost:2583/x',
    'xlocalhost:2583',
    'pds',
    'pds.example.com:443',
    'pds.example.com//',
    'pds.example.com/xrpc',
    'ftp://pds.example.com',
    'x-https://pds.example.com',
    '127.0.0.1',
    '[::1]',
    '1.1',
  ]) {
    equal(parseHostname(text), undefined, text)
  }
})

test('a server on this machine is asked without TLS, and no other', () => {
  ok(isLocal('localhost:2583') && !isLocal('localhost.example.com'))
  equal(originOf('localhost:2583'), 'http://localhost:2583')
  equal(originOf('pds.example.com'), 'https://pds.example.com')
})

test('a name is under a domain when it is that, or ends with a dot and it', () => {
  ok(isUnder('a.example.com', ['example.org', 'example.com']))
  ok(isUnder('example.com', ['example.com']))
  for (const name of ['xexample.com', 'example.com.a.org', 'com']) ok(!isUnder(name, ['example.com']), name)
  ok(!isUnder('a.example.com', []))
})
