/**
 * Accounts as they are held by whoever knows hundreds of thousands. A server's documents are all alike but for the DID,
 * the key and the handle, so that what they have in common is held once: of a document and its parts, some 5 KB, 300 bytes
 * are left. Document and key are made again whenever one is asked for.
 */
import {fromLatin1, writeLatin1} from '#std/text.ts'
import {formatMultikey, type PublicKey} from '../crypto/key.ts'
import type {Curve} from '../crypto/primitives.ts'
import {type DidDocument, pdsEndpoint, signingKey} from './did-document.ts'
import type {Did} from '../syntax/did.ts'

/** What a DID's document says of the account, before anybody has asked about its handle. */
export interface Account {
  readonly document: DidDocument
  /** Origin of the account's server, when the document names one. */
  readonly pds: string | undefined
  /** The key that signs the account's repo, when the document names one. */
  readonly key: PublicKey | undefined
}

export const accountOf = (document: DidDocument): Account => ({
  document,
  pds: pdsEndpoint(document),
  key: signingKey(document),
})

/** What documents have in common: their JSON, with marks in the places of what they do not, and the server in it. */
interface Shape {
  readonly text: string
  readonly pds: string | undefined
}

/** Where the DID, the key and the alias were. No JSON has them: it escapes them. */
const marks = ['\u0000', '\u0001', '\u0002'] as const
/** Shapes that are known, of some 500 bytes each: about one for each server. */
const shapesMax = 10_000

export class HeldAccounts {
  readonly #shapesMax: number
  #young = new Map<string, Shape>()
  #old = new Map<string, Shape>()

  constructor(max = shapesMax) {
    this.#shapesMax = max
  }

  /** How many shapes are known. */
  get shapeCount(): number {
    return this.#young.size + this.#old.size
  }

  /** The same account, in as little memory as it takes. `did` is the string that is held anyway. */
  hold(did: Did, document: DidDocument): Account {
    const {pds, key} = accountOf(document)
    const alias = document.alsoKnownAs?.[0] ?? ''
    let text = JSON.stringify(document)
    for (const [i, part] of partsOf(did, key, alias).entries()) if (part !== '') text = text.replaceAll(part, marks[i])
    return new HeldAccount(this.#shapeOf(text, pds), did, key, alias)
  }

  #shapeOf(text: string, pds: string | undefined): Shape {
    const young = this.#young.get(text)
    if (young) return young
    const shape = this.#old.get(text) ?? {text, pds}
    // Two generations: a shape that nobody shares is forgotten with the account that has it.
    if (this.#young.size >= this.#shapesMax / 2) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(text, shape)
    return shape
  }
}

class HeldAccount implements Account {
  readonly #shape: Shape
  readonly #did: Did
  readonly #alias: string
  /** Of a key the bytes, as a text: arrays take four times as much. */
  readonly #curve: Curve | undefined
  readonly #key: string

  constructor(shape: Shape, did: Did, key: PublicKey | undefined, alias: string) {
    this.#shape = shape
    this.#did = did
    this.#alias = alias
    this.#curve = key?.curve
    this.#key = key ? fromLatin1(key.bytes, 0, key.bytes.length) : ''
  }

  get document(): DidDocument {
    let {text} = this.#shape
    for (const [i, part] of partsOf(this.#did, this.key, this.#alias).entries())
      text = text.replaceAll(marks[i], () => part)
    return JSON.parse(text) as DidDocument
  }

  get pds(): string | undefined {
    return this.#shape.pds
  }

  get key(): PublicKey | undefined {
    if (!this.#curve) return undefined
    const bytes = new Uint8Array(this.#key.length)
    writeLatin1(this.#key, bytes, 0)
    return {curve: this.#curve, bytes}
  }
}

/** What is one account's own, as its document writes it. */
function partsOf(did: Did, key: PublicKey | undefined, alias: string): [string, string, string] {
  return [did, key ? formatMultikey(key) : '', JSON.stringify(alias).slice(1, -1)]
}
