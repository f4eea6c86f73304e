/** Takes in a blob, which is private until a record refers to it. */
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import type {Blobs} from '../../../../blobs/blobs.ts'
import {procedure} from '../../../callers.ts'

type Deps = {blobs: Pick<Blobs, 'upload'>; blobSizeMax: number}

export const endpoint = ({blobs, blobSizeMax}: Deps) =>
  procedure(uploadBlob, {
    auth: 'delegate',
    bodySizeMax: blobSizeMax,
    async handle({input, caller}) {
      return {blob: await blobs.upload(caller.did, input.encoding, input.body)}
    },
  })
