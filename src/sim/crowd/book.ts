/**
 * The book of one account of a crowd: which records it has and what it has told of them, commit by commit. This is the
 * truth that every service is held against. It is written by who makes the account's commits, from what was to be
 * written and the CIDs of that, and never from what a service says; and it is columns of numbers, some 30 bytes an event.
 */
import {fingerprint, commitWords, opWords, versionMark} from './fingerprint.ts'
import {pathOf, type Kind, type Sketch} from './records.ts'

type Column = Uint8Array | Uint32Array | Float64Array

/** `column` with room for `size`. */
function grown<C extends Column>(column: C, size: number): C {
  if (column.length >= size) return column
  const next = new (column.constructor as new (size: number) => C)(Math.max(size, 16, 2 * column.length))
  next.set(column as never)
  return next
}

/** What shall become of a record. */
export interface Change {
  readonly number: number
  readonly kind: Kind
  /** 0 when it goes. */
  readonly version: number
  readonly subject: number
  readonly subjectNumber: number
}

/** A change that was made. */
export interface Told {
  readonly action: 'create' | 'update' | 'delete'
  readonly cid: string
}

export class Book {
  readonly account: number
  /** Records that there ever were: their numbers are below this. */
  numbers = 0
  live = 0
  #kinds = new Uint8Array(0)
  #versions = new Uint8Array(0)
  #subjects = new Uint32Array(0)
  #subjectNumbers = new Uint32Array(0)
  /** What each record is, in 32 bits; 0 for none. */
  #marks = new Uint32Array(0)
  commits = 0
  ops = 0
  #opPrints = new Float64Array(0)
  #commitPrints = new Float64Array(0)
  #commitMicros = new Float64Array(0)
  /** Changes up to the end of each commit. */
  #commitOps = new Uint32Array(0)

  constructor(account: number) {
    this.account = account
  }

  isLive(number: number): boolean {
    return number < this.numbers && this.#versions[number] > 0
  }

  kindOf(number: number): Kind {
    return this.#kinds[number] as Kind
  }

  /** What a record says follows from this. */
  sketch(number: number, didOf: (account: number) => string): Sketch {
    const subject = this.#subjects[number]
    return {
      kind: this.kindOf(number),
      account: this.account,
      number,
      version: this.#versions[number],
      subject,
      subjectDid: didOf(subject),
      subjectNumber: this.#subjectNumbers[number],
    }
  }

  /** Whether a record of this kind with this subject is there. */
  points(kind: Kind, subject: number, subjectNumber: number): boolean {
    for (let i = 0; i < this.numbers; i++) {
      if (this.#kinds[i] !== kind || this.#versions[i] === 0) continue
      if (this.#subjects[i] === subject && this.#subjectNumbers[i] === subjectNumber) return true
    }
    return false
  }

  /** Notes a commit: what was to change, and what that came to. Both are in the order in which it is told. */
  commit(rev: string, micros: number, cid: string, changes: readonly Change[], told: readonly Told[]): void {
    this.#opPrints = grown(this.#opPrints, this.ops + changes.length)
    const prints = changes.map(({number, kind, version, subject, subjectNumber}, i) => {
      const {action, cid: recordCid} = told[i]
      this.#put(number, kind, version, subject, subjectNumber, recordCid)
      const print = fingerprint(opWords(rev, action, pathOf(this.account, number, kind), recordCid))
      this.#opPrints[this.ops++] = print
      return print
    })
    this.#commitPrints = grown(this.#commitPrints, this.commits + 1)
    this.#commitMicros = grown(this.#commitMicros, this.commits + 1)
    this.#commitOps = grown(this.#commitOps, this.commits + 1)
    this.#commitPrints[this.commits] = fingerprint(commitWords(rev, cid, prints))
    this.#commitMicros[this.commits] = micros
    this.#commitOps[this.commits++] = this.ops
  }

  #put(number: number, kind: Kind, version: number, subject: number, subjectNumber: number, cid: string): void {
    const size = Math.max(number + 1, this.numbers)
    this.#kinds = grown(this.#kinds, size)
    this.#versions = grown(this.#versions, size)
    this.#subjects = grown(this.#subjects, size)
    this.#subjectNumbers = grown(this.#subjectNumbers, size)
    this.#marks = grown(this.#marks, size)
    this.live += Number(version > 0) - Number(this.isLive(number))
    this.numbers = size
    this.#kinds[number] = kind
    this.#versions[number] = version
    this.#subjects[number] = subject
    this.#subjectNumbers[number] = subjectNumber
    this.#marks[number] = version === 0 ? 0 : versionMark(cid)
  }

  /** The change at this place of all that the account has told. */
  opPrint(at: number): number | undefined {
    return at < this.ops ? this.#opPrints[at] : undefined
  }

  commitPrint(at: number): number | undefined {
    return at < this.commits ? this.#commitPrints[at] : undefined
  }

  /** Where a change stands that was told before `end`; -1 where it does not. */
  placeBefore(print: number, end: number): number {
    return this.#opPrints.subarray(0, end).lastIndexOf(print)
  }

  /** Changes that are in the repository at a revision. */
  opsAt(micros: number): number {
    let at = this.commits
    while (at > 0 && this.#commitMicros[at - 1] > micros) at--
    return at === 0 ? 0 : this.#commitOps[at - 1]
  }

  mark(number: number): number {
    return number < this.numbers ? this.#marks[number] : 0
  }
}

/** What somebody knows of an account's records who was told of them. */
export class Fold {
  #marks = new Uint32Array(0)

  put(number: number, mark: number): void {
    this.#marks = grown(this.#marks, number + 1)
    this.#marks[number] = mark
  }

  /** The number of a record that is not as it should be; undefined where all are. */
  differs(book: Book): number | undefined {
    for (let i = 0; i < Math.max(book.numbers, this.#marks.length); i++) {
      if ((this.#marks[i] ?? 0) !== book.mark(i)) return i
    }
    return undefined
  }
}
