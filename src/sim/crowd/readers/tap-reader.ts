/**
 * A consumer of a Tap, which acknowledges what comes. An event may come again until it is acknowledged, and is then the
 * same; of each account live events come in their order and none is left out, but where the repository was fetched: then
 * what is told of it, and goes for the whole, has the place of what was left out.
 */
import {Bell} from '#std/waiting/async.ts'
import type {Frame} from '#std/wire/frames.ts'
import {tidMicros, type Tid} from '#atp/syntax/tid.ts'
import {Fold} from '../book.ts'
import type {Member} from '../crowd.ts'
import {fingerprint, opWords, versionMark} from '../fingerprint.ts'
import {cidOfJson} from './jetstream-reader.ts'
import {behindIn, Reader, type ReaderDeps} from './reader.ts'
import {numberOf} from '../records.ts'

interface TapEvent {
  readonly id: number
  readonly type: 'record' | 'identity'
  readonly record?: {
    readonly live: boolean
    readonly did: string
    readonly rev: string
    readonly collection: string
    readonly rkey: string
    readonly action: 'create' | 'update' | 'delete'
    readonly record?: unknown
    readonly cid?: string
  }
}

export class TapReader extends Reader {
  readonly #base: string
  /** Of each account: the changes that it is told of by now, and the number of the last event. */
  readonly #ops: Uint32Array
  readonly #ids: Float64Array
  readonly #folds: readonly Fold[]
  #acks: number[] = []
  #bell = new Bell()
  /** Events of repositories that were fetched. */
  fetched = 0

  constructor(name: string, url: string, deps: ReaderDeps) {
    super(name, deps)
    this.#base = url.replace('http', 'ws')
    const {length} = deps.crowd.members
    this.#ops = new Uint32Array(length)
    this.#ids = new Float64Array(length)
    this.#folds = deps.crowd.members.map(() => new Fold())
  }

  get url(): string {
    return `${this.#base}/channel`
  }

  override async *outgoing(signal: AbortSignal): AsyncGenerator<Frame> {
    // What a connection that is gone was to say is said by none: the event comes again.
    this.#acks = []
    const bell = (this.#bell = new Bell())
    while (!signal.aborted) {
      const acks = this.#acks
      if (acks.length === 0) {
        await bell.wait(signal).catch(() => {})
        continue
      }
      this.#acks = []
      for (const id of acks) yield JSON.stringify({type: 'ack', id})
    }
  }

  take(message: Frame): void {
    const {id, record} = JSON.parse(String(message)) as TapEvent
    this.#acks.push(id)
    this.#bell.ring()
    this.told++
    if (!record) return
    const {did, rev, collection, rkey, action, live, cid = ''} = record
    const words = `${id} ${live ? 'live' : 'fetched'} ${rev} ${action} ${collection}/${rkey}`
    const member = this.member(did, words)
    if (!member) return
    if (action !== 'delete' && cidOfJson(record.record) !== cid) {
      this.diverges(did, words, `says ${JSON.stringify(record.record)}, which is not ${cid}`)
    }
    const isAgain = id <= this.#ids[member.number]
    if (live) this.#live(member, words, fingerprint(opWords(rev, action, `${collection}/${rkey}`, cid)), isAgain)
    else {
      this.fetched++
      const ops = member.book.opsAt(tidMicros(rev as Tid))
      if (ops > this.#ops[member.number]) this.#ops[member.number] = ops
    }
    if (live) this.#ids[member.number] = Math.max(this.#ids[member.number], id)
    // What comes again comes with all that came after it.
    this.#folds[member.number].put(numberOf(rkey), action === 'delete' ? 0 : versionMark(cid))
  }

  #live({number, did, book}: Member, words: string, print: number, isAgain: boolean): void {
    const at = this.#ops[number]
    if (print === book.opPrint(at) && !isAgain) this.#ops[number] = at + 1
    else if (isAgain && book.placeBefore(print, at) >= 0) this.repeated++
    else this.diverges(did, words, `is not the change ${at + 1} of ${book.ops} of this account`)
  }

  behind(): {count: number; example: string} {
    return behindIn(this.deps.crowd, ({number, book}) => book.ops - this.#ops[number], 'changes')
  }

  misplaced(): string[] {
    return this.deps.crowd.members.flatMap(({number, did, book}) => {
      const differs = this.#folds[number].differs(book)
      return differs === undefined ? [] : [`record ${differs} of ${did} is another by what was told of it`]
    })
  }
}
