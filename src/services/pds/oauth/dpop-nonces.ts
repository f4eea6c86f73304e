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
/** Proofs for each nonce, at some 150 bytes each: 30 MB in all, when four hundred a second come for minutes. */
const proofsMax = 50_000
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
    return this.#live(nonce) !== undefined
  }

  /** Takes note of a proof, by a text that no other proof of this nonce has. False when it was seen, or the nonce is not good. */
  use(nonce: string, proof: string): boolean {
    const generation = this.#live(nonce)
    if (!generation || generation.seen.has(proof)) return false
    generation.seen.add(proof)
    return true
  }

  #live(nonce: string): Generation | undefined {
    const found = this.#generations.find(generation => generation.nonce === nonce)
    return found && this.#isLive(found) ? found : undefined
  }

  /** A clock that was put back tells nothing of its age. */
  #isLive({bornMs, seen}: Generation): boolean {
    const ageMs = this.#world.now() - bornMs
    return ageMs >= 0 && ageMs < nonceLifeMs && seen.size < this.#proofsMax
  }

  #newest(): Generation {
    const nowMs = this.#world.now()
    const newest = this.#generations.at(-1)
    const isCurrent = newest && this.#isLive(newest) && nowMs - newest.bornMs < nonceRotationMs
    // Given out to half of what it may serve: who has it by then can still use it.
    if (isCurrent && newest.seen.size < this.#proofsMax / 2) return newest
    const made = {nonce: toBase64Url(this.#world.random(18)), bornMs: nowMs, seen: new Set<string>()}
    this.#generations = [...this.#generations.filter(one => this.#isLive(one)), made].slice(-noncesMax)
    return made
  }
}
