/** The code of docs/guides/sdk.md, so that it compiles: test/guides.test.ts holds each block of the guide to this file. */
import type {Did} from '#atp/syntax/did.ts'
import {datetimeOf} from '#atp/syntax/datetime.ts'
import {getTimeline} from '#lex/gen/app/bsky/feed/getTimeline.ts'
import {getPreferences} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {getServices} from '#lex/gen/app/bsky/labeler/getServices.ts'
import type {LabelerViewDetailed} from '#lex/gen/app/bsky/labeler/defs.ts'
import {post} from '#lex/gen/app/bsky/feed/post.ts'
import {profile} from '#lex/gen/app/bsky/actor/profile.ts'
import {
  Identities,
  LexIndexer,
  labelDefinitionsOf,
  loopbackMetadata,
  MemoryOAuthSessionStore,
  MemoryStateStore,
  moderatePost,
  moderationPrefs,
  OAuthClient,
  OAuthFailure,
  OAuthSessionEnded,
  openIndexedDbStores,
  Repo,
  Tap,
  tapWebhook,
  type OAuthSession,
  type TapEvent,
  type World,
} from '#sdk/mod.ts'

const redirect = (to: URL | string): Response => Response.redirect(String(to), 303)

export function onAServer(world: World, sessionOf: (did: Did) => Response, page: (text: string) => Response) {
  const client = new OAuthClient({
    world,
    metadata: loopbackMetadata({redirectUris: ['http://127.0.0.1:8080/callback'], scope: 'atproto transition:generic'}),
    identities: new Identities({world}),
    states: new MemoryStateStore(),
    sessions: new MemoryOAuthSessionStore(),
  })

  // `browser` is a random text in a cookie of the browser that begins, and has to come back with the answer.
  const signIn = async (handle: string, browser: string): Promise<Response> =>
    redirect(await client.authorize(handle, {appState: browser}))

  const callback = async (request: Request, browser: string): Promise<Response> => {
    try {
      const {session, appState} = await client.callback(new URL(request.url).searchParams)
      if (appState === browser) return sessionOf(session.did)
      await session.signOut()
      return page('That was begun in another browser.')
    } catch (error) {
      if (error instanceof OAuthFailure) return page(error.reason === 'denied' ? 'Then not.' : error.message)
      throw error
    }
  }

  const home = async (did: Did): Promise<Response> => {
    try {
      const session = await client.restore(did)
      const {feed} = await session.client.query(getTimeline, {limit: 10})
      return page(`${feed.length} posts`)
    } catch (error) {
      if (error instanceof OAuthSessionEnded) return redirect('/sign-in')
      throw error
    }
  }
  return {signIn, callback, home}
}

export async function inABrowser(world: World): Promise<OAuthClient> {
  const {states, sessions} = await openIndexedDbStores()
  return new OAuthClient({
    world,
    metadata: loopbackMetadata({redirectUris: ['http://127.0.0.1:8080/']}),
    identities: new Identities({world}),
    states,
    sessions,
    holdKeys: true,
  })
}

export async function records(session: OAuthSession, world: World): Promise<void> {
  const repo = new Repo(session.client, session.did)
  const {uri} = await repo.create(post, {text: 'hello', createdAt: datetimeOf(world.now())})
  await repo.edit(profile, 'self', before => ({...before?.value, description: `My newest post: ${uri}`}))
  for await (const {value} of repo.list(post)) console.log(value.text)
}

export async function following(world: World, did: Did): Promise<void> {
  const tap = new Tap('http://localhost:2480', {world})
  const indexer = new LexIndexer()
    .put(post, ({did, rkey, record}) => console.log(did, rkey, record.text))
    .delete(post, ({did, rkey}) => console.log(did, rkey, 'is gone'))
    .error(error => console.error(error))
  await tap.addRepos([did])
  await using channel = tap.channel(indexer)
  await channel.start()
}

export const webhook = (take: (event: TapEvent) => void): ((request: Request) => Promise<Response>) =>
  tapWebhook({adminPassword: 'the password of the Tap', onEvent: event => take(event)})

export async function moderated(session: OAuthSession, world: World): Promise<void> {
  const {preferences} = await session.client.query(getPreferences)
  const prefs = moderationPrefs(preferences)
  const dids = prefs.labelers.map(({did}) => did as Did)
  const {views} = await session.client.query(getServices, {dids, detailed: true})
  const definitions = labelDefinitionsOf(views as LabelerViewDetailed[])

  const {feed} = await session.client.query(getTimeline)
  for (const {post} of feed) {
    const decision = moderatePost(post, {userDid: session.did, prefs, definitions, nowMs: world.now()})
    const {filters, blurs, alerts, informs, noOverride} = decision.ui('contentList')
    console.log(post.uri, filters.length > 0, blurs.length > 0, alerts, informs, noOverride)
  }
}
