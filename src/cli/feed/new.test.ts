/** The guide to feeds says nothing that is not so: the file that it shows is the one that is written, its commands are there. */
import {equal, ok} from 'node:assert/strict'
import {existsSync, readFileSync} from 'node:fs'
import {test} from 'node:test'
import {fileURLToPath} from 'node:url'
import {commands} from '../commands.ts'
import {template} from './new.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const guide = readFileSync(`${root}docs/guides/feeds.md`, 'utf8')

test('the guide shows the file that is written', () => {
  ok(guide.includes(`\`\`\`ts\n${template('cats')}\`\`\``))
})

test('the guide names commands and files that there are', () => {
  const named = [...guide.matchAll(/npx wholesky ((?:feed|account) [a-z]+)/g)].map(([, name]) => name)
  ok(named.length > 5)
  for (const name of named)
    ok(
      commands.some(command => command.name === name),
      name,
    )
  const files = [...guide.matchAll(/^\| `([a-z-]+\.ts)` \|/gm)].map(([, file]) => file)
  equal(files.length, 8)
  for (const file of files) ok(existsSync(`${root}src/services/feeds/built-in/${file}`), file)
})
