/** The `repo` commands, from a folder of records to a verified CAR and back. */
import assert from 'node:assert/strict'
import {mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {suite, test} from 'node:test'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, signCommit} from '#atp/repo/commit.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {ownTemporaryFolder, temporaryFolder} from '../../../test/temporary-folder.ts'
import {needVectors, vector} from '../../../test/vectors.ts'
import {recordFile, recordPath} from './record-path.ts'

const folder = temporaryFolder('repo')
const at = (name: string): string => join(folder, name)
const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'

/** A repository on disk, its blocks in the order of their CIDs, as no walk takes them. */
function carOf(name: string, writes: Record<string, {$type: string}>, number = 1): string {
  const made = new TestRepo(did, testKey(number), Date.UTC(2026, 0)).write(writes)
  const blocks = [...made.blocks].toSorted((a, b) => (a.cid.toString() < b.cid.toString() ? -1 : 1))
  writeFileSync(at(name), encodeCar([made.event.commit], blocks))
  return at(name)
}

const posts = Object.fromEntries(
  Array.from({length: 300}, (_, i) => [
    `com.example.${i % 2 ? 'post' : 'like'}/${i}`,
    {$type: 'com.example', number: i},
  ]),
)
type Answer = Record<string, unknown>

suite('repo verify', () => {
  const car = carOf('good.car', posts)

  test('accepts a repository by its key, its DID document, or neither', async () => {
    const publicKey = testKey(1).didKey
    const document = at('did.json')
    const multikey = {id: `${did}#atproto`, type: 'Multikey', controller: did, publicKeyMultibase: publicKey.slice(8)}
    writeFileSync(document, JSON.stringify({id: did, verificationMethod: [multikey]}))
    for (const [options, signature] of [
      [['--key', publicKey], 'good'],
      [['--did-doc', document], 'good'],
      [['--did', did], 'unchecked'],
    ] as const) {
      const {code, answer} = await wholeskyJson(['repo', 'verify', car, ...options])
      assert.equal(code, 0)
      const {recordCount, isPreorder, ...rest} = answer as Answer
      assert.deepEqual([recordCount, isPreorder, rest.signature, rest.did], [300, false, signature, did])
    }
  })

  test('refuses another key, another account, damaged bytes, and less than the whole', async () => {
    const bytes = readFileSync(car)
    const damaged = bytes.slice()
    damaged[damaged.length - 5] ^= 1
    writeFileSync(at('damaged.car'), damaged)
    writeFileSync(at('cut.car'), bytes.subarray(0, 5000))
    for (const [argv, reason] of [
      [[car, '--key', testKey(2).didKey], 'bad-signature'],
      [[car, '--did', 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'], 'wrong-did'],
      [[at('damaged.car')], 'car-wrong-hash'],
      [[at('cut.car')], 'car-truncated'],
    ] as const) {
      const {code, answer} = await wholeskyJson(['repo', 'verify', ...argv])
      assert.deepEqual([code, (answer as Answer).reason], [1, reason])
    }
    assert.equal((await wholesky(['repo', 'verify', at('absent.car')])).code, 3)
    assert.equal((await wholesky(['repo', 'verify', car, '--key', 'did:key:zz'])).code, 2)
  })

  test('reads standard input in any order of blocks, and leaves nothing behind', async context => {
    const bytes = readFileSync(car)
    const folder = ownTemporaryFolder(context)
    const stdin = [bytes.subarray(0, 1000), bytes.subarray(1000)]
    assert.equal((await wholesky(['repo', 'verify', '-'], {stdin})).code, 0)
    assert.deepEqual(readdirSync(folder), [])
  })

  test('gives the commit that another implementation reads', needVectors, async () => {
    const {code, answer} = await wholeskyJson(['repo', 'verify', vector('repo/repo.car')])
    assert.equal(code, 0)
    const expected = readFileSync(vector('repo/car_expected_commit.txt'), 'utf8')
    for (const name of ['did', 'data', 'rev']) assert.ok(expected.includes(String((answer as Answer)[name])), expected)
  })
})

suite('repo inspect and ls', () => {
  test('inspect counts records by collection, and shows a part for what it is', async () => {
    const {answer} = await wholeskyJson(['repo', 'inspect', carOf('whole.car', posts)])
    const {whole, collections} = answer as {whole: boolean; collections: {collection: string; records: number}[]}
    assert.equal(whole, true)
    assert.deepEqual(
      collections.map(({collection, records}) => [collection, records]),
      [
        ['com.example.like', 150],
        ['com.example.post', 150],
      ],
    )
    const repo = new TestRepo(did, testKey(1), Date.UTC(2026, 0))
    repo.write(posts)
    const {event} = repo.write({'com.example.post/new': {$type: 'com.example'}})
    writeFileSync(at('part.car'), event.blocks)
    const part = await wholeskyJson(['repo', 'inspect', at('part.car')])
    assert.equal(part.code, 0)
    assert.deepEqual([(part.answer as Answer).whole, (part.answer as Answer).reason], [false, 'missing-block'])
  })

  test('ls lists all records in order, or one collection, with their values if asked', async () => {
    const car = carOf('listed.car', posts)
    const {code, out} = await wholesky(['repo', 'ls', car])
    assert.equal(code, 0)
    const paths = out
      .trim()
      .split('\n')
      .map(line => line.split(' ')[0])
    assert.deepEqual(paths, Object.keys(posts).toSorted())
    const {out: lines} = await wholesky(['repo', 'ls', car, '--collection', 'com.example.post', '--records', '--json'])
    const listed = lines
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as {path: string; record: {number: number}})
    assert.equal(listed.length, 150)
    for (const {path, record} of listed) assert.equal(path, `com.example.post/${record.number}`)
  })

  test('ls gives the records that another implementation reads', needVectors, async () => {
    const {out} = await wholesky(['repo', 'ls', vector('repo/repo.car')])
    const expected = readFileSync(vector('repo/car_expected_records.tsv'), 'utf8').trim().split('\n')
    const listed = out
      .trim()
      .split('\n')
      .map(line => line.split(/\s+/).join('\t'))
    assert.deepEqual(listed.toSorted(), expected.map(line => line.split('\t').slice(0, 2).join('\t')).toSorted())
  })
})

suite('repo unpack and pack', () => {
  test('a repository unpacked and packed again has the same tree, with a later revision', async () => {
    const car = carOf('before.car', posts)
    const secret = at('secret.key')
    const {answer: key} = await wholeskyJson(['key', 'generate', '--out', secret])
    const unpacked = await wholeskyJson(['repo', 'unpack', car, '--out', at('unpacked')])
    assert.equal(unpacked.code, 0)
    writeFileSync(at('unpacked/com.example.post/1.json~'), 'what an editor left')
    const packed = await wholeskyJson(['repo', 'pack', at('unpacked'), '--out', at('after.car'), '--key', secret])
    assert.equal(packed.code, 0)
    const [before, after] = [unpacked.answer as Answer, packed.answer as Answer]
    assert.deepEqual([after.data, after.recordCount, after.ignoredCount], [before.data, 300, 1])
    assert.ok(String(after.rev) > String(before.rev))
    const argv = ['repo', 'verify', at('after.car'), '--key', String((key as Answer).didKey)]
    const {code, answer} = await wholeskyJson(argv)
    assert.deepEqual([code, (answer as Answer).isPreorder], [0, true])
  })

  test('unpack replaces nothing, and leaves nothing of a repository that is bad', async () => {
    mkdirSync(at('full'))
    writeFileSync(at('full/mine.txt'), 'mine')
    const car = carOf('fine.car', posts)
    assert.equal((await wholesky(['repo', 'unpack', car, '--out', at('full')])).code, 3)
    assert.deepEqual(readdirSync(at('full')), ['mine.txt'])
    writeFileSync(at('short.car'), readFileSync(car).subarray(0, 30_000))
    mkdirSync(at('parent'))
    assert.equal((await wholesky(['repo', 'unpack', at('short.car'), '--out', at('parent/child')])).code, 1)
    assert.deepEqual(readdirSync(at('parent')), [])
  })

  test('no path of a record leads out of the folder', async () => {
    for (const path of [
      '../evil',
      '..',
      './x',
      'a/../b',
      'com.example.post/..',
      'com.example.post/.',
      '/etc/x',
      '.../x',
    ]) {
      assert.throws(() => recordFile(path), {name: 'Malformed'}, path)
    }
    // The tree refuses `..` itself, and takes other keys that are no paths of records.
    const record = {cid: cidOf(codecs.cbor, encodeCbor({})), bytes: encodeCbor({})}
    const nodes: {cid: typeof record.cid; bytes: Uint8Array}[] = []
    const builder = new TreeBuilder((cid, block) => void nodes.push({cid, bytes: block.slice()}))
    builder.add('notes/evil', record.cid)
    const {commit} = new TestRepo(did, testKey(1), Date.UTC(2026, 0)).write({})
    const head = commitBlock(signCommit({...commit, data: builder.finish()}, testKey(1)))
    writeFileSync(at('hostile.car'), encodeCar([head.cid], [head, ...nodes, record]))
    mkdirSync(at('safe'))
    const {code} = await wholesky(['repo', 'unpack', at('hostile.car'), '--out', at('safe/out')])
    assert.deepEqual([code, readdirSync(at('safe'))], [1, []])
  })

  test('a name too long for a file goes on in a folder below, and comes back whole', () => {
    for (const path of ['com.example.post/3k', `com.example.post/${'a'.repeat(512)}`, `${'a.'.repeat(130)}b/self`]) {
      const file = recordFile(path)
      assert.ok(
        file.split('/').every(name => name.length <= 255),
        file,
      )
      assert.equal(recordPath(file), path)
    }
    assert.equal(recordPath('commit.json'), undefined)
    assert.equal(recordPath('com.example.post/3k.txt'), undefined)
    assert.throws(() => recordPath('notes/x.json'), {name: 'Malformed'})
  })

  test('pack names the file that is no record', async () => {
    const file = at('wrong/com.example.post/x.json')
    mkdirSync(dirname(file), {recursive: true})
    writeFileSync(file, '{"number": 1.5}')
    const {code, err} = await wholesky(['repo', 'pack', at('wrong'), '--did', did, '--out', at('wrong.car')])
    assert.equal(code, 1)
    assert.match(err, /x\.json/)
    assert.equal((await wholesky(['repo', 'pack', at('wrong'), '--out', at('wrong.car')])).code, 2)
  })
})

suite('progress', () => {
  test('goes to stderr, on a terminal or when asked, and is gone at the end', async () => {
    const car = carOf('slow.car', posts)
    let now = 0
    const world = {now: () => (now += 150)}
    const asked = await wholesky(['repo', 'verify', car, '--progress'], {world})
    assert.match(asked.err, /\rreading {2}█+░* +\d+ % {2}\d+ MB\/s/)
    assert.match(asked.err, /\r +\r$/)
    assert.doesNotMatch(asked.out, /█/)
    assert.equal((await wholesky(['repo', 'verify', car], {world})).err, '')
  })
})
