/** A segment over HTTP: its file is closed once, for its number may be another file's by the second time. */
import {equal, ok} from 'node:assert/strict'
import {join} from 'node:path'
import {suite, test} from 'node:test'
import {rowKind} from '#atp/archive/block.ts'
import {nodeDisk} from '#engines/node-disk.ts'
import type {Disk} from '#std/disk.ts'
import {temporaryFolder} from '../../../../test/temporary-folder.ts'
import {Archive} from './archive.ts'
import {segmentResponse} from './segment-file.ts'

const bounds = {
  segmentSizeMax: Infinity,
  segmentAgeMax: Infinity,
  ageMax: Infinity,
  sizeMax: Infinity,
}
const empty = {
  indexedMicros: 0,
  collection: '',
  rkey: '',
  rev: '',
  payload: Uint8Array.of(0xa0),
}

/** A sealed segment, whose reads after the first wait for `go`, and then do as it says. */
async function opened() {
  let [closed, reads] = [0, 0]
  const go = Promise.withResolvers<void>()
  const firstClosed = Promise.withResolvers<void>()
  const disk: Disk = {
    ...nodeDisk,
    open(path, mode) {
      const file = nodeDisk.open(path, mode)
      return Object.assign(Object.create(file) as typeof file, {
        size: () => file.size(),
        async read(into: Uint8Array, at: number) {
          if (reads++ > 0) await go.promise
          ok(closed === 0, 'a closed file is not read')
          return file.read(into, at)
        },
        close() {
          closed++
          firstClosed.resolve()
          file.close()
        },
      })
    },
  }
  using archive = await Archive.open(join(temporaryFolder('segment-file'), 'archive'), {
    ...bounds,
    world: {now: Date.now},
  })
  await archive.append([
    {
      ...empty,
      seq: 1,
      witnessedMicros: 1,
      kind: rowKind.identity,
      did: 'did:web:a.example',
    },
  ])
  await archive.seal()
  const [{path}] = archive.sealed
  const response = await segmentResponse(
    {path, disk} as (typeof archive.sealed)[number],
    new Request('http://jetstream/'),
  )
  return {response, go, closed: () => closed, firstClosed: firstClosed.promise}
}

suite('the file of a segment is closed once', () => {
  test('when all of it is given', async () => {
    const {response, go, closed} = await opened()
    go.resolve()
    ok((await response.arrayBuffer()).byteLength > 256)
    equal(closed(), 1)
  })

  test('when the client goes while it is read, after that', {timeout: 60_000}, async () => {
    const {response, go, closed, firstClosed} = await opened()
    await response.body?.cancel()
    equal(closed(), 0)
    go.resolve()
    await firstClosed
    await new Promise(resolve => setImmediate(resolve))
    equal(closed(), 1)
  })

  test('when it cannot be read', async () => {
    const {response, go, closed} = await opened()
    go.reject(new Error('the disk is broken'))
    await response.arrayBuffer().catch(() => {})
    equal(closed(), 1)
  })
})
