/**
 * Each kind of attack that a PDS has to stand has a test by its name, so that whoever looks for one finds it, and none goes
 * unnoticed when tests are moved.
 */
import assert from 'node:assert/strict'
import {globSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {suite, test} from 'node:test'

const root = join(import.meta.dirname, '../../..')
const files = [
  ...globSync('src/services/pds/**/attacks.test.ts', {cwd: root}),
  'src/services/pds/api/client-calls.test.ts',
  'src/services/pds/permissions/permission-sets.test.ts',
  'src/services/web/app/profile.test.ts',
  'test/network/private-addresses.test.ts',
]

/** Names of tests and suites, and of the attacks in tables of them. */
const names = files.flatMap(file => {
  const text = readFileSync(join(root, file), 'utf8')
  const told = text.matchAll(/(?:^|[\s.])(?:test|suite)\(\s*(?:'([^'\n]+)'|`([^`\n]+)`)|^ {2,4}'([^'\n]{12,})': /gm)
  return [...told].map(([, one, two, three]) => one ?? two ?? three)
})

const kinds: Readonly<Record<string, RegExp>> = {
  'a DPoP proof that is used again': /DPoP proof is used twice/,
  'a wrong nonce': /DPoP proof of a nonce that was made up/,
  'a code that is used again': /a code is used twice/,
  'a code in another session': /code injection/,
  'a refresh token after its grace': /refresh token is used again after the grace/,
  'PKCE brought down': /PKCE is brought down/,
  'another redirect': /redirect URI that is not the client’s/,
  'a mix-up of servers': /mix-up/,
  'a token for another audience': /access token for another audience/,
  'scopes that grow': /scope escalation fails/,
  'scopes at endpoints': /an app at an endpoint/,
  'scopes through the proxy': /an app through the proxy/,
  'a permission set outside its authority': /a set that holds .* does not grant it/,
  'metadata that changes': /a client takes its key out of its metadata/,
  'a service token for another method': /one for another method/,
  'a service token for another server': /one for another server/,
  'a high-S signature': /high-S/,
  'private addresses by handle': /services that a header names, handles, tokens/,
  'private addresses by client metadata': /client id that leads to a private address/,
  'private addresses by the proxy': /a service behind .* is not called/,
  'private addresses by redirects':
    /redirects: of a service that a header names, of a did:web, of the host of a handle/,
  'a name that changes its answer': /whose name changes to a private address between/,
  'an app password at what is privileged': /an app password reaches a privileged method/,
  'scripts in blobs': /stored XSS through blobs/,
  'scripts in the names of apps': /the name of an app is text/,
  'scripts in profiles': /stored XSS through profile fields/,
  'consent by a click on another page': /cannot be clicked under another page/,
  'guessed passwords': /brute force of passwords/,
  'guessed authenticator codes': /brute force of authenticator codes/,
  'guessed recovery and mailed codes': /brute force of recovery codes and of mailed codes/,
  'a fixed session': /session fixation/,
  'forms of other sites': /forms of other sites \(CSRF\)/,
  'a passkey that is replayed': /passkey’s answer is replayed/,
  'a passkey of a foreign origin': /a page of a foreign origin/,
}

suite('the attacks that a PDS has to stand', () => {
  for (const [kind, name] of Object.entries(kinds)) {
    test(`include ${kind}`, () => assert.ok(names.some(one => name.test(one))))
  }

  test('are many', () => assert.ok(new Set(names).size >= 150, `${new Set(names).size}`))
})
