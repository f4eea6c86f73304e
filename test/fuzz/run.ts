/**
 * `npm run fuzz [-- --mutations N] [--seed S] [--parser name]…`: the long run, a million mutants by default, spread over
 * all parsers. Each parser runs in a process of its own with a small heap, so that a crash, a hang or a parser that
 * takes too much memory is told by its name. Exits 1 when one did not bear an input.
 */
import {fork} from 'node:child_process'
import {availableParallelism} from 'node:os'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {nativeEngine} from '#engines/crypto/native.ts'
import {useCryptoEngine} from '#atp/crypto/engine.ts'
import {seeded} from '../random.ts'
import {fuzz} from './fuzz.ts'
import {parsers} from './parsers.ts'

const {values: options} = parseArgs({
  options: {
    mutations: {type: 'string', default: '1000000'},
    seed: {type: 'string', default: String(Math.floor(Math.random() * 2 ** 31))},
    parser: {type: 'string', multiple: true},
  },
})
const seed = Number(options.seed)
const mutations = Number(options.mutations)

/** How long a parser may be silent. It speaks after every 256 inputs, of which each takes microseconds. */
const silenceMaxMs = 60_000
const heapMaxMb = 384

if (process.send) await fuzzHere(options.parser![0])
else process.exitCode = (await fuzzAll()) ? 0 : 1

/** In a child: fuzzes one parser and speaks of its progress. */
async function fuzzHere(name: string): Promise<void> {
  useCryptoEngine(nativeEngine)
  const parser = parsers.find(parser => parser.name === name)!
  await fuzz(parser, mutations, seed, seeded(seed), done => process.send!(done))
  process.disconnect?.()
}

/** In the parent: fuzzes the chosen parsers, as many at once as there are cores. Whether all bore it. */
async function fuzzAll(): Promise<boolean> {
  const names = options.parser ?? parsers.map(({name}) => name)
  const unknown = names.find(name => !parsers.some(parser => parser.name === name))
  if (unknown !== undefined) {
    console.error(`There is no parser "${unknown}". There are: ${parsers.map(({name}) => name).join(', ')}.`)
    return false
  }
  const each = Math.ceil(mutations / names.length)
  console.log(`${each} mutants for each of ${names.length} parsers, --seed ${seed}`)
  const waiting = [...names]
  let passed = true
  const work = async (): Promise<void> => {
    for (let name; (name = waiting.shift()) !== undefined;) passed = (await fuzzApart(name, each)) && passed
  }
  await Promise.all(Array.from({length: availableParallelism()}, work))
  return passed
}

/** Fuzzes one parser in a process of its own and says how it went. */
function fuzzApart(name: string, count: number): Promise<boolean> {
  const started = performance.now()
  const child = fork(
    fileURLToPath(import.meta.url),
    ['--parser', name, '--mutations', `${count}`, '--seed', `${seed}`],
    {
      execArgv: [`--max-old-space-size=${heapMaxMb}`],
    },
  )
  let done = 0
  const silent = setInterval(() => child.kill('SIGKILL'), silenceMaxMs)
  child.on('message', message => {
    done = Number(message)
    silent.refresh()
  })
  return new Promise(resolve => {
    child.once('close', (code, signal) => {
      clearInterval(silent)
      const passed = code === 0
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      const end = passed ? 'passed' : `FAILED after ${done} (${signal ?? `exit code ${code}`})`
      console.log(`${name.padEnd(20)} ${end.padEnd(10)} ${seconds.padStart(7)} s`)
      resolve(passed)
    })
  })
}
