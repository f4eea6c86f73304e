/**
 * The judge of the floors: who may import whom, and that no imports go in a circle. It takes the tree as a map of path
 * to text and gives the violations, so that its own test can plant some. The rules are those of ARCHITECTURE.md,
 * "Floors"; nothing else enforces them.
 */
import {findAll, isTest, lineOf, readSource, resolveImport, type Source, type Violation} from './source.ts'

/** Folder under `src/` → floor. A file imports its own floor and lower ones. */
export const floors = new Map([
  ['std', 0],
  ['atp', 1],
  ['lex', 2],
  ['xrpc', 3],
  ['sdk', 4],
  ['engines', 5],
  ['runtime', 6],
  ['stream', 7],
  ['pages', 8],
  ['services', 9],
  ['demo', 10],
  ['sim', 10],
  ['cli', 11],
  ['bin', 11],
])

/** A browser runs everything up to here: no `node:*`, no global that only Node has. */
export const browserFloorMax = 4

/** Which packages a floor may import. A native or a server package belongs behind a seam, in one folder only. */
const packages: {prefix: string; folders: readonly string[]}[] = [
  {prefix: '@noble/', folders: ['std', 'atp', 'lex', 'xrpc', 'sdk']},
  {prefix: 'tlds', folders: ['sdk']},
  {prefix: 'secp256k1', folders: ['engines']},
  {prefix: 'ws', folders: ['runtime']},
  {prefix: 'undici', folders: ['runtime']},
  {prefix: 'jose', folders: ['sdk', 'services']},
  {prefix: 'oauth4webapi', folders: ['sdk']},
  {prefix: 'nodemailer', folders: ['services']},
  {prefix: 'lru-cache', folders: ['services']},
  {prefix: 'sharp', folders: ['services']},
  {prefix: 'otpauth', folders: ['services']},
  {prefix: 'uqr', folders: ['services']},
  {prefix: 're2js', folders: ['services']},
  {prefix: '@simplewebauthn/', folders: ['services']},
]

/** Whose work is to run files that people name. */
const runsFiles = new Set(['src/services/feeds/files/feed-file.ts', 'src/bin/examples.ts'])

/** The files that may re-export, and for whom. */
const faces = new Map([
  ['src/sdk/mod.ts', 'whoever builds on the SDK'],
  ['src/lex/schema/define.ts', 'generated modules, which import one thing'],
])

const nodeGlobals =
  /(?<![.\w$#])(?:Buffer|process|global|require|__dirname|__filename|setImmediate|clearImmediate)\b(?!\s*\??:)|\bimport\.meta\.(?:dirname|filename|main)\b/g

/** Time, random numbers and the network are a `World` that is handed in; these are how one would reach around it. */
const outsideWorld =
  /\b(?:Date\.now|performance\.now|Math\.random|crypto\.(?:getRandomValues|randomUUID))\b|\bnew (?:Date\(\)|WebSocket\b)|(?<![.\w$#]|async )(?:setTimeout|setInterval|fetch)\((?!\w+: )/g
/** Where the real world is made, and the floors that run programs rather than think. */
const worldFiles = new Set(['src/std/world.ts', 'src/std/wire/web-socket.ts'])
const worldFolders = new Set(['engines', 'runtime', 'cli', 'bin'])

/** Runs in a page: there the browser is the world, and nothing else can be handed in. */
const isIsland = (file: string): boolean => /^src\/(?:pages|services)\/.*\/islands\//.test(file)

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')

/** All violations in the files under `src/`. */
export function judgeFloors(files: ReadonlyMap<string, string>): Violation[] {
  const violations: Violation[] = []
  const imports = new Map<string, Source['imports']>()
  for (const [file, text] of files) {
    if (file.startsWith('examples/') && file.endsWith('.ts') && !isTest(file))
      violations.push(...judgeExample(file, text))
    if (!file.startsWith('src/') || !/\.(ts|js)$/.test(file) || isTest(file)) continue
    const source = readSource(file, text)
    violations.push(...judgeFile(file, text, source))
    imports.set(file, source.imports)
  }
  return [...violations, ...judgeCycles(files, imports)]
}

/** An example is an app like any other: it is built on the floors, and meets services over the network alone. */
function judgeExample(file: string, text: string): Violation[] {
  const [, example] = file.split('/')
  return readSource(file, text).imports.flatMap(({specifier, offset}) => {
    const target = resolveImport(file, specifier)
    const [root, folder, ...rest] = target?.split('/') ?? []
    const isApart =
      root === 'src' ? folder !== 'services' || rest.length === 1 : root === 'examples' && folder === example
    if (target === undefined || (isApart && !isTest(target))) return []
    const detail = `'${specifier}': an example imports floors and its own folder, and no service`
    return [{file, line: lineOf(text, offset), rule: 'example', detail}]
  })
}

/** Lexicons name one another in circles, and so do the modules made of them. */
const mayCircle = (file: string): boolean => file.startsWith('src/lex/gen/')

/**
 * Imports that lead back to where they begin, those of types too: such files can only be read, moved and tested as one.
 * What both need moves to a file below them. One violation a circle, at the import that begins it.
 */
function judgeCycles(files: ReadonlyMap<string, string>, imports: ReadonlyMap<string, Source['imports']>): Violation[] {
  const next = new Map<string, string[]>()
  for (const [file, list] of imports) {
    const targets = list.map(({specifier}) => resolveImport(file, specifier))
    const counts = (target: string | undefined): target is string =>
      target !== undefined && imports.has(target) && !(mayCircle(file) && mayCircle(target))
    next.set(file, targets.filter(counts))
  }
  return knots(next).map(knot => {
    const circle = shortestCircle(knot, next)
    const [file, second] = circle
    const {offset} = imports.get(file)!.find(({specifier}) => resolveImport(file, specifier) === second)!
    const others = knot.size > circle.length - 1 ? ` (${knot.size} files hang together so)` : ''
    const detail = `${circle.join(' → ')}${others}: move what both need to a file below them`
    return {file, line: lineOf(files.get(file)!, offset), rule: 'cycle', detail}
  })
}

/** The sets of nodes from each of which every other in the set is reached (Tarjan), where a circle is in them. */
export function knots(next: ReadonlyMap<string, readonly string[]>): Set<string>[] {
  const found: Set<string>[] = []
  const order = new Map<string, number>()
  /** The earliest node that is known to be reached from each, by `order`. */
  const lowest = new Map<string, number>()
  const open: string[] = []
  const visit = (node: string): void => {
    const own = order.size
    order.set(node, own)
    lowest.set(node, own)
    open.push(node)
    for (const target of next.get(node) ?? []) {
      if (!order.has(target)) visit(target)
      else if (!open.includes(target)) continue
      lowest.set(node, Math.min(lowest.get(node)!, lowest.get(target)!))
    }
    if (lowest.get(node) !== own) return
    const knot = new Set(open.splice(open.indexOf(node)))
    if (knot.size > 1 || next.get(node)?.includes(node)) found.push(knot)
  }
  for (const node of next.keys()) if (!order.has(node)) visit(node)
  return found
}

/** One of the shortest ways within the knot that ends where it begins, with that place at both ends. */
function shortestCircle(knot: ReadonlySet<string>, next: ReadonlyMap<string, readonly string[]>): string[] {
  const circles = [...knot].toSorted().map(start => {
    const ways = [[start]]
    const seen = new Set<string>()
    // A list hands out what is added to it while it is gone through.
    for (const way of ways) {
      for (const target of next.get(way.at(-1)!)!) {
        if (target === start) return [...way, target]
        if (!knot.has(target) || seen.has(target)) continue
        seen.add(target)
        ways.push([...way, target])
      }
    }
    return ways[0]
  })
  return circles.reduce((best, circle) => (circle.length < best.length ? circle : best))
}

function judgeFile(file: string, text: string, source: Source): Violation[] {
  const folder = file.split('/')[1]
  const floor = floors.get(folder)
  if (floor === undefined) {
    return [{file, line: 1, rule: 'unknown-floor', detail: `src/${folder} is no floor; see tools/floors.ts`}]
  }
  const violations: Violation[] = []
  for (const {specifier, offset, reexport} of source.imports) {
    const break_ = (rule: string, detail: string): void =>
      void violations.push({file, line: lineOf(text, offset), rule, detail: `'${specifier}': ${detail}`})
    if (reexport && !faces.has(file)) break_('barrel', 'import it where it lives, not by way of this file')

    const target = resolveImport(file, specifier)
    if (target !== undefined) judgeTarget(file, floor, target, break_)
    else if (specifier.startsWith('node:')) {
      if (floor <= browserFloorMax)
        break_('node-import', `floor ${floor} runs in a browser; hand it in behind an interface`)
    } else {
      const entry = packages.find(({prefix}) => specifier.startsWith(prefix) && isWhole(specifier, prefix))
      if (!entry) break_('package', `${packageOf(specifier)} is not in the table of tools/floors.ts`)
      else if (!entry.folders.includes(folder)) break_('package', `belongs in ${entry.folders.join(', ')} only`)
    }
  }
  for (const offset of runsFiles.has(file) ? [] : source.computedImports) {
    violations.push({file, line: lineOf(text, offset), rule: 'computed-import', detail: 'name the module in quotes'})
  }
  if (!worldFolders.has(folder) && !worldFiles.has(file) && !isIsland(file)) {
    const detail = 'time, random numbers and the network are handed in (src/std/world.ts)'
    violations.push(...findAll(file, source.code, outsideWorld, 'world', ([found]) => `${found}: ${detail}`))
  }
  if (floor <= browserFloorMax) {
    violations.push(
      ...findAll(file, source.code, nodeGlobals, 'node-global', ([name]) => `${name}: a browser has none`),
    )
  }
  return violations
}

/** `ws` allows `ws` and `ws/x`, not `wsx`; a prefix that ends in a slash allows a whole scope. */
const isWhole = (specifier: string, prefix: string): boolean =>
  prefix.endsWith('/') || specifier.length === prefix.length || specifier[prefix.length] === '/'

function judgeTarget(
  file: string,
  floor: number,
  target: string,
  break_: (rule: string, detail: string) => void,
): void {
  if (target === 'package.json') return // the program tells its version
  const [root, folder, service] = target.split('/')
  if (root !== 'src') return break_('outside', 'the product imports nothing from tests, tools or bench')
  if (isTest(target)) return break_('outside', 'only a test imports a test')
  const targetFloor = floors.get(folder)
  if (targetFloor === undefined) return break_('unknown-floor', `src/${folder} is no floor`)
  if (targetFloor > floor) return break_('upward', `floor ${floor} may not know floor ${targetFloor}`)
  const own = file.split('/')
  // A file that stands beside their folders is of no service, and may know none.
  const isOfNone = target.split('/').length === 3
  if (folder === 'services' && own[1] === 'services' && own[2] !== service && !isOfNone) {
    break_('sideways', 'services meet over XRPC or read a log')
  }
}
