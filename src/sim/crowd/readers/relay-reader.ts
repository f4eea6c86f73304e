/** A relay's stream: of each account every commit, once and in order, and the numbers of the events rising. */
import type {Frame} from '#std/wire/frames.ts'
import {readRepoFrame, verifyCommitEvent} from '#atp/sync/verify.ts'
import type {CommitEvent} from '#atp/sync/event.ts'
import {commitWords, fingerprint, opWords} from '../fingerprint.ts'
import type {Member} from '../crowd.ts'
import {behindIn, Reader, type ReaderDeps} from './reader.ts'

/** Of so many commits one is verified, blocks and signature. */
const verifiedEvery = 50

export class RelayReader extends Reader {
  readonly #base: string
  readonly #commits: Uint32Array
  readonly #standing = new Map<string, boolean>()
  #seq = 0
  /** Where an account is said anew to be. */
  syncs = 0

  constructor(name: string, url: string, deps: ReaderDeps) {
    super(name, deps)
    this.#base = url.replace('http', 'ws')
    this.#commits = new Uint32Array(deps.crowd.members.length)
  }

  get url(): string {
    return `${this.#base}/xrpc/com.atproto.sync.subscribeRepos?cursor=${this.#seq}`
  }

  take(message: Frame): void {
    const read = typeof message === 'string' ? undefined : readRepoFrame(message)
    if (!read?.ok || !read.event || read.event.t === '#info') {
      const what = read?.ok ? JSON.stringify(read.error ?? read.event) : read?.detail
      return this.diverges('', `what came after ${this.#seq}`, `is no event: ${what}`)
    }
    const {event} = read
    this.told++
    if (event.seq <= this.#seq) this.diverges(event.did, `${event.seq}`, `came after ${this.#seq}`)
    this.#seq = event.seq
    const member = this.member(event.did, `${event.seq} ${event.t}`)
    if (!member) return
    if (event.t === '#commit') this.#commit(member, event)
    if (event.t === '#sync') this.syncs++
    if (event.t === '#account') this.#standing.set(event.did, event.active)
  }

  #commit(member: Member, event: CommitEvent): void {
    const {did, rev, commit, ops, seq} = event
    const prints = ops.map(({action, path, cid}) => fingerprint(opWords(rev, action, path, cid?.toString() ?? '')))
    const at = this.#commits[member.number]
    const words = `${seq} #commit ${rev}`
    if (fingerprint(commitWords(rev, commit.toString(), prints)) !== member.book.commitPrint(at)) {
      return this.diverges(did, words, `is not the commit ${at + 1} of ${member.book.commits} of this account`)
    }
    this.#commits[member.number] = at + 1
    if (seq % verifiedEvery > 0) return
    const verified = verifyCommitEvent(event, member.key.publicKey, {nowMs: this.deps.world.now()})
    if (!verified.ok) this.diverges(did, words, `does not hold: ${verified.detail}`)
  }

  behind(): {count: number; example: string} {
    const {crowd} = this.deps
    return behindIn(crowd, ({number, book}) => book.commits - this.#commits[number], 'commits')
  }

  /** Accounts of which something else was told last than how they stand. */
  misplaced(): string[] {
    return standingFaults(this.deps.crowd.members, this.#standing)
  }
}

export function standingFaults(members: readonly Member[], standing: ReadonlyMap<string, boolean>): string[] {
  return members.flatMap(({did, status}) => {
    const told = standing.get(did)
    return told === undefined || told === (status === 'active') ? [] : [`${did} is ${status}, and is told otherwise`]
  })
}
