/** The labels that handles and NSIDs are made of (spec: handle syntax, after RFC 1035 and RFC 3696). */

/** ASCII letters, digits and inner hyphens. The length is left out: `labelsFit` checks it, and only in long names. */
export const labelShape = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*'

/** The same, not beginning with a digit: a top-level domain. */
export const topLabelShape = '[a-zA-Z][a-zA-Z0-9]*(?:-+[a-zA-Z0-9]+)*'

const tooLong = /[^.]{64}/

/** Whether no label of the name is above 63 characters. Most names are shorter than that as a whole. */
export const labelsFit = (name: string): boolean => name.length <= 63 || !tooLong.test(name)
