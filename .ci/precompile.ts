/** Writes down what V8 makes of a script. Always the same bytes for the same names and `--random-seed`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { Script } from 'node:vm'

const [filename = '', cache = ''] = process.argv.slice(2)
const script = new Script(readFileSync(filename, 'latin1'), { filename })
writeFileSync(cache, script.createCachedData())
