/** The `blob` commands against a PDS in a table. */
import assert from 'node:assert/strict'
import {existsSync, readdirSync, readFileSync, mkdtempSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {codecs, cidOf} from '#atp/data/cid.ts'
import {alice, fakeServers, known, loggedIn, pieces, refusal} from '../../../test/fake-servers.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const folder = temporaryFolder('blob')
const at = (name: string): string => join(folder, name)
const bytes = Uint8Array.from({length: 3000}, (_, i) => i % 251)
const cid = cidOf(codecs.raw, bytes).toString()
const getBlob = 'com.atproto.sync.getBlob'
const listBlobs = 'com.atproto.sync.listBlobs'
const uploadBlob = 'com.atproto.repo.uploadBlob'

const download = (answers: Parameters<typeof fakeServers>[0], out: string, ...more: string[]) =>
  wholesky(['blob', 'download', 'alice.test', cid, '--out', out, ...more], fakeServers({...known, ...answers}))

suite('blob upload', () => {
  const reference = {$type: 'blob', ref: {$link: cid}, mimeType: 'image/png', size: bytes.length}
  const taken = {[uploadBlob]: {blob: reference}}

  for (const [name, more, type] of [
    ['sun.png', [], 'image/png'],
    ['SUN.JPG', [], 'image/jpeg'],
    ['talk.mp4', [], 'video/mp4'],
    ['talk', [], 'application/octet-stream'],
    ['talk', ['--type', 'video/mp4'], 'video/mp4'],
  ] as const) {
    test(`sends ${[name, ...more].join(' ')} as ${type}, and shows the reference`, async () => {
      writeFileSync(at(name), bytes)
      const {world, asked} = fakeServers(taken)
      const setting = {world, env: loggedIn(folder)}
      const {code, answer} = await wholeskyJson(['blob', 'upload', at(name), ...more], setting)
      assert.deepEqual([code, answer], [0, {blob: reference}])
      assert.deepEqual([asked[0].type, asked[0].token], [type, 'Bearer access-secret'])
      assert.equal(asked[0].body, new TextDecoder().decode(bytes))
    })
  }

  for (const [name, file, answers, code, message] of [
    ['without a file', 'absent.png', taken, 3, /absent\.png: no such file/],
    [
      'of a type that the server refuses',
      'sun.png',
      {[uploadBlob]: refusal(400, 'InvalidMimeType')},
      1,
      /InvalidMimeType/,
    ],
    [
      'too big for the server',
      'sun.png',
      {[uploadBlob]: refusal(413, 'PayloadTooLarge', 'At most 1 MB')},
      1,
      /At most 1 MB/,
    ],
    ['to a server that is away', 'sun.png', {}, 3, /cannot be reached/],
  ] as const) {
    test(`${name} ends with ${code}`, async () => {
      writeFileSync(at('sun.png'), bytes)
      const setting = {...fakeServers(answers as Parameters<typeof fakeServers>[0]), env: loggedIn(folder)}
      const {code: found, err} = await wholesky(['blob', 'upload', at(file)], setting)
      assert.equal(found, code)
      assert.match(err, message)
    })
  }
})

suite('blob download', () => {
  test('writes what the CID names', async () => {
    const {code, out} = await download(
      {[getBlob]: pieces([bytes.subarray(0, 1000), bytes.subarray(1000)])},
      at('a.png'),
    )
    assert.deepEqual([code, out], [0, `✓ ${at('a.png')}, 3000 bytes\n`])
    assert.deepEqual(new Uint8Array(readFileSync(at('a.png'))), bytes)
  })

  for (const [name, answer, code, message] of [
    [
      'other bytes',
      () => pieces([bytes.subarray(1)]),
      1,
      /The server gave other bytes than \S+ names; nothing is kept/,
    ],
    ['nothing', () => pieces([]), 1, /other bytes/],
    ['a part', () => pieces([bytes.subarray(0, 9)], new TypeError('terminated')), 3, /broke off: terminated/],
    ['a refusal', refusal(400, 'BlobNotFound'), 1, /BlobNotFound/],
    ['a fault', refusal(500, 'InternalServerError'), 3, /InternalServerError/],
  ] as const) {
    test(`of ${name} leaves no file`, async () => {
      const empty = mkdtempSync(at('empty-'))
      const {code: found, out, err} = await download({[getBlob]: answer}, join(empty, 'x'))
      assert.deepEqual([found, out, readdirSync(empty)], [code, '', []])
      assert.match(err, message)
    })
  }

  test('takes the bar away before it says what went wrong', async () => {
    let now = 0
    const {world} = fakeServers({...known, [getBlob]: () => pieces([bytes.subarray(1)])})
    const setting = {world: {...world, now: () => (now += 150)}, terminal: true}
    const {err} = await wholesky(['blob', 'download', 'alice.test', cid, '--out', at('bar')], setting)
    assert.match(err, /\rfetching .*\r +\rwholesky: The server gave other bytes/)
  })

  test('replaces no file, and fetches nothing for it', async () => {
    writeFileSync(at('mine.png'), 'mine')
    const {world, asked} = fakeServers({...known, [getBlob]: () => pieces([bytes])})
    const {code, err} = await wholesky(['blob', 'download', 'alice.test', cid, '--out', at('mine.png')], {world})
    assert.deepEqual([code, readFileSync(at('mine.png'), 'utf8')], [3, 'mine'])
    assert.match(err, /mine\.png: it already exists/)
    assert.ok(!asked.some(({call}) => call.includes(getBlob)))
    assert.equal(existsSync(at('mine.png.part')), false)
  })

  test('refuses what is no CID and what is no account, and asks nobody', async () => {
    for (const words of [['alice.test', 'x'], ['x y', cid], [cid]]) {
      const {world, asked} = fakeServers({})
      assert.equal((await wholesky(['blob', 'download', ...words], {world})).code, 2)
      assert.deepEqual(asked, [])
    }
  })
})

suite('blob ls', () => {
  test('lists every page, of the account that is logged in where none is named', async () => {
    const {world, asked} = fakeServers({
      [listBlobs]: (_: unknown, count: number) => (count === 0 ? {cids: [cid], cursor: 'next'} : {cids: [cid]}),
    })
    const {code, out} = await wholesky(['blob', 'ls', '--since', '3jui7kd54zh2y'], {world, env: loggedIn(folder)})
    assert.deepEqual([code, out], [0, `${cid}\n${cid}\n`])
    assert.deepEqual(
      asked.map(({call}) => call),
      ['', '&cursor=next'].map(end => `GET ${listBlobs}?did=${alice.did}&since=3jui7kd54zh2y&limit=1000${end}`),
    )
  })

  test('ends where the server gives no more, or the same place again', async () => {
    for (const page of [
      {cids: [], cursor: 'x'},
      {cids: [cid], cursor: 'x'},
    ]) {
      const {world, asked} = fakeServers({...known, [listBlobs]: page})
      assert.equal((await wholesky(['blob', 'ls', 'alice.test'], {world})).code, 0)
      assert.ok(asked.length <= 4)
    }
  })

  test('passes on a refusal, and refuses a revision that is none', async () => {
    const refusing = fakeServers({...known, [listBlobs]: refusal(400, 'RepoTakendown')})
    assert.equal((await wholesky(['blob', 'ls', 'alice.test'], refusing)).code, 1)
    assert.equal((await wholesky(['blob', 'ls', 'alice.test', '--since', 'x'], fakeServers({}))).code, 2)
  })
})
