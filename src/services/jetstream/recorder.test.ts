import {deepEqual, equal} from 'node:assert/strict'
import {test} from 'node:test'
import {memoryEventLog} from '#engines/event-log/memory.ts'
import {Metrics} from '#runtime/health/metrics.ts'
import {createLog, type LogLine} from '#std/log.ts'
import {encodeEvent} from '#atp/sync/event.ts'
import {TestRepo, testKey} from '../../../test/commits.ts'
import {oddlyOrdered} from '../../../test/frames.ts'
import {Recorder} from './recorder.ts'

const nowMs = Date.parse('2026-01-02T03:04:05Z')

test(
  'what is dropped is told at warn level once for each reason, and odd frames are taken',
  {timeout: 10_000},
  async () => {
    const repo = new TestRepo('did:plc:aaaaaaaaaaaaaaaaaaaaaaaa', testKey(1), nowMs)
    const commits = ['a', 'b'].map(name => encodeEvent(repo.write({[`app.bsky.feed.post/${name}`]: {name}}).event))
    const bad = [new Uint8Array([0xff]), 'text', new Uint8Array([0xff])]
    const lines: LogLine[] = []
    const metrics = new Metrics()
    const eventLog = memoryEventLog({now: () => nowMs})
    const stopping = new AbortController()
    const recorder = new Recorder({
      world: {
        now: () => nowMs,
        random: size => new Uint8Array(size),
        sleep: (_, signal) => new Promise((_, reject) => signal?.addEventListener('abort', reject)),
        async subscribe() {
          return (async function* () {
            yield [...bad, ...commits.map(oddlyOrdered)]
            await new Promise(resolve => stopping.signal.addEventListener('abort', resolve))
          })()
        },
      },
      upstream: 'https://relay.example.com',
      identities: 'unverified',
      start: 'oldest',
      eventLog,
      log: createLog({level: 'debug', now: () => nowMs, sink: line => lines.push(line)}),
      metrics,
    })
    const running = recorder.run(stopping.signal)
    while (eventLog.bounds().last < 2) await new Promise(setImmediate)
    stopping.abort()
    await running
    deepEqual(
      lines.filter(({message}) => message.startsWith('event dropped')).map(({level, fields}) => [level, fields.reason]),
      [
        ['warn', 'bad-header'],
        ['warn', 'not-binary'],
        ['debug', 'bad-header'],
      ],
    )
    equal(/jetstream_dropped_total\{reason="bad-header"\} (\d+)/.exec(metrics.render())?.[1], '2')
  },
)
