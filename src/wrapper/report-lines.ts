import { StringDecoder } from 'node:string_decoder'

export type OutputStream = 'stdout' | 'stderr'

/** The lines of a report on their way to its log: labelled, bounded, and handed on in large pieces. */
export interface ReportLines {
  /** A whole line; one with line ends in it is several. */
  line(text: string, stream: OutputStream): void
  /** Output as it comes, whose last line may be unfinished. */
  output(bytes: Uint8Array, stream: OutputStream): void
  /** Hands on all there is, unfinished lines too. */
  flush(): void
  /** Nothing comes any more: what was begun is as long as it will be. */
  end(): void
  /** The last lines, an unfinished one among them. */
  tail(): string[]
}

interface Unfinished {
  text: string
  /** So much of it was handed on. */
  told: number
  /** Whatever comes next is written over it. */
  isOld: boolean
}

const LABELS = { stdout: '[stdout] ', stderr: '[stderr] ' } as const
const STREAMS = ['stdout', 'stderr'] as const
const MOST_CHARACTERS = 4_096
const PIECE_CHARACTERS = 64 * 1024
const TAIL_LINES = 20
const CUT = '…'
const LINE_END = /\r?\n/
const RETURNS = /\r+$/

/** `lineEnded` is called with every line that output has completed. */
export function reportLines(
  handOn: (text: string) => void,
  lineEnded: (text: string) => void = () => undefined,
): ReportLines {
  const recent: string[] = []
  const unfinished = { stdout: begin(''), stderr: begin('') }
  const decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') }
  let newest = 0
  let waiting = ''
  let open: OutputStream | undefined

  function add(text: string): void {
    waiting += text
    if (waiting.length >= PIECE_CHARACTERS) handOver()
  }

  function handOver(): void {
    const text = waiting
    waiting = ''
    if (text !== '') handOn(text)
  }

  function remember(text: string): void {
    recent[newest % TAIL_LINES] = text
    newest += 1
  }

  function whole(text: string, stream: OutputStream): void {
    if (open !== undefined) closeLine()
    add(`${LABELS[stream]}${text}\n`)
    remember(text)
  }

  function closeLine(): void {
    open = undefined
    add('\n')
  }

  /** Another stream may have come in between: then the rest gets a line of its own. */
  function tell(stream: OutputStream, line: Unfinished): void {
    if (line.told === line.text.length) return
    if (open !== stream) {
      if (open !== undefined) closeLine()
      add(LABELS[stream])
      open = stream
    }
    add(line.text.slice(line.told))
    line.told = line.text.length
  }

  function complete(stream: OutputStream, line: Unfinished): void {
    const { text } = line
    if (line.told === 0) whole(text, stream)
    else {
      tell(stream, line)
      if (open === stream) closeLine()
      remember(text)
    }
    unfinished[stream] = begin('')
    lineEnded(text)
  }

  /** A lone carriage return goes back to the start of the line, where all stays until something is written over it. */
  function extend(stream: OutputStream, text: string): void {
    const line = unfinished[stream]
    const isOld = text.endsWith('\r')
    const seen = isOld ? text.replace(RETURNS, '') : text
    const back = seen.lastIndexOf('\r')
    if (seen !== '' && (back !== -1 || line.isOld)) {
      if (line.told > 0 && open === stream) closeLine()
      unfinished[stream] = begin(bounded(seen.slice(back + 1)))
    } else line.text = bounded(line.text + seen)
    unfinished[stream].isOld = isOld || (line.isOld && seen === '')
  }

  return {
    line: (text, stream) => {
      if (text.length <= MOST_CHARACTERS && !text.includes('\n')) whole(text, stream)
      else for (const each of text.split(LINE_END)) whole(bounded(each), stream)
    },
    output: (bytes, stream) => {
      const [first = '', ...more] = decoders[stream].write(bytes).split(LINE_END)
      extend(stream, first)
      for (const each of more) {
        complete(stream, unfinished[stream])
        extend(stream, each)
      }
    },
    flush: () => {
      for (const stream of STREAMS) tell(stream, unfinished[stream])
      handOver()
    },
    end: () => {
      for (const { text } of Object.values(unfinished)) if (text !== '') lineEnded(text)
    },
    tail: () => {
      const from = Math.max(0, newest - TAIL_LINES)
      const whole = Array.from(
        { length: newest - from },
        (_, at) => recent[(from + at) % TAIL_LINES] ?? '',
      )
      const begun = STREAMS.map((stream) => unfinished[stream].text).filter((text) => text !== '')
      return [...whole, ...begun].slice(-TAIL_LINES)
    },
  }
}

function begin(text: string): Unfinished {
  return { text, told: 0, isOld: false }
}

function bounded(text: string): string {
  return text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS - 1) + CUT : text
}
