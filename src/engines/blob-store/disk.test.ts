import assert from 'node:assert/strict'
import {readdirSync, readlinkSync, statSync} from 'node:fs'
import {open, type FileHandle} from 'node:fs/promises'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {test, type TestContext} from 'node:test'
import {filesOpenIn, needHandles} from '../../../test/open-files.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {toUtf8} from '#std/text.ts'
import {streamOf} from '#xrpc/body.ts'
import {testBlobStore} from './blob-store.contract.ts'
import {openDiskBlobStore} from './disk.ts'

const root = temporaryFolder('blobs')
let count = 0

testBlobStore('on disk', now => openDiskBlobStore(join(root, String(count++)), now))

test('what accounts upload is for nobody else on the machine', async () => {
  const folder = join(root, 'private')
  const store = await openDiskBlobStore(folder, Date.now)
  const account = parseDid('did:web:a.test')
  const blob = await store.stage(account, Readable.from([toUtf8('x')]), 10)
  assert.ok(blob !== 'too-big')
  await store.keep(account, blob.stage, blob.cid)
  await store.stage(account, Readable.from([toUtf8('x')]), 10)
  await store.quarantine(account, blob.cid)
  const entries = readdirSync(folder, {recursive: true, withFileTypes: true})
  const paths = [folder, ...entries.map(({parentPath, name}) => join(parentPath, name))]
  assert.equal(paths.length, 7, 'a folder each of the account, of what is staged and of what is in quarantine')
  for (const path of paths) {
    const stats = statSync(path)
    assert.equal(stats.mode & 0o777, stats.isDirectory() ? 0o700 : 0o600, path)
  }
})

test('no name from outside is a part of a path', async () => {
  const folder = join(root, 'paths')
  const store = await openDiskBlobStore(folder, Date.now)
  for (const did of ['did:web:..', 'did:web:a%2F..%2Fb', 'did:web:CASE.example', 'did:web:case.example'].map(
    parseDid,
  )) {
    const blob = await store.stage(did, Readable.from([toUtf8('x')]), 10)
    assert.ok(blob !== 'too-big')
    await store.keep(did, blob.stage, blob.cid)
  }
  const accounts = readdirSync(folder).filter(name => name !== 'staged')
  assert.equal(accounts.length, 4)
  assert.ok(accounts.every(name => /^[a-z2-7]{52}$/.test(name)))
  await assert.rejects(
    store.keep(parseDid('did:web:a'), '../../etc', cidOf(codecs.raw, toUtf8('x'))),
    /one that was given out/,
  )
})

async function* breaksOff(code: string) {
  yield toUtf8('x')
  throw Object.assign(new Error('write'), {code})
}

test('a blob that is opened is let go of, read or not', needHandles, async () => {
  const folder = join(root, 'handles')
  const store = await openDiskBlobStore(folder, Date.now)
  const did = parseDid('did:web:a')
  const blob = await store.stage(did, Readable.from([new Uint8Array(600_000)]), 1_000_000)
  assert.ok(blob !== 'too-big')
  await store.keep(did, blob.stage, blob.cid)
  const open = async (signal: AbortSignal) => (await store.open(did, blob.cid, signal))!.body
  const never = new AbortController()
  const chunks = await Array.fromAsync(await open(never.signal))
  assert.deepEqual([chunks.map(({length}) => length), filesOpenIn(folder)], [[262_144, 262_144, 75_712], []])
  for await (const _ of await open(never.signal)) break
  assert.deepEqual(filesOpenIn(folder), [])
  // Before it is read: by whoever asks for its head alone …
  await streamOf(await open(never.signal)).cancel()
  assert.deepEqual(filesOpenIn(folder), [])
  // … and when the signal aborts, or has aborted already.
  const later = new AbortController()
  await open(later.signal)
  assert.equal(filesOpenIn(folder).length, 1)
  later.abort()
  await assert.rejects(Array.fromAsync(await open(AbortSignal.abort())), {name: 'AbortError'})
  await open(AbortSignal.abort())
  while (filesOpenIn(folder).length > 0) await new Promise(setImmediate)
})

test('a full disk is told by its name, and leaves nothing of the blob', async () => {
  const folder = join(root, 'full')
  const store = await openDiskBlobStore(folder, Date.now)
  await assert.rejects(store.stage(parseDid('did:web:a'), breaksOff('ENOSPC'), 10), OutOfSpace)
  assert.deepEqual(readdirSync(join(folder, 'staged')), [])
})

/** Notes what is synced from now on, by its path below `folder`. */
async function syncsIn(folder: string, context: TestContext): Promise<string[]> {
  const synced: string[] = []
  const handle = await open(folder)
  const prototype = Object.getPrototypeOf(handle) as FileHandle
  await handle.close()
  for (const name of ['sync', 'datasync'] as const) {
    const real = prototype[name]
    context.mock.method(prototype, name, function (this: FileHandle) {
      const path = readlinkSync(`/proc/self/fd/${this.fd}`)
      // Names of accounts and stages are of no matter.
      synced.push(
        path
          .slice(folder.length)
          .replaceAll(/[a-z2-7]{52}/g, 'account')
          .replace(/staged.+/, 'staged/file'),
      )
      return real.call(this)
    })
  }
  return synced
}

test(
  'what was taken is on the disk before that is said, with each folder that names it',
  needHandles,
  async context => {
    const folder = join(root, 'synced')
    const store = await openDiskBlobStore(folder, Date.now)
    const synced = await syncsIn(folder, context)
    const did = parseDid('did:web:a.test')
    const bytes = toUtf8('0123456789')
    const blob = await store.stage(did, Readable.from([bytes.subarray(0, 4), bytes.subarray(4)]), bytes.length)
    assert.ok(blob !== 'too-big', 'as large as it may be')
    assert.deepEqual([blob.size, blob.cid], [bytes.length, cidOf(codecs.raw, bytes)])
    assert.deepEqual(synced.splice(0), ['/staged/file', '/staged'])
    const moves: [move: () => Promise<boolean>, folders: string[]][] = [
      [() => store.keep(did, blob.stage, blob.cid), ['/account', '', '']],
      [() => store.quarantine(did, blob.cid), ['/quarantine/account', '/quarantine', '']],
      [() => store.release(did, blob.cid), ['/account', '', '']],
    ]
    for (const [move, folders] of moves) {
      assert.equal(await move(), true)
      assert.deepEqual(synced.splice(0), folders)
    }
    assert.equal(await store.stage(did, Readable.from([bytes]), bytes.length - 1), 'too-big')
    assert.deepEqual([synced, readdirSync(join(folder, 'staged')), filesOpenIn(folder)], [[], [], []])
  },
)
