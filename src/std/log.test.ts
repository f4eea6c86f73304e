import assert from 'node:assert/strict'
import {test} from 'node:test'
import {stripVTControlCharacters} from 'node:util'
import {createLog, humanLine, jsonLine, warnOnce} from './log.ts'
import type {LogLevel, LogLine} from './log.ts'

function collected(level?: LogLevel) {
  const lines: LogLine[] = []
  return {lines, log: createLog({sink: line => lines.push(line), level, now: () => 1_700_000_000_000})}
}

test('a narrowed log carries its fields on every line, and the wider one does not', () => {
  const {lines, log} = collected()
  const narrowed = log.with({service: 'pds'})
  narrowed.with({did: 'did:plc:a'}).info('Account created.', {handle: 'a.test'})
  log.warn('Slow.')
  assert.deepEqual(
    lines.map(({level, message, fields}) => [level, message, fields]),
    [
      ['info', 'Account created.', {service: 'pds', did: 'did:plc:a', handle: 'a.test'}],
      ['warn', 'Slow.', {}],
    ],
  )
})

test('lines below the level are dropped', () => {
  const {lines, log} = collected('warn')
  log.debug('a')
  log.info('b')
  log.warn('c')
  log.error('d')
  assert.deepEqual(
    lines.map(line => line.message),
    ['c', 'd'],
  )
})

test('of what comes again and again the first of each kind is a warning', () => {
  const lines: LogLine[] = []
  const tell = warnOnce(createLog({level: 'debug', now: () => 0, sink: line => lines.push(line)}))
  for (const kind of ['a', 'a', 'b', 'a']) tell(kind, 'dropped', {kind})
  assert.deepEqual(
    lines.map(({level, fields}) => [level, fields.kind]),
    [
      ['warn', 'a'],
      ['debug', 'a'],
      ['warn', 'b'],
      ['debug', 'a'],
    ],
  )
})

test('whatever is named like a secret never reaches a sink, however deep it stands', () => {
  const {lines, log} = collected()
  log.with({adminPassword: 'hunter2'}).info('x', {
    headers: {Authorization: 'Bearer abc', cookie: ['a=b'], accept: '*/*'},
    accessJwt: 'eyJ',
    refresh_token: new Uint8Array(4),
    nested: [{apiKey: 'k', fine: 1}],
    tokensLeft: 3,
    error: Object.assign(new Error('no'), {clientSecret: 's'}),
  })
  const text = jsonLine(lines[0])
  for (const secret of ['hunter2', 'Bearer', 'a=b', 'eyJ', '"k"', '"s"']) assert.ok(!text.includes(secret), secret)
  assert.match(text, /"accept":"\*\/\*"/)
  assert.match(text, /"tokensLeft":3/)
  assert.match(text, /"fine":1/)
})

test('errors, bytes, classes, big and deep values become short plain JSON', () => {
  const {lines, log} = collected()
  const loop: {self?: unknown} = {}
  loop.self = loop
  log.error('x', {
    error: new TypeError('outer', {cause: new Error('inner')}),
    bytes: new Uint8Array(36),
    url: new URL('https://a.test/'),
    big: 10n,
    long: 'a'.repeat(10_000),
    many: Array.from({length: 1_000}, (_, i) => i),
    nothing: undefined,
    loop,
  })
  const fields = JSON.parse(jsonLine(lines[0])) as Record<string, unknown>
  const error = fields.error as {name: string; message: string; cause: {message: string}}
  assert.equal(error.name, 'TypeError')
  assert.equal(error.cause.message, 'inner')
  assert.equal(fields.bytes, '<36 bytes>')
  assert.equal(fields.url, 'https://a.test/')
  assert.equal(fields.big, '10')
  assert.ok(!('nothing' in fields))
  assert.ok(jsonLine(lines[0]).length < 20_000)
})

test('a line for a person starts with the time, the level and the message', () => {
  const {lines, log} = collected()
  log.error('Cannot open.', {path: '/x', error: new Error('denied')})
  const text = stripVTControlCharacters(humanLine(lines[0]))
  assert.match(text, /^22:13:20\.000 error Cannot open\. path=\/x error=denied\n {4}at /)
})
