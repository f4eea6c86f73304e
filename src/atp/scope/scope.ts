/**
 * What an app may ask an account for (spec: permission; OAuth, "scopes"): records to write, methods of services to call,
 * files to upload, the account's address and state, its identity, and sets of permissions that somebody has published.
 * Here is how that is written and read. A value that is not wholly understood grants nothing: what is not known of it
 * might have narrowed it.
 */
import {isBlessedDid} from '#atp/syntax/did.ts'
import {isNsid, type Nsid} from '#atp/syntax/nsid.ts'
import {Malformed} from '#std/malformed.ts'
import {isMediaPattern} from './media-pattern.ts'
import {formatForm, parseForm, type ScopeForm} from './scope-form.ts'

const repoActions = ['create', 'update', 'delete'] as const
export type RepoAction = (typeof repoActions)[number]
const accountAttrs = ['email', 'repo', 'status'] as const
export type AccountAttr = (typeof accountAttrs)[number]
const accountActions = ['read', 'manage'] as const
export type AccountAction = (typeof accountActions)[number]
const identityAttrs = ['handle', '*'] as const
export type IdentityAttr = (typeof identityAttrs)[number]
const transitions = ['generic', 'chat.bsky', 'email'] as const
export type Transition = (typeof transitions)[number]

export interface RepoScope {
  readonly resource: 'repo'
  readonly collections: readonly (Nsid | '*')[]
  readonly actions: readonly RepoAction[]
}
export interface RpcScope {
  readonly resource: 'rpc'
  readonly methods: readonly (Nsid | '*')[]
  /** A service, such as `did:web:api.example.com#svc`, or `*` for any; never any method of any service. */
  readonly aud: string
}
export interface BlobScope {
  readonly resource: 'blob'
  /** Media types and patterns of them, in lower case. */
  readonly accept: readonly string[]
}
export interface AccountScope {
  readonly resource: 'account'
  readonly attr: AccountAttr
  /** To manage is also to read. */
  readonly actions: readonly AccountAction[]
}
export interface IdentityScope {
  readonly resource: 'identity'
  readonly attr: IdentityAttr
}
/** A set of permissions, which its lexicon lists. By itself it grants nothing. */
export interface IncludeScope {
  readonly resource: 'include'
  readonly nsid: Nsid
  /** For permissions of the set that inherit it. */
  readonly aud: string | undefined
}
export type Scope =
  | {readonly resource: 'atproto'}
  | {readonly resource: 'transition'; readonly to: Transition}
  | RepoScope
  | RpcScope
  | BlobScope
  | AccountScope
  | IdentityScope
  | IncludeScope

export interface ParsedScope {
  /** Each once, sorted by how they are written. */
  readonly scopes: readonly Scope[]
  /** Values that are not understood. */
  readonly unknown: readonly string[]
}

/** Characters of a whole scope, and values in it. Real apps ask for some 2,000 and 40. */
export const scopeLengthMax = 16_384
const valuesMax = 512

/** Reads a whole scope, values and spaces. Throws `Malformed('scope', 'too-long' | 'too-many')`. */
export function parseScope(text: string): ParsedScope {
  if (text.length > scopeLengthMax) {
    throw new Malformed('scope', 'too-long', `a scope has ${scopeLengthMax} characters at most`)
  }
  const values = new Set(text.split(' ').filter(Boolean))
  if (values.size > valuesMax) throw new Malformed('scope', 'too-many', `a scope has ${valuesMax} values at most`)
  const scopes: Scope[] = []
  const unknown: string[] = []
  for (const value of values) {
    const scope = parseScopeValue(value)
    if (scope) scopes.push(scope)
    else unknown.push(value)
  }
  return {scopes: sorted(scopes), unknown}
}

/** A whole scope in its one canonical form: what grants the same by the same values is the same text. */
export const formatScope = (scopes: readonly Scope[]): string => sorted(scopes).map(formatScopeValue).join(' ')

function sorted(scopes: readonly Scope[]): readonly Scope[] {
  const byText = new Map(scopes.map(scope => [formatScopeValue(scope), scope]))
  return [...byText.keys()].toSorted().map(text => byText.get(text) as Scope)
}

/** Reads one value; undefined for what is not wholly understood. */
export function parseScopeValue(value: string): Scope | undefined {
  const form = parseForm(value)
  if (!form) return undefined
  switch (form.resource) {
    case 'atproto':
      return value === 'atproto' ? {resource: 'atproto'} : undefined
    case 'transition': {
      const to = transitions.find(name => value === `transition:${name}`)
      return to && {resource: 'transition', to}
    }
    case 'repo': {
      const params = paramsOf(form, ['collection', 'action'])
      const collections = params?.all('collection', isNsidOrAny)
      const actions = params?.all('action', isOneOf(repoActions), repoActions)
      return collections && actions && {resource: 'repo', collections, actions}
    }
    case 'rpc': {
      const params = paramsOf(form, ['lxm', 'aud'])
      const methods = params?.all('lxm', isNsidOrAny)
      const aud = audienceOf(params?.one('aud'))
      if (!methods || aud === undefined || (aud === '*' && methods.includes('*'))) return undefined
      return {resource: 'rpc', methods, aud}
    }
    case 'blob': {
      const accept = paramsOf(form, ['accept'])?.all('accept', isMediaPattern)
      return accept && {resource: 'blob', accept: accept.map(pattern => pattern.toLowerCase())}
    }
    case 'account': {
      const params = paramsOf(form, ['attr', 'action'])
      const attr = accountAttrs.find(name => name === params?.one('attr'))
      const actions = params?.all('action', isOneOf(accountActions), ['read'])
      return attr && actions && {resource: 'account', attr, actions}
    }
    case 'identity': {
      const attr = paramsOf(form, ['attr'])?.one('attr')
      const found = identityAttrs.find(name => name === attr)
      return found && {resource: 'identity', attr: found}
    }
    case 'include': {
      const params = paramsOf(form, ['nsid', 'aud'])
      const nsid = params?.one('nsid')
      if (!params || nsid === undefined || !isNsid(nsid)) return undefined
      if (!params.has('aud')) return {resource: 'include', nsid, aud: undefined}
      const aud = audienceOf(params.one('aud'))
      return aud === undefined || aud === '*' ? undefined : {resource: 'include', nsid, aud}
    }
    default:
      return undefined
  }
}

/** One value in its canonical form. */
export function formatScopeValue(scope: Scope): string {
  const {resource} = scope
  switch (resource) {
    case 'atproto':
      return resource
    case 'transition':
      return `${resource}:${scope.to}`
    case 'repo': {
      const actions = repoActions.filter(action => scope.actions.includes(action))
      const isAll = actions.length === repoActions.length
      return written(resource, 'collection', namesOf(scope.collections), isAll ? [] : pairs('action', actions))
    }
    case 'rpc':
      return written(resource, 'lxm', namesOf(scope.methods), pairs('aud', [scope.aud]))
    case 'blob':
      return written(resource, 'accept', patternsOf(scope.accept), [])
    case 'account': {
      const actions = accountActions.filter(action => scope.actions.includes(action))
      return written(resource, 'attr', [scope.attr], actions.includes('manage') ? pairs('action', actions) : [])
    }
    case 'identity':
      return written(resource, 'attr', [scope.attr], [])
    case 'include':
      return written(resource, 'nsid', [scope.nsid], scope.aud === undefined ? [] : pairs('aud', [scope.aud]))
  }
}

type Pair = readonly [name: string, value: string]
const pairs = (name: string, values: readonly string[]): Pair[] => values.map(value => [name, value])

/** With the parameter `name`, which the resource is about, after the colon when it has one value. */
const written = (resource: string, name: string, values: readonly string[], rest: readonly Pair[]): string =>
  values.length === 1
    ? formatForm({resource, positional: values[0], params: rest})
    : formatForm({resource, positional: undefined, params: [...pairs(name, values), ...rest]})

const namesOf = (names: readonly string[]): readonly string[] =>
  names.includes('*') ? ['*'] : [...new Set(names)].toSorted()

/** Without those that others among them let through. */
function patternsOf(patterns: readonly string[]): readonly string[] {
  if (patterns.includes('*/*')) return ['*/*']
  const kinds = patterns.filter(pattern => pattern.endsWith('/*')).map(pattern => pattern.slice(0, -1))
  const needed = patterns.filter(pattern => pattern.endsWith('/*') || !kinds.some(kind => pattern.startsWith(kind)))
  return [...new Set(needed)].toSorted()
}

interface Params {
  has(name: string): boolean
  /** Its value, if it has one and no more. */
  one(name: string): string | undefined
  /** Its values, if it has some that are all as they should be; `otherwise` when it is left out. */
  all<T extends string>(
    name: string,
    is: (value: string) => value is T,
    otherwise?: readonly T[],
  ): readonly T[] | undefined
  all(name: string, is: (value: string) => boolean, otherwise?: readonly string[]): readonly string[] | undefined
}

/** The parameters of a form that has none but those of `names`, the first of which may stand after the colon. */
function paramsOf({positional, params}: ScopeForm, names: readonly string[]): Params | undefined {
  if (params.some(([name]) => !names.includes(name))) return undefined
  const [main] = names
  if (positional !== undefined && params.some(([name]) => name === main)) return undefined
  const valuesOf = (name: string): readonly string[] =>
    name === main && positional !== undefined
      ? [positional]
      : params.filter(([other]) => other === name).map(([, value]) => value)
  return {
    has: name => valuesOf(name).length > 0,
    one: name => (valuesOf(name).length === 1 ? valuesOf(name)[0] : undefined),
    all<T extends string>(name: string, is: (value: string) => boolean, otherwise?: readonly T[]) {
      const values = valuesOf(name) as readonly T[]
      if (values.length === 0) return otherwise
      return values.every(is) ? values : undefined
    },
  }
}

const isNsidOrAny = (text: string): text is Nsid | '*' => text === '*' || isNsid(text)
const isOneOf =
  <T extends string>(names: readonly T[]) =>
  (text: string): text is T =>
    names.some(name => name === text)

const serviceShape = /^(did:[^#]+)#[\w.-]{1,128}$/

/**
 * A service by the DID of its document and its name there, or `*`; undefined for what is neither. The port of a server
 * for development is often encoded once where twice is needed, and can mean nothing else.
 */
function audienceOf(text: string | undefined): string | undefined {
  if (text === '*' || text === undefined) return text
  const aud = text.replace(/^(did:web:localhost):(?=\d{1,5}#)/, '$1%3A')
  const did = serviceShape.exec(aud)?.[1]
  return did !== undefined && isBlessedDid(did) ? aud : undefined
}
