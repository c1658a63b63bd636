/** Texts that are made once in a k6 process and read by all its VUs. */
import { SharedArray } from 'k6/data'

/**
 * To be called in init by every pass of a script; only the first one's `make` runs.
 * @returns reads the text at an index; k6 copies it out for the VU that asks
 */
export function sharedTexts(name: string, make: () => string[]): (index: number) => string {
  // k6 freezes what it hands out by going through its keys, which of a bare text are all its characters.
  const texts = new SharedArray<[string]>(name, () => make().map((text): [string] => [text]))
  return (index) => (texts[index] as [string])[0]
}
