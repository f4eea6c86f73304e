/** What people do with their account, by the methods that apps call and the pages that browsers show. */
import assert from 'node:assert/strict'
import {Secret, TOTP} from 'otpauth'
import {agree, App, refuses} from './app.ts'
import type {Browser, Person, Session} from './person.ts'
import {pick} from './records.ts'
import {refused, type Change} from './things.ts'
import {done, type Answer} from './wire.ts'

const server = (method: string): string => `com.atproto.server.${method}`
let passwords = 0
const newPassword = (): string => `another password ${passwords++}`

const openSession = ({sessions}: Person): Session => {
  const session = sessions.findLast(({state}) => state === 'open')
  assert.ok(session)
  return session
}

const call = (person: Person, method: string, body?: object): Promise<Answer> =>
  person.town.wire.call(method, body, openSession(person).access)

/** A recovery code is spent by this, whatever else comes of it. */
function spend({recovery, recoveryCodes}: Person): {code: string; change: Change} {
  const code = recoveryCodes.pop()
  assert.ok(code)
  return {code, change: {thing: recovery, to: String(Number(recovery.state) - 1), apart: true}}
}

/** A try that the server's end has cut off counts as one that was wrong: after five of them it says to wait. */
const triesFree = 5

function isToWait({things}: Person, said: string): boolean {
  if (!said.includes('Too many wrong codes')) return false
  assert.ok(things.cutOff >= triesFree, 'no try was wrong')
  return true
}

/** Whether the owner has shown who it is. */
async function isTaken(person: Person, proved: Response): Promise<boolean> {
  if (proved.status === 303) return true
  const said = await proved.text()
  assert.ok(isToWait(person, said), said.slice(0, 3_000))
  return false
}

/** A session, by whatever the account asks for. */
export async function logIn(person: Person): Promise<void> {
  const {town, things, did, totp} = person
  if (person.password.state === '') return setPassword(person)
  const needsCode = totp.state === 'on'
  if (needsCode && person.recoveryCodes.length === 0) return revokeAll(person)
  const ask = (authFactorToken?: string): Promise<Answer> =>
    town.wire.call(server('createSession'), {identifier: did, password: person.password.state, authFactorToken})
  let answer: Answer
  if (needsCode) {
    const {code, change} = spend(person)
    // Whoever else has it comes at the same time.
    const both = await things.does('sign in with a recovery code', [change], async () => {
      const answers = await Promise.all([ask(code), ask(code)])
      return answers.every(({json}) => isToWait(person, JSON.stringify(json))) ? refused : answers
    })
    if (both === refused) return void person.recoveryCodes.push(code)
    assert.deepEqual(both.map(({status}) => status).toSorted(), [200, 400], 'a recovery code is good once')
    answer = both.find(({status}) => status === 200)!
  } else {
    answer = await things.does('sign in', [], () => ask())
  }
  const {accessJwt, refreshJwt} = done(answer)
  person.addSession(String(accessJwt), String(refreshJwt))
}

/** Whoever runs the server ends all that somebody signs in with, for one who has lost a factor. */
async function revokeAll(person: Person): Promise<void> {
  const {town, things, password, totp, recovery, appPasswords} = person
  const changes = [
    {thing: password, to: ''},
    ...person.endings(),
    ...appPasswords.map(thing => ({thing, to: 'revoked'})),
    {thing: totp, to: 'none'},
    {thing: recovery, to: '0'},
  ]
  await things.does('revoke all credentials', changes, () =>
    town.wire.callAsAdmin('com.atproto.temp.revokeAccountCredentials', {account: person.did}),
  )
  person.recoveryCodes = []
}

async function setPassword(person: Person): Promise<void> {
  const to = newPassword()
  await person.things.does('another password by the admin', [{thing: person.password, to}], () =>
    person.town.wire.callAsAdmin('com.atproto.admin.updateAccountPassword', {did: person.did, password: to}),
  )
}

export async function refreshSession(person: Person): Promise<void> {
  const session = openSession(person)
  const {wire} = person.town
  const refresh = (): Promise<Answer> => wire.call(server('refreshSession'), undefined, session.refresh)
  const answers = await person.things.does('refresh a session', [], () =>
    person.town.random() < 0.3 ? Promise.all([refresh(), refresh()]) : refresh().then(answer => [answer]),
  )
  for (const answer of answers) {
    session.access = String(done(answer).accessJwt)
    session.refresh = String(answer.json.refreshJwt)
  }
}

export async function logOut(person: Person): Promise<void> {
  const session = openSession(person)
  await person.things.does('sign out', [{thing: session, to: 'ended'}], async () =>
    done(await person.town.wire.call(server('deleteSession'), undefined, session.refresh)),
  )
}

export async function addAppPassword(person: Person): Promise<void> {
  const name = `app ${passwords++}`
  const {password} = done(
    await person.things.does('make an app password', [], () => call(person, server('createAppPassword'), {name})),
  )
  person.addAppPassword(name, String(password))
}

export async function revokeAppPassword(person: Person): Promise<void> {
  const one = person.appPasswords.find(({state}) => state === 'good')
  if (!one) return addAppPassword(person)
  await person.things.does('revoke an app password', [{thing: one, to: 'revoked'}], async () =>
    done(await call(person, server('revokeAppPassword'), {name: one.label})),
  )
}

/** The next browser; it is a thing from when somebody is signed in with it. */
export async function signInBrowser(person: Person): Promise<void> {
  const browser = person.newBrowser()
  const identifier = person.did
  const needsCode = person.totp.state === 'on'
  if (needsCode && person.recoveryCodes.length === 0) return
  const spent = needsCode ? spend(person) : undefined
  const answer = await person.things.does('sign in with a browser', spent ? [spent.change] : [], async () => {
    const first = await browser.site.signIn(identifier, person.password.state)
    if (!spent) return first
    const ticket = /name="ticket" value="([^"]+)"/.exec(await first.text())?.[1]
    assert.ok(ticket, 'a second step is asked for')
    const taken = await browser.site.post('/account/sign-in/factor', {ticket, kind: 'recovery', code: spent.code})
    return isToWait(person, await taken.clone().text()) ? refused : taken
  })
  if (answer === refused) return void person.recoveryCodes.push(spent!.code)
  assert.equal(answer.status, 303)
  browser.state = 'in'
  person.browsers.push(browser)
  person.things.add(browser)
}

const browserOf = ({browsers}: Person): Browser | undefined => browsers.find(({state}) => state === 'in')

async function submit(person: Person, {site}: Browser, page: string, act: string, fields: Record<string, string> = {}) {
  await site.get(`/account/${person.did}/${page}`)
  return site.post(`/account/${person.did}/${page}/${act}`, fields)
}

function isDone(response: Response, what: string): void {
  assert.ok(response.headers.get('location')?.endsWith(`?done=${what}`), `${what}: ${response.status}`)
}

export async function signOutBrowser(person: Person): Promise<void> {
  const browser = browserOf(person)
  if (!browser) return signInBrowser(person)
  await person.things.does('sign out of a browser', [{thing: browser, to: 'out'}], async () => {
    await browser.site.get('/account?all')
    return browser.site.post('/account/sign-out', {did: person.did})
  })
}

/** From what an app asks to its tokens. */
export async function giveAccess(person: Person): Promise<void> {
  const browser = browserOf(person)
  if (!browser) return signInBrowser(person)
  const {town, things} = person
  const app = new App(town.wire, town.key)
  const code = await things.does('agree to access', [], async () => agree(browser.site, await app.ask(), person.did))
  app.code = code
  person.apps.push(app)
  things.add(app)
  const [answer, ...others] = await things.does('fetch tokens', [{thing: app, to: 'open'}], async () => {
    const answer = await app.exchange(code)
    app.take(answer)
    return [answer]
  })
  assert.ok(answer && others.length === 0)
  if (town.random() < 0.15) await replayCode(person, app)
}

/** Whoever shows a code once more, even its app, ends the access that it gave. */
async function replayCode(person: Person, app: App): Promise<void> {
  const {code} = app
  assert.ok(code)
  const again = await person.things.does('show a code twice', [{thing: app, to: 'ended'}], () => app.exchange(code))
  refuses(again, 'a code that was used')
}

/** Two have one code, and send it at the same moment: at most one gets something for it, and not for long. */
export async function raceForCode(person: Person): Promise<void> {
  const browser = browserOf(person)
  if (!browser) return signInBrowser(person)
  const {town, things} = person
  const app = new App(town.wire, town.key)
  const code = await things.does('agree to access', [], async () => agree(browser.site, await app.ask(), person.did))
  const answers = await things.does('fetch tokens twice', [], () =>
    Promise.all([app.exchange(code), app.exchange(code)]),
  )
  town.usedCodes.push(code)
  assert.ok(answers.filter(({status}) => status === 200).length <= 1, 'a code is good once')
}

export async function refreshAccess(person: Person): Promise<void> {
  const app = pick(
    person.town.random,
    person.apps.filter(({state}) => state === 'open'),
  )
  if (!app) return giveAccess(person)
  const answers = await person.things.does('refresh access', [], () =>
    person.town.random() < 0.3 ? Promise.all([app.refresh(), app.refresh()]) : app.refresh().then(one => [one]),
  )
  assert.equal(new Set(answers.map(answer => done(answer).refresh_token)).size, 1, 'one token has one successor')
  app.take(answers[0])
}

/** By the app, or by its user on a page. */
export async function endAccess(person: Person): Promise<void> {
  const {things, apps} = person
  const open = apps.filter(({state}) => state === 'open')
  const [app] = open
  const browser = browserOf(person)
  if (!app) return giveAccess(person)
  const changes = [{thing: app, to: 'ended'}]
  if (browser && open.length === 1 && person.town.random() < 0.5) {
    return things.does('end access on a page', changes, async () => {
      const page = await (await browser.site.get(`/account/${person.did}/apps`)).text()
      const ids = [...page.matchAll(/apps\/end">.*?name="id" value="([^"]+)"/gs)].map(([, id]) => id)
      // Besides the app's there may be such as were never fetched for good.
      assert.ok(ids.length > 0, 'the page shows what has access')
      for (const id of ids) isDone(await browser.site.post(`/account/${person.did}/apps/end`, {id}), 'app')
    })
  }
  const token = person.town.random() < 0.5 ? app.refreshToken : app.access
  await things.does('revoke access', changes, async () => done(await app.post('/oauth/revoke', {token})))
}

export async function changePassword(person: Person): Promise<void> {
  const {town, things} = person
  const to = newPassword()
  const browser = browserOf(person)
  const changes = [{thing: person.password, to}, ...person.endings()]
  const tokens = person.sessions.filter(({state}) => state === 'open').map(({access}) => access)
  if (browser && town.random() < 0.5) {
    const fields = {current: person.password.state, password: to}
    isDone(
      await things.does('another password', changes, () => submit(person, browser, 'security', 'password', fields)),
      'password',
    )
    browser.state = 'in'
    person.dead.push(...tokens)
    return
  }
  const code = person.codes.reset_password
  const token = await things.does('ask for a code to reset the password', [{thing: code, to: 'good'}], () =>
    person.lateCode(async () => done(await town.wire.call(server('requestPasswordReset'), {email: person.email}))),
  )
  const body = {token, password: to}
  const reset = (): Promise<Answer> => town.wire.call(server('resetPassword'), body)
  const answers = await things.does('reset the password', [...changes, {thing: code, to: 'none'}], () =>
    Promise.all([reset(), reset()]),
  )
  person.dead.push(...tokens)
  assert.deepEqual(
    answers.map(({status}) => status).toSorted(),
    [200, 400],
    'a code to reset the password is good once',
  )
}

/** Confirms the address, or changes one that is confirmed. */
export async function confirmMail(person: Person): Promise<void> {
  if (person.mail.state.endsWith(' confirmed')) return changeMail(person)
  const {things, mail, codes} = person
  const code = codes.confirm_email
  await things.does('ask for a code to confirm', [{thing: code, to: 'good'}], async () =>
    done(await call(person, server('requestEmailConfirmation'))),
  )
  const body = {email: person.email, token: person.mailedCode()}
  const changes = [
    {thing: mail, to: `${person.email} confirmed`},
    {thing: code, to: 'none'},
  ]
  await things.does('confirm the address', changes, async () => done(await call(person, server('confirmEmail'), body)))
  assert.equal(
    (await things.does('confirm it twice', [], () => call(person, server('confirmEmail'), body))).status,
    400,
  )
}

async function changeMail(person: Person): Promise<void> {
  const {things, mail, codes} = person
  const code = codes.update_email
  await things.does('ask for a code to change the address', [{thing: code, to: 'good'}], async () =>
    done(await call(person, server('requestEmailUpdate'))),
  )
  const email = `${person.name}-${passwords++}@example.com`
  const body = {email, token: person.mailedCode()}
  // Whatever was mailed to the former address is void.
  const changes = [{thing: mail, to: email}, ...Object.values(codes).map(thing => ({thing, to: 'none'}))]
  await things.does('change the address', changes, async () => done(await call(person, server('updateEmail'), body)))
}

/** The directory takes ten operations of an identity an hour: so many are from here, which leaves some for saying it again. */
const handlesMax = 5

/** To another one, or once more to the one that was asked for without an answer. */
export async function changeHandle(person: Person, again?: string): Promise<void> {
  if (again === undefined && ++person.handleChanges > handlesMax) return
  const to = again ?? `${person.name}-${passwords++}.test`
  await person.things.does('another handle', [{thing: person.handle, to}], async () =>
    done(await call(person, 'com.atproto.identity.updateHandle', {handle: to})),
  )
  const {alsoKnownAs} = (await person.document()) as {alsoKnownAs: string[]}
  assert.deepEqual(alsoKnownAs, [`at://${to}`], 'the document has the handle')
}

/** Gives the account an authenticator app and recovery codes, or takes them away. */
export async function changeFactors(person: Person): Promise<void> {
  const {things, totp, recovery} = person
  const browser = browserOf(person)
  if (!browser) return signInBrowser(person)
  const at = (act: string, fields: Record<string, string> = {}) => submit(person, browser, 'security', act, fields)
  if (totp.state === 'on') {
    if (person.recoveryCodes.length === 0) return
    const {code, change} = spend(person)
    const proof = {kind: 'recovery', code}
    const proved = await things.does('show a recovery code', [change], async () =>
      (await isTaken(person, await at('prove', proof))) ? code : refused,
    )
    if (proved === refused) return void person.recoveryCodes.push(code)
    const changes = [
      {thing: totp, to: 'none'},
      {thing: recovery, to: '0'},
    ]
    isDone(await things.does('remove the authenticator app', changes, () => at('remove-totp')), 'no-totp')
    person.recoveryCodes = []
    return
  }
  const proof = {kind: 'password', password: person.password.state}
  const setUp = await things.does('begin with an authenticator app', [], async () => {
    return (await isTaken(person, await at('prove', proof))) ? (await at('begin-totp')).text() : refused
  })
  if (setUp === refused) return
  const [secret, uri] = ['secret', 'uri'].map(
    name => new RegExp(`name="${name}" value="([^"]+)"`).exec(setUp)?.[1] ?? '',
  )
  assert.match(secret, /^[A-Z2-7]{32}$/, setUp.slice(0, 3_000))
  const code = new TOTP({secret: Secret.fromBase32(secret)}).generate()
  const confirmed = await things.does('confirm the authenticator app', [{thing: totp, to: 'on'}], () =>
    at('confirm-totp', {secret, uri: uri.replaceAll('&amp;', '&'), code}),
  )
  isDone(confirmed, 'totp')
  // Of new codes without an answer nobody knows, so none can be used; whoever was not told makes others.
  const page = await things.does('make recovery codes', [{thing: recovery, to: '10'}], async () =>
    (await at('renew-codes')).text(),
  )
  person.recoveryCodes = page.match(/\b[a-z2-7]{6}-[a-z2-7]{6}\b/g) ?? []
  assert.equal(person.recoveryCodes.length, 10)
}

/** Somebody takes the account down; what lets anybody in ends with it. */
export async function takeDown(person: Person): Promise<void> {
  const {town, did, things, standing} = person
  const applied = standing.state !== 'takendown'
  const changes = [{thing: standing, to: applied ? 'takendown' : 'active'}, ...(applied ? person.endings() : [])]
  const subject = {$type: 'com.atproto.admin.defs#repoRef', did}
  await things.does('a takedown', changes, () =>
    town.wire.callAsAdmin('com.atproto.admin.updateSubjectStatus', {subject, takedown: {applied}}),
  )
}

export async function rest(person: Person): Promise<void> {
  const {standing} = person
  const [method, to] =
    standing.state === 'active' ? ['deactivateAccount', 'deactivated'] : ['activateAccount', 'active']
  await person.things.does(method, [{thing: standing, to}], async () =>
    done(await call(person, server(method), method === 'deactivateAccount' ? {} : undefined)),
  )
}

/** The end of the account. */
export async function leave(person: Person): Promise<void> {
  const {town, did, things, password} = person
  await things.does('ask for a code to leave', [], async () => done(await call(person, server('requestAccountDelete'))))
  const body = {did, password: password.state, token: person.mailedCode()}
  await things.does('leave', [{thing: person.standing, to: 'none'}], async () =>
    done(await town.wire.call(server('deleteAccount'), body)),
  )
}
