/** Makes text from outside harmless for a terminal or a log: what is not plainly printable is written as an escape. */
export function printable(text: string): string {
  let result = ''
  for (const character of text) result += isPlain(character) ? character : escaped(character)
  return result
}

/** The same on one line and no longer than `most` characters. */
export function printableLine(text: string, most = 200): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return printable(cut)
}

/** Letters, marks that belong to them, numbers, punctuation, symbols and the plain space; nothing that moves a cursor or hides. */
function isPlain(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const named: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }
  return named[character] ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
