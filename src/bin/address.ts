/** Where a service listens, as its settings say. */

export interface Address {
  host: string
  port: number
}

/** `bind`, where a service has that, goes before the host and the port. */
export const addressOf = ({host, port, bind}: Readonly<Record<string, unknown>>): Address =>
  (bind as Address | undefined) ?? {host: host as string, port: port as number}
