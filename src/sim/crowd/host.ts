/**
 * A server of a crowd's accounts, as the network meets it: the stream of their commits from any cursor on, and their
 * repositories. It keeps nothing but frames; what it says of an account stands in that one's book. Being the truth it
 * loses nothing, however its machine ends. It speaks as a PDS does, so that real relays and Taps can follow it too.
 */
import {Readable} from 'node:stream'
import {Bell} from '#std/waiting/async.ts'
import type {Frame, Frames} from '#std/wire/frames.ts'
import {encodeCar, streamCar} from '#atp/repo/car-write.ts'
import type {RepoChange} from '#atp/repo/repo.ts'
import {exportRepo} from '#atp/repo/export.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {encodeEvent, type RepoEvent} from '#atp/sync/event.ts'
import {encodeErrorFrame} from '#atp/sync/frame.ts'
import type {Service} from '#runtime/service.ts'
import type {Spool} from '../ground/spool.ts'
import type {Crowd, Member} from './crowd.ts'

/** What an account has at this moment, as its book says: for whoever holds something else against it. */
export interface Truth {
  readonly did: string
  readonly handle: string
  readonly rev: string | null
  readonly active: boolean
  readonly commits: number
  /** CIDs by path. */
  readonly records: Readonly<Record<string, string>>
}

function truthOf(crowd: Crowd, member: Member): Truth {
  const {did, handle, rev, status, book} = member
  const records: Record<string, string> = {}
  if (rev !== null) for (const [path, cid] of crowd.repoOf(member).records()) records[path] = cid.toString()
  return {did, handle, rev, active: status === 'active', commits: book.commits, records}
}

/** Frames that are handed over together. */
const batchMax = 64
const pageMax = 1_000

type Unnumbered<E> = E extends {seq: number} ? Omit<E, 'seq' | 'time'> : never
type Event = Unnumbered<RepoEvent>

/** What a server of the crowd has to say, whichever process says it. */
export class HostLog {
  readonly number: number
  readonly #spool: Spool
  readonly #bell = new Bell()
  #places = new Float64Array(1_024)
  #sizes = new Uint32Array(1_024)
  last = 0

  constructor(number: number, spool: Spool) {
    this.number = number
    this.#spool = spool
  }

  say(event: Event, nowMs: number): void {
    this.put(encodeEvent({...event, seq: this.last + 1, time: datetimeOf(nowMs)} as RepoEvent))
  }

  /** Puts a frame as it is, under the next number. */
  put(frame: Uint8Array): void {
    if (this.last === this.#places.length) {
      const [places, sizes] = [new Float64Array(2 * this.last), new Uint32Array(2 * this.last)]
      places.set(this.#places)
      sizes.set(this.#sizes)
      this.#places = places
      this.#sizes = sizes
    }
    this.#places[this.last] = this.#spool.append(frame)
    this.#sizes[this.last++] = frame.length
    this.#bell.ring()
  }

  frame(seq: number): Uint8Array<ArrayBuffer> {
    const frame = new Uint8Array(this.#sizes[seq - 1])
    this.#spool.read(frame, this.#places[seq - 1])
    return frame
  }

  /** From behind `cursor` on, until `signal` aborts. */
  async *follow(cursor: number, signal: AbortSignal): AsyncGenerator<readonly Frame[], void> {
    for (let seq = cursor; !signal.aborted;) {
      const end = Math.min(seq + batchMax, this.last)
      if (seq < end) {
        const frames: Uint8Array[] = []
        while (seq < end) frames.push(this.frame(++seq))
        yield frames
      } else await this.#bell.wait(signal).catch(() => {})
    }
  }

  /** Tells of a commit that was made. */
  sayCommit({did}: Member, made: RepoChange, nowMs: number): void {
    const {rev, since, commit, ops, prevData, frameBlocks} = made
    const told = ops.map(({action, path, cid, prev}) => ({action, path, cid, ...(prev && {prev})}))
    const blocks = encodeCar([commit.cid], frameBlocks)
    const before = prevData && {prevData}
    this.say({t: '#commit', did, rev, since, commit: commit.cid, blocks, ops: told, ...before}, nowMs)
  }
}

export interface HostDeps {
  readonly log: HostLog
  readonly crowd: Crowd
  /** As `localhost:2601`. */
  readonly at: string
}

/** A process that serves it. */
export function hostService({log, crowd, at}: HostDeps): Service {
  const here = (did: string | null): Member | undefined => {
    const member = crowd.byDid.get(did ?? '')
    return member?.host === log.number && member.rev !== null ? member : undefined
  }
  const own = (): Member[] => crowd.members.filter(({host, rev}) => host === log.number && rev !== null)
  const answers: Readonly<Record<string, (params: URLSearchParams) => Response | undefined>> = {
    'com.atproto.server.describeServer': () =>
      Response.json({did: `did:web:${encodeURIComponent(at)}`, availableUserDomains: ['.crowd.test']}),
    'com.atproto.identity.resolveHandle': params => {
      const member = crowd.byHandle.get(params.get('handle') ?? '')
      return member ? Response.json({did: member.did}) : refusal('HandleNotFound')
    },
    'com.atproto.sync.getRepo': params => {
      const member = here(params.get('did'))
      if (!member?.head) return refusal('RepoNotFound')
      if (member.status !== 'active') return refusal('RepoDeactivated')
      const blocks = crowd.blocksOf(member, {records: true})
      const since = params.get('since')
      const isNew = since === null || since < (member.rev as string)
      const chunks = isNew
        ? exportRepo(member.head, blocks)
        : streamCar([member.head], [{cid: member.head, bytes: blocks.get(member.head) as Uint8Array}])
      return new Response(Readable.toWeb(Readable.from(chunks)) as ReadableStream<Uint8Array<ArrayBuffer>>, {
        headers: {'content-type': 'application/vnd.ipld.car'},
      })
    },
    'com.atproto.sync.getLatestCommit': params => {
      const member = here(params.get('did'))
      if (!member?.head) return refusal('RepoNotFound')
      if (member.status !== 'active') return refusal('RepoDeactivated')
      return Response.json({cid: member.head.toString(), rev: member.rev})
    },
    'com.atproto.sync.getRepoStatus': params => {
      const member = here(params.get('did'))
      return member ? Response.json({did: member.did, ...standing(member)}) : refusal('RepoNotFound')
    },
    'com.atproto.sync.listRepos': params => {
      const start = Number(params.get('cursor') ?? 0)
      const limit = Math.min(Number(params.get('limit') ?? 500), pageMax)
      const all = own()
      const repos = all.slice(start, start + limit).map(member => ({
        did: member.did,
        head: member.head?.toString(),
        ...standing(member),
        rev: member.rev,
      }))
      const end = start + repos.length
      return Response.json({repos, ...(end < all.length && {cursor: String(end)})})
    },
    'com.atproto.repo.describeRepo': params => {
      const member = here(params.get('repo'))
      if (!member) return refusal('RepoNotFound')
      const collections = new Set<string>()
      for (const [path] of crowd.repoOf(member).records()) collections.add(path.slice(0, path.indexOf('/')))
      const {did, handle} = member
      return Response.json({did, handle, didDoc: {id: did}, collections: [...collections], handleIsCorrect: true})
    },
  }
  return {
    name: `host ${log.number}`,
    async fetch(request) {
      const {pathname, searchParams} = new URL(request.url)
      if (pathname === '/truth') {
        const member = here(searchParams.get('did'))
        return member ? Response.json(truthOf(crowd, member)) : Response.json(own().map(({did}) => did))
      }
      const nsid = pathname.slice('/xrpc/'.length)
      const answer = Object.hasOwn(answers, nsid) ? answers[nsid](searchParams) : undefined
      return answer ?? Response.json({error: 'MethodNotImplemented', message: 'not here'}, {status: 501})
    },
    frames(request, signal): Frames | Response {
      const {pathname, searchParams} = new URL(request.url)
      if (pathname !== '/xrpc/com.atproto.sync.subscribeRepos') return new Response(null, {status: 404})
      const cursor = searchParams.get('cursor')
      const from = cursor === null ? log.last : Number(cursor)
      if (!Number.isSafeInteger(from) || from < 0) return refusal('InvalidRequest')
      return from > log.last ? ahead() : log.follow(from, signal)
    },
    start: async () => {},
    stop: async () => {},
    ended: new Promise(() => {}),
  }
}

const standing = ({status, rev}: Member): object =>
  status === 'active' ? {active: true, rev} : {active: false, status: 'deactivated'}

const refusal = (error: string): Response => Response.json({error, message: error}, {status: 400})

async function* ahead(): AsyncGenerator<Frame, void> {
  yield encodeErrorFrame('FutureCursor', 'Cursor in the future.')
}
