/** `record put`: a record under a key of one's choice, over the one that is there. */
import {putRecord} from '#lex/gen/com/atproto/repo/putRecord.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {command, maybe, one} from '../shell/command.ts'
import {exitCodes, UsageError} from '../shell/exit.ts'
import {skipOption} from './create.ts'
import {mustBeOwn, ownRecordArgument, readRecord} from './target.ts'

export const put = command({
  about: `
Writes a record at an address of your own repository, whether or not there is one. With
--swap only over the version of that CID: then nobody else's change is lost.`,
  arguments: {record: ownRecordArgument, file: one('file', 'the record in JSON, or - for standard input')},
  options: {swap: maybe('cid', 'the version that it must replace'), unchecked: skipOption, account: accountOption},
  examples: ['wholesky record put app.bsky.actor.profile/self profile.json'],
  async run({record: target, file, swap, unchecked, account}, shell) {
    const {session, kept} = actingSession(shell, account)
    mustBeOwn(target, kept)
    const {collection, rkey} = target
    const record = await readRecord(file, shell)
    if (record.$type !== collection) throw new UsageError(`the record is of type ${record.$type}, not ${collection}`)
    const {uri, cid, commit} = await session.client.procedure(putRecord, {
      repo: kept.did,
      collection,
      rkey,
      record,
      swapRecord: swap,
      validate: unchecked ? false : undefined,
    })
    await shell.answer({uri, cid, commit}, `${shell.mark(true)} ${uri}\n${shell.fields({cid})}`)
    return exitCodes.ok
  },
})
