/** `resolve`: each way an identity can be broken is told with what to do about it. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {alice, documentOf, fakeServers, known, pds, refusal} from '../../test/fake-servers.ts'
import {wholesky, wholeskyJson} from '../../test/recorded-io.ts'
import {testKey} from '../../test/commits.ts'

type Answers = Parameters<typeof fakeServers>[0]
type Resolved = {ok: boolean; checks: Check[]; did?: string; handle?: string; pds?: string; key?: string}
type Check = {name: string; state: string; detail: string; mend?: string}
const plc = `http://localhost:2582/${alice.did}`
const resolveHandle = 'com.atproto.identity.resolveHandle'
const describeRepo = 'com.atproto.repo.describeRepo'
const well: Answers = {
  ...known,
  [describeRepo]: {...alice, didDoc: {}, collections: [], handleIsCorrect: true},
}
const resolve = async (answers: Answers, ...argv: string[]) => {
  const {code, answer} = await wholeskyJson(['resolve', ...argv], fakeServers(answers))
  return {code, ...(answer as Resolved)}
}

suite('an identity that is well', () => {
  for (const name of ['alice.test', '@Alice.test', `at://${alice.did}`, alice.did]) {
    test(`is the same by ${name}`, async () => {
      const {code, ok, checks, did, handle, pds: home, key} = await resolve(well, name)
      assert.deepEqual([code, ok, did, handle, home, key], [0, true, alice.did, alice.handle, pds, testKey(1).didKey])
      assert.deepEqual(
        checks.map(({state}) => state),
        checks.map(() => 'good'),
      )
    })
  }

  test('is shown to a person step by step', async () => {
    const {code, out} = await wholesky(['resolve', 'alice.test'], fakeServers(well))
    assert.equal(code, 0)
    assert.match(out, /^✓ handle +alice\.test → did:plc:\S+, says the PDS at http:\/\/localhost:2583\n✓ document /)
    assert.match(
      out,
      new RegExp(
        `\\n\\n {2}did {5}${alice.did}\\n {2}handle {2}alice\\.test\\n {2}server {2}${pds}\\n {2}key {5}did:key:z\\S+\\n$`,
      ),
    )
  })
})

suite('an identity that is not well', () => {
  for (const [name, changes, argv, check, state, mend] of [
    [
      'no such handle',
      {[resolveHandle]: refusal(400, 'HandleNotFound')},
      ['alice.test'],
      'handle',
      'bad',
      /wholesky account create alice/,
    ],
    [
      'a PDS that is away',
      {[resolveHandle]: refusal(500, 'InternalServerError')},
      ['alice.test'],
      'handle',
      'bad',
      /Is the network up\?/,
    ],
    [
      'a DID nobody knows',
      {[plc]: Response.json({message: 'DID not registered'}, {status: 404})},
      [alice.did],
      'document',
      'bad',
      /Add --network public/,
    ],
    [
      'a DID that was given up',
      {[plc]: Response.json({message: 'DID not available'}, {status: 410})},
      [alice.did],
      'document',
      'bad',
      /given this identity up/,
    ],
    [
      'a directory that is away',
      {[plc]: new Response('', {status: 502})},
      [alice.did],
      'document',
      'bad',
      /The PLC directory at http:\/\/localhost:2582 must answer/,
    ],
    [
      'no handle claimed',
      {[plc]: documentOf({alsoKnownAs: []})},
      [alice.did],
      'handle',
      'warn',
      /Set a handle at your PDS/,
    ],
    [
      'another handle claimed',
      {[plc]: documentOf({alsoKnownAs: ['at://other.test']})},
      ['alice.test'],
      'leads back',
      'bad',
      /Set the handle to alice\.test/,
    ],
    [
      'a handle that leads elsewhere',
      {[resolveHandle]: {did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa'}},
      [alice.did],
      'leads back',
      'bad',
      /Correct the record _atproto\.alice\.test/,
    ],
    [
      'no PDS named',
      {[plc]: documentOf({service: []})},
      [alice.did],
      'server',
      'bad',
      /Without a service #atproto_pds nobody finds its data/,
    ],
    [
      'a PDS that does not have it',
      {[describeRepo]: refusal(400, 'RepoNotFound', 'Not here')},
      [alice.did],
      'server',
      'bad',
      /deactivated, taken down, or moved/,
    ],
    [
      'a PDS with a fault',
      {[describeRepo]: refusal(500, 'InternalServerError')},
      [alice.did],
      'server',
      'bad',
      /wholesky doctor http:\/\/localhost:2583$/,
    ],
    [
      'no key named',
      {[plc]: documentOf({verificationMethod: []})},
      [alice.did],
      'signing key',
      'bad',
      /submit a new PLC operation/,
    ],
  ] as const) {
    test(`${name}: ${check} is ${state}, with what to do`, async () => {
      const {code, ok, checks} = await resolve({...well, ...changes} as Answers, ...argv)
      assert.deepEqual([code, ok], state === 'bad' ? [1, false] : [0, true])
      const found = checks.find(one => one.name === check && one.state === state)
      assert.ok(found, JSON.stringify(checks))
      assert.match(found.mend ?? '', mend)
    })
  }

  test('a handle that is not confirmed is shown as none', async () => {
    const changed = {...well, [plc]: documentOf({alsoKnownAs: []})}
    assert.match(
      (await wholesky(['resolve', alice.did], fakeServers(changed))).out,
      /\n {2}handle {2}handle\.invalid\n/,
    )
  })

  test('what a server says stays within its line', async () => {
    const hostile = {...well, [describeRepo]: refusal(400, 'RepoNotFound', 'no\n✓ server  fine\u001b[2J')}
    const {out} = await wholesky(['resolve', alice.did], fakeServers(hostile))
    assert.match(out, /✗ server .*no\\n✓ server {2}fine\\u001b\[2J\n {2,}→ /)
  })

  for (const name of ['', 'alice', 'a b', 'did:x', 'alice@example.com']) {
    test(`'${name}' is no account: nobody is asked`, async () => {
      const servers = fakeServers(well)
      const {code, err} = await wholesky(['resolve', name], servers)
      assert.deepEqual([code, servers.asked], [2, []])
      assert.match(err, /expected a handle such as alice\.test, or a DID/)
    })
  }
})
