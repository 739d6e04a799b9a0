//! Times as the ledger spells them: a day, a wall clock, a stamp with its zone. None reads a clock.
//!
//! `2026-11-22`, `2026-11-22T21:04:05` (the fund's own wall clock, as bills print it) and
//! `2026-11-22T21:04:05+08:00`.

use chrono::{Datelike, NaiveDate, NaiveDateTime, TimeDelta, Timelike};

/// A calendar day between 2000-01-01 and 2199-12-31.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Day(NaiveDate);

/// A wall-clock time, to the second, in the fund's zone.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Wall(NaiveDateTime);

/// An offset from UTC in whole minutes, at most 14 hours either way.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Zone(i16);

/// A wall-clock time together with its zone: a moment.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Stamp {
    /// What the clock on the wall showed.
    pub wall: Wall,
    /// How far that clock is from UTC.
    pub zone: Zone,
}

const FIRST_YEAR: i32 = 2000;
const LAST_YEAR: i32 = 2199;

/// The number that the ASCII digits `text` spell, or `None` if anything else is among them.
#[inline]
fn digits<const N: usize>(text: [u8; N]) -> Option<u32> {
    let (mut n, mut good) = (0, true);
    for b in text {
        let digit = b.wrapping_sub(b'0');
        good &= digit < 10;
        // At most four digits are read, and none is above 255.
        n = n * 10 + u32::from(digit);
    }
    good.then_some(n)
}

impl Day {
    /// The first day there is.
    pub const FIRST: Day = Day::at(FIRST_YEAR, 1, 1);
    /// The last day there is.
    pub const LAST: Day = Day::at(LAST_YEAR, 12, 31);

    const fn at(year: i32, month: u32, day: u32) -> Day {
        match NaiveDate::from_ymd_opt(year, month, day) {
            Some(day) => Day(day),
            None => Day(NaiveDate::MIN),
        }
    }

    /// Reads `2026-11-22` and nothing else.
    pub fn parse(text: &[u8]) -> Option<Day> {
        let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
        let year = i32::try_from(digits([y1, y2, y3, y4])?).ok()?;
        if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
            return None;
        }
        NaiveDate::from_ymd_opt(year, digits([m1, m2])?, digits([d1, d2])?).map(Day)
    }

    /// The day `days` later (or earlier, if negative), within the years the ledger knows.
    pub fn offset(self, days: i64) -> Option<Day> {
        let day = self.0.checked_add_signed(TimeDelta::try_days(days)?)?;
        (FIRST_YEAR..=LAST_YEAR).contains(&day.year()).then_some(Day(day))
    }

    /// Whether it is a Saturday or Sunday.
    pub fn is_weekend(self) -> bool {
        self.0.weekday().number_from_monday() > 5
    }

    /// Its year, month and day, each counted from 1.
    pub fn numbers(self) -> (i32, u32, u32) {
        (self.0.year(), self.0.month(), self.0.day())
    }

    /// The same day of the month so many months later, or the last of that month; `None` outside
    /// the known years.
    pub fn months_later(self, months: u32) -> Option<Day> {
        let later = self.0.checked_add_months(chrono::Months::new(months))?;
        (later.year() <= LAST_YEAR).then_some(Day(later))
    }

    /// Days from `earlier` to this day.
    pub fn since(self, earlier: Day) -> i64 {
        (self.0 - earlier.0).num_days()
    }
}

impl Wall {
    /// Reads `2026-11-22T21:04:05` and nothing else; a leap second is refused.
    pub fn parse(text: &[u8]) -> Option<Wall> {
        let &[ref date @ .., b'T', h1, h2, b':', m1, m2, b':', s1, s2] = text else { return None };
        let day = Day::parse(date)?;
        let (h, m, s) = (digits([h1, h2])?, digits([m1, m2])?, digits([s1, s2])?);
        day.0.and_hms_opt(h, m, s).map(Wall)
    }

    /// Takes a time from a bill, dropping fractions of a second; `None` outside the known years.
    pub fn from_naive(time: NaiveDateTime) -> Option<Wall> {
        let whole = time.with_nanosecond(0)?;
        (FIRST_YEAR..=LAST_YEAR).contains(&whole.year()).then_some(Wall(whole))
    }

    /// The day on the calendar beside the clock.
    pub fn day(self) -> Day {
        Day(self.0.date())
    }

    /// The same time for arithmetic by `chrono`.
    pub fn naive(self) -> NaiveDateTime {
        self.0
    }
}

impl Zone {
    /// The zone of China, UTC+08:00, without summer time.
    pub const CHINA: Zone = Zone(8 * 60);

    /// Reads `+08:00` or `-03:30` and nothing else; `-00:00` is refused.
    pub fn parse(text: &[u8]) -> Option<Zone> {
        let &[sign, h1, h2, b':', m1, m2] = text else { return None };
        let (h, m) = (digits([h1, h2])?, digits([m1, m2])?);
        let minutes = i16::try_from(h * 60 + m).ok().filter(|t| m < 60 && *t <= 14 * 60)?;
        match sign {
            b'+' => Some(Zone(minutes)),
            b'-' if minutes > 0 => Some(Zone(-minutes)),
            _ => None,
        }
    }
}

impl Stamp {
    /// Reads `2026-11-22T21:04:05+08:00` and nothing else.
    pub fn parse(text: &[u8]) -> Option<Stamp> {
        let (wall, zone) = text.split_at_checked(19)?;
        Some(Stamp { wall: Wall::parse(wall)?, zone: Zone::parse(zone)? })
    }

    /// The moment `seconds` (Unix, UTC) as the wall clock in `zone` shows it.
    pub fn from_unix(seconds: i64, zone: Zone) -> Option<Stamp> {
        let local = seconds.checked_add(i64::from(zone.0) * 60)?;
        let naive = chrono::DateTime::from_timestamp(local, 0)?.naive_utc();
        Some(Stamp { wall: Wall::from_naive(naive)?, zone })
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub fn unix(self) -> i64 {
        self.wall.0.and_utc().timestamp() - i64::from(self.zone.0) * 60
    }
}

/// A number below a hundred as two digits.
fn two(n: u32) -> [u8; 2] {
    // Below ten each.
    [n / 10 % 10, n % 10].map(|d| b'0' + u8::try_from(d).unwrap_or_default())
}

impl Day {
    /// Appends it as it is spelled and shown.
    pub(super) fn write_text(self, out: &mut Vec<u8>) {
        // From 2000 on.
        let year = self.0.year().unsigned_abs();
        let numbers = [year / 100, year % 100, self.0.month(), self.0.day()];
        let [[y1, y2], [y3, y4], [m1, m2], [d1, d2]] = numbers.map(two);
        out.extend_from_slice(&[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2]);
    }
}

impl Wall {
    /// Appends it as it is spelled and shown.
    pub(super) fn write_text(self, out: &mut Vec<u8>) {
        let time = self.0.time();
        let [[h1, h2], [m1, m2], [s1, s2]] = [time.hour(), time.minute(), time.second()].map(two);
        self.day().write_text(out);
        out.extend_from_slice(&[b'T', h1, h2, b':', m1, m2, b':', s1, s2]);
    }
}

impl Zone {
    /// Appends it as it is spelled and shown.
    pub(super) fn write_text(self, out: &mut Vec<u8>) {
        out.push(if self.0 < 0 { b'-' } else { b'+' });
        let minutes = u32::from(self.0.unsigned_abs());
        out.extend_from_slice(&two(minutes / 60));
        out.push(b':');
        out.extend_from_slice(&two(minutes % 60));
    }
}

impl Stamp {
    /// Appends it as it is spelled and shown.
    pub(super) fn write_text(self, out: &mut Vec<u8>) {
        self.wall.write_text(out);
        self.zone.write_text(out);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_one_spelling() {
        for good in
            ["2026-11-22T21:04:05+08:00", "2000-02-29T00:00:00-03:30", "2199-12-31T23:59:59+00:00"]
        {
            assert_eq!(Stamp::parse(good.as_bytes()).unwrap().to_string(), good);
        }
        for bad in [
            "2026-11-22 21:04:05+08:00",
            "2026-11-22T21:04:05Z",
            "2026-02-29T00:00:00+08:00",
            "2026-11-22T24:00:00+08:00",
            "2026-11-22T23:59:60+08:00",
            "2026-11-22T21:04:05-00:00",
            "1999-12-31T00:00:00+08:00",
            "2026-1-22T21:04:05+08:00",
            "2026-11-22T21:04:05+15:00",
            "２026-11-22T21:04:05+08:00",
            "",
            "2026-11-22T21:04:05+08:60",
        ] {
            assert!(Stamp::parse(bad.as_bytes()).is_none(), "{bad:?} was taken for a time");
        }
    }

    #[test]
    fn a_moment_keeps_its_place_between_zones() {
        let stamp = Stamp::parse(b"1970-01-01T08:00:00+08:00");
        assert!(stamp.is_none(), "years before 2000 are not the ledger's");
        let stamp = Stamp::parse(b"2026-11-22T21:04:05+08:00").unwrap();
        assert_eq!(stamp.unix(), 1_795_352_645);
        assert_eq!(Stamp::from_unix(stamp.unix(), Zone::CHINA).unwrap(), stamp);
    }
}
