/**
 * What a person means by a text in the search box: an account, a record, a server, a block. Pure: it says which of our
 * pages to go to and asks nobody. Links of other apps are read too, for those are what people have at hand.
 */
import {cidFromText} from '#atp/data/cid.ts'
import {isAtIdentifier} from '#atp/syntax/at-identifier.ts'
import {isAtUri, parseAtUri} from '#atp/syntax/at-uri.ts'
import {isNsid} from '#atp/syntax/nsid.ts'
import {isRecordKey} from '#atp/syntax/record-key.ts'

const segment = (text: string): string => encodeURIComponent(text).replaceAll('%3A', ':')

export const accountPath = (authority: string): string => `/explore/${segment(authority)}`
export const collectionPath = (authority: string, collection: string): string =>
  `${accountPath(authority)}/${segment(collection)}`
export const recordPath = (authority: string, collection: string, rkey: string): string =>
  `${collectionPath(authority, collection)}/${segment(rkey)}`
export const blockPath = (authority: string, cid: string): string => `${accountPath(authority)}/-/block/${cid}`
export const blobPath = (authority: string, cid: string): string => `${accountPath(authority)}/-/blob/${cid}`
export const serverPath = (host: string): string => `/explore/-/server/${segment(host)}`

/** Characters of a search. */
const searchMax = 2_048

/** Path of an at-uri's page, or `undefined` for a text that is none. */
export function atUriPath(text: string): string | undefined {
  if (!isAtUri(text)) return undefined
  const {authority, collection, rkey} = parseAtUri(text)
  if (collection === undefined) return accountPath(authority)
  return rkey === undefined ? collectionPath(authority, collection) : recordPath(authority, collection, rkey)
}

/** Where the search box leads, or `undefined` when it can make nothing of the text. */
export function targetOf(search: string): string | undefined {
  const text = search.trim()
  if (text === '' || text.length > searchMax) return undefined
  if (/^at:\/\//i.test(text)) return atUriPath(`at://${text.slice(5).replace(/^@/, '').replace(/\/+$/, '')}`)
  if (/^https?:\/\//i.test(text)) return urlTarget(text)
  if (cidFromText(text)) return `/explore/-/cid/${text}`
  const name = text.replace(/^@/, '')
  if (isAtIdentifier(name)) return accountPath(name)
  // A path without its scheme: `alice.test/app.bsky.feed.post/3k…`; a host with a port is a server.
  if (/^localhost(:\d{1,5})?$/.test(name) || /^[\w.-]+:\d{1,5}$/.test(name)) return serverPath(name)
  return atUriPath(`at://${name}`)
}

/** Collections by the word that Bluesky's app, and those made from it, have in their links. */
const appCollections = new Map([
  ['post', 'app.bsky.feed.post'],
  ['feed', 'app.bsky.feed.generator'],
  ['lists', 'app.bsky.graph.list'],
])

function urlTarget(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined
  const {host, pathname, searchParams} = new URL(text)
  const parts = pathname
    .split('/')
    .filter(part => part !== '')
    .map(part => decoded(part))
  const [area, actor, kind, key] = parts[0] === 'app' ? parts.slice(1) : parts
  if (area === 'profile' && actor && isAtIdentifier(actor)) {
    const collection = appCollections.get(kind ?? '')
    return collection && key && isRecordKey(key) ? recordPath(actor, collection, key) : accountPath(actor)
  }
  if (area === 'starter-pack' && actor && isAtIdentifier(actor) && kind && isRecordKey(kind)) {
    return recordPath(actor, 'app.bsky.graph.starterpack', kind)
  }
  return xrpcTarget(searchParams) ?? withinPath(parts) ?? serverPath(host)
}

/** A call of a server: `…/xrpc/com.atproto.repo.getRecord?repo=…&collection=…&rkey=…`. */
function xrpcTarget(params: URLSearchParams): string | undefined {
  const uri = params.get('uri')
  if (uri) return atUriPath(uri)
  const account = params.get('repo') ?? params.get('did')
  if (!account || !isAtIdentifier(account)) return undefined
  const [collection, rkey] = [params.get('collection'), params.get('rkey')]
  if (!collection || !isNsid(collection)) return accountPath(account)
  return rkey && isRecordKey(rkey) ? recordPath(account, collection, rkey) : collectionPath(account, collection)
}

/** Explorers put the at-uri itself, or its parts, into their paths. */
function withinPath(parts: readonly string[]): string | undefined {
  const from = parts.findIndex(part => part === 'at:' || isAtIdentifier(part))
  if (from < 0) return undefined
  return atUriPath(`at://${parts.slice(parts[from] === 'at:' ? from + 1 : from).join('/')}`)
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
