/** A stranger's text in one line of ours: nothing in it that cannot be seen, runs on, or turns the text around it. */

const lengthMax = 60

export function plainText(text: string, most = lengthMax): string {
  const plain = text
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim()
  const letters = [...plain]
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : plain
}
