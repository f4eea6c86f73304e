/**
 * Who is signed in with the admin password: kept in memory, by hashes, so that nothing outlives the process, and a
 * password that was changed in the configuration takes its sessions with it.
 */
import {toBase64Url} from '#std/encoding/base64.ts'
import type {World} from '#std/world.ts'
import {hashOfSecret} from '#engines/crypto/secrets.ts'

/** Without a page asked for in this time, and after this time whatever is asked for, the password is asked for again. */
export const idleMaxMs = 30 * 60_000
export const ageMaxMs = 8 * 3_600_000
/** The oldest go. */
const sessionsMax = 20

export interface AdminSession {
  readonly sinceMs: number
}

export class AdminSessions {
  readonly #world: Pick<World, 'now' | 'random'>
  readonly #sessions = new Map<string, {sinceMs: number; seenMs: number}>()

  constructor(world: Pick<World, 'now' | 'random'>) {
    this.#world = world
  }

  /** Gives the secret that the browser is to hold. Whoever calls has seen the password. */
  open(): string {
    const secret = toBase64Url(this.#world.random(32))
    const nowMs = this.#world.now()
    this.#sessions.set(hashOfSecret(secret), {sinceMs: nowMs, seenMs: nowMs})
    const [oldest] = this.#sessions.keys()
    if (this.#sessions.size > sessionsMax && oldest !== undefined) this.#sessions.delete(oldest)
    return secret
  }

  find(secret: string): AdminSession | undefined {
    const hash = hashOfSecret(secret)
    const session = this.#sessions.get(hash)
    if (!session) return undefined
    const nowMs = this.#world.now()
    if (nowMs - session.seenMs >= idleMaxMs || nowMs - session.sinceMs >= ageMaxMs) {
      this.#sessions.delete(hash)
      return undefined
    }
    session.seenMs = nowMs
    return {sinceMs: session.sinceMs}
  }

  end(secret: string): void {
    this.#sessions.delete(hashOfSecret(secret))
  }
}
