/** The pages for those who run a server say nothing that is not so: names of settings, commands and numbers. */
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import {suite, test} from 'node:test'
import {environmentOf, readConfig} from '#std/config.ts'
import {commands} from '#cli/commands.ts'
import {upConfig} from '../src/bin/all.ts'
import {rows} from '../src/bin/rows.ts'
import {programConfig} from '../src/bin/serve.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const read = (path: string): string => readFileSync(root + path, 'utf8')
const schemas = rows.map(({config}) => config)
const pages = new Map(schemas.map(({name}) => [name, `docs/operate/${name}.md`]))
const everywhere = [...pages.values(), 'README.md']

suite('docs/operate', () => {
  test('has a page for each server, which tells of each of its settings', () => {
    for (const schema of schemas) {
      const page = read(pages.get(schema.name)!)
      for (const name of environmentOf(schema).keys())
        assert.ok(page.includes(`\`${name}\``), `${schema.name}: ${name}`)
    }
  })

  test('tells of each setting that every server has', () => {
    for (const page of pages.values()) {
      const text = read(page)
      for (const name of environmentOf(programConfig).keys())
        assert.ok(text.includes(`\`${name}\``), `${page}: ${name}`)
    }
  })

  test('names no setting that there is not', () => {
    const known = new Set(
      [...schemas, programConfig, upConfig].flatMap(schema =>
        [...environmentOf(schema)].flatMap(([name, {also}]) => [name, ...also]),
      ),
    )
    const source = globSync('src/cli/**/*.ts', {cwd: root}).map(read).join('')
    for (const page of everywhere) {
      for (const [name] of read(page).matchAll(/\b(?:[A-Z]+_)+[A-Z]+\b/g)) {
        if (name.startsWith('WHOLESKY_') && source.includes(name)) continue
        assert.ok(known.has(name) || name === 'EXPORT_URL', `${page}: ${name}`)
      }
    }
  })

  test('names no command, and no option of one, that there is not', async () => {
    for (const page of everywhere) {
      for (const [, words] of read(page).matchAll(/npx wholesky ([^`\n|]*)/g)) {
        const found = commands.find(({name}) => words === name || words.startsWith(`${name} `))
        const server = schemas.find(({name}) => words.split(' ')[0] === name)
        assert.ok(found ?? server ?? words.startsWith('<'), `${page}: npx wholesky ${words}`)
        const options = found ? Object.keys((await found.load()).options) : []
        const flags = options.map(name => name.replaceAll(/[A-Z]/g, letter => `-${letter.toLowerCase()}`))
        const settings = server && !found ? [...environmentOf(server).keys()] : []
        for (const [, flag] of words.matchAll(/--([a-z-]+)/g)) {
          const inEnvironment = `_${flag.replaceAll('-', '_').toUpperCase()}`
          const isKnown = flags.includes(flag) || settings.some(name => name.endsWith(inEnvironment))
          assert.ok(isKnown || flag === 'json' || flag === 'help', `${page}: wholesky ${words}: --${flag}`)
        }
      }
    }
  })

  test('names no number that is not counted', () => {
    const source = globSync('src/{runtime,services}/**/*.ts', {cwd: root}).map(read).join('')
    for (const page of pages.values()) {
      const text = read(page)
      const numbers =
        text.match(/\b[a-z]+(?:_[a-z]+)*_(?:total|seconds|bytes|seq|acts|hosts|connected|lag|skipped)\b/g) ?? []
      for (const name of numbers) assert.ok(source.includes(`'${name}'`), `${page}: ${name}`)
    }
  })
})

test('a service alone publishes addresses that follow its port', () => {
  for (const schema of schemas) {
    const textOf = (port: number): string => JSON.stringify(readConfig(schema, {env: {}, args: ['--port', `${port}`]}))
    assert.equal(textOf(3999).replaceAll('3999', '3998'), textOf(3998))
    const own = schema.settings.port.defaultText!
    assert.ok(!textOf(3999).includes(own), `${schema.name} is at 3999, and says that it is at ${own}`)
  }
})
