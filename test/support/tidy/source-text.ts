/** One file of ours, in the views that textual rules need. All views have the same length and lines. */
export interface SourceText {
  readonly path: string
  readonly text: string
  /** Comments and the content of strings blanked. */
  readonly code: string
  /** Only comments blanked. */
  readonly withoutComments: string
  /** Only the content of strings. */
  readonly strings: string
}

type Kind = 'code' | 'comment' | 'string' | 'quote'

const REGEX_MAY_FOLLOW =
  /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|void|await))\s*$/

/** Splits the text into code, comments and strings; good enough for code that the formatter has seen. */
export function readSource(path: string, text: string): SourceText {
  const kinds = kindsOf(text)
  const view = (...wanted: Kind[]): string => keep(text, kinds, wanted)
  return {
    path,
    text,
    code: view('code', 'quote'),
    withoutComments: view('code', 'quote', 'string'),
    strings: view('string'),
  }
}

/** 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function keep(text: string, kinds: readonly Kind[], wanted: readonly Kind[]): string {
  const chars = text.split('').map((char, at) => {
    const kind = kinds[at] ?? 'code'
    return wanted.includes(kind) || char === '\n' ? char : ' '
  })
  return chars.join('')
}

function kindsOf(text: string): Kind[] {
  const kinds: Kind[] = []
  /** Depth of braces at which each open `${` ends. */
  const templates: number[] = []
  let depth = 0
  const put = (kind: Kind, end: number): void => {
    while (kinds.length < end) kinds.push(kind)
  }
  const quoted = (end: number): void => {
    put('quote', kinds.length + 1)
    put('string', end - 1)
    put('quote', end)
  }
  const template = (from: number): void => {
    const end = endOfTemplatePart(text, from)
    put('quote', from)
    put('string', end.at)
    put('quote', end.at + (end.opens ? 2 : 1))
    if (end.opens) templates.push(depth++)
  }
  while (kinds.length < text.length) {
    const at = kinds.length
    const char = text[at] ?? ''
    const two = text.slice(at, at + 2)
    if (two === '//') put('comment', endBefore(text, '\n', at))
    else if (two === '/*') put('comment', endAfter(text, '*/', at + 2))
    else if (char === "'" || char === '"') quoted(endOfQuoted(text, at))
    else if (char === '/' && REGEX_MAY_FOLLOW.test(codeBefore(text, kinds, at)))
      quoted(endOfRegex(text, at))
    else if (char === '`') template(at + 1)
    else if (char === '}' && templates.at(-1) === depth - 1) {
      depth = templates.pop() ?? 0
      template(at + 1)
    } else {
      if (char === '{') depth += 1
      if (char === '}') depth -= 1
      put('code', at + 1)
    }
  }
  return kinds
}

/** The last few characters of code on the way to here, for telling a division from a regular expression. */
function codeBefore(text: string, kinds: readonly Kind[], at: number): string {
  let from = at
  while (from > 0 && at - from < 12 && kinds[from - 1] !== 'comment') from -= 1
  return text.slice(from, at)
}

function endBefore(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from)
  return found < 0 ? text.length : found
}

function endAfter(text: string, mark: string, from: number): number {
  return Math.min(text.length, endBefore(text, mark, from) + mark.length)
}

function endOfQuoted(text: string, from: number): number {
  let at = from + 1
  while (at < text.length && text[at] !== text[from]) at += text[at] === '\\' ? 2 : 1
  return at + 1
}

function endOfRegex(text: string, from: number): number {
  let inClass = false
  let at = from + 1
  for (; at < text.length && text[at] !== '\n'; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === '[') inClass = true
    else if (text[at] === ']') inClass = false
    else if (text[at] === '/' && !inClass) break
  }
  return at + 1
}

/** Where a piece of a template literal ends: at its closing tick, or at a `${`. */
function endOfTemplatePart(text: string, from: number): { at: number; opens: boolean } {
  let at = from
  while (at < text.length) {
    if (text[at] === '\\') at += 2
    else if (text[at] === '`') return { at, opens: false }
    else if (text.startsWith('${', at)) return { at, opens: true }
    else at += 1
  }
  return { at, opens: false }
}
