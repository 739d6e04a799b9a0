// The days of a month as a calendar shows them; weeks begin on Monday.

/** The months in which something was given, the oldest first. */
export const monthsOf = (gifts: { day: string }[]): string[] => Array.from(new Set(gifts.map(({ day }) => day.slice(0, 7)))).sort();

/** The weeks of a month, `2026-11`: seven days each, 0 for a day of another month. */
export function weeks(month: string): number[][] {
  const [year, number] = month.split("-").map(Number);
  const first = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return Array.from({ length: Math.ceil((first + days) / 7) }, (_, week) =>
    Array.from({ length: 7 }, (_, at) => {
      const day = 7 * week + at - first + 1;
      return day >= 1 && day <= days ? day : 0;
    }));
}
