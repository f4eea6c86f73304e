import assert from 'node:assert/strict'
import {test} from 'node:test'
import {UpstreamError} from '#xrpc/errors.ts'
import {toText} from './html.ts'
import type {Page} from './look/layout.ts'
import {problemOf, problemPage} from './problem.ts'

test('what a server fails at is told by a status and words of our own', () => {
  const cases: [error: string, status: number, told: number, title: RegExp][] = [
    ['UpstreamFailure', 502, 502, /not available/],
    ['UpstreamTimeout', 504, 502, /not available/],
    ['UpstreamFailure', 500, 502, /not available/],
    ['Whatever', 502, 502, /not available/],
    ['RateLimitExceeded', 429, 429, /Too many requests/],
    ['MethodNotImplemented', 501, 501, /Not supported/],
    ['MethodNotImplemented', 404, 501, /Not supported/],
    ['InvalidRequest', 400, 400, /Something went wrong/],
    ['RecordNotFound', 404, 404, /Something went wrong/],
    ['InternalServerError', 500, 502, /Something went wrong/],
    // No server may make us answer what is no error.
    ['Odd', 200, 502, /Something went wrong/],
    ['Odd', 302, 502, /Something went wrong/],
  ]
  for (const [error, status, told, title] of cases) {
    const problem = problemOf(new UpstreamError(error, 'why', {status}), '/timeline')
    assert.equal(problem.status, told, `${error} ${status}`)
    assert.match(problem.title, title)
    assert.deepEqual(problem.way, {path: '/timeline', label: 'Try again'})
  }
})

test('the page says what happened and where to go, and escapes what a server said', async () => {
  const shown: [Page, number | undefined][] = []
  const visit = {
    page: (page: Page, init?: {status?: number}) => {
      shown.push([page, init?.status])
      return Promise.resolve(new Response())
    },
  }
  await problemPage(visit, {status: 404, title: '<b>', text: '<i>', way: {path: '/a?b=c&d', label: '<u>'}})
  const [[page, status]] = shown
  assert.equal(status, 404)
  const text = toText(page.main)
  assert.match(text, /role="alert"/)
  assert.match(text, /<h1>&lt;b&gt;<\/h1>/)
  assert.match(text, /<p>&lt;i&gt;<\/p>/)
  assert.match(text, /href="\/a\?b=c&amp;d">&lt;u&gt;</)
})

test('a problem without a way out shows no button', async () => {
  let text = ''
  const visit = {
    page: (page: Page) => {
      text = toText(page.main)
      return Promise.resolve(new Response())
    },
  }
  await problemPage(visit, {status: 500, title: 'a', text: 'b'})
  assert.doesNotMatch(text, /<a /)
})
