/** What somebody said on a socket, read as the answer to one HTTP request. */
export interface AnswerReader {
  /** Takes the next bytes; `garbage` is not HTTP at all. */
  take(bytes: Buffer): Reading
  /** Nothing more comes. */
  end(): Reading
}

export type Reading = HttpAnswer | 'unfinished' | 'garbage'

export interface HttpAnswer {
  readonly status: number
  readonly headers: AnswerHeaders
  readonly body: string
}

export type AnswerHeaders = Readonly<Record<string, string | undefined>>

interface Head {
  readonly status: number
  readonly headers: AnswerHeaders
  /** Where the body begins, and its length where that was said. */
  readonly bytes: number
  readonly bodyBytes: number | undefined
}

const BEGINNING = 'HTTP/1.'
const LONGEST_HEAD = 64 * 1024

/** `node:http` alone would take longer to load than a whole command may take beyond the start of Node. */
export function createAnswerReader(): AnswerReader {
  const chunks: Buffer[] = []
  let size = 0
  let head: Head | 'unfinished' | 'garbage' = 'unfinished'

  function answer({ status, headers, bytes, bodyBytes = size - bytes }: Head): Reading {
    if (size < bytes + bodyBytes) return 'unfinished'
    const body = Buffer.concat(chunks).toString('utf8', bytes, bytes + bodyBytes)
    return { status, headers, body }
  }

  return {
    take: (bytes) => {
      chunks.push(bytes)
      size += bytes.length
      if (head === 'unfinished') head = readHead(Buffer.concat(chunks))
      if (typeof head === 'string') return head
      return head.bodyBytes === undefined ? 'unfinished' : answer(head)
    },
    end: () => (typeof head === 'string' ? head : answer(head)),
  }
}

function readHead(bytes: Buffer): Head | 'unfinished' | 'garbage' {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return mayBecomeHead(bytes) ? 'unfinished' : 'garbage'
  const [first = '', ...lines] = bytes.toString('latin1', 0, end).split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1]
  if (status === undefined) return 'garbage'
  const headers: AnswerHeaders = Object.fromEntries(lines.map(readHeader))
  const { 'content-length': length, 'transfer-encoding': encoding } = headers
  if (encoding !== undefined || !/^\d{1,15}$/.test(length ?? '0')) return 'garbage'
  const bodyBytes = length === undefined ? undefined : Number(length)
  return { status: Number(status), headers, bytes: end + 4, bodyBytes }
}

function mayBecomeHead(bytes: Buffer): boolean {
  const beginning = bytes.toString('latin1', 0, BEGINNING.length)
  return bytes.length < LONGEST_HEAD && BEGINNING.startsWith(beginning)
}

function readHeader(line: string): [string, string] {
  const colon = line.indexOf(':')
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}
