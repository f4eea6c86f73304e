/**
 * The form that one value of an OAuth scope has, whatever it is for: `resource:positional?name=value&name=value`, each
 * part percent-encoded as in a URL (spec: permission, "scope string syntax"). What the parts mean is in `scope.ts`.
 */

export interface ScopeForm {
  readonly resource: string
  /** What stands after the colon; another way to write the one parameter that each resource is about. */
  readonly positional: string | undefined
  /** In the order in which they stand; a name may come several times. */
  readonly params: readonly (readonly [name: string, value: string])[]
}

/** What OAuth lets stand in one value: ASCII that can be seen, without quotes and backslashes (RFC 6749, 3.3). */
const valueShape = /^[!#-[\]-~]+$/

/** The parts of a value, decoded; undefined for what has not this form. */
export function parseForm(value: string): ScopeForm | undefined {
  if (!valueShape.test(value)) return undefined
  const query = value.indexOf('?')
  const head = query < 0 ? value : value.slice(0, query)
  const colon = head.indexOf(':')
  try {
    return {
      resource: colon < 0 ? head : head.slice(0, colon),
      positional: colon < 0 ? undefined : decodeURIComponent(head.slice(colon + 1)),
      params:
        query < 0
          ? []
          : value
              .slice(query + 1)
              .split('&')
              .filter(Boolean)
              .map(paramOf),
    }
  } catch (error) {
    if (error instanceof URIError) return undefined
    throw error
  }
}

/** A plus is a plus, as in `image/svg+xml`: no value has a space that it could stand for. Throws `URIError`. */
function paramOf(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  const [name, value] = equals < 0 ? [text, ''] : [text.slice(0, equals), text.slice(equals + 1)]
  return [decodeURIComponent(name), decodeURIComponent(value)]
}

export function formatForm({resource, positional, params}: ScopeForm): string {
  const head = positional === undefined ? resource : `${resource}:${encoded(positional)}`
  return params.length === 0 ? head : `${head}?${params.map(([name, value]) => `${name}=${encoded(value)}`).join('&')}`
}

/** As the official packages write it, but that a percent sign is encoded too, or it would be read as another value. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/%(?:3A|2F|2B|2C|40)/g, kept => decodeURIComponent(kept))
