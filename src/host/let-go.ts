import type { ChildProcess } from 'node:child_process'

/** Neither the child nor a pipe to it keeps this process from leaving. */
export function letGo(child: ChildProcess): void {
  child.unref()
  for (const stream of child.stdio) if (stream && canBeLeft(stream)) stream.unref()
}

/** All pipes can, though their types do not tell. */
function canBeLeft(stream: object): stream is { unref(): void } {
  return 'unref' in stream
}
