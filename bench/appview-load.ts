/**
 * The load of an AppView, any AppView: lists of requests in rotation, one at a time and sixteen at once. Run as a program
 * it is a process of its own, so that it takes nothing from the server it measures: `node bench/appview-load.ts`
 * reads an `AppViewLoad` as JSON from its input and prints each row as a line of JSON.
 */
import {text} from 'node:stream/consumers'
import {RawConnection} from './raw-http.ts'

export interface AppViewLoad {
  /** Where the AppView is, or a PDS that passes calls on to it: `http://localhost:2584`. */
  url: string
  /** How long each row is measured, and how long it runs before that, in milliseconds. */
  ms: number
  warmMs: number
  /** What each method is asked, as paths that begin with `/xrpc/`, and with which token. */
  methods: Record<string, {path: string; token?: string}[]>
}

export interface AppViewRow {
  method: string
  /** Requests under way at a time. */
  at: number
  /** Requests a second. */
  rate: number
  /** Milliseconds that one request took: half of them, and all but one in a hundred, took no longer. */
  p50: number
  p99: number
  /** How many took 0 to 1 ms, 1 to 2, and so on, without an end of zeros. */
  times: number[]
  /** Bytes of an answer, on average. */
  size: number
}

async function loadAppView({url, ms, warmMs, methods}: AppViewLoad, onRow: (row: AppViewRow) => void): Promise<void> {
  for (const [method, requests] of Object.entries(methods)) {
    for (const at of [1, 16]) {
      await run(url, requests, at, warmMs)
      const {times, bytes, tookMs} = await run(url, requests, at, ms)
      times.sort((a, b) => a - b)
      const quantile = (part: number): number => times[Math.floor(times.length * part)]
      const rate = (times.length / tookMs) * 1000
      const counts: number[] = Array(Math.floor(times.at(-1) ?? 0) + 1).fill(0)
      for (const time of times) counts[Math.floor(time)]++
      const size = Math.round(bytes / times.length)
      onRow({method, at, rate, p50: quantile(0.5), p99: quantile(0.99), times: counts, size})
    }
  }
}

async function run(
  url: string,
  requests: AppViewLoad['methods'][string],
  at: number,
  ms: number,
): Promise<{times: number[]; bytes: number; tookMs: number}> {
  const times: number[] = []
  let bytes = 0
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({length: at}, async () => {
      const connection = await RawConnection.open(url)
      while (performance.now() - began < ms) {
        const {path, token} = requests[next++ % requests.length]
        const asked = performance.now()
        const {status, body} = await connection.ask('GET', path, token)
        if (status !== 200) throw new Error(`${path}: ${status} ${body}`)
        times.push(performance.now() - asked)
        bytes += body.length
      }
      connection.close()
    }),
  )
  return {times, bytes, tookMs: performance.now() - began}
}

const load = JSON.parse(await text(process.stdin)) as AppViewLoad
await loadAppView(load, row => console.log(JSON.stringify(row)))
