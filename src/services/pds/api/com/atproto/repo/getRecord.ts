/** One record of an account here; records of other servers' accounts are asked of the AppView. */
import {getRecord} from '#lex/gen/com/atproto/repo/getRecord.ts'
import {PlainHeaders} from '#std/wire/plain-headers.ts'
import {Reply} from '#std/wire/reply.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {query} from '../../../callers.ts'
import type {Proxy} from '../../../../proxy/proxy.ts'
import type {KnownAnswers} from '../../../../store/reads/known-answers.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; known: Pick<KnownAnswers, 'record'>; proxy: Pick<Proxy, 'public'>}

export const endpoint = ({accounts, known, proxy}: Deps) =>
  query(getRecord, {
    auth: 'none',
    async handle({params, request, fail}) {
      const {repo, collection, rkey, cid} = params
      const account = await accounts.find(repo)
      const elsewhere = account ? undefined : await proxy.public(request, getRecord.nsid)
      if (elsewhere) return elsewhere
      const open = account && account.takedownRef === null && account.deactivatedMs === null
      const record = open ? await known.record(account.did, `${collection}/${rkey}`) : undefined
      if (!account || !record || (cid !== undefined && cid !== record.cid)) {
        throw fail('RecordNotFound', `Could not find the record at://${repo}/${collection}/${rkey} here.`)
      }
      return new Reply(record.json, {headers: new PlainHeaders(['content-type', 'application/json'])})
    },
  })
