/** A page on the web, as one text whoever rates it: what two people write of one page is to be one link. */

/** Undefined for what is no page, such as `mailto:`, or shows a password. */
export function linkOf(uri: string): string | undefined {
  const url = URL.parse(uri)
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined
  url.hash = ''
  return url.href
}
