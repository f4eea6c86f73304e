import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {isOwnForm, securityHeaders} from './security-headers.ts'

function policyOf(pictures?: readonly string[]): Map<string, string[]> {
  const {'content-security-policy': policy} = securityHeaders(pictures)
  const rules = policy.split('; ').map(rule => rule.split(' '))
  return new Map(rules.map(([name, ...sources]) => [name, sources]))
}

suite('the policy', () => {
  test('starts from nothing and allows no more than this', () => {
    assert.deepEqual(Object.fromEntries(policyOf()), {
      'default-src': ["'none'"],
      'script-src': ["'self'"],
      'style-src': ["'self'"],
      'img-src': ["'self'", 'blob:'],
      'connect-src': ["'self'"],
      'form-action': ["'self'"],
      'frame-ancestors': ["'none'"],
      'base-uri': ["'none'"],
    })
  })

  test('lets pictures come from the origins that are named, and nothing else from there', () => {
    const policy = policyOf(['https://a.example', 'https://b.example'])
    assert.deepEqual(policy.get('img-src'), ["'self'", 'blob:', 'https://a.example', 'https://b.example'])
    for (const [name, sources] of policy) {
      if (name !== 'img-src') assert.ok(!sources.some(source => source.includes('example')), name)
    }
  })
})

test('every other header says what it should', () => {
  const {'content-security-policy': _, ...headers} = securityHeaders()
  assert.deepEqual(headers, {
    // No other site may hold on to a window of ours, or use our answers as pictures or scripts.
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
    // Where somebody was on our pages is nobody else's.
    'referrer-policy': 'same-origin',
    // A stranger's file is what we say it is.
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
  })
})

suite('a form is ours', () => {
  const publicUrl = 'https://www.example.com'
  const own = (headers: Record<string, string>, at = 'http://localhost:2580'): boolean =>
    isOwnForm(new Request(`${at}/sign-in`, {method: 'POST', headers}), publicUrl)

  test('when the browser names our origin, by the address that people use or the one that it was sent to', () => {
    assert.ok(own({origin: 'https://www.example.com'}))
    assert.ok(own({origin: 'http://localhost:2580'}))
    assert.ok(own({origin: 'https://www.example.com', 'sec-fetch-site': 'same-origin'}))
    assert.ok(own({'sec-fetch-site': 'same-origin'}))
  })

  test('and is not when it names another, or none', () => {
    const foreign: Record<string, string>[] = [
      {},
      {origin: ''},
      {origin: 'null'},
      {origin: 'https://evil.example'},
      {origin: 'http://www.example.com'},
      {origin: 'https://www.example.com:8443'},
      {origin: 'https://www.example.com.evil.example'},
      {origin: 'https://example.com'},
      {origin: 'http://localhost:2581'},
      {'sec-fetch-site': 'none'},
      {'sec-fetch-site': 'same-site'},
      {'sec-fetch-site': 'cross-site'},
      {referer: 'https://www.example.com/'},
    ]
    for (const headers of foreign) assert.ok(!own(headers), JSON.stringify(headers))
  })

  test('and is not when the two disagree', () => {
    assert.ok(!own({origin: 'https://www.example.com', 'sec-fetch-site': 'cross-site'}))
    assert.ok(!own({origin: 'https://www.example.com', 'sec-fetch-site': 'none'}))
    assert.ok(!own({origin: 'https://evil.example', 'sec-fetch-site': 'same-origin'}))
  })
})
