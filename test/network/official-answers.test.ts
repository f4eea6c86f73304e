/**
 * What the official PDS answers, and ours to the same: status and error name of each call, step by step, by people, apps,
 * moderators and strangers. Where they differ on purpose both answers are given here, and why stands in `docs/limits.md`.
 */
import assert from 'node:assert/strict'
import {after, before, suite, test} from 'node:test'
import {hasPeers, startOfficial, type Servers} from '../../bench/servers.ts'
import {pdsNetwork} from '../pds-network.ts'

interface Asked {
  params?: Readonly<Record<string, string | undefined>>
  body?: object
  bytes?: string
  /** A name among the tokens of the side, `admin`, or an `Authorization` header. */
  as?: string
  headers?: Readonly<Record<string, string>>
}

interface Given {
  status: number
  json: Record<string, unknown>
}

/** A server with alice and bobby, and what has become known of them. */
interface Side {
  call(nsid: string, asked?: Asked): Promise<Given>
  readonly tokens: Map<string, string>
  did: string
  uri: string
  cid: string
  blob: {ref: {$link: string}}
}

const password = 'correct horse'
const basic = (word: string): string => `Basic ${Buffer.from(`admin:${word}`).toString('base64')}`
const nobody = 'did:plc:ewvi7nxzyoun6zhxrhs64oiz'
const absent = 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq'

function sideOf(url: string, fetch: (request: Request) => Promise<Response>): Side {
  const tokens = new Map([
    ['admin', basic('admin-pass')],
    ['guess', basic('guess')],
  ])
  return {
    tokens,
    did: '',
    uri: '',
    cid: '',
    blob: {ref: {$link: ''}},
    async call(nsid, {params = {}, body, bytes, as, headers = {}} = {}) {
      const search = new URLSearchParams(
        Object.entries(params).flatMap(([name, value]) => (value ? [[name, value]] : [])),
      )
      const authorization = as === undefined ? undefined : (tokens.get(as) ?? as)
      const response = await fetch(
        new Request(`${url}/xrpc/${nsid}?${search.toString()}`, {
          method: body || bytes !== undefined ? 'POST' : 'GET',
          headers: {
            ...(authorization !== undefined && {authorization}),
            ...(body ? {'content-type': 'application/json'} : bytes !== undefined && {'content-type': 'text/plain'}),
            ...headers,
          },
          body: body ? JSON.stringify(body) : bytes,
        }),
      )
      const text = await response.text()
      const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false
      return {status: response.status, json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {}}
    },
  }
}

async function settle(side: Side): Promise<void> {
  const signUp = async (name: string): Promise<string> => {
    const account = {handle: `${name}.test`, email: `${name}@example.com`, password}
    const {json} = await side.call('com.atproto.server.createAccount', {body: account})
    side.tokens.set(name, `Bearer ${String(json.accessJwt)}`)
    side.tokens.set(`${name}, to refresh`, `Bearer ${String(json.refreshJwt)}`)
    return String(json.did)
  }
  await signUp('bobby')
  side.did = await signUp('alice')
  const write = (collection: string, record: object) =>
    side.call('com.atproto.repo.createRecord', {as: 'alice', body: {repo: side.did, collection, record}})
  const post = {$type: 'app.bsky.feed.post', text: 'x', createdAt: '2026-01-01T00:00:00.000Z'}
  Object.assign(side, (await write('app.bsky.feed.post', post)).json)
  const {json} = await side.call('com.atproto.repo.uploadBlob', {as: 'alice', bytes: 'hello there'})
  side.blob = json.blob as Side['blob']
  await write('com.example.file', {file: side.blob})
  const {json: app} = await side.call('com.atproto.server.createAppPassword', {as: 'alice', body: {name: 'app'}})
  await login(side, 'app', {password: String(app.password)})
}

async function login(side: Side, name: string, more: object = {}): Promise<Given> {
  const body = {identifier: 'alice.test', password, ...more}
  const given = await side.call('com.atproto.server.createSession', {body})
  if (given.status === 200) side.tokens.set(name, `Bearer ${String(given.json.accessJwt)}`)
  return given
}

type Step = (side: Side) => Promise<Given>
const rkeyOf = ({uri}: Side): string => uri.split('/').at(-1) ?? ''
const placeOf = (side: Side) => ({repo: side.did, collection: 'app.bsky.feed.post', rkey: rkeyOf(side)})

/** `com.atproto.admin.updateSubjectStatus` about what of alice's. */
const rule =
  (what: 'account' | 'record' | 'blob' | 'nothing' | 'no such type', more: object): Step =>
  side => {
    const defs = 'com.atproto.admin.defs'
    const subject = {
      account: {$type: `${defs}#repoRef`, did: side.did},
      record: {$type: 'com.atproto.repo.strongRef', uri: side.uri, cid: side.cid},
      blob: {$type: `${defs}#repoBlobRef`, did: side.did, cid: side.blob.ref.$link},
      nothing: {$type: 'com.atproto.repo.strongRef', uri: `at://${side.did}/a.b.c/x`, cid: side.cid},
      'no such type': {$type: 'com.example.other', did: side.did},
    }[what]
    return side.call('com.atproto.admin.updateSubjectStatus', {as: 'admin', body: {subject, ...more}})
  }
const down = {takedown: {applied: true}}
const up = {takedown: {applied: false}}
const rest = {deactivated: {applied: true}}
const active = {deactivated: {applied: false}}

/** Every method that reads a repository, as somebody. */
const reads = (when: string, as: string | undefined): [string, Step][] => {
  const plain: Asked['params'] = {}
  const more: Readonly<Record<string, (side: Side) => Asked['params']>> = {
    getRepo: () => plain,
    getCheckout: () => plain,
    getHead: () => plain,
    getLatestCommit: () => plain,
    getRepoStatus: () => plain,
    listBlobs: () => plain,
    getBlob: side => ({cid: side.blob.ref.$link}),
    getBlocks: side => ({cids: side.cid}),
    getRecord: side => ({collection: 'app.bsky.feed.post', rkey: rkeyOf(side)}),
  }
  return Object.entries(more).map(([method, params]) => [
    `${method}, ${when}, by ${as ?? 'anybody'}`,
    side => side.call(`com.atproto.sync.${method}`, {as, params: {did: side.did, ...params(side)}}),
  ])
}
const ask = (nsid: string, asked: Asked | ((side: Side) => Asked) = {}): Step => {
  return side => side.call(nsid, typeof asked === 'function' ? asked(side) : asked)
}
const serviceAuth = (as: string, params: Asked['params']): [string, Step] => [
  `getServiceAuth by ${as}: ${JSON.stringify(params)}`,
  ask('com.atproto.server.getServiceAuth', {as, params}),
]
const upload: Step = ask('com.atproto.repo.uploadBlob', {as: 'alice', bytes: 'hello there'})
const nameBlob: Step = side =>
  side.call('com.atproto.repo.createRecord', {
    as: 'alice',
    body: {repo: side.did, collection: 'com.example.file', record: {file: side.blob}},
  })
const subjectStatus = (params: (side: Side) => Asked['params'], as: string | undefined = 'admin'): Step =>
  ask('com.atproto.admin.getSubjectStatus', side => ({as, params: params(side)}))
const proxied = (header: string, nsid = 'app.bsky.feed.getTimeline'): Step =>
  ask(nsid, {as: 'alice again', headers: {'atproto-proxy': header}})
const birthDate = {$type: 'app.bsky.actor.defs#personalDetailsPref', birthDate: '2000-01-01T00:00:00.000Z'}
const putPreferences = (as: string, preference: object): Step =>
  ask('app.bsky.actor.putPreferences', {as, body: {preferences: [preference]}})

/** Of these the official server answers none itself; the AppView would be asked, which there is not here. */
const temporary: readonly [nsid: string, asked: Asked][] = [
  ['dereferenceScope', {params: {scope: 'ref:x'}}],
  ['requestPhoneVerification', {body: {phoneNumber: '+4412345678'}}],
  ['fetchLabels', {}],
  ['addReservedHandle', {body: {handle: 'kept.test'}}],
]

const steps: readonly [string, Step][] = [
  ['a status of nobody', subjectStatus(() => ({did: nobody}))],
  ['a status of no record', subjectStatus(({did}) => ({uri: `at://${did}/a.b.c/x`}))],
  ['a status of nothing', subjectStatus(() => ({}))],
  ['a status of a blob of nobody', subjectStatus(({blob}) => ({blob: blob.ref.$link}))],
  ['a status, for anybody', subjectStatus(({did}) => ({did}), undefined)],
  ['a takedown together with an activation', rule('account', {...down, ...active})],
  ['a takedown of a record', rule('record', down)],
  ['a record that is taken down', ask('com.atproto.repo.getRecord', side => ({params: placeOf(side)}))],
  ['its proof', side => side.call('com.atproto.sync.getRecord', {params: {did: side.did, ...placeOf(side)}})],
  ['the record is back', rule('record', up)],
  ['a takedown of a record that is not there', rule('nothing', down)],
  ['a takedown of something else', rule('no such type', down)],
  ['a takedown of a blob', rule('blob', down)],
  [
    'a blob that is taken down',
    ask('com.atproto.sync.getBlob', ({did, blob}) => ({params: {did, cid: blob.ref.$link}})),
  ],
  ['an upload of what is taken down', upload],
  ['a record with what is taken down', nameBlob],
  ['the blob is back', rule('blob', up)],
  ['a blob that there is not', ask('com.atproto.sync.getBlob', ({did}) => ({params: {did, cid: absent}}))],
  ['a block that there is not', ask('com.atproto.sync.getBlocks', ({did}) => ({params: {did, cids: absent}}))],
  ['the account is put at rest', rule('account', rest)],
  ...[undefined, 'alice', 'bobby', 'admin'].flatMap(as => reads('at rest', as)),
  ...['guess', 'Bearer x.y.z', 'Digest x'].map((as): [string, Step] => [
    `getLatestCommit by ${as}`,
    ask('com.atproto.sync.getLatestCommit', ({did}) => ({as, params: {did}})),
  ]),
  ['its handle', ask('com.atproto.identity.resolveHandle', {params: {handle: 'alice.test'}})],
  ['its description', ask('com.atproto.repo.describeRepo', ({did}) => ({params: {repo: did}}))],
  ['its records', ask('com.atproto.repo.listRecords', side => ({params: placeOf(side)}))],
  ['it is active again', rule('account', active)],
  ['and told so once more', rule('account', active)],
  ['the account is taken down', rule('account', down)],
  ['and cannot be activated', rule('account', active)],
  ['its session cannot be renewed', ask('com.atproto.server.refreshSession', {as: 'alice, to refresh', bytes: ''})],
  ['nobody logs in', side => login(side, 'nobody')],
  ['but to leave', side => login(side, 'leaver', {allowTakendown: true})],
  ...reads('taken down', 'leaver'),
  ...reads('taken down', undefined),
  ['the preferences of the leaver', ask('app.bsky.actor.getPreferences', {as: 'leaver'})],
  serviceAuth('leaver', {aud: 'did:web:x.com', lxm: 'com.atproto.server.createAccount'}),
  serviceAuth('leaver', {aud: 'did:web:x.com', lxm: 'app.bsky.feed.getFeed'}),
  ['it is let back', rule('account', up)],
  ['and logs in', side => login(side, 'alice again')],
  ...['did:foo:bar', 'did:web:x.com#', 'did:web:x.com#svc', 'x'].map(aud =>
    serviceAuth('alice again', {aud, lxm: 'app.bsky.feed.getFeed'}),
  ),
  ...['com.atproto.server.updateEmail', 'COM.atproto.server.updateEmail', undefined].map(lxm =>
    serviceAuth('alice again', {aud: 'did:web:x.com', lxm}),
  ),
  serviceAuth('alice again', {aud: 'did:web:x.com', lxm: 'app.bsky.feed.getFeed', exp: '1'}),
  serviceAuth('alice again', {aud: 'did:web:x.com', lxm: 'app.bsky.feed.getFeed', exp: '4000000000'}),
  [
    'an app password',
    side => side.call('com.atproto.server.createAppPassword', {as: 'alice again', body: {name: 'b'}}),
  ],
  ...['x', 'did:web:x.com', 'did:web:x.com#', '#a', 'did:web:x.com#a#b', 'did:web:x.com# b'].map(
    (header): [string, Step] => [`a call to ${header}`, proxied(header)],
  ),
  ['preferences of another family', putPreferences('alice again', {$type: 'com.example.other'})],
  ['a birth date', putPreferences('alice again', birthDate)],
  ['no such account', ask('com.atproto.admin.getAccountInfo', {as: 'admin', params: {did: nobody}})],
  [
    'a mail to nobody',
    ask('com.atproto.admin.sendEmail', {
      as: 'admin',
      body: {recipientDid: nobody, content: 'x', senderDid: nobody},
    }),
  ],
  [
    'an address for nobody',
    ask('com.atproto.admin.updateAccountEmail', {
      as: 'admin',
      body: {account: 'nobody.test', email: 'x@example.com'},
    }),
  ],
  [
    'a handle that is taken',
    ask('com.atproto.admin.updateAccountHandle', ({did}) => ({
      as: 'admin',
      body: {did, handle: 'bobby.test'},
    })),
  ],
  ...temporary.flatMap(([method, asked]) =>
    [undefined, 'alice again', 'Bearer x.y.z'].map((as): [string, Step] => [
      `${method} by ${as ?? 'anybody'}`,
      ask(`com.atproto.temp.${method}`, {...asked, as}),
    ]),
  ),
  ['an app without its token', ask('com.atproto.server.getSession', {as: 'DPoP'})],
  ['a repository of nobody', ask('com.atproto.sync.getRepo', {params: {did: nobody}})],
  ['a repository of what is no DID', ask('com.atproto.sync.getRepo', {params: {did: 'x'}})],
  [
    'a body that is too long',
    ask('app.bsky.actor.putPreferences', {
      as: 'alice again',
      body: {preferences: [], more: 'x'.repeat(200_000)},
    }),
  ],
  [
    'a record in the repository of another',
    ask('com.atproto.repo.createRecord', ({did}) => ({
      as: 'bobby',
      body: {repo: did, collection: 'a.b.c', record: {}},
    })),
  ],
]

/** What they answer, and what we do: see `docs/limits.md`, "Where ours differs". */
const differences: Readonly<Record<string, readonly [theirs: string, ours: string]>> = {
  // As the lexicon names it.
  'a blob that is taken down': ['400 InvalidRequest', '400 BlobNotFound'],
  'a blob that there is not': ['400 InvalidRequest', '400 BlobNotFound'],
  'a block that there is not': ['400 InvalidRequest', '400 BlockNotFound'],
  // RFC 9449, section 7.1: told by which scheme to come.
  'an app without its token': ['400 InvalidToken', '401 invalid_token'],
  // Answered here, for whoever runs the server; there the AppView is asked, which has it no more than they do.
  'addReservedHandle by anybody': ['401 AuthMissing', '401 AuthenticationRequired'],
  'addReservedHandle by alice again': ['502 UpstreamFailure', '401 AuthenticationRequired'],
  'addReservedHandle by Bearer x.y.z': ['400 InvalidToken', '401 AuthenticationRequired'],
  // Whoever has to leave reads all of what is his.
  ...Object.fromEntries(
    ['getLatestCommit', 'getHead', 'getBlocks', 'getRecord', 'getCheckout'].map(method => [
      `${method}, taken down, by leaver`,
      ['400 InvalidToken', '200'] as const,
    ]),
  ),
  [serviceAuth('leaver', {aud: 'did:web:x.com', lxm: 'com.atproto.server.createAccount'})[0]]: [
    '400 InvalidRequest',
    '200',
  ],
}

const skip = !hasPeers && 'the official servers are not installed: see bench/peers/README.md'
suite('ours answers as the official PDS does', {skip, timeout: 120_000}, () => {
  const stops: (() => Promise<void>)[] = []
  let official: Servers
  let sides: readonly [theirs: Side, ours: Side]

  before(async () => {
    const context = {after: (stop: () => Promise<void>) => stops.push(stop)} as never
    const [theirs, network] = await Promise.all([
      startOfficial('pds'),
      // An AppView that cannot be reached, as the official one has it.
      pdsNetwork(context, {PDS_ADMIN_PASSWORD: 'admin-pass', PDS_APPVIEW_URL: 'http://localhost:1'}),
    ])
    official = theirs
    sides = [sideOf(official.pds, fetch), sideOf('http://localhost:2583', network.world.fetch)]
    for (const side of sides) await settle(side)
  })
  after(async () => {
    await official.stop()
    for (const stop of stops) await stop()
  })

  for (const [name, step] of steps) {
    test(name, async () => {
      const [theirs, ours] = await Promise.all(
        sides.map(async side => {
          const {status, json} = await step(side)
          return typeof json.error === 'string' ? `${status} ${json.error}` : `${status}`
        }),
      )
      const [expected, known] = differences[name] ?? [theirs, theirs]
      assert.deepEqual([theirs, ours], [expected, known])
    })
  }
})
