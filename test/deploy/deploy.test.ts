/**
 * A PDS behind the proxies of docs/operate/pds.md: what passes through them is what was sent, at any size and as it comes,
 * and a stranger is counted as himself.
 */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {mkdtempSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import {request as httpsRequest} from 'node:https'
import {join} from 'node:path'
import {after, before, suite, test} from 'node:test'
import {connect} from 'node:tls'
import {fileURLToPath} from 'node:url'
import {AtpAgent} from '@atproto/api'
import {Agent, fetch as undiciFetch} from 'undici'
import {WebSocket} from 'ws'
import {decodeFrame} from '#atp/sync/frame.ts'
import {freePorts, urlOf} from '../network-env.ts'
import {stopNetwork, type NetworkProcess} from '../network-process.ts'
import {spawnService} from '../separate-processes.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'
import {caddy, nginx, type Proxy} from './proxies.ts'

const root = temporaryFolder('deploy')
const name = 'pds.example.com'
const password = 'correct horse'
/** Above what proxies take unless told otherwise (1 MB), and what they keep in memory. */
const bigSize = 40_000_000

/** Every name leads to the proxy. */
const lookup = (_: string, options: {all?: boolean}, done: (error: null, ...found: unknown[]) => void): void =>
  options.all ? done(null, [{address: '127.0.0.1', family: 4}]) : done(null, '127.0.0.1', 4)

/** Addresses of this machine are not counted; that of a stranger is. */
const counted = (response: {headers: {get(name: string): string | null}}): boolean =>
  response.headers.get('ratelimit-remaining') !== null

for (const kind of [caddy, nginx]) {
  suite(`behind ${kind.name}`, {skip: kind.missing, timeout: 90_000}, () => {
    const folder = mkdtempSync(join(root, 'data-'))
    const started: NetworkProcess[] = []
    let proxy: Proxy
    let port: number
    let pdsPort: number
    let agent: AtpAgent
    const dispatcher = (localAddress?: string): Agent =>
      new Agent({localAddress, connect: {ca: proxy.ca(), lookup: lookup as never}})
    const url = (host = name): string => `https://${host}:${port}`

    const staged = (): string[] => readdirSync(join(folder, 'pds/pds/blobs/staged'))
    const ask = (host: string) =>
      undiciFetch(`${url(host)}/.well-known/atproto-did`, {dispatcher: dispatcher()}).then(response => response.text())
    const guess = async (from: Agent, claimed?: string): Promise<number> => {
      const response = await undiciFetch(`${url()}/xrpc/com.atproto.server.createSession`, {
        method: 'POST',
        dispatcher: from,
        headers: {'content-type': 'application/json', ...(claimed && {'x-forwarded-for': claimed})},
        body: JSON.stringify({identifier: `nobody.${name}`, password: 'wrong horse'}),
      })
      await response.text()
      return response.status
    }

    before(async () => {
      const ports = await freePorts()
      ;({web: port, pds: pdsPort} = ports)
      const begin = async (service: 'plc' | 'pds', env: Record<string, string>): Promise<void> => {
        const process = spawnService(service, {...env, WHOLESKY_DATA: join(folder, service)})
        started.push(process)
        await process.up
      }
      await begin('plc', {PLC_PORT: String(ports.plc)})
      await begin('pds', {
        PDS_PORT: String(pdsPort),
        PDS_PUBLIC_URL: `https://${name}`,
        PDS_HANDLE_DOMAINS: `.${name}`,
        PDS_PLC_URL: urlOf(ports.plc),
      })
      proxy = await kind.open(folder, {https: port, http: ports.relay, pds: pdsPort})
      // Caddy makes its own authority when the first name is asked for.
      await until(() => {
        try {
          return proxy.ca() !== ''
        } catch {
          return false
        }
      }, 'the certificate of the proxy')
      const through = dispatcher()
      agent = new AtpAgent({
        service: url(),
        fetch: (async (input: Request | string | URL, init?: RequestInit) => {
          const {url: href, method, headers, body} = new Request(input, init)
          // The document of an account leads to the name without the port of this test.
          const at = href.replace(`https://${name}/`, `${url()}/`)
          const sent = {
            method,
            headers: Object.fromEntries(headers),
            body: body as never,
            duplex: 'half',
            dispatcher: through,
          } as const
          return undiciFetch(at, sent)
        }) as unknown as typeof fetch,
      })
      await agent.createAccount({handle: `alice.${name}`, email: 'alice@example.com', password})
    })
    after(async () => {
      await proxy?.stop()
      for (const process of started.toReversed()) await stopNetwork(process, 'SIGTERM')
    })

    test('the firehose opens as a WebSocket, and tells of a post as it is made', async () => {
      const socket = new WebSocket(`wss://${name}:${port}/xrpc/com.atproto.sync.subscribeRepos`, {
        ca: proxy.ca(),
        lookup: lookup as never,
      })
      const types: string[] = []
      socket.on('message', (data: Buffer) => types.push(String((decodeFrame(data) as {t?: string}).t)))
      await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
      await agent.post({text: 'through a proxy'})
      await until(() => types.includes('#commit'), 'a commit on the firehose')
      socket.close()
    })

    test('a large blob and a repository pass, in and out', async () => {
      const bytes = new Uint8Array(bigSize).fill(7)
      const {blob} = (await agent.uploadBlob(bytes, {encoding: 'video/mp4'})).data
      assert.equal(blob.size, bigSize)
      const did = agent.assertDid
      const record = {$type: 'com.example.file', file: blob}
      await agent.com.atproto.repo.createRecord({repo: did, collection: record.$type, record})
      const {data} = await agent.com.atproto.sync.getBlob({did, cid: blob.ref.toString()})
      assert.ok(Buffer.from(data).equals(bytes))
      const car = (await agent.com.atproto.sync.getRepo({did})).data
      await agent.com.atproto.repo.importRepo(car, {encoding: 'application/vnd.ipld.car'})
    })

    test('an upload arrives as it is sent, and is not kept by the proxy first', async () => {
      assert.deepEqual(staged(), [])
      const {accessJwt} = agent.session ?? {}
      const upload = httpsRequest(`${url()}/xrpc/com.atproto.repo.uploadBlob`, {
        method: 'POST',
        ca: proxy.ca(),
        lookup: lookup as never,
        headers: {authorization: `Bearer ${accessJwt}`, 'content-type': 'image/png', 'content-length': 2_000_000},
      })
      const answered = new Promise<number | undefined>((resolve, reject) =>
        upload.once('response', response => resolve(response.resume().statusCode)).once('error', reject),
      )
      upload.write(new Uint8Array(1_000_000))
      await until(() => staged().length === 1, 'the first half at the server')
      upload.end(new Uint8Array(1_000_000))
      assert.equal(await answered, 200)
    })

    test('a handle is confirmed under its own name, and a name of nobody is not', async () => {
      assert.equal(await ask(`alice.${name}`), agent.assertDid)
      if (kind.onDemand) await assert.rejects(ask(`nobody.${name}`), 'no certificate for a name of nobody')
      else assert.match(await ask(`nobody.${name}`), /No account has this handle/)
    })

    test('certificates are for the names that were asked for', async () => {
      const servername = `alice.${name}`
      const socket = connect({host: '127.0.0.1', port, servername, ca: proxy.ca()})
      await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject))
      assert.equal(socket.authorized, true)
      socket.destroy()
    })

    test('a stranger cannot say that he is another, and the proxy can', async () => {
      const nsid = '/xrpc/com.atproto.server.describeServer'
      const headers = {'x-forwarded-for': '203.0.113.7'}
      assert.equal(counted(await fetch(`http://127.0.0.1:${pdsPort}${nsid}`, {headers})), true)
      assert.equal(counted(await undiciFetch(url() + nsid, {headers, dispatcher: dispatcher()})), false)
      const through = await undiciFetch(url() + nsid, {dispatcher: dispatcher()})
      assert.equal(counted(through), false)
      assert.equal(through.headers.get('access-control-allow-origin'), '*')
    })

    test('who guesses a password too often is stopped, and nobody else behind the proxy', async () => {
      const [one, other] = [dispatcher('127.0.0.5'), dispatcher('127.0.0.6')]
      const guesses = await Promise.all(Array.from({length: 30}, () => guess(one)))
      assert.deepEqual(new Set(guesses), new Set([401]))
      assert.equal(await guess(one, '127.0.0.6'), 429)
      assert.equal(await guess(other), 401)
    })
  })
}

const systemd = spawnSync('systemd-analyze', ['--version']).error ? 'no systemd-analyze in PATH' : false
/** Of 10: what an attacker in the service could still reach. */
const exposureMax = 2

test('the unit of systemd is well formed, and leaves the service little', {skip: systemd}, () => {
  const folder = mkdtempSync(join(root, 'unit-'))
  const here = fileURLToPath(new URL('../..', import.meta.url))
  const unit = readFileSync(join(here, 'docs/operate/deploy/wholesky-pds.service'), 'utf8')
  const path = join(folder, 'wholesky-pds.service')
  writeFileSync(path, unit.replaceAll('/srv/wholesky', here).replace('/usr/bin/node', process.execPath))
  const verified = spawnSync('systemd-analyze', ['verify', path], {encoding: 'utf8'})
  assert.deepEqual([verified.status, verified.stderr], [0, ''])
  const judged = spawnSync('systemd-analyze', ['security', '--offline=true', path], {encoding: 'utf8'})
  const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(judged.stdout) ?? []
  assert.ok(Number(exposure) <= exposureMax, judged.stdout)
})
