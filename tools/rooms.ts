/**
 * The judge of the rooms inside a service: that only its `api/` speaks XRPC, that all SQL is in its `store/`, and that
 * no room knows `api/`. It takes the tree as a map of path to text, so that its own test can plant violations.
 */
import {isTest, lineOf, readSource, resolveImport, type Violation} from './source.ts'

/** In what a service differs from the others. */
interface House {
  /** Rooms beside `api/` that are at the wire themselves: they pass calls on, or call others. */
  readonly wire?: readonly string[]
  /** Files that put the rooms together, and so know all of them, beside the one named like the service. */
  readonly wiring?: readonly string[]
}

const houses: Readonly<Record<string, House | undefined>> = {
  pds: {wire: ['entryway/', 'proxy/', 'site/'], wiring: ['account-parts.ts', 'call-parts.ts', 'storage-parts.ts']},
  appview: {wire: ['pages/', 'callers.ts', 'authenticate.ts', 'feed-services.ts', 'images.ts']},
  tap: {wire: ['repos/']},
  // Answers nobody by XRPC, and asks others on every page.
  web: {wire: ['']},
}

/** What one imports to answer by XRPC; its client and its bodies are for those who ask other servers. */
const speaksXrpc = new Set(['errors', 'endpoint', 'router', 'service-auth'].map(name => `src/xrpc/${name}.ts`))

/** How statements begin. */
const statement = /\b(?:SELECT [\w*(]|INSERT (?:OR \w+ )?INTO |UPDATE \w+ SET |DELETE FROM |CREATE (?:TABLE|INDEX) )/g

export function judgeRooms(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  for (const [file, text] of files) {
    const service = /^src\/services\/([^/]+)\//.exec(file)?.[1]
    if (service !== undefined && file.endsWith('.ts') && !isTest(file) && !file.endsWith('.contract.ts')) {
      violations.push(...judgeFile(file, text, service))
    }
  }
  return violations
}

function judgeFile(file: string, text: string, service: string): Violation[] {
  const {wire = [], wiring = []} = houses[service] ?? {}
  const root = `src/services/${service}/`
  const path = file.slice(root.length)
  if (path === `${service}.ts` || wiring.includes(path)) return []
  const isIn = (room: string): boolean => path.startsWith(room)
  const violations: Violation[] = []
  const {imports, comments} = readSource(file, text)
  for (const {index} of isIn('store/') ? [] : text.matchAll(statement)) {
    if (comments.some(({start, text: said}) => start <= index && index < start + said.length)) continue
    violations.push({file, line: lineOf(text, index), rule: 'sql', detail: 'SQL is written in store/ alone'})
  }
  for (const {specifier, offset} of imports) {
    const target = resolveImport(file, specifier) ?? ''
    const break_ = (rule: string, detail: string): void =>
      void violations.push({file, line: lineOf(text, offset), rule, detail: `'${specifier}': ${detail}`})
    if (speaksXrpc.has(target) && !isIn('api/') && !wire.some(isIn)) {
      break_('xrpc', 'only api/ speaks XRPC; give back a value, or throw an error of this service')
    }
    if (target.startsWith(`${root}api/`) && !isIn('api/')) break_('api', 'api/ knows the rooms, and no room knows api/')
    const isSql = target.startsWith('src/engines/sql/') || target.endsWith('.sqlite.ts')
    if (isSql && !isIn('store/')) break_('sql', 'all SQL is in store/, behind a seam (<noun>-store.ts)')
  }
  return violations
}
