/** Names of this machine, as they stand in a URL: what is reached by one of them, nobody else reaches. */

const shape = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i

/** `hostname` is as of `URL`, without a port. */
export const isLoopbackHost = (hostname: string): boolean => shape.test(hostname)
