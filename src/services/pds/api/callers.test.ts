/** Who may call what: by kind of caller, by what a session may do, and by how its account stands. */
import {deepEqual, equal, ok, rejects, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {XrpcError} from '#xrpc/errors.ts'
import {accountOf, did, otherDid} from '../../../../test/pds-endpoints.ts'
import type {AccessScope, Tokens} from '../accounts/tokens.ts'
import type {ClientCaller} from '../permissions/asker.ts'
import {Refusal} from '../refusal.ts'
import type {Account} from '../store/accounts/account-store.ts'
import type {Admins} from './admins.ts'
import {authenticators, type Callers, ownRepo, recheck} from './callers.ts'

const nsid = 'com.example.method'
const request = (authorization = 'Bearer token'): Request =>
  new Request('http://localhost/', {headers: authorization === '' ? {} : {authorization}})

interface Given {
  scope?: AccessScope
  account?: Account
  /** Whose token of a service the call has. */
  delegate?: typeof did
  isModerator?: boolean
  isAdmin?: boolean
  noted?: string[]
  /** Of the app, where one calls. */
  clientScope?: string
}

function kinds({
  scope = 'com.atproto.access',
  account,
  delegate,
  isModerator = false,
  isAdmin = false,
  noted = [],
  clientScope = 'atproto',
}: Given) {
  return authenticators(
    {
      async verifyAccess(token: string) {
        if (token !== 'token') throw new Refusal('bad-token', 'No.')
        return {did, scope, epoch: 0}
      },
    } as unknown as Tokens,
    {byDid: async () => account},
    {
      takeCall: async (who, method) => void noted.push(`${who} ${method}`),
      takeAdmin: async () => ({right: async () => void noted.push('right')}),
    },
    {
      demand() {
        if (!isAdmin) throw new XrpcError('AuthenticationRequired', 'No.')
      },
      isModerator: async () => isModerator,
    } as unknown as Admins,
    {owner: async () => delegate},
    {verifyDpop: async () => ({did, clientId: 'client', tokenId: 'token', scope: clientScope})},
  )
}

/** What each kind of caller is answered. */
const sessionKinds = ['anyone', 'session', 'delegate', 'full', 'leaver'] as const
async function outcomes(given: Given): Promise<Record<string, string>> {
  const auth = kinds(given)
  const found: Record<string, string> = {}
  for (const kind of sessionKinds) {
    found[kind] = await auth[kind](request(), nsid).then(
      caller => ((caller as {did: string}).did === did ? 'in' : 'another'),
      (error: XrpcError) => `${error.error} ${error.status}`,
    )
  }
  return found
}

const all = (outcome: string) => Object.fromEntries(sessionKinds.map(kind => [kind, outcome]))
const tooLittle = 'InvalidToken 400'
const down = 'AccountTakedown 401'
const rows: [what: string, given: Given, expected: Record<string, string>][] = [
  ['a login by the account password', {account: accountOf()}, all('in')],
  [
    'an app password',
    {account: accountOf(), scope: 'com.atproto.appPass'},
    {...all('in'), full: tooLittle, leaver: tooLittle},
  ],
  [
    'a privileged app password',
    {account: accountOf(), scope: 'com.atproto.appPassPrivileged'},
    {...all('in'), full: tooLittle, leaver: tooLittle},
  ],
  [
    'the owner of an account that was taken down, who logs in to leave',
    {account: accountOf({takedownRef: 'why'}), scope: 'com.atproto.takendown'},
    {anyone: 'in', session: down, delegate: down, full: down, leaver: 'in'},
  ],
  ['a session from before its account was taken down', {account: accountOf({takedownRef: 'why'})}, all(down)],
  ['a session that was ended, by a new password say', {account: accountOf({sessionEpoch: 1})}, all('ExpiredToken 400')],
  ['a session of an account that is deactivated', {account: accountOf({deactivatedMs: 1})}, all('in')],
  ['a session of an account that is gone', {}, all('AccountNotFound 403')],
]
for (const [what, given, expected] of rows) {
  test(`${what} may do what it should`, async () => deepEqual(await outcomes(given), expected))
}

test('a call without a token, or with a wrong one, is nobody’s', async () => {
  const auth = kinds({account: accountOf()})
  for (const kind of [...sessionKinds, 'refresh'] as const) {
    await rejects(auth[kind](request(''), nsid), {error: 'AuthMissing', status: 401}, kind)
  }
  for (const kind of sessionKinds) await rejects(auth[kind](request('Bearer other'), nsid), {reason: 'bad-token'}, kind)
  deepEqual(await auth.refresh(request('Bearer any'), nsid), {token: 'any'})
})

test('a service with a token of the account calls in its name, unless it was taken down', async () => {
  const noted: string[] = []
  const delegate = otherDid
  deepEqual(await kinds({account: accountOf(), delegate, noted}).delegate(request(''), nsid), {did: otherDid})
  deepEqual(noted, [`${otherDid} ${nsid}`])
  const takendown = kinds({account: accountOf({takedownRef: 'why'}), delegate})
  await rejects(takendown.delegate(request(''), nsid), {error: 'AccountTakedown'})
})

/** What a call that was let in is told when it is looked at again. */
async function again(authorization: string, sessionEpoch: number, isGranted: boolean): Promise<unknown> {
  const asked = request(authorization)
  await kinds({account: accountOf()}).anyoneOrClient(asked, nsid)
  const check = recheck(
    {byDid: async () => accountOf({sessionEpoch})},
    async ({tokenId}) => isGranted && tokenId === 'token',
  )
  return check(asked).catch(({error}: XrpcError) => error)
}

test('a call is looked at again, whether what it came with has ended', async () => {
  equal(await again('Bearer token', 0, false), undefined)
  equal(await again('Bearer token', 1, true), 'ExpiredToken')
  equal(await again('DPoP token', 0, true), undefined)
  equal(
    await again('DPoP token', 1, true),
    'ExpiredToken',
    'where grants are kept elsewhere the account’s end is known here',
  )
  equal(await again('DPoP token', 0, false), 'ExpiredToken')
})

const clientKinds = ['anyone', 'session', 'delegate', 'full', 'leaver'] as const
test('an app passes by the kinds that are for apps, to be asked what for, and by no other', async () => {
  const auth = kinds({account: accountOf(), clientScope: 'atproto repo:com.example.note'})
  for (const kind of [...clientKinds, 'refresh'] as const) {
    await rejects(auth[kind](request('DPoP token'), nsid), {error: 'Forbidden', status: 403}, kind)
  }
  for (const kind of clientKinds) {
    // One that has left its token out learns as an app what is missing.
    ok(!('did' in (await auth[`${kind}OrClient`](request('DPoP'), nsid))))
    const asker = await auth[`${kind}OrClient`](request('dpop token'), nsid)
    equal('did' in asker, false)
    const {clientId, tokenId, scope} = asker.for('nothing') as ClientCaller
    deepEqual([clientId, tokenId, scope], ['client', 'token', 'oauth'])
    throws(() => asker.for({resource: 'identity', attr: '*'}), {reason: 'scope-missing'})
  }
})

test('a session passes by the kinds that are for apps as by its own, and may do all that those may', async () => {
  const password = kinds({account: accountOf()})
  for (const kind of clientKinds) {
    const asker = await password[`${kind}OrClient`](request(), nsid)
    equal(asker.for({resource: 'identity', attr: '*'}, {resource: 'blob', mime: 'image/png'}).did, did, kind)
  }
  const appPassword = kinds({account: accountOf(), scope: 'com.atproto.appPass'})
  for (const kind of ['fullOrClient', 'leaverOrClient'] as const) {
    await rejects(appPassword[kind](request(), nsid), {error: 'InvalidToken'}, kind)
  }
})

test('an app is counted for its account, and none of an account that is gone or was taken down', async () => {
  const noted: string[] = []
  const call = (given: Given) => kinds({...given, noted}).anyoneOrClient(request('DPoP token'), nsid)
  await call({account: accountOf()})
  deepEqual(noted, [`${did} ${nsid}`])
  await rejects(call({}), {error: 'AccountNotFound'})
  await rejects(call({account: accountOf({takedownRef: 'why'})}), {error: 'AccountTakedown'})
  await rejects(call({account: accountOf(), clientScope: 'repo:*'}), {reason: 'bad-token'})
  await rejects(call({account: accountOf(), clientScope: 'x'.repeat(20_000)}), {reason: 'bad-token'})
})

test('a call is counted for its account, and none for an account that is gone', async () => {
  const noted: string[] = []
  await kinds({account: accountOf(), noted}).session(request(), nsid)
  await rejects(kinds({noted}).session(request(), nsid))
  deepEqual(noted, [`${did} ${nsid}`])
})

test('what is for admins is not for moderators, and a right password is no guess', async () => {
  const noted: string[] = []
  const auth = (given: Given): ReturnType<typeof authenticators> => kinds({...given, noted})
  await auth({isAdmin: true}).admin(request(), nsid)
  await auth({isAdmin: true}).moderator(request(), nsid)
  equal(noted.length, 2)
  await auth({isModerator: true}).moderator(request(), nsid)
  for (const kind of ['admin', 'moderator'] as const) {
    await rejects(auth({})[kind](request(), nsid), {error: 'AuthenticationRequired'})
  }
  await rejects(auth({isModerator: true}).admin(request(), nsid), {error: 'AuthenticationRequired'})
  equal(noted.length, 2)
})

test('what everybody may read is asked for by nobody, by an account, or by the admin', async () => {
  const auth = kinds({account: accountOf(), isAdmin: true})
  equal(await auth.visitor(request(''), nsid), undefined)
  deepEqual(await auth.visitor(request(), nsid), {did, scope: 'com.atproto.access'})
  equal(await auth.visitor(request('Basic YWRtaW46eA=='), nsid), 'admin')
  // Who shows what is not good is told so, and is not taken for nobody.
  await rejects(auth.visitor(request('Bearer other'), nsid), {reason: 'bad-token'})
  await rejects(kinds({}).visitor(request('Basic YWRtaW46eA=='), nsid), {error: 'AuthenticationRequired'})
  await rejects(auth.visitor(request('Digest x'), nsid), {error: 'InvalidToken', status: 400})
  const leaving = {account: accountOf({takedownRef: 'why'}), scope: 'com.atproto.takendown'} as const
  deepEqual(await kinds(leaving).visitor(request(), nsid), {did, scope: 'com.atproto.takendown'})
})

test('preferences are read by their owner, and by a token of the moderation service', async () => {
  const ofService = request(`Bearer e30.${btoa(JSON.stringify({lxm: nsid}))}.x`)
  equal(await kinds({isModerator: true}).overseer(ofService, nsid), undefined)
  await rejects(kinds({account: accountOf()}).overseer(ofService, nsid), {reason: 'bad-token'})
  // A session is none of it, whoever the moderators are.
  const caller = await kinds({account: accountOf(), isModerator: true}).overseer(request(), nsid)
  deepEqual(caller?.for('nothing'), {did, scope: 'com.atproto.access'})
})

const find = (account: Account | undefined) => ({find: async () => account})

test('a repository is written to by its owner alone, whichever name it is called by', async () => {
  const caller: Callers['session'] = {did, scope: 'com.atproto.access'}
  equal(await ownRepo(find(accountOf()), 'alice.test', caller), did)
  await rejects(ownRepo(find(undefined), did, caller), {error: 'InvalidRequest'})
  await rejects(ownRepo(find(accountOf({did: otherDid})), otherDid, caller), {error: 'AuthenticationRequired'})
  await rejects(ownRepo(find(accountOf({deactivatedMs: 1})), did, caller), {error: 'AccountDeactivated', status: 401})
})
