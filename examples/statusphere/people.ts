/** What people are called, and whom those follow who sign in: asked at their own servers. */
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {follow} from '#lex/gen/app/bsky/graph/follow.ts'
import {Client, Repo, type Did, type Identities, type OAuthSession, type World} from '#sdk/mod.ts'
import type {Log} from '#std/log.ts'
import type {Intake} from './ingest/intake.ts'
import {followsMax, type StatusStore} from './store/status-store.ts'

interface Parts {
  identities: Identities
  intake: Intake
  store: StatusStore
  /** Servers are strangers' words. */
  guarded: Pick<World, 'fetch'>
  now: () => number
  log: Log
}

/** Look-ups at a time. Whoever comes beyond is asked about at their next status. */
const lookupsMax = 50

export class People {
  readonly #parts: Parts
  readonly #under = new Set<Did>()

  constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Looks up handle and display name. Rejects for a server that does not answer. */
  async learn(did: Did): Promise<void> {
    const {identities, intake, store, guarded} = this.#parts
    const found = await identities.identity(did)
    if (!found.ok) return
    const {handle, pds} = found.value
    await store.putName(did, {handle})
    if (pds === undefined) return
    const repo = new Repo(new Client({service: pds, fetch: request => guarded.fetch(request)}), did)
    const own = await repo.get(profile, 'self')
    await intake.profile({did, uri: '', rkey: 'self'}, own?.value)
  }

  /** As `learn`, beside what goes on; one that fails is for another time. */
  learnSoon(did: Did): void {
    if (this.#under.has(did) || this.#under.size >= lookupsMax) return
    this.#under.add(did)
    void this.learn(did)
      .catch((error: unknown) => this.#parts.log.info('what somebody is called could not be asked', {did, error}))
      .finally(() => this.#under.delete(did))
  }

  /** Lists whom somebody follows who has just signed in; from then on events tell. */
  async listFollows(session: OAuthSession): Promise<void> {
    const {store, now} = this.#parts
    const sinceMs = now()
    const follows: {uri: string; subject: string}[] = []
    for await (const {uri, value} of new Repo(session.client, session.did).list(follow)) {
      follows.push({uri, subject: value.subject})
      if (follows.length === followsMax) break
    }
    await store.setFollows(session.did, follows, sinceMs)
  }
}
