/** `sim`, as it is typed: a run that ends well or badly, and a network that is served. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {silentLog} from '#std/log.ts'
import {nodeWorld} from '#runtime/node-world.ts'
import {ServedCrowd} from '#sim/crowd/served.ts'
import type {Truth} from '#sim/crowd/host.ts'
import {subscribeReposRequest} from '#sdk/checked-stream.ts'
import {readRepoFrame} from '#atp/sync/verify.ts'
import {eachFrame} from '#std/wire/frames.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'

suite('sim', () => {
  test('says what it was, and names the faults that have not struck', async () => {
    const words = ['sim', '--accounts', '4', '--events', '30', '--hosts', '2', '--seed', '3', '--pds-runs', '0']
    const {code, out, err} = await wholesky(words)
    assert.equal(code, 1)
    assert.match(out, /^seed 3\n +accounts +4\n +events +\d+ in \d+ commits/)
    assert.match(out, /told +relay \d+, Jetstream \d+, Tap \d+/)
    assert.match(out, /✗ no difference, but these faults never struck: .*lying-sync/)
    assert.match(err, /^seed 3: 0 of 30 events/)
    const again = await wholeskyJson(words)
    const {digest, ok, differences} = again.answer as {digest: string; ok: boolean; differences: string[]}
    assert.deepEqual([again.code, ok, differences], [1, false, []])
    assert.ok(out.includes(digest), 'the same seed has the same digest')
  })

  test('refuses what does not go together', async () => {
    for (const [words, said] of [
      [['--rate', '5'], /--rate is for --serve/],
      [['--serve', '--hard'], /--hard is for a run/],
      [['--serve', '--trace', 'x'], /are for a run/],
      [['--accounts', '0'], /whole number, 1 or more/],
    ] as const) {
      const {code, err} = await wholesky(['sim', ...words])
      assert.equal(code, 2)
      assert.match(err, said)
    }
  })
})

/** What all accounts of a server have. */
const truth = async ({hostUrls: [url]}: ServedCrowd): Promise<Truth[]> => {
  const dids = (await (await fetch(`${url}/truth`)).json()) as string[]
  return Promise.all(dids.map(async did => (await (await fetch(`${url}/truth?did=${did}`)).json()) as Truth))
}

suite('a crowd that is served', () => {
  test('has the same accounts and records from the same seed wherever its ports are, and a relay tells of them', async () => {
    await using world = nodeWorld({userAgent: 'test'})
    const options = {seed: 5, accounts: 3, events: 12, hosts: 1, port: 0, world, log: silentLog}
    await using one = await ServedCrowd.open({...options, relay: true})
    await using other = await ServedCrowd.open({...options, relay: false})
    const wanted = await truth(one)
    assert.equal(wanted.length, 3)
    assert.ok(wanted.every(({rev, records}) => rev !== null && Object.keys(records).length > 0))
    assert.deepEqual(await truth(other), wanted)
    const stop = new AbortController()
    const frames = await world.subscribe(subscribeReposRequest(one.relayUrl as string, 0), stop.signal)
    assert.ok(!(frames instanceof Response))
    const last = new Map<string, string>()
    const isWhole = (): boolean => wanted.every(({did, rev}) => last.get(did) === rev)
    for await (const frame of eachFrame(frames)) {
      const read = readRepoFrame(frame as Uint8Array)
      assert.ok(read.ok && read.event)
      if (read.event.t === '#commit') last.set(read.event.did, read.event.rev)
      if (isWhole()) break
    }
    stop.abort()
    const before = one.crowd.ops
    await one.live(10_000, new AbortController().signal, before + 5)
    assert.ok(one.crowd.ops >= before + 5, 'people go on')
  })
})
