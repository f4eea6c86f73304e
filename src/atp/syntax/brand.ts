/**
 * Checked text as a type. A function that takes a `Did` cannot be handed any string: only `isDid` and `parseDid` make
 * one, so a value is checked once, at the edge. At run time it is a plain string.
 */

declare const brand: unique symbol

/** Text known to be of the named kind. The names are members, so that one text can be of two kinds (`Tid`). */
export type Branded<Name extends string> = string & {readonly [brand]: {readonly [N in Name]: true}}
