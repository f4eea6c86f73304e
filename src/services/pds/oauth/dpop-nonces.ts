/**
 * The nonces that proofs of possession carry, and which proofs were seen (RFC 9449, sections 8 and 11.1). Every proof
 * has to carry a nonce of ours, so none is good for longer than a nonce, and only for so long must it be known that it
 * was used. Both live in memory alone: after a restart no nonce of before is good, and so no proof of before.
 *
 * What is remembered is bounded: when a nonce has served so many proofs, the next takes its place early.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'

const nonceRotationMs = 60_000
const nonceLifeMs = 180_000
/** Proofs for each nonce, at some hundred bytes each. */
const proofsMax = 100_000
/** Those that are good at one time; more only when proofs come by the hundred thousand. */
const noncesMax = 4

interface Generation {
  readonly nonce: string
  readonly bornMs: number
  readonly seen: Set<string>
}

export class DpopNonces {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #proofsMax: number
  /** The newest last. */
  #generations: Generation[] = []

  constructor(world: Pick<World, 'now' | 'random'>, {proofsMax: max = proofsMax}: {proofsMax?: number} = {}) {
    this.#world = world
    this.#proofsMax = max
  }

  /** The nonce to put into proofs from now on. */
  current(): string {
    return this.#newest().nonce
  }

  isGood(nonce: string): boolean {
    this.#newest()
    return this.#generations.some(generation => generation.nonce === nonce)
  }

  /** Takes note of a proof, by a text that no other proof of this nonce has. False when it was seen, or the nonce is not good. */
  use(nonce: string, proof: string): boolean {
    this.#newest()
    const generation = this.#generations.find(({nonce: one}) => one === nonce)
    if (!generation || generation.seen.has(proof)) return false
    generation.seen.add(proof)
    return true
  }

  #newest(): Generation {
    const nowMs = this.#world.now()
    const newest = this.#generations.at(-1)
    const ageMs = newest ? nowMs - newest.bornMs : Infinity
    // A clock that was put back tells nothing of their age.
    if (newest && ageMs >= 0 && ageMs < nonceRotationMs && newest.seen.size < this.#proofsMax) return newest
    const made = {nonce: toBase64Url(this.#world.random(18)), bornMs: nowMs, seen: new Set<string>()}
    const isLive = ({bornMs}: Generation): boolean => nowMs >= bornMs && nowMs - bornMs < nonceLifeMs
    this.#generations = [...this.#generations.filter(isLive), made].slice(-noncesMax)
    return made
  }
}
