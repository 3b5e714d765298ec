/** Picks a door. */
async function main(args: readonly string[]): Promise<number> {
  const { runCli } = await import('./cli/main.ts')
  return runCli(args)
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`curfew: a mistake in the program, please report it\n${text}\n`)
    process.exitCode = 70
  },
)
