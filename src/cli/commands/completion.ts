import tab from '@bomb.sh/tab/commander'
import type { Define } from '../command-table.ts'

/** Has to come last: it offers the commands that are there. Adds a hidden `complete`, which the scripts call. */
export const defineCompletion: Define = async (program, shell) => {
  const { SCHEMA_NAMES } = await import('../../offline/schema.ts')
  const root = tab(program, { completionCommandName: 'completion' })
  root.commands.get('schema')?.argument('name', (complete) => {
    for (const name of SCHEMA_NAMES) complete(name, 'a shape')
  })
  if (process.argv.includes('complete')) {
    const { offerJobs } = await import('../complete-jobs.ts')
    const { offerReports } = await import('../complete-reports.ts')
    const { offerBoards } = await import('../complete-boards.ts')
    await Promise.all([
      offerJobs(root.commands, shell),
      offerReports(root.commands, shell),
      offerBoards(root.commands, shell, process.argv),
    ])
  }
  program.commands
    .find((command) => command.name() === 'completion')
    ?.summary('completion for your shell')
    .description('Prints a script that makes your shell complete commands, options and values.')
    .addHelpText('after', EXAMPLES)
    .action((name: string) => {
      if (name === 'bash') shell.out(BASH)
      else root.setup('curfew', 'curfew', name)
    })
}

/** Needs nothing but bash itself, may be sourced again, and never evaluates what was typed. */
const BASH = `_curfew() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    line=\${line%%$'\\t'*}
    [[ $line != :* && $line == "$2"* ]] && COMPREPLY+=("$line")
  done < <(command curfew complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _curfew curfew
`

const EXAMPLES = `
Examples:
  source <(curfew completion bash)         add this line to ~/.bashrc
  source <(curfew completion zsh)          add this line to ~/.zshrc
  curfew completion fish | source          add this line to ~/.config/fish/config.fish`
