/**
 * Endpoints of a PDS by tables: each row says what the parts behind it give, how it is called, and what it answers. The
 * call goes through the router, so parameters, input and answer are held to the lexicon, and errors go out by their
 * names; there is no server, and no database. A part that a row does not give fails the row that needs it.
 */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '../src/atp/syntax/did.ts'
import type {Handle} from '../src/atp/syntax/handle.ts'
import {xrpcErrorOf} from '../src/services/pds/api/errors.ts'
import type {Callers} from '../src/services/pds/api/callers.ts'
import type {Session} from '../src/services/pds/accounts/logins.ts'
import {Refusal, type Reason} from '../src/services/pds/refusal.ts'
import type {Account} from '../src/services/pds/store/account-store.ts'
import type {Endpoint} from '../src/xrpc/endpoint.ts'
import {Router} from '../src/xrpc/router.ts'

export const did = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz' as Did
export const otherDid = 'did:plc:44ybard66vv44zksje25o7dz' as Did
export const cid = 'bafyreibvjvcv745gig4mvqs4hctx4zfkono4rjejm2ta6gtyzkqxfjeily'
export const rev = '3jui7kd54zh2y'

/** The account of `did`, as its row is. */
export const accountOf = (more: Partial<Account> = {}): Account => ({
  did,
  handle: 'alice.test' as Handle,
  email: 'alice@example.com',
  emailConfirmedMs: null,
  passwordHash: 'hash',
  createdMs: 0,
  deactivatedMs: null,
  deleteAfterMs: null,
  takedownRef: null,
  ...more,
})

/** A part that refuses for this reason. */
export const refuses = (reason: Reason) => (): Promise<never> => Promise.reject(new Refusal(reason, 'No.'))

/** A session of that account, whose document leads here. */
export const session: Session = {account: accountOf(), accessJwt: 'access', refreshJwt: 'refresh'}
export const didDocs = {documentHere: async () => ({id: did})}

/** Each part may lack what a row has no use for. */
type Some<Deps> = {
  [K in keyof Deps]?: Deps[K] extends (...args: never[]) => unknown
    ? Deps[K]
    : Deps[K] extends object
      ? Partial<Deps[K]>
      : Deps[K]
}

export interface EndpointRow<Deps> {
  it: string
  /** What stands behind the endpoint. `note` keeps what it was asked, for `asks`. */
  deps?: (note: (...asked: unknown[]) => void) => Some<Deps>
  params?: Readonly<Record<string, string | number | boolean | readonly string[]>>
  /** JSON, or the bytes of another body. */
  input?: object | Uint8Array<ArrayBuffer>
  encoding?: string
  /** Whoever calls; the account of `did` by its own password, where the endpoint is for an account. */
  caller?: object
  headers?: Readonly<Record<string, string>>
  /** The JSON that is answered; left out for an answer without a body. */
  gives?: unknown
  /** For what is no JSON. */
  check?: (response: Response) => void | Promise<void>
  /** The name of the error that is answered instead. */
  fails?: string
  status?: number
  says?: RegExp
  /** What was noted, in order. */
  asks?: readonly unknown[]
}

export interface EndpointTable<Deps> {
  /** Who may call it. */
  auth: keyof Callers | 'none'
  rows: readonly EndpointRow<Deps>[]
  /** Errors of its lexicon that are never answered, and why. */
  never?: Readonly<Record<string, string>>
  /** Errors that are answered though its lexicon does not declare them, as the official server has it. */
  beyond?: readonly string[]
}

/** Names that any method may answer with. */
const generic = new Set(
  `InvalidRequest AuthenticationRequired AuthMissing InvalidToken ExpiredToken PayloadTooLarge RateLimitExceeded
  UpstreamFailure NotEnoughResources MissingJwt`.split(/\s+/),
)

const callers: Readonly<Record<keyof Callers | 'none', unknown>> = {
  session: {did, scope: 'com.atproto.access'},
  delegate: {did},
  full: {did, scope: 'com.atproto.access'},
  leaver: {did, scope: 'com.atproto.access'},
  anyone: {did, scope: 'com.atproto.access'},
  admin: undefined,
  moderator: undefined,
  refresh: {token: 'refresh token'},
  none: undefined,
}

/** A part of which every call fails that `given` does not answer. */
const partOf = (name: string, given: object): object =>
  new Proxy(given, {
    get(target, key) {
      if (key in target) return Reflect.get(target, key) as unknown
      return () => {
        throw new Error(`the row gives no ${name}.${String(key)}`)
      }
    },
  })

function depsOf<Deps>(given: Some<Deps>): Deps {
  const parts = new Map<PropertyKey, unknown>()
  for (const [name, part] of Object.entries(given)) {
    parts.set(name, typeof part === 'object' && part !== null && !Array.isArray(part) ? partOf(name, part) : part)
  }
  return new Proxy({}, {get: (_, name) => parts.get(name) ?? partOf(String(name), {})}) as Deps
}

/** What the endpoint answers to one call. */
export function askEndpoint<Deps>(
  make: (deps: Deps) => Endpoint<Callers>,
  {deps, params = {}, input, encoding = 'application/octet-stream', caller, headers}: EndpointRow<Deps>,
  note: (...asked: unknown[]) => void = () => {},
): Promise<Response> {
  const endpoint = make(depsOf(deps?.(note) ?? {}))
  const {nsid, type} = endpoint.lexicon
  const who = async () => caller ?? callers[endpoint.auth]
  const auth = Object.fromEntries(Object.keys(callers).map(kind => [kind, who]))
  const router = new Router<Callers>({
    endpoints: [endpoint],
    auth: auth as never,
    errorOf: xrpcErrorOf,
    checkAnswers: true,
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params)) for (const one of [value].flat()) search.append(name, String(one))
  const isBytes = input instanceof Uint8Array
  const body = input === undefined ? undefined : isBytes ? input : JSON.stringify(input)
  const bodyType: Record<string, string> =
    input === undefined ? {} : {'content-type': isBytes ? encoding : 'application/json'}
  const request = new Request(`http://localhost/xrpc/${nsid}?${search.toString()}`, {
    method: type === 'procedure' ? 'POST' : 'GET',
    headers: {...bodyType, ...headers},
    body,
  })
  return router.fetch(request)
}

/** Tests each row, and that every error of the lexicon is in one, or is said to be never answered. */
export function endpointTable<Deps>(make: (deps: Deps) => Endpoint<Callers>, table: EndpointTable<Deps>): void {
  const {lexicon, auth} = make(depsOf({}))
  suite(lexicon.nsid, () => {
    for (const row of table.rows) {
      test(row.it, async () => {
        const asked: unknown[] = []
        const response = await askEndpoint(make, row, (...args) => void asked.push(args.length > 1 ? args : args[0]))
        if (row.fails === undefined) await isAnswered(response, row)
        else await isRefused(response, row)
        if (row.asks) deepEqual(asked, row.asks)
      })
    }
    test('is for whom it should be, and has a row for each error of its lexicon', () => {
      equal(auth, table.auth)
      const {never = {}, beyond = [], rows} = table
      const failing = rows.flatMap(({fails}) => fails ?? [])
      const missing = lexicon.errors.filter(name => !failing.includes(name) && never[name] === undefined)
      deepEqual(missing, [], 'errors that no row shows')
      for (const name of Object.keys(never)) ok(lexicon.errors.includes(name) && !failing.includes(name), name)
      const undeclared = failing.filter(name => !lexicon.errors.includes(name) && !generic.has(name))
      deepEqual([...new Set(undeclared)].toSorted(), [...beyond].toSorted(), 'errors that are not declared')
      ok(
        rows.some(({fails}) => fails === undefined),
        'a row that succeeds',
      )
    })
  })
}

type Expected = Omit<EndpointRow<unknown>, 'deps'>

async function isAnswered(response: Response, {gives, check}: Expected): Promise<void> {
  if (response.status !== 200) equal(await response.text(), 'an answer')
  if (check) return void (await check(response))
  const text = await response.text()
  deepEqual(text === '' ? undefined : JSON.parse(text), gives)
}

async function isRefused(response: Response, {fails, status, says}: Expected): Promise<void> {
  const {error, message} = (await response.json()) as {error?: string; message: string}
  equal(error, fails, message)
  if (status !== undefined) equal(response.status, status)
  if (says) match(message, says)
}
