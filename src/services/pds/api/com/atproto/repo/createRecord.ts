/** Writes one new record to the caller's repository. */
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
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
  procedure(createRecord, {
    auth: 'sessionOrClient',
    bodySizeMax: recordBodySizeMax,
    async handle({input, caller}) {
      const {repo, collection, rkey, record, validate} = input
      const did = await ownRepo(accounts, repo, caller.for({resource: 'repo', collection, action: 'create'}))
      const writes = [{action: 'create', collection, rkey, record} as const]
      await limits.takeWrites(did, writes)
      return writtenRecord(await writer.write(did, writes, validate, swapOf(input)))
    },
  })
