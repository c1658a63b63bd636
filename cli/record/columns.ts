/** Columns of numbers over the time axis that begin with their first value. */

/** @typeParam T what stands where nothing happened */
export class Column<T extends number | null> {
  readonly #nothing: T
  readonly values: T[] = []
  readonly first: number

  constructor(first: number, nothing: T) {
    this.first = first
    this.#nothing = nothing
  }

  at(place: number): T {
    return this.values[place - this.first] ?? this.#nothing
  }

  set(place: number, value: T): void {
    while (this.values.length < place - this.first) this.values.push(this.#nothing)
    this.values[place - this.first] = value
  }

  /** As long as the whole axis. */
  whole(length: number): T[] {
    return Array.from({ length }, (_, place) => this.at(place))
  }
}

export const counts = (first: number): Column<number> => new Column<number>(first, 0)
export const gaps = (first: number): Column<number | null> => new Column<number | null>(first, null)

export function increase(column: Column<number>, place: number, by: number): void {
  if (by !== 0) column.set(place, column.at(place) + by)
}

/** Four digits: finer than any bucket, and half as long. */
export const short = (value: number): number => Number(value.toPrecision(4))
