/**
 * A service is one row: a copy of the source, to which one is added by its folder and one line of the list, runs it with
 * the others and alone, and shows it wherever services are listed.
 */
import assert from 'node:assert/strict'
import {spawn, type ChildProcess} from 'node:child_process'
import {once} from 'node:events'
import {cpSync, existsSync, readFileSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {after, before, suite, test, type TestContext} from 'node:test'
import {fileURLToPath} from 'node:url'
import {Metrics} from '#runtime/health/metrics.ts'
import type {Service} from '#runtime/service.ts'
import type {ServiceName} from '../src/bin/services.ts'
import type {ThreadData} from '../src/bin/thread/messages.ts'
import type {serviceThread as newServiceThread} from '../src/bin/thread/service-thread.ts'
import {freePorts, urlOf} from './network-env.ts'
import {temporaryFolder} from './temporary-folder.ts'
import {until} from './until.ts'

const checkout = fileURLToPath(new URL('..', import.meta.url))
const {web: port, pds: alonePort} = await freePorts()
const ports = await freePorts()
const line = "  tally: async () => (await import('#services/tally/service.ts')).service,\n"

const isTest = (path: string): boolean => /\.(test|contract)\.ts$/.test(path)

/** A copy of what runs, with the service in it. */
function copyWithTally(): string {
  const root = temporaryFolder('added-service')
  cpSync(join(checkout, 'src'), join(root, 'src'), {recursive: true, filter: path => !isTest(path)})
  cpSync(join(checkout, 'package.json'), join(root, 'package.json'))
  symlinkSync(join(checkout, 'node_modules'), join(root, 'node_modules'))
  cpSync(join(checkout, 'test/tally'), join(root, 'src/services/tally'), {recursive: true})
  const list = join(root, 'src/bin/services.ts')
  writeFileSync(list, readFileSync(list, 'utf8').replace(/^(?=\} satisfies )/m, line))
  return root
}

interface Running {
  child: ChildProcess
  output(): string
}

const root = copyWithTally()
let network: Running
const env = {
  ...Object.fromEntries(Object.entries(ports).map(([name, given]) => [`${name.toUpperCase()}_PORT`, `${given}`])),
  TALLY_PORT: `${port}`,
  WHOLESKY_DATA: 'kept',
}

function wholesky(args: readonly string[], more: Readonly<Record<string, string>> = {}): Running {
  const child = spawn(process.execPath, [join(root, 'src/bin/wholesky.js'), ...args], {
    cwd: root,
    env: {PATH: process.env.PATH, NODE_COMPILE_CACHE: join(root, 'cache'), ...more},
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (output += text))
  return {child, output: () => output}
}

async function up(more: Readonly<Record<string, string>> = env): Promise<Running> {
  const started = wholesky(['up'], more)
  const {child, output} = started
  await until(() => output().includes('Wholesky is up') || child.exitCode !== null, 'the network is up', 60_000)
  assert.equal(child.exitCode, null, output())
  return started
}

async function ran(args: readonly string[], more?: Readonly<Record<string, string>>): Promise<[string, number]> {
  const {child, output} = wholesky(args, more)
  const [code] = await once(child, 'close')
  // On a busy machine the start itself may be told of as standing still.
  return [output().replaceAll(/^\{.*"The event loop .*\n/gm, ''), code as number]
}

async function stop({child}: Running): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  await closed
}

interface Counts {
  unit: string
  counts: Readonly<Record<string, number>>
  isOwnStream: boolean
  isMainThread: boolean
  /** That it has read since its start. */
  events: number
  /** Signatures that its thread has checked. */
  checks: number
  crypto: string
}

/** What does not depend on who else is in its thread. */
const ownOf = ({unit, counts, isOwnStream, isMainThread}: Counts) => ({unit, counts, isOwnStream, isMainThread})

const countsAt = async (at: number): Promise<Counts> => (await (await fetch(`${urlOf(at)}/counts`)).json()) as Counts

async function call(nsid: string, body: object, token?: string): Promise<Record<string, string>> {
  const response = await fetch(`${urlOf(ports.pds)}/xrpc/${nsid}`, {
    method: 'POST',
    headers: {'content-type': 'application/json', ...(token && {authorization: `Bearer ${token}`})},
    body: JSON.stringify(body),
  })
  assert.equal(response.status, 200, nsid)
  return (await response.json()) as Record<string, string>
}

const alice = {handle: 'alice.test', password: 'correct horse'}
const collection = 'app.bsky.feed.post'

async function post(): Promise<void> {
  const {handle: identifier, password} = alice
  const {did, accessJwt} = await call('com.atproto.server.createSession', {identifier, password})
  const record = {$type: collection, text: 'hello', createdAt: new Date().toISOString()}
  await call('com.atproto.repo.createRecord', {repo: did, collection, record}, accessJwt)
}

suite('a service that was added by its folder and one line', {timeout: 170_000}, () => {
  before(async () => {
    network = await up()
  })
  after(() => stop(network))

  test('runs in the network, is listed, is healthy, and keeps its data where all is kept', async () => {
    const row = new RegExp(`^  http://localhost:${port} +Tally +records, counted, at /counts$`, 'm')
    assert.match(network.output(), row)
    const health = await fetch(`${urlOf(port)}/_health`)
    assert.equal(health.status, 200)
    assert.ok(existsSync(join(root, 'kept/tally/tally.sqlite')))
    assert.ok(!existsSync(join(root, 'data')))
  })

  test('reads what the relay has verified, in the network and alone', async context => {
    await call('com.atproto.server.createAccount', {...alice, email: 'alice@example.com'})
    await post()
    await until(async () => (await countsAt(port)).counts[collection] === 1, 'the post is counted')
    const counts = await countsAt(port)
    assert.deepEqual(ownOf(counts), {
      unit: 'records',
      counts: {[collection]: 1},
      isOwnStream: true,
      isMainThread: true,
    })
    assert.ok(counts.checks > 0, 'those of the relay are counted where both are in one thread')

    const settings = {TALLY_UPSTREAM: urlOf(ports.relay), TALLY_UNIT: 'things', TALLY_PORT: '1', WHOLESKY_DATA: 'other'}
    const alone = wholesky(['tally', '--port', `${alonePort}`], settings)
    context.after(() => stop(alone))
    await until(() => alone.output().includes('"listening"') || alone.child.exitCode !== null, 'it listens')
    assert.equal(alone.child.exitCode, null, alone.output())
    assert.ok(existsSync(join(root, 'other/tally/tally.sqlite')))
    await until(async () => (await countsAt(alonePort)).counts[collection] === 1, 'the post is counted')
    assert.deepEqual(ownOf(await countsAt(alonePort)), {
      unit: 'things',
      counts: {[collection]: 1},
      isOwnStream: false,
      isMainThread: true,
    })
  })

  test('is told of by help, and by its own', async () => {
    const [[all], [own], [refused, code]] = await Promise.all([
      ran(['--help']),
      ran(['tally', '--help']),
      ran(['tally'], {TALLY_PORT: 'high'}),
    ])
    assert.match(all, /^  tally +run a tally: how many records there are of each collection$/m)
    assert.match(own, /^  --unit   TALLY_UNIT   \(default records\)\n +What is counted\.$/m)
    assert.match(own, /METRICS_PORT/)
    assert.equal(
      refused,
      'The configuration of tally cannot be used:\n  TALLY_PORT is "high". Expected a port, 0 to 65535.\n',
    )
    assert.equal(code, 2)
  })

  test('is refused by a name that is not the one that it is listed by', async context => {
    const misnamed = async (path: string, from: string, to: string): Promise<[string, number]> => {
      const file = join(root, 'src/services/tally', path)
      const source = readFileSync(file, 'utf8')
      context.after(() => writeFileSync(file, source))
      writeFileSync(file, source.replace(from, to))
      const refused = await ran(['up'], {WHOLESKY_DATA: 'misnamed'})
      writeFileSync(file, source)
      return refused
    }
    const begin = 'cannot be used:\n  '
    assert.deepEqual(await misnamed('service.ts', "name: 'tally'", "name: 'tallies'"), [
      `The configuration of tally ${begin}The list of services has "tally", and its row is of "tallies": make it one name.\n`,
      2,
    ])
    assert.deepEqual(await misnamed('tally.ts', "name: 'tally'", "name: 'counter'"), [
      `The configuration of tally ${begin}What tally opens is named "counter": it has the name of its row.\n`,
      2,
    ])
  })

  test('is looked at by doctor', async () => {
    const urls = Object.fromEntries(
      Object.entries(ports).map(([name, given]) => [`WHOLESKY_${name.toUpperCase()}_URL`, urlOf(given)]),
    )
    const [output] = await ran(['doctor', '--json'], {...env, ...urls})
    const {sections} = JSON.parse(output) as {
      sections: {title: string; checks: {name: string; state: string; detail: string}[]}[]
    }
    const checks = sections.find(({title}) => title === 'Servers')?.checks ?? []
    const check = checks.find(({name}) => name === 'tally')
    assert.deepEqual(check?.state, 'good', output)
    assert.ok(check.detail.startsWith(urlOf(port)))
    assert.equal(checks.length, 9)
  })

  test('is in the table of the home page', async () => {
    const page = await (await fetch(urlOf(ports.web))).text()
    const row = /data-service="tally">[^]*?<\/li>/.exec(page)?.[0] ?? ''
    for (const part of ['<b>Tally</b>', 'records, counted', `href="${urlOf(port)}/counts"`, 'is-up'])
      assert.ok(row.includes(part), part)
  })

  test('has a thread of its own where its row allows that and it is asked for, and reads the log there', async () => {
    await stop(network)
    const threads = {...env, WHOLESKY_THREADS: 'tally'}
    const [unable, unableCode] = await ran(['up'], {...threads})
    assert.equal(
      unable,
      'The configuration of the network cannot be used:\n  WHOLESKY_THREADS has the item "tally". Expected of: appview.\n',
    )
    assert.equal(unableCode, 2)

    const file = join(root, 'src/services/tally/service.ts')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/^(?=  readsEvents)/m, '  thread: true,\n'))
    const [refused, code] = await ran(['up'], {...threads, TALLY_DATABASE: 'nowhere:'})
    assert.match(refused, /^"nowhere:" names no engine that there is\. .*$/m)
    assert.doesNotMatch(refused, /    at /)
    assert.equal(code, 2)

    network = await up({...threads, LOG_LEVEL: 'info', K256_CHECKS: 'library'})
    const before = await until(async () => {
      const counts = await countsAt(port)
      return counts.counts[collection] === 1 ? counts : undefined
    }, 'what it knew is there')
    await post()
    await until(async () => (await countsAt(port)).counts[collection] === 2, 'the second post is counted')
    assert.deepEqual(await countsAt(port), {
      unit: 'records',
      counts: {[collection]: 2},
      isOwnStream: true,
      isMainThread: false,
      // It went on where it was.
      events: before.events + 1,
      checks: 0,
      crypto: 'native, all by libraries,',
    })
    assert.equal(before.events, 0)
    const numbers = await until(async () => {
      const text = await (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
      return text.includes('view_events_behind{service="tally"') ? text : ''
    }, 'its numbers are shown')
    assert.equal(numbers.match(/^# TYPE http_requests_total /gm)?.length, 1)
    assert.match(numbers, /^http_requests_total\{service="tally",status="200"\} \d+$/m)
    assert.match(numbers, /^http_requests_total\{service="pds",status="200"\} \d+$/m)
    network.child.kill('SIGTERM')
    assert.deepEqual(await once(network.child, 'close'), [0, null], network.output())
    const lines = network.output().split('\n')
    const listening = lines.find(line => line.includes('"service":"tally"') && line.includes('"listening"'))
    assert.equal((JSON.parse(listening ?? '{}') as {url?: string}).url, `http://127.0.0.1:${port}`)
  })

  test('ends the program when its thread runs out of memory, with its name', async () => {
    network = await up({...env, WHOLESKY_THREADS: 'tally', NODE_OPTIONS: '--max-old-space-size=128'})
    const closed = once(network.child, 'close')
    await endBy('memory')
    assert.deepEqual(await closed, [1, null], network.output())
    assert.match(network.output(), /Error: The thread of tally has failed\.\n[^]*memory limit/)
  })
})

/** Its thread, started by this program, until the test ends. */
async function startThread(context: TestContext): Promise<Service> {
  const module = join(root, 'src/bin/thread/service-thread.ts')
  const {serviceThread} = (await import(module)) as {serviceThread: typeof newServiceThread}
  const data: ThreadData = {
    name: 'tally' as ServiceName,
    env: {TALLY_PORT: `${port}`, TALLY_DATABASE: 'memory:', TALLY_UPSTREAM: urlOf(alonePort)},
    logs: [],
    isHere: true,
    logLevel: 'error',
    checkAnswers: false,
    watchdogReport: 3_000,
    watchdogEnd: undefined,
  }
  const service = serviceThread(data, new Metrics(), () => {})
  context.after(() => service.stop())
  await service.start()
  return service
}

const endBy = (how: string) => fetch(`${urlOf(port)}/end?by=${how}`).catch(() => {})

suite('a service on a thread, with nobody beside it', {timeout: 30_000}, () => {
  test('says its name when it ends by an error', async context => {
    const {ended} = await startThread(context)
    await endBy('error')
    await assert.rejects(ended, (error: Error) => {
      assert.equal(error.message, 'The thread of tally has failed.')
      assert.equal((error.cause as Error).message, 'told to fail')
      return true
    })
  })

  test('says its name when it ends by itself', async context => {
    const {ended} = await startThread(context)
    await endBy('exit')
    await assert.rejects(ended, {message: 'The thread of tally has ended with 0.'})
  })

  test('ends when it is told to stop, also twice', async context => {
    const service = await startThread(context)
    await Promise.all([service.stop(), service.stop()])
    await service.ended
    await assert.rejects(fetch(`${urlOf(port)}/counts`))
  })
})
