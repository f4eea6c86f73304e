/** What is known of an account here: its identity and the collections it has records in. */
import {valueToJson} from '#atp/data/json.ts'
import type {ValueMap} from '#atp/data/value.ts'
import {invalidHandle} from '#atp/syntax/handle.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import type {Unknown} from '#lex/schema/define.ts'
import type {OutputOf} from '#lex/schema/method.ts'
import {toUtf8} from '#std/text.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {KnownAnswers} from '../../../../store/reads/known-answers.ts'
import type {Account} from '../../../../store/accounts/account-store.ts'
import type {DidDocs} from '../../../session-answer.ts'
import {demandVisible} from '../../../visible-repo.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; known: Pick<KnownAnswers, 'collections'>; didDocs: DidDocs}

/** What an answer was made of, and its body. */
interface Made {
  readonly didDoc: ValueMap | undefined
  readonly collections: readonly Nsid[]
  /** As bytes: those go out in one piece with the head, while text would be encoded for each answer. */
  readonly json: Uint8Array<ArrayBuffer>
}

export const endpoint = ({accounts, known, didDocs}: Deps) => {
  /** By the account as it was found, which is another value after a change: to write one takes a fifth of its call. */
  const answers = new WeakMap<Account, Made>()
  return query(describeRepo, {
    auth: 'none',
    async handle({params, fail}) {
      const account = await accounts.find(params.repo)
      if (!account) throw fail('InvalidRequest', `Could not find the repository ${params.repo} here.`)
      demandVisible(account)
      const didDoc = await didDocs.document(account.did)
      const collections = await known.collections(account.did)
      let made = answers.get(account)
      if (made?.didDoc !== didDoc || made?.collections !== collections) {
        const answer: OutputOf<typeof describeRepo> = {
          handle: account.handle ?? invalidHandle,
          did: account.did,
          didDoc: (didDoc ?? {}) as Unknown,
          collections: [...collections],
          handleIsCorrect: account.handle !== null && firstAlias(didDoc) === `at://${account.handle}`,
        }
        const json = JSON.stringify(valueToJson(answer as unknown as ValueMap))
        made = {didDoc, collections, json: toUtf8(json)}
        answers.set(account, made)
      }
      return new Reply(made.json, {headers: new PlainHeaders(['content-type', 'application/json'])})
    },
  })
}

function firstAlias(didDoc: ValueMap | undefined): unknown {
  const aliases = didDoc?.alsoKnownAs
  return Array.isArray(aliases)
    ? aliases.find(alias => typeof alias === 'string' && alias.startsWith('at://'))
    : undefined
}
