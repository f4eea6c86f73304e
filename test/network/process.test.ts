/** The network as a process: it starts, shows its numbers, ends at Ctrl-C, and says what keeps it from starting. */
import assert from 'node:assert/strict'
import {createServer} from 'node:http'
import {test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {WebSocket} from 'ws'
import {freePorts, networkEnv, urlOf} from '../network-env.ts'
import {EndedEarly, killNetwork, startNetwork, stopNetwork} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'

const connected = (url: string): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url)
    socket.once('open', () => resolve(socket)).once('error', reject)
  })

test('it starts, counts what it does, ends though it is listened to, and starts again', async context => {
  const ports = await freePorts()
  const env = networkEnv(temporaryFolder('process'), ports)
  const first = await startNetwork(env)
  context.after(() => killNetwork(first))
  const agent = new AtpAgent({service: urlOf(ports.pds)})
  await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  await agent.post({text: 'hello'})

  assert.ok((await fetch(urlOf(ports.web))).ok)
  const numbers = await (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
  for (const line of [
    /^xrpc_calls_total\{service="pds",method="com\.atproto\.repo\.createRecord",status="200"\} 1$/m,
    /^xrpc_call_seconds_count\{service="pds",method="com\.atproto\.repo\.createRecord"\} 1$/m,
    /^http_requests_total\{service="pds",status="200"\} \d+$/m,
    /^sql_group_acts_count\{service="pds"\} \d+$/m,
    /^log_last_seq\{service="relay"\} \d+$/m,
    /^log_bytes\{service="jetstream"\} \d+$/m,
    /^follower_lag_seconds\{service="relay"\} [\d.]+$/m,
    /^event_loop_lag_seconds [\d.e-]+$/m,
    /^process_resident_bytes \d+$/m,
  ]) {
    assert.match(numbers, line)
  }
  // Nowhere but on that port.
  for (const port of [ports.plc, ports.pds, ports.relay, ports.jetstream]) {
    assert.ok(!(await fetch(`${urlOf(port)}/metrics`)).ok)
  }

  const streams = await Promise.all([
    connected(`ws://localhost:${ports.pds}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`),
    connected(`ws://localhost:${ports.relay}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`),
    connected(`ws://localhost:${ports.jetstream}/subscribe`),
  ])
  const closed = streams.map(socket => new Promise<number>(resolve => socket.once('close', resolve)))
  const began = performance.now()
  assert.equal(await stopNetwork(first), 0, first.output())
  // One that waited for its listeners would wait for ten seconds.
  assert.ok(performance.now() - began < 9_000, `${performance.now() - began} ms`)
  assert.deepEqual(await Promise.all(closed), [1001, 1001, 1001])
  assert.doesNotMatch(first.output(), /warning/i)

  const second = await startNetwork(env)
  context.after(() => killNetwork(second))
  await agent.login({identifier: 'alice.test', password: 'correct horse'})
  assert.equal((await agent.com.atproto.repo.describeRepo({repo: agent.assertDid})).data.handle, 'alice.test')

  const third = startNetwork({...env, METRICS_PORT: ''})
  await assert.rejects(third, /is in use by another process\. .* WHOLESKY_DATA names another one\./)
})

test('a port that is in use is named', async context => {
  const ports = await freePorts()
  const other = createServer()
  await new Promise<void>(resolve => other.listen(ports.relay, '127.0.0.1', resolve))
  context.after(() => other.close())
  await assert.rejects(startNetwork(networkEnv(temporaryFolder('process'), ports)), (error: Error) => {
    assert.ok(error instanceof EndedEarly)
    assert.match(error.message, new RegExp(`of relay cannot be used:\n  Port ${ports.relay} .* in use .*RELAY_PORT`))
    assert.doesNotMatch(error.message, /    at /)
    return true
  })
})
