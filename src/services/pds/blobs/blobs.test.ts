/** A blob lives as long as a record refers to it, whatever happens at the same time or in between. */
import assert from 'node:assert/strict'
import {test, type TestContext} from 'node:test'
import {pdsRepo} from '../../../../test/pds-repo.ts'
import {cidFor, runSeed, seeded} from '../../../../test/random.ts'
import {testDid as did} from '../../../../test/repos.ts'
import {Cid, cidOf, codecs} from '#atp/data/cid.ts'
import type {BlobRef, ValueMap} from '#atp/data/value.ts'
import type {RepoWrite} from '#atp/repo/repo.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {BlobStore} from '#engines/blob-store/blob-store.ts'
import {memoryBlobStore} from '#engines/blob-store/memory.ts'
import {openSqlite} from '#engines/sql/sqlite.ts'
import {concatBytes} from '#std/bytes.ts'
import {silentLog} from '#std/log.ts'
import {toUtf8} from '#std/text.ts'
import {realWorld} from '#std/world.ts'
import type {BlobRowStore} from '../store/repos/blob-row-store.ts'
import {Blobs} from './blobs.ts'
import {Repos, type WriteOptions} from '../repos/repos.ts'
import {pdsMigrations} from '../store/schema.ts'

const collection = 'app.bsky.feed.post' as Nsid
const never = new AbortController().signal
const hourMs = 3_600_000

interface Faults {
  files?: Partial<BlobStore>
  rows?: Partial<BlobRowStore>
}

async function opened(context: TestContext) {
  const {sql, store, keys, accounts, blobRows} = await pdsRepo(context)
  const clock = {ms: Date.now()}
  const world = {...realWorld, now: () => clock.ms}
  const memory = memoryBlobStore(world.now)
  const make = ({files, rows}: Faults = {}): Blobs =>
    new Blobs({
      rows: {...blobRows, ...rows},
      files: {...memory, ...files},
      world,
      log: silentLog,
      sizeMax: 1_000,
      waitingSizeMax: 20,
      withoutNotes: false,
    })
  let blobs = make()
  const repos = new Repos(store, keys, blobRows, world, 1, (owner, cids) => blobs.settle(owner, cids))
  return {
    sql,
    store,
    keys,
    accounts,
    rows: blobRows,
    files: memory,
    clock,
    repos,
    get blobs() {
      return blobs
    },
    /** As if the process had ended and begun again, with a disk or database that fails so. */
    restart(faults?: Faults) {
      blobs = make(faults)
    },
    upload: (text: string, type = 'text/plain') => blobs.upload(did, type, bytesOf(text)),
    async write(writes: RepoWrite[], options?: WriteOptions): Promise<string> {
      const written = await repos.write(did, writes, options)
      await blobs.idle()
      return written.ok ? 'ok' : written.reason
    },
    async seen(ref: Cid): Promise<string | undefined> {
      const blob = await blobs.open(did, ref, never)
      return blob && new TextDecoder().decode(concatBytes(await Array.fromAsync(blob.body)))
    },
    fileCids: async () => (await memory.list(did, null, 1_000)).map(String),
    missing: async () => (await blobRows.missing(did, undefined, 100)).map(({cid}) => String(cid)),
    visible: async () => (await blobRows.visible(did, undefined, undefined, 100)).map(String),
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield toUtf8(text)
}

function post(action: 'create' | 'update' | 'put', rkey: string, ...images: BlobRef[]): RepoWrite {
  const record = {$type: collection, images: images as unknown as ValueMap[]}
  return {action, collection, rkey: rkey as RecordKey, record}
}
const removal = (rkey: string): RepoWrite => ({action: 'delete', collection, rkey: rkey as RecordKey})

test('a blob is seen from the commit that first uses it to the one that last does', async context => {
  const pds = await opened(context)
  const one = await pds.upload('one')
  const two = await pds.upload('two')
  assert.equal(await pds.seen(one.ref), undefined)
  assert.equal(await pds.write([post('create', 'a', one), post('create', 'b', one, two)]), 'ok')
  assert.deepEqual([await pds.seen(one.ref), await pds.seen(two.ref)], ['one', 'two'])
  assert.deepEqual(await pds.visible(), [one, two].map(({ref}) => String(ref)).toSorted())
  await pds.write([post('update', 'b', one)])
  assert.deepEqual([await pds.seen(one.ref), await pds.seen(two.ref)], ['one', undefined])
  await pds.write([removal('a')])
  assert.equal(await pds.seen(one.ref), 'one')
  // From one record to another in one commit.
  await pds.write([removal('b'), post('create', 'c', one)])
  assert.equal(await pds.seen(one.ref), 'one')
  assert.deepEqual(await pds.fileCids(), [String(one.ref)])
  await pds.write([removal('c')])
  assert.equal(await pds.seen(one.ref), undefined)
  assert.deepEqual([await pds.fileCids(), await pds.visible(), await pds.rows.row(did, one.ref)], [[], [], undefined])
  assert.equal(await pds.write([post('create', 'd', one)]), 'blob-missing')
})

test('a commit that is refused makes no blob public', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('private')
  assert.equal(await pds.write([post('create', 'a', blob)], {swapCommit: cidFor('another')}), 'stale')
  assert.equal(await pds.write([post('create', 'a', blob), removal('nothing')]), 'record-missing')
  assert.deepEqual([await pds.seen(blob.ref), await pds.fileCids(), await pds.visible()], [undefined, [], []])
  assert.equal(await pds.write([post('create', 'a', blob)]), 'ok')
  assert.equal(await pds.seen(blob.ref), 'private')
})

test('a blob that goes in the moment of a commit refuses it, and no other', async context => {
  const pds = await opened(context)
  const [gone, there] = [await pds.upload('gone'), await pds.upload('there')]
  // As if each had been looked at before the takedown.
  const repos = new Repos(pds.store, pds.keys, {fault: async () => undefined}, realWorld, 2, () => {})
  await pds.rows.setTakedown(did, gone.ref, 'reason')
  const writes = ['a', 'b', 'c'].map(rkey => repos.write(did, [post('create', rkey, rkey === 'b' ? gone : there)]))
  assert.deepEqual(
    (await Promise.all(writes)).map(written => written.ok || written.reason),
    [true, 'blob-missing', true],
  )
})

test('a record says of a blob what is so, or what it said before', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('text')
  assert.equal(await pds.write([post('create', 'a', {...blob, mimeType: 'image/png'})]), 'wrong-mime-type')
  assert.equal(await pds.write([post('create', 'a', {...blob, size: 5})]), 'wrong-size')
  assert.equal(
    await pds.write([post('create', 'a', {...blob, ref: cidOf(codecs.raw, toUtf8('other'))})]),
    'blob-missing',
  )
  await pds.write([post('create', 'a', blob)])
  assert.equal(await pds.write([post('create', 'b', {...blob, size: 5})]), 'wrong-size', 'kept or not')
  // Uploaded again as something else: the record of before may stay as it is.
  assert.equal((await pds.upload('text', 'text/vtt')).mimeType, 'text/vtt')
  assert.equal((await pds.upload('text', 'application/octet-stream')).mimeType, 'text/vtt')
  assert.equal(await pds.write([post('update', 'a', blob, {...blob, mimeType: 'text/vtt'})]), 'ok')
  assert.equal(await pds.write([post('create', 'c', blob)]), 'wrong-mime-type')
})

test('what is uploaded and not used in time is thrown away, row and bytes', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('late')
  const again = await pds.upload('used')
  await pds.write([post('create', 'a', again)])
  pds.clock.ms += 5 * hourMs
  await pds.blobs.sweep(never)
  assert.equal((await pds.rows.row(did, blob.ref))?.state, 'uploaded')
  pds.clock.ms += 2 * hourMs
  await pds.blobs.sweep(never)
  assert.equal(await pds.rows.row(did, blob.ref), undefined)
  assert.equal(await pds.files.sweep(-1), 0, 'nothing is staged')
  assert.equal(await pds.write([post('create', 'b', blob)]), 'blob-missing')
  assert.equal(await pds.seen(again.ref), 'used')
})

test('what was taken down is seen by nobody and cannot be uploaded again until it is restored', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('bad')
  await pds.write([post('create', 'a', blob)])
  await pds.rows.setTakedown(did, blob.ref, 'reason')
  assert.deepEqual([await pds.seen(blob.ref), await pds.visible(), await pds.missing()], [undefined, [], []])
  await assert.rejects(pds.upload('bad'), {reason: 'blob-takendown'})
  assert.equal(await pds.write([post('create', 'b', blob)]), 'blob-missing')
  await pds.rows.setTakedown(did, blob.ref, null)
  assert.equal(await pds.seen(blob.ref), 'bad')
  // Also when its last record is gone, and before its first one.
  await pds.rows.setTakedown(did, blob.ref, 'reason')
  await pds.write([removal('a')])
  assert.deepEqual([await pds.fileCids(), (await pds.rows.row(did, blob.ref))?.state], [[], 'barred'])
  await assert.rejects(pds.upload('bad'), {reason: 'blob-takendown'})
  const waiting = await pds.upload('waiting')
  await pds.rows.setTakedown(did, waiting.ref, 'reason')
  assert.equal(await pds.write([post('create', 'c', waiting)]), 'blob-missing')
  await assert.rejects(pds.upload('waiting'), {reason: 'blob-takendown'})
  await pds.rows.setTakedown(did, blob.ref, null)
  await pds.write([post('create', 'a', await pds.upload('bad'))])
  assert.equal(await pds.seen(blob.ref), 'bad')
  assert.equal(await pds.files.sweep(-1), 1, 'of the refused uploads nothing is staged but the one that waits')
})

test('the bytes of what was taken down are in quarantine, and back before anybody reads them', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('bad')
  await pds.write([post('create', 'a', blob)])
  const settled = async (ref: string | null): Promise<void> => {
    await pds.rows.setTakedown(did, blob.ref, ref)
    pds.blobs.settle(did, [blob.ref])
    await pds.blobs.idle()
  }
  await settled('reason')
  assert.deepEqual([await pds.fileCids(), await pds.seen(blob.ref)], [[], undefined])
  assert.equal((await pds.rows.row(did, blob.ref))?.quarantined, true)
  await pds.blobs.check(never)
  assert.equal((await pds.rows.row(did, blob.ref))?.state, 'kept', 'it is not missing')
  await settled(null)
  assert.equal(await pds.seen(blob.ref), 'bad')
  // Ended between row and bytes, each way.
  pds.restart({files: {quarantine: crash}})
  await settled('reason')
  pds.restart()
  await pds.blobs.sweep(never)
  assert.deepEqual(await pds.fileCids(), [])
  await pds.rows.setTakedown(did, blob.ref, null)
  assert.equal(await pds.seen(blob.ref), 'bad')
  // A backup of the files that is older than the takedown.
  await settled('reason')
  await pds.files.release(did, blob.ref)
  await pds.blobs.check(never)
  assert.deepEqual(await pds.fileCids(), [])
  // With its record it goes from there, too.
  await pds.write([removal('a')])
  assert.equal(await pds.files.release(did, blob.ref), false)
})

test('an account fills no disk with what no record refers to, and sends so many at a time', async context => {
  const pds = await opened(context)
  const used = await pds.upload('0123456789')
  await pds.upload('9876543210')
  await assert.rejects(pds.upload('more'), {reason: 'too-many-uploads'})
  // What is used is no weight, and what came before is none after its time.
  await pds.write([post('create', 'a', used)])
  await pds.upload('0123456789 again')
  await assert.rejects(pds.upload('more'), {reason: 'too-many-uploads'})
  pds.clock.ms += 7 * hourMs
  await pds.blobs.sweep(never)

  const end = Promise.withResolvers<void>()
  const slow = (i: number) =>
    pds.blobs.upload(
      did,
      'text/plain',
      (async function* () {
        yield toUtf8(String(i))
        await end.promise
      })(),
    )
  const coming = Array.from({length: 32}, (_, i) => slow(i))
  await assert.rejects(slow(33), {reason: 'too-many-uploads', message: /32 blobs/})
  end.resolve()
  await Promise.all(coming)
  assert.equal(await pds.files.sweep(-1), 32, 'of the refused ones nothing is staged')
})

const crash = async (): Promise<never> => {
  throw new Error('the process ended here')
}

test('a crash between row and bytes is made good at the next start', async context => {
  const pds = await opened(context)
  const moments: Faults[] = [{files: {keep: crash}}, {rows: {moved: crash}}, {rows: {row: crash}}]
  for (const [i, faults] of moments.entries()) {
    pds.restart()
    const blob = await pds.upload(`kept ${i}`)
    pds.restart(faults)
    assert.equal(await pds.write([post('create', `${i}`, blob)]), 'ok')
    pds.restart()
    await pds.blobs.sweep(never)
    assert.equal((await pds.rows.row(did, blob.ref))?.state, 'kept')
    assert.equal(await pds.seen(blob.ref), `kept ${i}`)
  }
  for (const [i, faults] of [{files: {remove: crash}}, {rows: {gone: crash}}, {rows: {row: crash}}].entries()) {
    pds.restart(faults)
    await pds.write([removal(`${i}`)])
    pds.restart()
    await pds.blobs.sweep(never)
    assert.equal((await pds.fileCids()).length, 2 - i)
  }
  assert.equal(await pds.files.sweep(-1), 0)
})

test('before the bytes have moved, a blob that is used can be had', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('at once')
  // The commit is told to nobody, as in the moment after it.
  pds.restart({files: {keep: () => new Promise(() => {})}})
  void pds.write([post('create', 'a', blob)])
  while ((await pds.rows.row(did, blob.ref))?.state !== 'moving') await new Promise(setImmediate)
  pds.restart()
  assert.equal(await pds.seen(blob.ref), 'at once')
})

test('a blob that is let go and used again at the same moment stays', async context => {
  const pds = await opened(context)
  const blob = await pds.upload('again')
  await pds.write([post('create', 'a', blob)])
  const {promise, resolve} = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<void>()
  pds.restart({
    files: {
      remove: async (...given) => {
        begun.resolve()
        await promise
        return pds.files.remove(...given)
      },
    },
  })
  await pds.repos.write(did, [removal('a')])
  await begun.promise
  await pds.repos.write(did, [post('create', 'b', await pds.upload('again'))])
  await new Promise(setImmediate)
  resolve()
  await pds.blobs.idle()
  assert.equal((await pds.rows.row(did, blob.ref))?.state, 'kept')
  assert.equal(await pds.seen(blob.ref), 'again')
})

test('rows and files that do not agree, as after a backup was put back, are brought together', async context => {
  const pds = await opened(context)
  const [lost, kept] = [await pds.upload('lost'), await pds.upload('kept')]
  await pds.write([post('create', 'a', lost, kept)])
  await pds.files.remove(did, [lost.ref])
  const stray = await pds.files.stage(did, bytesOf('stray'), 100)
  assert.ok(stray !== 'too-big')
  await pds.files.keep(did, stray.stage, stray.cid)
  await pds.blobs.check(never)
  assert.deepEqual([await pds.fileCids(), await pds.missing()], [[String(kept.ref)], [String(lost.ref)]])
  await pds.upload('lost')
  assert.deepEqual([await pds.seen(lost.ref), await pds.missing()], ['lost', []])
  // Found by whoever asks for it, too.
  await pds.files.remove(did, [kept.ref])
  assert.equal(await pds.seen(kept.ref), undefined)
  assert.deepEqual([await pds.missing(), await pds.visible()], [[String(kept.ref)], [String(lost.ref)]])
  assert.equal(await pds.write([post('create', 'b', kept)]), 'blob-missing')
  assert.equal(await pds.write([post('update', 'a', kept)]), 'ok', 'what stood there may stay')
})

test('a disk that was not there when it was looked at loses nothing', async context => {
  const pds = await opened(context)
  const [one, two] = [await pds.upload('one'), await pds.upload('two')]
  await pds.write([post('create', 'a', one), post('create', 'b', two)])
  pds.restart({files: {list: async () => [], open: async () => undefined}})
  await pds.blobs.check(never)
  assert.equal((await pds.missing()).length, 2)
  await pds.write([removal('b')])
  pds.restart()
  await pds.blobs.check(never)
  assert.deepEqual([await pds.missing(), await pds.seen(one.ref), await pds.seen(two.ref)], [[], 'one', undefined])
  assert.deepEqual(await pds.fileCids(), [String(one.ref)])
})

test('a server that stops leaves the rest of its blobs to the next start', async context => {
  const pds = await opened(context)
  const blobs = await Promise.all(Array.from({length: 20}, (_, i) => pds.upload(`${i}`)))
  await pds.write([post('create', 'a', ...blobs)])
  const begun = Promise.withResolvers<void>()
  let removed = 0
  pds.restart({
    files: {
      remove: async (...given) => {
        begun.resolve()
        removed++
        return pds.files.remove(...given)
      },
    },
  })
  await pds.repos.write(did, [removal('a')])
  await begun.promise
  await pds.blobs.close()
  assert.ok(removed < 20)
  pds.restart()
  await pds.blobs.sweep(never)
  assert.deepEqual(await pds.fileCids(), [])
})

test('with the account go all its blobs', async context => {
  const pds = await opened(context)
  await pds.write([post('create', 'a', await pds.upload('one'), await pds.upload('two'))])
  await pds.upload('waiting')
  const barred = await pds.upload('barred')
  await pds.rows.setTakedown(did, barred.ref, 'reason')
  await pds.accounts.remove(did, [])
  pds.restart()
  pds.blobs.settleAll()
  await pds.blobs.idle()
  assert.deepEqual([await pds.fileCids(), await pds.files.sweep(-1)], [[], 0])
  assert.deepEqual(await pds.rows.owners(undefined, 10), [did], 'only what was taken down is remembered')
  assert.equal((await pds.rows.row(did, barred.ref))?.state, 'barred')
})

test('rows from before are sorted into those in use and those that go', async context => {
  const step = pdsMigrations.findIndex(({name}) => name === 'the life of blobs')
  const sql = openSqlite(undefined, {migrations: pdsMigrations.slice(0, step)})
  context.after(() => sql.close())
  const states = await sql.write(tx => {
    tx.run(`INSERT INTO account (id, did, createdMs) VALUES (1, 'did:plc:a', 0)`)
    tx.run(`INSERT INTO repo VALUES (1, 5, x'', x'', '', x'')`)
    tx.run(`INSERT INTO blob_use VALUES (5, 'a/b', x'01', 'r'), (4, 'a/b', x'02', 'r')`)
    tx.run(`INSERT INTO blob VALUES (1, x'01', 't/t', 1, NULL, 0, NULL), (1, x'02', 't/t', 1, NULL, 0, 'why'),
      (1, x'03', 't/t', 1, 'stage', 0, NULL)`)
    for (const text of String(pdsMigrations[step].up).split(';\n')) tx.run(text)
    return tx.arrays('SELECT did, hex(cid), state, stage, takedownRef FROM blob ORDER BY cid')
  })
  assert.deepEqual(states, [
    ['did:plc:a', '01', 'kept', null, null],
    ['did:plc:a', '02', 'leaving', null, 'why'],
    ['did:plc:a', '03', 'uploaded', 'stage', null],
  ])
})

test(`whatever comes at once and wherever it breaks off, bytes are there for what is used (seed ${runSeed})`, async context => {
  const pds = await opened(context)
  const random = seeded(runSeed)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]
  const maybe =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      if (random() < 0.1) throw new Error('broken off before')
      const result = await act(...given)
      if (random() < 0.1) throw new Error('broken off after')
      return result
    }
  /** As a disk is: what comes later may be done earlier. */
  const slow =
    <A extends unknown[], R>(act: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      for (let turns = random() * 4; turns > 1; turns--) await new Promise(setImmediate)
      return act(...given)
    }
  const {files, rows} = pds
  const faults: Faults = {
    files: {keep: slow(maybe(files.keep)), remove: slow(maybe(files.remove)), discard: maybe(files.discard)},
    rows: {moved: maybe(rows.moved), gone: maybe(rows.gone)},
  }
  const texts = ['a', 'b', 'c', 'd']
  const keys = ['1', '2', '3']
  for (let round = 0; round < 60; round++) {
    pds.restart(faults)
    const works = Array.from({length: 12}, async () => {
      const blobs = await Promise.all([pds.upload(pick(texts)), pds.upload(pick(texts))])
      await pds.repos.write(did, [
        random() < 0.7 ? post('put', pick(keys), ...blobs.slice(random() * 3)) : removal(pick(keys)),
      ])
      if (random() < 0.2) await pds.seen(pick(blobs).ref)
      if (random() < 0.1) await pds.blobs.sweep(never)
    })
    await Promise.allSettled(works)
    await pds.blobs.idle() // another process would not go on with it
  }
  pds.restart()
  await pds.blobs.sweep(never)
  await pds.blobs.check(never)
  const used = pds.sql.read(tx => tx.arrays<[Uint8Array]>('SELECT DISTINCT cid FROM blob_use')).flat()
  const expected = texts.filter(text => used.some(cid => cidOf(codecs.raw, toUtf8(text)).equals(cidOfBytes(cid))))
  assert.deepEqual(await pds.missing(), [])
  const seen = await Promise.all(texts.map(text => pds.seen(cidOf(codecs.raw, toUtf8(text)))))
  assert.deepEqual(
    seen.filter(text => text !== undefined),
    expected,
  )
  assert.equal((await pds.fileCids()).length, expected.length)
  // What waits goes in time, and then nothing is left of it.
  pds.clock.ms += 30 * hourMs
  await pds.blobs.sweep(never)
  assert.equal(await pds.files.sweep(-1), 0)
  const states = pds.sql.read(tx => tx.arrays('SELECT DISTINCT state FROM blob')).flat()
  assert.deepEqual(states, expected.length > 0 ? ['kept'] : [])
})

const cidOfBytes = (bytes: Uint8Array): Cid => new Cid(bytes)
