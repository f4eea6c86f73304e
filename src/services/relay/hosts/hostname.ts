/** The names under which servers are followed, and the URLs that belong to them. */
import {isHandle} from '#atp/syntax/handle.ts'

const localName = /^localhost:([1-9]\d{0,4})$/

export const isLocal = (hostname: string): boolean => hostname.startsWith('localhost:')

/**
 * The hostname in what a server or an operator wrote: a DNS name with at least one dot and no port, or `localhost` with
 * a port. A scheme before it and a slash after it are let pass. `undefined` for all else, IP addresses among them.
 */
export function parseHostname(text: string): string | undefined {
  const name = text
    .trim()
    .toLowerCase()
    .replace(/^(?:https?|wss?):\/\//, '')
    .replace(/\/$/, '')
  const port = localName.exec(name)?.[1]
  if (port !== undefined) return Number(port) <= 65_535 ? name : undefined
  // A handle is a DNS name of two labels and more whose last does not begin with a digit, which no IP address is.
  return isHandle(name) ? name : undefined
}

/** The origin of a server, as the DID documents of its accounts name it. */
export const originOf = (hostname: string): string => `${isLocal(hostname) ? 'http' : 'https'}://${hostname}`

/** Whether `hostname` is one of `domains` or lies below one. */
export const isUnder = (hostname: string, domains: readonly string[]): boolean =>
  domains.some(domain => hostname === domain || hostname.endsWith(`.${domain}`))
