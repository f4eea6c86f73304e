/**
 * `npm test`: all tests, in three processes at once. The smallest machine that is meant has two cores; one process of
 * tests keeps to one of them, and those of whole servers wait much. The first are the tests beside the code and those that
 * read the tree, which are work all the time; then whole networks that are struck by faults; then browsers and all else.
 * What the others say is held back until those before have ended, so that none runs into another; at the end stands how
 * many there were. Exits 1 when a test of any fails.
 */
import {spawn, type ChildProcess} from 'node:child_process'
import {globSync} from 'node:fs'

const struck = /^test.(?:crash|fuzz|hostile|migrate|mutate|sim)\b/
const whole = globSync('test/**/*.test.ts').toSorted()
const parts = [
  ['src/**/*.test.ts', 'examples/**/*.test.ts', 'tools/**/*.test.ts'],
  whole.filter(path => struck.test(path)),
  whole.filter(path => !struck.test(path)),
]
/** Of what is held back; beyond it the oldest goes. Some 600 kB are usual. */
const heldSizeMax = 16 * 2 ** 20

interface Part {
  child: ChildProcess
  /** What it has said and nobody has seen. */
  held: string[]
  heldSize: number
  /** Its last lines, in which the runner says how many there were. */
  end: string
}

function begin(
  globs: readonly string[],
  number: number,
  isShown: (part: Part) => boolean,
): {part: Part; code: Promise<number>} {
  const child = spawn('npm', ['run', '-s', 'tests', '--', ...globs], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {...process.env, TEST_PART: String(number), ...(process.stdout.isTTY && {FORCE_COLOR: '1'})},
  })
  const part: Part = {child, held: [], heldSize: 0, end: ''}
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    part.end = (part.end + text).slice(-100_000)
    if (isShown(part)) process.stdout.write(text)
    else hold(part, text)
  })
  const code = new Promise<number>(resolve => {
    child.on('error', error => {
      console.error(`The tests could not be started: ${error.message}`)
      resolve(1)
    })
    child.on('close', (code, signal) => resolve(signal === null ? (code ?? 1) : 1))
  })
  return {part, code}
}

function hold(part: Part, text: string): void {
  part.held.push(text)
  part.heldSize += text.length
  while (part.heldSize > heldSizeMax) part.heldSize -= part.held.shift()!.length
}

const countOf = (name: string, {end}: Part): number =>
  Number([...end.matchAll(new RegExp(`ℹ ${name} (\\d+)`, 'g'))].at(-1)?.[1] ?? 0)

const begun = performance.now()
let shown: Part | undefined
const running = parts.map((globs, i) => begin(globs, i, part => part === shown))
const all = running.map(({part}) => part)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    for (const {child} of all) child.kill(signal)
  })
}
const codes: number[] = []
for (const {part, code} of running) {
  shown = part
  for (const text of part.held.splice(0)) process.stdout.write(text)
  codes.push(await code)
}

const sum = (name: string): string => all.reduce((count, part) => count + countOf(name, part), 0).toLocaleString('en')
const seconds = Math.round((performance.now() - begun) / 1000)
const cut = all.some(part => countOf('tests', part) === 0) ? '; a part of them was ended before its end, see above' : ''
console.log(
  `\n${sum('tests')} tests: ${sum('pass')} passed, ${sum('fail')} failed, ${sum('skipped')} left out; ${seconds} s${cut}`,
)
process.exitCode = codes.some(code => code !== 0) ? 1 : 0
