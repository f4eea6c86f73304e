/** Our own OAuth client before a PDS of the test, and the person in the browser, who signs in and decides. */
import {Identities} from '#sdk/identity.ts'
import {loopbackMetadata} from '#sdk/oauth/client-metadata.ts'
import {OAuthClient, type OAuthClientOptions} from '#sdk/oauth/oauth-client.ts'
import {MemoryOAuthSessionStore} from '#sdk/oauth/oauth-session-store.ts'
import {MemoryStateStore} from '#sdk/oauth/state-store.ts'
import {serversAsDns} from '#runtime/server-as-dns.ts'
import type {World} from '#std/world.ts'
import {SiteBrowser} from './site-browser.ts'

export const scope = 'atproto transition:generic'

export interface ClientAt {
  client: OAuthClient
  states: MemoryStateStore
  sessions: MemoryOAuthSessionStore
}

/** A client on the user's machine, unless `more` says otherwise. */
export function clientAt(
  world: World,
  {pdsUrl, plcUrl}: {pdsUrl: string; plcUrl: string},
  more: Partial<OAuthClientOptions> = {},
): ClientAt {
  const [states, sessions] = [new MemoryStateStore(), new MemoryOAuthSessionStore()]
  const txt = serversAsDns([pdsUrl], world)
  const identities = new Identities({world, plcUrl, txt, development: true})
  const metadata = loopbackMetadata({redirectUris: ['http://127.0.0.1/callback'], scope})
  const client = new OAuthClient({world, metadata, identities, states, sessions, development: true, ...more})
  return {client, states, sessions}
}

/** The hidden fields of a page's form. */
const fieldsOf = (page: string): Record<string, string> =>
  Object.fromEntries(
    [...page.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value.replaceAll('&amp;', '&'),
    ]),
  )

/** What a browser does with the URL that an app sends it to: by the forms of our pages, until it is sent back. */
export async function decide(
  world: Pick<World, 'fetch'>,
  url: URL,
  person: {handle: string; password: string},
  decision: 'accept' | 'reject' = 'accept',
): Promise<URLSearchParams> {
  const fetch = (request: Request): Promise<Response> => world.fetch(new Request(request, {redirect: 'manual'}))
  const browser = new SiteBrowser({origin: url.origin, fetch})
  const signIn = fieldsOf(await browser.page(url.pathname + url.search))
  const signedIn = await browser.post('/account/sign-in', {
    ...signIn,
    identifier: person.handle,
    password: person.password,
  })
  const opened = await browser.get(signedIn.headers.get('location') ?? '')
  // Of a client that shows who it is nobody is asked twice.
  const back = URL.parse(opened.headers.get('location') ?? '')
  if (back && back.origin !== url.origin) return back.searchParams
  const consent = fieldsOf(await opened.text())
  const answer = await browser.post('/oauth/authorize', {...consent, decision})
  return new URL(answer.headers.get('location') ?? 'none:').searchParams
}
