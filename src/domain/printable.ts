const PLAIN_ASCII = /^[ -~]*$/

/** Makes text from outside harmless for a terminal or a log: what is not plainly printable is written as an escape. */
export function printable(text: string): string {
  return PLAIN_ASCII.test(text) ? text : text.replaceAll(notPlain(), escaped)
}

/** The same on one line and no longer than `most` characters. */
export function printableLine(text: string, most = 200): string {
  const cut = text.length > most ? `${text.slice(0, most)}…` : text
  return printable(cut)
}

/** The same for text of many lines: line ends and tabs stay what they are. */
export function printableBlock(text: string): string {
  const lines = text.replaceAll('\r\n', '\n')
  return lines.replaceAll(notPlain(), (character) =>
    character === '\n' || character === '\t' ? character : escaped(character),
  )
}

/** The same for a line of JSON, which keeps its meaning. */
export function printableJson(line: string): string {
  if (PLAIN_ASCII.test(line)) return line
  return line.replaceAll(notPlain(), (character) =>
    Array.from(
      { length: character.length },
      (_, at) => `\\u${hex(character.charCodeAt(at), 4)}`,
    ).join(''),
  )
}

/**
 * All but the plain space and letters, the marks that belong to them, numbers, punctuation and
 * symbols that can be seen: whatever moves a cursor, turns the text round or hides in it.
 * Made only where it is needed, because looking up all those properties takes a millisecond.
 */
function notPlain(): RegExp {
  return /[^ [[\p{L}\p{M}\p{N}\p{P}\p{S}]--\p{Default_Ignorable_Code_Point}]]/gv
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0
  const named = new Map([
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\t', '\\t'],
  ])
  return named.get(character) ?? (code < 0x100 ? `\\x${hex(code, 2)}` : `\\u{${hex(code, 4)}}`)
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0')
}
