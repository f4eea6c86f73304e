import {deepEqual, equal, ok, rejects} from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {InProcessLimits} from '#engines/limits/in-process.ts'
import {OAuthError} from '../oauth/oauth-error.ts'
import {oauthLimits} from './oauth-limits.ts'
import {RateLimits} from './rate-limits.ts'

const [alice, bob] = ['did:web:alice.test', 'did:web:bob.test'] as Did[]
const app = 'https://app.example.com/client.json'
const made = (isOn = true) => oauthLimits(new RateLimits(isOn, {now: () => 0}, new InProcessLimits(() => 0)))

test('an app has tokens for an account so often, whatever other apps and accounts do', async () => {
  const limits = made()
  for (let i = 0; i < 300; i++) await limits.takeApp(alice, app)
  const refusal = await limits.takeApp(alice, app).catch((error: unknown) => error)
  ok(refusal instanceof OAuthError)
  deepEqual([refusal.error, refusal.status, refusal.headers['retry-after']], ['slow_down', 429, '300'])
  await limits.takeApp(bob, app)
  await limits.takeApp(alice, 'https://other.example.com/client.json')
})

test('an app that shows who it is has calls of its own', async () => {
  const limits = made()
  for (let i = 0; i < 30_000; i++) await limits.takeClient(app)
  await rejects(limits.takeClient(app), {error: 'slow_down'})
  await limits.takeClient('https://other.example.com/client.json')
})

test('nothing is counted where limits are off, and a fault of our own stays one', async () => {
  for (let i = 0; i < 400; i++) await made(false).takeApp(alice, app)
  const broken = {
    admit: () => Promise.reject(new RangeError('ours')),
    takeClient: async () => {},
    takeApp: async () => {},
  }
  await rejects(oauthLimits(broken).admit(new Request('http://localhost/'), '/oauth/par', new Headers()), RangeError)
  equal(await made(false).takeClient(app), undefined)
})
