/** Removes one record of the caller's repository. Of one that is not there nothing need be removed. */
import {deleteRecord} from '#lex/gen/com/atproto/repo/deleteRecord.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {ownRepo, procedure} from '../../../callers.ts'
import type {RecordWriter} from '../../../../repos/record-writer.ts'
import {swapOf} from '../../../swap.ts'
import type {RateLimits} from '../../../rate-limits.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  limits: Pick<RateLimits, 'takeWrites'>
  writer: Pick<RecordWriter, 'write'>
}

export const endpoint = ({accounts, limits, writer}: Deps) =>
  procedure(deleteRecord, {
    auth: 'sessionOrClient',
    async handle({input, caller}) {
      const {repo, collection, rkey} = input
      const did = await ownRepo(accounts, repo, caller.for({resource: 'repo', collection, action: 'delete'}))
      const writes = [{action: 'remove', collection, rkey} as const]
      await limits.takeWrites(did, writes)
      const {commit} = await writer.write(did, writes, undefined, swapOf(input, `${collection}/${rkey}`))
      return commit ? {commit} : {}
    },
  })
