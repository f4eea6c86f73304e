// Generated from lexicons/com/atproto/admin/defs.json by the lexicon generator. Do not edit.
import type {AtUri} from '#atp/syntax/at-uri.ts'
import type {CidString} from '#atp/syntax/cid-string.ts'
import type {Datetime} from '#atp/syntax/datetime.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import * as lex from '#lex/schema/define.ts'
import * as serverDefs from '../server/defs.ts'

export type StatusAttr = {
  $type?: 'com.atproto.admin.defs#statusAttr'
  applied: boolean
  ref?: string
}
export const statusAttr: lex.ObjectSchema<StatusAttr> = lex.typed('com.atproto.admin.defs#statusAttr', {
  applied: lex.boolean(),
  ref: lex.string(),
}, ['applied'])

export type AccountView = {
  $type?: 'com.atproto.admin.defs#accountView'
  did: Did
  handle: Handle
  email?: string
  relatedRecords?: lex.Unknown[]
  indexedAt: Datetime
  invitedBy?: serverDefs.InviteCode
  invites?: serverDefs.InviteCode[]
  invitesDisabled?: boolean
  emailConfirmedAt?: Datetime
  inviteNote?: string
  deactivatedAt?: Datetime
  threatSignatures?: ThreatSignature[]
}
export const accountView: lex.ObjectSchema<AccountView> = lex.typed('com.atproto.admin.defs#accountView', {
  did: lex.string({format: 'did'}),
  handle: lex.string({format: 'handle'}),
  email: lex.string(),
  relatedRecords: lex.array(lex.unknown()),
  indexedAt: lex.string({format: 'datetime'}),
  invitedBy: lex.ref(() => serverDefs.inviteCode),
  invites: lex.array(lex.ref(() => serverDefs.inviteCode)),
  invitesDisabled: lex.boolean(),
  emailConfirmedAt: lex.string({format: 'datetime'}),
  inviteNote: lex.string(),
  deactivatedAt: lex.string({format: 'datetime'}),
  threatSignatures: lex.array(lex.ref(() => threatSignature)),
}, ['did', 'handle', 'indexedAt'])

export type RepoRef = {
  $type?: 'com.atproto.admin.defs#repoRef'
  did: Did
}
export const repoRef: lex.ObjectSchema<RepoRef> = lex.typed('com.atproto.admin.defs#repoRef', {
  did: lex.string({format: 'did'}),
}, ['did'])

export type RepoBlobRef = {
  $type?: 'com.atproto.admin.defs#repoBlobRef'
  did: Did
  cid: CidString
  recordUri?: AtUri
}
export const repoBlobRef: lex.ObjectSchema<RepoBlobRef> = lex.typed('com.atproto.admin.defs#repoBlobRef', {
  did: lex.string({format: 'did'}),
  cid: lex.string({format: 'cid'}),
  recordUri: lex.string({format: 'at-uri'}),
}, ['did', 'cid'])

export type ThreatSignature = {
  $type?: 'com.atproto.admin.defs#threatSignature'
  property: string
  value: string
}
export const threatSignature: lex.ObjectSchema<ThreatSignature> = lex.typed('com.atproto.admin.defs#threatSignature', {
  property: lex.string(),
  value: lex.string(),
}, ['property', 'value'])
