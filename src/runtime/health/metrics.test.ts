import assert from 'node:assert/strict'
import {test} from 'node:test'
import {Metrics} from './metrics.ts'

test('counters, gauges and histograms in the text format', () => {
  const metrics = new Metrics()
  const requests = metrics.counter('requests_total', 'Requests.', ['method'])
  requests.add(1, {method: 'get'})
  requests.add(2, {method: 'get'})
  metrics.counter('requests_total', 'Requests.', ['method']).add(1, {method: 'a "quoted"\nname\\'})
  let depth = 3
  metrics.gauge('queue_depth', 'Waiting.', {queue: 'a'}, () => depth)
  metrics.gauge('queue_depth', 'Waiting.', {queue: 'b'}, () => 7)
  depth = 4
  const seconds = metrics.histogram('seconds', 'Time.', ['method'], [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 2]) seconds.observe(value, {method: 'get'})
  assert.equal(
    metrics.render(),
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{method="get"} 3
requests_total{method="a \\"quoted\\"\\nname\\\\"} 1
# HELP queue_depth Waiting.
# TYPE queue_depth gauge
queue_depth{queue="a"} 4
queue_depth{queue="b"} 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{method="get",le="0.1"} 2
seconds_bucket{method="get",le="1"} 3
seconds_bucket{method="get",le="+Inf"} 4
seconds_sum{method="get"} 2.65
seconds_count{method="get"} 4
`,
  )
})

test('labels that strangers choose cannot make series without end', () => {
  const metrics = new Metrics()
  const calls = metrics.counter('calls_total', 'Calls.', ['method'])
  for (let i = 0; i < 10_000; i++) calls.add(1, {method: `m${i}`})
  const lines = metrics.render().split('\n')
  assert.ok(lines.length < 600)
  assert.ok(lines.includes('calls_total{method="other"} 9500'))
})

test('one name is of one kind', () => {
  const metrics = new Metrics()
  metrics.counter('a_total', 'A.')
  assert.throws(() => metrics.histogram('a_total', 'A.'), /of one kind/)
  assert.throws(() => metrics.counter('no spaces', 'A.'), /well named/)
})

test('the numbers of a thread stand with those of the program, each metric once, and the newest count', () => {
  const [program, thread] = [new Metrics(), new Metrics()]
  program.counter('requests_total', 'Requests.', ['service']).add(1, {service: 'a'})
  program.counter('frames_total', 'Frames.').add(2)
  const requests = thread.counter('requests_total', 'Requests.', ['service'])
  requests.add(3, {service: 'b # c'})
  thread.counter('frames_total', 'Frames.').add(4)
  thread.gauge('depth', 'Waiting.', {}, () => 0.5)
  program.beside('b', thread.render())
  requests.add(1, {service: 'b # c'})
  program.beside('b', thread.render())
  assert.equal(
    program.render(),
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{service="a"} 1
requests_total{service="b # c"} 4
# HELP frames_total Frames.
# TYPE frames_total counter
frames_total 6
# HELP depth Waiting.
# TYPE depth gauge
depth 0.5
`,
  )
})
