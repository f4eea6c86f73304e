/** The code that guides show is code that runs: each block that names its file stands in that file. */
import {deepEqual, ok} from 'node:assert/strict'
import {readdirSync, readFileSync} from 'node:fs'
import {test} from 'node:test'

const root = new URL('../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')
/** Lines without what they are indented by, which is another in each place. */
const bare = (text: string): string => text.replace(/^[ \t]+/gm, '').trim()

/** The blocks of a guide that are not in the file that they name. */
function lost(guide: string): {blocks: number; lost: string[]} {
  const blocks = [...guide.matchAll(/<!-- code: (\S+) -->\n```ts\n([^]*?)\n```/g)]
  return {
    blocks: blocks.length,
    lost: blocks.flatMap(([, path, code]) => (bare(read(path)).includes(bare(code)) ? [] : [`${path}: ${code}`])),
  }
}

const block = (code: string): string => `<!-- code: test/guides.test.ts -->\n\`\`\`ts\n${code}\n\`\`\`\n`

test('a block that is not in its file is found', () => {
  deepEqual(lost(block("const root = new URL('../', import.meta.url)")).lost, [])
  const elsewhere = ['const', 'root', '=', '1'].join(' ')
  deepEqual(lost(block(elsewhere)).lost, [`test/guides.test.ts: ${elsewhere}`])
})

for (const name of readdirSync(new URL('docs/guides/', root)).filter(name => name.endsWith('.md'))) {
  test(`the code of docs/guides/${name} is in the files that it names`, () => {
    const found = lost(read(`docs/guides/${name}`))
    deepEqual(found.lost, [])
    if (name === 'sdk.md') ok(found.blocks > 5)
  })
}
