/** What a scope allows: asked of each thing that an app wants to do, by whoever is about to do it for the app. */
import {
  type AccountAction,
  type AccountAttr,
  formatScopeValue,
  type IdentityAttr,
  parseScope,
  type RepoAction,
  type Scope,
  type Transition,
} from './scope.ts'
import type {Nsid} from '../syntax/nsid.ts'
import {isOfPattern} from './media-pattern.ts'

/** One thing that an app wants to do. */
export type Need =
  | {readonly resource: 'repo'; readonly collection: string; readonly action: RepoAction}
  /** `lxm` is `*` for whichever method, as in a token that names none. */
  | {readonly resource: 'rpc'; readonly lxm: string; readonly aud: string}
  | {readonly resource: 'blob'; readonly mime: string}
  | {readonly resource: 'account'; readonly attr: AccountAttr; readonly action: AccountAction}
  | {readonly resource: 'identity'; readonly attr: IdentityAttr}

type Of<R extends Scope['resource']> = readonly Extract<Scope, {resource: R}>[]

export class Permissions {
  /** Whether the scope has `atproto`, without which a token is good for nothing here. */
  readonly isForAtproto: boolean
  readonly #transitions: ReadonlySet<Transition>
  readonly #repo: Of<'repo'>
  readonly #rpc: Of<'rpc'>
  readonly #blob: Of<'blob'>
  readonly #account: Of<'account'>
  readonly #identity: Of<'identity'>

  /** Sets of permissions among `scopes` allow nothing: what they stand for has been put in their place before. */
  constructor(scopes: readonly Scope[]) {
    const of = <R extends Scope['resource']>(resource: R) =>
      scopes.filter((scope): scope is Extract<Scope, {resource: R}> => scope.resource === resource)
    this.isForAtproto = of('atproto').length > 0
    this.#transitions = new Set(of('transition').map(({to}) => to))
    this.#repo = of('repo')
    this.#rpc = of('rpc')
    this.#blob = of('blob')
    this.#account = of('account')
    this.#identity = of('identity')
  }

  /** Throws `Malformed`, as `parseScope` does. What is not understood allows nothing. */
  static of(text: string): Permissions {
    return new Permissions(parseScope(text).scopes)
  }

  allows(need: Need): boolean {
    const isGeneric = this.#transitions.has('generic')
    switch (need.resource) {
      case 'repo': {
        const {collection, action} = need
        return (
          isGeneric ||
          this.#repo.some(({collections, actions}) => actions.includes(action) && holds(collections, collection))
        )
      }
      case 'rpc': {
        const {lxm, aud} = need
        return (
          this.#transits(lxm) ||
          this.#rpc.some(scope => (scope.aud === '*' || scope.aud === aud) && holds(scope.methods, lxm))
        )
      }
      case 'blob': {
        const mime = need.mime.toLowerCase()
        return isGeneric || this.#blob.some(({accept}) => accept.some(pattern => isOfPattern(pattern, mime)))
      }
      case 'account': {
        const {attr, action} = need
        if (attr === 'email' && action === 'read' && this.#transitions.has('email')) return true
        return this.#account.some(
          scope => scope.attr === attr && (scope.actions.includes(action) || scope.actions.includes('manage')),
        )
      }
      case 'identity':
        return this.#identity.some(({attr}) => attr === '*' || attr === need.attr)
    }
  }

  /**
   * Whether the scopes for apps of before permissions let a method be called. They are what app passwords are: to move
   * the account they do not suffice, and direct messages need the second of them, as does a token for any method.
   */
  #transits(lxm: string): boolean {
    const method = lxm.toLowerCase()
    const [isGeneric, isChat] = [this.#transitions.has('generic'), this.#transitions.has('chat.bsky')]
    if (method === '*') return isGeneric && isChat
    if (method.startsWith('chat.bsky.')) return isChat
    return isGeneric && method !== 'com.atproto.server.createaccount'
  }
}

const holds = (names: readonly string[], name: string): boolean => names.includes('*') || names.includes(name)

/** The scope that would allow it, in its canonical form. */
export function scopeFor(need: Need): string {
  switch (need.resource) {
    case 'repo':
      return formatScopeValue({resource: 'repo', collections: [need.collection as Nsid], actions: [need.action]})
    case 'rpc':
      return formatScopeValue({resource: 'rpc', methods: [need.lxm as Nsid], aud: need.aud})
    case 'blob':
      return formatScopeValue({resource: 'blob', accept: [need.mime.toLowerCase()]})
    case 'account':
      return formatScopeValue({resource: 'account', attr: need.attr, actions: [need.action]})
    case 'identity':
      return formatScopeValue(need)
  }
}
