export const TALLY: string
export const DISTURBED: string
export default function report(events: AsyncIterable<object>): AsyncIterable<string>
