/** Domains whose servers are not followed: those of the configuration, and those that the operator has banned since. */
import {isUnder} from '../hosts/hostname.ts'
import type {OperatorStore} from '../store/operator-store.ts'

type Store = Pick<OperatorStore, 'domainBans' | 'banDomain' | 'unbanDomain'>

export class DomainBans {
  readonly #store: Store
  readonly #configured: readonly string[]
  readonly #set: Set<string>

  private constructor(store: Store, configured: readonly string[], set: readonly string[]) {
    this.#store = store
    this.#configured = configured
    this.#set = new Set(set)
  }

  /** `configured` are those of the settings, which stay while they are there. */
  static async load(store: Store, configured: readonly string[]): Promise<DomainBans> {
    return new DomainBans(store, configured, await store.domainBans())
  }

  /** In alphabetical order. */
  list(): readonly string[] {
    return [...new Set([...this.#configured, ...this.#set])].toSorted()
  }

  /** Whether the hostname is a banned domain's, or lies below one. */
  covers(hostname: string): boolean {
    return isUnder(hostname, this.#configured) || isUnder(hostname, [...this.#set])
  }

  isConfigured(domain: string): boolean {
    return this.#configured.includes(domain)
  }

  async add(domain: string, nowMs: number): Promise<void> {
    // Before it is kept: nobody below it comes in meanwhile.
    this.#set.add(domain)
    await this.#store.banDomain(domain, nowMs)
  }

  async remove(domain: string): Promise<void> {
    await this.#store.unbanDomain(domain)
    this.#set.delete(domain)
  }
}

/** A domain as an operator wrote it (`*.Example.com` too); undefined for what is none. */
export function parseDomain(text: string): string | undefined {
  const domain = text
    .trim()
    .toLowerCase()
    .replace(/^\*?\./, '')
  const isDomain = domain.length <= 253 && domain.split('.').every(label => /^[a-z0-9-]{1,63}$/.test(label))
  return isDomain ? domain : undefined
}
