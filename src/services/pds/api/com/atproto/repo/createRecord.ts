/** Writes one new record to the caller's repository. */
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {ownRepo, procedure} from '../../../callers.ts'
import type {RecordWriter} from '../../../../repos/record-writer.ts'
import {swapOf} from '../../../swap.ts'
import {recordBodySizeMax, writtenRecord} from '../../../written-record.ts'

type Deps = {accounts: Pick<Accounts, 'find'>; writer: Pick<RecordWriter, 'write'>}

export const endpoint = ({accounts, writer}: Deps) =>
  procedure(createRecord, {
    auth: 'session',
    bodySizeMax: recordBodySizeMax,
    async handle({input, caller}) {
      const {repo, collection, rkey, record, validate} = input
      const did = await ownRepo(accounts, repo, caller)
      const writes = [{action: 'create', collection, rkey, record} as const]
      return writtenRecord(await writer.write(did, writes, validate, swapOf(input)))
    },
  })
