/** Where a page of something ends and the next begins: by time, and by number where times are equal; newest first. */

/** What comes after it is older, or as old and of a lower number. */
export interface Position {
  readonly ms: number
  readonly id: number
}

/** Something on a page. */
export interface PageRow extends Position {
  /** Of a last one: there is more after it, though fewer came than were asked for. */
  readonly isMore?: boolean
  /** Of a last one: there is more after it, and this page holds no more. */
  readonly isFull?: boolean
}
