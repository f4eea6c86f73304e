/**
 * Serves npm packages to a browser as they are installed, unbundled: an import map says where each package and each of
 * its parts is. What is no module (`core-js`, which fills in what this browser has) is an empty one.
 */
import {readFile} from 'node:fs/promises'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {fileURLToPath} from 'node:url'

const root = new URL('../../node_modules/', import.meta.url)
const conditions = new Set(['browser', 'import', 'module', 'default'])
const empty = 'data:text/javascript,'

type Exports = string | {readonly [condition: string]: Exports}

function pick(exports: Exports | undefined): string | undefined {
  if (typeof exports !== 'object') return exports
  for (const [condition, value] of Object.entries(exports)) {
    const found = conditions.has(condition) ? pick(value) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** The path of what a specifier names, by the package's own word for it. */
async function resolve(specifier: string): Promise<string> {
  const [, name, part] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(specifier) ?? []
  const manifest = JSON.parse(await readFile(new URL(`${name}/package.json`, root), 'utf8')) as Record<string, unknown>
  if (manifest.type !== 'module' && manifest.exports === undefined) return empty
  const exports = manifest.exports as Record<string, Exports> | string | undefined
  const table = typeof exports === 'object' && '.' in exports ? exports : {'.': exports ?? (manifest.main as string)}
  const found = pick(table[`.${part ?? ''}`])
  if (found === undefined) throw new Error(`${name} does not offer ${specifier}`)
  return `/node_modules/${name}/${found.replace(/^\.\//, '')}`
}

const imported =
  /(?:^|[\s;}])(?:import|export)\s*(?:[\w*{}\s,$]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

/** Where everything is that these packages import, and what that imports. */
async function importMapOf(packages: readonly string[]): Promise<Record<string, string>> {
  const map = new Map<string, string>()
  const seen = new Set<string>()
  const walk = async (path: string): Promise<void> => {
    if (path === empty || seen.has(path)) return
    seen.add(path)
    const source = await readFile(new URL(path.slice('/node_modules/'.length), root), 'utf8')
    for (const [, fixed, dynamic] of source.matchAll(imported)) {
      const specifier = fixed ?? dynamic
      if (specifier.startsWith('.')) await walk(new URL(specifier, `http://a${path}`).pathname)
      else await enter(specifier)
    }
  }
  const enter = async (specifier: string): Promise<void> => {
    if (map.has(specifier)) return
    const path = await resolve(specifier)
    map.set(specifier, path)
    await walk(path)
  }
  for (const name of packages) await enter(name)
  return Object.fromEntries(map)
}

export interface AppServer extends AsyncDisposable {
  /** Such as `http://127.0.0.1:12345`. */
  readonly origin: string
}

/** Serves one page at every path, with `script` as its module, which imports these packages. */
export async function serveApp(script: string, packages: readonly string[]): Promise<AppServer> {
  const imports = await importMapOf(packages)
  const page = `<!doctype html><html lang="en"><title>An app</title><h1>An app</h1><output id="told"></output>
    <script type="importmap">${JSON.stringify({imports})}</script><script type="module">${script}</script>`
  const server = createServer((request, response) => {
    const {pathname} = new URL(request.url ?? '/', 'http://loopback')
    if (!pathname.startsWith('/node_modules/')) {
      response.writeHead(200, {'content-type': 'text/html; charset=utf-8'}).end(page)
      return
    }
    readFile(fileURLToPath(new URL(pathname.slice('/node_modules/'.length), root)), 'utf8').then(
      text => response.writeHead(200, {'content-type': 'text/javascript'}).end(text),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}
