import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {html, safeHref, toText, trusted} from './html.ts'

const hostile = `"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;`
const escaped = '&quot;&#39;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;&amp;amp;'

suite('text of a stranger is escaped', () => {
  test('in content, and in quoted attributes', () => {
    const text = toText(html`<p title="${`"'`}">${'<script>&'}</p>`)
    assert.equal(text, '<p title="&quot;&#39;">&lt;script&gt;&amp;</p>')
  })

  test('in every position that a page puts text in', () => {
    const places = [
      (value: string) => html`<p>${value}</p>`,
      (value: string) => html`<title>${value}</title>`,
      (value: string) => html`<textarea>${value}</textarea>`,
      (value: string) => html`<input value="${value}" />`,
      (value: string) => html`<input value='${value}' />`,
      (value: string) => html`<svg><text x="1">${value}</text><title>${value}</title></svg>`,
      (value: string) => html`<a href="/search?q=${value}">x</a>`,
      (value: string) => html`<ul>${[value, html`<li>${value}</li>`, [value]]}</ul>`,
      (value: string) => html`${html`${html`${value}`}`}`,
    ]
    for (const place of places) {
      const [shown, empty] = [toText(place(hostile)), toText(place(''))]
      const parts = shown.split(escaped)
      assert.ok(parts.length > 1, shown)
      assert.equal(parts.join(''), empty, 'nothing but the escaped text is added')
    }
  })

  test('once, not twice', () => {
    assert.equal(toText(html`<p>${html`<b>${'&'}</b>`}</p>`), '<p><b>&amp;</b></p>')
  })
})

suite('a part', () => {
  test('of HTML goes in as it is, and lists are joined', () => {
    const rows = ['a', '<b>'].map(name => html`<li>${name}</li>`)
    assert.equal(toText(html`<ul>${rows}</ul>`), '<ul><li>a</li><li>&lt;b&gt;</li></ul>')
    assert.equal(toText(html`${[['a'], ['b', ['c']]]}`), 'abc')
  })

  test('that is absent leaves nothing, and zero is there', () => {
    assert.equal(toText(html`<p>${null}${false}${undefined}${''}${0}${-1.5}</p>`), '<p>0-1.5</p>')
  })

  test('that is an object we did not make is refused, so that no JSON can pose as markup', () => {
    const posing = [
      JSON.parse('{"markup": "<b>"}') as unknown,
      {toString: () => '<b>'},
      {[Symbol('markup')]: '<b>'},
      new Map(),
      true,
      () => '<b>',
    ]
    for (const part of posing) assert.throws(() => html`${part as string}`, /Broken invariant/, String(part))
  })

  test('that we wrote ourselves may be markup', () => {
    assert.equal(toText(html`<p>${trusted('<b>&</b>')}</p>`), '<p><b>&</b></p>')
  })
})

test('only web links survive', () => {
  for (const url of ['https://example.org/x', 'http://example.org', 'HTTPS://EXAMPLE.ORG/']) {
    assert.equal(safeHref(url), url)
  }
  const others = [
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    ' javascript:alert(1)',
    'java\nscript:alert(1)',
    ' data:text/html,x',
    'data:text/html;base64,PHNjcmlwdD4=',
    'vbscript:x',
    'file:///etc/passwd',
    'blob:https://example.org/x',
    '//example.org',
    '/profile',
    'https:',
    'https:/example.org',
    'x https://example.org',
    '',
  ]
  for (const url of others) assert.equal(safeHref(url), '#', url)
})
