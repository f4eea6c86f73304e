/**
 * `npm run tests:ratio`: how many lines of tests there are to a line of source, folder by folder, and whether that is
 * enough. Size shows nothing by itself (`npm run mutate` says what the tests notice), but a room with few tests is one
 * whose faults other rooms' tests have to find. Generated modules, fixtures and data count as neither.
 */
import {fileURLToPath} from 'node:url'
import {isTest, readTree} from './source.ts'

/** The least of the whole, and of the folder of any one service. */
export const bars = {whole: 0.8, service: 0.5} as const

export interface Ratio {
  /** A floor, the folder of a service, `tools`, or `test` for the tests of several rooms together. */
  folder: string
  /** Lines. */
  tests: number
  source: number
  /** The least, where there is one. */
  bar: number | undefined
}

/** The rows, folder by folder, and the whole as the last. `files` is the tree, path to text. */
export function ratiosOf(files: ReadonlyMap<string, string>): Ratio[] {
  const rows = new Map<string, Ratio>()
  const whole: Ratio = {folder: 'whole', tests: 0, source: 0, bar: bars.whole}
  for (const [file, text] of files) {
    const folder = folderOf(file)
    if (folder === undefined) continue
    const bar = folder.startsWith('src/services/') ? bars.service : undefined
    const row = rows.get(folder) ?? {folder, tests: 0, source: 0, bar}
    const kind = isTest(file) || folder === 'test' ? 'tests' : 'source'
    const lines = text.split('\n').length - 1
    row[kind] += lines
    whole[kind] += lines
    rows.set(folder, row)
  }
  return [...[...rows.values()].toSorted((a, b) => (a.folder < b.folder ? -1 : 1)), whole]
}

function folderOf(file: string): string | undefined {
  if (!/\.[tj]s$/.test(file) || file.startsWith('src/lex/gen/')) return undefined
  const parts = file.split('/')
  if (parts[0] === 'test' || parts[0] === 'tools') return parts[0]
  if (parts[0] !== 'src') return undefined
  const isInService = parts[1] === 'services' && parts.length > 3
  return parts.slice(0, isInService ? 3 : 2).join('/')
}

/** Without any source, whatever tests there are are enough. */
export const ratio = ({tests, source}: Ratio): number => (source === 0 ? Infinity : tests / source)

/** The rows that are below their bar. */
export const belowBar = (rows: readonly Ratio[]): Ratio[] =>
  rows.filter(row => row.bar !== undefined && ratio(row) < row.bar)

if (import.meta.main) {
  const rows = ratiosOf(readTree(fileURLToPath(new URL('..', import.meta.url))))
  const low = belowBar(rows)
  console.log('tests : source, in lines')
  for (const row of rows) {
    const {folder, tests, source, bar} = row
    const found = source === 0 ? '' : ratio(row).toFixed(2)
    const verdict = bar === undefined ? '' : `  ${low.includes(row) ? 'below' : 'from'} ${bar}`
    console.log(`${folder.padEnd(24)}${`${tests} : ${source}`.padStart(16)}${found.padStart(7)}${verdict}`)
  }
  if (low.length > 0) process.exitCode = 1
}
