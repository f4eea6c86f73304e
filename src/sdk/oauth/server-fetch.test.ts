import {equal, throws} from 'node:assert/strict'
import {test} from 'node:test'
import {secureUrl} from './server-fetch.ts'

for (const [url, development, isAsked] of [
  ['https://pds.example.com', false, true],
  ['http://pds.example.com', true, false],
  ['http://localhost:2583', true, true],
  ['http://127.0.0.2:2583', true, true],
  ['http://[::1]:2583', true, true],
  ['http://localhost:2583', false, false],
  ['https://alice:word@pds.example.com', true, false],
  ['ftp://localhost', true, false],
] as const) {
  test(`${url} ${isAsked ? 'is' : 'may not be'} asked ${development ? 'in development' : 'out there'}`, () => {
    if (isAsked) equal(secureUrl(url, {development}).href, `${url}/`)
    else throws(() => secureUrl(url, {development}), {name: 'OAuthFailure', reason: 'insecure'})
  })
}
