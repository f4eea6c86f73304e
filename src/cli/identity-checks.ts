/**
 * Looks at an identity from all sides: where its handle leads by each way there is, whether its document leads back, and
 * whether the server and the key that it names are of any use.
 */
import type {DidDocument} from '#atp/identity/did-document.ts'
import {formatDidKey} from '#atp/crypto/key.ts'
import {handleOf} from '#atp/identity/did-document.ts'
import {type Did, isDid} from '#atp/syntax/did.ts'
import {type Handle, normalizeHandle} from '#atp/syntax/handle.ts'
import {describeRepo} from '#lex/gen/com/atproto/repo/describeRepo.ts'
import type {Found} from '#sdk/did-lookup.ts'
import {lookUpHandleByDns, lookUpHandleByHttp} from '#sdk/handle-lookup.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {bad, type Check, good, skipped, warn} from '#runtime/health/check.ts'
import {identitiesOf, type Network, strangerAt, systemTxt, txtOf} from './network.ts'

export interface Looked {
  checks: Check[]
  did?: Did
  /** Confirmed both ways. */
  handle?: Handle
  pds?: string
  key?: string
  document?: DidDocument
}

const timeoutMs = 5_000

/** `name` is a DID or handle. Never rejects for what others do. */
export async function checkIdentity(name: string, network: Network, world: World): Promise<Looked> {
  const checks: Check[] = []
  const named = isDid(name) ? undefined : normalizeHandle(name as Handle)
  const did = isDid(name) ? name : await handleDid(named as Handle, network, world, checks)
  if (did === undefined) return {checks}

  const found = await identitiesOf(network, world).account(did)
  if (!found.ok) {
    checks.push(bad('document', found.detail, mendDocument(found.reason, did, network)))
    return {checks, did}
  }
  const {document, pds, key} = found.value
  const from = did.startsWith('did:plc:') ? network.plc : 'its own host'
  checks.push(good('document', `${did}, from ${from}`))

  const claimed = handleOf(document)
  let handle: Handle | undefined
  if (claimed === undefined) {
    checks.push(
      warn('handle', 'the document claims none', 'Set a handle at your PDS; until then apps show handle.invalid.'),
    )
  } else if (named !== undefined && claimed !== named) {
    const mend = `Set the handle to ${named} at the PDS of ${did}, or let ${named} lead to the account that has it.`
    checks.push(bad('leads back', `the document claims ${claimed}, not ${named}`, mend))
  } else {
    const back = named === undefined ? await handleDid(claimed, network, world, checks) : did
    if (back === did) {
      handle = claimed
      checks.push(good('leads back', `${claimed} ⇄ ${did}`))
    } else if (back !== undefined) {
      const mend = `Correct the record _atproto.${claimed}, or https://${claimed}/.well-known/atproto-did, to ${did}.`
      checks.push(bad('leads back', `${claimed} leads to ${back}`, mend))
    }
  }
  checks.push(await checkServer(did, pds, network, world))
  checks.push(
    key
      ? good('signing key', formatDidKey(key))
      : bad(
          'signing key',
          'the document names no valid key #atproto',
          'Nothing this account writes can be verified. Let its PDS submit a new PLC operation.',
        ),
  )
  return {checks, did, handle, pds, key: key && formatDidKey(key), document}
}

async function checkServer(did: Did, pds: string | undefined, network: Network, world: World): Promise<Check> {
  if (pds === undefined) {
    const mend = 'Without a service #atproto_pds nobody finds its data. Let its PDS submit a new PLC operation.'
    return bad('server', 'the document names no PDS', mend)
  }
  try {
    await strangerAt(pds, world).query(describeRepo, {repo: did}, {signal: AbortSignal.timeout(timeoutMs)})
    return good('server', `${pds}, which has its repository`)
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    const refused = error instanceof UpstreamError && error.status < 500
    return refused
      ? bad(
          'server',
          `${pds} answers: ${error.message}`,
          'The account may be deactivated, taken down, or moved elsewhere.',
        )
      : bad(
          'server',
          `${pds}: ${error.message}`,
          `See what is wrong there: wholesky doctor ${pds}${network.name === 'public' ? ' --network public' : ''}`,
        )
  }
}

function mendDocument(reason: string, did: Did, {plc, name}: Network): string {
  if (reason === 'not-found')
    return name === 'local'
      ? 'Is it an account of the real network? Add --network public.'
      : 'Check the spelling of the DID.'
  if (reason === 'deactivated') return 'Its owner has given this identity up; it cannot come back.'
  if (reason === 'unsupported-did') return 'Accounts have DIDs of the methods plc and web.'
  if (did.startsWith('did:web:')) return `https://${did.slice(8)}/.well-known/did.json must answer with the document.`
  return `The PLC directory at ${plc} must answer. ${name === 'local' ? 'Is the network up? "npm start" starts it.' : 'Try again later.'}`
}

/** By DNS and by HTTPS, each shown; in the local network by its PDS, which stands for both. */
async function handleDid(handle: Handle, network: Network, world: World, checks: Check[]): Promise<Did | undefined> {
  if (network.name === 'local') {
    const byPds = await lookUpHandleByDns(handle, {world, timeoutMs, txt: txtOf(network, world)})
    if (byPds.ok) {
      checks.push(good('handle', `${handle} → ${byPds.value}, says the PDS at ${network.pds}`))
      return byPds.value
    }
    if (handle.endsWith('.test') || byPds.passing) {
      const mend = byPds.passing
        ? 'Is the network up? "npm start" starts it.'
        : `No account there has this handle: wholesky account create ${handle.split('.', 1)[0]}`
      checks.push(bad('handle', `${network.pds} does not know ${handle}`, mend))
      return undefined
    }
  }
  const options = {world, timeoutMs, txt: systemTxt}
  const [dns, http] = await Promise.all([lookUpHandleByDns(handle, options), lookUpHandleByHttp(handle, options)])
  return judgeWays(handle, dns, http, checks)
}

/** One way is enough. Two that disagree are a fault that shows now here, now there. */
function judgeWays(handle: Handle, dns: Found<Did>, http: Found<Did>, checks: Check[]): Did | undefined {
  const txt = `_atproto.${handle}`
  const url = `https://${handle}/.well-known/atproto-did`
  if (dns.ok) checks.push(good('handle by DNS', `${txt} → ${dns.value}`))
  if (http.ok) checks.push(good('handle by HTTPS', `${url} → ${http.value}`))
  if (dns.ok && http.ok && dns.value !== http.value) {
    checks.push(
      warn('handle', 'DNS and HTTPS lead to two accounts', `DNS counts. Remove one of the two, or correct it.`),
    )
  }
  if (dns.ok || http.ok) {
    if (!dns.ok) checks.push(skipped('handle by DNS', dns.detail))
    if (!http.ok) checks.push(skipped('handle by HTTPS', http.detail))
    return dns.ok ? dns.value : http.ok ? http.value : undefined
  }
  checks.push(bad('handle by DNS', dns.detail, `Add a TXT record: ${txt} with the value did=<your DID>`))
  checks.push(bad('handle by HTTPS', http.detail, `Or let ${url} answer with the DID as plain text.`))
  return undefined
}
