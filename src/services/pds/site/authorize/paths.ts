/** The page at which a request for access is decided on, and how other pages lead back to it. */
export const authorizePath = '/oauth/authorize'

/** Whether a path of ours leads to the decision on a request. */
export const isAuthorizing = (path: string): boolean => path.startsWith(`${authorizePath}?`)

/** The same path, with the account that was signed in or made on the way there. */
export function withAccount(path: string, did: string): string {
  if (!isAuthorizing(path)) return path
  const query = new URLSearchParams(path.slice(authorizePath.length + 1))
  query.set('account', did)
  return `${authorizePath}?${query}`
}

/** What of a request for access stands in the address of its page. */
export interface Named {
  requestUri: string
  clientId: string
  account: string | undefined
}

export function namedIn(query: URLSearchParams): Named | undefined {
  const [requestUri, clientId, account] = ['request_uri', 'client_id', 'account'].map(
    name => query.get(name) ?? undefined,
  )
  return requestUri === undefined || clientId === undefined ? undefined : {requestUri, clientId, account}
}

export const pathOfRequest = ({requestUri, clientId, account}: Named): string =>
  `${authorizePath}?${new URLSearchParams({client_id: clientId, request_uri: requestUri, ...(account !== undefined && {account})})}`
