/**
 * Who is signed in. A browser holds a random secret; the tokens stay here. Each session lives once in this process, so
 * however many of its pages load at once, its tokens are renewed by one of them.
 */
import {isIP} from 'node:net'
import {toBase64Url} from '#std/encoding/base64.ts'
import {SingleFlight} from '#std/waiting/async.ts'
import type {World} from '#std/world.ts'
import type {Did} from '#atp/syntax/did.ts'
import type {Handle} from '#atp/syntax/handle.ts'
import {Lru} from '#engines/cache/lru.ts'
import {PasswordSession, type Login, type NewAccount, type SessionOptions, type SessionState} from '#sdk/session.ts'
import type {Client} from '#xrpc/client.ts'
import type {SessionStore} from '../store/session-store.ts'
import {hashOfSecret} from '#engines/crypto/secrets.ts'
import {PendingLogins} from './pending-logins.ts'

const liveMax = 10_000
/** A PDS forgets tokens that were not renewed for so long. */
const keptMs = 90 * 86_400_000

export interface Session {
  readonly did: Did
  readonly handle: Handle
  /** Calls the PDS as this person. Throws `SessionEnded` once the session is over. */
  readonly client: Client
  /** What the navigation shows of the person; kept for some seconds. */
  readonly sight: Sight
}

/** A person as the frame shows them. It is asked for anew when it is older than `staleMs`. */
export interface Sight {
  name: string
  avatar: string | undefined
  unread: number
  seenMs: number
}

interface Live {
  password: PasswordSession
  session: Session
}

export interface SessionsOptions {
  store: SessionStore
  world: Pick<World, 'fetch' | 'now' | 'random'>
  pdsUrl: string
}

export class Sessions {
  /** Those who have yet to give a code. */
  readonly pending: PendingLogins
  readonly #options: SessionsOptions
  readonly #live: Lru<string, Live>
  readonly #opening = new SingleFlight<string, Live | undefined>()

  constructor(options: SessionsOptions) {
    this.#options = options
    this.pending = new PendingLogins(options.world)
    this.#live = new Lru({countMax: liveMax, now: options.world.now})
  }

  /** The session whose secret this is. */
  async find(secret: string): Promise<Session | undefined> {
    return (await this.#find(hashOfSecret(secret)))?.session
  }

  /** Signs in whoever is at `address`, and gives the secret for the browser. Throws `UpstreamError` as the PDS names it. */
  signIn(login: Omit<Login, 'service'>, address: string): Promise<string> {
    return this.#begin(address, options => PasswordSession.create({...login, service: this.#options.pdsUrl}, options))
  }

  /** Makes an account and signs it in. Throws `UpstreamError` as the PDS names it. */
  signUp(account: Omit<NewAccount, 'service'>, address: string): Promise<string> {
    return this.#begin(address, options =>
      PasswordSession.createAccount({...account, service: this.#options.pdsUrl}, options),
    )
  }

  /** Ends the session of this secret. The PDS forgets its tokens, if it can be reached. */
  async signOut(secret: string): Promise<void> {
    await this.#end(hashOfSecret(secret))
  }

  /** Ends every session that this account has here. */
  async signOutEverywhere(did: Did): Promise<void> {
    for (const hash of await this.#options.store.ofAccount(did)) await this.#end(hash)
  }

  /** Throws away what can be renewed no more. */
  sweep(): Promise<number> {
    return this.#options.store.sweep(this.#options.world.now() - keptMs)
  }

  async #begin(address: string, make: (options: SessionOptions) => Promise<PasswordSession>): Promise<string> {
    const {world, store} = this.#options
    const secret = toBase64Url(world.random(32))
    // The PDS counts guesses by who makes them: if all who come by these pages were one, any could use up the tries
    // of another.
    const headers = isIP(address) === 0 ? undefined : {'x-forwarded-for': address}
    const {state} = await make({world, headers})
    const hash = hashOfSecret(secret)
    await store.add(hash, state, world.now())
    this.#live.set(hash, this.#open(hash, state))
    return secret
  }

  async #end(hash: string): Promise<void> {
    const live = await this.#find(hash)
    this.#live.delete(hash)
    await this.#options.store.remove(hash)
    await live?.password.end()
  }

  async #find(hash: string): Promise<Live | undefined> {
    const live = this.#live.get(hash)
    if (live) return live
    return this.#opening.do(hash, async () => {
      const state = await this.#options.store.find(hash)
      if (!state) return undefined
      const opened = this.#open(hash, state)
      this.#live.set(hash, opened)
      return opened
    })
  }

  #open(hash: string, state: SessionState): Live {
    const {world, store, pdsUrl} = this.#options
    let {handle} = state
    const password = new PasswordSession(state, {
      world,
      onChange: async changed => {
        if (changed) {
          handle = changed.handle
          return store.replace(hash, changed, world.now())
        }
        this.#live.delete(hash)
        await store.remove(hash)
      },
    })
    const {did} = state
    const session: Session = {
      did,
      get handle() {
        return handle
      },
      // The document of an account names its server, and people write their documents: we call our own one only.
      client: password.client.with({service: pdsUrl}),
      sight: {name: state.handle, avatar: undefined, unread: 0, seenMs: Number.NEGATIVE_INFINITY},
    }
    return {password, session}
  }
}
