/**
 * From an NSID to its lexicon, as its authority publishes it (spec: lexicon, "publication and resolution"): the domain
 * of the NSID names a DID in DNS, and that account's repository holds the document, under the NSID as its record key.
 * Nothing on the way is trusted but DNS and the DID document: the record comes with a proof that the account signed it.
 * There is no walking up or down the domain's hierarchy.
 *
 * The steps that reach out are handed in. Caching is the caller's: a document may be used for 24 hours without looking
 * again, and for 90 days when looking again fails (spec: permission, "resolution and caching").
 */
import {decodeCbor} from '#atp/data/cbor-decode.ts'
import type {Cid} from '#atp/data/cid.ts'
import {isMap} from '#atp/data/value.ts'
import {type DidDocument, pdsEndpoint, signingKey} from '#atp/identity/did-document.ts'
import {verifyRecordProof} from '#atp/repo/record-proof.ts'
import {type AtUri, formatAtUri} from '#atp/syntax/at-uri.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {type Nsid, nsidAuthority} from '#atp/syntax/nsid.ts'
import type {RecordKey} from '#atp/syntax/record-key.ts'
import type {Tid} from '#atp/syntax/tid.ts'
import {Malformed} from '#std/malformed.ts'
import type {Explained, Ok} from '#std/result.ts'
import type {LexiconDoc} from './lexicon-doc.ts'
import {parseLexicon} from './parse.ts'

export const schemaCollection = 'com.atproto.lexicon.schema' as Nsid

/** What reaches out. Each gives `undefined` (or no text) when it finds nothing; what it throws is passed on. */
export interface LexiconSources {
  /** The TXT records at a DNS name, the parts of each joined. */
  resolveTxt(name: string, signal?: AbortSignal): Promise<readonly string[]>
  resolveDid(did: Did, signal?: AbortSignal): Promise<DidDocument | undefined>
  /** The CAR that `com.atproto.sync.getRecord` at the server `pds`, an origin, answers with. */
  fetchRecordProof(
    pds: string,
    record: {did: Did; collection: Nsid; rkey: RecordKey},
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined>
}

export interface ResolvedLexicon extends Ok {
  readonly doc: LexiconDoc
  readonly uri: AtUri
  readonly cid: Cid
  /** The authority: the account that published it. */
  readonly did: Did
  /** The revision of its repository that the proof is of. */
  readonly rev: Tid
}

export type UnresolvedLexicon = Explained<
  | 'no-authority' // DNS names no DID
  | 'several-authorities' // DNS names more than one
  | 'no-did-document'
  | 'no-key' // its DID document has no signing key
  | 'no-server' // nor a PDS
  | 'no-answer' // the PDS gives no proof
  | 'bad-proof'
  | 'no-record' // the proof is good, and shows that the account publishes no such lexicon
  | 'bad-document'
>

/** The DNS name whose TXT record says who publishes a lexicon: `_lexicon.feed.bsky.app` for `app.bsky.feed.post`. */
export const authorityName = (nsid: Nsid): string => `_lexicon.${nsidAuthority(nsid)}`

/** Resolves one lexicon, from the start, without any cache. */
export async function resolveLexicon(
  nsid: Nsid,
  sources: LexiconSources,
  signal?: AbortSignal,
): Promise<ResolvedLexicon | UnresolvedLexicon> {
  const name = authorityName(nsid)
  const [did, ...others] = didsOf(await sources.resolveTxt(name, signal))
  if (did === undefined) return refused('no-authority', `no TXT record at ${name} names a DID`)
  if (others.length > 0) return refused('several-authorities', `${name} names ${[did, ...others].join(' and ')}`)

  const document = await sources.resolveDid(did, signal)
  if (!document) return refused('no-did-document', `${did} cannot be resolved`)
  const key = signingKey(document)
  if (!key) return refused('no-key', `${did} has no signing key`)
  const pds = pdsEndpoint(document)
  if (pds === undefined) return refused('no-server', `${did} has no server`)

  const rkey = nsid as string as RecordKey
  const car = await sources.fetchRecordProof(pds, {did, collection: schemaCollection, rkey}, signal)
  if (!car) return refused('no-answer', `${pds} gives no proof of the record`)
  const proof = verifyRecordProof(car, {did, key, path: `${schemaCollection}/${rkey}`})
  if (!proof.ok) return refused('bad-proof', `${proof.reason}: ${proof.detail}`)
  if (proof.cid === null) return refused('no-record', `${did} publishes no ${nsid}`)
  try {
    const doc = documentIn(proof.bytes, nsid)
    const uri = formatAtUri(did, schemaCollection, rkey)
    return {ok: true, doc, uri, cid: proof.cid.detached(), did, rev: proof.commit.rev}
  } catch (error) {
    if (error instanceof Malformed) return refused('bad-document', error.message)
    throw error
  }
}

const refused = (reason: UnresolvedLexicon['reason'], detail: string): UnresolvedLexicon => ({
  ok: false,
  reason,
  detail,
})

/** The DIDs that TXT records name, each once. */
function didsOf(texts: readonly string[]): Did[] {
  const named = texts.filter(text => text.startsWith('did=')).map(text => text.slice('did='.length))
  return [...new Set(named)].filter(text => isDid(text))
}

/** The document in a record's block. Throws `Malformed`. */
function documentIn(block: Uint8Array, nsid: Nsid): LexiconDoc {
  const record = decodeCbor(block)
  if (!isMap(record) || record.$type !== schemaCollection) {
    throw new Malformed('lexicon', 'wrong-type', `the record is no ${schemaCollection}`)
  }
  const doc = parseLexicon(record)
  if (doc.id !== nsid) throw new Malformed('lexicon', 'other-id', `the document is of ${doc.id}, not of ${nsid}`)
  return doc
}
