/**
 * An account moves to another server, as its owner does it with nothing but public calls: the new server is shown a token
 * of the old one, is given the repository, and the owner changes the identity himself, with a key that stands above
 * those of both. The account has another signing key afterwards. Each step is asked for until it has happened; a step
 * that had happened before says so.
 */
import {updateIdentity} from '#atp/plc/build.ts'
import {parseOperation} from '#atp/plc/operation.ts'
import type {Keypair} from '#atp/crypto/key.ts'
import type {Answer, Caller, CallOptions} from './caller.ts'
import type {SimClock} from './ground/clock.ts'
import type {Json, JsonRecord} from './truth/model.ts'

export interface Move {
  readonly did: string
  /** URLs of the servers, and of the directory. */
  readonly from: string
  readonly to: string
  readonly plc: string
  /** What the account is called at the new server. */
  readonly handle: string
  readonly email: string
  readonly password: string
  /** A session at the old server. */
  readonly token: () => Promise<string>
  /** Stands above the servers' in the identity. */
  readonly ownKey: Keypair
}

interface Deps {
  readonly caller: Caller
  readonly clock: SimClock
}

/** A service token holds for a minute, and clocks may be that far apart. */
const retryMs = 20_000
const triesMax = 200

/** Gives a session at the new server, where the account is active then, and its name there. Throws when a step cannot be taken. */
export async function move(asked: Move, {caller, clock}: Deps): Promise<{token: string; handle: string}> {
  const {did, from, to, plc, handle, email, password, ownKey} = asked
  /** Asks until it is done, or until `isDone` says of a refusal that it was before. */
  const until = async (
    what: string,
    ask: () => Promise<Answer>,
    isDone?: (error: string) => boolean,
  ): Promise<JsonRecord> => {
    let last: Answer | undefined
    for (let tries = 0; tries < triesMax; tries++) {
      last = await ask()
      if (last.outcome === 'done') return last.body
      if (last.outcome === 'refused' && isDone?.(last.detail)) return {}
      await clock.sleep(retryMs)
    }
    throw new Error(`${did} cannot move, ${what}: ${JSON.stringify(last)}`)
  }
  const call = (service: string, nsid: string, options: CallOptions): Promise<Answer> =>
    caller.call(service, nsid, options)

  const aud = `did:web:${encodeURIComponent(new URL(to).host)}`
  await until(
    'to be known there',
    async () => {
      const lxm = 'com.atproto.server.createAccount'
      const shown = await call(from, 'com.atproto.server.getServiceAuth', {
        params: {aud, lxm},
        token: await asked.token(),
      })
      if (shown.outcome !== 'done') return shown
      return call(to, lxm, {body: {did, handle, email, password}, token: String(shown.body.token)})
    },
    // It was made before, of which no word came; or it was here once, and has its name from then.
    detail => /has an account here already|is already taken|is already in use/.test(detail),
  )
  const login = (): Promise<JsonRecord> =>
    until('to log in there', () => call(to, 'com.atproto.server.createSession', {body: {identifier: did, password}}))
  const session = await login()
  const token = String(session.accessJwt)
  await until('with its records', async () => {
    const repo = await caller.bytes(from, 'com.atproto.sync.getRepo', {did})
    if (!repo) return {outcome: 'unknown', detail: 'the repository did not come'}
    const headers = {'content-type': 'application/vnd.ipld.car'}
    return call(to, 'com.atproto.repo.importRepo', {bytes: repo, headers, token})
  })
  const wanted = await until('by an identity', () =>
    call(to, 'com.atproto.identity.getRecommendedDidCredentials', {token}),
  )
  await until('by the directory', async () => {
    const last = await caller.json(`${plc}/${did}/log/last`)
    if (last === undefined) return {outcome: 'unknown', detail: 'the directory does not answer'}
    const before = parseOperation(last)
    const {alsoKnownAs, verificationMethods, services, rotationKeys} = wanted as unknown as Wanted
    const change = {alsoKnownAs, verificationMethods, services, rotationKeys: [ownKey.didKey, ...rotationKeys]}
    const isThere =
      before.type === 'plc_operation' && before.verificationMethods.atproto === verificationMethods.atproto
    if (isThere) return {outcome: 'done', body: {}}
    const operation = updateIdentity(before, data => ({...data, ...change}), ownKey)
    return caller.post(`${plc}/${did}`, operation as unknown as Json)
  })
  await until('to be active there', () => call(to, 'com.atproto.server.activateAccount', {method: 'POST', token}))
  const old = await asked.token()
  await until('to rest where it was', () => call(from, 'com.atproto.server.deactivateAccount', {body: {}, token: old}))
  return {token, handle: String(session.handle)}
}

interface Wanted {
  readonly alsoKnownAs: string[]
  readonly verificationMethods: {readonly atproto: string}
  readonly services: {readonly atproto_pds: {readonly type: string; readonly endpoint: string}}
  readonly rotationKeys: string[]
}
