/**
 * Some thousand accounts and what they do. Each has its book; its repository is built anew from that when it has
 * something to write, and let go when others have: only some hundred are held at a time.
 */
import type {Prng} from '#std/prng.ts'
import {assert} from '#std/assert.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs, type Cid} from '#atp/data/cid.ts'
import {Keypair} from '#atp/crypto/key.ts'
import {BlockMap} from '#atp/mst/blocks.ts'
import {TreeBuilder} from '#atp/mst/build.ts'
import {commitBlock, repoVersion, signCommit} from '#atp/repo/commit.ts'
import {Repo, type RepoChange, type RepoWrite} from '#atp/repo/repo.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {tidOf, type Tid} from '#atp/syntax/tid.ts'
import {Book, type Change} from './book.ts'
import {collections, keyOf, kinds, pathOf, recordOf, type Kind} from './records.ts'

export class Member {
  readonly number: number
  readonly host: number
  readonly book: Book
  readonly key: Keypair
  /** Stands above the signing key in the identity. */
  readonly rotationKey: Keypair
  did = '' as Did
  handle = '' as Handle
  status: 'unknown' | 'active' | 'deactivated' = 'unknown'
  /** Of the newest commit; `micros` is its time, which no clock takes back. */
  micros = 0
  rev: Tid | null = null
  head: Cid | undefined
  data: Cid | undefined
  /** Somebody acts for it now. */
  isBusy = false

  constructor(number: number, host: number, keys: {key: Keypair; rotationKey: Keypair}) {
    this.number = number
    this.host = host
    this.book = new Book(number)
    this.key = keys.key
    this.rotationKey = keys.rotationKey
  }
}

export interface CrowdOptions {
  readonly accounts: number
  readonly hosts: number
  readonly prng: Prng
}

/** Repositories that are held as they are. */
const residentsMax = 256
/** A commit may change so many records. */
export const writesMax = 40

export class Crowd {
  readonly members: readonly Member[]
  readonly byDid = new Map<string, Member>()
  readonly byHandle = new Map<string, Member>()
  /** Those who have an account by now are the first of `members`. */
  joined = 0
  /** Changes of records, and commits, that were made. */
  ops = 0
  commits = 0
  readonly #residents = new Map<number, Repo>()

  constructor({accounts, hosts, prng}: CrowdOptions) {
    const keyOfMember = (number: number, name: string): Keypair => {
      const bytes = prng.of(`${name} ${number}`)
      return Keypair.generate('k256', size => Uint8Array.from({length: size}, () => bytes.whole(0, 255)))
    }
    this.members = Array.from(
      {length: accounts},
      (_, number) =>
        new Member(number, number % hosts, {
          key: keyOfMember(number, 'key'),
          rotationKey: keyOfMember(number, 'rotation key'),
        }),
    )
  }

  readonly didOf = (number: number): string => this.members[number]?.did ?? ''

  /** What an account has in mind: so many changes, no two of them of one record. */
  changes(member: Member, count: number, prng: Prng): Change[] {
    const {book} = member
    const changes: Change[] = []
    const taken = new Set<number>()
    const pointed = new Set<string>()
    let next = book.numbers
    const create = (kind: Kind, subject = 0, subjectNumber = 0): void => {
      changes.push({number: next++, kind, version: 1, subject, subjectNumber})
    }
    for (let tries = 0; changes.length < count && tries < 3 * count; tries++) {
      const draw = prng.next()
      if (draw < 0.35) create(draw < 0.27 ? kinds.post : kinds.note)
      else if (draw < 0.72) {
        const kind = draw < 0.43 ? kinds.reply : draw < 0.58 ? kinds.like : draw < 0.63 ? kinds.repost : kinds.follow
        const other = this.members[prng.whole(0, this.joined - 1)]
        const number = kind === kinds.follow ? 0 : somePost(other, prng)
        const pointing = `${kind} ${other.number} ${number}`
        if (number < 0 || other === member || pointed.has(pointing)) continue
        if (kind !== kinds.reply && book.points(kind, other.number, number)) continue
        pointed.add(pointing)
        create(kind, other.number, number)
      } else if (book.numbers > 0) {
        const number = prng.whole(0, book.numbers - 1)
        if (!book.isLive(number) || taken.has(number)) continue
        taken.add(number)
        const {kind, version, subject, subjectNumber} = book.sketch(number, this.didOf)
        const mayEdit = kind === kinds.post || kind === kinds.note || kind === kinds.profile
        if (draw < 0.88 && kind !== kinds.profile) {
          changes.push({number, kind, version: 0, subject, subjectNumber})
        } else if (mayEdit && version < 250) {
          changes.push({number, kind, version: version + 1, subject, subjectNumber})
        }
      }
    }
    return changes
  }

  /** Makes a commit of these changes, by a clock that says `nowMs`, and notes it in the book. */
  commit(member: Member, changes: readonly Change[], nowMs: number): RepoChange {
    const {book, did} = member
    member.micros = Math.max(member.micros + 1, Math.floor(nowMs * 1_000))
    const rev = tidOf(member.micros, member.host)
    const signing = {signer: member.key, rev}
    const before = member.rev === null ? undefined : this.repoOf(member)
    const writes = changes.map((change): RepoWrite => this.#write(member, change))
    const made = before ? before.apply(writes, signing) : Repo.create(did, signing, writes)
    assert(made.ok && made.ops.length === changes.length, 'what an account has in mind can be done')
    const told = made.ops.map(({action, cid}) => ({action, cid: cid?.toString() ?? ''}))
    book.commit(rev, member.micros, made.commit.cid.toString(), changes, told)
    member.rev = rev
    member.head = made.commit.cid
    member.data = made.data
    this.ops += changes.length
    this.commits++
    this.#hold(member, made.repo)
    return made
  }

  #write({number: account, book}: Member, change: Change): RepoWrite {
    const {number, kind, version, subject, subjectNumber} = change
    const where = {collection: collections[kind], rkey: keyOf(account, number)}
    if (version === 0) return {action: 'delete', ...where}
    const record = recordOf({kind, account, number, version, subject, subjectDid: this.didOf(subject), subjectNumber})
    return {action: book.isLive(number) ? 'update' : 'create', ...where, record: record as never}
  }

  repoOf(member: Member): Repo {
    const held = this.#residents.get(member.number)
    if (held) return held
    const repo = Repo.load(member.head as Cid, this.blocksOf(member, {records: false}))
    this.#hold(member, repo)
    return repo
  }

  /** The blocks of a repository as it is now, built from the book of its account. */
  blocksOf(member: Member, {records}: {records: boolean}): BlockMap {
    const {book, did, rev, key} = member
    const blocks = new BlockMap()
    const paths: [string, number][] = []
    for (let number = 0; number < book.numbers; number++) {
      if (book.isLive(number)) paths.push([pathOf(member.number, number, book.kindOf(number)), number])
    }
    paths.sort(([a], [b]) => (a < b ? -1 : 1))
    const builder = new TreeBuilder((cid, block) => blocks.set(cid.detached(), block.slice()))
    for (const [path, number] of paths) {
      const bytes = encodeCbor(recordOf(book.sketch(number, this.didOf)) as never)
      const cid = cidOf(codecs.cbor, bytes)
      if (records) blocks.set(cid, bytes)
      builder.add(path, cid)
    }
    const data = builder.finish()
    const commit = commitBlock(signCommit({did, version: repoVersion, data, rev: rev as Tid, prev: null}, key))
    assert(commit.cid.equals(member.head ?? null), `the book of ${did} gives the repository that was signed`)
    blocks.set(commit.cid, commit.bytes)
    return blocks
  }

  #hold({number}: Member, repo: Repo): void {
    this.#residents.delete(number)
    this.#residents.set(number, repo)
    if (this.#residents.size <= residentsMax) return
    const [oldest] = this.#residents.keys()
    this.#residents.delete(oldest)
  }
}

/** The number of a post that is there, one of the newer; -1 where none is found soon. */
function somePost({book}: Member, prng: Prng): number {
  for (let tries = 0; tries < 6 && book.numbers > 0; tries++) {
    const number = prng.whole(Math.max(0, book.numbers - 60), book.numbers - 1)
    const kind = book.kindOf(number)
    if (book.isLive(number) && (kind === kinds.post || kind === kinds.reply)) return number
  }
  return -1
}
