/** The records of one collection, the newest key first unless asked otherwise. */
import {listRecords} from '#lex/gen/com/atproto/repo/listRecords.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {Reads} from '../../../../store/reads/reads.ts'
import {isVisible} from '../../../visible-repo.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; reads: Pick<Reads, 'page'>}

export const endpoint = ({accounts, reads}: Deps) =>
  query(listRecords, {
    auth: 'none',
    async handle({params, fail}) {
      const {repo, collection, limit, cursor, reverse} = params
      const account = await accounts.find(repo)
      if (!account || !isVisible(account)) {
        throw fail('InvalidRequest', `Could not find the repository ${repo} here.`)
      }
      const json = await reads.page(account.did, {collection, after: cursor, limit, ascending: reverse === true})
      const isPassing = json.length === json.buffer.byteLength
      return new Reply(json, {headers: new PlainHeaders(['content-type', 'application/json']), isPassing})
    },
  })
