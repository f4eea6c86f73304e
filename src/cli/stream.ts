/** What the commands that follow a live stream share: their filters, and what they say when a connection is lost. */
import {isNsid} from '#atp/syntax/nsid.ts'
import type {Connection} from '#sdk/reconnecting.ts'
import {any, maybe, webUrl, wholeNumber} from './shell/command.ts'
import {exitCodes, Failed, isItUp, UsageError} from './shell/exit.ts'
import {accountName, identitiesOf, type Network, networkOption} from './network.ts'
import {oneLine, type Shell} from './shell/shell.ts'

function collectionPattern(text: string): string {
  if (!isNsid(text.replace(/\.\*$/, '.any')))
    throw new UsageError('expected a collection, or all under one: app.bsky.feed.*')
  return text
}

export const streamOptions = {
  collection: any(
    'nsid',
    'only changes in this collection, or with .* in all under it; may be given again',
    collectionPattern,
  ),
  did: any('account', 'only this account, a DID or handle; may be given again', accountName),
  limit: maybe('count', 'stop after this many events', wholeNumber(1)),
  service: maybe('url', 'the server to follow', webUrl),
  network: networkOption,
}

export const collectionWanted =
  (patterns: readonly string[]) =>
  (collection: string): boolean =>
    patterns.length === 0 ||
    patterns.some(pattern =>
      pattern.endsWith('.*') ? collection.startsWith(pattern.slice(0, -1)) : collection === pattern,
    )

/** The DIDs of the accounts named. Throws `Failed` for a handle that cannot be asked for, and `UsageError` for one that leads nowhere. */
export async function didsOf(names: readonly string[], network: Network, shell: Shell): Promise<string[]> {
  const identities = identitiesOf(network, shell.io.world)
  return Promise.all(
    names.map(async name => {
      if (name.startsWith('did:')) return name
      const found = await identities.handleDid(name as never)
      if (found.ok) return found.value
      const detail = `--did '${name}': ${found.detail} Give its DID.`
      throw found.passing ? new Failed(found.reason, detail, exitCodes.unreadable) : new UsageError(detail)
    }),
  )
}

/** Reports a lost connection on stderr; the stream goes on by itself. One that never came about ends the command. */
export class StreamReport {
  readonly stopping = new AbortController()
  readonly #service: string
  readonly #shell: Shell
  readonly #hint: string
  #hasOpened = false
  #failure: Failed | undefined

  constructor(service: string, network: Network, shell: Shell) {
    this.#service = service
    this.#shell = shell
    this.#hint = network.name === 'local' ? ` ${isItUp}` : ''
  }

  readonly onConnection = (connection: Connection): void => {
    if (connection.state === 'open') {
      this.#hasOpened = true
      return
    }
    const {error, retryMs} = connection
    const why = `${this.#service}: ${error instanceof Error ? error.message : String(error)}`
    if (this.#hasOpened)
      void this.#shell.remark(`wholesky: ${oneLine(why)} Trying again in ${Math.ceil(retryMs / 1000)} s.`)
    else {
      this.#failure = new Failed('unreachable', `${why}${this.#hint}`, exitCodes.unreadable)
      this.stopping.abort()
    }
  }

  readonly onDrop = (reason: string, detail: string): void => {
    void this.#shell.remark(`${this.#shell.mark(false)} ${reason}: ${oneLine(detail)}`)
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure
  }
}
