/**
 * What a permission set grants, once everything that must not be granted is out (spec: permission, "permission sets"):
 * resources other than repo and rpc, parameters that are not wholly understood, and names outside the set's own
 * namespace. An ignored permission does not spoil the rest, since sets will grow with the protocol.
 */
import {type Nsid, isNsid} from '#atp/syntax/nsid.ts'
import type {Permission, PermissionSet} from '../schema/method.ts'

const repoActions = ['create', 'update', 'delete'] as const
export type RepoAction = (typeof repoActions)[number]

export type Grant =
  | {readonly resource: 'repo'; readonly collections: readonly Nsid[]; readonly actions: readonly RepoAction[]}
  /** `aud` is a service reference (`did:web:api.example.com#svc`) or `*` for any. */
  | {readonly resource: 'rpc'; readonly methods: readonly Nsid[]; readonly aud: string}

export interface Grants {
  readonly granted: readonly Grant[]
  readonly ignored: readonly {readonly permission: Permission; readonly why: string}[]
}

/** `aud` is what the app asked the set for (`include:<nsid>?aud=…`), for permissions that inherit it. */
export function grantsOf(set: PermissionSet, aud?: string): Grants {
  const granted: Grant[] = []
  const ignored: {permission: Permission; why: string}[] = []
  for (const permission of set.permissions) {
    const grant = grantOf(permission, set.nsid, aud)
    if (typeof grant === 'string') ignored.push({permission, why: grant})
    else granted.push(grant)
  }
  return {granted, ignored}
}

/** The grant, or why there is none. */
function grantOf(permission: Permission, set: Nsid, aud: string | undefined): Grant | string {
  const {type: _, resource, ...params} = permission
  if (resource === 'repo') return repoGrant(params, set)
  if (resource === 'rpc') return rpcGrant(params, set, aud)
  return `a set cannot hold permissions for "${resource}"`
}

type Params = Omit<Permission, 'resource'>

function repoGrant({collection, action = repoActions, ...rest}: Params, set: Nsid): Grant | string {
  const collections = namesWithin(collection, set)
  if (typeof collections === 'string') return `collection: ${collections}`
  if (!Array.isArray(action) || action.length === 0 || !action.every(isRepoAction)) {
    return `action: expected some of ${repoActions.join(', ')}`
  }
  if (new Set(action).size < action.length) return 'action: named twice'
  return unknownIn(rest) ?? {resource: 'repo', collections, actions: action}
}

function rpcGrant({lxm, aud, inheritAud = false, ...rest}: Params, set: Nsid, asked?: string): Grant | string {
  const methods = namesWithin(lxm, set)
  if (typeof methods === 'string') return `lxm: ${methods}`
  const unknown = unknownIn(rest)
  if (unknown !== undefined) return unknown
  if (inheritAud === false) return aud === '*' ? {resource: 'rpc', methods, aud} : 'aud: expected "*"'
  if (inheritAud !== true || aud !== undefined) return 'inheritAud: expected true, and no aud beside it'
  return asked === undefined
    ? 'inheritAud: the set was asked for without an aud'
    : {resource: 'rpc', methods, aud: asked}
}

const isRepoAction = (value: unknown): value is RepoAction => repoActions.some(action => action === value)

const unknownIn = (params: Params): string | undefined => {
  const [name] = Object.keys(params)
  return name === undefined ? undefined : `${name}: not a known parameter`
}

/** Distinct NSIDs in the set's own group or below it, or what is wrong with them. */
function namesWithin(names: Permission[string], set: Nsid): readonly Nsid[] | string {
  if (!Array.isArray(names) || names.length === 0) return 'expected at least one NSID'
  if (new Set(names).size < names.length) return 'named twice'
  const group = set.slice(0, set.lastIndexOf('.') + 1)
  for (const name of names) {
    if (typeof name !== 'string' || !isNsid(name)) return 'expected NSIDs'
    if (!name.startsWith(group)) return `${name} is outside ${group}*`
  }
  return names
}
