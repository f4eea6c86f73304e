/**
 * The truth of a simulation as its people know it: what was acknowledged to them, and nothing that a service says of
 * itself. It is plain maps and lists, and shares no code with the services, so that the same mistake cannot be in both.
 * At the end every service is held against it: the events, as a multiset and in order for each account; the records of
 * each repository; what is counted of them.
 */

export type Json = null | boolean | number | string | readonly Json[] | {readonly [name: string]: Json}
export type JsonRecord = {readonly [name: string]: Json}

/** One change of a record, as consumers are told of it. */
export interface Op {
  readonly action: 'create' | 'update' | 'delete'
  /** `collection/rkey` */
  readonly path: string
  readonly record?: JsonRecord
}

export interface Commit {
  readonly rev: string
  readonly cid: string
  readonly ops: readonly Op[]
}

/** What a person asks for. A put replaces what is there or makes it. */
export type Wish =
  | {readonly kind: 'create' | 'put' | 'update'; readonly path: string; readonly record: JsonRecord}
  | {readonly kind: 'delete'; readonly path: string}

export type Status = 'active' | 'deactivated' | 'deleted'

const collectionOf = (path: string): string => path.slice(0, path.indexOf('/'))

/** Of these an account has one for each subject: a new one takes the place of the old. */
const onePerSubject = new Set(['app.bsky.feed.like', 'app.bsky.feed.repost', 'app.bsky.graph.follow'])

export function subjectOf(record: JsonRecord): string | undefined {
  const {subject} = record
  if (typeof subject === 'string') return subject
  const uri = (subject as JsonRecord | undefined)?.uri
  return typeof uri === 'string' ? uri : undefined
}

/** One account and its repository. */
export class Account {
  readonly did: string
  handle: string
  pds: string
  status: Status = 'active'
  readonly commits: Commit[] = []
  /** By path, as the newest commit has them. */
  readonly records = new Map<string, JsonRecord>()
  /** CIDs of records, as far as they were told. */
  readonly cids = new Map<string, string>()
  /** Something that was acknowledged may have been forgotten since: then commits may be missing downstream, or more. */
  isExact = true
  readonly acknowledged = {commits: 0, ops: 0}

  constructor(did: string, handle: string, pds: string) {
    this.did = did
    this.handle = handle
    this.pds = pds
  }

  get rev(): string | undefined {
    return this.commits.at(-1)?.rev
  }

  get head(): string | undefined {
    return this.commits.at(-1)?.cid
  }

  /** The changes that these wishes come to, in the order in which they are told. Empty when nothing would change. */
  opsOf(wishes: readonly Wish[]): Op[] {
    const ops: Op[] = []
    const replaced: Op[] = []
    const named = new Set(wishes.map(({path}) => path))
    for (const wish of wishes) {
      const {path} = wish
      const before = this.records.get(path)
      if (wish.kind === 'delete') {
        if (before) ops.push({action: 'delete', path})
        continue
      }
      const {record} = wish
      if (before && canonical(before) === canonical(record)) continue
      ops.push({action: before ? 'update' : 'create', path, record})
      const collection = collectionOf(path)
      if (!onePerSubject.has(collection)) continue
      const subject = subjectOf(record)
      for (const [other, link] of this.records) {
        if (named.has(other) || collectionOf(other) !== collection || subjectOf(link) !== subject) continue
        replaced.push({action: 'delete', path: other})
      }
    }
    return [...ops, ...replaced]
  }

  commit(commit: Commit): void {
    this.commits.push(commit)
    this.acknowledged.commits++
    this.acknowledged.ops += commit.ops.length
    this.#apply(commit.ops)
  }

  /** Its server has forgotten all after the commit of this revision. False when there was no such commit. */
  goBackTo(rev: string): boolean {
    const at = this.commits.findIndex(commit => commit.rev === rev)
    if (at < 0) return false
    if (at === this.commits.length - 1) return true
    this.commits.length = at + 1
    this.isExact = false
    this.records.clear()
    for (const {ops} of this.commits) this.#apply(ops)
    return true
  }

  #apply(ops: readonly Op[]): void {
    for (const {action, path, record} of ops) {
      if (action === 'delete') {
        this.records.delete(path)
        this.cids.delete(path)
      } else {
        this.records.set(path, record as JsonRecord)
        this.cids.delete(path)
      }
    }
  }
}

/** What an index of all accounts shows of one post and of one profile. */
export interface PostCounts {
  likes: number
  reposts: number
  replies: number
}
export interface ProfileCounts {
  posts: number
  follows: number
  followers: number
}

export class Model {
  readonly accounts = new Map<string, Account>()

  /** Those that are to be found. */
  present(): Account[] {
    return [...this.accounts.values()].filter(({status}) => status !== 'deleted')
  }

  /** Commits that were acknowledged, and changes of records by them; what was forgotten since counts too. */
  get counts(): {commits: number; ops: number} {
    const counts = {commits: 0, ops: 0}
    for (const {acknowledged} of this.accounts.values()) {
      counts.commits += acknowledged.commits
      counts.ops += acknowledged.ops
    }
    return counts
  }

  postCounts(): Map<string, PostCounts> {
    const counts = new Map<string, PostCounts>()
    const of = (uri: string): PostCounts => {
      const known = counts.get(uri) ?? {likes: 0, reposts: 0, replies: 0}
      counts.set(uri, known)
      return known
    }
    for (const account of this.present()) {
      for (const [path, record] of account.records) {
        const collection = collectionOf(path)
        if (collection === 'app.bsky.feed.post') {
          of(`at://${account.did}/${path}`)
          const parent = ((record.reply as JsonRecord | undefined)?.parent as JsonRecord | undefined)?.uri
          if (typeof parent === 'string') of(parent).replies++
        }
        const subject = subjectOf(record)
        if (subject === undefined) continue
        if (collection === 'app.bsky.feed.like') of(subject).likes++
        if (collection === 'app.bsky.feed.repost') of(subject).reposts++
      }
    }
    return counts
  }

  profileCounts(): Map<string, ProfileCounts> {
    const counts = new Map<string, ProfileCounts>()
    const of = (did: string): ProfileCounts => {
      const known = counts.get(did) ?? {posts: 0, follows: 0, followers: 0}
      counts.set(did, known)
      return known
    }
    for (const account of this.present()) {
      const own = of(account.did)
      for (const [path, record] of account.records) {
        const collection = collectionOf(path)
        if (collection === 'app.bsky.feed.post') own.posts++
        if (collection !== 'app.bsky.graph.follow') continue
        own.follows++
        of(subjectOf(record) ?? '').followers++
      }
    }
    return counts
  }
}

/** The same text for the same value, whatever the order of its members. */
export function canonical(value: Json | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? ''
  const {...members} = value as JsonRecord
  return `{${Object.keys(members)
    .toSorted()
    .map(name => `${JSON.stringify(name)}:${canonical(members[name])}`)
    .join()}}`
}
