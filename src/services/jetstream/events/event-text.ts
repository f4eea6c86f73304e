/**
 * Events as `network.bsky.jetstream.subscribeEvents` tells them, in the frames of `xrpc.v1.json`. Their texts are made of
 * those that the log holds, by what stands before and after them: nothing is parsed.
 */
import type {Subscription} from '#lex/schema/method.ts'
import {subscribeEvents} from '#lex/gen/network/bsky/jetstream/subscribeEvents.ts'
import type {LogRecord} from '../log-record.ts'

export type Kind = 'commit' | 'identity' | 'account' | 'sync'

const {nsid}: Pick<Subscription, 'nsid'> = subscribeEvents
const fixedSize = '{"did":"","time_us":,"kind":"'.length
const byLetter: Readonly<Record<string, Kind>> = {c: 'commit', i: 'identity', a: 'account', s: 'sync'}

const kindAt = ({did, timeMicros}: LogRecord): number => fixedSize + did.length + String(timeMicros).length

export const kindOf = (record: LogRecord): Kind => byLetter[record.json[kindAt(record)]]

/** The frame of an event. In the log the members of a commit stand one object deeper than here, and all others as here. */
export function eventText(record: LogRecord): string {
  const {seq, did, json, timeMicros} = record
  const at = kindAt(record)
  const kind = byLetter[json[at]]
  const bodyAt = at + kind.length + '",'.length
  const time = datetimeOfMicros(timeMicros)
  const head = `{"$type":"message","payload":{"$type":"${nsid}#${kind}","seq":${seq},"did":"${did}","time":"${time}","witnessedAt":"${time}",`
  return kind === 'commit' ? head + json.slice(bodyAt + '"commit":{'.length) : `${head}${json.slice(bodyAt)}}`
}

/** Bytes of the frame of an event, of which all that the log does not hold is ASCII. */
export const sizeOfText = ({size, json}: LogRecord, text: string): number => size + text.length - json.length

/** A frame that says where the stream begins, which is not where it was asked to. */
export const infoText = (name: 'OutdatedCursor' | 'FutureCursor', message: string): string =>
  JSON.stringify({$type: 'message', payload: {$type: `${nsid}#info`, name, message}})

/** The last frame of a stream that cannot go on. */
export const errorText = (error: 'ConsumerTooSlow' | 'InternalError', message: string): string =>
  JSON.stringify({$type: 'error', error, message})

const datetimeOfMicros = (micros: number): string => {
  const ms = Math.floor(micros / 1_000)
  return `${new Date(ms).toISOString().slice(0, -1)}${String(micros - ms * 1_000).padStart(3, '0')}Z`
}
