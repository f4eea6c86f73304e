/** Where a client may have a browser sent, by what it is and where it is found. */
import {equal, match} from 'node:assert/strict'
import {test} from 'node:test'
import {isRegistered, redirectFault, redirectUriLengthMax} from './redirect-uris.ts'

const clientUrl = new URL('https://app.example.com/client.json')
type Kind = 'web' | 'native' | 'loopback'

const rows: readonly [uri: string, kind: Kind, fault?: RegExp][] = [
  ['https://app.example.com/callback', 'web'],
  ['https://other.example.net/callback?a=b', 'web'],
  ['https://app.example.com:8443/callback', 'web'],
  ['https://app.example.com/callback', 'native'],
  ['com.example.app:/callback', 'native'],
  ['com.example.app:/', 'native'],
  ['http://127.0.0.1/callback', 'native'],
  ['http://127.0.0.1:8080/', 'native'],
  ['http://[::1]/', 'native'],
  ['http://127.0.0.1/', 'loopback'],
  ['http://[::1]:9/callback', 'loopback'],

  ['/callback', 'web', /no URL/],
  ['', 'web', /no URL/],
  [`https://app.example.com/${'a'.repeat(redirectUriLengthMax)}`, 'web', /no URL/],
  ['https://user@app.example.com/', 'web', /user/],
  ['https://:password@app.example.com/', 'web', /password/],
  ['https://app.example.com/#here', 'web', /fragment/],
  ['https://app.example.com/#', 'web', /fragment/],
  ['http://app.example.com/', 'native', /not https/],
  ['http://localhost/', 'native', /localhost/],
  ['http://localhost:8080/', 'loopback', /localhost/],
  ['http://127.0.0.2/', 'native', /not https/],
  ['http://127.0.0.1/', 'web', /native/],
  ['https://127.0.0.1/', 'web', /by https/],
  ['https://localhost/', 'web', /by https/],
  ['https://intranet/', 'web', /not on the internet/],
  ['https://printer.local/', 'web', /not on the internet/],
  ['com.example.app:/callback', 'web', /native/],
  ['com.example.app:/callback', 'loopback', /may not/],
  ['com.example.other:/callback', 'native', /another client/],
  ['app.example.com:/callback', 'native', /another client/],
  ['com.example.app://callback', 'native', /one slash/],
  ['com.example.app:callback', 'native', /one slash/],
  ['myapp:/callback', 'native', /no domain/],
  ['javascript:alert(1)', 'native', /no domain/],
  ['data:text/html,a', 'native', /no domain/],
  ['file:///etc/passwd', 'native', /no domain/],
]
for (const [uri, kind, fault] of rows) {
  test(`${uri.slice(0, 60)} is ${fault ? 'refused to' : 'good for'} a ${kind} client`, () => {
    const owner = {clientUrl: kind === 'loopback' ? undefined : clientUrl, isNative: kind !== 'web'}
    const found = redirectFault(uri, owner)
    if (fault) match(found ?? 'nothing', fault)
    else equal(found, undefined)
  })
}

test('what is asked for is what was registered, but for the port of the user’s machine', () => {
  const registered = [
    'https://app.example.com/callback',
    'http://127.0.0.1/a?b=c',
    'http://[::1]:80/',
    'http://127.0.0.1:99/x',
  ]
  const is = (asked: string): boolean => isRegistered(asked, registered)
  for (const asked of [
    registered[0],
    'http://127.0.0.1:8080/a?b=c',
    'http://127.0.0.1/a?b=c',
    'http://[::1]:123/',
    'http://127.0.0.1:99/x',
  ]) {
    equal(is(asked), true, asked)
  }
  for (const asked of [
    'https://app.example.com:444/callback',
    'https://app.example.com/callback/',
    'http://127.0.0.1:8080/a?b=d',
    'http://127.0.0.1:8080/b?b=c',
    'http://127.0.0.1:8080/a?b=c#d',
    'http://user@127.0.0.1:8080/a?b=c',
    'https://127.0.0.1:8080/a?b=c',
    'http://[::1]/a?b=c',
    'http://127.0.0.1:98/x',
    '',
  ]) {
    equal(is(asked), false, asked)
  }
})
