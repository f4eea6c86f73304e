import assert from 'node:assert/strict'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {pathToFileURL} from 'node:url'
import {suite, test} from 'node:test'
import {useNativeCrypto} from '#engines/crypto/native.ts'
import {temporaryFolder} from '../../test/temporary-folder.ts'
import {openAssets, type Assets} from './assets.ts'

useNativeCrypto()

const ask = (assets: Assets, path: string, headers: Record<string, string> = {}): Response =>
  assets.serve(new Request(`http://localhost:2580${path}`, {headers}))

/** A site with a style sheet, a picture, an island, and what is not for browsers. */
function folderOf(style = 'p { color: red }'): string {
  const folder = temporaryFolder('assets')
  mkdirSync(join(folder, 'app', 'islands'), {recursive: true})
  const files = {
    'app/app.css': style,
    'mark.svg': '<svg/>',
    'app/islands/feed.ts': 'const count: number = 1\nexport {count}\n',
    'app/islands/feed.test.ts': 'secret of a test',
    'web.ts': 'secret of the server',
    'config.json': '{"secret": true}',
    'app/feed.ts': 'secret of the app',
  }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  return folder
}

suite('assets', () => {
  test('are served by type, islands without their types', async () => {
    const assets = openAssets(folderOf())
    const cases: [path: string, type: string, text: RegExp][] = [
      ['app/app.css', 'text/css; charset=utf-8', /^p \{ color: red \}$/],
      ['mark.svg', 'image/svg+xml', /^<svg\/>$/],
      ['app/islands/feed.ts', 'text/javascript; charset=utf-8', /^const count\s+= 1\nexport \{count\}\n$/],
      ['look/style.css', 'text/css; charset=utf-8', /:root/],
      ['look/icon.svg', 'image/svg+xml', /<svg/],
      ['look/islands/frame.ts', 'text/javascript; charset=utf-8', /addEventListener/],
    ]
    for (const [path, type, text] of cases) {
      const response = ask(assets, assets.url(path))
      assert.equal(response.status, 200, path)
      assert.equal(response.headers.get('content-type'), type)
      assert.match(await response.text(), text)
    }
  })

  test('are kept for good at the address of their content, and asked for again at an old one', () => {
    const assets = openAssets(folderOf())
    const url = assets.url('app/app.css')
    assert.match(url, /^\/assets\/[0-9a-f]{16}\/app\/app\.css$/)
    const now = ask(assets, url)
    assert.equal(now.headers.get('cache-control'), 'public, max-age=31536000, immutable')
    const old = ask(assets, '/assets/0123456789abcdef/app/app.css')
    assert.equal(old.status, 200)
    assert.equal(old.headers.get('cache-control'), 'no-cache')
  })

  test('that a browser has are not sent again', async () => {
    const assets = openAssets(folderOf())
    const url = assets.url('app/app.css')
    const etag = ask(assets, url).headers.get('etag') ?? ''
    const again = ask(assets, url, {'if-none-match': etag})
    assert.deepEqual([again.status, await again.text()], [304, ''])
    assert.equal(ask(assets, url, {'if-none-match': '"other"'}).status, 200)
  })

  test('have another address as soon as one of them has changed', () => {
    const [one, same, other] = ['a {}', 'a {}', 'b {}'].map(style => openAssets(folderOf(style)).url('mark.svg'))
    assert.equal(one, same)
    assert.notEqual(one, other)
  })

  test('are these and nothing else, however one asks', () => {
    const assets = openAssets(folderOf())
    const [, , hash] = assets.url('mark.svg').split('/')
    const paths = [
      'web.ts',
      'config.json',
      'app/feed.ts',
      'app/islands/feed.test.ts',
      'html.ts',
      'site.ts',
      '../web.ts',
      'app/../web.ts',
      '..%2fweb.ts',
      '%2e%2e/web.ts',
      '%2e%2e%2f%2e%2e%2fpackage.json',
      '..\\web.ts',
      'app/app.css/',
      'app/app.css%00',
      'APP/app.css',
      '/etc/passwd',
      '',
      '.',
      '__proto__',
      'constructor',
    ]
    for (const path of paths) {
      assert.equal(ask(assets, `/assets/${hash}/${path}`).status, 404, path)
      assert.equal(ask(assets, `/assets/${path}`).status, 404, path)
    }
  })

  test('of a package stand beside the island that imports it by its name', async () => {
    const [folder, root] = [folderOf(), folderOf()]
    mkdirSync(join(root, 'esm', 'parts'), {recursive: true})
    writeFileSync(join(root, 'esm', 'index.js'), `export * from './parts/one.js'\n`)
    writeFileSync(join(root, 'esm', 'parts', 'one.js'), 'export const one = 1\n')
    writeFileSync(join(folder, 'app', 'islands', 'key.ts'), `import {one} from '@some/one'\nimport {a} from './a.ts'\n`)
    const assets = openAssets(folder, {'@some/one': pathToFileURL(join(root, 'esm', 'index.js')).href})
    const url = assets.url('app/islands/key.ts')
    const island = await ask(assets, url).text()
    assert.match(island, /from '\.\.\/\.\.\/packages\/@some\/one\/index\.js'\nimport \{a\} from '\.\/a\.ts'/)
    const entry = new URL('../../packages/@some/one/index.js', `http://localhost:2580${url}`).pathname
    assert.match(await ask(assets, entry).text(), /parts\/one/)
    assert.match(await ask(assets, entry.replace('index.js', 'parts/one.js')).text(), /const one = 1/)
    assert.equal(ask(assets, entry.replace('index.js', 'app/feed.ts')).status, 404)
  })

  test('that a page names and nobody has are a fault of ours', () => {
    const assets = openAssets(folderOf())
    for (const path of ['app/none.css', 'web.ts', 'app/feed.ts']) assert.throws(() => assets.url(path), /no asset/)
  })
})
