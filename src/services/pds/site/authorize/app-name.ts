/** How an app is named on pages: by where it is found, which nobody can feign. What it calls itself is a stranger's text. */
import {html, type Html} from '#pages/html.ts'
import {plainText} from '../plain-text.ts'
import type {AuthorizationView} from '../../oauth/authorizations.ts'

/** The host of a client's id; of one on its user's own machine, that it is. */
export const hostOfClient = ({clientId, isLoopback}: {clientId: string; isLoopback: boolean}): string =>
  isLoopback ? 'An app on your own computer' : (URL.parse(clientId)?.host ?? clientId)

const placesMax = 3
const placeLengthMax = 80

/** Where an app on its user's own machine listens: all that tells it from another one there. */
const placesOf = (redirectUris: readonly string[]): Html | undefined => {
  const places = redirectUris.flatMap(uri => {
    const url = URL.parse(uri)
    return url ? [plainText(`${url.host}${url.pathname}`, placeLengthMax)] : []
  })
  if (places.length === 0) return undefined
  const more = places.length > placesMax ? ' and elsewhere' : ''
  return html` <span class="soft">(${places.slice(0, placesMax).join(', ')}${more})</span>`
}

/** Where the id of such an app says that it listens. */
export const placesOfClient = (clientId: string): Html | undefined =>
  placesOf(URL.parse(clientId)?.searchParams.getAll('redirect_uri') ?? [])

export const appName = ({
  clientId,
  client,
  redirectUri,
}: Pick<AuthorizationView, 'clientId' | 'client' | 'redirectUri'>): Html => {
  const {isLoopback, isTrusted, name} = client
  const shown = isTrusted && name !== undefined ? plainText(name) : hostOfClient({clientId, isLoopback})
  return html`<b>${shown}</b>${isLoopback && placesOf([redirectUri])}`
}
