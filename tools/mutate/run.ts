/** `npm run mutate`: how many small mistakes in the code the tests would notice. See docs/mutation.md. */
import {existsSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {parseArgs} from 'node:util'
import {seeded} from '../../test/random.ts'
import {readTree} from '../source.ts'
import {lineOf, mutate, scoreOf, type Equivalents, type Outcome} from './mutation.ts'

const usage = `npm run mutate -- <path…> [--sample N] [--seed S] [--jobs 2] [--seconds 20] [--json] [--again outcome.json]

  path       folders and files under src/
  --sample   try this many mutants, drawn at random, and not all
  --seed     of the draw; the same seed draws the same mutants of the same code
  --jobs     processes at a time
  --seconds  of testing that one mutant is worth; with more, fewer survive for want of a test that was not run
  --json     the outcome as JSON
  --again    only what survived in such an outcome`

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
const {values, positionals: paths} = parseArgs({
  allowPositionals: true,
  options: {
    sample: {type: 'string'},
    seed: {type: 'string', default: '1'},
    jobs: {type: 'string', default: '2'},
    seconds: {type: 'string', default: '20'},
    json: {type: 'boolean', default: false},
    again: {type: 'string'},
  },
})
const wrong = paths.filter(path => !existsSync(`${root}/${path}`))
const numbers = [values.sample ?? '1', values.seed, values.jobs, values.seconds].map(Number)
if (paths.length === 0 || wrong.length > 0 || numbers.some(value => !Number.isInteger(value) || value < 1)) {
  if (wrong.length > 0) process.stderr.write(`There is no ${wrong.join(', ')}.\n`)
  process.stderr.write(`${usage}\n`)
  process.exit(2)
}

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url))
const outcome = await mutate({
  paths,
  sample: values.sample === undefined ? undefined : Number(values.sample),
  only: values.again === undefined ? undefined : (JSON.parse(readFileSync(values.again, 'utf8')) as Outcome).survivors,
  random: seeded(Number(values.seed)),
  jobs: Number(values.jobs),
  testTimeMaxMs: Number(values.seconds) * 1000,
  equivalents: JSON.parse(readFileSync(`${root}/test/mutate/equivalent.json`, 'utf8')) as Equivalents[],
  texts: readTree(root),
  root,
  scripts: {judge: script('judge.ts'), serve: script('serve.ts')},
  onProgress: line => process.stderr.write(`${line}\n`),
})
const {score, low, high} = scoreOf(outcome)
if (values.json) process.stdout.write(`${JSON.stringify({...outcome, score, low, high}, null, 1)}\n`)
else {
  const {tried, killed, survivors, refused, equivalent, population, failing} = outcome
  const lines = survivors.map(mutant => `  ${lineOf(mutant)} (${mutant.tests} tests)`)
  if (lines.length > 0) process.stdout.write(`Survivors:\n${lines.join('\n')}\n`)
  for (const test of failing) process.stdout.write(`Fails without any mutant, and was not used: ${test}\n`)
  process.stdout.write(
    `${score.toFixed(1)} % (${low.toFixed(1)} to ${high.toFixed(1)}) of ${tried} mutants noticed: ${killed.failed} by a test, ` +
      `${killed.crashed} by a crash, ${killed.time} by time; ${survivors.length} survive. ` +
      `Drawn of ${population}, where ${refused} drawn do not compile and ${equivalent} are known to change nothing.\n`,
  )
}
