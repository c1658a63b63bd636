/** Numbers and times as the page writes them. */

/** Seconds since the load began as m:ss, or h:mm:ss. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const two = (value: number): string => String(value).padStart(2, '0')
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`
}

export function figure(value: number): string {
  if (value === 0) return '0'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

/** How a unit is written on an axis and in a legend. */
export const UNITS: Record<string, { axis: (value: number) => string; text: (value: number) => string }> = {
  rate: { axis: figure, text: (value) => `${figure(value)}/s` },
  ms: { axis: figure, text: (value) => `${figure(value)} ms` },
  cores: { axis: figure, text: (value) => figure(value) },
  mib: { axis: figure, text: (value) => `${figure(value)} MiB` },
  share: { axis: (value) => figure(value * 100), text: (value) => `${figure(value * 100)} %` },
  percent: { axis: figure, text: (value) => `${figure(value)} %` },
  count: { axis: figure, text: figure },
  '': { axis: figure, text: figure },
}

export const unitOf = (name: string): { axis: (value: number) => string; text: (value: number) => string } =>
  UNITS[name] ?? { axis: figure, text: figure }

/** Marks of a logarithmic axis: 1, 2, 5 of each decade where few decades are shown, 1 of each where many are. */
export function logMarks(least: number, most: number): number[] {
  const decades = Math.log10(most / least)
  const steps = decades <= 3 ? [1, 2, 5] : [1]
  const marks: number[] = []
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(most)); power++)
    for (const step of steps) {
      const mark = Number((step * 10 ** power).toPrecision(1))
      if (mark >= least && mark <= most) marks.push(mark)
    }
  return marks
}
