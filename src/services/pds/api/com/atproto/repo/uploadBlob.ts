/** Takes in a blob, which is private until a record refers to it. */
import {uploadBlob} from '#lex/gen/com/atproto/repo/uploadBlob.ts'
import type {Blobs} from '../../../../blobs/blobs.ts'
import {procedure} from '../../../callers.ts'

type Deps = {blobs: Pick<Blobs, 'upload'>; blobSizeMax: number}

export const endpoint = ({blobs, blobSizeMax}: Deps) =>
  procedure(uploadBlob, {
    auth: 'delegateOrClient',
    bodySizeMax: blobSizeMax,
    async handle({input, caller}) {
      const {did} = caller.for({resource: 'blob', mime: input.encoding})
      // What the bytes show decides what the file is, so it is asked of that too.
      const demandType = (mime: string): void => void caller.for({resource: 'blob', mime})
      return {blob: await blobs.upload(did, input.encoding, input.body, demandType)}
    },
  })
