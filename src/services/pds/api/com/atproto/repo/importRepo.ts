/** Puts the repository in a CAR in the place of the caller's own: the middle step of moving here from another server. */
import {importRepo} from '#lex/gen/com/atproto/repo/importRepo.ts'
import {procedure} from '../../../callers.ts'
import type {RepoImports} from '../../../../repos/repo-import.ts'

type Deps = {repoImports: Pick<RepoImports, 'run'>; importSizeMax: number}

export const endpoint = ({repoImports, importSizeMax}: Deps) =>
  procedure(importRepo, {
    auth: 'fullOrClient',
    bodySizeMax: importSizeMax,
    async handle({input, caller}) {
      await repoImports.run(caller.for({resource: 'account', attr: 'repo', action: 'manage'}).did, input.body)
      return undefined
    },
  })
