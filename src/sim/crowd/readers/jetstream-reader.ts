/**
 * A Jetstream's `/subscribe`: of each account every change, in order and with what it says, and times that rise. What was
 * told last may come once more with a new connection, for the cursor names it; nothing else comes twice.
 */
import type {Frame} from '#std/wire/frames.ts'
import {encodeCbor} from '#atp/data/cbor-encode.ts'
import {cidOf, codecs} from '#atp/data/cid.ts'
import {jsonToValue} from '#atp/data/json.ts'
import {Fold} from '../book.ts'
import {fingerprint, opWords, versionMark} from '../fingerprint.ts'
import {behindIn, Reader, type ReaderDeps} from './reader.ts'
import {numberOf} from '../records.ts'
import {standingFaults} from './relay-reader.ts'

export interface ToldCommit {
  readonly rev: string
  readonly operation: 'create' | 'update' | 'delete'
  readonly collection: string
  readonly rkey: string
  readonly record?: unknown
  readonly cid?: string
}

interface ToldEvent {
  readonly did: string
  readonly time_us: number
  readonly kind: 'commit' | 'account' | 'identity'
  readonly account?: {readonly active: boolean}
  readonly commit?: ToldCommit
}

/** The CID of a record that came as JSON. */
export const cidOfJson = (record: unknown): string => cidOf(codecs.cbor, encodeCbor(jsonToValue(record))).toString()

export class JetstreamReader extends Reader {
  readonly #base: string
  readonly #ops: Uint32Array
  readonly #folds: readonly Fold[]
  readonly #standing = new Map<string, boolean>()
  #micros = 1
  #isFirst = true

  constructor(name: string, url: string, deps: ReaderDeps) {
    super(name, deps)
    this.#base = url.replace('http', 'ws')
    this.#ops = new Uint32Array(deps.crowd.members.length)
    this.#folds = deps.crowd.members.map(() => new Fold())
  }

  get url(): string {
    this.#isFirst = true
    return `${this.#base}/subscribe?cursor=${this.#micros}`
  }

  take(message: Frame): void {
    const event = JSON.parse(String(message)) as ToldEvent
    const {did, time_us: micros, kind, commit} = event
    const isAgain = this.#isFirst && micros === this.#micros
    this.#isFirst = false
    if (isAgain) {
      this.repeated++
      return
    }
    this.told++
    if (micros <= this.#micros) this.diverges(did, `${micros} ${kind}`, `came after ${this.#micros}`)
    this.#micros = micros
    const member = this.member(did, `${micros} ${kind}`)
    if (!member) return
    if (event.account) this.#standing.set(did, event.account.active)
    if (!commit) return
    const {rev, operation, collection, rkey, record, cid = ''} = commit
    const {number, book} = member
    const at = this.#ops[number]
    const words = `${rev} ${operation} ${collection}/${rkey}`
    if (fingerprint(opWords(rev, operation, `${collection}/${rkey}`, cid)) !== book.opPrint(at)) {
      return this.diverges(did, words, `is not the change ${at + 1} of ${book.ops} of this account`)
    }
    this.#ops[number] = at + 1
    if (operation !== 'delete' && cidOfJson(record) !== cid) {
      this.diverges(did, words, `says ${JSON.stringify(record)}, which is not ${cid}`)
    }
    this.#folds[number].put(numberOf(rkey), operation === 'delete' ? 0 : versionMark(cid))
  }

  behind(): {count: number; example: string} {
    const {crowd} = this.deps
    return behindIn(crowd, ({number, book}) => book.ops - this.#ops[number], 'changes')
  }

  /** What the whole of it comes to, where that is not what there is. */
  misplaced(): string[] {
    const {members} = this.deps.crowd
    const found = members.flatMap(({number, did, book}) => {
      const differs = this.#folds[number].differs(book)
      return differs === undefined ? [] : [`record ${differs} of ${did} is another by what was told of it`]
    })
    return [...found, ...standingFaults(members, this.#standing)]
  }
}
