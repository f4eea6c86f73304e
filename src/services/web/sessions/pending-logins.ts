/**
 * Passwords that were right where the server wants a code beside them. They stay in this process, and only for as long
 * as somebody may take to find the code: so no page repeats a password, and nobody types it twice.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {hashOfSecret} from '#engines/crypto/secrets.ts'

/** A code that goes by mail takes its time; servers let one run out after a quarter of an hour. */
export const pendingMs = 10 * 60_000
const pendingMax = 1_000

export interface PendingLogin {
  /** As the server takes it. */
  identifier: string
  password: string
  /** As it was typed. */
  name: string
  /** What the server says of the code: where it is. */
  asked: string
}

export class PendingLogins {
  readonly #kept: Lru<string, PendingLogin>
  readonly #world: Pick<World, 'random'>

  constructor(world: Pick<World, 'now' | 'random'>) {
    this.#world = world
    this.#kept = new Lru({
      countMax: pendingMax,
      ttlMs: pendingMs,
      now: world.now,
    })
  }

  /** The ticket by which the browser that sent this password goes on. */
  keep(login: PendingLogin): string {
    const ticket = toBase64Url(this.#world.random(32))
    this.#kept.set(hashOfSecret(ticket), login)
    return ticket
  }

  find(ticket: string): PendingLogin | undefined {
    return this.#kept.get(hashOfSecret(ticket))
  }

  end(ticket: string): void {
    this.#kept.delete(hashOfSecret(ticket))
  }
}
