/** `record create`: a new record in the acting account's repository. */
import {createRecord} from '#lex/gen/com/atproto/repo/createRecord.ts'
import {accountOption, actingSession} from '../account/sessions.ts'
import {command, flag, maybe, one} from '../shell/command.ts'
import {exitCodes} from '../shell/exit.ts'
import {readRecord} from './target.ts'

export const skipOption = flag('let the server take it without checking it against its lexicon')

export const create = command({
  about: `
Writes a record, given in JSON, under a new key. The collection is the record's $type;
blobs in it must have been uploaded before ("blob upload").`,
  arguments: {file: one('file', 'the record in JSON, or - for standard input')},
  options: {
    rkey: maybe('key', 'the key to write it under; the server makes one by default'),
    unchecked: skipOption,
    account: accountOption,
  },
  examples: [
    'wholesky record create post.json',
    `echo '{"$type": "com.example.note", "text": "Hello"}' | wholesky record create -`,
  ],
  async run({file, rkey, unchecked, account}, shell) {
    const {session, kept} = actingSession(shell, account)
    const record = await readRecord(file, shell)
    const {uri, cid, commit, validationStatus} = await session.client.procedure(createRecord, {
      repo: kept.did,
      collection: record.$type,
      rkey,
      record,
      validate: unchecked ? false : undefined,
    })
    await shell.answer({uri, cid, commit, validationStatus}, `${shell.mark(true)} ${uri}\n${shell.fields({cid})}`)
    return exitCodes.ok
  },
})
