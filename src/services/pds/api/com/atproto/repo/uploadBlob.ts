/**
 * Takes in a blob. It is seen by nobody until a record refers to it, and is thrown away if none does. After an import
 * the records are there first.
 */
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import type {World} from '#std/world.ts'
import type {BlobStore} from '#engines/blob-store/blob-store.ts'
import {procedure} from '../../../../callers.ts'
import type {RepoStore} from '../../../../repo-store.ts'

type Deps = {
  blobs: Pick<BlobStore, 'stage' | 'keep'>
  store: Pick<RepoStore, 'addBlob' | 'isBlobUsed' | 'markKept'>
  world: Pick<World, 'now'>
  sizeMax: number
}

export const endpoint = ({blobs, store, world, sizeMax}: Deps) =>
  procedure(uploadBlob, {
    auth: 'session',
    bodySizeMax: sizeMax,
    async handle({input, caller, fail}) {
      const {did} = caller
      const staged = await blobs.stage(did, input.body, sizeMax)
      if (staged === 'too-big') throw fail('PayloadTooLarge', `A blob is at most ${sizeMax} bytes.`)
      const {cid, size, stage} = staged
      const mimeType = input.encoding
      await store.addBlob(did, {cid, mimeType, size, stage, uploadedMs: world.now()})
      if ((await store.isBlobUsed(did, cid)) && (await blobs.keep(did, stage, cid))) await store.markKept(did, [cid])
      return {blob: {$type: 'blob', ref: cid, mimeType, size}}
    },
  })
