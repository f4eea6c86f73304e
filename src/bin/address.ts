/** Where a service and its metrics listen, as its settings say. */

export interface Address {
  host: string
  port: number
}

/** `bind`, where a service has that, goes before the host and the port. */
export const addressOf = ({host, port, bind}: Readonly<Record<string, unknown>>): Address =>
  (bind as Address | undefined) ?? {host: host as string, port: port as number}

/** The same of metrics, which are off without a port. */
export function metricsAddressOf(config: Readonly<Record<string, unknown>>): Address | undefined {
  const {metricsListen, metricsHost: host, metricsPort: port} = config
  if (metricsListen !== undefined) return metricsListen as Address
  return port === undefined ? undefined : {host: host as string, port: port as number}
}
