/** What a consumer may send: acknowledgements, of one event or of several. */
import type {Frame} from '#std/wire/frames.ts'
import {fromUtf8} from '#std/text.ts'

/** Acknowledgements in one message. */
const idsMax = 1_000
/** Bytes of one message. */
export const messageSizeMax = 64 * 1024

const single = /^\{"type":"ack","id":(\d{1,16})\}$/

/**
 * The numbers that a message acknowledges: `{"type":"ack","id":1}`, as of the official clients, or several at once by
 * `ids`. None for a message of another type, and nothing where it is not in order.
 */
export function acknowledgedBy(message: Frame): readonly number[] | undefined {
  const text = typeof message === 'string' ? message : fromUtf8(message)
  const [, one] = (text !== undefined && single.exec(text)) || []
  if (one !== undefined) return [Number(one)]
  let said: unknown
  try {
    said = JSON.parse(text ?? '')
  } catch {
    return undefined
  }
  if (typeof said !== 'object' || said === null) return undefined
  const {type, id, ids} = said as {type?: unknown; id?: unknown; ids?: unknown}
  if (type !== 'ack') return typeof type === 'string' ? [] : undefined
  const all = Array.isArray(ids) ? ids : [id]
  return all.length <= idsMax && all.every(isId) ? all : undefined
}

const isId = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
