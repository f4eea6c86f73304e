/**
 * Any field of a record, by a path such as `facets[*].features[*].uri`: what a feed compares that has no condition of
 * its own. A record is a stranger's, so a path finds nothing rather than failing, and at most so many values.
 */

const form = /^[\w$-]+(?:\[(?:\*|\d{1,4})\])*(?:\.[\w$-]+(?:\[(?:\*|\d{1,4})\])*)*$/
const stepsMax = 12
const valuesMax = 100

const stepsOf = (path: string): string[] => path.split(/\.|(?=\[)/)

/** Whether it is a path. */
export const isFieldPath = (path: string): boolean => form.test(path) && stepsOf(path).length <= stepsMax

/** Reads the values at a path out of records. */
export function fieldReader(path: string): (record: unknown) => readonly unknown[] {
  const steps = stepsOf(path).map(step => (step.startsWith('[') ? {index: step.slice(1, -1)} : {name: step}))
  return record => {
    let values: unknown[] = [record]
    for (const {name, index} of steps) {
      const next: unknown[] = []
      for (const value of values) {
        if (name !== undefined) {
          if (typeof value === 'object' && value !== null && Object.hasOwn(value, name)) {
            next.push((value as Readonly<Record<string, unknown>>)[name])
          }
        } else if (Array.isArray(value)) {
          if (index === '*') next.push(...value.slice(0, valuesMax - next.length))
          else if (Number(index) < value.length) next.push(value[Number(index)])
        }
      }
      values = next.slice(0, valuesMax)
    }
    return values.filter(value => value !== undefined)
  }
}
