// The least that a command written for Node can do to print the last lines of a large file: read it backwards.
const { closeSync, fstatSync, openSync, readSync } = require('node:fs')

const CHUNK = 64 * 1024
const [, , path = '', lines = '100'] = process.argv
const fd = openSync(path, 'r')
let start = fstatSync(fd).size
let newlines = 0
let tail = Buffer.alloc(0)
while (start > 0 && newlines <= Number(lines)) {
  const chunk = Buffer.alloc(Math.min(CHUNK, start))
  start -= chunk.length
  readSync(fd, chunk, 0, chunk.length, start)
  for (const byte of chunk) if (byte === 10) newlines += 1
  tail = Buffer.concat([chunk, tail])
}
closeSync(fd)
process.stdout.write(
  `${tail
    .toString()
    .split('\n')
    .slice(-1 - Number(lines))
    .join('\n')}`,
)
