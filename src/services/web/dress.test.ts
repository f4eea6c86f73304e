import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {html, toText} from '#pages/html.ts'
import type {Page} from '#pages/look/layout.ts'
import {dressOf} from './dress.ts'

const page = (at: string, more: Partial<Page> = {}): Page => ({title: 'x', at, main: html``, ...more})
const viewer = {handle: 'alice.test', unread: 3, token: 'secret'}
const textOf = (part: ReturnType<typeof html> | undefined): string => (part ? toText(part) : '')

suite('what stands around a page', () => {
  test('for everybody leads through the network, and in', () => {
    const {entries, links, foot} = dressOf(page('/'), undefined)
    assert.deepEqual(
      entries.map(({label}) => label),
      ['Network', 'Explorer', 'Stream', 'Search', 'Sign in'],
    )
    assert.deepEqual([links, foot], [[], undefined])
  })

  test('for who is signed in leads to what is theirs', () => {
    const {entries, links, foot} = dressOf(page('/'), viewer)
    assert.deepEqual(
      entries.map(({path, label}) => [path, label]),
      [
        ['/timeline', 'Timeline'],
        ['/search', 'Search'],
        ['/notifications', 'Notifications'],
        ['/profile/alice.test', 'Profile'],
        ['/bookmarks', 'Bookmarks'],
        ['/settings', 'Settings'],
        ['/', 'Network'],
        ['/explore', 'Explorer'],
        ['/live', 'Stream'],
      ],
    )
    assert.deepEqual(
      links.map(({label}) => label),
      ['Network', 'Explorer', 'Stream', 'Settings'],
    )
    assert.match(textOf(foot), /action="\/sign-out"[\s\S]*name="form-token" value="secret"/)
  })

  test('has room on a phone for five entries', () => {
    for (const who of [undefined, viewer]) {
      const thumbs = dressOf(page('/'), who).entries.filter(({thumb}) => thumb)
      assert.ok(thumbs.length <= 5, `${thumbs.length}`)
    }
  })

  test('says how much is unread, and where that is asked', () => {
    const [bell] = dressOf(page('/'), viewer).entries.filter(({badge}) => badge !== undefined)
    assert.deepEqual([bell.path, bell.badge, bell.badgePath], ['/notifications', 3, '/notifications/unread'])
  })

  test('has one button for the main thing, and none on the page of that thing', () => {
    const buttonOf = (at: string, who?: typeof viewer) =>
      /href="([^"]+)"/.exec(textOf(dressOf(page(at), who).action))?.[1]
    assert.deepEqual([buttonOf('/'), buttonOf('/', viewer)], ['/sign-up', '/compose'])
    assert.deepEqual([buttonOf('/sign-up'), buttonOf('/compose', viewer)], [undefined, undefined])
  })

  test('searches from the margin, but not beside the search', () => {
    assert.match(textOf(dressOf(page('/timeline'), viewer).rail), /role="search"/)
    assert.doesNotMatch(textOf(dressOf(page('/search'), viewer).rail), /role="search"/)
  })

  test('invites who has no account, except where they are making one', () => {
    const invites = (at: string, who?: typeof viewer) => /Create account/.test(textOf(dressOf(page(at), who).rail))
    assert.deepEqual(
      [invites('/search'), invites('/sign-in'), invites('/sign-up'), invites('/search', viewer)],
      [true, false, false, false],
    )
  })

  test('has what the page itself puts there', () => {
    assert.match(textOf(dressOf(page('/', {rail: html`<b>own</b>`}), viewer).rail), /<b>own<\/b>/)
  })
})
