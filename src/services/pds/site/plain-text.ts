/** A stranger's text among ours: so much of it as a page has room for. */
import {oneLine} from '#std/text.ts'

const lengthMax = 60

export const plainText = (text: string, most = lengthMax): string => oneLine(text, most)
