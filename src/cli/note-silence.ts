import type { House, Shell } from './shell.ts'

/** Says that the daemon is there and does not answer, to whoever would otherwise sit and wonder. */
export function noteSilence(shell: Shell, { paths }: House): () => void {
  return () => void note()

  async function note(): Promise<void> {
    const { lookAtHolder } = await import('../offline/holder.ts')
    const { alive, marker } = await lookAtHolder(paths)
    const who = alive && marker !== null ? `the daemon (pid ${marker.pid})` : 'the daemon'
    shell.note(`curfew: ${who} does not answer; still waiting`)
  }
}
