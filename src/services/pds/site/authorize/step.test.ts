/** What comes next for a request: each case of `prompt`, hint, and who is signed in. */
import assert from 'node:assert/strict'
import {test} from 'node:test'
import type {Did} from '#atp/syntax/did.ts'
import {stepOf, type Candidate, type Situation, type Step} from './step.ts'

const candidate = (name: string, more: Partial<Candidate> = {}): Candidate => ({
  did: `did:web:${name}.test` as Did,
  handle: `${name}.test`,
  signedInMs: 50,
  sessionEpoch: 0,
  isFresh: true,
  ...more,
})
const [alice, bob] = [candidate('alice'), candidate('bob')]
const stale = candidate('alice', {isFresh: false})
const goOn = (account: Candidate): Step => ({do: 'go-on', account})
const signIn = (as?: string, again = false): Step => ({do: 'sign-in', as, again})
const reject = (error: 'login_required' | 'account_selection_required'): Step => ({do: 'reject', error})

type Prompt = Situation['asked']['prompt']
type Row = [
  it: string,
  prompt: Prompt,
  hint: string | undefined,
  candidates: Candidate[],
  picked: string | undefined,
  step: Step,
]
const rows: Row[] = [
  ['nobody is signed in', undefined, undefined, [], undefined, signIn()],
  ['nobody is signed in, and the app names somebody', undefined, 'alice.test', [], undefined, signIn('alice.test')],
  ['one is', undefined, undefined, [alice], undefined, goOn(alice)],
  ['one was, too long ago', undefined, undefined, [stale], undefined, signIn('alice.test')],
  ['two are', undefined, undefined, [alice, bob], undefined, {do: 'choose'}],
  ['two are, and one is named by handle', undefined, '@Bob.test', [alice, bob], undefined, goOn(bob)],
  ['two are, and one is named by DID', undefined, bob.did, [alice, bob], undefined, goOn(bob)],
  ['another is named', undefined, 'carol.test', [alice], undefined, signIn('carol.test')],
  ['one is picked', undefined, 'alice.test', [alice, bob], bob.did, goOn(bob)],
  ['one is picked who is not signed in', undefined, undefined, [alice], bob.did, signIn(bob.did)],
  ['one is picked who was, too long ago', undefined, undefined, [stale, bob], stale.did, signIn('alice.test')],
  [
    'one has no handle',
    undefined,
    undefined,
    [candidate('x', {handle: null, isFresh: false})],
    undefined,
    signIn('did:web:x.test'),
  ],
  ['consent is wanted', 'consent', undefined, [alice], undefined, goOn(alice)],
  ['a choice is wanted', 'select_account', undefined, [alice], undefined, {do: 'choose'}],
  ['a choice is wanted with nobody there', 'select_account', undefined, [], undefined, signIn()],
  ['a choice was made', 'select_account', undefined, [alice], alice.did, goOn(alice)],
  ['an account is to be made', 'create', undefined, [alice], undefined, {do: 'sign-up'}],
  ['an account was made', 'create', undefined, [alice, bob], bob.did, goOn(bob)],
  ['one is to sign in anew', 'login', undefined, [alice], undefined, signIn('alice.test', true)],
  [
    'one has signed in since',
    'login',
    undefined,
    [candidate('alice', {signedInMs: 100})],
    alice.did,
    goOn(candidate('alice', {signedInMs: 100})),
  ],
  [
    'one has signed in just before',
    'login',
    undefined,
    [candidate('alice', {signedInMs: 99})],
    alice.did,
    signIn('alice.test', true),
  ],
  ['no words, and nobody', 'none', undefined, [], undefined, reject('login_required')],
  ['no words, and one', 'none', undefined, [alice], undefined, goOn(alice)],
  ['no words, and one from long ago', 'none', undefined, [stale], undefined, reject('login_required')],
  ['no words, and two', 'none', undefined, [alice, bob], undefined, reject('account_selection_required')],
  ['no words, and two, of which one is named', 'none', 'bob.test', [alice, bob], undefined, goOn(bob)],
  ['no words, and another is named', 'none', 'carol.test', [alice], undefined, reject('login_required')],
  ['no words, whatever is picked', 'none', undefined, [], alice.did, reject('login_required')],
]
for (const [it, prompt, loginHint, candidates, picked, step] of rows) {
  test(`next, when ${it}`, () => {
    assert.deepEqual(stepOf({asked: {prompt, loginHint, createdMs: 100}, candidates, picked}), step)
  })
}
