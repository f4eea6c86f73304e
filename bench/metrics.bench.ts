/**
 * The counters on every hot path, against `prom-client`: a call counts one and times one, an event of a relay counts
 * one. Where `bench/peers` has the library (see its README), it is the peer; without it ours is measured alone.
 */
import {existsSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {Metrics} from '#runtime/health/metrics.ts'
import {contest} from './measure.ts'

interface Labelled {
  inc(labels: Record<string, string>, value: number): void
  observe(labels: Record<string, string>, value: number): void
}
interface Library {
  Registry: new () => {metrics(): Promise<string>}
  Counter: new (options: object) => Labelled
  Histogram: new (options: object) => Labelled
}

const theirName = 'prom-client'
const installed = fileURLToPath(new URL(`peers/node_modules/${theirName}/index.js`, import.meta.url))
const library = existsSync(installed) ? ((await import(installed)) as {default: Library}).default : undefined
if (!library) console.error(`${theirName} is not installed: see bench/peers/README.md.`)

const work = 1_000
const labels = ['app.bsky.feed.getTimeline', 'com.atproto.repo.createRecord', 'app.bsky.actor.getProfile'].flatMap(
  method => ['200', '400'].map(status => ({method, status})),
)
const of = (i: number) => labels[i % labels.length]
const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const times = (act: (i: number) => void) => (): void => {
  for (let i = 0; i < work; i++) act(i)
}

const metrics = new Metrics()
const counter = metrics.counter('calls_total', 'Calls.', ['method', 'status'])
const histogram = metrics.histogram('call_seconds', 'Times.', ['method', 'status'], buckets)
const registry = library && new library.Registry()
const options = {help: 'Calls.', labelNames: ['method', 'status'], registers: [registry], buckets}
const theirCounter = library && new library.Counter({...options, name: 'calls_total'})
const theirHistogram = library && new library.Histogram({...options, name: 'call_seconds'})

await contest({
  title: 'count with two labels',
  unit: 'counts',
  work,
  contenders: {
    wholesky: times(i => counter.add(1, of(i))),
    ...(theirCounter && {[theirName]: times(i => theirCounter.inc(of(i), 1))}),
  },
})
await contest({
  title: 'time with two labels',
  unit: 'times',
  work,
  contenders: {
    wholesky: times(i => histogram.observe((i % 100) / 100, of(i))),
    ...(theirHistogram && {[theirName]: times(i => theirHistogram.observe(of(i), (i % 100) / 100))}),
  },
})
await contest({
  title: 'show all of it',
  unit: 'pages',
  work: 1,
  contenders: {wholesky: () => metrics.render(), ...(registry && {[theirName]: () => registry.metrics()})},
})
