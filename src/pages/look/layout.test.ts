import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {html, toText} from '../html.ts'
import {badge, document, type Dress, type Frame, type Page} from './layout.ts'

const dress: Dress = {
  name: 'Site',
  entries: [
    {path: '/', label: 'Home', icon: 'home', thumb: true},
    {path: '/bell', label: 'Bell', icon: 'bell', badge: 3, badgePath: '/bell/unread'},
  ],
  action: html`<a href="/write">Write</a>`,
  foot: html`<i>foot</i>`,
  links: [{path: '/settings', label: 'Settings', icon: 'settings'}],
  rail: html`<i>beside</i>`,
  searchPath: '/search',
  styles: ['app/app.css'],
}
const page: Page = {title: 'A page', at: '/', main: html`<h1>Main</h1>`}
const frame: Frame = {dress, theme: 'dark', path: '/here?a=b', token: 'secret', asset: path => `/assets/x/${path}`}
const shown = (more: Partial<Page> = {}, other: Partial<Dress> = {}, theme: Frame['theme'] = 'dark'): string =>
  toText(document({...page, ...more}, {...frame, theme, dress: {...dress, ...other}}))

const all = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, found]) => found)

const current = (at: string): string[] =>
  all(shown({at}), /href="([^"]+)"\s+title="[^"]*"\s+(?:aria-label="[^"]*"\s+)?aria-current="page"/g)

suite('a document', () => {
  test('names its entries to a mouse, where a window has room for their icons only', () => {
    assert.deepEqual(all(shown(), /class="nav-entry[^>]*title="([^"]+)"/g), ['Home', 'Bell'])
  })

  test('loads the common style and island first, then those of the site, then its own', () => {
    const text = shown({styles: ['home/home.css'], islands: ['app/islands/feed.ts']})
    assert.deepEqual(all(text, /rel="stylesheet" href="([^"]+)"/g), [
      '/assets/x/look/style.css',
      '/assets/x/app/app.css',
      '/assets/x/home/home.css',
    ])
    assert.deepEqual(all(text, /<script type="module" src="([^"]+)"/g), [
      '/assets/x/look/islands/frame.ts',
      '/assets/x/app/islands/feed.ts',
    ])
  })

  test('has no script, style or handler in itself', () => {
    const text = shown()
    assert.doesNotMatch(text, /<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/)
  })

  test('can be skipped into, and has one main part', () => {
    const text = shown()
    assert.match(text, /<a class="skip" href="#page">/)
    assert.equal(text.match(/<main id="page"/g)?.length, 1)
    assert.ok(text.indexOf('class="skip"') < text.indexOf('<header'))
  })

  test('says in its navigation where it is', () => {
    assert.deepEqual(current('/'), ['/'])
    assert.deepEqual(current('/bell'), ['/bell'])
    assert.deepEqual(current('/settings'), ['/settings'])
    assert.deepEqual(current('/elsewhere'), [])
  })

  test('shows what is unread, and where the island asks for it', () => {
    const text = shown()
    assert.match(text, /data-unread="\/bell\/unread"/)
    assert.match(text, /<span class="badge">3<span class="unseen"> unread<\/span>/)
    const [home, bell] = dress.entries
    assert.doesNotMatch(shown({}, {entries: [home, {...bell, badge: 0}]}), /class="badge"/)
    assert.doesNotMatch(shown({}, {entries: [home]}), /data-unread/)
  })

  test('has a margin where it is a column, and none where it is wide', () => {
    assert.match(shown(), /<div class="shell column">[\s\S]*<aside class="rail"[^>]*><i>beside<\/i><\/aside>/)
    assert.match(shown({shape: 'wide'}), /<div class="shell wide">/)
    assert.doesNotMatch(shown({shape: 'wide'}), /<aside/)
  })

  test('stands alone with its mark and the theme, and no way elsewhere', () => {
    const text = shown({shape: 'alone'})
    assert.match(text, /<div class="shell alone">[\s\S]*class="brand"[\s\S]*class="themes"/)
    assert.doesNotMatch(text, /<nav|<aside|Write|foot</)
    assert.match(shown({}, {entries: []}), /<div class="shell alone">/)
    assert.match(shown({shape: 'wide'}, {entries: []}), /<div class="shell wide">/)
  })

  test('tells the browser its theme', () => {
    assert.match(shown(), /<html lang="en" data-theme="dark" data-search="\/search">/)
    assert.match(shown(), /name="color-scheme" content="dark"/)
    assert.match(shown({}, {}, 'system'), /name="color-scheme" content="light dark"/)
    assert.doesNotMatch(shown({}, {searchPath: undefined}), /data-search/)
  })

  test('comes back to itself when the theme is changed', () => {
    assert.match(shown(), /name="back" value="\/here\?a=b"/)
  })

  test('escapes what stands in its title', () => {
    assert.match(shown({title: '</title><b>'}), /<title>&lt;\/title&gt;&lt;b&gt; · Site<\/title>/)
  })

  test('leaves out what a site does not have', () => {
    const text = shown({}, {action: undefined, foot: undefined, links: [], rail: undefined})
    assert.doesNotMatch(text, /Write|foot<|top-links|beside/)
  })
})

test('a badge has room for two digits', () => {
  const counts = [1, 99, 100, 12_345].map(count => toText(badge(count)))
  assert.deepEqual(
    counts.map(text => /badge">(\d+\+?)</.exec(text)?.[1]),
    ['1', '99', '99+', '99+'],
  )
})
