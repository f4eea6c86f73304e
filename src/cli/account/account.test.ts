/** The `account` commands against servers in a table: what they ask, keep, say and never say. */
import assert from 'node:assert/strict'
import {existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {suite, test} from 'node:test'
import {alice, documentOf, fakeServers, known, loggedIn, pds, refusal} from '../../../test/fake-servers.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'
import {temporaryFolder} from '../../../test/temporary-folder.ts'
import {readSessions, sessionsPath} from './sessions.ts'

const folder = temporaryFolder('account')
const tokens = {...alice, accessJwt: 'access-secret', refreshJwt: 'refresh-secret', didDoc: documentOf()}
const password = 'correct horse battery'
/** A folder for sessions, and a password. */
const fresh = (more: Record<string, string> = {}) => ({
  XDG_CONFIG_HOME: mkdtempSync(join(folder, 'fresh-')),
  WHOLESKY_PASSWORD: password,
  ...more,
})
type Answers = Parameters<typeof fakeServers>[0]
type Env = Record<string, string>

async function run(argv: readonly string[], answers: Answers, env: Env = fresh()) {
  const {world, asked} = fakeServers(answers)
  const said = await wholesky(argv, {world, env})
  for (const secret of ['access-secret', 'refresh-secret', password]) {
    assert.ok(!(said.out + said.err).includes(secret), `${argv.join(' ')} shows ${secret}`)
  }
  return {...said, asked, env}
}
const createSession = 'com.atproto.server.createSession'
const createAccount = 'com.atproto.server.createAccount'
const describeServer = 'com.atproto.server.describeServer'
const described = {did: 'did:web:localhost', availableUserDomains: ['.test', '.other.test']}

suite('account create', () => {
  test('makes a handle out of a name, an address, and a session that only its owner reads', async () => {
    const {code, out, asked, env} = await run(['account', 'create', '@alice'], {
      [describeServer]: described,
      [createAccount]: tokens,
    })
    assert.equal(code, 0)
    assert.equal(out, `✓ alice.test is created and logged in\n  did     ${alice.did}\n  server  ${pds}\n`)
    assert.deepEqual(asked.at(-1)?.body, {handle: 'alice.test', email: 'alice@example.com', password})
    const path = sessionsPath(env)
    assert.deepEqual([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777], [0o600, 0o700])
    assert.deepEqual(readdirSync(dirname(path)), ['accounts.json'])
    const [session] = readSessions(env)
    assert.deepEqual([session.did, session.network, session.refreshJwt], [alice.did, 'local', 'refresh-secret'])
  })

  test('takes handle, address, invite code and server as they are given', async () => {
    const server = 'https://pds.example.com'
    const argv = [
      'account',
      'create',
      'alice.pds.example.com',
      '--pds',
      `${server}/`,
      '--email',
      'a@b.c',
      '--invite',
      'x-y',
    ]
    const {code, asked} = await run(argv, {[`${server}/xrpc/${createAccount}`]: tokens})
    assert.equal(code, 0)
    assert.deepEqual(
      asked.map(({call}) => call),
      [`POST ${server}/xrpc/${createAccount}`],
    )
    assert.deepEqual(asked[0].body, {handle: 'alice.pds.example.com', email: 'a@b.c', password, inviteCode: 'x-y'})
  })

  test('makes up no address for the real network', async () => {
    const argv = ['account', 'create', 'alice.bsky.social', '--network', 'public']
    const {asked} = await run(argv, {[`https://bsky.social/xrpc/${createAccount}`]: tokens})
    assert.deepEqual(asked[0].body, {handle: 'alice.bsky.social', password})
  })

  for (const [name, answers, code, message] of [
    [
      'a handle that is taken',
      {[createAccount]: refusal(400, 'HandleNotAvailable', 'Taken')},
      1,
      /Taken\. \(HandleNotAvailable\)/,
    ],
    ['no invite code', {[createAccount]: refusal(400, 'InvalidInviteCode')}, 1, /InvalidInviteCode/],
    ['an answer that is none', {[createAccount]: {did: 'x'}}, 3, /InvalidResponse/],
    ['no server', {}, 3, /Is the network up\?/],
  ] as const) {
    test(`with ${name} keeps nothing`, async () => {
      const result = await run(['account', 'create', 'alice'], {[describeServer]: described, ...answers} as Answers)
      assert.equal(result.code, code)
      assert.match(result.err, message)
      assert.deepEqual(readSessions(result.env), [])
    })
  }

  test('asks for a password before it asks the server for an account', async () => {
    const {code, err, asked} = await run(['account', 'create', 'alice.test'], {}, {...fresh(), WHOLESKY_PASSWORD: ''})
    assert.deepEqual([code, asked], [2, []])
    assert.match(err, /no password given/)
  })
})

suite('account login', () => {
  test('finds the server by the handle, and sends handle and password there', async () => {
    const {code, out, asked} = await run(['account', 'login', '@alice.test'], {...known, [createSession]: tokens})
    assert.equal(code, 0)
    assert.equal(out, `✓ logged in as alice.test\n  did     ${alice.did}\n  server  ${pds}\n`)
    assert.deepEqual(asked.at(-1)?.body, {identifier: 'alice.test', password})
  })

  test('finds the server of one that was logged in before, whose handle only that knows', async () => {
    const elsewhere = 'http://localhost:3583'
    const {env} = await run(['account', 'login', alice.handle, '--pds', elsewhere], {
      [`${elsewhere}/xrpc/${createSession}`]: {...tokens, didDoc: undefined},
    })
    for (const [call, document] of [
      [`${elsewhere}/xrpc/${createSession}`, {}],
      // It has moved since, and its document tells where.
      [createSession, {[`http://localhost:2582/${alice.did}`]: documentOf()}],
    ] as const) {
      const {code, err, asked} = await run(['account', 'login', alice.handle], {...document, [call]: tokens}, env)
      assert.equal(code, 0, err)
      assert.equal(asked.at(-1)?.call, `POST ${call}`)
    }
  })

  test('sends an email address to the server named, and the code of the mail', async () => {
    const argv = ['account', 'login', 'alice@example.com', '--pds', pds, '--code', 'ABCDE-FGHIJ']
    const {code, asked} = await run(argv, {[createSession]: tokens})
    assert.equal(code, 0)
    const body = {identifier: 'alice@example.com', password, authFactorToken: 'ABCDE-FGHIJ'}
    assert.deepEqual(
      asked.map(call => call.body),
      [body],
    )
  })

  test('says of an account that is not active what its server says', async () => {
    const inactive = {...tokens, active: false, status: 'deactivated\n✓ fine'}
    const {code, out} = await run(['account', 'login', alice.did], {...known, [createSession]: inactive})
    assert.equal(code, 0)
    assert.match(out, /\n {2}status {2}deactivated\\n✓ fine\n$/)
  })

  for (const [name, argv, answers, code, message] of [
    [
      'a wrong password',
      ['alice.test'],
      {...known, [createSession]: refusal(401, 'AuthenticationRequired', 'Wrong handle or password')},
      1,
      /^wholesky: Wrong handle or password\. \(AuthenticationRequired\)\n$/,
    ],
    [
      'a code still to come',
      ['alice.test'],
      {...known, [createSession]: refusal(401, 'AuthFactorTokenRequired', 'A code is in the mail')},
      1,
      /A code is in the mail\. Give the code: --code <code>/,
    ],
    ['a text that names nobody', ['alice smith'], {}, 2, /expected a handle such as alice\.test, or a DID/],
    ['an email address and no server', ['alice@example.com'], {}, 2, /an email address needs --pds <url>/],
    [
      'a server that is not there',
      ['alice.test', '--pds', 'http://localhost:1'],
      {},
      3,
      /localhost:1 cannot be reached/,
    ],
    [
      'a server that is no URL',
      ['alice.test', '--pds', 'pds.example.com'],
      {},
      2,
      /--pds 'pds\.example\.com': expected a URL/,
    ],
    [
      'a password file that is not there',
      ['alice.test', '--password-file', join(folder, 'absent')],
      known,
      3,
      /absent: no such file/,
    ],
  ] as const) {
    test(`with ${name} keeps nothing`, async () => {
      const result = await run(['account', 'login', ...argv], answers as Answers)
      assert.equal(result.code, code, result.err)
      assert.match(result.err, message)
      assert.equal(existsSync(sessionsPath(result.env)), false)
    })
  }

  test('puts the last first, and each account is there once', async () => {
    const env = {...loggedIn(folder), WHOLESKY_PASSWORD: password}
    const berta = {did: 'did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', handle: 'berta.test'}
    const other = {...tokens, ...berta, didDoc: undefined}
    await run(['account', 'login', 'berta.test', '--pds', pds], {[createSession]: other}, env)
    assert.deepEqual(
      readSessions(env).map(({handle}) => handle),
      ['berta.test', 'alice.test'],
    )
    await run(['account', 'login', 'alice.test', '--pds', pds], {[createSession]: tokens}, env)
    assert.deepEqual(
      readSessions(env).map(({handle}) => handle),
      ['alice.test', 'berta.test'],
    )
  })
})

suite('account status', () => {
  const getSession = 'com.atproto.server.getSession'
  const repoStatus = {did: alice.did, active: true, rev: '3jui7kd54zh2y'}
  const answering = {
    [getSession]: {...alice, email: 'a@b.c', active: true},
    'com.atproto.sync.getRepoStatus': repoStatus,
  }

  test('shows what the server says of each, and where that is kept', async () => {
    const env = loggedIn(folder)
    const {code, out, asked} = await run(['account', 'status'], answering, env)
    assert.equal(code, 0)
    assert.match(out, /^✓ alice\.test\n {2}did +did:plc:\S+\n {2}network +local\n {2}server +\S+\n {2}email +a@b\.c\n/)
    assert.ok(out.endsWith(`  kept in ${env.path}\n`))
    assert.deepEqual(
      asked.map(({token}) => token),
      ['Bearer access-secret', null],
    )
    const {answer} = await wholeskyJson(['account', 'status', 'alice.test'], {...fakeServers(answering), env})
    assert.deepEqual(answer, {
      ok: true,
      ...alice,
      network: 'local',
      service: pds,
      pds,
      email: 'a@b.c',
      active: true,
      rev: repoStatus.rev,
    })
  })

  test('renews a token that has run out, and keeps the new one', async () => {
    const env = loggedIn(folder)
    const {code} = await run(
      ['account', 'status'],
      {
        ...answering,
        [getSession]: ({token}: {token: string | null}) =>
          token === 'Bearer access-secret' ? refusal(400, 'ExpiredToken') : answering[getSession],
        'com.atproto.server.refreshSession': {...tokens, accessJwt: 'newer', refreshJwt: 'newer still'},
      },
      env,
    )
    assert.deepEqual([code, readSessions(env)[0].refreshJwt], [0, 'newer still'])
    assert.equal(statSync(env.path).mode & 0o777, 0o600)
  })

  test('forgets a session that is over, and says how to log in again', async () => {
    const env = loggedIn(folder)
    const over = {
      [getSession]: refusal(400, 'ExpiredToken'),
      'com.atproto.server.refreshSession': refusal(400, 'ExpiredToken', 'Too old'),
    }
    const {code, out} = await run(['account', 'status'], over, env)
    assert.equal(code, 1)
    assert.match(out, /✗ alice\.test\n[^]*fault +The session is over: Too old.* wholesky account login did:plc:/)
    assert.deepEqual(readSessions(env), [])
  })

  test('of a server that is away keeps the session', async () => {
    const env = loggedIn(folder)
    const {code, out} = await run(['account', 'status'], {}, env)
    assert.equal(code, 1)
    assert.match(out, /fault +localhost:2583 cannot be reached\./)
    assert.equal(readSessions(env).length, 1)
  })

  test('says when nobody is logged in, or somebody else', async () => {
    for (const [argv, env, message] of [
      [['account', 'status'], fresh(), /Nobody is logged in: wholesky account login <handle>/],
      [['account', 'status', 'berta.test'], loggedIn(folder), /berta\.test is not logged in/],
      [['account', 'logout'], fresh(), /Nobody is logged in/],
      [['account', 'logout', 'berta.test'], loggedIn(folder), /berta\.test is not logged in/],
    ] as const) {
      const {code, err} = await run(argv, {}, env)
      assert.equal(code, 1)
      assert.match(err, message)
    }
  })
})

test('a reading command knows the server of an account that is logged in, though its handle leads nowhere', async () => {
  const described = {...alice, didDoc: {}, collections: ['app.bsky.feed.post'], handleIsCorrect: true}
  const answers = {'com.atproto.repo.describeRepo': described}
  const {code, out, err} = await run(['record', 'ls', 'alice.test'], answers, loggedIn(folder))
  assert.deepEqual([code, out], [0, 'app.bsky.feed.post\n'], err)
})

test('a move asks the server that it leaves for a handle, and goes on with who is logged in there', async () => {
  const elsewhere = 'http://localhost:3583'
  const argv = ['account', 'migrate', 'alice.test', '--status', '--from', elsewhere]
  const resolve = {[`${elsewhere}/xrpc/com.atproto.identity.resolveHandle`]: {did: alice.did}}
  const {out, err} = await run(argv, resolve)
  assert.equal(out, `No move of ${alice.did} is under way.\n`, err)
  const kept = await run(['account', 'login', 'alice.test', '--pds', elsewhere], {
    [`${elsewhere}/xrpc/${createSession}`]: tokens,
  })
  const {asked} = await run(argv, {}, kept.env)
  assert.deepEqual(asked, [])
})

suite('account logout', () => {
  const deleteSession = 'com.atproto.server.deleteSession'

  test('gives the session back to the server', async () => {
    const env = loggedIn(folder)
    const {code, out, asked} = await run(['account', 'logout'], {[deleteSession]: new Response()}, env)
    assert.deepEqual([code, out], [0, '✓ alice.test is logged out\n'])
    assert.deepEqual(
      asked.map(({call, token}) => [call, token]),
      [[`POST ${deleteSession}`, 'Bearer refresh-secret']],
    )
    assert.deepEqual(readSessions(env), [])
  })

  for (const [name, answers] of [
    ['is away', {}],
    ['does not know it any more', {[deleteSession]: refusal(400, 'ExpiredToken')}],
  ] as const) {
    test(`forgets it where the server ${name}`, async () => {
      const env = loggedIn(folder)
      const {code} = await run(['account', 'logout', 'alice.test'], answers as Answers, env)
      assert.deepEqual([code, readSessions(env)], [0, []])
    })
  }

  test('--all ends each, and none is no error', async () => {
    const env = loggedIn(folder)
    const {code, out} = await run(['account', 'logout', '--all', '--json'], {[deleteSession]: new Response()}, env)
    assert.deepEqual([code, JSON.parse(out)], [0, {ok: true, ...alice}])
    assert.equal((await run(['account', 'logout', '--all'], {}, env)).code, 0)
  })
})

suite('the file of sessions', () => {
  test('is where XDG says, else under the home folder', () => {
    assert.equal(sessionsPath({XDG_CONFIG_HOME: '/x', HOME: '/h'}), '/x/wholesky/accounts.json')
    assert.equal(sessionsPath({XDG_CONFIG_HOME: '', HOME: '/h'}), '/h/.config/wholesky/accounts.json')
  })

  for (const text of ['', 'null', '{}', '[]', '{"sessions": [{"did": 3}]}', '{"sessions": "x"}']) {
    test(`that holds ${text || 'nothing'} is damaged: it is named, and not replaced`, async () => {
      const env = fresh()
      const path = sessionsPath(env)
      mkdirSync(dirname(path))
      writeFileSync(path, text)
      const {code, err} = await run(['account', 'login', 'alice.test'], {...known, [createSession]: tokens}, env)
      assert.equal(code, 3)
      assert.match(err, /accounts\.json is damaged: delete it and log in again/)
      assert.equal(readFileSync(path, 'utf8'), text)
    })
  }

  test('is made its owner’s alone again when it is next written', async () => {
    const env = {...loggedIn(folder), WHOLESKY_PASSWORD: password}
    writeFileSync(env.path, readFileSync(env.path), {mode: 0o644})
    await run(['account', 'login', 'alice.test'], {...known, [createSession]: tokens}, env)
    assert.equal(statSync(env.path).mode & 0o777, 0o600)
  })
})
