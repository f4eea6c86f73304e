/**
 * Where lexicons of others are found: DNS, DID documents, and the servers of those who publish them. All three are named
 * by strangers, so everything goes out by the guarded world, and no answer is larger or later than a lexicon would be.
 */
import type {LexiconSources} from '#lex/doc/resolve.ts'
import type {Identities} from '#sdk/identity.ts'
import type {TxtResolver} from '#sdk/handle-lookup.ts'
import {withDeadline} from '#std/waiting/deadline.ts'
import type {World} from '#std/world.ts'
import {readBytes} from '#xrpc/body.ts'

/** Bytes of a proof: the record, and the nodes on the way to it. */
const proofSizeMax = 1_000_000
const proofMs = 5_000
/** Of a DNS name. */
const nameLengthMax = 253

export interface LexiconSourcesOptions {
  txt: TxtResolver
  identities: Pick<Identities, 'document'>
  /** For URLs that strangers name. */
  guarded: Pick<World, 'fetch' | 'sleep'>
}

export const lexiconSources = ({txt, identities, guarded}: LexiconSourcesOptions): LexiconSources => ({
  resolveTxt: async (name, signal = new AbortController().signal) =>
    name.length > nameLengthMax ? [] : txt(name, signal),

  async resolveDid(did, signal) {
    const found = await identities.document(did, {signal})
    if (!found.ok && found.passing) throw new Error(found.detail)
    return found.ok ? found.value : undefined
  },

  fetchRecordProof: (pds, {did, collection, rkey}, given) =>
    withDeadline(guarded, proofMs, given, async signal => {
      const url = `${pds}/xrpc/com.atproto.sync.getRecord?${new URLSearchParams({did, collection, rkey}).toString()}`
      const response = await guarded.fetch(new Request(url, {redirect: 'error', signal}))
      const bytes = await readBytes(response.body, proofSizeMax, () => new Error('the proof is too large'))
      return response.ok ? bytes : undefined
    }),
})
