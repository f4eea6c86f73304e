/** Which addresses are one page, and which are none. */
import {equal} from 'node:assert/strict'
import {test} from 'node:test'
import {linkOf} from './link.ts'

const rows: [uri: string, link: string | undefined][] = [
  ['https://Example.com', 'https://example.com/'],
  ['https://example.com/#part', 'https://example.com/'],
  ['http://example.com/a?b=c', 'http://example.com/a?b=c'],
  ['https://alice:secret@example.com/', undefined],
  ['javascript:alert(1)', undefined],
  ['mailto:a@example.com', undefined],
  ['example.com', undefined],
  ['', undefined],
]
for (const [uri, link] of rows) test(`${uri || 'nothing'} is ${link ?? 'no page'}`, () => equal(linkOf(uri), link))
