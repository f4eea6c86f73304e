/** The commands that talk to servers, against a whole network in this process. */
import assert from 'node:assert/strict'
import {existsSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {realWorld, type World} from '#std/world.ts'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {wholesky, wholeskyJson} from '../../test/recorded-io.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {needVectors, vector} from '../../test/vectors.ts'
import {dataIn} from '../bin/data-folder.ts'
import {openNetwork, type Network} from '../bin/network.ts'

useNativeCrypto()

const folder = temporaryFolder('cli-network')
const at = (name: string): string => join(folder, name)
const env = {XDG_CONFIG_HOME: folder, WHOLESKY_PASSWORD: 'correct horse battery'}
let network: Network
/** What is no address of the network is not there: a test asks nobody outside. */
const closed: World = {
  ...realWorld,
  fetch: () => Promise.reject(new Error('closed')),
  subscribe: () => Promise.reject(new Error('Cannot subscribe: closed')),
}

type Answer = Record<string, unknown>
const run = (...argv: string[]) => wholesky(argv, {env, world: network.world})
async function ask(...argv: string[]): Promise<{code: number; answer: Answer}> {
  const {code, answer} = await wholeskyJson(argv, {env, world: network.world})
  return {code, answer: answer as Answer}
}
const lines = (out: string): Answer[] =>
  out
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answer)
const file = (name: string, json: unknown): string => {
  writeFileSync(at(name), JSON.stringify(json))
  return at(name)
}

suite('commands on a network', () => {
  before(async () => {
    network = await openNetwork(dataIn(folder), {world: closed, guarded: closed, log: silentLog})
    for (const {service} of network.members) await service.start()
  })
  after(async () => {
    for (const {service} of network.members.toReversed()) await service.stop()
  })

  test('make an account, keep its session where only its owner reads, and say who is logged in', async () => {
    const {code, answer} = await ask('account', 'create', 'alice')
    assert.equal(code, 0, JSON.stringify(answer))
    assert.equal(answer.handle, 'alice.test')
    const sessions = at('wholesky/accounts.json')
    assert.equal(statSync(sessions).mode & 0o777, 0o600)
    assert.equal((await ask('account', 'create', 'berta')).code, 0)
    const {code: known, out} = await run('account', 'status', '--json')
    assert.equal(known, 0)
    assert.deepEqual(
      lines(out).map(({handle, ok}) => [handle, ok]),
      [
        ['berta.test', true],
        ['alice.test', true],
      ],
    )
    assert.equal((await ask('account', 'logout', 'berta.test')).code, 0)
    assert.equal((await ask('account', 'login', 'alice.test')).answer.did, answer.did)
    const taken = await ask('account', 'create', 'alice')
    assert.equal(taken.code, 1)
    assert.equal((taken.answer.error as Answer).kind, 'HandleNotAvailable')
  })

  test('take a password from nowhere but the environment, a file or a person', async () => {
    const silent = {env: {XDG_CONFIG_HOME: folder}, world: network.world}
    const {code, err} = await wholesky(['account', 'login', 'alice.test'], silent)
    assert.equal(code, 2)
    assert.match(err, /--password-file <file>, or set WHOLESKY_PASSWORD/)
    const wrong = ['account', 'login', 'alice.test', '--password-file', file('wrong', 'nope')]
    const refused = await wholesky(wrong, silent)
    assert.equal(refused.code, 1)
    assert.match(refused.err, /Invalid identifier or password/)
  })

  test('write, show, prove, list and delete records', async () => {
    const post = {$type: 'app.bsky.feed.post', text: 'Hello from the shell', createdAt: '2026-01-01T00:00:00Z'}
    const made = await ask('record', 'create', file('post.json', post))
    assert.equal(made.code, 0, JSON.stringify(made.answer))
    const uri = made.answer.uri as string
    const plain = await ask('get', uri)
    assert.deepEqual(plain.answer.value, post)
    const proven = await ask('get', uri.replace(/did:[^/]+/, 'alice.test'), '--proof')
    assert.equal(proven.code, 0)
    assert.deepEqual([proven.answer.value, proven.answer.cid], [post, made.answer.cid])
    const profile = {$type: 'app.bsky.actor.profile', displayName: 'Alice'}
    assert.equal((await ask('record', 'put', 'app.bsky.actor.profile/self', file('profile.json', profile))).code, 0)
    const collections = lines((await run('record', 'ls', '--json')).out).map(({collection}) => collection)
    assert.deepEqual(collections, ['app.bsky.actor.profile', 'app.bsky.feed.post'])
    const listed = await run('record', 'ls', 'alice.test', '--collection', 'app.bsky.feed.post')
    assert.match(listed.out, /Hello from the shell/)
    assert.equal((await ask('record', 'delete', uri)).answer.deleted, true)
    const gone = await ask('get', uri, '--proof')
    assert.equal(gone.code, 1)
    assert.equal((gone.answer.error as Answer).kind, 'RecordNotFound')
    const foreign = await ask('record', 'delete', 'at://berta.test/app.bsky.feed.post/3jui7kd54zh2y')
    assert.equal((foreign.answer.error as Answer).kind, 'not-yours')
    const bad = await ask('record', 'create', file('bad.json', {...post, text: 3}))
    assert.equal(bad.code, 1)
  })

  test('send blobs and fetch them back, byte by byte', async () => {
    writeFileSync(
      at('sun.png'),
      Uint8Array.from({length: 3000}, (_, i) => i % 251),
    )
    const {code, answer} = await ask('blob', 'upload', at('sun.png'))
    assert.equal(code, 0, JSON.stringify(answer))
    const image = answer.blob as {ref: {$link: string}; mimeType: string}
    assert.equal(image.mimeType, 'image/png')
    const avatar = {$type: 'app.bsky.actor.profile', avatar: image}
    assert.equal((await ask('record', 'put', 'app.bsky.actor.profile/self', file('avatar.json', avatar))).code, 0)
    const cid = image.ref.$link
    assert.deepEqual(lines((await run('blob', 'ls', '--json')).out)[0].cid, cid)
    assert.equal((await run('blob', 'download', 'alice.test', cid, '--out', at('back.png'))).code, 0)
    assert.deepEqual(readFileSync(at('back.png')), readFileSync(at('sun.png')))
    assert.equal((await run('blob', 'download', 'alice.test', cid, '--out', at('back.png'))).code, 3)
  })

  test('export a repository and verify it', async () => {
    const {code, answer} = await ask('repo', 'export', 'alice.test', at('alice.car'), '--verify')
    assert.equal(code, 0, JSON.stringify(answer))
    assert.deepEqual([answer.verified, answer.signature, answer.recordCount], [true, 'good', 1])
    assert.equal((await run('repo', 'export', 'alice.test', at('alice.car'))).code, 3)
    assert.ok(!existsSync(`${at('alice.car')}.part`))
  })

  test('resolve both ways, and say what to do where that fails', async () => {
    const {code, answer} = await ask('resolve', 'alice.test')
    assert.equal(code, 0, JSON.stringify(answer))
    assert.deepEqual([answer.handle, answer.pds], ['alice.test', 'http://localhost:2583'])
    assert.equal((await ask('resolve', answer.did as string)).answer.handle, 'alice.test')
    const nobody = await run('resolve', 'nobody.test')
    assert.equal(nobody.code, 1)
    assert.match(nobody.out, /✗ handle .*\n.*→ .*wholesky account create nobody/)
    const unknown = await ask('resolve', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa')
    assert.equal(unknown.code, 1)
  })

  test('follow the firehose and Jetstream, with the same filters', async () => {
    const options = ['--cursor', '1', '--did', 'alice.test', '--collection', 'app.bsky.feed.*', '--limit']
    const verified = await run('firehose', '--verify', '--json', ...options, '5')
    assert.deepEqual([verified.code, verified.err], [0, ''])
    const kinds = (out: string): unknown[] => lines(out).map(({kind}) => kind)
    assert.deepEqual(kinds(verified.out).slice(-2), ['commit', 'commit'])
    const {ops} = lines(verified.out).at(-2) as {ops: Answer[]}
    assert.equal((ops[0].record as Answer).text, 'Hello from the shell')
    const told = await run('jetstream', 'tail', ...options, '4')
    assert.equal(told.code, 0)
    assert.match(told.out, /identity alice\.test\n.*account active\n.*create app\.bsky\.feed\.post.*Hello.*\n.*delete/)
  })

  test('put a repository in the place of another', needVectors, async () => {
    assert.equal((await ask('account', 'create', 'carla')).code, 0)
    const {code, answer} = await ask('repo', 'import', vector('repo/repo.car'))
    assert.equal(code, 0, JSON.stringify(answer))
    const [, data] = /^Data CID: (\S+)$/m.exec(readFileSync(vector('repo/car_expected_commit.txt'), 'utf8')) ?? []
    const {answer: exported} = await ask('repo', 'export', 'carla.test', at('carla.car'), '--verify')
    assert.deepEqual([answer.data, exported.data], [data, data])
    assert.deepEqual([exported.verified, exported.signature, exported.recordCount], [true, 'good', answer.recordCount])
  })

  test('tell where nothing answers what to start', async () => {
    const {code, err} = await wholesky(['get', 'at://alice.test/app.bsky.feed.post/1'], {env, world: closed})
    assert.equal(code, 3)
    assert.match(err, /npm start.* WHOLESKY_PDS_URL/)
  })
})
