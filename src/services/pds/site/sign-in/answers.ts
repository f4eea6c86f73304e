/** What a form says of a second factor. */
import type {AuthenticationResponseJSON} from '@simplewebauthn/server'
import {field} from '#pages/form.ts'
import type {FactorAnswer} from '../../factors/factor-checks.ts'
import {Refusal} from '../../refusal.ts'
import {jsonOf} from '#std/text.ts'

const responseLengthMax = 20_000

/** What a browser says of a passkey. Throws `Refusal` for what is no JSON. */
export function passkeyOf(form: FormData): AuthenticationResponseJSON {
  const text = field(form, 'response')
  const value = text.length <= responseLengthMax ? jsonOf(text) : undefined
  if (typeof value === 'object' && value !== null) return value as AuthenticationResponseJSON
  throw new Refusal('wrong-factor', 'The passkey was not accepted. Try again.')
}

/** The factor that a form holds. */
export function answerOf(form: FormData): FactorAnswer {
  const kind = field(form, 'kind')
  if (kind === 'passkey') return {kind, response: passkeyOf(form)}
  const code = field(form, 'code').trim()
  return {kind: kind === 'totp' || kind === 'recovery' ? kind : 'email', code}
}
