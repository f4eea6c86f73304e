/**
 * Serves this checkout to a browser as it stands: TypeScript with its types stripped, the `#…` imports by an import
 * map, no bundle. On loopback only, for the length of one test.
 */
import {readFile} from 'node:fs/promises'
import {createServer, type IncomingMessage} from 'node:http'
import {stripTypeScriptTypes} from 'node:module'
import type {AddressInfo} from 'node:net'
import {fileURLToPath} from 'node:url'
import {floors} from '../../tools/floors.ts'

const root = new URL('../../', import.meta.url)
/** What floors 0 to 4 import from npm, all plain modules. */
const packages = {
  '@noble/curves/': '/node_modules/@noble/curves/',
  '@noble/hashes/': '/node_modules/@noble/hashes/',
  tlds: '/node_modules/tlds/index.json',
  jose: '/node_modules/jose/dist/webapi/index.js',
  oauth4webapi: '/node_modules/oauth4webapi/build/index.js',
}
const sizeMax = 1 << 20

const importMap = JSON.stringify({
  imports: {...Object.fromEntries([...floors.keys()].map(folder => [`#${folder}/`, `/src/${folder}/`])), ...packages},
})

export interface SourceServer extends AsyncDisposable {
  readonly origin: string
  /** Resolves with what the page posts to `/result`. */
  readonly result: Promise<unknown>
}

/** `data` is served under `/data/<name>`, and at the root the page, with the map of imports in it. */
export async function serveSource(
  data: ReadonlyMap<string, Uint8Array>,
  page = 'test/browser/floors.html',
): Promise<SourceServer> {
  const {promise: result, resolve} = Promise.withResolvers<unknown>()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://loopback').pathname
    if (path === '/result') {
      void readJson(request).then(resolve)
      response.writeHead(204).end()
      return
    }
    file(path, data, page).then(
      // Nothing changes while a server of this port is there.
      ([type, body]) => response.writeHead(200, {'content-type': type, 'cache-control': 'max-age=600'}).end(body),
      (error: Error) => response.writeHead(404, {'content-type': 'text/plain'}).end(error.message),
    )
  })
  await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    result,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(closed => server.close(closed))
    },
  }
}

async function file(
  path: string,
  data: ReadonlyMap<string, Uint8Array>,
  page: string,
): Promise<[string, string | Uint8Array]> {
  if (path === '/') return ['text/html', (await text(page)).replace('/*importmap*/', importMap)]
  const bytes = data.get(path.slice('/data/'.length))
  if (path.startsWith('/data/') && bytes) return ['application/octet-stream', bytes]
  if (!/^\/(?:src|test\/browser|node_modules)\/[\w@/.-]+\.(?:ts|js|json)$/.test(path) || path.includes('..')) {
    throw new Error(`nothing is served at ${path}`)
  }
  const code = await text(path.slice(1))
  if (path.endsWith('.json')) return ['application/json', code]
  return ['text/javascript', path.endsWith('.ts') ? stripTypeScriptTypes(code) : code]
}

const text = (path: string): Promise<string> => readFile(fileURLToPath(new URL(path, root)), 'utf8')

async function readJson(request: IncomingMessage): Promise<unknown> {
  let body = ''
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk
    if (body.length > sizeMax) break
  }
  return JSON.parse(body)
}
