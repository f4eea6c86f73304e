/**
 * Endpoints of a service by tables: each row says what the parts behind an endpoint give, how it is called, and what it
 * answers. The call goes through the router, so parameters, input and answer are held to the lexicon, and errors go out
 * by their names; there is no server, and no database. A part that a row does not give fails the row that needs it.
 */
import {deepEqual, equal, match, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Endpoint} from '../src/xrpc/endpoint.ts'
import {Router} from '../src/xrpc/router.ts'

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
  /** Whoever calls, where it is not who usually does; `undefined` for nobody. */
  caller?: object | string | undefined
  headers?: Readonly<Record<string, string>>
  /** The JSON that is answered; left out for an answer without a body. With `at` what stands there in it. */
  gives?: unknown
  /** A path through the answer, such as `feed.*.post.uri`. */
  at?: string
  /** For what is no JSON. */
  check?: (response: Response) => void | Promise<void>
  /** The name of the error that is answered instead. */
  fails?: string
  status?: number
  says?: RegExp
  /** What was noted, in order. */
  asks?: readonly unknown[]
}

export interface EndpointTable<Deps, Kinds extends string = string> {
  /** Who may call it. */
  auth: Kinds
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

/** Of a service: who calls by default, and how its own errors are said. */
export interface House<Callers> {
  readonly callers: Readonly<Record<(keyof Callers & string) | 'none', unknown>>
  /** What an endpoint of a kind is given for the caller of a row. */
  readonly asCaller?: (kind: string, caller: unknown) => unknown
  readonly errorOf?: (thrown: unknown) => unknown
}

export function endpointTables<Callers>(house: House<Callers>) {
  return {
    /** What the endpoint answers to one call. */
    askEndpoint: <Deps>(
      make: (deps: Deps) => Endpoint<Callers>,
      row: EndpointRow<Deps>,
      note?: (...asked: unknown[]) => void,
    ): Promise<Response> => ask(house, make, row, note),
    /** Tests each row, and that every error of the lexicon is in one, or is said to be never answered. */
    endpointTable: <Deps>(
      make: (deps: Deps) => Endpoint<Callers>,
      table: EndpointTable<Deps, (keyof Callers & string) | 'none'>,
    ): void => testTable(house, make, table),
  }
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

function ask<Callers, Deps>(
  {callers, asCaller = (_, caller) => caller, errorOf}: House<Callers>,
  make: (deps: Deps) => Endpoint<Callers>,
  row: EndpointRow<Deps>,
  note: (...asked: unknown[]) => void = () => {},
): Promise<Response> {
  const {deps, params = {}, input, encoding = 'application/octet-stream', headers} = row
  const endpoint = make(depsOf(deps?.(note) ?? {}))
  const {nsid, type} = endpoint.lexicon
  const usual = callers[endpoint.auth as (keyof Callers & string) | 'none']
  const who = async () => asCaller(endpoint.auth, 'caller' in row ? row.caller : usual)
  const auth = Object.fromEntries(Object.keys(callers).map(kind => [kind, who]))
  const router = new Router<Callers>({
    endpoints: [endpoint],
    auth: auth as never,
    errorOf,
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

function testTable<Callers, Deps>(
  house: House<Callers>,
  make: (deps: Deps) => Endpoint<Callers>,
  table: EndpointTable<Deps, (keyof Callers & string) | 'none'>,
): void {
  const {lexicon, auth} = make(depsOf({}))
  suite(lexicon.nsid, () => {
    for (const row of table.rows) {
      test(row.it, async () => {
        const asked: unknown[] = []
        const response = await ask(house, make, row, (...args) => void asked.push(args.length > 1 ? args : args[0]))
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

/** What is at a path through JSON, such as `feed.*.post.uri`, where `*` is each of an array. */
function at(value: unknown, path: readonly string[]): unknown {
  const [first, ...rest] = path
  if (first === undefined || value === undefined) return value
  if (first === '*') return (value as unknown[]).map(one => at(one, rest))
  return at((value as Record<string, unknown>)[first], rest)
}

async function isAnswered(response: Response, {gives, at: path, check}: Expected): Promise<void> {
  if (response.status !== 200) equal(await response.text(), 'an answer')
  if (check) return void (await check(response))
  const text = await response.text()
  const answered: unknown = text === '' ? undefined : JSON.parse(text)
  deepEqual(path === undefined ? answered : at(answered, path.split('.')), gives)
}

async function isRefused(response: Response, {fails, status, says}: Expected): Promise<void> {
  const {error, message} = (await response.json()) as {error?: string; message: string}
  equal(error, fails, message)
  if (status !== undefined) equal(response.status, status)
  if (says) match(message, says)
}
