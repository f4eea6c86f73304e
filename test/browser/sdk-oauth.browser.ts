/** Runs inside the page: an app as its author writes it on the SDK. `app` is for the test, which clicks its buttons. */
import type {Did} from '#atp/syntax/did.ts'
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {Identities} from '#sdk/identity.ts'
import {loopbackMetadata} from '#sdk/oauth/client-metadata.ts'
import {type IndexedDbStores, openIndexedDbStores} from '#sdk/oauth/indexed-db-stores.ts'
import {OAuthClient} from '#sdk/oauth/oauth-client.ts'
import {realWorld} from '#std/world.ts'

const {plcUrl} = (await (await fetch('/data/given.json')).json()) as {plcUrl: string}
const world = realWorld
const redirectUri = `${location.origin}/`
const {states, sessions} = await openIndexedDbStores()
let renewals = 0
const client = new OAuthClient({
  world: {
    ...world,
    async fetch(request) {
      const response = await world.fetch(request)
      if (request.url.endsWith('/oauth/token') && response.ok) renewals++
      return response
    },
  },
  metadata: loopbackMetadata({redirectUris: [redirectUri], scope: 'atproto transition:generic'}),
  identities: new Identities({world, plcUrl, development: true}),
  states,
  sessions,
  holdKeys: true,
  development: true,
})
const opened = new Map<string, IndexedDbStores>()

const app = {
  async signIn(named: string): Promise<void> {
    location.assign(await client.authorize(named, {appState: 'mine'}))
  },
  async handle(did: Did, fresh: boolean): Promise<string> {
    return (await (await client.restore(did, {fresh})).client.query(getSession)).handle
  },
  /** Several at once, all with the same token; gives how often it was renewed. */
  async together(did: Did, count: number): Promise<number> {
    const all = await Promise.all(Array.from({length: count}, () => client.restore(did)))
    const before = renewals
    await Promise.all(all.map(session => session.refresh()))
    return renewals - before
  },
  async keyIsHeld(did: Did): Promise<boolean> {
    const key = (await sessions.get(did))?.dpopKey ?? {}
    return 'privateKey' in key && !key.privateKey.extractable
  },
  signOut: (did: Did): Promise<void> => client.signOut(did),
  /** One method of the stores of a database, for their contract. */
  async store(database: string, kind: 'states' | 'sessions', method: string, ...given: unknown[]): Promise<unknown> {
    const stores = opened.get(database) ?? (await openIndexedDbStores(database))
    opened.set(database, stores)
    const methods = stores[kind] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>
    return methods[method](...given)
  },
}
export type App = typeof app
Object.assign(window, {app})

const params = new URLSearchParams(location.search)
const told = document.querySelector('#told') as HTMLOutputElement
if (params.has('state')) {
  try {
    const {session, appState} = await client.callback(params)
    told.textContent = `${appState} ${(await session.client.query(getSession)).handle}`
  } catch (error) {
    const {reason, message} = error as {reason?: string; message: string}
    told.textContent = reason ?? message
  }
} else told.textContent = 'nobody'
