/**
 * A network for tests of the pages: it answers XRPC calls from a table and keeps what was asked. The real one is used
 * where several services meet (`test/network/`); here the point is what pages make of answers, hostile ones included.
 */
import {Metrics} from '#runtime/health/metrics.ts'
import type {TestContext} from 'node:test'
import sharp from 'sharp'
import {readConfig} from '#std/config.ts'
import {silentLog} from '#std/log.ts'
import {realWorld} from '#std/world.ts'
import {formTokenField} from '#pages/form-token.ts'
import {webConfig} from '#services/web/config.ts'
import {openWeb, type Web} from '#services/web/web.ts'

export const origin = 'http://localhost:2580'
export const nowMs = Date.parse('2026-11-22T12:00:00Z')
export const alice = {did: 'did:plc:ewvi7nxzyoun6zhxrhs64oiz', handle: 'alice.test'}
export const bob = {did: 'did:plc:44ybard66vv44zksje25o7dz', handle: 'bob.test'}

/** The members of a body and the parameters of a query; of one that is repeated, all values. */
type Given = Readonly<Record<string, unknown>>
/** What a method, or a path that is none, answers: JSON, a response as it is, or an error by its name. */
export type Answers = Readonly<Record<string, (given: Given) => unknown>>

export class Refusal extends Error {
  readonly status: number
  constructor(name: string, status = 400) {
    super(name)
    this.status = status
  }
}

/** An answer that is this error. */
export const refuse =
  (name: string, status = 400) =>
  (): never => {
    throw new Refusal(name, status)
  }

export const cid = 'bafyreie5737gdxlw5i64vzichcalba3z2v5n6icifvx5xytvske7mr3hpm'
/** Of raw bytes. */
export const blobCid = 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku'
const jwt = (exp: number): string => `e30.${Buffer.from(JSON.stringify({exp})).toString('base64url')}.sig`
/** What a session begins with. */
export const tokens = {...alice, accessJwt: jwt(nowMs / 1000 + 7200), refreshJwt: jwt(nowMs / 1000 + 86_400)}

export const profile = (person: typeof alice, more: Given = {}): Given => ({
  ...person,
  followersCount: 2,
  followsCount: 1,
  postsCount: 3,
  createdAt: '2026-01-01T00:00:00.000Z',
  ...more,
})

export const post = (author: Given, text: string, more: Given = {}): Given => ({
  uri: `at://${String(author.did)}/app.bsky.feed.post/3lbcd2345672k`,
  cid,
  author,
  indexedAt: '2026-11-22T11:55:00.000Z',
  replyCount: 1,
  repostCount: 0,
  likeCount: 4,
  quoteCount: 0,
  ...more,
  record: {$type: 'app.bsky.feed.post', text, createdAt: '2026-11-22T11:55:00.000Z', ...(more.record as object)},
})

const standard: Answers = {
  'com.atproto.server.describeServer': () => ({did: 'did:web:localhost', availableUserDomains: ['.test']}),
  'com.atproto.server.createSession': ({password}) => {
    if (password !== 'correct horse') throw new Refusal('AuthenticationRequired', 401)
    return tokens
  },
  'com.atproto.server.createAccount': ({handle}) => ({...tokens, handle}),
  'com.atproto.server.deleteSession': () => undefined,
  'com.atproto.identity.resolveHandle': ({handle}) => {
    const person = [alice, bob].find(person => person.handle === handle)
    if (!person) throw new Refusal('HandleNotFound')
    return {did: person.did}
  },
  'com.atproto.repo.createRecord': ({collection, repo}) => ({
    uri: `at://${String(repo)}/${String(collection)}/3lbcd2345672k`,
    cid,
    commit: {cid, rev: '3lbcd2345672k'},
  }),
  'com.atproto.repo.deleteRecord': () => ({commit: {cid, rev: '3lbcd2345672k'}}),
  'com.atproto.repo.uploadBlob': () => ({
    blob: {$type: 'blob', ref: {$link: blobCid}, mimeType: 'image/png', size: 68},
  }),
  'app.bsky.actor.getProfile': ({actor}) => profile(actor === bob.did || actor === bob.handle ? bob : alice),
  'app.bsky.actor.getSuggestions': () => ({actors: []}),
  'app.bsky.notification.getUnreadCount': () => ({count: 3}),
  'app.bsky.notification.updateSeen': () => undefined,
  'app.bsky.feed.getTimeline': () => ({feed: [{post: post(bob, 'hello, world')}]}),
  'app.bsky.feed.getAuthorFeed': () => ({feed: [{post: post(bob, 'hello, world')}]}),
  'app.bsky.feed.getPosts': () => ({posts: [post(bob, 'hello, world')]}),
}

/** A picture in one colour. */
export const pictureOf = async (format: 'png' | 'gif', width = 4, height = 3): Promise<Uint8Array<ArrayBuffer>> =>
  Uint8Array.from(
    await sharp({create: {width, height, channels: 3, background: 'teal'}})
      .toFormat(format)
      .toBuffer(),
  )

/** A picture of noise, which no format makes smaller: some 2.6 bytes for each of `side` × `side` dots. */
export const noiseOf = async (side: number): Promise<Uint8Array<ArrayBuffer>> =>
  Uint8Array.from(
    await sharp({
      create: {
        width: side,
        height: side,
        channels: 3,
        background: 'teal',
        noise: {type: 'gaussian', mean: 128, sigma: 60},
      },
    })
      .png()
      .toBuffer(),
  )

export interface Call {
  nsid: string
  given: Given
  token: string | null
  /** For whom it is asked. */
  forwardedFor: string | null
}

/** The pages, before a network that answers as `answers` says and else as a small one would. */
export class WebNetwork {
  readonly calls: readonly Call[]
  readonly web: Web
  readonly #cookies = new Map<string, string>()

  private constructor(web: Web, calls: readonly Call[]) {
    this.web = web
    this.calls = calls
  }

  static async open(context: TestContext, answers: Answers = {}): Promise<WebNetwork> {
    const config = readConfig(webConfig, {env: {WEB_DATABASE: 'memory:'}})
    const calls: Call[] = []
    const all: Answers = {...standard, ...answers}
    const world = {...realWorld, now: () => nowMs, fetch: (request: Request) => answer(request, all, calls)}
    const web = await openWeb(config, world, world, silentLog, new Metrics())
    context.after(() => web.stop())
    return new WebNetwork(web, calls)
  }

  /** Signs in as Alice, and gives what the answer sets as the cookie; later requests carry it. */
  async signIn(): Promise<string> {
    const response = await this.post('/sign-in', {identifier: alice.handle, password: 'correct horse'})
    return response.headers.getSetCookie().find(cookie => cookie.startsWith('wholesky-session=')) ?? ''
  }

  /** The cookies as a browser keeps them; `headers` may carry others. */
  async fetch(request: Request): Promise<Response> {
    const response = await this.web.fetch(request)
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      if (cookie.includes('Max-Age=0')) this.#cookies.delete(name)
      else this.#cookies.set(name, value)
    }
    return response
  }

  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.fetch(new Request(`${origin}${path}`, {headers: {cookie: this.cookie, ...headers}}))
  }

  async page(path: string): Promise<string> {
    return (await this.get(path)).text()
  }

  /** The token that the forms of our pages carry for this browser. */
  async token(): Promise<string> {
    const page = await this.page('/no-such-page')
    return new RegExp(`name="${formTokenField}" value="([\\w-]+)"`).exec(page)?.[1] ?? ''
  }

  /** Sends a form as one of our own pages does, with its token unless the form has one. */
  async post(
    path: string,
    fields: Readonly<Record<string, string>> | FormData,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const body = fields instanceof FormData ? fields : new URLSearchParams(fields)
    if (!body.has(formTokenField)) body.set(formTokenField, await this.token())
    const all = {cookie: this.cookie, origin, ...headers}
    return this.fetch(new Request(`${origin}${path}`, {method: 'POST', headers: all, body}))
  }

  /** What a method was given, call by call. */
  given(nsid: string): Given[] {
    return this.calls.filter(call => call.nsid === nsid).map(call => call.given)
  }
}

async function answer(request: Request, answers: Answers, calls: Call[]): Promise<Response> {
  const {pathname, searchParams} = new URL(request.url)
  const nsid = pathname.replace('/xrpc/', '')
  const isJson = request.headers.get('content-type')?.startsWith('application/json')
  const body = isJson ? ((await request.json()) as Given) : {}
  const asked = [...new Set(searchParams.keys())].map(name => {
    const values = searchParams.getAll(name)
    return [name, values.length > 1 ? values : values[0]] as const
  })
  const given = {...Object.fromEntries(asked), ...body}
  const {headers} = request
  calls.push({nsid, given, token: headers.get('authorization'), forwardedFor: headers.get('x-forwarded-for')})
  const method = answers[nsid]
  if (!method) return Response.json({error: 'MethodNotImplemented', message: nsid}, {status: 501})
  try {
    const output = method(given)
    if (output instanceof Response) return output
    return output === undefined ? new Response(null) : Response.json(output)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return Response.json({error: error.message, message: `refused: ${error.message}`}, {status: error.status})
  }
}
