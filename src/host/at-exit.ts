const acts = new Set<(code: number) => void>()
let listens = false

/** Calls it when the process exits by itself; gives back what takes that back. One listener for all, or Node warns of a leak. */
export function atExit(act: (code: number) => void): () => void {
  if (!listens) {
    listens = true
    process.on('exit', (code) => {
      for (const each of acts) each(code)
    })
  }
  acts.add(act)
  return () => acts.delete(act)
}
