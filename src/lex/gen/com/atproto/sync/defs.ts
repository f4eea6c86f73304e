// Generated from lexicons/com/atproto/sync/defs.json by the lexicon generator. Do not edit.
import * as lex from '#lex/schema/define.ts'

export type HostStatus = 'active' | 'idle' | 'offline' | 'throttled' | 'banned' | (string & {})
export const hostStatus: lex.StringSchema<HostStatus> = lex.string({knownValues: ['active', 'idle', 'offline', 'throttled', 'banned']})
