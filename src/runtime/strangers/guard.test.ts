import assert from 'node:assert/strict'
import type {LookupAddress} from 'node:dns'
import {createSocket} from 'node:dgram'
import {once} from 'node:events'
import {test} from 'node:test'
import {byDns, createGuard, isPublicAddress, Refused} from './guard.ts'
import type {Guard, GuardOptions} from './guard.ts'

test('only addresses of the public internet are public', () => {
  const special = `
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.127.255.255 127.0.0.1 127.255.255.255 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.19.255.255
    198.51.100.1 203.0.113.1 224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 :: ::1 ::ffff:10.0.0.1
    ::ffff:8.8.8.8 ::ffff:7f00:1 64:ff9b::a00:1 64:ff9b:1::1 100::1 fc00::1 fdff::1 fe80::1 fec0::1
    ff02::1 2001::1 2001:db8::1 2001:10::1 2002:7f00:1::1 2002:a00:1::1 3fff::1 4000::1 fe80::1%eth0
  `
  for (const address of [...special.trim().split(/\s+/), 'not an address', ''])
    assert.equal(isPublicAddress(address), false, address)
  const open = `
    1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.0.1
    2606:4700::1111 2a00:1450::1 2001:4860::8888
  `
  for (const address of open.trim().split(/\s+/)) {
    assert.equal(isPublicAddress(address), true, address)
  }
})

const reasonOf = (guard: Guard, url: string): string | undefined => {
  try {
    guard.check(new URL(url))
    return undefined
  } catch (error) {
    assert.ok(error instanceof Refused)
    return error.reason
  }
}

test('a URL is refused for its scheme, port, credentials or literal address', () => {
  const guard = createGuard()
  for (const [url, reason] of [
    ['https://pds.example.com/xrpc/a', undefined],
    ['wss://pds.example.com', undefined],
    ['https://pds.example.com:443/', undefined],
    ['http://pds.example.com/', 'scheme'],
    ['ws://pds.example.com/', 'scheme'],
    ['file:///etc/passwd', 'scheme'],
    ['data:text/plain,a', 'scheme'],
    ['https://pds.example.com:22/', 'port'],
    ['https://user:pass@pds.example.com/', 'credentials'],
    ['https://127.0.0.1/', 'private-address'],
    ['https://2130706433/', 'private-address'],
    ['https://0x7f.1/', 'private-address'],
    ['https://0177.0.0.1/', 'private-address'],
    ['https://[::1]/', 'private-address'],
    ['https://[::ffff:169.254.169.254]/', 'private-address'],
    ['https://8.8.8.8/', undefined],
  ] as const) {
    assert.equal(reasonOf(guard, url), reason, url)
  }
})

test('in development this machine may be named too, and nothing else that is private', () => {
  const guard = createGuard({allowLoopback: true})
  for (const url of ['http://localhost:2583/', 'ws://127.0.0.1:2470/', 'http://[::1]:80/']) {
    assert.equal(reasonOf(guard, url), undefined, url)
  }
  assert.equal(reasonOf(guard, 'http://10.0.0.1/'), 'private-address')
  assert.equal(reasonOf(guard, 'ftp://localhost/'), 'scheme')
})

function lookup(options: GuardOptions, hostname: string, all: boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    createGuard(options).lookup(hostname, {all}, (error, address, family) => {
      if (error) reject(error)
      else resolve(all ? address : {address, family})
    })
  })
}

const inside = async (): Promise<LookupAddress[]> => [{address: '127.0.0.1', family: 4}]

test('a name resolves to its public addresses only', async () => {
  const answers: LookupAddress[] = [
    {address: '10.0.0.1', family: 4},
    {address: '1.2.3.4', family: 4},
    {address: 'fe80::1', family: 6},
    {address: '2606:4700::1', family: 6},
  ]
  const resolve = async (): Promise<LookupAddress[]> => answers
  assert.deepEqual(await lookup({resolve}, 'a.test', true), [answers[1], answers[3]])
  assert.deepEqual(await lookup({resolve}, 'a.test', false), answers[1])
  await assert.rejects(lookup({resolve: inside}, 'rebound.test', true), Refused)
  assert.deepEqual(await lookup({resolve: inside, allowLoopback: true}, 'a.localhost', false), {
    address: '127.0.0.1',
    family: 4,
  })
  await assert.rejects(
    lookup({resolve: () => Promise.reject(new Error('no such name'))}, 'a.test', true),
    /no such name/,
  )
})

test('names whose servers are silent keep no other name waiting', {timeout: 60_000}, async context => {
  const server = createSocket('udp4')
  let silent = 0
  server.on('message', (question, {port, address}) => {
    const name = question.toString('latin1')
    if (name.includes('silent')) return void silent++
    const end = question.indexOf(0, 12) + 5
    const isV4 = question.readUInt16BE(end - 4) === 1
    const answer = Buffer.from(question.subarray(0, end))
    answer.writeUInt16BE(0x8180, 2)
    answer.writeUInt16BE(isV4 ? 1 : 0, 6)
    answer.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 93, 184, 215, 14])
    server.send(isV4 ? Buffer.concat([answer, record]) : answer, port, address)
  })
  server.bind(0, '127.0.0.1')
  await once(server, 'listening')
  context.after(() => server.close())
  const resolve = byDns([`127.0.0.1:${server.address().port}`], 250)
  const waiting = Array.from({length: 20}, (_, i) => resolve(`silent${i}.example.com`).catch((error: Error) => error))
  assert.deepEqual(await resolve('pds.example.com'), [{address: '93.184.215.14', family: 4}])
  assert.ok(silent > 0)
  for (const answer of waiting) assert.ok((await answer) instanceof Error)
})
