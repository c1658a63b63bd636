import { writeFileSync } from 'node:fs'

/** A run of days must not fill the memory. */
const MOST = 2_000_000
const round = (ms: number): number => Math.round(ms * 1000) / 1000

/** Every answer, as the gateway's own clock saw it: what a load test of it should report. Written when the gateway ends. */
export class AnswerLog {
  readonly #began = performance.now()
  readonly #answers: (readonly [route: string, came: number, took: number, status: number])[] = []
  #more = 0

  /** @param came by performance.now() */
  record(route: string, came: number, took: number, status: number): void {
    if (this.#answers.length === MOST) this.#more += 1
    else this.#answers.push([route, round(came - this.#began), round(took), status])
  }

  write(file: string): void {
    const answers = this.#answers.map((answer) => JSON.stringify(answer)).join(',\n')
    writeFileSync(file, `{"schema":"loadgate.answer-log/1","not_kept":${this.#more},"answers":[\n${answers}\n]}\n`)
  }
}
