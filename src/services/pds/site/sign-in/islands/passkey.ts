/**
 * Passkeys: a form with `data-passkey` asks the browser for one when it is sent, to sign in (`get`) or to keep a new one
 * (`create`), and sends what the browser gives. What is asked stands in the form, or is fetched when it is sent.
 */
import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

async function optionsOf(form: HTMLFormElement): Promise<unknown> {
  const {options, optionsPath} = form.dataset
  if (options !== undefined) return JSON.parse(options)
  const response = await fetch(optionsPath ?? '')
  if (!response.ok) throw new Error(await response.text())
  return response.json()
}

async function ask(form: HTMLFormElement): Promise<unknown> {
  const options = await optionsOf(form)
  return form.dataset.passkey === 'create'
    ? startRegistration({optionsJSON: options as PublicKeyCredentialCreationOptionsJSON})
    : startAuthentication({optionsJSON: options as PublicKeyCredentialRequestOptionsJSON})
}

/** By the names that the standard gives: a device that has a passkey of the account already makes no second one. */
const wordsOf: Readonly<Record<string, string>> = {
  NotAllowedError: 'No passkey was used. Try again, or choose another way.',
  AbortError: 'No passkey was used. Try again, or choose another way.',
  InvalidStateError: 'This device already has a passkey for this account. Add another one on another device.',
}

const words = (error: unknown): string =>
  (error instanceof Error ? wordsOf[error.name] : undefined) ?? 'That did not work. Try again, or choose another way.'

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-passkey]')) {
  if (!browserSupportsWebAuthn()) continue
  form.hidden = false
  form.addEventListener('submit', event => {
    event.preventDefault()
    const told = form.querySelector<HTMLElement>('[role="alert"]')
    const button = form.querySelector('button')
    if (button) button.disabled = true
    ask(form).then(
      response => {
        form.querySelector<HTMLInputElement>('[name="response"]')!.value = JSON.stringify(response)
        form.submit()
      },
      (error: unknown) => {
        if (button) button.disabled = false
        if (!told) return
        told.hidden = false
        told.textContent = words(error)
      },
    )
  })
}
