/**
 * Fetches the DID document of an account: from the PLC directory for did:plc, from the named host itself for did:web
 * (spec: DID, "Blessed DID Methods"). The host of a did:web is a stranger's word, so the `fetch` handed in must refuse
 * private addresses wherever this runs beside anything private.
 */
import {type DidDocument, parseDidDocument} from '#atp/identity/did-document.ts'
import {type Did, didMethod, isBlessedDid} from '#atp/syntax/did.ts'
import {TimedOut, withDeadline} from '#std/waiting/deadline.ts'
import {Malformed} from '#std/malformed.ts'
import {fromUtf8} from '#std/text.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'
import type {Failure, Looked} from './aging-cache.ts'

/** Why an account could not be found. */
export type IdentityFault =
  /** Whoever should know says that there is none. */
  | 'not-found'
  /** The DID was given up by its owner. */
  | 'deactivated'
  /** A DID that no account of the network may have: another method, a path, a name that is not public. */
  | 'unsupported-did'
  /** A handle under a top-level domain that may not hold accounts. */
  | 'disallowed-handle'
  /** What came is not the DID document of this DID, or no DID. */
  | 'bad-document'
  /** The handle's DNS names several DIDs. */
  | 'ambiguous'
  /** The handle leads to a DID whose document does not lead back. */
  | 'handle-mismatch'
  /** The server asked did not answer as it should. */
  | 'refused'
  | 'unreachable'
  | 'timeout'

export interface IdentityFailure extends Failure {
  readonly reason: IdentityFault
}
export type Found<T> = Looked<T, IdentityFailure>

/** Of these the next try may end otherwise. */
const passingFaults: ReadonlySet<IdentityFault> = new Set(['refused', 'unreachable', 'timeout'])

export const failed = (reason: IdentityFault, detail: string): IdentityFailure => ({
  ok: false,
  reason,
  detail,
  passing: passingFaults.has(reason),
})

export interface LookupOptions {
  world: Pick<World, 'fetch' | 'now' | 'sleep'>
  /** The PLC directory: `https://plc.directory`. */
  plcUrl: string
  /** For one answer, body and all. */
  timeoutMs: number
  /**
   * Lets `did:web:localhost` and `did:web:localhost%3A2583` resolve, by plain http, and `did:web:localhost:3000`, which says
   * the same to people. Servers that believe that they are called by https are called by http there.
   */
  development: boolean
}

/** Real documents have under 5 kB. */
const documentSizeMax = 256 * 1024

/** What a server answered, read to its end; anything else is a failure. */
export async function fetchText(
  {world, timeoutMs}: Pick<LookupOptions, 'world' | 'timeoutMs'>,
  url: string,
  init: {accept: string; redirect: RequestRedirect; sizeMax: number},
  given?: AbortSignal,
): Promise<Found<{status: number; text: string}>> {
  const {host} = new URL(url)
  const {accept, redirect, sizeMax} = init
  try {
    return await withDeadline(world, timeoutMs, given, async signal => {
      const response = await world.fetch(new Request(url, {headers: {accept}, redirect, signal}))
      const bytes = await readBytes(response.body, sizeMax, () => new TooLong())
      return {ok: true, value: {status: response.status, text: fromUtf8(bytes) ?? ''}}
    })
  } catch (error) {
    if (error instanceof TooLong) return failed('bad-document', `${host} answers more than ${sizeMax} bytes.`)
    if (error instanceof TimedOut) return failed('timeout', `${host} did not answer within ${timeoutMs} ms.`)
    const why = error instanceof Error ? error.message : String(error)
    const said = `${host} cannot be reached`
    return failed('unreachable', why.startsWith(said) ? why : `${said}: ${why}`)
  }
}
class TooLong extends Error {}

/** Where the document of a DID is, or `undefined` when atproto knows no such DID. */
function documentUrl(did: Did, {plcUrl, development}: LookupOptions): string | undefined {
  const localHost = development ? localHostOf(did) : undefined
  if (localHost !== undefined) return `http://${localHost}/.well-known/did.json`
  if (!isBlessedDid(did)) return undefined
  if (didMethod(did) === 'plc') return `${plcUrl.replace(/\/$/, '')}/${did}`
  const host = decodeURIComponent(did.slice('did:web:'.length))
  return /^localhost(:|$)/.test(host) ? undefined : `https://${host}/.well-known/did.json`
}

/** The host of a did:web of this machine, such as `localhost:3000`. */
function localHostOf(did: Did): string | undefined {
  const [, port] = /^did:web:localhost(?:(?:%3A|:)(\d{1,5}))?$/i.exec(did) ?? [undefined, null]
  if (port === null) return undefined
  return port === undefined ? 'localhost' : `localhost:${port}`
}

/** The document of a server of this machine, where it says that it is called by https, or writes its name as in its DID. */
function atHome(document: DidDocument, did: Did): DidDocument {
  const host = localHostOf(did)
  const theirs = new RegExp(`^https?://(?:${host}|${did.slice('did:web:'.length)})/?$`, 'i')
  const service = document.service?.map(entry =>
    theirs.test(entry.serviceEndpoint) ? {...entry, serviceEndpoint: `http://${host}`} : entry,
  )
  return {...document, ...(service && {service})}
}

/** Fetches and reads one document. Never rejects; once `signal` has aborted, what it gives means nothing. */
export async function lookUpDocument(
  did: Did,
  options: LookupOptions,
  signal?: AbortSignal,
): Promise<Found<DidDocument>> {
  const url = documentUrl(did, options)
  if (!url) return failed('unsupported-did', `${did} is none of the DIDs that accounts may have.`)
  const accept = 'application/did+ld+json, application/json'
  const answer = await fetchText(options, url, {accept, redirect: 'error', sizeMax: documentSizeMax}, signal)
  const ofDirectory = didMethod(did) === 'plc'
  if (!answer.ok) return ofDirectory && answer.reason === 'bad-document' ? failed('refused', answer.detail) : answer
  const {host} = new URL(url)
  const {status, text} = answer.value
  const json = jsonOf(text)
  const isSaid = status === 404 || status === 410 || (status >= 200 && status < 300)
  // Only an object of the directory's own speaks of a DID: what else comes is from a proxy, or from one that is not well.
  if (isSaid && ofDirectory && !isObject(json)) {
    return failed('refused', `${host} answers ${status} for ${did}, and nothing that it would say.`)
  }
  // The directory says of a DID that its owner gave up that it is "not available", by 404 or 410.
  if (status === 410 || (status === 404 && text.includes('not available'))) {
    return failed('deactivated', `${did} was given up.`)
  }
  if (status === 404) return failed('not-found', `There is no ${did}.`)
  if (!isSaid) return failed('refused', `${host} answers ${status} for ${did}.`)
  if (ofDirectory && isObject(json) && json.id !== did) {
    return failed('refused', `${host} answers with what is not the document of ${did}.`)
  }
  try {
    const document = parseDidDocument(json, did)
    const isLocal = options.development && localHostOf(did) !== undefined
    return {ok: true, value: isLocal ? atHome(document, did) : document}
  } catch (error) {
    if (error instanceof Malformed) return failed('bad-document', error.message)
    throw error
  }
}

const isObject = (json: unknown): json is {readonly id?: unknown} =>
  typeof json === 'object' && json !== null && !Array.isArray(json)

/** `undefined` when it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
