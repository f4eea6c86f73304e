/** How an app is named on pages: by where it is found, which nobody can feign. What it calls itself is a stranger's text. */
import {html, type Html} from '#pages/html.ts'
import {plainText} from '../plain-text.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'

/** The host of a client's id; of one on its user's own machine, that it is. */
export const hostOfClient = ({clientId, isLoopback}: {clientId: string; isLoopback: boolean}): string =>
  isLoopback ? 'An app on your own computer' : (URL.parse(clientId)?.host ?? clientId)

export const appName = ({clientId, client}: Pick<AuthorizationView, 'clientId' | 'client'>): Html => {
  const {isLoopback, isTrusted, name} = client
  return html`<b>${isTrusted && name !== undefined ? plainText(name) : hostOfClient({clientId, isLoopback})}</b>`
}
