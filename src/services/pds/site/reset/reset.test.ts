/** A forgotten password: who learns what, and what a code is good for. */
import assert from 'node:assert/strict'
import {suite, test} from 'node:test'
import {pdsSite} from '../../../../../test/pds-site.ts'

const alert = (page: string): string | undefined => /role="alert">([^<]*)/.exec(page)?.[1]

suite('a forgotten password', () => {
  test('is replaced by the code that went to the address, once, and all browsers are signed out', async context => {
    const {newBrowser, alice, mailedSoon, did} = await pdsSite(context)
    const [browser, other] = [newBrowser(), await alice()]
    await browser.get('/account/reset')
    const sent = await browser.post('/account/reset', {email: ' alice@example.com ', next: '/account/x'})
    assert.equal(sent.headers.get('location'), '/account/reset/finish?next=%2Faccount%2Fx&sent=1')
    assert.match(await browser.page('/account/reset/finish?sent=1'), /If an account has this address/)
    const code = await mailedSoon('alice@example.com')
    const finish = async (fields: Record<string, string>) =>
      browser.post('/account/reset/finish', {next: '/account/x', ...fields})
    assert.match(alert(await (await finish({code, password: 'short'})).text()) ?? '', /8 to 256/)
    assert.match(alert(await (await finish({code: 'AAAAA-AAAAA', password: 'new password'})).text()) ?? '', /wrong/)
    const done = await finish({code, password: 'new password'})
    assert.equal(
      done.headers.get('location'),
      '/account/sign-in?next=%2Faccount%2Fx&why=reset',
      'on to where one was going',
    )
    assert.match(await browser.page('/account/sign-in?why=reset'), /Your password has been set/)
    assert.match(alert(await (await finish({code, password: 'newer password'})).text()) ?? '', /already been used/)
    assert.equal((await other.get(`/account/${did}`)).status, 303)
    assert.equal((await browser.signIn('alice', 'new password')).status, 303)
  })

  test('ends app passwords as whoever does it chooses, and suggests that', async context => {
    const {newBrowser, agent, mailedSoon, password} = {...(await pdsSite(context)), password: 'correct horse'}
    const app = agent()
    await app.login({identifier: 'alice.test', password})
    const {data: bot} = await app.com.atproto.server.createAppPassword({name: 'bot'})
    const signIn = () => agent().login({identifier: 'alice.test', password: bot.password})
    for (const [choice, comesIn] of [
      [{}, true],
      [{'end-app-passwords': 'yes'}, false],
    ] as const) {
      const browser = newBrowser()
      assert.match(await browser.page('/account/reset/finish'), /name="end-app-passwords" value="yes" checked/)
      await browser.post('/account/reset', {email: 'alice@example.com'})
      const code = await mailedSoon('alice@example.com')
      const fields = {code, password: 'new password', ...choice}
      const finished = await browser.post('/account/reset/finish', fields)
      assert.equal(finished.status, 303, await finished.text())
      await (comesIn ? signIn() : assert.rejects(signIn()))
    }
  })

  test('tells nobody whether there is such an account', async context => {
    const {newBrowser} = await pdsSite(context)
    const answers = ['alice@example.com', 'nobody@example.com'].map(async email => {
      const browser = newBrowser()
      await browser.get('/account/reset')
      const {status, headers} = await browser.post('/account/reset', {email})
      return [status, headers.get('location')]
    })
    const [known, unknown] = await Promise.all(answers)
    assert.deepEqual(known, unknown)
  })
})
