/** Answers that nobody reads: letting go of one ends no process, keeps no connection, and waits for nobody. */
import assert from 'node:assert/strict'
import {spawnSync} from 'node:child_process'
import {createServer, type AddressInfo, type Socket} from 'node:net'
import {setTimeout as sleep} from 'node:timers/promises'
import {test, type TestContext} from 'node:test'
import {turns} from '../../../test/until.ts'
import {Outbound} from './outbound.ts'

test('of undici only what is used is loaded', () => {
  const module = JSON.stringify(new URL('outbound.ts', import.meta.url).href)
  const script = `await import(${module}); const {createRequire} = await import('node:module')
    console.log(Object.keys(createRequire(${module}).cache).map(path => path.split('/undici/')[1]).join(' '))`
  const args = ['--input-type=module', '-e', script]
  const loaded = spawnSync(process.execPath, args, {encoding: 'utf8', timeout: 20_000}).stdout
  assert.match(loaded, /lib\/dispatcher\/agent\.js/)
  assert.doesNotMatch(loaded, /index\.js|lib\/(?:mock|web\/fetch|cache)\//)
})

const answers: Readonly<Record<string, (socket: Socket) => unknown>> = {
  empty: socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'),
  none: socket => socket.write('HTTP/1.1 204 No Content\r\n\r\n'),
  short: socket => socket.write('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 5\r\n\r\noops.'),
  later: async socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n')
    await sleep(10)
    socket.write('oops.')
  },
  redirect: socket => socket.write('HTTP/1.1 302 Found\r\nlocation: /end\r\ncontent-length: 5\r\n\r\nthere'),
  away: socket => socket.write('HTTP/1.1 302 Found\r\nlocation: /short\r\ncontent-length: 50\r\n\r\nhal'),
  cut: socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhal'),
  reset: async socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhal')
    await sleep(5)
    socket.resetAndDestroy()
  },
  hanging: socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhal'),
  endless: socket => {
    socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n')
    const timer = setInterval(() => socket.write('4\r\nmore\r\n'), 5)
    socket.once('close', () => clearInterval(timer))
  },
  garbage: socket => socket.end('220 mail.example.com ESMTP\r\n'),
  long: socket => socket.write(`HTTP/1.1 200 OK\r\ncontent-length: 5000000\r\n\r\n${'x'.repeat(5_000_000)}`),
}
/** After these the connection is as good as before. */
const keeping = new Set(['empty', 'none', 'short', 'later', 'redirect'])

interface Peer {
  ask(path: string, init?: RequestInit): Promise<Response>
  /** Resolves when what is answered is on its way. */
  answered(): Promise<unknown>
  /** Connections so far, and those still open. */
  count(): {made: number; open: number}
}

async function peer(context: TestContext): Promise<Peer> {
  const open = new Set<Socket>()
  let made = 0
  let answered: unknown
  const server = createServer(socket => {
    made++
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    socket.on('data', data => {
      answered = answers[/^\w+ \/(\w+)/.exec(data.toString())?.[1] ?? '']?.(socket)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const outbound = new Outbound({userAgent: 'test'})
  context.after(async () => {
    await outbound.close()
    for (const socket of open) socket.destroy()
    server.close()
  })
  const {port} = server.address() as AddressInfo
  return {
    ask: (path, init) => outbound.fetch(new Request(`http://127.0.0.1:${port}/${path}`, init)),
    answered: async () => answered,
    count: () => ({made, open: open.size}),
  }
}

for (const name of Object.keys(answers).filter(one => one !== 'garbage')) {
  for (const when of ['at once', 'a turn later', 'once begun'] as const) {
    test(`a body that is ${name} is let go of ${when}`, {timeout: 60_000}, async context => {
      const {ask, answered, count} = await peer(context)
      const response = await ask(name, {redirect: 'manual'})
      if (when === 'a turn later') await sleep(20)
      if (when === 'once begun')
        await response.body
          ?.getReader()
          .read()
          .catch(() => {})
      else await response.body?.cancel().catch(() => {})
      // What would end the process comes in a later turn, and what is left of an answer is taken in.
      await answered()
      await turns()
      const next = await ask('short')
      assert.equal(await next.text(), 'oops.')
      if (keeping.has(name)) assert.equal(count().made, 1, 'the connection is used again')
    })
  }
}

test('calls and bodies fail as those of the standard fetch do', {timeout: 60_000}, async context => {
  const {ask} = await peer(context)
  await assert.rejects(ask('garbage'), TypeError)
  await assert.rejects(async () => (await ask('cut')).text(), TypeError)
  await assert.rejects(async () => (await ask('reset')).text(), TypeError)
  const reason = new Error('enough')
  const leaving = new AbortController()
  const body = (await ask('hanging', {signal: leaving.signal})).text()
  leaving.abort(reason)
  await assert.rejects(body, error => error === reason)
  await assert.rejects(ask('never', {signal: AbortSignal.timeout(20)}), {name: 'TimeoutError'})
})

test('a redirect is followed without waiting for the rest of its answer', {timeout: 60_000}, async context => {
  const {ask} = await peer(context)
  const response = await ask('away')
  assert.equal(await response.text(), 'oops.')
})

test('a body that is let go of and never ends does not keep its connection', {timeout: 60_000}, async context => {
  const {ask, count} = await peer(context)
  const bodies = await Promise.all(['hanging', 'endless', 'long'].map(path => ask(path)))
  for (const {body} of bodies) await body?.cancel()
  while (count().open > 0) await sleep(20)
})
