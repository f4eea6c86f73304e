/** Writes many records of the caller's repository in one commit: all of them, or none. */
import {applyWrites} from '#lex/gen/com/atproto/repo/applyWrites.ts'
import type {InputOf} from '#lex/schema/method.ts'
import type {Accounts} from '../../../../accounts/accounts.ts'
import {ownRepo, procedure} from '../../../callers.ts'
import type {RecordWriter, WriteRequest} from '../../../../repos/record-writer.ts'
import {swapOf} from '../../../swap.ts'
import {recordBodySizeMax} from '../../../written-record.ts'
import type {RateLimits} from '../../../rate-limits.ts'

type Deps = {
  accounts: Pick<Accounts, 'find'>
  limits: Pick<RateLimits, 'takeWrites'>
  writer: Pick<RecordWriter, 'write'>
}
type Write = InputOf<typeof applyWrites>['writes'][number]

function requestOf(write: Write): WriteRequest {
  switch (write.$type) {
    case 'com.atproto.repo.applyWrites#create':
      return {action: 'create', collection: write.collection, rkey: write.rkey, record: write.value}
    case 'com.atproto.repo.applyWrites#update':
      return {action: 'update', collection: write.collection, rkey: write.rkey, record: write.value}
    case 'com.atproto.repo.applyWrites#delete':
      return {action: 'delete', collection: write.collection, rkey: write.rkey}
  }
}

const actions = {
  'com.atproto.repo.applyWrites#create': 'create',
  'com.atproto.repo.applyWrites#update': 'update',
  'com.atproto.repo.applyWrites#delete': 'delete',
} as const

export const endpoint = ({accounts, limits, writer}: Deps) =>
  procedure(applyWrites, {
    auth: 'sessionOrClient',
    bodySizeMax: recordBodySizeMax,
    async handle({input, caller}) {
      const writes = input.writes.map(requestOf)
      const needs = input.writes.map(
        ({$type, collection}) => ({resource: 'repo', collection, action: actions[$type]}) as const,
      )
      const did = await ownRepo(accounts, input.repo, caller.for('nothing', ...needs))
      await limits.takeWrites(did, writes)
      const outcome = await writer.write(did, writes, input.validate, swapOf(input))
      const results = outcome.results.map(({uri, cid, validationStatus}, i) => {
        if (!cid) return {$type: 'com.atproto.repo.applyWrites#deleteResult' as const}
        const kind = input.writes[i].$type === 'com.atproto.repo.applyWrites#create' ? 'createResult' : 'updateResult'
        return {$type: `com.atproto.repo.applyWrites#${kind}` as const, uri, cid: cid.toString(), validationStatus}
      })
      return {commit: outcome.commit, results}
    },
  })
