import type { LogPiece } from '../offline/job-log.ts'
import { printableBlock } from '../domain/printable.ts'
import { pourOut } from './write-out.ts'

const NEWLINE = 0x0a

/** Shows the output of a job as it comes; says whether there was any. */
export async function showOutput(
  pieces: Iterable<LogPiece> | AsyncIterable<LogPiece>,
  { raw }: { readonly raw: boolean },
): Promise<boolean> {
  const passes = raw || !process.stdout.isTTY
  const harmless = makeHarmless()
  let atLineStart = true
  let some = false
  for await (const piece of pieces) {
    some = true
    if (piece.kind === 'cut') {
      const rest = passes ? '' : harmless.rest()
      await pourOut(`${rest}${atLineStart ? '' : '\n'}${cutLine(piece.lost)}\n`)
      atLineStart = true
    } else {
      await pourOut(passes ? piece.bytes : harmless.take(piece.bytes))
      atLineStart = piece.bytes.at(-1) === NEWLINE
    }
  }
  if (!passes) {
    // What is said next, or the prompt, begins a line of its own.
    await pourOut(`${harmless.rest()}${some && !atLineStart ? '\n' : ''}`)
  }
  return some
}

export function cutLine(bytes: number): string {
  const grouped = String(bytes).replaceAll(/\B(?=(?:\d{3})+$)/g, ',')
  return `[… ${grouped} bytes were cut out here …]`
}

interface Harmless {
  take(bytes: Uint8Array): string
  rest(): string
}

/** What belongs together may come in two pieces: the bytes of a character, a carriage return and its line feed. */
export function makeHarmless(): Harmless {
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let held = ''
  return {
    take: (bytes) => {
      const text = held + decoder.decode(bytes, { stream: true })
      held = text.endsWith('\r') ? '\r' : ''
      return printableBlock(held === '' ? text : text.slice(0, -1))
    },
    rest: () => {
      const text = held + decoder.decode()
      held = ''
      return printableBlock(text)
    },
  }
}
