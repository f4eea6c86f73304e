/**
 * A scope in words, for whoever is asked to agree to it: what the app could then do, the gravest first, in sentences
 * that need no knowledge of protocols. Nothing that a scope allows is left out, and no word of it is the app's own.
 */
import {fileName, methodName, recordName} from './names.ts'
import type {AccountScope, RepoAction, RepoScope, RpcScope, Scope} from './scope.ts'

/** What belongs together on the page. */
export interface ScopeWords {
  title: string
  /** Each begins with a verb: what the app may do. */
  lines: readonly string[]
  /** Whoever has this can take the account away, or much of what is in it. */
  isGrave: boolean
}

/** Every group that has something to say. Sets among `scopes` say nothing: they are put in words by what they hold. */
export function wordsOf(scopes: readonly Scope[]): readonly ScopeWords[] {
  const of = <R extends Scope['resource']>(resource: R) =>
    scopes.filter((scope): scope is Extract<Scope, {resource: R}> => scope.resource === resource)
  const transitions = of('transition').map(({to}) => to)
  const isGeneric = transitions.includes('generic')
  const identity = of('identity').map(({attr}) => attr)
  const accounts = of('account')
  const groups: ScopeWords[] = [
    {
      title: 'Your identity',
      isGrave: identity.includes('*'),
      lines: identity.includes('*')
        ? ['Control your whole identity: it could move your account to another server, or take it from you for good']
        : identity.includes('handle')
          ? ['Change your handle']
          : [],
    },
    {
      title: 'Everything an app password can do',
      isGrave: false,
      lines: isGeneric
        ? [
            'Write, change and delete anything in your repository: posts, likes, follows, your profile, and what other apps keep there',
            'Upload files of any kind',
            'Use any service in your name: read your timeline and notifications, change your settings, report to moderators',
          ]
        : [],
    },
    {
      title: 'Your account',
      isGrave: accounts.some(isGraveFor),
      lines: accountLines(accounts, transitions.includes('email')),
    },
    {title: 'What you publish', isGrave: false, lines: isGeneric ? [] : repoLines(of('repo'))},
    {title: 'Files', isGrave: false, lines: isGeneric ? [] : fileLines(of('blob').flatMap(({accept}) => accept))},
    {
      title: 'Direct messages',
      isGrave: false,
      lines: transitions.includes('chat.bsky') ? ['Read and send your direct messages'] : [],
    },
    {title: 'Services in your name', isGrave: of('rpc').some(isGraveCall), lines: rpcLines(of('rpc'))},
  ]
  return groups.filter(({lines}) => lines.length > 0).toSorted((a, b) => Number(b.isGrave) - Number(a.isGrave))
}

const isManaged = ({actions}: AccountScope): boolean => actions.includes('manage')
const isGraveFor = (scope: AccountScope): boolean => isManaged(scope) && scope.attr !== 'email'
const isGraveCall = ({methods}: RpcScope): boolean =>
  methods.some(method => method.toLowerCase() === 'com.atproto.server.createaccount')

function accountLines(scopes: readonly AccountScope[], isEmailRead: boolean): string[] {
  const has = (attr: AccountScope['attr'], managed: boolean): boolean =>
    scopes.some(scope => scope.attr === attr && isManaged(scope) === managed)
  return [
    has('repo', true) && 'Replace everything in your repository by an import',
    has('status', true) && 'Deactivate your account and activate it again',
    has('email', true)
      ? 'See your email address and have it confirmed'
      : (has('email', false) || isEmailRead) && 'See your email address',
    has('repo', false) && 'See how your repository is kept',
    has('status', false) && 'See whether your account is active',
  ].filter(line => line !== false)
}

const verbs: Readonly<Record<RepoAction, string>> = {create: 'write', update: 'change', delete: 'delete'}
const order = Object.keys(verbs) as RepoAction[]

/** One line for all that may be done the same with. */
function repoLines(scopes: readonly RepoScope[]): string[] {
  const actionsOf = new Map<string, Set<RepoAction>>()
  for (const {collections, actions} of scopes) {
    for (const collection of collections) {
      const all = actionsOf.get(collection) ?? new Set()
      for (const action of actions) all.add(action)
      actionsOf.set(collection, all)
    }
  }
  const ofAny = actionsOf.get('*')
  const collectionsBy = new Map<string, string[]>()
  for (const [collection, actions] of actionsOf) {
    // What may be done with all there is needs no saying of one.
    const left = collection === '*' ? actions : new Set([...actions].filter(action => !ofAny?.has(action)))
    if (left.size === 0) continue
    const doing = sentence(listed(order.filter(action => left.has(action)).map(action => verbs[action])))
    collectionsBy.set(doing, [...(collectionsBy.get(doing) ?? []), collection])
  }
  return [...collectionsBy].map(([doing, collections]) =>
    collections.includes('*')
      ? `${doing} records of every kind: posts, likes, follows, your profile, and what other apps keep with you`
      : `${doing} ${listed([...new Set(collections.map(recordName))])}`,
  )
}

const fileLines = (patterns: readonly string[]): string[] =>
  patterns.length === 0
    ? []
    : [`Upload ${patterns.includes('*/*') ? fileName('*/*') : listed([...new Set(patterns.map(fileName))])}`]

/** By what is done; where it may be done follows when that is not everywhere. */
function rpcLines(scopes: readonly RpcScope[]): string[] {
  const lines = new Map<string, Set<string>>()
  for (const {methods, aud} of scopes) {
    for (const method of methods) {
      const doing = method === '*' ? 'do whatever it offers' : methodName(method)
      lines.set(doing, (lines.get(doing) ?? new Set()).add(aud))
    }
  }
  return [...lines].map(([doing, auds]) =>
    auds.has('*')
      ? `${sentence(doing)}, at any service`
      : `${sentence(doing)}, at ${listed([...auds].map(serviceName))}`,
  )
}

/** The host of a did:web says who it is; any other DID can only be shown as it is. */
function serviceName(aud: string): string {
  const [did, name] = aud.split('#')
  const host = did.startsWith('did:web:') ? decodeURIComponent(did.slice('did:web:'.length)) : did
  return `${host} (${name})`
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const listed = (items: readonly string[]): string =>
  items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
