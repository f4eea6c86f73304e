/** Events as `network.bsky.jetstream.subscribeEvents` tells them, in the frames of `xrpc.v1.json`. */
import type {Subscription} from '#lex/schema/method.ts'
import {subscribeEvents} from '#lex/gen/network/bsky/jetstream/subscribeEvents.ts'
import {kindName, type TellableRow} from '../told.ts'

const {nsid}: Pick<Subscription, 'nsid'> = subscribeEvents

/** The frame of an event. */
export function eventText(row: TellableRow): string {
  const {seq, did, kind, timeMicros, witnessedMicros, body} = row
  const name = kindName(kind)
  const time = datetimeOfMicros(timeMicros)
  const witnessed = timeMicros === witnessedMicros ? time : datetimeOfMicros(witnessedMicros)
  const head = `{"$type":"message","payload":{"$type":"${nsid}#${name}","seq":${seq},"did":"${did}","time":"${time}","witnessedAt":"${witnessed}",`
  return name === 'commit' ? `${head}${body}}}` : `${head}"${name}":${body}}}`
}

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
