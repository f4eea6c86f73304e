/**
 * What stands behind a scope that a token of an entryway names by reference only, for it would be too long for a header:
 * the entryway knows, and what it has said is held.
 */
import type {World} from '#std/world.ts'
import {Lru} from '#engines/cache/lru.ts'
import {dereferenceScope} from '#lex/gen/com/atproto/temp/dereferenceScope.ts'
import {Client} from '#xrpc/client.ts'
import type {EntrywayPlace} from './entryway.ts'

const scopesMax = 10_000
const scopeMs = 3_600_000

export class EntrywayScopes {
  readonly #client: Client
  readonly #known: Lru<string, string>

  constructor({url}: Pick<EntrywayPlace, 'url'>, world: Pick<World, 'fetch' | 'now'>) {
    this.#client = new Client({service: url, fetch: request => world.fetch(request)})
    this.#known = new Lru({countMax: scopesMax, ttlMs: scopeMs, now: world.now})
  }

  /** Throws `XrpcError`. */
  async of(scope: string): Promise<string> {
    if (!scope.startsWith('ref:')) return scope
    const known = this.#known.get(scope)
    if (known !== undefined) return known
    const found = await this.#client.query(dereferenceScope, {scope})
    this.#known.set(scope, found.scope)
    return found.scope
  }
}
