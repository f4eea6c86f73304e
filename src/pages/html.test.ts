import assert from 'node:assert/strict'
import {test} from 'node:test'
import {html, safeHref, toText} from './html.ts'

test('values are escaped, in content and in quoted attributes', () => {
  const text = toText(html`<p title="${`"'`}">${'<script>&'}</p>`)
  assert.equal(text, '<p title="&quot;&#39;">&lt;script&gt;&amp;</p>')
})

test('html goes into html as it is, lists are joined, and absent values leave nothing', () => {
  const rows = ['a', '<b>'].map(name => html`<li>${name}</li>`)
  assert.equal(toText(html`<ul>${rows}${null}${false}${undefined}${0}</ul>`), '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>')
})

test("an object that we did not make is refused, so that no stranger's JSON can pose as markup", () => {
  const posing = JSON.parse('{"markup": "<b>"}') as unknown as string
  assert.throws(() => html`${posing}`, /Broken invariant/)
})

test('only web links survive', () => {
  assert.equal(safeHref('https://example.org/x'), 'https://example.org/x')
  assert.equal(safeHref('javascript:alert(1)'), '#')
  assert.equal(safeHref(' data:text/html,x'), '#')
})
