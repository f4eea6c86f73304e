/** The offline commands on what is wrong: lexicons, records, logs of identities, identifiers. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const folder = temporaryFolder('bad-documents')
const at = (name: string): string => join(folder, name)
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
type Json = Record<string, unknown>
/** Runs a command on this text as its standard input. */
const on = (text: string | Uint8Array, ...argv: string[]) => {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text
  return wholeskyJson(argv, {stdin: [bytes]}) as Promise<{code: number; answer: Json}>
}

suite('lex parse', () => {
  for (const [name, text, reason] of [
    ['nothing', '', 'bad-syntax'],
    ['no UTF-8', Uint8Array.of(0x22, 0xff, 0x22), 'not-utf8'],
    ['null', 'null', undefined],
    ['another version', '{"lexicon": 2, "id": "a.b.c", "defs": {}}', undefined],
    ['no name', '{"lexicon": 1, "defs": {}}', undefined],
    ['a type nobody knows', '{"lexicon": 1, "id": "a.b.c", "defs": {"main": {"type": "wish"}}}', undefined],
    ['a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), undefined],
  ] as const) {
    test(`of ${name} says why, with 1`, async () => {
      const {code, answer} = await on(text, 'lex', 'parse', '-')
      assert.deepEqual([code, answer.ok, answer.file], [1, false, '-'])
      assert.equal(typeof answer.detail, 'string')
      if (reason) assert.equal(answer.reason, reason)
    })
  }

  test('reads folders in order of name, and goes on after a bad one', async () => {
    mkdirSync(at('docs/deep'), {recursive: true})
    writeFileSync(at('docs/b.json'), '{')
    writeFileSync(at('docs/deep/a.json'), '{"lexicon": 1, "id": "a.b.c", "defs": {"main": {"type": "token"}}}')
    writeFileSync(at('docs/notes.txt'), 'not read')
    const {code, out} = await wholesky(['lex', 'parse', at('docs'), '--json'])
    const answers = out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Json)
    assert.equal(code, 1)
    assert.deepEqual(
      answers.map(({ok, file}) => [ok, file]),
      [
        [false, at('docs/b.json')],
        [true, at('docs/deep/a.json')],
      ],
    )
    const absent = await wholesky(['lex', 'parse', at('absent')])
    assert.equal(absent.code, 3)
    assert.match(absent.err, /absent: no such file or folder/)
  })
})

suite('lex validate', () => {
  for (const [name, text, reason] of [
    ['no type', '{}', 'missing'],
    ['a type that is no text', '{"$type": 3}', 'bad-type'],
    ['a type nobody knows', '{"$type": "com.example.unknown"}', 'unknown-type'],
    ['a type that has no values', '{"$type": "com.atproto.sync.getRepo"}', 'not-data'],
    ['a fraction', '{"$type": "app.bsky.feed.post", "text": 1.5}', undefined],
    ['a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), undefined],
    ['no JSON', '{', 'bad-syntax'],
  ] as const) {
    test(`of ${name} says why, with 1`, async () => {
      const {code, answer} = await on(text, 'lex', 'validate', '-')
      assert.deepEqual([code, answer.ok], [1, false])
      if (reason) assert.equal(answer.reason, reason)
    })
  }

  test('with lexicons that are malformed names the document, and judges nothing', async () => {
    writeFileSync(at('broken.json'), '{"lexicon": 1}')
    const {code, answer} = await on('{"$type": "a.b.c"}', 'lex', 'validate', '-', '--lexicons', at('broken.json'))
    assert.equal(code, 1)
    assert.match((answer.error as {detail: string}).detail, /broken\.json: /)
  })

  test('with lexicons that refer to nothing is no bug of the program', async () => {
    const ref = {lexicon: 1, id: 'a.b.c', defs: {main: {type: 'object', properties: {x: {type: 'ref', ref: 'd.e.f'}}}}}
    writeFileSync(at('dangling.json'), JSON.stringify(ref))
    const {code} = await on('{"$type": "a.b.c", "x": {}}', 'lex', 'validate', '-', '--lexicons', at('dangling.json'))
    assert.equal(code, 1)
  })
})

test('lex gen says where it cannot write, and needs to know where', async () => {
  writeFileSync(at('token.json'), '{"lexicon": 1, "id": "a.b.c", "defs": {"main": {"type": "token"}}}')
  assert.equal((await wholesky(['lex', 'gen', at('token.json')])).code, 2)
  writeFileSync(at('file'), '')
  const {code, err} = await wholesky(['lex', 'gen', at('token.json'), '--out', at('file/below')])
  assert.equal(code, 3)
  assert.match(err, /that is a file, not a folder/)
  assert.equal((await wholesky(['lex', 'gen', at('absent.json'), '--out', at('out')])).code, 3)
  assert.equal(existsSync(at('out')), false)
})

suite('plc verify', () => {
  for (const [name, text, argv] of [
    ['nothing', '', []],
    ['an object', '{}', []],
    ['an empty list', '[]', []],
    ['a list of nothing', '[null]', []],
    ['an entry without an operation', `[{"did": "${did}", "operation": null}]`, []],
    ['an entry of another DID', `[{"did": "${did}"}]`, ['--did', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa']],
    ['a DID that is none', '[{"did": "x"}]', []],
    ['a hundred thousand levels', '['.repeat(100_000) + ']'.repeat(100_000), []],
  ] as const) {
    test(`of ${name} ends with 1, and says why in one line`, async () => {
      const stdin = [new TextEncoder().encode(text)]
      const {code, out, err} = await wholesky(['plc', 'verify', '-', ...argv], {stdin})
      assert.equal(code, 1)
      assert.equal((out + err).trimEnd().split('\n').length, 1)
    })
  }

  test('refuses a DID that is none before it reads', async () => {
    assert.equal((await wholesky(['plc', 'verify', at('absent.json'), '--did', 'x'])).code, 2)
  })
})

suite('syntax check', () => {
  for (const [kind, good, bad] of [
    ['did', did, 'did:PLC:x'],
    ['handle', 'alice.example.com', 'alice'],
    ['at-uri', `at://${did}/a.b.c/x`, 'at://'],
    ['nsid', 'a.b.c', 'a.b'],
    ['tid', '3jui7kd54zh2y', '3jui7kd54zh2'],
    ['cid', 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem', 'bafy'],
    ['datetime', '2026-01-01T00:00:00Z', '2026-01-01'],
    ['uri', 'https://example.com/', 'x y'],
    ['language', 'de-CH', 'd'],
    ['record-key', 'self', 'a/b'],
    ['at-identifier', 'alice.test', '@'],
  ]) {
    test(`knows a ${kind} from what is none`, async () => {
      const yes = await wholeskyJson(['syntax', 'check', kind, good])
      assert.deepEqual([yes.code, Object.keys((yes.answer as {kinds: object}).kinds)], [0, [kind]])
      const no = await wholeskyJson(['syntax', 'check', kind, bad])
      assert.deepEqual([no.code, (no.answer as Json).ok, (no.answer as Json).kind], [1, false, kind])
      assert.equal(typeof (no.answer as Json).reason, 'string')
    })
  }

  test('says of each text what it is, on a line of its own', async () => {
    const {code, out} = await wholesky(['syntax', 'check', did, 'a b\nc'])
    assert.equal(code, 1)
    assert.deepEqual(
      out.split('\n').filter(line => /^[✓✗]/.test(line)),
      [`✓ ${did}: did, uri, record-key, at-identifier`, '✗ a b\\nc: none of the known kinds'],
    )
  })
})
