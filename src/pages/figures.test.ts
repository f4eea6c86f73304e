/** Figures and tables: what they escape, and where they end. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import {countText, figure, table} from './figures.ts'
import {html, toText} from './html.ts'

test('a figure leads somewhere where it is told to', () => {
  assert.match(toText(figure(countText(12_345), 'hosts')), /^<div class="measure">.*>12,345<.*>hosts<.*<\/div>$/)
  assert.match(toText(figure('1', 'a & b', '/x')), /^<a class="measure" href="\/x">.*>a &amp; b<.*<\/a>$/)
})

test('a table has a name, and of a text of others so much and as text', () => {
  const shown = toText(table(['Host', 'State'], [[`<b>${'x'.repeat(300)}`, html`<i>${'good'}</i>`]]))
  assert.match(shown, /role="region" aria-label="Host"/)
  assert.ok(shown.includes(`<td>&lt;b&gt;${'x'.repeat(197)}</td>`))
  assert.ok(shown.includes('<td><i>good</i></td>'))
})
