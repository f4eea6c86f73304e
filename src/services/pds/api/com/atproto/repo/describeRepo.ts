/** What is known of an account here: its identity and the collections it has records in. */
import type {ValueMap} from '#atp/data/value.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {KnownAnswers} from '../../../../store/reads/known-answers.ts'
import type {DidDocs} from '../../../session-answer.ts'
import {demandVisible} from '../../../visible-repo.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; known: Pick<KnownAnswers, 'collections'>; didDocs: DidDocs}

export const endpoint = ({accounts, known, didDocs}: Deps) =>
  query(describeRepo, {
    auth: 'none',
    async handle({params, fail}) {
      const account = await accounts.find(params.repo)
      if (!account) throw fail('InvalidRequest', `Could not find the repository ${params.repo} here.`)
      demandVisible(account)
      const didDoc = await didDocs.document(account.did)
      return {
        handle: account.handle ?? invalidHandle,
        did: account.did,
        didDoc: didDoc ?? {},
        collections: await known.collections(account.did),
        handleIsCorrect: account.handle !== null && firstAlias(didDoc) === `at://${account.handle}`,
      }
    },
  })

function firstAlias(didDoc: ValueMap | undefined): unknown {
  const aliases = didDoc?.alsoKnownAs
  return Array.isArray(aliases)
    ? aliases.find(alias => typeof alias === 'string' && alias.startsWith('at://'))
    : undefined
}
