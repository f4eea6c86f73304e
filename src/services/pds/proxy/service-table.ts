/**
 * The services that this server's people use, by name: where each is and whom a token for it is to name. A name is a DID
 * and the fragment of a service in its document, such as `did:web:api.example.com#bsky_appview`. What the configuration
 * says goes before the document, so that a network of one's own can answer to names that clients have built in.
 */
import {ConfigError} from '#std/config.ts'
import {isDid, type Did} from '#atp/syntax/did.ts'

/** A service as calls go to it. */
export interface ServiceEntry {
  /** The DID that tokens are for. */
  audience: Did
  url: string
}

export interface NamedService {
  did: Did
  /** The fragment, without `#`. */
  name: string
}

export interface ServiceTableOptions {
  appView: {did: Did; url: string} | undefined
  /** Each as `<did>#<service> <url>` or `<did>#<service> <url> <did of tokens>`. */
  rows: readonly string[]
  /** As `<did>#<service>`: who takes what moderators do, who takes reports, and who has the direct messages. */
  moderation: string | undefined
  reports: string | undefined
  chat?: string | undefined
}

const serviceForm = /^([^#\s]+)#([\w.-]{1,128})$/

/** The parts of a name such as `did:web:api.example.com#bsky_appview`; undefined for what is none. */
export function parseServiceName(text: string): NamedService | undefined {
  const [, did, name] = serviceForm.exec(text) ?? []
  return did !== undefined && isDid(did) ? {did, name} : undefined
}

export class ServiceTable {
  readonly appView: ServiceEntry | undefined
  /** Every name of the AppView, its own first. */
  readonly appViewNames: readonly string[]
  readonly moderation: NamedService | undefined
  readonly reports: NamedService | undefined
  readonly chat: NamedService | undefined
  readonly #entries = new Map<string, ServiceEntry>()

  /** Throws `ConfigError` with all that is wrong. */
  constructor({appView, rows, moderation, reports, chat}: ServiceTableOptions) {
    const faults: string[] = []
    if (appView) {
      this.appView = {audience: appView.did, url: appView.url}
      this.#entries.set(`${appView.did}#bsky_appview`, this.appView)
    }
    for (const row of rows) {
      const parsed = parseRow(row)
      if (!parsed) faults.push(`PDS_SERVICES has "${row}". Expected "<did>#<service> <url>", then a DID if need be.`)
      else this.#entries.set(parsed.name, this.#sameAs(parsed.entry) ?? parsed.entry)
    }
    const isAppView = ([, entry]: [string, ServiceEntry]): boolean => entry === this.appView
    this.appViewNames = [...this.#entries].filter(isAppView).map(([name]) => name)
    this.moderation = named('PDS_MOD_SERVICE', moderation, faults)
    this.reports = named('PDS_REPORT_SERVICE', reports, faults) ?? this.moderation
    this.chat = named('PDS_CHAT_SERVICE', chat, faults)
    if (faults.length > 0) throw new ConfigError('pds', faults)
  }

  /** Where the configuration says this service is. */
  find({did, name}: NamedService): ServiceEntry | undefined {
    return this.#entries.get(`${did}#${name}`)
  }

  /** Another name of the AppView leads to the AppView itself, with all that is done for its answers. */
  #sameAs({url, audience}: ServiceEntry): ServiceEntry | undefined {
    const {appView} = this
    return appView?.url === url && appView.audience === audience ? appView : undefined
  }
}

function parseRow(row: string): {name: string; entry: ServiceEntry} | undefined {
  const [name = '', url = '', audience, ...more] = row.trim().split(/\s+/)
  const service = parseServiceName(name)
  const isWeb = /^https?:$/.test(URL.parse(url)?.protocol ?? '')
  if (!service || !isWeb || more.length > 0 || (audience !== undefined && !isDid(audience))) return undefined
  return {name, entry: {url: url.replace(/\/+$/, ''), audience: audience ?? service.did}}
}

function named(setting: string, text: string | undefined, faults: string[]): NamedService | undefined {
  if (text === undefined) return undefined
  const service = parseServiceName(text)
  if (!service) faults.push(`${setting} is "${text}". Expected "<did>#<service>".`)
  return service
}
