/**
 * Asks whom a handle belongs to: by DNS first, then by HTTPS at the handle's own host (spec: handle, "Handle
 * Resolution"). The answer is the domain's word alone; `identity.ts` asks the DID's document whether it agrees. Handles
 * are strangers' words: what `did-lookup.ts` says of the `fetch` handed in holds here too.
 */
import {type Did, isDid} from '#atp/syntax/did.ts'
import {type Handle, handleLengthMax, isDisallowedTld} from '#atp/syntax/handle.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import {failed, fetchText, type Found, type LookupOptions} from './did-lookup.ts'

/** The TXT records of a name, each with its parts joined; none for a name that has none. Rejects when it cannot ask. */
export type TxtResolver = (name: string, signal: AbortSignal) => Promise<readonly string[]>

/** A DID of 2,048 characters and some space around it. */
const wellKnownSizeMax = 4096
const dnsSizeMax = 64 * 1024
const dnsNameMissing = 3
const dnsTypeTxt = 16

/** Asks a DNS server over HTTPS by its JSON form: for browsers, which have no other way to read TXT records. */
export function dnsOverHttps(
  options: Pick<LookupOptions, 'world' | 'timeoutMs'>,
  server = 'https://cloudflare-dns.com/dns-query',
): TxtResolver {
  return async (name, signal) => {
    const url = `${server}?name=${encodeURIComponent(name)}&type=TXT`
    const accept = 'application/dns-json'
    const answer = await fetchText(options, url, {accept, redirect: 'follow', sizeMax: dnsSizeMax}, signal)
    if (!answer.ok) throw new Error(answer.detail)
    if (answer.value.status !== 200) throw new Error(`The DNS server answers ${answer.value.status}.`)
    return txtRecords(JSON.parse(answer.value.text))
  }
}

interface DnsJson {
  Status?: unknown
  Answer?: unknown
}

function txtRecords(json: DnsJson | null): string[] {
  if (json?.Status !== 0 && json?.Status !== dnsNameMissing) throw new Error(`DNS status ${String(json?.Status)}.`)
  if (!Array.isArray(json.Answer)) return []
  return (json.Answer as {type?: unknown; data?: unknown}[]).flatMap(record =>
    record?.type === dnsTypeTxt && typeof record.data === 'string' ? [unquoted(record.data)] : [],
  )
}

/** A record's parts come in quotes, side by side: `"did=did:plc:" "abc"`. */
const unquoted = (data: string): string =>
  data.startsWith('"')
    ? Array.from(data.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([, part]) => part.replaceAll(/\\(.)/g, '$1')).join('')
    : data

/** The DID that a handle names, by DNS or HTTPS. Never rejects; once `signal` has aborted, what it gives means nothing. */
export async function lookUpHandle(
  handle: Handle,
  options: Pick<LookupOptions, 'world' | 'timeoutMs'> & {txt: TxtResolver},
  signal?: AbortSignal,
): Promise<Found<Did>> {
  if (isDisallowedTld(handle)) return failed('disallowed-handle', `${handle} is under a domain that is not public.`)
  const dns = await lookUpHandleByDns(handle, options, signal)
  if (dns.ok || dns.reason === 'ambiguous') return dns
  const http = await lookUpHandleByHttp(handle, options, signal)
  // That DNS could not be asked leaves open what it would have said.
  return !http.ok && dns.passing ? dns : http
}

/** By the TXT record `_atproto` of the handle alone. Never rejects. */
export async function lookUpHandleByDns(
  handle: Handle,
  {world, timeoutMs, txt}: Pick<LookupOptions, 'world' | 'timeoutMs'> & {txt: TxtResolver},
  given?: AbortSignal,
): Promise<Found<Did>> {
  const name = `_atproto.${handle}`
  if (name.length > handleLengthMax) return failed('not-found', `${name} is too long for DNS.`)
  let records: readonly string[]
  try {
    records = await withDeadline(world, timeoutMs, given, signal => txt(name, signal))
  } catch (error) {
    return failed('unreachable', `DNS for ${name}: ${error instanceof Error ? error.message : String(error)}`)
  }
  const dids = new Set(records.filter(record => record.startsWith('did=')).map(record => record.slice(4)))
  const [did, other] = [...dids].filter(isDid)
  if (other) return failed('ambiguous', `${name} names several DIDs.`)
  return did ? {ok: true, value: did} : failed('not-found', `${name} names no DID.`)
}

/** By `/.well-known/atproto-did` at the handle's host alone. Never rejects. */
export async function lookUpHandleByHttp(
  handle: Handle,
  options: Pick<LookupOptions, 'world' | 'timeoutMs'>,
  signal?: AbortSignal,
): Promise<Found<Did>> {
  const url = `https://${handle}/.well-known/atproto-did`
  const init = {accept: 'text/plain', redirect: 'follow', sizeMax: wellKnownSizeMax} as const
  const answer = await fetchText(options, url, init, signal)
  if (!answer.ok) return answer
  const {status, text} = answer.value
  if (status >= 500 || status === 429) return failed('refused', `${handle} answers ${status}.`)
  const did = text.split('\n', 1)[0].trim()
  if (status < 200 || status >= 300 || !isDid(did)) return failed('not-found', `${handle} names no DID.`)
  return {ok: true, value: did}
}
