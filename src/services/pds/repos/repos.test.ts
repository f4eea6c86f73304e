/** What writes do is decided on the newest state, however many come at once. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {pdsRepo, type PdsRepo} from '../../../../test/pds-repo.ts'
import {cidFor, runSeed, seeded} from '../../../../test/random.ts'
import {testDid as did, testKey} from '../../../../test/repos.ts'
import {modelled, replayed, shown, type State} from '../../../../test/write-model.ts'
import {Keypair, parseDidKey} from '#atp/crypto/key.ts'
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import {Cid} from '#atp/data/cid.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {readCar} from '#atp/repo/car-read.ts'
import {encodeCar} from '#atp/repo/car-write.ts'
import {commitBlock, decodeCommit, repoVersion, signCommit, verifyCommitSignature} from '#atp/repo/commit.ts'
import {verifyRecordProof} from '#atp/repo/record-proof.ts'
import {pathOf, type RepoWrite} from '#atp/repo/repo.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import {tidOf, type Tid} from '#atp/syntax/tid.ts'
import {realWorld} from '#std/world.ts'
import {mapConcurrent} from '#std/waiting/async.ts'
import {readNewest} from '../store/repos/newest-nodes.ts'
import type {RepoCommit, RepoStore} from '../store/repos/repo-store.ts'
import {Repos, type WriteOptions, type Written} from './repos.ts'

const post = 'app.bsky.feed.post' as Nsid
const like = 'app.bsky.feed.like' as Nsid

type Action = RepoWrite['action']

function write(action: Action, rkey: string, text = '', collection = post): RepoWrite {
  if (action === 'delete' || action === 'remove') return {action, collection, rkey: rkey as RecordKey}
  const content: ValueMap = collection === like ? {subject: {uri: text}} : {text}
  return {action, collection, rkey: rkey as RecordKey, record: {$type: collection, ...content}}
}

async function opened(context: TestContext, more: (store: RepoStore) => Partial<RepoStore> = () => ({})) {
  const parts = await pdsRepo(context)
  const {store, keys, blobRows} = parts
  return {...parts, repos: new Repos({...store, ...more(store)}, keys, blobRows, realWorld, 1, () => {})}
}

const outcome = (written: Written): string =>
  written.ok ? (written.commit ? 'written' : 'nothing to do') : written.reason

const atOnce = async (repos: Repos, ...writes: [RepoWrite[], WriteOptions?][]): Promise<string[]> =>
  (await Promise.all(writes.map(([list, options]) => repos.write(did, list, options)))).map(outcome)

async function paths(store: RepoStore, collection: Nsid): Promise<string[]> {
  const page = {collection, after: undefined, limit: 1_000, ascending: true}
  return (await store.records(did, page)).records.toArray().map(({path}) => path.slice(collection.length + 1))
}

test('puts, deletes and creates of one key that come at once each see the one before', async context => {
  const {repos, store} = await opened(context)
  const three = ['a', 'b', 'c'].map((text): [RepoWrite[]] => [[write('put', 'k', text)]])
  assert.deepEqual(await atOnce(repos, ...three), ['written', 'written', 'written'])
  assert.deepEqual(
    await atOnce(repos, [[write('put', 'm', 'a')]], [[write('delete', 'm')]], [[write('put', 'm', 'b')]]),
    ['written', 'written', 'written'],
  )
  assert.deepEqual(await atOnce(repos, [[write('remove', 'k')]], [[write('remove', 'k')]], [[write('delete', 'k')]]), [
    'written',
    'nothing to do',
    'record-missing',
  ])
  assert.deepEqual(await atOnce(repos, [[write('create', 'n', 'a')]], [[write('create', 'n', 'b')]]), [
    'written',
    'record-exists',
  ])
  assert.deepEqual(await paths(store, post), ['m', 'n'])
})

test('what is there already needs no commit, whatever the writer believed', async context => {
  const {repos} = await opened(context)
  const first = await repos.write(did, [write('put', 'k', 'a')])
  const swapCommit = cidFor('another commit')
  const swapRecords = new Map([[`${post}/k`, cidFor('another record')]])
  for (const swaps of [{}, {swapCommit}, {swapRecords}]) {
    const again = await repos.write(did, [write('put', 'k', 'a')], swaps)
    assert.equal(outcome(again), 'nothing to do')
    assert.ok(again.ok && first.ok && again.cids.get(`${post}/k`)?.equals(first.cids.get(`${post}/k`)))
    assert.equal(outcome(await repos.write(did, [write('remove', 'never')], swaps)), 'nothing to do')
  }
})

test('two writes of one path are refused, also where both would change nothing', async context => {
  const {repos, store} = await opened(context)
  await repos.write(did, [write('put', 'k', 'a')])
  const swapCommit = (await store.head(did))?.root
  const twice = [write('put', 'k', 'a'), write('put', 'k', 'a')]
  for (const options of [{}, {swapCommit}]) {
    assert.equal(outcome(await repos.write(did, twice, options)), 'duplicate-path')
  }
})

test('of a record whose blob is not here no commit is made, on which others would stand', async context => {
  let commits = 0
  const {repos} = await opened(context, ({commit}) => ({
    commit: change => {
      commits++
      return commit(change)
    },
  }))
  const image = {$type: 'blob', ref: cidFor('picture'), mimeType: 'image/png', size: 1} as unknown as ValueMap
  const record = {$type: post, image}
  const one = {action: 'create', collection: post, rkey: 'k' as RecordKey, record} as const
  assert.equal(outcome(await repos.write(did, [one])), 'blob-missing')
  assert.equal(commits, 0)
})

test('a create demands that nothing is there, and that what its writer believes is so, also where a later like takes its place', async context => {
  const {repos} = await opened(context)
  const made = await repos.write(did, [write('create', 'x', 'at://p/1', like), write('create', 'y', 'at://p/2', like)])
  assert.ok(made.ok && made.commit)
  const believed: [WriteOptions, string][] = [
    [{}, 'record-exists'],
    [{swapCommit: made.commit.cid}, 'record-exists'],
    [{swapCommit: cidFor('another commit')}, 'stale'],
  ]
  const replaced = (rkey: string) => [write('create', rkey, 'at://p/1', like), write('put', 'x', 'at://p/1', like)]
  for (const [swaps, expected] of believed) {
    const options = {...swaps, onePerSubject: true}
    assert.equal(outcome(await repos.write(did, replaced('y'), options)), expected)
    // Where nothing is in its way it comes to nothing, if what was believed is so.
    const free = expected === 'stale' ? expected : 'nothing to do'
    assert.equal(outcome(await repos.write(did, replaced('new'), options)), free)
  }
})

test('a writer who believes what is not so is refused, and one who is right is not', async context => {
  const {repos} = await opened(context)
  const first = await repos.write(did, [write('create', 'k', 'a')])
  assert.ok(first.ok && first.commit)
  const cid = first.cids.get(`${post}/k`) as Cid
  const other = cidFor('another')
  const swap = (path: string, expected: Cid | null) => ({swapRecords: new Map([[`${post}/${path}`, expected]])})
  const refused: [RepoWrite, WriteOptions][] = [
    [write('put', 'k', 'b'), {swapCommit: other}],
    [write('put', 'k', 'b'), swap('k', other)],
    [write('put', 'k', 'b'), swap('k', null)],
    [write('put', 'new', 'b'), swap('new', cid)],
    [write('remove', 'k'), swap('k', other)],
  ]
  for (const [one, options] of refused) assert.equal(outcome(await repos.write(did, [one], options)), 'stale')
  assert.equal(outcome(await repos.write(did, [write('put', 'new', 'b')], swap('new', null))), 'written')
  const second = await repos.write(did, [write('put', 'k', 'b')], swap('k', cid))
  assert.ok(second.ok && second.commit)
  assert.equal(outcome(await repos.write(did, [write('remove', 'k')], {swapCommit: second.commit.cid})), 'written')
})

test('of likes of one post that come at once the last one stays, in one commit or in many', async context => {
  const {repos, store} = await opened(context)
  const one = {onePerSubject: true}
  const likes = (...keys: string[]): [RepoWrite[], WriteOptions][] =>
    keys.map(key => [[write('create', key, 'at://x/post', like)], one])
  await atOnce(repos, ...likes('a', 'b', 'c'))
  assert.deepEqual(await paths(store, like), ['c'])
  await atOnce(repos, ...likes('d'), [[write('delete', 'd', '', like)]], ...likes('e', 'f'))
  assert.deepEqual(await paths(store, like), ['f'])

  // Named in the same commit, or about another thing by now.
  const {cids, ...rest} = (await repos.write(
    did,
    [write('delete', 'f', '', like), ...['g', 'h'].map(key => write('create', key, 'at://x/post', like))],
    one,
  )) as Written & {ok: true}
  assert.ok(rest.commit)
  assert.deepEqual([...cids.keys()].toSorted(), [`${like}/g`, `${like}/h`])
  assert.deepEqual(await paths(store, like), ['h'])
  await atOnce(repos, [[write('update', 'h', 'at://x/other', like)], one], ...likes('i'))
  assert.deepEqual(await paths(store, like), ['h', 'i'])
  const taken = ['h', 'z'].map(key => write('create', key, 'at://x/third', like))
  assert.equal(outcome(await repos.write(did, taken, one)), 'record-exists', 'one that would not have stayed')
  assert.equal(outcome(await repos.write(did, [write('create', 'j', 'at://x/post', like)])), 'written')
  assert.deepEqual(await paths(store, like), ['h', 'i', 'j'], 'unless it is not asked for')
  await atOnce(repos, ...likes('k'))
  assert.deepEqual(await paths(store, like), ['h', 'k'])
  const kept = [write('create', 'h', 'at://x/post', like), write('put', 'k', 'at://x/post', like)]
  assert.equal(outcome(await repos.write(did, kept, one)), 'record-exists', 'though what would stay is there')
})

test('the operations of a commit stand in the order of the writes', async context => {
  const made: RepoCommit[] = []
  const {repos} = await opened(context, ({commit}) => ({
    commit: change => {
      made.push(change)
      return commit(change)
    },
  }))
  await repos.write(did, [write('create', 'old', 'at://x/1', like)])
  const writes = [
    write('create', 'b', 'text'),
    write('create', 'z', 'at://x/1', like),
    write('create', 'y', 'at://x/2', like),
    write('create', 'a', 'text'),
  ]
  await repos.write(did, writes, {onePerSubject: true})
  assert.deepEqual(
    made[1].event.ops.map(({path}) => path),
    [`${post}/b`, `${like}/z`, `${like}/y`, `${post}/a`, `${like}/old`],
  )
})

test('what is told of a commit is a CAR that names it, and that may have two million bytes and no more', async context => {
  let told: Uint8Array = new Uint8Array()
  const {repos} = await opened(context, ({commit}) => ({
    commit: change => {
      if (change.event.t === '#commit') told = change.event.blocks
      return commit(change)
    },
  }))
  const ofSize = (size: number, letter: string) => {
    const writes = [900_000, size].map((length, i) => write('put', `${i}`, letter.repeat(length)))
    return repos.write(did, writes)
  }
  await ofSize(990_000, 'a')
  const some = await ofSize(990_000, 'b')
  assert.ok(some.ok && some.commit)
  assert.deepEqual(readCar(told).roots.map(String), [String(some.commit.cid)])
  const most = 990_000 + 2_000_000 - told.length
  assert.equal(outcome(await ofSize(most, 'c')), 'written')
  assert.equal(told.length, 2_000_000)
  assert.equal(outcome(await ofSize(most + 1, 'd')), 'too-big')
})

test('a commit that is not stored takes down none that was made on top of it', async context => {
  let failing = 0
  const {repos, store} = await opened(context, ({commit}) => ({
    commit: async change => {
      if (change.put.some(({path}) => path.endsWith('/bad') && failing-- > 0)) throw new Error('disk full')
      return commit(change)
    },
  }))
  failing = 1
  const writes = ['one', 'bad', 'two', 'three'].map(key => repos.write(did, [write('put', key, key)]))
  const settled = await Promise.allSettled(writes)
  assert.deepEqual(
    settled.map(({status}) => status),
    ['fulfilled', 'rejected', 'fulfilled', 'fulfilled'],
  )
  assert.match(String((settled[1] as PromiseRejectedResult).reason), /disk full/)
  assert.deepEqual(await paths(store, post), ['one', 'three', 'two'])
})

test('when nothing is stored any more, everybody is told why', async context => {
  const {repos} = await opened(context, () => ({
    commit: async () => {
      throw new Error('disk full')
    },
  }))
  const settled = await Promise.allSettled(Array.from({length: 20}, (_, i) => repos.write(did, [write('put', `${i}`)])))
  for (const one of settled) assert.match(String((one as PromiseRejectedResult).reason), /disk full/)
})

test('who stood on what was not stored at each try is told why that was not', async context => {
  let tries = 0
  const {repos} = await opened(context, ({about, commit}) => ({
    commit: async change => {
      if (change.put.some(({path}) => path.endsWith('/bad'))) throw new Error('disk full')
      return commit(change)
    },
    // Another writer is quicker, each time.
    about: async (...subject) => {
      tries++
      await assert.rejects(repos.write(did, [write('put', 'bad')]), /disk full/)
      return about(...subject)
    },
  }))
  const like1 = [write('create', 'a', 'at://x/1', like)]
  await assert.rejects(repos.write(did, like1, {onePerSubject: true}), /disk full/)
  assert.equal(tries, 5)
})

test('who finds the repository changed by another at each try is told that it is busy', async context => {
  let tries = 0
  const {repos, store, keys, blobRows} = await opened(context, ({about}) => ({
    about: async (...subject) => {
      await others.write(did, [write('put', 'k', `${++tries}`)])
      return about(...subject)
    },
  }))
  const others = new Repos(store, keys, blobRows, realWorld, 2, () => {})
  const like1 = [write('create', 'a', 'at://x/1', like)]
  await assert.rejects(repos.write(did, like1, {onePerSubject: true}), {reason: 'repo-busy'})
  assert.equal(tries, 5)
})

test('a proof is of the repository as it stands, also where another has changed it', async context => {
  const {repos, store, keys, blobRows} = await opened(context)
  const others = new Repos(store, keys, blobRows, realWorld, 2, () => {})
  await repos.write(did, [write('put', 'a', '1')])
  // Opened anew, and no node of its tree looked at yet.
  repos.forget(did)
  await repos.write(did, [], {swapCommit: (await store.head(did))?.root})
  await others.write(did, [write('put', 'b', '1')])
  const proof = await repos.proof(did, pathOf(write('put', 'b')))
  assert.ok(proof?.root.equals((await store.head(did))?.root))
})

test('a repository that another has changed is written to as it stands there', async context => {
  const {repos, store, keys, blobRows} = await opened(context)
  const others = new Repos(store, keys, blobRows, realWorld, 2, () => {})
  await repos.write(did, [write('put', 'a', '1')])
  await others.write(did, [write('put', 'b', '1')])
  assert.equal(outcome(await repos.write(did, [write('put', 'c', '1')])), 'written')
  const believed = (await repos.write(did, [write('put', 'a', '2')])) as Written & {ok: true}
  await others.write(did, [write('put', 'b', '2')])
  const swapCommit = believed.commit?.cid
  assert.equal(outcome(await repos.write(did, [write('put', 'a', '3')], {swapCommit})), 'stale')
})

test(`a hundred writers of few keys at once do what a model does one by one (seed ${runSeed})`, async context => {
  const random = seeded(runSeed)
  const made: RepoCommit[] = []
  const {repos, store, sql} = await opened(context, ({commit}) => ({
    commit: change => {
      made.push(change)
      return commit(change)
    },
  }))
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]
  const calls: Call[] = []
  const known: Cid[] = [cidFor('never')]
  const anyWrite = (): RepoWrite =>
    random() < 0.5
      ? write(pick(actions), pick(['a', 'b', 'c']), pick(['1', '2', '3', `${calls.length}`]))
      : write(pick(actions), pick(['x', 'y', 'z']), pick(['at://p/1', 'at://p/2']), like)
  await mapConcurrent(Array.from({length: 1_500}), 100, async () => {
    const writes = Array.from({length: random() < 0.8 ? 1 : 3}, anyWrite)
    const options: WriteOptions = {
      onePerSubject: random() < 0.9,
      ...(random() < 0.2 && {swapCommit: pick(made.slice(-3))?.head.root ?? known[0]}),
      ...(random() < 0.2 && {swapRecords: new Map([[pathOf(writes[0]), random() < 0.3 ? null : pick(known)]])}),
    }
    const call: Call = {writes, options, from: made.length, to: 0, written: undefined}
    calls.push(call)
    call.written = await repos.write(did, writes, options)
    call.to = made.length
    if (call.written.ok) known.push(...call.written.cids.values())
    if (known.length > 8) known.splice(1, known.length - 8)
  })

  const states = replayed(made)
  const byRoot = new Map(made.map(({head}, i) => [head.root.key, i]))
  let commits = 0
  for (const {writes, options, from, to, written} of calls) {
    assert.ok(written)
    if (written.ok && written.commit) {
      commits++
      const at = byRoot.get(written.commit.cid.key) as number
      assert.ok(at >= from && at < to)
      const expected = modelled(states[at], writes, options)
      assert.ok(expected.state, `${expected.answers}: ${JSON.stringify(writes)}`)
      assert.deepEqual(shown(states[at + 1]), shown(expected.state))
    } else {
      const answers = states.slice(from, to + 1).flatMap(state => modelled(state, writes, options).answers)
      assert.ok(answers.includes(outcome(written)), `${outcome(written)} is not one of ${answers}`)
    }
  }
  assert.equal(commits, made.length, 'each commit is one call’s, and none was made in vain')
  context.diagnostic(`${commits} commits, ${calls.length - commits} calls without`)
  const last = states.at(-1) as State
  const stored = [...(await recordsOf(store, post)), ...(await recordsOf(store, like))]
  assert.deepEqual(stored.toSorted(), shown(last))
  const whole = Buffer.concat(await Array.fromAsync(store.export(did, undefined, AbortSignal.timeout(60_000))))
  const {blocks} = readCar(whole)
  const settled = sql.read(tx => tx.arrays<[Uint8Array]>('SELECT cid FROM node')).map(([cid]) => new Cid(cid))
  const [[newest]] = sql.read(tx => tx.arrays<[Uint8Array]>('SELECT newest FROM head'))
  const nodes = [...settled, ...readNewest(newest).map(({cid}) => cid)].map(String)
  const recordCids = new Set([...last.records.values()].map(({cid}) => cid.toString()))
  const exported = [...blocks].map(({cid}) => cid.toString()).filter(cid => !recordCids.has(cid))
  assert.deepEqual(nodes.toSorted(), exported.toSorted(), 'no node is left that is not of the newest tree')
  // What a look for a subject finds is what is there.
  const links = sql.read(tx => tx.arrays<[string, string]>('SELECT path, subject FROM backlink ORDER BY path'))
  const expected = [...last.records].filter(([, {subject}]) => subject).map(([path, {subject}]) => [path, subject])
  assert.deepEqual(links, expected.toSorted())
})

const actions: readonly Action[] = ['create', 'update', 'put', 'put', 'delete', 'remove']

interface Call {
  writes: RepoWrite[]
  options: WriteOptions
  /** Commits that had been made when the call began, and when it ended. */
  from: number
  to: number
  written: Written | undefined
}

async function recordsOf(store: PdsRepo['store'], collection: Nsid): Promise<string[]> {
  const {records: found} = await store.records(did, {collection, after: undefined, limit: 1_000, ascending: true})
  return found.toArray().map(({path, cid}) => `${path} ${cid}`)
}

test('a commit holds two hundred writes and no more', async context => {
  const {repos} = await opened(context)
  const many = Array.from({length: 201}, (_, i) => write('put', `k${i}`))
  assert.equal(outcome(await repos.write(did, many)), 'too-many-writes')
  assert.equal(outcome(await repos.write(did, many.slice(1))), 'written')
})

test('a tree that has grown old is read afresh once its last commit is stored, which the next writer stands on', async context => {
  let late: Promise<void> | undefined
  let reads = 0
  const {repos, store} = await opened(context, ({commit, head}) => ({
    head: who => {
      reads++
      return head(who)
    },
    commit: async change => {
      await late
      return commit(change)
    },
  }))
  for (let i = 0; i < 499; i++) await repos.write(did, [write('put', 'k', `${i}`)])
  const {promise, resolve} = Promise.withResolvers<void>()
  late = promise
  const last = repos.write(did, [write('create', 'last')])
  await new Promise(setImmediate)
  assert.equal(reads, 1)
  const next = repos.write(did, [write('create', 'next')])
  setImmediate(resolve)
  assert.deepEqual((await Promise.all([last, next])).map(outcome), ['written', 'written'])
  assert.equal(reads, 2)
  assert.deepEqual(await paths(store, post), ['k', 'last', 'next'])
})

test('of collections without end a thousand are named', async context => {
  const {repos, store} = await opened(context)
  const names = Array.from({length: 1_050}, (_, at) => `com.example.c${1_000 + at}` as Nsid)
  for (let at = 0; at < names.length; at += 150) {
    const writes = names.slice(at, at + 150).map(name => write('create', 'a', 'x', name))
    assert.equal(outcome(await repos.write(did, writes)), 'written')
  }
  assert.deepEqual(await store.collections(did), names.slice(0, 1_000))
})

test('a proof holds the record that is at the path, and shows where there is none', async context => {
  const {repos} = await opened(context)
  const written = await repos.write(did, [write('put', 'k', 'a'), write('put', 'm', 'b')])
  assert.ok(written.ok)
  const claim = {did, key: testKey.publicKey}
  for (const [rkey, text] of [
    ['k', 'a'],
    ['m', 'b'],
  ]) {
    const proof = await repos.proof(did, `${post}/${rkey}`)
    assert.ok(proof)
    const shown = verifyRecordProof(encodeCar([proof.root], proof.blocks), {...claim, path: `${post}/${rkey}`})
    assert.ok(shown.ok && shown.bytes, JSON.stringify(shown))
    assert.deepEqual(shown.bytes && decodeCbor(shown.bytes), {$type: post, text})
  }
})

test('an export since a revision holds what is newer, and nothing that was there', async context => {
  const {repos, store} = await opened(context)
  const many = Array.from({length: 40}, (_, i) => write('put', `k${i}`, `old ${i}`))
  const first = await repos.write(did, many)
  assert.ok(first.ok && first.commit)
  const second = await repos.write(did, [write('put', 'k7', 'new'), write('create', 'm', 'new')])
  assert.ok(second.ok && second.commit)
  const exported = async (since: Tid | undefined) =>
    readCar(Buffer.concat(await Array.fromAsync(store.export(did, since, new AbortController().signal))))
  const news = (await exported(first.commit.rev as Tid)).blocks
  for (const name of ['k7', 'm']) assert.ok(news.has(second.cids.get(`${post}/${name}`)!), name)
  for (const [path, cid] of first.cids) if (!path.endsWith('k7')) assert.ok(!news.has(cid), path)
  assert.ok(news.has(second.commit.cid) && !news.has(first.commit.cid))
  const all = await exported(undefined)
  assert.ok(all.blocks.size > 40 && news.size < 12, `${news.size} of ${all.blocks.size}`)
  assert.ok(all.roots[0].equals(second.commit.cid))
})

for (const at of ['head', 'key', 'blocks'] as const) {
  test(`a key that takes the place of another just before the ${at} of a repository is read signs what is written`, async context => {
    const {store, keys, blobRows} = await pdsRepo(context)
    const next = Keypair.import('k256', new Uint8Array(32).fill(8))
    const limits = {ofAsker: 1, all: 1, beforeMs: 0}
    const publicKey = next.didKey
    await keys.reserve({publicKey, privateKey: next.export(), did, asker: '', reservedMs: 1}, limits)
    let isDone = false
    const exchange = async (): Promise<void> => {
      if (isDone) return
      isDone = true
      const before = (await store.head(did))!
      const rev = tidOf(1_800_000_000_000_000, 0)
      const {data} = before
      const commit = commitBlock(signCommit({did, version: repoVersion, data, rev, prev: null}, next))
      const head = {root: commit.cid, data, rev}
      const event = {did, time: datetimeOf(0)} as const
      const identity = {t: '#identity', ...event} as const
      const sync = {t: '#sync', ...event, rev, blocks: commit.bytes} as const
      assert.equal(await keys.exchange({did, publicKey, prev: before.root, head, commit, identity, sync}), 'done')
    }
    const after = async <T>(which: typeof at, read: () => Promise<T>): Promise<T> => {
      if (which === at) await exchange()
      return read()
    }
    const slow: RepoStore = {
      ...store,
      head: who => after('head', () => store.head(who)),
      blocks: (who, cids) => after('blocks', () => store.blocks(who, cids)),
    }
    const slowKeys = {signingKey: (who: typeof did) => after('key', () => keys.signingKey(who))}
    const repos = new Repos(slow, slowKeys, blobRows, realWorld, 1, () => {})
    assert.equal(outcome(await repos.write(did, [write('create', 'k')])), 'written')
    const [{bytes}] = await store.blocks(did, [(await store.head(did))!.root])
    assert.ok(verifyCommitSignature(decodeCommit(bytes), parseDidKey(publicKey)))
  })
}
