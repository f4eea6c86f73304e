/**
 * The log of a PDS at its most talkative, and its metrics, hold no secret: a whole life of an account is led, rightly and
 * wrongly, by passwords, mails, apps and admin, and then both are searched for everything that was secret in it.
 */
import assert from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {createServer, type AddressInfo} from 'node:net'
import {join} from 'node:path'
import {test} from 'node:test'
import {Agent, AtpAgent} from '@atproto/api'
import {NodeOAuthClient} from '@atproto/oauth-client-node'
import {freePorts, urlOf} from '../network-env.ts'
import {stopNetwork, type NetworkProcess} from '../network-process.ts'
import {spawnService} from '../separate-processes.ts'
import {SiteBrowser} from '../site-browser.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const password = 'a password nobody guesses'
const nextPassword = 'another that nobody guesses'
const wrongPassword = 'the one of the other site'
const mailPassword = 'the-password-of-the-mail-server'
const codeShape = /[A-Z2-7]{5}-[A-Z2-7]{5}/

const inMemory = <V>() => {
  const all = new Map<string, V>()
  return {
    all,
    get: async (key: string) => all.get(key),
    set: async (key: string, value: V) => void all.set(key, value),
    del: async (key: string) => void all.delete(key),
  }
}

test('logs and metrics of a whole life of an account hold none of its secrets', {timeout: 60_000}, async context => {
  const folder = temporaryFolder('log-secrets')
  const ports = await freePorts()
  const started: NetworkProcess[] = []
  context.after(async () => {
    for (const one of started.toReversed()) await stopNetwork(one, 'SIGTERM')
  })
  const begin = async (name: 'plc' | 'pds', env: Record<string, string>): Promise<NetworkProcess> => {
    const one = spawnService(name, {LOG_LEVEL: 'debug', ...env})
    started.push(one)
    await one.up
    return one
  }
  const plc = urlOf(ports.plc)
  const service = urlOf(ports.pds)
  const data = join(folder, 'pds')
  const settings = {
    PDS_PORT: String(ports.pds),
    PDS_PLC_URL: plc,
    WHOLESKY_DATA: data,
    METRICS_PORT: String(ports.metrics),
    PDS_ADMIN_PASSWORD: 'the password of whoever runs it',
    PDS_APPVIEW_URL: 'http://localhost:1',
    PDS_RELAYS: 'http://localhost:1',
  }
  await begin('plc', {PLC_PORT: String(ports.plc), WHOLESKY_DATA: join(folder, 'plc')})
  let pds = await begin('pds', settings)
  const logs: string[] = []
  /** What must not be found, by what it is. */
  const secrets = new Map<string, string>()
  const note = <T extends string | undefined>(what: string, secret: T): T => {
    assert.ok(secret !== undefined && secret.length > 6, what)
    secrets.set(`${what} ${secrets.size}`, secret)
    return secret
  }
  const metrics = async (): Promise<string> => (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
  const mailed = (): string => {
    const mails = readdirSync(join(data, 'pds/mail')).toSorted()
    return note('code', codeShape.exec(readFileSync(join(data, 'pds/mail', mails.at(-1) ?? ''), 'utf8'))?.[0] ?? '')
  }
  for (const text of [password, nextPassword, wrongPassword, mailPassword]) note('password', text)
  note('admin password', settings.PDS_ADMIN_PASSWORD)
  const basic = Buffer.from(`admin:${settings.PDS_ADMIN_PASSWORD}`).toString('base64')
  note('admin header', basic)

  // By passwords: rightly, wrongly, with an app password, and with what is no JSON.
  const agent = new AtpAgent({
    service,
    persistSession: (_, session) => {
      if (session) for (const token of [session.accessJwt, session.refreshJwt]) note('token', token)
    },
  })
  const handle = 'alice.test'
  await agent.createAccount({handle, email: 'alice@example.com', password})
  const did = agent.assertDid
  const {server, identity} = agent.com.atproto
  for (const [name, secret] of [
    [handle, wrongPassword],
    ['nobody.test', wrongPassword],
    [password, password],
  ]) {
    await assert.rejects(agent.login({identifier: name, password: secret}))
  }
  await agent.login({identifier: handle, password})
  const post = (nsid: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${service}/xrpc/${nsid}`, {method: 'POST', headers: {'content-type': 'application/json', ...headers}, body})
  await post('com.atproto.server.createSession', `{"identifier": "alice.test", "password": "${password}`)
  await post('com.atproto.server.createSession', JSON.stringify({identifier: {}, password: [password]}))
  await fetch(`${service}/xrpc/com.atproto.server.getSession?token=${agent.session?.accessJwt}`)
  await fetch(`${service}/xrpc/com.example.unknown`, {headers: {authorization: `Bearer ${agent.session?.accessJwt}x`}})
  const app = (await server.createAppPassword({name: 'app', privileged: true})).data
  note('app password', app.password)
  await new AtpAgent({service}).login({identifier: handle, password: app.password})
  await agent.sessionManager.refreshSession?.()
  const asked = {aud: 'did:web:localhost', lxm: 'com.atproto.server.createAccount'}
  note('service token', (await server.getServiceAuth(asked)).data.token)
  await assert.rejects(agent.getTimeline(), 'the AppView is not there')

  // By mail: the identity, the address, the password.
  await identity.requestPlcOperationSignature()
  const {rotationKeys} = (await identity.getRecommendedDidCredentials()).data
  await identity.signPlcOperation({token: mailed(), rotationKeys})
  await assert.rejects(identity.signPlcOperation({token: note('wrong code', 'AAAAA-BBBBB'), rotationKeys}))
  await server.requestEmailConfirmation()
  await server.confirmEmail({email: 'alice@example.com', token: mailed()})
  const before = mailed()
  await server.requestPasswordReset({email: 'alice@example.com'})
  const reset = await until(() => {
    try {
      const code = mailed()
      return code === before ? undefined : code
    } catch {
      return undefined // half of it is written
    }
  }, 'the code is mailed')
  await server.resetPassword({token: reset, password: nextPassword})
  await agent.login({identifier: handle, password: nextPassword})

  // By pages and by an app.
  const browser = new SiteBrowser({fetch: request => fetch(request, {redirect: 'manual'}), origin: service})
  await browser.signIn(handle, wrongPassword)
  await browser.signIn(handle, nextPassword)
  for (const cookie of browser.cookies.values()) note('cookie', cookie)
  const scope = 'atproto transition:generic'
  const redirect = 'http://127.0.0.1/callback' as const
  const [states, sessions] = [inMemory<never>(), inMemory<{tokenSet: {access_token: string; refresh_token?: string}}>()]
  const client = new NodeOAuthClient({
    clientMetadata: {
      client_id: `http://localhost?${new URLSearchParams({redirect_uri: redirect, scope})}`,
      redirect_uris: [redirect],
      scope,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      dpop_bound_access_tokens: true,
    },
    stateStore: states as never,
    sessionStore: sessions as never,
    handleResolver: service,
    plcDirectoryUrl: plc,
    allowHttp: true,
    requestLock: async (_, run) => run(),
  })
  const way = await client.authorize(handle, {scope})
  const page = await browser.page(way.pathname + way.search)
  const fields = [...page.matchAll(/name="(client_id|request_uri|account)" value="([^"]*)"/g)].map(
    ([, name, value]) => [name, value.replaceAll('&amp;', '&')] as const,
  )
  const answer = await browser.post('/oauth/authorize', {...Object.fromEntries(fields), decision: 'accept'})
  const back = new URL(answer.headers.get('location') ?? 'none:').searchParams
  note('authorization code', back.get('code') ?? undefined)
  const noteTokens = (): void => {
    for (const {tokenSet} of sessions.all.values()) {
      note('app token', tokenSet.access_token)
      note('app refresh token', tokenSet.refresh_token)
    }
  }
  const {session} = await client.callback(back)
  noteTokens()
  await new Agent(session).com.atproto.server.getSession()
  await client.restore(did, true)
  noteTokens()
  await assert.rejects(client.callback(back))

  // By admin, rightly and wrongly.
  const admin = {authorization: `Basic ${basic}`}
  const invite = await post('com.atproto.server.createInviteCode', '{"useCount":1}', admin)
  note('invite code', ((await invite.json()) as {code: string}).code)
  const update = JSON.stringify({did, password})
  assert.equal((await post('com.atproto.admin.updateAccountPassword', update, admin)).status, 200)
  const wrong = Buffer.from(`admin:${note('wrong admin password', 'not the password at all')}`).toString('base64')
  assert.equal(
    (await post('com.atproto.admin.updateAccountPassword', update, {authorization: `Basic ${wrong}`})).status,
    401,
  )
  logs.push(await metrics())

  // With a mail server that refuses, and says what it was told.
  const mail = createServer(socket => socket.on('error', () => {}).end('554 no\r\n'))
  await new Promise<void>(resolve => mail.listen(0, '127.0.0.1', resolve))
  context.after(() => mail.close())
  await stopNetwork(pds, 'SIGTERM')
  logs.push(pds.output())
  const {port} = mail.address() as AddressInfo
  pds = await begin('pds', {...settings, PDS_SMTP_URL: `smtp://someone:${mailPassword}@127.0.0.1:${port}`})
  await agent.login({identifier: handle, password})
  await server.requestAccountDelete().catch(() => {})
  await server.requestPasswordReset({email: 'alice@example.com'}).catch(() => {})
  await server.deactivateAccount({})
  logs.push(await metrics())
  await stopNetwork(pds, 'SIGTERM')
  logs.push(pds.output())

  const kept = JSON.parse(readFileSync(join(data, 'pds/secrets.json'), 'utf8')) as Record<string, string>
  for (const [name, secret] of Object.entries(kept)) note(name, secret)
  assert.ok(secrets.size > 30, `${secrets.size} secrets`)
  const text = logs.join('\n')
  for (const said of [
    'an email could not be sent',
    'a service could not be reached',
    'pds_mails_total{outcome="failed"}',
  ]) {
    assert.ok(text.includes(said), said)
  }
  for (const [what, secret] of secrets) {
    for (const form of [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]) {
      assert.ok(!text.includes(form), `${what} is in the log: ${text.split('\n').find(line => line.includes(form))}`)
    }
  }
  // Every line is one JSON object, with the same members first, and says which service it is of.
  const lines = logs.flatMap(log => log.split('\n')).filter(line => line.startsWith('{'))
  assert.ok(lines.length > 5)
  for (const line of lines) {
    const logged = JSON.parse(line) as {service?: string}
    assert.deepEqual([Object.keys(logged).slice(0, 3), logged.service], [['time', 'level', 'message'], 'pds'], line)
  }
})
