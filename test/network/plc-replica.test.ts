/** A read replica as people run it, in a process of its own, killed again and again while it catches up. */
import assert from 'node:assert/strict'
import {join} from 'node:path'
import {setTimeout as sleep} from 'node:timers/promises'
import {test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {listen} from '#runtime/http/listener.ts'
import {freePorts, urlOf} from '../network-env.ts'
import {killNetwork, spawnWholesky, stopNetwork} from '../network-process.ts'
import {operation, weak} from '../plc-directory.ts'
import {lineOf, TestPrimary, type PrimaryLine, type Shown} from '../plc-primary.ts'
import {temporaryFolder} from '../temporary-folder.ts'
import {until} from '../until.ts'

const identities = 2_000
const kills = 6

test(
  'a replica that is killed goes on where it was, and ends with all there is, once',
  {timeout: 110_000},
  async context => {
    const lines: PrimaryLine[] = []
    for (let i = 0; i < identities; i++) {
      const first = operation(`a${i}.test`)
      const {did} = lineOf(first, 1)
      lines.push(lineOf(first, lines.length + 1))
      lines.push(lineOf(operation(`b${i}.test`, first, weak), lines.length + 1, lines.length + 1, did))
    }
    const primary = new TestPrimary(lines)
    // Each page takes a while, so that it is killed in the middle of one.
    primary.instead = async (path, request) => {
      if (!path.startsWith('/export?after=') || path.endsWith('count=1')) return undefined
      await sleep(20)
      const after = Number(new URL(request.url).searchParams.get('after'))
      const page = lines.slice(after, after + 1_000)
      const text = page.map(({nullified: _nullified, ...line}) => JSON.stringify(line)).join('\n')
      const bytes = new TextEncoder().encode(text)
      let at = 0
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await sleep(5)
          if (at >= bytes.length) return controller.close()
          controller.enqueue(bytes.subarray(at, (at += 50_000)))
        },
      })
      return new Response(body)
    }
    const ended = new Promise<never>(() => {})
    const service = {name: 'primary', fetch: primary.fetch, start: async () => {}, stop: async () => {}, ended}
    const listener = await listen(service, {port: 0, log: silentLog})
    context.after(() => listener.stop())

    const {plc: port} = await freePorts()
    const env = {
      WHOLESKY_DATA: join(temporaryFolder('plc-replica'), 'data'),
      PLC_PORT: String(port),
      PLC_UPSTREAM: listener.url,
      PLC_RECHECK: '1s',
    }
    const shown = async (): Promise<Shown | undefined> => {
      try {
        return (await (await fetch(`${urlOf(port)}/_replica`)).json()) as Shown
      } catch {
        return undefined
      }
    }
    let seen = 0
    for (let kill = 0; kill < kills; kill++) {
      const replica = spawnWholesky(['plc'], env, output => output.includes('listening'))
      await replica.up
      const opened = /"directory open"[^\n]*"operations":(\d+)/.exec(replica.output())?.[1]
      assert.ok(Number(opened) >= seen, `${opened} operations after ${seen} were shown`)
      const before = seen
      await until(async () => {
        seen = Math.max(seen, (await shown())?.seq ?? 0)
        return seen > before || seen === lines.length
      }, 'it goes on')
      await sleep(7 * kill)
      seen = Math.max(seen, (await shown())?.seq ?? 0)
      assert.equal(await killNetwork(replica), 'SIGKILL')
    }
    const replica = spawnWholesky(['plc'], env, output => output.includes('listening'))
    await replica.up
    const done = await until(
      async () => {
        const now = await shown()
        return now?.state === 'live' && now.seq === lines.length ? now : undefined
      },
      'all is taken over',
      60_000,
    )
    assert.equal(done.findings, 0)
    const cids: unknown[] = []
    for (let after = 0; after < lines.length; after += 1_000) {
      const text = await (await fetch(`${urlOf(port)}/export?after=${after}`)).text()
      cids.push(...text.split('\n').map(line => (JSON.parse(line) as PrimaryLine).cid))
    }
    assert.deepEqual(
      cids,
      lines.map(({cid}) => cid),
    )
    const health = (await (await fetch(`${urlOf(port)}/_health`)).json()) as {replica: {state: string}}
    assert.equal(health.replica.state, 'live')
    assert.equal(await stopNetwork(replica), 0)
  },
)
