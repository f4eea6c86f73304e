/** `get`, and by it what every command makes of a server that refuses, fails, lies or is not there. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {encodeCar} from '#atp/repo/car-write.ts'
import {TestRepo, testKey} from '../../test/commits.ts'
import {alice, documentOf, fakeServers, known, pieces, refusal} from '../../test/fake-servers.ts'
import {wholesky, wholeskyJson} from '../../test/recorded-io.ts'

const path = 'app.bsky.feed.post/3jui7kd54zh2y'
const uri = `at://${alice.did}/${path}`
const value = {$type: 'app.bsky.feed.post', text: 'Hello', createdAt: '2026-01-01T00:00:00Z'}
const cid = 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem'
const record = 'com.atproto.repo.getRecord'
const proof = 'com.atproto.sync.getRecord'
const plc = `http://localhost:2582/${alice.did}`

const get = (answers: Parameters<typeof fakeServers>[0], ...more: string[]) =>
  wholesky(['get', `at://alice.test/${path}`, ...more], fakeServers({...known, ...answers}))
async function getError(answers: Parameters<typeof fakeServers>[0], ...more: string[]) {
  const asked = fakeServers({...known, ...answers})
  const {code, answer} = await wholeskyJson(['get', `at://alice.test/${path}`, ...more], asked)
  const {error} = answer as {error: {kind: string; detail: string}}
  return {code, ...error}
}

/** A repository with the record, and the blocks that prove it. */
const repo = new TestRepo(alice.did, testKey(1), Date.UTC(2026, 0))
const proven = (): Uint8Array => repo.write({[path]: value}).event.blocks

suite('get', () => {
  test('finds the account, asks its PDS, and shows the record', async () => {
    const servers = fakeServers({...known, [record]: {uri, cid, value}})
    const {code, out, err} = await wholesky(['get', `at://alice.test/${path}`], servers)
    assert.deepEqual([code, err], [0, ''])
    assert.equal(out, `${uri}\n${cid}\n\n${JSON.stringify(value, undefined, 2)}\n`)
    assert.deepEqual(servers.asked.at(-1), {
      call: `GET ${record}?repo=${alice.did}&collection=app.bsky.feed.post&rkey=3jui7kd54zh2y`,
      token: null,
      type: null,
      body: undefined,
    })
  })

  test('with --json gives the same as one document', async () => {
    const {code, answer} = await wholeskyJson(['get', uri], fakeServers({...known, [record]: {uri, cid, value}}))
    assert.deepEqual([code, answer], [0, {uri, cid, value}])
  })

  test('asks for no proof but by the account’s own key', async () => {
    const {code, out} = await get({[proof]: pieces([proven()])}, '--proof')
    assert.equal(code, 0)
    assert.match(out, /✓ proven by the signed commit of revision \S+\n/)
    assert.match(out, /"text": "Hello"/)
  })

  for (const [name, answers, kind, code] of [
    [
      'signed by another key',
      {[proof]: () => pieces([new TestRepo(alice.did, testKey(2), 0).write({[path]: value}).event.blocks])},
      'bad-signature',
      1,
    ],
    [
      'of another account',
      {
        [proof]: () =>
          pieces([new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), 0).write({[path]: value}).event.blocks]),
      },
      'wrong-did',
      1,
    ],
    [
      'that shows that there is no such record',
      {[proof]: () => pieces([new TestRepo(alice.did, testKey(1), 0).write({'a.b.c/x': value}).event.blocks])},
      'RecordNotFound',
      1,
    ],
    ['without blocks', {[proof]: () => pieces([encodeCar([], [])])}, undefined, 1],
    ['that is no CAR', {[proof]: () => pieces([Uint8Array.of(1)])}, 'car-truncated', 1],
    [
      'that breaks off',
      {[proof]: () => pieces([proven().subarray(0, 50)], new TypeError('terminated'))},
      'broken-off',
      3,
    ],
    ['without end', {[proof]: () => pieces(Array.from({length: 9}, () => new Uint8Array(1 << 20)))}, 'too-big', 1],
    ['that is refused', {[proof]: refusal(400, 'RepoDeactivated')}, 'RepoDeactivated', 1],
    ['of an account that names no key', {[plc]: documentOf({verificationMethod: []})}, 'no-signing-key', 1],
  ] as const) {
    test(`takes no proof ${name}`, async () => {
      const error = await getError(answers, '--proof')
      assert.equal(error.code, code, error.detail)
      if (kind) assert.equal(error.kind, kind, error.detail)
    })
  }

  for (const [typed, message] of [
    ['alice.test', /Malformed at-uri/],
    ['at://alice.test', /expected the address of one record/],
    ['at://alice.test/app.bsky.feed.post', /expected the address of one record/],
    ['at://alice.test/app.bsky.feed.post/a/b', /Malformed at-uri/],
  ] as const) {
    test(`refuses ${typed}, and asks nobody`, async () => {
      const servers = fakeServers(known)
      const {code, err} = await wholesky(['get', typed], servers)
      assert.deepEqual([code, servers.asked], [2, []])
      assert.match(err, message)
    })
  }
})

suite('a server', () => {
  for (const [name, answers, code, kind, detail] of [
    [
      'that refuses is quoted',
      {[record]: refusal(400, 'RecordNotFound', 'There is none')},
      1,
      'RecordNotFound',
      'There is none. (RecordNotFound)',
    ],
    [
      'that finds a call malformed is quoted without its code',
      {[record]: refusal(400, 'InvalidRequest', 'Bad rkey!')},
      1,
      'InvalidRequest',
      'Bad rkey!',
    ],
    [
      'that has had enough is to be asked later',
      {[record]: refusal(429, 'RateLimitExceeded', 'Too many')},
      1,
      'RateLimitExceeded',
      'Too many. Wait a little and try again.',
    ],
    [
      'with a fault is out of reach',
      {[record]: refusal(500, 'InternalServerError', 'Oops')},
      3,
      'InternalServerError',
      'Oops. (InternalServerError)',
    ],
    [
      'behind a proxy that has lost it is out of reach',
      {[record]: () => new Response('<html>', {status: 502})},
      3,
      'UpstreamFailure',
      'The service answered 502.',
    ],
    [
      'that answers what its lexicon does not allow is not believed',
      {[record]: {uri, cid: 3, value}},
      3,
      'InvalidResponse',
      /is not as its lexicon says: \/cid/,
    ],
    [
      'that answers with a page is not believed',
      {[record]: () => new Response('<html>')},
      3,
      'InvalidResponse',
      /Malformed json/,
    ],
    [
      'that names its error in an odd way gives its status',
      {[record]: refusal(400, 'a b\u001b[2J')},
      1,
      'InvalidRequest',
      'The service answered 400.',
    ],
    [
      'that is not there may have to be started',
      {},
      3,
      'UpstreamFailure',
      /^localhost:2583 cannot be reached\. Is the network up\? "npm start" starts it/,
    ],
  ] as const) {
    test(name, async () => {
      const error = await getError(answers)
      assert.deepEqual([error.code, error.kind], [code, kind])
      if (typeof detail === 'string') assert.equal(error.detail, detail)
      else assert.match(error.detail, detail)
    })
  }

  test('cannot add lines or move the cursor by what it says', async () => {
    const message = 'no\n✓ proven\u001b[1A\u001b[2K\u202e'
    const {code, err} = await get({[record]: refusal(400, 'RecordNotFound', message)})
    assert.deepEqual([code, err], [1, 'wholesky: no\\n✓ proven\\u001b[1A\\u001b[2K\\u202e. (RecordNotFound)\n'])
    const shown = await get({[record]: {uri, cid, value: {$type: 'a.b.c', text: message}}})
    assert.doesNotMatch(shown.out.replaceAll('\n', ''), /\p{Cc}|\p{Bidi_Control}/u)
    assert.equal(shown.out.split('\n').filter(line => line.startsWith('✓')).length, 0)
  })
})

suite('an account', () => {
  for (const [name, answers, code, message] of [
    [
      'whose handle the local network does not know',
      {'com.atproto.identity.resolveHandle': refusal(400, 'HandleNotFound')},
      1,
      /No account of the local network has the handle alice\.test\. "wholesky account create alice" makes one\./,
    ],
    [
      'whose PDS is not there',
      {'com.atproto.identity.resolveHandle': new Response('', {status: 502})},
      3,
      /alice\.test cannot be found on the local network: .*\. /,
    ],
    [
      'whom the directory does not know',
      {[plc]: Response.json({message: 'DID not registered'}, {status: 404})},
      1,
      /"wholesky resolve alice\.test" shows where it fails; --network public asks the real network/,
    ],
    [
      'who has given up the identity',
      {[plc]: Response.json({message: 'DID not available'}, {status: 410})},
      1,
      /cannot be found/,
    ],
    [
      'whose document is of another',
      {[plc]: documentOf({id: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'})},
      undefined,
      /cannot be found/,
    ],
    [
      'whose document names no PDS',
      {[plc]: documentOf({service: []})},
      1,
      /names no PDS, so nothing of it can be read/,
    ],
  ] as const) {
    test(`${name} is told so`, async () => {
      const {code: found, out, err} = await get(answers)
      assert.equal(out, '')
      assert.match(err, message)
      if (code !== undefined) assert.equal(found, code)
      assert.notEqual(found, 70)
    })
  }
})
