/** Which media types a scope lets through: one, such as `image/png`, all of a kind, `image/*`, or all there are. */

const part = '[\\w!#$&^.+-]+'
const patternShape = new RegExp(`^(?:\\*/\\*|${part}/(?:\\*|${part}))$`)
const typeShape = new RegExp(`^${part}/${part}$`)

export const isMediaPattern = (text: string): boolean => text.length <= 255 && patternShape.test(text)

/** Whether `type`, in lower case and without parameters, is of a pattern in lower case. What is no type is of any alone. */
export function isOfPattern(pattern: string, type: string): boolean {
  if (pattern === '*/*' || !typeShape.test(type)) return pattern === '*/*'
  return pattern === type || (pattern.endsWith('/*') && type.startsWith(pattern.slice(0, -1)))
}
