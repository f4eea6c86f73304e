/**
 * Clients that open and do not ask, ask and do not read, or say what is no WebSocket: the network keeps serving the
 * others, and holds no more memory for all of them than it would for as many who behave.
 */
import assert from 'node:assert/strict'
import {once} from 'node:events'
import {connect, type Socket} from 'node:net'
import {after, before, suite, test} from 'node:test'
import {AtpAgent} from '@atproto/api'
import {WebSocket} from 'ws'
import {freePorts, networkEnv, urlOf, type Ports} from '../network-env.ts'
import {killNetwork, startNetwork, type NetworkProcess} from '../network-process.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const clientsMax = 1_000
const memoryMax = 96 * 2 ** 20
/** What is held for a consumer, however much there is to read: what it has not taken stays in the log. */
const consumerMemoryMax = 2 ** 19
/** How long anybody who behaves may wait, on a busy machine. */
const answerMsMax = 5_000

const head = (more: string): string =>
  `GET /xrpc/com.atproto.sync.subscribeRepos HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n${more}\r\n`

const closeCode = async (url: string, message: string | Buffer): Promise<number> => {
  const client = new WebSocket(url)
  await once(client, 'open')
  client.send(message, () => {})
  const [code] = (await once(client, 'close')) as [number]
  return code
}

suite('hostile sockets', () => {
  let network: NetworkProcess
  let ports: Ports
  let agent: AtpAgent
  const sockets: Socket[] = []

  before(async () => {
    ports = await freePorts()
    network = await startNetwork(networkEnv(temporaryFolder('sockets'), ports))
    agent = new AtpAgent({service: urlOf(ports.pds)})
    await agent.createAccount({handle: 'alice.test', email: 'alice@example.com', password: 'correct horse'})
  })

  after(async () => {
    for (const socket of sockets) socket.destroy()
    await killNetwork(network)
  })

  /** A connection that says `text` and no more. */
  const open = async (port: number, text: string): Promise<Socket> => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => {})
    await once(socket, 'connect')
    if (text !== '') socket.write(text)
    sockets.push(socket)
    return socket
  }

  const metric = async (name: string): Promise<number> => {
    const text = await (await fetch(`${urlOf(ports.metrics)}/metrics`)).text()
    return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1])
  }

  const served = async (): Promise<void> => {
    const began = performance.now()
    const {uri} = await agent.post({text: 'still here'})
    assert.ok(uri)
    assert.ok(performance.now() - began < answerMsMax, 'a write is answered as before')
  }

  test('a thousand idle connections, and a thousand whose heads never end', async () => {
    const held = await metric('process_resident_bytes')
    const slow = 'GET /xrpc/com.atproto.server.describeServer HTTP/1.1\r\nhost: localhost\r\nx-a: b\r\n'
    const upgrade =
      'GET /xrpc/com.atproto.sync.subscribeRepos HTTP/1.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n'
    for (let i = 0; i < clientsMax; i += 50) {
      await Promise.all(
        Array.from({length: 50}, async (_, j) => {
          await open(ports.pds, '')
          await open(j % 2 === 0 ? ports.relay : ports.jetstream, j % 4 < 2 ? slow : upgrade)
        }),
      )
    }
    const areOpen = async (): Promise<boolean> => (await metric('http_connections\\{service="pds"\\}')) >= clientsMax
    await until(areOpen, 'all are let in')
    await served()
    const grown = (await metric('process_resident_bytes')) - held
    assert.ok(grown < memoryMax, `${2 * clientsMax} connections take ${grown} bytes`)
    for (const socket of sockets.splice(0)) socket.destroy()
    await until(async () => (await metric('http_connections\\{service="pds"\\}')) < 10, 'all are let go')
  })

  test('consumers that do not read are not sent more than they take, and cost the others nothing', async () => {
    // More than the buffers of a connection hold.
    const sizeMin = 12_000_000
    const text = 'x'.repeat(2_500)
    for (let size = 0; size < sizeMin; size += 50 * text.length) {
      const writes = Array.from({length: 50}, (_, i) => ({
        $type: 'com.atproto.repo.applyWrites#create' as const,
        collection: 'com.example.large',
        value: {$type: 'com.example.large', text: `${size + i} ${text}`},
      }))
      await agent.com.atproto.repo.applyWrites({repo: agent.assertDid, writes})
    }
    const {rev} = (await agent.com.atproto.sync.getLatestCommit({did: agent.assertDid})).data
    const relay = new AtpAgent({service: urlOf(ports.relay)})
    const did = agent.assertDid
    const isThere = async (): Promise<boolean> => (await relay.com.atproto.sync.getRepoStatus({did})).data.rev === rev
    await until(isThere, 'the relay has everything')

    const held = await metric('process_resident_bytes')
    const paths = [
      [ports.relay, '/xrpc/com.atproto.sync.subscribeRepos?cursor=0'],
      [ports.pds, '/xrpc/com.atproto.sync.subscribeRepos?cursor=0'],
      [ports.jetstream, '/subscribe?cursor=1'],
    ] as const
    const stalled = paths.flatMap(([port, path]) =>
      Array.from({length: 30}, async () => {
        const key = 'dGhlIHNhbXBsZSBub25jZQ=='
        const upgrade = `GET ${path} HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`
        const socket = await open(port, upgrade)
        socket.pause()
      }),
    )
    await Promise.all(stalled)
    const reader = new WebSocket(`ws://localhost:${ports.relay}/xrpc/com.atproto.sync.subscribeRepos?cursor=0`)
    let received = 0
    reader.on('message', (data: Buffer) => (received += data.length))
    await until(() => received > sizeMin, 'one that reads has everything')
    reader.close()
    await served()
    // What the one that reads was sent is garbage now, which goes in its time; what is held for the others would stay.
    const isLittle = async (): Promise<boolean> =>
      (await metric('process_resident_bytes')) - held < 90 * consumerMemoryMax
    await until(isLittle, `90 consumers that do not read take less than ${90 * consumerMemoryMax} bytes`)
  })

  test('what is no WebSocket ends that connection and no other', async () => {
    const listener = new WebSocket(`ws://localhost:${ports.relay}/xrpc/com.atproto.sync.subscribeRepos`)
    await once(listener, 'open')
    const firehose = `ws://localhost:${ports.relay}/xrpc/com.atproto.sync.subscribeRepos`
    const jetstream = `ws://localhost:${ports.jetstream}/subscribe`
    assert.equal(await closeCode(firehose, 'x'.repeat(300_000)), 1009)
    assert.equal(await closeCode(jetstream, 'x'.repeat(1_100_000)), 1009)
    assert.equal(await closeCode(jetstream, '{"type":'), 1007)
    assert.equal(
      await closeCode(jetstream, JSON.stringify({type: 'options_update', payload: {wantedCollections: ['!']}})),
      1008,
    )

    const answer = async (text: string): Promise<string> => {
      const socket = await open(ports.relay, text)
      let got = ''
      socket.setEncoding('latin1').on('data', (more: string) => (got += more))
      await once(socket, 'close')
      return got.split(' ')[1]
    }
    assert.equal(await answer(head('sec-websocket-version: 13\r\n')), '400')
    assert.equal(
      await answer(head('sec-websocket-version: 99\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n')),
      '400',
    )
    const garbage = await answer(
      `${head('sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n')}\xff\xff\xff\xff`,
    )
    assert.equal(garbage, '101')
    assert.equal(listener.readyState, WebSocket.OPEN)
    listener.close()
    await served()
  })
})
