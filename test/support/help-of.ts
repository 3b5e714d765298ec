import { runProgram } from '../../src/cli/program.ts'
import { createShell } from '../../src/cli/shell.ts'

/** What `curfew WORDS --help` prints, without a process for each page. */
export async function helpOf(words: readonly string[]): Promise<string> {
  let page = ''
  const out = (text: string): void => {
    page += text
  }
  await runProgram({ ...createShell({}), out }, [...words, '--help'])
  return page
}
