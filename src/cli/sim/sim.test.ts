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
import {FaultCounts} from '#sim/ground/faults.ts'
import type {CrowdOutcome} from '#sim/crowd/network.ts'
import {Shell, type Io} from '../shell/shell.ts'
import {documentOf, progressOf, wordsOf, type Whole} from './words.ts'
import {wholesky, wholeskyJson} from '../../../test/recorded-io.ts'

suite('sim', () => {
  test('says what it was, and names the faults that have not struck', async () => {
    const words = ['sim', '--accounts', '4', '--events', '30', '--hosts', '2', '--seed', '3', '--pds-runs', '0']
    const {code, out, err} = await wholesky(words)
    assert.equal(code, 1)
    assert.match(out, /^seed 3\n +accounts +4\n +events +\d+ in \d+ commits/)
    assert.match(out, /told +relay \d+, Jetstream \d+, Tap \d+/)
    assert.match(out, /✗ no difference, but these faults never struck: .*lying-sync/)
    assert.match(err, /^seed 3: 0 of 30 events, 0 a second; 0 accounts, .*; \d+ MB: starts \w+/)
    const again = await wholeskyJson(words)
    const {digest, ok, differences} = again.answer as {digest: string; ok: boolean; differences: string[]}
    assert.deepEqual([again.code, ok, differences], [1, false, []])
    assert.ok(out.includes(digest), 'the same seed has the same digest')
  })

  test('says where it differs, what happened last, and how to run it again', () => {
    const shell = new Shell({env: {}, stdout: {terminal: false}} as unknown as Io, false)
    const injected = new FaultCounts()
    injected.add('broken')
    const crowd: CrowdOutcome = {
      seed: 7,
      faults: [],
      accounts: 20,
      events: 1_000,
      commits: 300,
      told: {relay: {events: 340, repeated: 0, connections: 2}, Tap: {events: 1_200, repeated: 30, connections: 4}},
      simulatedMs: 90_000,
      injected,
      crashPoints: injected,
      traceHash: 'abc',
      traceLines: 9,
      newest: [],
    }
    const whole: Whole = {
      crowd,
      people: {runs: 0, events: 0, commits: 0, digests: []},
      injected,
      differences: ['Tap, account did:plc:x, event 12: is not the change 4 of 9 of this account'],
      missing: ['slow'],
      seconds: 2,
      cpuSeconds: 3,
      residentMax: 2 ** 28,
    }
    const options = {accounts: 20, events: 1_000, seed: 7, hosts: 8, hard: true, pdsRuns: 3, trace: undefined}
    const words = wordsOf(whole, options, ['1.0 relay: ends'], shell)
    assert.match(
      words,
      /relay 340, Tap 1,200 \(30 of them again\)\n +faults +broken 1\n.* 500 events a second; .*256 MB/,
    )
    assert.ok(
      words.endsWith(
        `✗ seed 7 differs:
  Tap, account did:plc:x, event 12: is not the change 4 of 9 of this account
The last of what happened:
  1.0 relay: ends
Again: wholesky sim --accounts 20 --events 1000 --seed 7 --hosts 8 --pds-runs 3 --hard --trace trace.txt`,
      ),
      words,
    )
    assert.equal(
      progressOf({...crowd, stage: 'compares'}, options, {perSecond: 1_234.5, residentSize: 2 ** 29}),
      'seed 7: 1,000 of 1,000 events, 1,235 a second; 20 accounts, 1 faults, 90 s by their clock; 512 MB: compares',
    )
    assert.match(wordsOf({...whole, differences: []}, options, [], shell), /these faults never struck: slow$/)
    const well = {...whole, differences: [], missing: []}
    assert.match(wordsOf(well, options, [], shell), /✓ no difference, and every kind of fault has struck$/)
    assert.equal((documentOf(well) as {ok: boolean}).ok, true)
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
    const going = new AbortController()
    const slept: number[] = []
    const sleep: typeof world.sleep = (ms, signal) => {
      if (signal === going.signal) slept.push(ms)
      return world.sleep(ms, signal)
    }
    const options = {seed: 5, accounts: 3, events: 12, hosts: 1, port: 0, world: {...world, sleep}, log: silentLog}
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
    await one.live(1_000, going.signal, one.crowd.ops + 5)
    assert.ok(slept.length > 0 && slept[0] < before, 'and begin at once, whatever there was before')
  })

  test('goes on at once, however much was there before', async () => {
    await using world = nodeWorld({userAgent: 'test'})
    const waits: number[] = []
    const counted = {...world, sleep: async (ms: number) => void waits.push(ms)}
    const options = {seed: 5, accounts: 2, events: 12, hosts: 1, port: 0, relay: false, log: silentLog}
    await using served = await ServedCrowd.open({...options, world: counted})
    await served.live(1, new AbortController().signal, served.crowd.ops + 3)
    assert.equal(waits[0], 1)
  })
})
