/** The `lex` commands over documents and records on disk. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const folder = temporaryFolder('lex')

function file(name: string, content: unknown): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), {recursive: true})
  writeFileSync(path, JSON.stringify(content))
  return path
}

const like = {
  $type: 'app.bsky.feed.like',
  subject: {
    uri: 'at://did:plc:ewvi7nxzyoun6zhxrhs64oiz/app.bsky.feed.post/3jui7kd54zh2y',
    cid: 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem',
  },
  createdAt: '2026-11-22T12:00:00Z',
}
const visit = {
  lexicon: 1,
  id: 'com.example.visit',
  defs: {
    main: {
      type: 'record',
      key: 'tid',
      record: {
        type: 'object',
        required: ['place'],
        properties: {
          place: {type: 'string', maxLength: 10},
          seen: {type: 'ref', ref: 'com.atproto.repo.strongRef'},
          mood: {type: 'ref', ref: '#mood'},
        },
      },
    },
    mood: {type: 'string', enum: ['good', 'bad']},
  },
}

suite('lex', () => {
  const documents = join(folder, 'documents')
  file('documents/com/example/visit.json', visit)

  test('parse says what documents define, and what is wrong with those that are none', async () => {
    const good = await wholeskyJson(['lex', 'parse', documents])
    assert.equal(good.code, 0)
    assert.deepEqual((good.answer as {defs: unknown}).defs, {main: 'record', mood: 'string'})
    const bad = await wholesky(['lex', 'parse', documents, file('bad.json', {...visit, lexicon: 2})])
    assert.equal(bad.code, 1)
    assert.match(
      bad.out,
      /✓ com\.example\.visit: main record, mood string\n✗ .*bad\.json: Malformed lexicon: \/lexicon/,
    )
  })

  test('validate knows the lexicons of the network, and names the first fault with its path', async () => {
    assert.equal((await wholesky(['lex', 'validate', file('like.json', like)])).code, 0)
    const bad = file('bad-like.json', {...like, subject: {...like.subject, uri: 'at://nobody'}})
    const {code, answer} = await wholeskyJson(['lex', 'validate', bad])
    assert.equal(code, 1)
    assert.equal((answer as {path: string}).path, '/subject/uri')
    const unknown = await wholeskyJson(['lex', 'validate', file('unknown.json', {$type: 'com.example.visit'})])
    assert.equal((unknown.answer as {reason: string}).reason, 'unknown-type')
    for (const type of ['constructor', '__proto__', 'app.bsky.feed.post#toString', 'app.bsky.feed.getTimeline']) {
      assert.equal((await wholesky(['lex', 'validate', file('odd.json', {$type: type})])).code, 1, type)
    }
  })

  test('validate takes lexicons of your own, which may refer to known ones', async () => {
    const check = async (record: object): Promise<unknown> => {
      const path = file('visit.json', {$type: 'com.example.visit', ...record})
      const {answer} = await wholeskyJson(['lex', 'validate', '--lexicons', documents, path])
      return (answer as {path?: string}).path ?? 'valid'
    }
    assert.equal(await check({place: 'here', mood: 'good', seen: like.subject}), 'valid')
    assert.equal(await check({place: 'here', mood: 'odd'}), '/mood')
    assert.equal(await check({place: 'here', seen: {uri: 'here'}}), '/seen/uri')
    assert.equal(await check({}), '/place')
    const mood = file('mood.json', 'good')
    const argv = ['lex', 'validate', '--lexicons', documents, '--type', 'com.example.visit#mood', mood]
    assert.equal((await wholesky(argv)).code, 0)
  })

  test('gen writes modules, or nothing when a reference leads nowhere', async () => {
    const out = join(folder, 'generated')
    const {code, out: said} = await wholesky(['lex', 'gen', documents, '--out', out])
    assert.equal(code, 1)
    assert.match(said + 'com.atproto.repo.strongRef', /strongRef/)
    assert.ok(!existsSync(out))
    const repo = new URL('../../../lexicons/com/atproto/repo', import.meta.url).pathname
    const label = new URL('../../../lexicons/com/atproto/label', import.meta.url).pathname
    assert.equal((await wholesky(['lex', 'gen', documents, repo, label, '--out', out])).code, 0)
    assert.match(readFileSync(join(out, 'com/example/visit.ts'), 'utf8'), /export type Visit = \{/)
  })
})
