/** Puts the repository in a CAR in the place of the caller's own: the middle step of moving here from another server. */
import {importRepo} from '#lex/gen/com/atproto/repo/importRepo.ts'
import {procedure} from '../../../../callers.ts'
import type {RepoImports} from '../../../../repo-import.ts'
import {XrpcError} from '#xrpc/errors.ts'

type Deps = {repoImports: Pick<RepoImports, 'run'>; importSizeMax: number}

export const endpoint = ({repoImports, importSizeMax}: Deps) =>
  procedure(importRepo, {
    auth: 'full',
    bodySizeMax: importSizeMax,
    async handle({input, caller}) {
      await repoImports.run(caller.did, chunksOf(input.body))
      return undefined
    },
  })

/** A body that breaks off is no fault of ours. */
async function* chunksOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* body
  } catch (error) {
    if (error instanceof XrpcError) throw error
    throw new XrpcError('InvalidRequest', 'The repository could not be read to its end.', {cause: error})
  }
}
