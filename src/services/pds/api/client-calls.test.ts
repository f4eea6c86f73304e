/**
 * What an app may call by OAuth: one row for each method, so that none is added without saying so. Each call goes through
 * the router and the real checks, with a token of exactly the scopes that the row names, and then of all of them but one.
 */
import {deepEqual, equal, ok} from 'node:assert/strict'
import {suite, test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import type {Nsid} from '#atp/syntax/nsid.ts'
import {Router} from '#xrpc/router.ts'
import {XrpcError} from '#xrpc/errors.ts'
import {accountOf, did} from '../../../../test/pds-endpoints.ts'
import {mediaTypeOf} from '#std/wire/media-type.ts'
import {Blobs} from '../blobs/blobs.ts'
import {Proxy as ServiceProxy} from '../proxy/proxy.ts'
import {ServiceTable} from '../proxy/service-table.ts'
import {authenticators, type Callers} from './callers.ts'
import {xrpcErrorOf} from './errors.ts'
import {pdsEndpoints, type PdsParts} from './index.ts'

const other = 'did:web:other.example.com'
const viewDid = 'did:web:view.example.com' as Did
const view = `aud=${viewDid}%23bsky_appview`

/** `anyone`: no login needed. `no`: refused. Else the scopes that are needed, beside `atproto`. */
interface Call {
  scopes: readonly string[]
  params?: Readonly<Record<string, string>>
  input?: object | Uint8Array<ArrayBuffer>
  encoding?: string
  headers?: Readonly<Record<string, string>>
}
type Row = 'anyone' | 'no' | 'admins' | Call

const record = {repo: did, collection: 'com.example.note', rkey: 'a', record: {}}
const write = (action: string, collection: string) => ({
  $type: `com.atproto.repo.applyWrites#${action}`,
  collection,
  rkey: 'a',
  value: {},
})
const none: Call = {scopes: []}
const identity = ['identity:*']
const manageEmail = ['account:email?action=manage']

const rows: Readonly<Record<string, Row>> = {
  'app.bsky.actor.getPreferences': {scopes: [`rpc:app.bsky.actor.getPreferences?${view}`]},
  'app.bsky.actor.putPreferences': {
    scopes: [`rpc:app.bsky.actor.putPreferences?${view}`],
    input: {preferences: []},
  },
  'app.bsky.notification.registerPush': {
    scopes: [`rpc:app.bsky.notification.registerPush?aud=${other}%23bsky_notif`],
    input: {serviceDid: other, token: 'x', platform: 'ios', appId: 'x'},
  },
  'app.bsky.notification.unregisterPush': {
    scopes: [`rpc:app.bsky.notification.unregisterPush?aud=${other}%23bsky_notif`],
    input: {serviceDid: other, token: 'x', platform: 'ios', appId: 'x'},
  },
  'com.atproto.admin.deleteAccount': 'admins',
  'com.atproto.admin.disableAccountInvites': 'admins',
  'com.atproto.admin.disableInviteCodes': 'admins',
  'com.atproto.admin.enableAccountInvites': 'admins',
  'com.atproto.admin.getAccountInfo': 'admins',
  'com.atproto.admin.getAccountInfos': 'admins',
  'com.atproto.admin.getInviteCodes': 'admins',
  'com.atproto.admin.getSubjectStatus': 'admins',
  'com.atproto.admin.searchAccounts': 'admins',
  'com.atproto.admin.sendEmail': 'admins',
  'com.atproto.admin.updateAccountEmail': 'admins',
  'com.atproto.admin.updateAccountHandle': 'admins',
  'com.atproto.admin.updateAccountPassword': 'admins',
  'com.atproto.admin.updateAccountSigningKey': 'admins',
  'com.atproto.admin.updateSubjectStatus': 'admins',
  'com.atproto.identity.getRecommendedDidCredentials': none,
  'com.atproto.identity.refreshIdentity': {scopes: [], input: {identifier: other}},
  'com.atproto.identity.requestPlcOperationSignature': {scopes: identity},
  'com.atproto.identity.resolveDid': 'anyone',
  'com.atproto.identity.resolveHandle': 'anyone',
  'com.atproto.identity.resolveIdentity': 'anyone',
  'com.atproto.identity.signPlcOperation': {scopes: identity, input: {token: 'x'}},
  'com.atproto.identity.submitPlcOperation': {scopes: identity, input: {operation: {}}},
  'com.atproto.identity.updateHandle': {scopes: ['identity:handle'], input: {handle: 'new.test'}},
  'com.atproto.lexicon.resolveLexicon': 'anyone',
  'com.atproto.repo.applyWrites': {
    scopes: [
      'repo:com.example.a?action=create',
      'repo:com.example.b?action=update',
      'repo:com.example.c?action=delete',
      'repo:com.example.d?action=create',
    ],
    input: {
      repo: did,
      writes: [
        write('create', 'com.example.a'),
        write('update', 'com.example.b'),
        write('delete', 'com.example.c'),
        write('create', 'com.example.d'),
      ],
    },
  },
  'com.atproto.repo.createRecord': {scopes: ['repo:com.example.note?action=create'], input: record},
  'com.atproto.repo.deleteRecord': {scopes: ['repo:com.example.note?action=delete'], input: record},
  'com.atproto.repo.describeRepo': 'anyone',
  'com.atproto.repo.getRecord': 'anyone',
  'com.atproto.repo.importRepo': {
    scopes: ['account:repo?action=manage'],
    input: Uint8Array.of(1),
    encoding: 'application/vnd.ipld.car',
  },
  'com.atproto.repo.listMissingBlobs': none,
  'com.atproto.repo.listRecords': 'anyone',
  'com.atproto.repo.putRecord': {
    scopes: ['repo:com.example.note?action=create', 'repo:com.example.note?action=update'],
    input: record,
  },
  'com.atproto.repo.uploadBlob': {scopes: ['blob:image/png'], input: Uint8Array.of(1), encoding: 'image/png'},
  'com.atproto.server.activateAccount': 'no',
  'com.atproto.server.checkAccountStatus': none,
  'com.atproto.server.confirmEmail': {scopes: manageEmail, input: {email: 'a@example.com', token: 'x'}},
  'com.atproto.server.createAccount': 'anyone',
  'com.atproto.server.createAppPassword': 'no',
  'com.atproto.server.createInviteCode': 'admins',
  'com.atproto.server.createInviteCodes': 'admins',
  'com.atproto.server.createSession': 'anyone',
  'com.atproto.server.deactivateAccount': 'no',
  'com.atproto.server.deleteAccount': 'anyone',
  'com.atproto.server.deleteSession': 'no',
  'com.atproto.server.describeServer': 'anyone',
  'com.atproto.server.getAccountInviteCodes': 'no',
  'com.atproto.server.getServiceAuth': {
    scopes: [`rpc:com.example.get?aud=${other}%23svc`],
    params: {aud: `${other}#svc`, lxm: 'com.example.get'},
  },
  'com.atproto.server.getSession': none,
  'com.atproto.server.listAppPasswords': 'no',
  'com.atproto.server.refreshSession': 'no',
  'com.atproto.server.requestAccountDelete': 'no',
  'com.atproto.server.requestEmailConfirmation': {scopes: manageEmail},
  'com.atproto.server.requestEmailUpdate': 'no',
  'com.atproto.server.requestPasswordReset': 'anyone',
  'com.atproto.server.reserveSigningKey': 'anyone',
  'com.atproto.server.resetPassword': 'anyone',
  'com.atproto.server.revokeAppPassword': 'no',
  'com.atproto.server.updateEmail': 'no',
  'com.atproto.sync.getBlob': 'anyone',
  'com.atproto.sync.getBlocks': 'anyone',
  'com.atproto.sync.getCheckout': 'anyone',
  'com.atproto.sync.getHead': 'anyone',
  'com.atproto.sync.getLatestCommit': 'anyone',
  'com.atproto.sync.getRecord': 'anyone',
  'com.atproto.sync.getRepo': 'anyone',
  'com.atproto.sync.getRepoStatus': 'anyone',
  'com.atproto.sync.listBlobs': 'anyone',
  'com.atproto.sync.listRepos': 'anyone',
  'com.atproto.sync.subscribeRepos': 'anyone',
  'com.atproto.temp.addReservedHandle': 'admins',
  'com.atproto.temp.revokeAccountCredentials': 'admins',
  'com.atproto.temp.checkHandleAvailability': 'anyone',
  'com.atproto.temp.checkSignupQueue': 'no',
}

/** What is behind the endpoints: whoever comes so far has passed. */
const reached = new XrpcError('Reached', 'The check was passed.', {status: 418})
const part: object = new Proxy({}, {get: () => () => Promise.reject(reached)})
const services = new ServiceTable({
  appView: {did: viewDid, url: 'https://view.example.com'},
  rows: ['did:web:alias.example.com#bsky_appview https://view.example.com did:web:view.example.com'],
  moderation: undefined,
  reports: `${other}#atproto_labeler`,
})

function routerOf(scope: string, account = accountOf()): Router<Callers> {
  const auth = authenticators(
    part as never,
    {byDid: async () => account},
    {takeCall: async () => {}, takeAdmin: async () => ({right: async () => {}})},
    {
      demand() {
        throw new XrpcError('AuthenticationRequired', 'No.')
      },
      isModerator: async () => false,
    } as never,
    {owner: async () => undefined},
    {verifyDpop: async () => ({did, clientId: 'https://app.example.com/', tokenId: 'tok', scope})},
  )
  const proxy = new ServiceProxy({
    session: auth.sessionOrClient,
    anyone: auth.anyoneOrClient,
    services,
    tokens: part,
    identities: part,
    world: {now: () => 0},
  } as never)
  const accounts = new Proxy(
    {find: async () => accountOf()},
    {get: (own, name) => Reflect.get(own, name) ?? Reflect.get(part, name)},
  )
  const given: Readonly<Record<string, unknown>> = {
    proxy,
    world: {now: () => 0},
    importSizeMax: 9,
    blobSizeMax: 9,
    accounts,
  }
  const parts = new Proxy({}, {get: (_, name: string) => given[name] ?? part})
  return new Router({
    endpoints: pdsEndpoints(parts as PdsParts),
    auth,
    errorOf: xrpcErrorOf,
    otherwise: (request, nsid) => proxy.fetch(request, nsid),
  })
}

interface Refused {
  status: number
  error?: string
  message?: string
}

async function outcome(
  nsid: string,
  {params, input, encoding, headers}: Partial<Call>,
  scope: string,
  account = accountOf(),
) {
  const type = encoding ?? (input === undefined ? undefined : 'application/json')
  const isPost = pdsEndpoints(part as PdsParts).some(
    ({lexicon}) => lexicon.nsid === nsid && lexicon.type === 'procedure',
  )
  const request = new Request(`http://localhost/xrpc/${nsid}?${new URLSearchParams(params).toString()}`, {
    method: isPost || input !== undefined ? 'POST' : 'GET',
    headers: {authorization: 'DPoP token', ...(type !== undefined && {'content-type': type}), ...headers},
    body: input instanceof Uint8Array ? input : input && JSON.stringify(input),
  })
  const response = await routerOf(scope, account).fetch(request)
  const text = await response.text()
  return {status: response.status, ...(text === '' ? {} : (JSON.parse(text) as object))} as Refused
}

const passed = {status: 418, error: 'Reached'}
const isPassed = ({status, error}: Refused, scopes: string): void => deepEqual({status, error}, passed, scopes)
const isMissing = (found: Refused, scope: string): void =>
  deepEqual(found, {status: 403, error: 'ScopeMissingError', message: `Missing required scope "${scope}"`})

const endpoints = pdsEndpoints(part as PdsParts)
test('what OAuth may call: each method has a row, and each row a method', () => {
  deepEqual(endpoints.map(({lexicon}) => lexicon.nsid).toSorted(), Object.keys(rows).toSorted())
})

/** Every scope of which none is any use to the method, and much of what it needs in another way. */
const others = 'atproto transition:email account:status repo:com.example.other rpc:com.example.other?aud=*'

suite('an app at an endpoint', () => {
  for (const {auth, lexicon} of endpoints) {
    const {nsid} = lexicon
    const row = rows[nsid]
    test(nsid, async () => {
      if (row === 'anyone') return ok(auth === 'none' || auth === 'visitor')
      if (row === 'admins') return ok(auth === 'admin' || auth === 'moderator')
      if (row === 'no') {
        const isInputless = !('input' in lexicon && lexicon.input)
        const found = await outcome(nsid, isInputless ? {} : {input: {}}, 'atproto transition:generic identity:*')
        const message = 'OAuth credentials are not supported for this endpoint'
        return deepEqual(found, {status: 403, error: 'Forbidden', message})
      }
      ok(auth.endsWith('OrClient') || auth === 'overseer', auth)
      isPassed(await outcome(nsid, row, `atproto ${row.scopes.join(' ')}`), 'all')
      for (const scope of row.scopes) {
        const rest = row.scopes.filter(one => one !== scope)
        isMissing(await outcome(nsid, row, `${others} ${rest.join(' ')}`), scope)
      }
      equal((await outcome(nsid, row, row.scopes.join(' '))).error, 'InvalidToken', 'without atproto')
      equal((await outcome(nsid, row, 'atproto', accountOf({takedownRef: 'x'}))).error, 'AccountTakedown')
    })
  }
})

/** Calls that are passed on: what they need, and what else an app may have that is of no use. */
const proxied: readonly [what: string, nsid: Nsid, call: Call, useless: string][] = [
  [
    'to the AppView',
    'app.bsky.feed.getTimeline' as Nsid,
    {scopes: [`rpc:app.bsky.feed.getTimeline?${view}`]},
    `rpc:app.bsky.feed.getTimeline?aud=${other}%23bsky_appview rpc:app.bsky.feed.getLikes?${view}`,
  ],
  [
    'to a service of the header',
    'com.example.get' as Nsid,
    {scopes: [`rpc:com.example.get?aud=${other}%23svc`], headers: {'atproto-proxy': `${other}#svc`}},
    `rpc:com.example.get?${view} rpc:com.example.get?aud=${other}%23other`,
  ],
  [
    'for direct messages',
    'chat.bsky.convo.sendMessage' as Nsid,
    {
      scopes: [`rpc:chat.bsky.convo.sendMessage?aud=${other}%23bsky_chat`],
      headers: {'atproto-proxy': `${other}#bsky_chat`},
      input: {},
    },
    'transition:generic',
  ],
  [
    'for a feed, by both its methods',
    'app.bsky.feed.getFeed' as Nsid,
    {
      scopes: [`rpc:app.bsky.feed.getFeed?${view}`, `rpc:app.bsky.feed.getFeedSkeleton?${view}`],
      params: {feed: 'at://x'},
    },
    `rpc:app.bsky.feed.getFeed?aud=${other}%23svc`,
  ],
  [
    'to report somebody',
    'com.atproto.moderation.createReport' as Nsid,
    {scopes: [`rpc:com.atproto.moderation.createReport?aud=${other}%23atproto_labeler`], input: {}},
    `rpc:com.atproto.moderation.createReport?${view}`,
  ],
  [
    'for preferences elsewhere',
    'app.bsky.actor.getPreferences' as Nsid,
    {
      scopes: [`rpc:app.bsky.actor.getPreferences?aud=${other}%23bsky_appview`],
      headers: {'atproto-proxy': `${other}#bsky_appview`},
    },
    `rpc:app.bsky.actor.getPreferences?${view}`,
  ],
]
suite('an app through the proxy', () => {
  for (const [what, nsid, call, useless] of proxied) {
    test(what, async () => {
      isPassed(await outcome(nsid, call, `atproto ${call.scopes.join(' ')}`), 'all')
      for (const scope of call.scopes) {
        const rest = call.scopes.filter(one => one !== scope)
        isMissing(await outcome(nsid, call, `atproto ${useless} ${rest.join(' ')}`), scope)
      }
    })
  }

  test('by any name that the AppView has here, when none is named', async () => {
    const scope = 'atproto rpc:app.bsky.feed.getTimeline?aud=did:web:alias.example.com%23bsky_appview'
    isPassed(await outcome('app.bsky.feed.getTimeline', {}, scope), scope)
  })

  test('transition:generic does all but direct messages and moving the account, however they are spelt', async () => {
    const to = {headers: {'atproto-proxy': `${other}#svc`}}
    const scope = 'atproto transition:generic'
    isPassed(await outcome('com.example.get', to, scope), scope)
    for (const nsid of ['chat.bsky.convo.getLog', 'Chat.BSKY.convo.getLog', 'com.atproto.server.createaccount']) {
      equal((await outcome(nsid, to, scope)).error, 'ScopeMissingError', nsid)
    }
    isPassed(await outcome('chat.bsky.convo.getLog', to, `${scope} transition:chat.bsky`), 'chat')
  })

  test('what an account rules itself by goes to no service, whatever the scope', async () => {
    const to = {headers: {'atproto-proxy': `${other}#svc`}}
    const found = await outcome('com.atproto.server.GETSESSION', to, 'atproto transition:generic')
    deepEqual([found.status, found.error], [400, 'InvalidToken'])
  })
})

/** What an app has, and what it tries with it. */
const escalations: readonly [attack: string, scope: string, nsid: string, call?: Partial<Call>][] = [
  ['repo: to change is not to write', 'repo:com.example.note?action=update', 'com.atproto.repo.createRecord'],
  ['repo: to write is not to put in the place of', 'repo:com.example.note?action=create', 'com.atproto.repo.putRecord'],
  ['repo: to write and change is not to delete', 'repo:*?action=create&action=update', 'com.atproto.repo.deleteRecord'],
  ['repo: one collection is not another', 'repo:com.example.notes repo:com.example', 'com.atproto.repo.createRecord'],
  ['repo: one write of many that is not allowed', 'repo:*?action=create&action=delete', 'com.atproto.repo.applyWrites'],
  ['repo: records are not the repository', 'repo:*', 'com.atproto.repo.importRepo'],
  ['blob: a kind is not one that begins as it does', 'blob:ima/* blob:image/p', 'com.atproto.repo.uploadBlob'],
  ['blob: pictures are not pages', 'blob:image/*', 'com.atproto.repo.uploadBlob', {encoding: 'text/html'}],
  ['account: to read the address is not to have it confirmed', 'account:email', 'com.atproto.server.confirmEmail'],
  ['account: the address is not the repository', 'account:email?action=manage', 'com.atproto.repo.importRepo'],
  ['account: to look at the repository is not to replace it', 'account:repo', 'com.atproto.repo.importRepo'],
  ['identity: the handle is not the identity', 'identity:handle', 'com.atproto.identity.signPlcOperation'],
  [
    'rpc: a token for one method is not one for another',
    `rpc:com.example.other?aud=*`,
    'com.atproto.server.getServiceAuth',
  ],
  ['include: a set that is only named', 'include:com.example.authFull', 'com.atproto.repo.createRecord'],
  ['transition:email: to read is not to manage', 'transition:email', 'com.atproto.server.requestEmailConfirmation'],
  ['transition:generic: the identity', 'transition:generic', 'com.atproto.identity.updateHandle'],
  ['transition:generic: the account', 'transition:generic', 'com.atproto.server.confirmEmail'],
  ['transition:generic: the repository as a whole', 'transition:generic', 'com.atproto.repo.importRepo'],
]

const token = (scope: string, params: Readonly<Record<string, string>>) =>
  outcome('com.atproto.server.getServiceAuth', {params}, `atproto ${scope}`)
const refuse = (mime: string): void => {
  throw new XrpcError('ScopeMissingError', mime)
}
suite('scope escalation fails', () => {
  for (const [attack, scope, nsid, call] of escalations) {
    test(attack, async () => {
      const {status, error} = await outcome(nsid, {...(rows[nsid] as Call), ...call}, `atproto ${scope}`)
      deepEqual({status, error}, {status: 403, error: 'ScopeMissingError'})
    })
  }

  test('a token for whichever method is not had by what is less than all of it', async () => {
    const aud = `${other}#svc`
    for (const scope of ['transition:generic', 'rpc:com.example.get?aud=*', `rpc:*?${view}`, 'transition:chat.bsky']) {
      isMissing(await token(scope, {aud}), `rpc:*?aud=${other}%23svc`)
    }
    isPassed(await token(`rpc:*?aud=${other}%23svc`, {aud}), 'all of that service')
  })

  test('a token for another audience, or to move the account, is not had', async () => {
    const lxm = 'com.example.get'
    const scope = `rpc:${lxm}?aud=${other}%23svc`
    for (const aud of [other, `${other}#other`, `${viewDid}#svc`]) {
      equal((await token(scope, {aud, lxm})).error, 'ScopeMissingError', aud)
    }
    equal(
      (await token('transition:generic', {aud: other, lxm: 'com.atproto.server.createAccount'})).error,
      'ScopeMissingError',
    )
  })

  test('a file is what its bytes show, whatever the app calls it', async () => {
    const gif = Uint8Array.from(Buffer.from('GIF89a'))
    equal(mediaTypeOf(gif), 'image/gif')
    const discarded: unknown[] = []
    const blobs = new Blobs({
      rows: {waiting: async () => 0, add: () => Promise.reject(reached)},
      files: {
        async stage(_: Did, body: AsyncIterable<Uint8Array>) {
          await Array.fromAsync(body)
          return {cid: 'x', size: 6, stage: 'staged'}
        },
        discard: async (...asked: unknown[]) => void discarded.push(asked),
      },
    } as never)
    const body = () => new Blob([gif]).stream()
    const upload = blobs.upload(did, 'image/png', body(), refuse)
    equal(await upload.catch((error: XrpcError) => error.message), 'image/gif')
    deepEqual(discarded, [[did, 'staged']])
  })

  test('an app that may not read the address is told of none', async () => {
    const {endpoint} = await import('./com/atproto/server/getSession.ts')
    const {Asker, ClientCallers} = await import('../permissions/asker.ts')
    const answered = async (asker: InstanceType<typeof Asker>) => {
      const accounts = {find: async () => accountOf({emailConfirmedMs: 1})}
      const run = endpoint({accounts, didDocs: {documentHere: async () => undefined}})
      const answer = await (run.run as (call: object) => Promise<{email?: string; emailConfirmed?: boolean}>)({
        caller: asker,
      })
      return [answer.email, answer.emailConfirmed]
    }
    const app = (scope: string) => new ClientCallers().of({did, clientId: 'c', tokenId: 't', scope: `atproto ${scope}`})
    deepEqual(await answered(app('transition:generic repo:*')), [undefined, undefined])
    for (const scope of ['account:email', 'account:email?action=manage', 'transition:email']) {
      deepEqual(await answered(app(scope)), ['alice@example.com', true], scope)
    }
  })
})
