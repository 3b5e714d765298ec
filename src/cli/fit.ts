const WIDE =
  /[\p{Emoji_Presentation}\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]/u
const MARK = /\p{M}/u
const PLAIN = /^[ -~]*$/

/** How many columns of a terminal a printable text takes, as far as can be told without asking it. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length
  return Array.from(text).reduce((columns, each) => columns + columnsOf(each), 0)
}

/** The text, cut where it would take more columns than there are. */
export function fit(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let left = columns - 1
  let kept = ''
  for (const each of text) {
    left -= columnsOf(each)
    if (left < 0) break
    kept += each
  }
  return columns < 1 ? '' : `${kept}…`
}

/** The text with blanks behind it. */
export function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - widthOf(text)))
}

function columnsOf(character: string): number {
  if (MARK.test(character)) return 0
  return WIDE.test(character) ? 2 : 1
}
