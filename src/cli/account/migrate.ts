/** `account migrate`: an account with all it has to another server, step by step, from wherever it was interrupted. */
import {getSession} from '#lex/gen/com/atproto/server/getSession.ts'
import {resolveHandle} from '#lex/gen/com/atproto/identity/resolveHandle.ts'
import {describeServer} from '#lex/gen/com/atproto/server/describeServer.ts'
import {parseDidKey} from '#atp/crypto/key.ts'
import {isDid} from '#atp/syntax/did.ts'
import {parseHandle} from '#atp/syntax/handle.ts'
import {PasswordSession} from '#sdk/session.ts'
import {UpstreamError} from '#xrpc/errors.ts'
import {command, flag, maybe, one, webUrl, wholeNumber} from '../shell/command.ts'
import {exitCodes, type ExitCode, Failed, UsageError} from '../shell/exit.ts'
import {accountName, findHome, identitiesOf, type Network, networkOf, networkOption, strangerAt} from '../network.ts'
import {passwordOption, readPassword} from '../shell/password.ts'
import {progressOption} from '../shell/progress.ts'
import type {Shell} from '../shell/shell.ts'
import {readKeyFile} from '../secret-key.ts'
import {move} from './migration/move.ts'
import {forgetState, keepState, type MoveState, readState, statePath, steps, stepWords} from './migration/state.ts'
import {keepSession, keptFor, type KeptSession, readSessions, sessionOptions} from './sessions.ts'

const parallelDefault = 4
const parallelMax = 16

export const migrate = command({
  about: `
Moves an account to another PDS with its records, blobs, preferences and identity, and
keeps its DID and followers. It may be interrupted at any moment: the same command goes
on where it was. Nothing is taken away from the old server but that, in the end, the
account rests there; until then it can be used as ever.

It takes the account's own password, not an app password. Before the identity is moved,
the old server mails a code, and the command ends there with exit code 4; whoever has
a rotation key needs none. Of a did:web you change the document yourself: you are told
how (exit code 4 again), and it is looked at.`,
  arguments: {account: one('account', 'whose: a handle or DID', accountName)},
  options: {
    to: maybe('url', 'the new PDS; asked for at the first run only', originUrl),
    handle: maybe('handle', 'what it is called there; by default as now, as far as domains allow', parseHandle),
    email: maybe('address', 'where the new server can write to; by default as now'),
    invite: maybe('code', 'the invite code, where the new server asks for one'),
    code: maybe('code', 'the code from the mail of the old server'),
    rotationKey: maybe('file', 'a rotation key of your own to sign with: no code is needed'),
    recoveryKey: maybe('did:key', 'a rotation key to put before those of the server', text => {
      parseDidKey(text)
      return text
    }),
    from: maybe('url', 'the old PDS, where the document names it no longer', originUrl),
    passwordFile: passwordOption,
    newPasswordFile: maybe('file', 'as above, for the new server; otherwise WHOLESKY_NEW_PASSWORD, or you are asked'),
    parallel: maybe('count', `blobs copied at a time; ${parallelDefault} by default`, wholeNumber(1)),
    leaveBlobs: flag('go on without blobs that the old server no longer has'),
    again: flag('copy records and blobs once more'),
    status: flag('only show how far it is'),
    forget: flag('only forget how far it is, for another move in its place'),
    progress: progressOption,
    network: networkOption,
  },
  examples: [
    'wholesky account migrate alice.test --to http://localhost:3583',
    'wholesky account migrate alice.bsky.social --to https://pds.example.com --invite CODE --network public',
    'wholesky account migrate alice.bsky.social --code ABCDE-FGHIJ --network public',
  ],
  async run({account, network: given, ...options}, shell) {
    const {env} = shell.io
    const known = keptFor(env, account, {service: options.from, network: given})
    const network = networkOf(given ?? known?.network, env)
    const did = isDid(account) ? account : (known?.did ?? (await didOf(account, options.from, network, shell)))
    const kept = readState(env, did)
    if (options.forget) {
      forgetState(env, did)
      await shell.answer({ok: true, did, forgotten: kept !== undefined}, `${shell.mark(true)} forgotten`)
      return exitCodes.ok
    }
    if (options.status) return tell(kept, did, shell)
    if (kept && options.to !== undefined && options.to !== kept.to) {
      throw new Failed('under-way', `A move to ${kept.to} is under way: finish it, or --forget it.`)
    }
    if (kept && steps.every(step => kept.done.includes(step))) return end(kept, shell)
    const begun = kept && revised(kept, options, shell)
    const oldSession = await sessionOf(did, network, options, shell)
    const state = begun ?? (await begin(did, network, oldSession, options, shell))
    if (options.again) state.done = state.done.filter(step => step === 'account')
    const {parallel = parallelDefault, newPasswordFile} = options
    const how = {
      network,
      ...options,
      rotationKey: options.rotationKey === undefined ? undefined : readKeyFile(options.rotationKey),
      parallel: Math.min(parallel, parallelMax),
      shown: options.progress,
      newPassword: () =>
        readPassword(newPasswordFile, `${state.handle} at ${state.to}`, shell, {
          variable: 'WHOLESKY_NEW_PASSWORD',
          option: '--new-password-file',
        }),
    }
    await move(state, oldSession, how, shell, (step, detail) =>
      shell.live({ok: true, did, step, detail}, `${shell.mark(true)} ${step.padEnd(stepWidth)}  ${detail}`),
    )
    await oldSession.end()
    return end(state, shell)
  },
})

const stepWidth = Math.max(...steps.map(step => step.length))

/** A reader for the origin of a server. */
function originUrl(text: string): string {
  return new URL(webUrl(text)).origin
}

/** By the server that it is to leave, where that is named, for nobody else need know the handle; else by the network. */
async function didOf(
  handle: string,
  from: string | undefined,
  network: Network,
  shell: Shell,
): Promise<MoveState['did']> {
  const {world} = shell.io
  if (from === undefined) return (await findHome(handle, network, world)).identity.did
  return (await strangerAt(from, world).query(resolveHandle, {handle})).did
}

interface Given {
  to: string | undefined
  from: string | undefined
  handle: string | undefined
  email: string | undefined
  passwordFile: string | undefined
}

/** A session at the old server: the one that is kept, or a new one, which then is. */
async function sessionOf(
  did: MoveState['did'],
  network: Network,
  {from, passwordFile}: Given,
  shell: Shell,
): Promise<PasswordSession> {
  const {env, world} = shell.io
  const kept = readSessions(env).find(session => session.did === did)
  if (kept && (from === undefined || from === (kept.pds ?? kept.service))) {
    return new PasswordSession(kept, sessionOptions(shell, kept.network, kept))
  }
  const service = readState(env, did)?.from ?? from ?? (await findHome(did, network, world)).pds
  const password = await readPassword(passwordFile, `${did} at ${service}`, shell)
  try {
    // Whoever was taken down may leave, too.
    const login = {service, identifier: did, password, allowTakendown: true}
    return await PasswordSession.create(login, sessionOptions(shell, network.name))
  } catch (error) {
    if (!(error instanceof UpstreamError) || error.error !== 'AuthFactorTokenRequired') throw error
    const login = `wholesky account login ${did} --code <code>, and then this command again`
    throw new Failed(error.error, `${error.message} Log in with it first: ${login}.`)
  }
}

/** What is to be done, looked at as far as it can be before anything is. */
async function begin(
  did: MoveState['did'],
  network: Network,
  oldSession: PasswordSession,
  {to, from: given, handle: wish, email}: Given,
  shell: Shell,
): Promise<MoveState> {
  const {world, env} = shell.io
  if (to === undefined) throw new UsageError(`No move of ${did} is under way: --to <url> says where to begin one`)
  const found = await identitiesOf(network, world).account(did, {maxAgeMs: 0})
  if (!found.ok) throw new Failed(found.reason, found.detail, found.passing ? exitCodes.unreadable : exitCodes.bad)
  const from = given ?? found.value.pds
  if (from === undefined) throw new Failed('no-pds', `The document of ${did} names no PDS: say where it is by --from.`)
  if (from === to) {
    throw new Failed('already-there', `The document of ${did} leads to ${to} already; --from names the old PDS, if so.`)
  }
  const {state: session} = oldSession
  // Handles may be given out where people log in, which need not be where the account is.
  const homes = [...new Set([from, session.service])]
  const [after, ...before] = await Promise.all(
    [to, ...homes].map(service => strangerAt(service, world).query(describeServer)),
  )
  const isOurs = (...servers: readonly (typeof after)[]): boolean =>
    servers.some(({availableUserDomains}) => availableUserDomains.some(domain => session.handle.endsWith(domain)))
  // A name under the old server's domain ends there; one of the owner's own goes along.
  const isUnder = (domain: string): boolean =>
    session.handle.endsWith(domain) && !session.handle.slice(0, -domain.length).includes('.')
  const isFit = !isOurs(...before, after) || after.availableUserDomains.some(isUnder)
  const handle = wish ?? (isFit ? session.handle : renamed(session.handle, after.availableUserDomains, to))
  const state: MoveState = {
    did,
    network: network.name,
    startedMs: world.now(),
    from,
    to,
    toDid: after.did,
    handle,
    // A session that was made together with its account does not say.
    email: email ?? session.email ?? (await oldSession.client.query(getSession)).email,
    done: [],
  }
  keepState(env, state)
  const how = `  ${shell.paint('dim', 'what is done is kept in')} ${statePath(env, did)}`
  await shell.remark(`Moving ${session.handle} from ${from} to ${to}, where it is ${handle}.\n${how}`)
  return state
}

/**
 * A move under way with what is said of it now: the name and the address can be others until the account is made. Throws
 * `Failed` when it is too late. The same command goes on, so what it said before may be said again.
 */
function revised(kept: MoveState, {from, handle = kept.handle, email = kept.email}: Given, shell: Shell): MoveState {
  if (from !== undefined && from !== kept.from) {
    throw new Failed('under-way', `A move from ${kept.from} is under way: finish it, or --forget it.`)
  }
  if (handle === kept.handle && email === kept.email) return kept
  if (kept.session) {
    const option = handle === kept.handle ? '--email' : '--handle'
    const mend = 'change that there when the move is done.'
    throw new Failed('under-way', `${option} comes too late: the account is made at ${kept.to} already; ${mend}`)
  }
  const state = {...kept, handle, email}
  keepState(shell.io.env, state)
  return state
}

/** A name at another server: one label, under the first domain that it gives. Throws `UsageError` when it gives none. */
function renamed(handle: string, [domain]: readonly string[], to: string): string {
  if (domain === undefined) {
    throw new UsageError(`${handle} cannot go along, and ${to} gives no names: --handle says which of your own it has`)
  }
  return `${handle.split('.', 1)[0]}${domain}`
}

/** All is done: the session here is at the new server from now on. */
async function end(state: MoveState, shell: Shell): Promise<ExitCode> {
  const {env} = shell.io
  const {did, session, network, handle, to: server} = state
  if (session) {
    const kept: KeptSession = {...session, network, pds: server, active: true, status: undefined}
    keepSession(env, did, kept, true)
  }
  forgetState(env, did)
  await shell.live(
    {ok: true, did, handle, server},
    `${shell.mark(true)} ${shell.paint('bold', handle)} has moved\n${shell.fields({did, server})}`,
  )
  return exitCodes.ok
}

async function tell(state: MoveState | undefined, did: string, shell: Shell): Promise<ExitCode> {
  if (!state) {
    await shell.answer({ok: true, did, underWay: false}, `No move of ${did} is under way.`)
    return exitCodes.ok
  }
  const {from, to, handle, done} = state
  const next = steps.find(step => !done.includes(step))
  const lines = steps.map(step => {
    const mark = done.includes(step) ? shell.mark(true) : step === next ? '→' : ' '
    return `${mark} ${step.padEnd(stepWidth)}  ${stepWords[step]}`
  })
  await shell.answer(
    {ok: true, did, underWay: true, from, to, handle, done, next},
    `${lines.join('\n')}\n${shell.fields({did, from, to, handle})}`,
  )
  return exitCodes.ok
}
