/** Keeps the machine awake with the given command until it is killed. */
import { keepAwake } from '../../src/host/keep-awake.ts'

keepAwake('a test', (what) => console.log(what), process.argv.slice(2))
setInterval(() => undefined, 60_000)
