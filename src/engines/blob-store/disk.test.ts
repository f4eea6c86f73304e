import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {test} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {parseDid} from '#atp/syntax/did.ts'
import {OutOfSpace} from '#std/out-of-space.ts'
import {toUtf8} from '#std/text.ts'
import {testBlobStore} from './blob-store.contract.ts'
import {openDiskBlobStore} from './disk.ts'

const root = temporaryFolder('blobs')
let count = 0

testBlobStore('on disk', now => openDiskBlobStore(join(root, String(count++)), now))

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

test('a full disk is told by its name, and leaves nothing of the blob', async () => {
  const folder = join(root, 'full')
  const store = await openDiskBlobStore(folder, Date.now)
  await assert.rejects(store.stage(parseDid('did:web:a'), breaksOff('ENOSPC'), 10), OutOfSpace)
  assert.deepEqual(readdirSync(join(folder, 'staged')), [])
})
