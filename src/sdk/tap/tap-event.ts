/** What a Tap tells: the events of its channel and its webhook, read from JSON. */
import {jsonToValueLenient} from '#atp/data/json.ts'
import {isMap, type Value, type ValueMap} from '#atp/data/value.ts'
import {type CidString, isCidString} from '#atp/syntax/cid-string.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {type Handle, invalidHandle, isHandle} from '#atp/syntax/handle.ts'
import {isNsid, type Nsid} from '#atp/syntax/nsid.ts'
import {isRecordKey, type RecordKey} from '#atp/syntax/record-key.ts'
import {Malformed} from '#std/malformed.ts'

/** A record was written or deleted. */
export interface RecordEvent {
  /** By which it is acknowledged. */
  readonly id: number
  readonly type: 'record'
  readonly action: 'create' | 'update' | 'delete'
  readonly did: Did
  readonly rev: string
  readonly collection: Nsid
  readonly rkey: RecordKey
  /** Absent for a delete, as is `cid`. */
  readonly record?: ValueMap
  readonly cid?: CidString
  /** As it happened; false for what was there before. */
  readonly live: boolean
}

export type RepoStatus = 'active' | 'takendown' | 'suspended' | 'deactivated' | 'deleted'

/** An account has another handle or standing. */
export interface IdentityEvent {
  readonly id: number
  readonly type: 'identity'
  readonly did: Did
  /** Confirmed by the Tap; else `handle.invalid`. */
  readonly handle: Handle
  readonly isActive: boolean
  readonly status: RepoStatus
}

export type TapEvent = RecordEvent | IdentityEvent

const actions: ReadonlySet<string> = new Set(['create', 'update', 'delete'])
const statuses: ReadonlySet<string> = new Set(['active', 'takendown', 'suspended', 'deactivated', 'deleted'])

const refuse = (detail: string): never => {
  throw new Malformed('tap', 'bad-event', detail)
}

function text<T extends string>(map: ValueMap, name: string, is: (text: string) => text is T & string): T {
  const value = map[name]
  return typeof value === 'string' && is(value) ? value : refuse(`"${name}" is not as it should be`)
}
const isAction = (word: string): word is RecordEvent['action'] => actions.has(word)
const isStatus = (word: string): word is RepoStatus => statuses.has(word)
const isAnything = (word: string): word is string => word.length <= 128
const flag = (map: ValueMap, name: string): boolean => {
  const value = map[name]
  return typeof value === 'boolean' ? value : refuse(`"${name}" is not true or false`)
}
const part = (map: ValueMap, name: string): ValueMap => {
  const value = map[name]
  return isMap(value) ? value : refuse(`"${name}" is not an object`)
}

/** Reads an event from what `JSON.parse` gave. Throws `Malformed('tap', …)`. */
export function parseTapEvent(json: unknown): TapEvent {
  let event: Value
  try {
    event = jsonToValueLenient(json)
  } catch (error) {
    if (error instanceof Malformed) return refuse(error.message)
    throw error
  }
  if (!isMap(event)) return refuse('an event is an object')
  const {id, type} = event
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id < 0) return refuse('"id" is no number of an event')
  if (type === 'record') return {id, type, ...recordOf(part(event, 'record'))}
  if (type !== 'identity') return refuse('"type" is neither record nor identity')
  const identity = part(event, 'identity')
  const status = text<RepoStatus>(identity, 'status', isStatus)
  const did = text<Did>(identity, 'did', isDid)
  // Before a handle is known there is none.
  const handle = identity.handle === '' ? invalidHandle : text<Handle>(identity, 'handle', isHandle)
  return {id, type, did, handle, isActive: flag(identity, 'is_active'), status}
}

function recordOf(record: ValueMap): Omit<RecordEvent, 'id' | 'type'> {
  const action = text<RecordEvent['action']>(record, 'action', isAction)
  return {
    action,
    did: text<Did>(record, 'did', isDid),
    rev: text(record, 'rev', isAnything),
    collection: text<Nsid>(record, 'collection', isNsid),
    rkey: text<RecordKey>(record, 'rkey', isRecordKey),
    live: flag(record, 'live'),
    ...(action !== 'delete' && {record: part(record, 'record'), cid: text<CidString>(record, 'cid', isCidString)}),
  }
}
