/**
 * What pages load beside their HTML: style sheets, pictures of our own, and islands. An island is a plain module of
 * TypeScript under an `islands/` folder; its types are stripped here, once. The address of every file holds a hash of
 * all of them, so a browser keeps them for good and asks again as soon as one has changed. A package that an island
 * imports by its name is served beside it, as it is: no import map is needed, which our policy would not let stand in a
 * page.
 */
import {globSync, readFileSync} from 'node:fs'
import {stripTypeScriptTypes} from 'node:module'
import {dirname, join, posix} from 'node:path'
import {fileURLToPath} from 'node:url'
import {toHex} from '#std/bytes.ts'
import {toUtf8} from '#std/text.ts'
import {sha256} from '#atp/crypto/engine.ts'

/** What every site has: the common look, under `look/`. */
const common = fileURLToPath(new URL('.', import.meta.url))
const patterns = ['**/*.css', '**/*.svg', '**/islands/*.ts']
const types: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  ts: 'text/javascript; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
}
/** What packages are served below. */
const packages = 'packages'

interface Asset {
  type: string
  text: string
}

export interface Assets {
  /** The address of a file, by its path below the site's folder: `app/islands/compose.ts`. */
  url(path: string): string
  /** Answers what lies under `/assets/`. */
  serve(request: Request): Response
}

/**
 * Reads the assets below `folder`, the common ones, and the packages that islands may import: by their names, the URL of
 * the module that each begins with (`import.meta.resolve`). Nothing is read from disk after that.
 */
export function openAssets(folder: string, modules: Readonly<Record<string, string>> = {}): Assets {
  const files = new Map<string, Asset>()
  const entries = new Map<string, string>()
  for (const [name, url] of Object.entries(modules)) {
    const entry = fileURLToPath(url)
    const root = dirname(entry)
    entries.set(name, `${packages}/${name}/${entry.slice(root.length + 1)}`)
    for (const path of globSync('**/*.js', {cwd: root}).toSorted()) {
      const text = readFileSync(join(root, path), 'utf8')
      files.set(`${packages}/${name}/${path.replaceAll('\\', '/')}`, {type: types.js, text})
    }
  }
  for (const root of [common, folder]) {
    const paths = globSync(patterns, {cwd: root}).filter(path => !path.endsWith('.test.ts'))
    for (const path of paths.toSorted()) {
      const kind = path.slice(path.lastIndexOf('.') + 1)
      const source = readFileSync(join(root, path), 'utf8')
      files.set(path.replaceAll('\\', '/'), {
        type: types[kind],
        text: kind === 'ts' ? withPackages(stripTypeScriptTypes(source), path.replaceAll('\\', '/'), entries) : source,
      })
    }
  }
  const whole = [...files].map(([path, {text}]) => `${path}\n${text}`).join('\n')
  const hash = toHex(sha256(toUtf8(whole))).slice(0, 16)
  const current = `/assets/${hash}/`
  const etag = `"${hash}"`
  return {
    url: path => {
      if (!files.has(path)) throw new Error(`no asset is at ${path}`)
      return `${current}${path}`
    },
    serve(request) {
      const {pathname} = new URL(request.url)
      const asset = files.get(pathname.replace(/^\/assets\/[0-9a-f]{16}\//, ''))
      if (!asset) return new Response('There is no such file.\n', {status: 404})
      // A page from before the last start may still ask by the old hash: it gets what there is, and keeps it not.
      const headers = {
        'content-type': asset.type,
        'cache-control': pathname.startsWith(current) ? 'public, max-age=31536000, immutable' : 'no-cache',
        etag,
      }
      if (request.headers.get('if-none-match') === etag) return new Response(null, {status: 304, headers})
      return new Response(asset.text, {headers})
    },
  }
}

/** An island whose imports of packages lead to where they are served. */
function withPackages(source: string, path: string, entries: ReadonlyMap<string, string>): string {
  return source.replace(/(\bfrom\s*)'([^'./][^']*)'/g, (whole, from: string, name: string) => {
    const entry = entries.get(name)
    return entry === undefined ? whole : `${from}'${posix.relative(posix.dirname(path), entry)}'`
  })
}
