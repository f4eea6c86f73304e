/** Writes one record of the caller's repository, whether or not one is there. */
import {putRecord} from '#lex/gen/com/atproto/repo/putRecord.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {ownRepo, procedure} from '../../../callers.ts'
import type {RecordWriter} from '../../../../repos/record-writer.ts'
import {swapOf} from '../../../swap.ts'
import {recordBodySizeMax, writtenRecord} from '../../../written-record.ts'
import type {RateLimits} from '../../../rate-limits.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  limits: Pick<RateLimits, 'takeWrites'>
  writer: Pick<RecordWriter, 'write'>
}

export const endpoint = ({accounts, limits, writer}: Deps) =>
  procedure(putRecord, {
    auth: 'sessionOrClient',
    bodySizeMax: recordBodySizeMax,
    async handle({input, caller}) {
      const {repo, collection, rkey, record, validate} = input
      const did = await ownRepo(
        accounts,
        repo,
        caller.for({resource: 'repo', collection, action: 'create'}, {resource: 'repo', collection, action: 'update'}),
      )
      const swap = swapOf(input, `${collection}/${rkey}`)
      const writes = [{action: 'put', collection, rkey, record} as const]
      await limits.takeWrites(did, writes)
      return writtenRecord(await writer.write(did, writes, validate, swap))
    },
  })
