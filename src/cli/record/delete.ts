/** `record delete`: takes a record of the acting account away. */
import {deleteRecord} from '#lex/gen/com/atproto/repo/deleteRecord.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {command, maybe} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {mustBeOwn, ownRecordArgument} from './target.ts'

export const deleteCommand = command({
  about: `
Deletes a record of your own. Deleting one that does not exist changes nothing, and is
no error.`,
  arguments: {record: ownRecordArgument},
  options: {swap: maybe('cid', 'delete only this version'), account: accountOption},
  examples: ['wholesky record delete app.bsky.feed.post/3jui7kd54zh2y'],
  async run({record: target, swap, account}, shell) {
    const {session, kept} = actingSession(shell, account)
    mustBeOwn(target, kept)
    const {collection, rkey} = target
    const input = {repo: kept.did, collection, rkey, swapRecord: swap}
    const {commit} = await session.client.procedure(deleteRecord, input)
    const uri = `at://${kept.did}/${collection}/${rkey}`
    const words = commit ? `${uri} is deleted` : `there was no ${uri}`
    await shell.answer({ok: true, uri, deleted: commit !== undefined, commit}, `${shell.mark(true)} ${words}`)
    return exitCodes.ok
  },
})
