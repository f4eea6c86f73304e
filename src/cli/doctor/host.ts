/** What `doctor` asks of one PDS, near or far, as the rest of the network meets it. */
import {lookup} from 'node:dns/promises'
import {connect} from 'node:tls'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {listRepos} from '#lex/gen/com/atproto/sync/listRepos.ts'
import type {World} from '#std/world.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {checkCrawl} from '#runtime/health/relay-checks.ts'
import {bad, type Check, good, skipped, warn} from '#runtime/health/check.ts'
import {type Network, strangerAt} from '../network.ts'

const answerMs = 6_000
const certificateWarnDays = 14

export interface Host {
  checks: Check[]
  /** What its clock says, in milliseconds since 1970. */
  clockMs?: number
  /** An account of it, to look at. */
  did?: string
}

/** `url` is the PDS's origin. Never rejects for what it does. */
export async function checkHost(url: string, network: Network, world: World): Promise<Host> {
  const {protocol, hostname, host} = new URL(url)
  const isLocal = hostname === 'localhost' || hostname.startsWith('127.')
  const checks: Check[] = []
  if (!isLocal) {
    const dns = await checkDns(hostname)
    checks.push(dns)
    if (dns.state === 'bad') return {checks}
    checks.push(
      protocol === 'https:'
        ? await checkCertificate(hostname, Number(new URL(url).port || 443))
        : bad(
            'TLS',
            `${url} is not https`,
            'Others refuse it. Put a reverse proxy with a certificate in front: docs/operate/pds.md.',
          ),
    )
  }
  const answered = await ask(`${url}/xrpc/_health`, world)
  if ('fault' in answered) {
    const mend = isLocal
      ? '"npm start" starts it.'
      : 'Is the server up, and does the proxy lead to its port? Look at the log of both.'
    return {checks: [...checks, bad('answers', answered.fault, mend)]}
  }
  const date = Date.parse(answered.headers.get('date') ?? '')
  const clockMs = Number.isNaN(date) ? undefined : date
  checks.push(
    answered.status === 200
      ? good('answers', `${url}/xrpc/_health: ${answered.text.slice(0, 80)}`)
      : bad(
          'answers',
          `${url}/xrpc/_health answers ${answered.status}`,
          'The proxy must pass on all of /xrpc/, and /.well-known/.',
        ),
  )
  checks.push(
    ...(await checkDescription(url, host, world)),
    await checkCors(url, world),
    await checkUpgrade(url, world),
  )
  const {check, did} = await checkRepos(url, world)
  checks.push(check, (await checkCrawl(host, network.relay, world)).check)
  return {checks, clockMs, did}
}

type Answer = {status: number; headers: Headers; text: string} | {fault: string}

async function ask(url: string, world: World, init: RequestInit = {}): Promise<Answer> {
  try {
    const response = await world.fetch(new Request(url, {...init, signal: AbortSignal.timeout(answerMs)}))
    return {status: response.status, headers: response.headers, text: await response.text()}
  } catch (error) {
    const {cause} = error as Error
    return {fault: `${url}: ${cause instanceof Error ? cause.message : (error as Error).message}`}
  }
}

async function checkDns(hostname: string): Promise<Check> {
  try {
    const found = await lookup(hostname, {all: true})
    return good('DNS', `${hostname} → ${found.map(({address}) => address).join(', ')}`)
  } catch (error) {
    const mend = `Add an A (and AAAA) record for ${hostname} with the address of the server.`
    return bad('DNS', `${hostname}: ${(error as Error).message}`, mend)
  }
}

function checkCertificate(hostname: string, port: number): Promise<Check> {
  const mend = 'Renew the certificate, and let the proxy send the whole chain. Caddy does both by itself.'
  return new Promise(resolve => {
    const socket = connect({host: hostname, port, servername: hostname, rejectUnauthorized: false, timeout: answerMs})
    const end = (check: Check): void => {
      socket.destroy()
      resolve(check)
    }
    socket.once('secureConnect', () => {
      const days = Math.floor((Date.parse(socket.getPeerCertificate().valid_to) - Date.now()) / 86_400_000)
      if (!socket.authorized) end(bad('TLS', `the certificate is refused: ${String(socket.authorizationError)}`, mend))
      else if (days < certificateWarnDays) end(warn('TLS', `the certificate expires in ${days} days`, mend))
      else end(good('TLS', `the certificate is valid for ${days} days`))
    })
    socket.once('timeout', () => end(bad('TLS', 'no answer to the handshake', 'Is port 443 open in the firewall?')))
    socket.once('error', error => end(bad('TLS', error.message, 'Is port 443 open, and does the proxy listen on it?')))
  })
}

async function checkDescription(url: string, host: string, world: World): Promise<Check[]> {
  try {
    const options = {signal: AbortSignal.timeout(answerMs)}
    const {did, availableUserDomains: domains} = await strangerAt(url, world).query(describeServer, {}, options)
    const own = `did:web:${encodeURIComponent(host)}`
    const checks = [
      did === own
        ? good('describes itself', `${did}; handles under ${domains.join(', ') || 'no domain of its own'}`)
        : warn(
            'describes itself',
            `it is ${did}, not ${own}`,
            'Set the public URL to the one that the world sees: PDS_PUBLIC_URL.',
          ),
    ]
    for (const domain of domains) if (!domain.endsWith('.test')) checks.push(await checkHandles(domain))
    return checks
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    const mend = 'com.atproto.server.describeServer must answer; is this a PDS?'
    return [bad('describes itself', error.message, mend)]
  }
}

/** Handles under a domain need every name below it to lead to the server. */
async function checkHandles(domain: string): Promise<Check> {
  const name = `wholesky-doctor${domain}`
  try {
    await lookup(name)
    return good('handles', `every name under ${domain} leads to a server`)
  } catch {
    const mend = `Add a record for *${domain}, and a certificate for it: else nobody can confirm handles there.`
    return bad('handles', `${name} does not resolve`, mend)
  }
}

async function checkCors(url: string, world: World): Promise<Check> {
  const headers = {origin: 'https://example.com'}
  const answered = await ask(`${url}/xrpc/${describeServer.nsid}`, world, {headers})
  if ('fault' in answered) return bad('browsers', answered.fault, 'See above.')
  const allowed = answered.headers.get('access-control-allow-origin')
  return allowed === '*' || allowed === headers.origin
    ? good('browsers', 'apps of any origin may call it (CORS)')
    : bad(
        'browsers',
        `Access-Control-Allow-Origin is ${allowed ?? 'absent'}`,
        'The proxy must pass on the headers that the server sets, and set none of its own.',
      )
}

async function checkUpgrade(url: string, world: World): Promise<Check> {
  const stopping = new AbortController()
  const timer = setTimeout(() => stopping.abort(new Error('no answer in time')), answerMs)
  const mend =
    'The proxy must pass on upgrades: "proxy_http_version 1.1" with the headers Upgrade and Connection in nginx.'
  try {
    const frames = await world.subscribe(new Request(`${url}/xrpc/com.atproto.sync.subscribeRepos`), stopping.signal)
    return frames instanceof Response
      ? bad('firehose', `the WebSocket is refused with status ${frames.status}`, mend)
      : good('firehose', 'the WebSocket opens')
  } catch (error) {
    return bad('firehose', `the WebSocket does not open: ${(error as Error).message}`, mend)
  } finally {
    clearTimeout(timer)
    stopping.abort()
  }
}

async function checkRepos(url: string, world: World): Promise<{check: Check; did?: string}> {
  try {
    const {repos} = await strangerAt(url, world).query(listRepos, {limit: 50}, {signal: AbortSignal.timeout(answerMs)})
    const active = repos.find(repo => repo.active !== false)
    if (repos.length === 0) return {check: skipped('accounts', 'none yet')}
    return {check: good('accounts', `${repos.length}${repos.length === 50 ? ' or more' : ''}`), did: active?.did}
  } catch (error) {
    if (!(error instanceof UpstreamError) && !(error instanceof DOMException)) throw error
    return {check: bad('accounts', error.message, 'com.atproto.sync.listRepos must answer, or no relay can read it.')}
  }
}
