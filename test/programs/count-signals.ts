/** Says which signals it gets, one line each, until its standard input ends or a line says so. */
const SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGTERM',
  'SIGWINCH',
] as const

for (const signal of SIGNALS) process.on(signal, () => process.stdout.write(`got ${signal}\n`))
process.stdin.on('data', (data) => {
  if (String(data).includes('leave')) process.exit(9)
})
process.stdin.on('end', () => process.exit(9))
process.stdout.write(`ready ${process.pid}\n`)
