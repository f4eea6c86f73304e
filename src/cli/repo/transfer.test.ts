/** `repo export` and `repo import` against a PDS in a table, and what the offline commands make of bad files. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {encodeCar} from '#atp/repo/car-write.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {alice, documentOf, fakeServers, known, loggedIn, pieces, refusal} from '../../../test/fake-servers.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'

const folder = temporaryFolder('transfer')
const at = (name: string): string => join(folder, name)
const getRepo = 'com.atproto.sync.getRepo'
const importRepo = 'com.atproto.repo.importRepo'
const getLatestCommit = 'com.atproto.sync.getLatestCommit'
type Answers = Parameters<typeof fakeServers>[0]
type Json = Record<string, unknown>

const records = {
  'com.example.note/a': {$type: 'com.example.note', text: 'A'},
  'com.example.note/b': {$type: 'com.example.note', text: 'B'},
}
function carOf(number = 1, did: string = alice.did): Uint8Array<ArrayBuffer> {
  const {event, blocks} = new TestRepo(did, testKey(number), Date.UTC(2026, 0)).write(records)
  return new Uint8Array(encodeCar([event.commit], blocks))
}
const car = carOf()

suite('repo export', () => {
  test('writes the file as it comes, and says how much came from where', async () => {
    const servers = fakeServers({...known, [getRepo]: pieces([car.subarray(0, 100), car.subarray(100)])})
    const {code, out, err} = await wholesky(['repo', 'export', 'alice.test', at('a.car')], servers)
    assert.deepEqual([code, err], [0, ''])
    assert.equal(out, `✓ ${at('a.car')}: ${car.length} bytes from http://localhost:2583\n`)
    assert.deepEqual(new Uint8Array(readFileSync(at('a.car'))), car)
    assert.equal(servers.asked.at(-1)?.call, `GET ${getRepo}?did=${alice.did}`)
  })

  for (const [name, answers, expected] of [
    ['by the key of the account', {}, {verified: true, signature: 'good', recordCount: 2}],
    [
      'but for the signature where no key is named',
      {[`http://localhost:2582/${alice.did}`]: documentOf({verificationMethod: []})},
      {verified: true, signature: 'unchecked'},
    ],
  ] as const) {
    test(`--verify checks all of it ${name}`, async () => {
      const servers = fakeServers({...known, [getRepo]: pieces([car]), ...answers})
      const {code, answer} = await wholeskyJson(
        ['repo', 'export', 'alice.test', at(`${name}.car`), '--verify'],
        servers,
      )
      assert.equal(code, 0)
      for (const [member, value] of Object.entries(expected)) assert.equal((answer as Json)[member], value, member)
    })
  }

  for (const [name, body, reason] of [
    ['signed by another key', carOf(2), 'bad-signature'],
    ['of another account', carOf(1, 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'), 'wrong-did'],
    ['with a part missing', car.subarray(0, -10), 'car-truncated'],
    ['that is none', Uint8Array.of(1, 2, 3), undefined],
  ] as const) {
    test(`--verify refuses a repository ${name}, and keeps what the server gave`, async () => {
      const servers = fakeServers({...known, [getRepo]: pieces([body])})
      const {code, answer} = await wholeskyJson(
        ['repo', 'export', 'alice.test', at(`bad ${name}.car`), '--verify'],
        servers,
      )
      assert.equal(code, 1)
      if (reason) assert.equal((answer as Json).reason, reason)
      assert.equal(existsSync(at(`bad ${name}.car`)), true)
    })
  }

  for (const [name, answer, code, message] of [
    [
      'breaks off',
      () => pieces([car.subarray(0, 50)], new TypeError('terminated')),
      3,
      /The answer of http:\/\/localhost:2583 broke off: terminated/,
    ],
    ['is refused', refusal(400, 'RepoTakendown', 'Taken down'), 1, /Taken down\. \(RepoTakendown\)/],
    ['fails', refusal(500, 'InternalServerError'), 3, /InternalServerError/],
  ] as const) {
    test(`leaves no file when the answer ${name}`, async () => {
      const empty = mkdtempSync(at('empty-'))
      const servers = fakeServers({...known, [getRepo]: answer})
      const {code: found, err} = await wholesky(['repo', 'export', 'alice.test', join(empty, 'a.car')], servers)
      assert.deepEqual([found, readdirSync(empty)], [code, []])
      assert.match(err, message)
    })
  }

  test('replaces no file, and asks nobody for it', async () => {
    writeFileSync(at('mine.car'), 'mine')
    const servers = fakeServers(known)
    const {code, err} = await wholesky(['repo', 'export', 'alice.test', at('mine.car')], servers)
    assert.deepEqual([code, servers.asked, readFileSync(at('mine.car'), 'utf8')], [3, [], 'mine'])
    assert.match(err, /mine\.car: it already exists/)
  })

  test('into a folder that is not there is the system’s affair', async () => {
    const servers = fakeServers({...known, [getRepo]: pieces([car])})
    const {code, err} = await wholesky(['repo', 'export', 'alice.test', at('absent/a.car')], servers)
    assert.equal(code, 3)
    assert.match(err, /absent\/a\.car.*: no such file or folder/)
  })
})

suite('repo import', () => {
  const taking: Answers = {
    [importRepo]: new Response(),
    [getLatestCommit]: {cid: 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem', rev: '3jui7kd54zh2y'},
  }
  const file = at('import.car')
  writeFileSync(file, car)

  test('checks the file, sends the very bytes, and tells the new head', async () => {
    const {world, asked} = fakeServers(taking)
    const {code, out, err} = await wholesky(['repo', 'import', file], {world, env: loggedIn(folder)})
    assert.deepEqual([code, err], [0, ''])
    assert.match(out, /^✓ 2 records are now those of alice\.test\n {2}data {4}baf\S+\n {2}rev {5}3jui7kd54zh2y\n/)
    assert.deepEqual(
      [asked[0].call, asked[0].type, asked[0].token],
      [`POST ${importRepo}`, 'application/vnd.ipld.car', 'Bearer access-secret'],
    )
    assert.equal(asked[0].body, new TextDecoder().decode(car))
  })

  test('takes standard input, too', async () => {
    const {world, asked} = fakeServers(taking)
    const setting = {world, env: loggedIn(folder), stdin: [car.subarray(0, 77), car.subarray(77)]}
    const {code, answer} = await wholeskyJson(['repo', 'import', '-'], setting)
    assert.deepEqual([code, (answer as Json).recordCount], [0, 2])
    assert.equal(asked[0].body, new TextDecoder().decode(car))
  })

  test('sends what it has checked, whatever becomes of the name meanwhile', async () => {
    const path = at('swapped.car')
    writeFileSync(path, car)
    const {world, asked} = fakeServers(taking)
    // The clock is first read for the progress of the checks: by then the file is open.
    const now = (): number => (rmSync(path, {force: true}), Date.now())
    const {code} = await wholesky(['repo', 'import', path], {world: {...world, now}, env: loggedIn(folder)})
    assert.deepEqual([code, asked[0].body], [0, new TextDecoder().decode(car)])
  })

  for (const [name, bytes] of [
    ['a part', car.subarray(0, 200)],
    ['nothing', new Uint8Array()],
    ['a text', new TextEncoder().encode('hello')],
  ] as const) {
    test(`sends nothing of ${name}`, async () => {
      writeFileSync(at('bad.car'), bytes)
      const {world, asked} = fakeServers(taking)
      const {code, answer} = await wholeskyJson(['repo', 'import', at('bad.car')], {world, env: loggedIn(folder)})
      assert.deepEqual([code, asked, (answer as Json).ok], [1, [], false])
    })
  }

  for (const [name, answers, path, code, message] of [
    ['is not there', taking, at('absent.car'), 3, /absent\.car: no such file/],
    [
      'is too big for the server',
      {[importRepo]: refusal(413, 'PayloadTooLarge', 'At most 1 GB')},
      file,
      1,
      /At most 1 GB/,
    ],
    ['goes to a server that is away', {}, file, 3, /cannot be reached/],
  ] as const) {
    test(`says so when the file ${name}`, async () => {
      const {world} = fakeServers(answers)
      const {code: found, err} = await wholesky(['repo', 'import', path], {world, env: loggedIn(folder)})
      assert.equal(found, code)
      assert.match(err, message)
    })
  }

  test('needs somebody who is logged in', async () => {
    const {world, asked} = fakeServers(taking)
    const {code} = await wholesky(['repo', 'import', file], {world, env: {XDG_CONFIG_HOME: at('nobody')}})
    assert.deepEqual([code, asked], [1, []])
  })
})

suite('files that are no repository', () => {
  const samples: readonly (readonly [name: string, bytes: Uint8Array, reason: RegExp])[] = [
    ['nothing', new Uint8Array(), /^car-/],
    ['a text', new TextEncoder().encode('hello, this is no CAR at all'), /^car-/],
    ['zeros', new Uint8Array(1000), /^cbor-/],
    ['a length beyond all', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x7f), /^car-/],
    ['a head alone', car.subarray(0, 59), /./],
  ]
  for (const [name, bytes, reason] of samples) {
    test(`${name}: each command says why, with 1`, async () => {
      const path = at('sample.car')
      writeFileSync(path, bytes)
      for (const argv of [
        ['verify', path],
        ['ls', path],
        ['unpack', path, '--out', at('sample')],
      ]) {
        const {code, answer} = await wholeskyJson(['repo', ...argv])
        assert.deepEqual([code, (answer as Json).ok], [1, false], argv[0])
        assert.match(String((answer as Json).reason), reason)
      }
      const {code} = await wholesky(['repo', 'inspect', path])
      assert.ok(code === 0 || code === 1)
      assert.equal(existsSync(at('sample')), false)
    })
  }

  test('a file that is not there, or a folder, is out of reach', async () => {
    for (const verb of ['verify', 'ls', 'inspect', 'unpack', 'import']) {
      const more = verb === 'unpack' ? ['--out', at('x')] : []
      const setting = {env: loggedIn(folder)}
      const absent = await wholesky(['repo', verb, at('absent.car'), ...more], setting)
      assert.equal(absent.code, 3, verb)
      assert.match(absent.err, /absent\.car: no such file or folder/)
      assert.notEqual((await wholesky(['repo', verb, folder, ...more], setting)).code, 0, verb)
    }
  })
})

suite('repo inspect', () => {
  test('shows head, size and collections to a person', async () => {
    writeFileSync(at('inspect.car'), car)
    const {code, out} = await wholesky(['repo', 'inspect', at('inspect.car')])
    assert.equal(code, 0)
    assert.match(
      out,
      new RegExp(
        `^${at('inspect.car')}\\n {2}did {9}${alice.did}\\n {2}rev +\\S+\\n {2}time +2026-01-01T00:00:01\\.000Z\\n`,
      ),
    )
    assert.match(
      out,
      /\n {2}size +\d+ bytes in \d+ blocks\n {2}repository {2}whole(, in preorder)?\n\n {2}records +bytes {2}collection\n {8}2 +\d+ {2}com\.example\.note\n$/,
    )
  })

  test('says of a repository without records that it has none', async () => {
    const {event, blocks} = new TestRepo(alice.did, testKey(1), Date.UTC(2026, 0)).write({})
    writeFileSync(at('no-records.car'), encodeCar([event.commit], blocks))
    assert.match((await wholesky(['repo', 'inspect', at('no-records.car')])).out, /\n {2}no records\n$/)
  })
})

/** A folder with one record and this `commit.json`. */
function unpacked(head?: string): string {
  const made = mkdtempSync(at('unpacked-'))
  mkdirSync(join(made, 'com.example.note'))
  writeFileSync(join(made, 'com.example.note/a.json'), '{"$type": "com.example.note"}')
  if (head !== undefined) writeFileSync(join(made, 'commit.json'), head)
  return made
}

suite('repo pack and unpack', () => {
  for (const [name, head, code] of [
    ['null', 'null', 1],
    ['a list', '[]', 1],
    ['no JSON', '{', 1],
    ['another DID', '{"did": "x", "rev": "3jui7kd54zh2y"}', 1],
    ['a bad revision', `{"did": "${alice.did}", "rev": "x"}`, 1],
    ['what it should', `{"did": "${alice.did}", "rev": "3jui7kd54zh2y"}`, 0],
  ] as const) {
    test(`a head that holds ${name} ends with ${code}`, async () => {
      const out = join(mkdtempSync(at('out-')), 'a.car')
      const {code: found, err} = await wholesky(['repo', 'pack', unpacked(head), '--out', out])
      assert.equal(found, code, err)
      assert.equal(existsSync(out), code === 0)
    })
  }

  test('packs with a key of the moment, says so, and keeps it nowhere', async () => {
    const out = at('moment.car')
    const {code, out: said} = await wholesky(['repo', 'pack', unpacked(), '--did', alice.did, '--out', out])
    assert.equal(code, 0)
    assert.match(
      said,
      /^✓ 1 record of did:plc:\S+ in \S+\n(?:.*\n)* {2}signed by {2}did:key:z\S+, a fresh key that is not kept\n$/,
    )
  })

  test('replaces no file, and reads no record for it', async () => {
    writeFileSync(at('taken.car'), 'mine')
    const {code, err} = await wholesky(['repo', 'pack', at('absent'), '--did', alice.did, '--out', at('taken.car')])
    assert.deepEqual([code, readFileSync(at('taken.car'), 'utf8')], [3, 'mine'])
    assert.match(err, /taken\.car: it already exists/)
  })

  for (const [name, argv, code] of [
    ['a folder that is not there', [at('absent'), '--did', alice.did, '--out', at('b.car')], 3],
    ['a key that is not there', [unpacked(), '--did', alice.did, '--out', at('b.car'), '--key', at('absent.key')], 3],
    ['a DID that is none', [unpacked(), '--did', 'x', '--out', at('b.car')], 2],
    ['nowhere to write', [unpacked(), '--did', alice.did], 2],
  ] as const) {
    test(`with ${name} ends with ${code}`, async () => {
      assert.equal((await wholesky(['repo', 'pack', ...argv])).code, code)
      assert.equal(existsSync(at('b.car')), false)
    })
  }

  test('unpack fills an empty folder, and makes those above it', async () => {
    writeFileSync(at('unpack.car'), car)
    mkdirSync(at('waiting'))
    for (const out of [at('waiting'), at('new/deep/folder')]) {
      const {code, out: said} = await wholesky(['repo', 'unpack', at('unpack.car'), '--out', out])
      assert.deepEqual([code, said], [0, `✓ 2 records of ${alice.did} in ${out}\n`])
      assert.deepEqual(
        JSON.parse(readFileSync(join(out, 'com.example.note/b.json'), 'utf8')),
        records['com.example.note/b'],
      )
      assert.equal((JSON.parse(readFileSync(join(out, 'commit.json'), 'utf8')) as Json).did, alice.did)
    }
  })
})
