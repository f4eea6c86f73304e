/**
 * The steps of a move in their order. Each may have been done before, in part or wholly, by a run that was interrupted:
 * so each looks first, or does what may be done twice, and what came of it is kept before the next begins.
 */
import {didMethod} from '#atp/syntax/did.ts'
import {getPreferences} from '#lex/gen/app/bsky/actor/getPreferences.ts'
import {putPreferences} from '#lex/gen/app/bsky/actor/putPreferences.ts'
import {activateAccount} from '#lex/gen/com/atproto/server/activateAccount.ts'
import {checkAccountStatus} from '#lex/gen/com/atproto/server/checkAccountStatus.ts'
import {createAccount} from '#lex/gen/com/atproto/server/createAccount.ts'
import {createSession} from '#lex/gen/com/atproto/server/createSession.ts'
import {deactivateAccount} from '#lex/gen/com/atproto/server/deactivateAccount.ts'
import {getServiceAuth} from '#lex/gen/com/atproto/server/getServiceAuth.ts'
import type {PasswordSession, SessionState} from '#sdk/session.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {exitCodes, Failed} from '../../shell/exit.ts'
import {identitiesOf, strangerAt} from '../../network.ts'
import {grouped} from '../../repo/checking.ts'
import type {Shell} from '../../shell/shell.ts'
import {copyBlobs} from './blobs.ts'
import {type Ends, freshSession, isPassing, pinned} from './ends.ts'
import {type IdentityOptions, moveIdentity} from './identity.ts'
import {catchUpRepo, copyRepo, dataRoot} from './repo.ts'
import {keepState, type MoveState, type Step, steps} from './state.ts'

export interface MoveOptions extends IdentityOptions {
  /** Asks for the password that the account is to have at the new server. */
  newPassword: () => Promise<string>
  invite: string | undefined
  /** Blobs at a time. */
  parallel: number
  /** Goes on without blobs that the old server does not give. */
  leaveBlobs: boolean
  /** Whether bars are shown even where stderr is no terminal. */
  shown: boolean
}

/** Does what is left to do. `onStep` is told of each step, with a word on what came of it. */
export async function move(
  state: MoveState,
  oldSession: PasswordSession,
  options: MoveOptions,
  shell: Shell,
  onStep: (step: Step, detail: string) => Promise<void>,
): Promise<void> {
  const {env} = shell.io
  const old = pinned(oldSession, state.from)
  if (!state.session) {
    state.session = await arrive(old, state, options, shell)
    keepState(env, state)
  }
  const ends = {old, fresh: pinned(freshSession(state.session, state, shell), state.to)}
  const run: Record<Step, () => Promise<string>> = {
    account: async () => `${state.handle} at ${state.to}`,
    repo: async () => {
      const look = {maxAgeMs: 0}
      const found = await identitiesOf(options.network, shell.io.world).account(state.did, look)
      // Once the document leads to the new server, its key is no longer the one of the old repository.
      const key = found.ok && found.value.pds === state.from ? found.value.key : undefined
      await copyRepo(ends, state, key, shell, options.shown)
      return `${grouped(state.repo?.recordCount ?? 0)} records`
    },
    blobs: () => blobs(ends, state, options, shell),
    preferences: () => preferences(ends),
    identity: async () => {
      if (didMethod(state.did) === 'plc') await catchUp(ends, state, options, shell)
      await moveIdentity(ends, state, options, shell)
      return `${state.did} leads to ${state.to}`
    },
    activate: async () => {
      const status = await ends.fresh.query(checkAccountStatus)
      if (!status.activated) {
        await catchUp(ends, state, options, shell)
        await compare(ends, state, options)
        await ends.fresh.procedure(activateAccount)
      }
      return `${state.to} speaks for the account`
    },
    leave: async () => {
      await ends.old.procedure(deactivateAccount, {}).catch((error: unknown) => {
        // It rests there already, and nobody sees it.
        if (!(error instanceof UpstreamError) || error.error !== 'AccountTakedown') throw error
      })
      return `at rest at ${state.from}; delete it there when you like`
    },
  }
  for (const step of steps) {
    if (state.done.includes(step)) continue
    const detail = await run[step]()
    state.done.push(step)
    keepState(env, state)
    await onStep(step, detail)
  }
}

/** The account at the new server: made, or found to be there and at rest, as after a run that did not hear of it. */
async function arrive(
  old: Ends['old'],
  {did, toDid, to, handle, email}: MoveState,
  {newPassword, invite}: MoveOptions,
  shell: Shell,
): Promise<SessionState> {
  const stranger = strangerAt(to, shell.io.world)
  const password = await newPassword()
  const lxm = 'com.atproto.server.createAccount'
  const {token} = await old.query(getServiceAuth, {aud: toDid, lxm}).catch((error: unknown) => {
    if (!(error instanceof UpstreamError) || isPassing(error)) throw error
    const mend = 'An app password is not enough to move an account: log in with its own.'
    throw new Failed(error.error, `${error.message} ${mend}`)
  })
  const wanted = {did, handle: handle as never, email, password, inviteCode: invite}
  const headers = {authorization: `Bearer ${token}`}
  const made = await stranger.procedure(createAccount, wanted, {headers}).catch(async (error: unknown) => {
    if (!(error instanceof UpstreamError)) throw error
    // It may be there already: made by a run that was interrupted, or left at rest by a move away.
    const found = await stranger.procedure(createSession, {identifier: did, password}).catch(() => undefined)
    if (found?.did !== did) throw error
    if (found.active !== false) throw new Failed('active', `${did} is active at ${to} already.`)
    return found
  })
  const {accessJwt, refreshJwt} = made
  if (made.did !== did) throw new Failed('wrong-did', `${to} made ${made.did}, not ${did}.`)
  return {
    did,
    handle: made.handle,
    service: to,
    pds: undefined,
    accessJwt,
    refreshJwt,
    email,
    active: false,
    status: 'deactivated',
  }
}

async function blobs(
  ends: Ends,
  state: MoveState,
  {parallel, leaveBlobs, shown}: MoveOptions,
  shell: Shell,
): Promise<string> {
  const {expectedBlobs, importedBlobs} = await ends.fresh.query(checkAccountStatus)
  const {moved, lost} = await copyBlobs(ends, state, parallel, expectedBlobs - importedBlobs, shell, shown)
  state.lostBlobs = lost.length > 0 ? lost : undefined
  if (lost.length > 0 && !leaveBlobs) {
    const which = `${lost.length} of them, such as ${lost[0]}`
    throw new Failed(
      'lost-blobs',
      `${state.from} does not give all blobs that the records refer to: ${which}, are missing there. ` +
        'Run the command again to ask once more, or with --leave-blobs to go on without them.',
    )
  }
  return `${grouped(moved)} blobs${lost.length > 0 ? `, ${lost.length} that are lost at the old server left behind` : ''}`
}

async function preferences({old, fresh}: Ends): Promise<string> {
  try {
    const {preferences} = await old.query(getPreferences)
    await fresh.procedure(putPreferences, {preferences})
    return `${preferences.length} preferences`
  } catch (error) {
    // A server that knows no such thing keeps none, and one that has taken the account down gives none.
    if (!(error instanceof UpstreamError)) throw error
    if (error.status === 404 || error.status === 501) return 'none are kept there'
    if (error.error === 'AccountTakedown') return 'the old server does not give them'
    throw error
  }
}

/** What was written at the old server since the last copy. */
async function catchUp(ends: Ends, state: MoveState, options: MoveOptions, shell: Shell): Promise<void> {
  const isNew = await catchUpRepo(ends, state, shell, options.shown)
  keepState(shell.io.env, state)
  if (isNew) await blobs(ends, state, options, shell)
  await preferences(ends)
}

/** Whether all is there, before the old server is left. Throws `Failed`. */
async function compare(
  {fresh}: Ends,
  {did, repo, lostBlobs = []}: MoveState,
  {leaveBlobs}: MoveOptions,
): Promise<void> {
  const there = await fresh.query(checkAccountStatus)
  const faults: string[] = []
  if (repo?.recordCount !== undefined && there.indexedRecords !== repo.recordCount) {
    faults.push(`${there.indexedRecords} records of ${repo.recordCount}`)
  }
  const root = await dataRoot(fresh, did)
  if (repo && root !== undefined && root !== repo.data) faults.push(`the tree ${root} in place of ${repo.data}`)
  const missing = there.expectedBlobs - there.importedBlobs - (leaveBlobs ? lostBlobs.length : 0)
  if (missing > 0) faults.push(`${missing} blobs too few`)
  if (faults.length === 0) return
  const what = `The new server has ${faults.join(', and ')}.`
  throw new Failed('incomplete', `${what} Run the command with --again to copy once more.`, exitCodes.bad)
}
