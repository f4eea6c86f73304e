/**
 * The moment of a move: the identity, which led to the old server, leads to the new one. For a did:plc that is one
 * operation, signed by the old server after a code from a mail, or by a rotation key of the owner's own. For a did:web
 * the owner changes the document himself; here he is told what it must say, and it is looked at.
 */
import {isDeepStrictEqual} from 'node:util'
import {formatDidKey, type Keypair, parseDidKey, formatMultikey} from '#atp/crypto/key.ts'
import {handleOf} from '#atp/identity/did-document.ts'
import {updateIdentity} from '#atp/plc/build.ts'
import {dataOf, parseOperation, type PlcData} from '#atp/plc/operation.ts'
import {didMethod} from '#atp/syntax/did.ts'
import {getRecommendedDidCredentials} from '#lex/gen/com/atproto/identity/getRecommendedDidCredentials.ts'
import {requestPlcOperationSignature} from '#lex/gen/com/atproto/identity/requestPlcOperationSignature.ts'
import {signPlcOperation} from '#lex/gen/com/atproto/identity/signPlcOperation.ts'
import {submitPlcOperation} from '#lex/gen/com/atproto/identity/submitPlcOperation.ts'
import {Malformed} from '#std/malformed.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {exitCodes, Failed} from '../../shell/exit.ts'
import {identitiesOf, type Network} from '../../network.ts'
import {lastOperation} from '../../plc/directory.ts'
import type {Shell} from '../../shell/shell.ts'
import {type Ends, isPassing} from './ends.ts'
import {keepState, type MoveState} from './state.ts'
import {specLimits} from '#atp/plc/limits.ts'

/** After this long another code is asked for: servers let them run out in a quarter of an hour. */
const codeMs = 10 * 60_000
const {rotationKeysMax} = specLimits

interface Wanted {
  signingKey: string
  handle: string
  rotationKeys: readonly string[]
  alsoKnownAs: readonly string[]
  verificationMethods: PlcData['verificationMethods']
  services: PlcData['services']
}

export interface IdentityOptions {
  network: Network
  /** The code from the mail, where it was given. */
  code: string | undefined
  /** A rotation key of the owner's own: then no code is needed. */
  rotationKey: Keypair | undefined
  /** did:key to put before all others. */
  recoveryKey: string | undefined
}

/** Makes the identity lead to the new server. Throws `Failed`, with what is to be done, where that takes the owner. */
export async function moveIdentity(
  ends: Ends,
  state: MoveState,
  options: IdentityOptions,
  shell: Shell,
): Promise<void> {
  const wanted = await wantedOf(ends.fresh)
  if (await leadsTo(state, wanted, options.network, shell)) return
  if (didMethod(state.did) !== 'plc') throw documentToWrite(state, wanted)
  const {env} = shell.io
  state.operation ??= options.rotationKey
    ? await signedHere(options.rotationKey, state, wanted, ends, options, shell)
    : await signedThere(ends, state, wanted, options, shell)
  keepState(env, state)
  try {
    await ends.fresh.procedure(submitPlcOperation, {operation: state.operation as Record<string, {}>})
  } catch (error) {
    if (await leadsTo(state, wanted, options.network, shell)) return
    // A refused one is of no more use, while one whose answer was lost may be.
    if (!isPassing(error)) {
      state.operation = undefined
      keepState(env, state)
    }
    throw error
  }
}

/** Whether the document names the new server, its key and the new handle. */
async function leadsTo(
  {did, to}: MoveState,
  {signingKey, handle}: Wanted,
  network: Network,
  shell: Shell,
): Promise<boolean> {
  const found = await identitiesOf(network, shell.io.world).account(did, {maxAgeMs: 0})
  if (!found.ok) throw new Failed(found.reason, found.detail, found.passing ? exitCodes.unreadable : exitCodes.bad)
  const {pds, key, document} = found.value
  return pds === to && key !== undefined && formatDidKey(key) === signingKey && handleOf(document) === handle
}

async function wantedOf(fresh: Ends['fresh']): Promise<Wanted> {
  const {rotationKeys = [], alsoKnownAs = [], ...rest} = await fresh.query(getRecommendedDidCredentials)
  const verificationMethods = (rest.verificationMethods ?? {}) as PlcData['verificationMethods']
  const services = (rest.services ?? {}) as PlcData['services']
  const signingKey = verificationMethods.atproto
  const handle = alsoKnownAs[0]?.replace(/^at:\/\//, '')
  if (!signingKey || !handle) throw new Failed('bad-credentials', 'The new server does not say how it signs.')
  return {signingKey, handle, rotationKeys, alsoKnownAs, verificationMethods, services}
}

/** As the new server wants it, with what in it is the owner's own: keys that are not the old server's, other names. */
async function nextData(now: PlcData, wanted: Wanted, {old}: Ends, recoveryKey: string | undefined): Promise<PlcData> {
  const {rotationKeys: theirs = now.rotationKeys} = await old.query(getRecommendedDidCredentials).catch(unlessLeft)
  const own = now.rotationKeys.filter(key => !theirs.includes(key))
  const keys = [...(recoveryKey === undefined ? [] : [recoveryKey]), ...own, ...wanted.rotationKeys]
  const rotationKeys = [...new Set(keys)]
  if (rotationKeys.length > rotationKeysMax) {
    const count = `${rotationKeys.length} rotation keys, and it may have ${rotationKeysMax}`
    throw new Failed('too-many-keys', `The identity would have ${count}. Remove one of your own first.`)
  }
  const otherNames = now.alsoKnownAs.filter(name => !name.startsWith('at://'))
  return {
    rotationKeys,
    alsoKnownAs: [...new Set([...wanted.alsoKnownAs, ...otherNames])],
    verificationMethods: {...now.verificationMethods, ...wanted.verificationMethods},
    services: {...now.services, ...wanted.services},
  }
}

/** A server that has taken the account down does not say which keys are its own: then all of them are left behind. */
function unlessLeft(error: unknown): {rotationKeys?: string[]} {
  if (error instanceof UpstreamError && error.error === 'AccountTakedown') return {}
  throw error
}

async function signedHere(
  key: Keypair,
  state: MoveState,
  wanted: Wanted,
  ends: Ends,
  {network, recoveryKey}: IdentityOptions,
  shell: Shell,
): Promise<Record<string, unknown>> {
  const last = await lastOperation(network.plc.replace(/\/$/, ''), state.did, shell.io.world)
  const now = dataOf(last)
  if (!now?.rotationKeys.includes(key.didKey)) {
    throw new Failed('no-rotation-key', `${key.didKey} is no rotation key of ${state.did}.`)
  }
  const next = await nextData(now, wanted, ends, recoveryKey)
  return updateIdentity(last, () => next, key) as unknown as Record<string, unknown>
}

async function signedThere(
  ends: Ends,
  state: MoveState,
  wanted: Wanted,
  {network, code: given, recoveryKey}: IdentityOptions,
  shell: Shell,
): Promise<Record<string, unknown>> {
  const {ask, env, world} = shell.io
  const now = dataOf(await lastOperation(network.plc.replace(/\/$/, ''), state.did, shell.io.world))
  if (!now) throw new Failed('tombstone', `${state.did} has been given up, and cannot be moved.`)
  const next = await nextData(now, wanted, ends, recoveryKey)
  const isOld = state.codeAskedMs === undefined || world.now() - state.codeAskedMs > codeMs
  if (given === undefined && isOld) {
    await ends.old.procedure(requestPlcOperationSignature)
    state.codeAskedMs = world.now()
    keepState(env, state)
  }
  const where = `${state.from} has sent a code to the account's email address`
  if (given === undefined && !ask) {
    throw new Failed('code-needed', `${where}. Run the command again with it: --code XXXXX-XXXXX`, exitCodes.waiting)
  }
  const token = (given ?? (await ask?.(`${where}.\nCode: `)) ?? '').trim()
  if (token === '')
    throw new Failed('code-needed', `${where}. Run the command again when you have it.`, exitCodes.waiting)
  const {rotationKeys, alsoKnownAs, verificationMethods, services} = next
  const wish = {rotationKeys: [...rotationKeys], alsoKnownAs: [...alsoKnownAs], verificationMethods, services}
  try {
    const {operation} = await ends.old.procedure(signPlcOperation, {token, ...wish} as never)
    demandAsAsked(operation, next, state)
    return operation as Record<string, unknown>
  } catch (error) {
    if (error instanceof UpstreamError && /^(?:Invalid|Expired)Token$/.test(error.error)) {
      state.codeAskedMs = undefined
      keepState(env, state)
      const again = 'Run the command again without --code: another one is sent.'
      throw new Failed(error.error, `The code was not taken: ${error.message} ${again}`)
    }
    throw error
  }
}

/** Throws `Failed` unless the operation says what was asked for: a server could leave out the owner's own key. */
function demandAsAsked(operation: unknown, next: PlcData, {from}: MoveState): void {
  let data: PlcData | undefined
  try {
    data = dataOf(parseOperation(operation))
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
  }
  if (isDeepStrictEqual({...data}, {...next})) return
  throw new Failed('other-operation', `${from} has signed another operation than was asked for. Nothing was changed.`)
}

/** What is to be done for a did:web: nobody but its owner can. */
function documentToWrite({did}: MoveState, {signingKey, handle, services}: Wanted): Failed {
  const {endpoint} = services.atproto_pds ?? {}
  const members = {
    alsoKnownAs: [`at://${handle}`],
    verificationMethod: [
      {
        id: `${did}#atproto`,
        type: 'Multikey',
        controller: did,
        publicKeyMultibase: formatMultikey(parseDidKey(signingKey)),
      },
    ],
    service: [{id: '#atproto_pds', type: 'AtprotoPersonalDataServer', serviceEndpoint: endpoint}],
  }
  const host = did.slice('did:web:'.length).replace('%3A', ':')
  const place = `https://${host}/.well-known/did.json`
  return new Failed(
    'document',
    `Put these members into ${place}, in the place of those that are there, and run the command again: ` +
      JSON.stringify(members),
    exitCodes.waiting,
  )
}
