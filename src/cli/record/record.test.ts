/** The `record` commands against a PDS in a table: what is asked as whom, and what is refused before anybody is asked. */
import assert from 'node:assert/strict'
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {alice, fakeServers, known, loggedIn, refusal} from '../../../test/fake-servers.ts'
import {wholesky} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {gist} from './ls.ts'

const folder = temporaryFolder('record')
const cid = 'bafyreidef3g2vvlshwzf7vxjyxg3lraahujvhtkpo7y3g4br52ft3lzwem'
const commit = {cid, rev: '3jui7kd54zh2y'}
const note = {$type: 'com.example.note', text: 'Hello'}
const uri = `at://${alice.did}/com.example.note/x`
const stdin = (json: unknown): Uint8Array[] => [new TextEncoder().encode(JSON.stringify(json))]
const createRecord = 'com.atproto.repo.createRecord'
const putRecord = 'com.atproto.repo.putRecord'
const deleteRecord = 'com.atproto.repo.deleteRecord'
const listRecords = 'com.atproto.repo.listRecords'
type Answers = Parameters<typeof fakeServers>[0]

async function run(argv: readonly string[], answers: Answers, input?: unknown, env = loggedIn(folder)) {
  const {world, asked} = fakeServers(answers)
  const said = await wholesky(argv, {world, env, stdin: input === undefined ? [] : stdin(input)})
  return {...said, asked}
}
const bodies = ({asked}: {asked: {body: unknown}[]}): unknown[] => asked.map(({body}) => body)

suite('record create', () => {
  const made = {[createRecord]: {uri, cid, commit, validationStatus: 'unknown'}}

  test('writes as the account that is logged in', async () => {
    const result = await run(['record', 'create', '-'], made, note)
    assert.deepEqual([result.code, result.out, result.err], [0, `✓ ${uri}\n  cid  ${cid}\n`, ''])
    assert.deepEqual(bodies(result), [{repo: alice.did, collection: note.$type, record: note}])
    assert.equal(result.asked[0].token, 'Bearer access-secret')
  })

  test('takes a key, and leaves the check out when asked to', async () => {
    const result = await run(['record', 'create', '-', '--rkey', 'x', '--unchecked', '--json'], made, note)
    assert.deepEqual(JSON.parse(result.out), {uri, cid, commit, validationStatus: 'unknown'})
    assert.deepEqual(bodies(result), [
      {repo: alice.did, collection: note.$type, rkey: 'x', record: note, validate: false},
    ])
  })

  for (const [name, input, code, message] of [
    ['a list', [note], 1, /Malformed record: a record is a JSON object/],
    ['an object without a type', {text: 'x'}, 2, /the record names no type/],
    ['a fraction', {...note, size: 1.5}, 1, /Malformed/],
    ['nothing', undefined, 1, /Malformed json/],
  ] as const) {
    test(`refuses ${name}, and asks nobody`, async () => {
      const result = await run(['record', 'create', '-'], made, input)
      assert.equal(result.code, code, result.err)
      assert.match(result.err, message)
      assert.deepEqual(result.asked, [])
    })
  }

  test('reads a file, or says that there is none', async () => {
    const path = join(folder, 'note.json')
    writeFileSync(path, JSON.stringify(note))
    assert.equal((await run(['record', 'create', path], made)).code, 0)
    const {code, err} = await run(['record', 'create', join(folder, 'absent.json')], made)
    assert.equal(code, 3)
    assert.match(err, /absent\.json: no such file or folder/)
  })

  for (const [name, answers, code, message] of [
    [
      'refuses the record',
      {[createRecord]: refusal(400, 'InvalidRecord', 'text is too long')},
      1,
      /text is too long\. \(InvalidRecord\)/,
    ],
    ['is away', {}, 3, /cannot be reached\. Is the network up/],
    ['answers nonsense', {[createRecord]: {uri: 3}}, 3, /InvalidResponse/],
    [
      'has ended the session',
      {
        [createRecord]: refusal(401, 'InvalidToken'),
        'com.atproto.server.refreshSession': refusal(401, 'InvalidToken', 'Revoked'),
      },
      1,
      /The session is over: Revoked Log in again: wholesky account login/,
    ],
  ] as const) {
    test(`says what to do where the server ${name}`, async () => {
      const {code: found, err, out} = await run(['record', 'create', '-'], answers as Answers, note)
      assert.deepEqual([found, out], [code, ''])
      assert.match(err, message)
    })
  }

  test('needs somebody who is logged in', async () => {
    const env = {XDG_CONFIG_HOME: join(folder, 'nobody'), path: ''}
    for (const argv of [
      ['create', '-'],
      ['put', 'com.example.note/x', '-'],
      ['delete', 'com.example.note/x'],
      ['ls'],
    ]) {
      const {code, err, asked} = await run(['record', ...argv], {}, note, env)
      assert.deepEqual([code, asked], [1, []], argv.join(' '))
      assert.match(err, /Nobody is logged in: wholesky account login <handle>/)
    }
  })
})

suite('record put', () => {
  test('writes under the key, over the version given', async () => {
    const argv = ['record', 'put', 'com.example.note/x', '-', '--swap', cid]
    const result = await run(argv, {[putRecord]: {uri, cid, commit}}, note)
    assert.deepEqual([result.code, result.out], [0, `✓ ${uri}\n  cid  ${cid}\n`])
    assert.deepEqual(bodies(result), [
      {repo: alice.did, collection: note.$type, rkey: 'x', record: note, swapRecord: cid},
    ])
  })

  for (const [name, argv, code, message] of [
    [
      'of another type',
      ['com.example.other/x', '-'],
      2,
      /the record is of type com\.example\.note, not com\.example\.other/,
    ],
    [
      'of another account',
      ['at://berta.test/com.example.note/x', '-'],
      1,
      /berta\.test is not the account that acts \(alice\.test\)/,
    ],
    ['without a key', ['com.example.note', '-'], 2, /expected the address of one record/],
    ['at no address', ['hello', '-'], 2, /<record> 'hello': Malformed/],
  ] as const) {
    test(`refuses a record ${name}, and asks nobody`, async () => {
      const result = await run(['record', 'put', ...argv], {}, note)
      assert.deepEqual([result.code, result.asked], [code, []], result.err)
      assert.match(result.err, message)
    })
  }

  test('says when somebody was quicker', async () => {
    const argv = ['record', 'put', uri, '-', '--swap', cid]
    const {code, err} = await run(argv, {[putRecord]: refusal(400, 'InvalidSwap', 'It has changed')}, note)
    assert.deepEqual([code, err], [1, 'wholesky: It has changed. (InvalidSwap)\n'])
  })
})

suite('record delete', () => {
  test('tells whether there was one', async () => {
    for (const [answer, words] of [
      [{commit}, `✓ ${uri} is deleted\n`],
      [{}, `✓ there was no ${uri}\n`],
    ] as const) {
      const result = await run(['record', 'delete', `at://alice.test/com.example.note/x`], {[deleteRecord]: answer})
      assert.deepEqual([result.code, result.out], [0, words])
      assert.deepEqual(bodies(result), [{repo: alice.did, collection: note.$type, rkey: 'x'}])
    }
    const {out} = await run(['record', 'delete', uri, '--json'], {[deleteRecord]: {}})
    assert.deepEqual(JSON.parse(out), {ok: true, uri, deleted: false})
  })

  test('passes on what the server refuses', async () => {
    const {code, err} = await run(['record', 'delete', uri, '--swap', cid], {
      [deleteRecord]: refusal(400, 'InvalidSwap'),
    })
    assert.equal(code, 1)
    assert.match(err, /InvalidSwap/)
  })
})

const record = (n: number): object => ({
  uri: `at://${alice.did}/com.example.note/${n}`,
  cid,
  value: {...note, text: `Note ${n}`},
})

const lines = (out: string): string[] => out.trimEnd().split('\n')

suite('record ls', () => {
  /** Pages of two, by a cursor that counts. */
  const pages = {
    ...known,
    [listRecords]: ({call}: {call: string}) => {
      const from = Number(/cursor=(\d+)/.exec(call)?.[1] ?? 0)
      return {records: [record(from), record(from + 1)], ...(from < 4 && {cursor: String(from + 2)})}
    },
  }
  const argv = ['record', 'ls', 'alice.test', '--collection', 'com.example.note']
  test('without a collection lists those there are', async () => {
    const described = {...alice, didDoc: {}, collections: ['a.b.c', 'd.e.f'], handleIsCorrect: true}
    const {code, out} = await run(['record', 'ls', 'alice.test'], {
      ...known,
      'com.atproto.repo.describeRepo': described,
    })
    assert.deepEqual([code, out], [0, 'a.b.c\nd.e.f\n'])
  })

  test('goes on from page to page', async () => {
    const {code, out, asked} = await run(argv, pages)
    assert.equal(code, 0)
    assert.deepEqual(
      lines(out).map(line => line.split('  ')[1]),
      [0, 1, 2, 3, 4, 5].map(n => `Note ${n}`),
    )
    assert.equal(asked.filter(({call}) => call.includes(listRecords)).length, 3)
  })

  test('ends at the limit, whatever the server sends', async () => {
    const {out, asked} = await run([...argv, '--limit', '3', '--json'], pages)
    assert.deepEqual(
      lines(out).map(line => (JSON.parse(line) as {uri: string}).uri.at(-1)),
      ['0', '1', '2'],
    )
    assert.match(asked.at(-1)?.call ?? '', /limit=1&cursor=2/)
  })

  test('takes a cursor that leads nowhere, or a page without records, for the end', async () => {
    for (const page of [
      {records: [record(0)], cursor: 'same'},
      {records: [], cursor: 'more'},
    ]) {
      const {code, asked} = await run(argv, {...known, [listRecords]: page})
      assert.equal(code, 0)
      assert.ok(asked.filter(({call}) => call.includes(listRecords)).length <= 2)
    }
  })

  test('shows records whole, and the oldest first, when asked', async () => {
    const {out, asked} = await run([...argv, '--records', '--reverse'], {
      ...known,
      [listRecords]: {records: [record(0)]},
    })
    assert.match(out, /\{"\$type":"com\.example\.note","text":"Note 0"\}\n$/)
    assert.match(asked.at(-1)?.call ?? '', /reverse=true/)
  })

  test('keeps a record of a stranger within its line', async () => {
    const hostile = {uri, cid, value: {...note, text: 'a\n✓ b\u001b[2J\r\u202e'}}
    for (const more of [[], ['--records']]) {
      const {out} = await run([...argv, ...more], {...known, [listRecords]: {records: [hostile]}})
      assert.equal(lines(out).length, 1)
      assert.doesNotMatch(out.trimEnd(), /\p{Cc}|\p{Bidi_Control}/u)
    }
  })

  test('refuses a collection that is none, and an account that is none', async () => {
    for (const words of [
      ['ls', 'alice.test', '--collection', 'x'],
      ['ls', 'not a name'],
      ['ls', 'alice.test', '--limit', '0'],
    ]) {
      const {code, asked} = await run(['record', ...words], {})
      assert.deepEqual([code, asked], [2, []], words.join(' '))
    }
  })

  test('tells what a record is about in a few words', () => {
    for (const [json, words] of [
      [{text: 'a  b\nc'}, 'a b c'],
      [{displayName: 'Alice', $type: 'x'}, 'Alice'],
      [{subject: 'did:plc:x'}, 'did:plc:x'],
      [{subject: {uri: 'at://x'}}, 'at://x'],
      [{$type: 'x.y.z', text: ''}, 'x.y.z'],
      [{text: 3}, ''],
      [null, ''],
      [{text: '😀'.repeat(40)}, `${'😀'.repeat(29)}\ufffd…`],
    ] as const) {
      assert.equal(gist(json), words)
    }
  })
})
