/**
 * Numbers about a running program, in the text format that Prometheus reads. A metric's label values come from what
 * strangers send, so each metric keeps a bounded number of series; what is beyond goes to one named `other`.
 */
import {assert} from '#std/assert.ts'

type Labels = Readonly<Record<string, string>>

const seriesMax = 500
const namePattern = /^[a-z][a-z0-9_]*$/

/** In seconds, from a cached read to a call across the world. */
const secondsBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const

export interface Counter {
  add(amount: number, labels?: Labels): void
}

export interface Histogram {
  observe(value: number, labels?: Labels): void
}

interface Family {
  readonly kind: 'counter' | 'gauge' | 'histogram'
  readonly help: string
  readonly lines: () => string[]
}

export class Metrics {
  readonly #families = new Map<string, Family>()
  readonly #counters = new Map<string, Counter>()
  readonly #histograms = new Map<string, Histogram>()
  readonly #gauges = new Map<string, Map<string, () => number>>()
  readonly #beside = new Map<string, string>()

  /** A number that only grows; its name ends in `_total`. Asked for again, the same one. */
  counter(name: string, help: string, labelNames: readonly string[] = []): Counter {
    const known = this.#counters.get(name)
    if (known) return known
    const series = new Series<{value: number}>(labelNames, () => ({value: 0}))
    this.#add(name, {
      kind: 'counter',
      help,
      lines: () => series.lines((labels, {value}) => `${name}${labels} ${value}`),
    })
    const counter: Counter = {
      add(amount, labels = {}) {
        series.of(labels).value += amount
      },
    }
    this.#counters.set(name, counter)
    return counter
  }

  /** A number that is read when it is asked for. The labels are fixed; the same ones again replace it. */
  gauge(name: string, help: string, labels: Labels, read: () => number): void {
    let readers = this.#gauges.get(name)
    if (!readers) {
      const made = (readers = new Map())
      this.#gauges.set(name, made)
      this.#add(name, {
        kind: 'gauge',
        help,
        lines: () => [...made].map(([labels, read]) => `${name}${labels} ${read()}`),
      })
    }
    readers.set(labelText(labels), read)
  }

  /** How values, such as seconds, are spread over `buckets`, which rise. Asked for again, the same one. */
  histogram(
    name: string,
    help: string,
    labelNames: readonly string[] = [],
    buckets: readonly number[] = secondsBuckets,
  ): Histogram {
    const known = this.#histograms.get(name)
    if (known) return known
    const series = new Series(labelNames, () => ({counts: buckets.map(() => 0), count: 0, sum: 0}))
    this.#add(name, {
      kind: 'histogram',
      help,
      lines: () =>
        series.lines((labels, {counts, count, sum}) => {
          const inner = labels === '' ? '' : `${labels.slice(1, -1)},`
          let below = 0
          const lines = buckets.map((bucket, i) => `${name}_bucket{${inner}le="${bucket}"} ${(below += counts[i])}`)
          lines.push(
            `${name}_bucket{${inner}le="+Inf"} ${count}`,
            `${name}_sum${labels} ${sum}`,
            `${name}_count${labels} ${count}`,
          )
          return lines.join('\n')
        }),
    })
    const histogram: Histogram = {
      observe(value, labels = {}) {
        const one = series.of(labels)
        const bucket = buckets.findIndex(most => value <= most)
        if (bucket >= 0) one.counts[bucket]++
        one.count++
        one.sum += value
      },
    }
    this.#histograms.set(name, histogram)
    return histogram
  }

  /** Shows the numbers of another part of the program, such as a thread, with these; `text` is what it renders, and the newest counts. */
  beside(part: string, text: string): void {
    this.#beside.set(part, text)
  }

  /** Everything, in the text format (version 0.0.4). */
  render(): string {
    let text = ''
    for (const [name, {kind, help, lines}] of this.#families) {
      text += `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n`
      for (const line of lines()) text += `${line}\n`
    }
    return this.#beside.size === 0 ? text : joined([text, ...this.#beside.values()])
  }

  #add(name: string, family: Family): void {
    assert(namePattern.test(name) && !this.#families.has(name), `the metric ${name} is well named and of one kind`)
    this.#families.set(name, family)
  }
}

/** Texts of the format as one: the series of a metric stand together, and those that are the same are added. */
function joined(texts: readonly string[]): string {
  const families = new Map<string, Map<string, number>>()
  for (const text of texts) {
    for (const [, head, lines] of text.matchAll(/^(# HELP .*\n# TYPE .*\n)((?:[^#].*\n)*)/gm)) {
      const series = families.get(head) ?? new Map<string, number>()
      families.set(head, series)
      for (const line of lines.split('\n').slice(0, -1)) {
        const space = line.lastIndexOf(' ')
        const name = line.slice(0, space)
        series.set(name, (series.get(name) ?? 0) + Number(line.slice(space + 1)))
      }
    }
  }
  return [...families]
    .map(([head, series]) => head + [...series].map(([name, value]) => `${name} ${value}\n`).join(''))
    .join('')
}

/** The numbers of one metric by the values of its labels. */
class Series<T> {
  readonly #names: readonly string[]
  readonly #create: () => T
  readonly #series = new Map<string, {labels: string; one: T}>()

  constructor(names: readonly string[], create: () => T) {
    this.#names = names
    this.#create = create
  }

  of(labels: Labels): T {
    let key = ''
    for (const name of this.#names) key += `${labels[name] ?? ''}\0`
    return this.#series.get(key)?.one ?? this.#add(key, labels)
  }

  lines(line: (labels: string, one: T) => string): string[] {
    return [...this.#series.values()].map(({labels, one}) => line(labels, one))
  }

  #add(key: string, labels: Labels): T {
    const isFull = this.#series.size >= seriesMax
    if (isFull && key !== otherKey) return this.#series.get(otherKey)?.one ?? this.#add(otherKey, {})
    const values = this.#names.map(name => [name, isFull ? 'other' : (labels[name] ?? '')])
    const one = this.#create()
    this.#series.set(key, {labels: labelText(Object.fromEntries(values)), one})
    return one
  }
}

/** No label's value, since every key of values ends in a NUL. */
const otherKey = 'other'

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`)
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

const escaped = (value: string): string =>
  value.slice(0, 200).replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
