import { setFlagsFromString } from 'node:v8'

/** Makes V8 give back, some seconds after work is done, what it would else keep for work that may come. */
export function keepHeapSmall(): void {
  setFlagsFromString('--memory-saver-mode')
}
