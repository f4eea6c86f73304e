import assert from 'node:assert/strict'
import {readdirSync} from 'node:fs'
import {join} from 'node:path'
import {Readable} from 'node:stream'
import {test} from 'node:test'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {parseDid} from '#atp/syntax/did.ts'
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
