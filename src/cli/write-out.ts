import { once } from 'node:events'

/** Data goes to stdout. A reader that has seen enough (`| head`) ends the command quietly; a full disk does not. */
export function writeOut(text: string | Uint8Array): void {
  write(text)
}

/** The same for what comes without end: resolves when there is room for more. */
export async function pourOut(text: string | Uint8Array): Promise<void> {
  if (!write(text)) await once(process.stdout, 'drain')
}

/** Data that somebody has to get: resolves to why it could not be written. */
export function handOut(text: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    process.stdout.once('error', (error: NodeJS.ErrnoException) => resolve(reasonOf(error)))
    process.stdout.write(text, (error) => {
      if (!(error instanceof Error)) resolve(undefined)
    })
  })
}

function reasonOf(error: NodeJS.ErrnoException): string {
  return error.code ?? error.message
}

/** Words go to stderr. Where they have no room, what was done is done all the same. */
export function writeNote(line: string): void {
  if (process.stderr.listenerCount('error') === 0) process.stderr.on('error', () => undefined)
  process.stderr.write(`${line}\n`)
}

function write(text: string | Uint8Array): boolean {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', leave)
  return process.stdout.write(text)
}

function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`curfew: writing to stdout: ${reasonOf(error)}\n`)
  process.exit(1)
}
