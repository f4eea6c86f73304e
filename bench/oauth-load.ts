/**
 * The load of apps that came by OAuth, on any PDS: calls with proofs of possession, and renewals of tokens. A process of
 * its own: `node bench/oauth-load.ts <url> <ours|official> [--ms N] [--warm N]` prints each row as a line of JSON.
 */
import {parseArgs} from 'node:util'
import {AppSession, clientId, password, type Side} from '../test/app-session.ts'
import type {LoadRow} from './pds-load.ts'
import {RawConnection} from './raw-http.ts'

const sessionsCount = 32
/** More proofs than any of the servers takes in the time. */
const proofsEachMs = 14

const {values, positionals} = parseArgs({
  options: {ms: {type: 'string', default: '3000'}, warm: {type: 'string', default: '1000'}},
  allowPositionals: true,
})
const [url, side] = positionals
const [ms, warmMs] = [Number(values.ms), Number(values.warm)]
const getSession = '/xrpc/com.atproto.server.getSession'
const form = 'content-type: application/x-www-form-urlencoded\r\n'

const connections = await Promise.all(Array.from({length: sessionsCount}, () => RawConnection.open(url)))
const sessions: AppSession[] = []
const {availableUserDomains} = await connections[0].json('GET', '/xrpc/com.atproto.server.describeServer')
for (let i = 0; i < sessionsCount; i++) {
  const handle = `o${Date.now().toString(36).slice(-6)}x${i}${(availableUserDomains as string[])[0]}`
  const input = {handle, email: `${handle}@example.com`, password}
  const {did} = await connections[0].json('POST', '/xrpc/com.atproto.server.createAccount', undefined, input)
  const session = new AppSession(url, side as Side)
  await session.exchange(await session.authorize(handle, String(did)))
  sessions.push(session)
}

for (const count of [1, sessionsCount]) {
  await measure(`DPoP-bound getSession, ${count}`, count, 'GET', getSession, (connection, session, proof) =>
    connection.send('GET', getSession, `authorization: DPoP ${session.access}\r\ndpop: ${proof}\r\n`),
  )
}
for (const count of [1, sessionsCount]) {
  await measure(`OAuth refresh, ${count}`, count, 'POST', '/oauth/token', async (connection, session, proof) => {
    const fields = {client_id: clientId, grant_type: 'refresh_token', refresh_token: session.refresh}
    const answer = await connection.send(
      'POST',
      '/oauth/token',
      `${form}dpop: ${proof}\r\n`,
      new URLSearchParams(fields).toString(),
    )
    // By its look: a body in chunks has their sizes between.
    session.refresh = /"refresh_token":"([^"]+)"/.exec(answer.body.toString())?.[1] ?? session.refresh
    return answer
  })
}
for (const connection of connections) connection.close()

type One = (connection: RawConnection, session: AppSession, proof: string) => ReturnType<RawConnection['send']>

async function measure(name: string, count: number, method: 'GET' | 'POST', path: string, one: One): Promise<void> {
  const proofs = await Promise.all(
    sessions.slice(0, count).map(async session => {
      await session.renewNonce()
      const needed = Math.ceil(((ms + warmMs) * proofsEachMs) / count)
      return Array.from({length: needed}, () => session.proof(method, path))
    }),
  )
  const begin = performance.now() + warmMs
  const end = begin + ms
  let done = 0
  await Promise.all(
    proofs.map(async (own, i) => {
      for (const proof of own) {
        const {status, body} = await one(connections[i], sessions[i], proof)
        if (status !== 200) throw new Error(`${name}: ${status} ${body.subarray(0, 300)}`)
        const now = performance.now()
        if (now >= end) return
        if (now >= begin) done++
      }
      throw new Error(`${name}: there are too few proofs.`)
    }),
  )
  const row: LoadRow = {name, rate: (done * 1_000) / ms, unit: 'requests'}
  console.log(JSON.stringify(row))
}
