/**
 * `npm run bench [-- name…] [--json] [--rounds N] [--ms N] [--only text] [--row text]`: runs each `bench/*.bench.ts` (or
 * the named ones) in a process of its own, one after the other, and prints what each measured. `--row` is for those that
 * take one, such as `official`. Exits 1 when a claim is missed.
 */
import {spawn} from 'node:child_process'
import {readdirSync} from 'node:fs'
import {createInterface} from 'node:readline'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {formatResult, holds, type Result} from './measure.ts'

const {values: options, positionals: names} = parseArgs({
  options: {
    json: {type: 'boolean', default: false},
    rounds: {type: 'string'},
    ms: {type: 'string'},
    only: {type: 'string'},
    row: {type: 'string'},
  },
  allowPositionals: true,
})

const here = fileURLToPath(new URL('.', import.meta.url))
const all = readdirSync(here)
  .filter(file => file.endsWith('.bench.ts'))
  .map(file => file.slice(0, -'.bench.ts'.length))
const unknown = names.find(name => !all.includes(name))
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}". There are: ${all.join(', ')}.`)
  process.exit(2)
}

const passed = (['rounds', 'ms', 'only', 'row'] as const).flatMap(name => {
  const value = options[name]
  return value === undefined ? [] : [`--${name}`, value]
})
const results: Record<string, Result[]> = {}
let failures = 0
for (const name of names.length > 0 ? names : all) {
  if (!options.json) console.log(`── ${name} ${'─'.repeat(76 - name.length)}`)
  results[name] = await runBench(name)
}
if (options.json) {
  console.log(JSON.stringify({node: process.version, platform: `${process.platform}-${process.arch}`, results}))
}
process.exitCode = failures > 0 ? 1 : 0

/** Runs one bench file to its end, printing each result as it comes. */
async function runBench(name: string): Promise<Result[]> {
  const child = spawn(process.execPath, ['--expose-gc', `${here}${name}.bench.ts`, '--json', ...passed], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
  const found: Result[] = []
  for await (const line of createInterface({input: child.stdout})) {
    const result = JSON.parse(line) as Result
    found.push(result)
    if (!holds(result)) failures++
    if (!options.json) console.log(formatResult(result))
  }
  if ((await ended) !== 0) {
    console.error(`The bench "${name}" failed.`)
    failures++
  }
  return found
}
