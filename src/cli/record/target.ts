/** Which record of the acting account a command means, and the JSON of a record from a file. */
import {jsonToValue} from '#atp/data/json.ts'
import {isMap, type ValueMap} from '#atp/data/value.ts'
import {Malformed} from '#std/malformed.ts'
import {one} from '../shell/command.ts'
import {Failed, UsageError} from '../shell/exit.ts'
import {recordAddress} from '../get.ts'
import {readJson} from '../shell/input.ts'
import type {KeptSession} from '../account/sessions.ts'
import type {Shell} from '../shell/shell.ts'

/** `at://…`, or without an account for one's own: `app.bsky.actor.profile/self`. */
export const ownRecordArgument = one('record', 'at://<account>/<collection>/<rkey>, or <collection>/<rkey>', text => {
  if (text.startsWith('at://')) return recordAddress(text)
  const {collection, rkey} = recordAddress(`at://self.invalid/${text}`)
  return {authority: undefined, collection, rkey}
})

/** Refuses another's record: nobody can write there. */
export function mustBeOwn({authority}: {authority: string | undefined}, {did, handle}: KeptSession): void {
  if (authority === undefined || authority === did || authority === handle) return
  throw new Failed('not-yours', `${authority} is not the account that acts (${handle}): choose it with --account.`)
}

/** Throws as `readJson` does, `Malformed('json', …)`, and `UsageError` for what is no record. */
export async function readRecord(path: string, shell: Shell): Promise<ValueMap & {$type: string}> {
  const value = jsonToValue(await readJson(path, shell))
  if (!isMap(value)) throw new Malformed('record', 'not-an-object', 'a record is a JSON object')
  const {$type} = value
  if (typeof $type !== 'string') throw new UsageError(`the record names no type: {"$type": "app.bsky.feed.post", …}`)
  return {...value, $type}
}
