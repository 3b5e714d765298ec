/** Data goes to stdout. A reader that has seen enough (`| head`) ends the command quietly; a full disk does not. */
export function writeOut(text: string): void {
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', leave)
  process.stdout.write(text)
}

function leave(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(0)
  process.stderr.write(`curfew: writing to stdout: ${error.code ?? error.message}\n`)
  process.exit(1)
}
