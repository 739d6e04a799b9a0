//! A time of day to the minute, as a duty's board writes it: `08:30`, and `24:00` for the end of
//! the day.

use crate::domain::codec::quoted_value;

/// The minutes of a day.
pub const DAY_MINUTES: u16 = 1_440;

/// A time of day, in minutes since midnight, `0 ..= 1440`.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Clock(u16);

impl Clock {
    /// The end of the day.
    pub const END: Clock = Clock(DAY_MINUTES);

    /// Reads `08:30` and nothing else.
    pub fn parse(text: &[u8]) -> Option<Clock> {
        let &[h1, h2, b':', m1, m2] = text else { return None };
        let digit = |b: u8| b.checked_sub(b'0').filter(|d| *d < 10).map(u16::from);
        let (hours, minutes) = (digit(h1)? * 10 + digit(h2)?, digit(m1)? * 10 + digit(m2)?);
        let all = hours * 60 + minutes;
        (minutes < 60 && all <= DAY_MINUTES).then_some(Clock(all))
    }

    /// Minutes since midnight.
    pub fn minutes(self) -> u64 {
        u64::from(self.0)
    }

    /// Minutes from here to `until`; none if that is earlier.
    pub fn to(self, until: Clock) -> u64 {
        u64::from(until.0.saturating_sub(self.0))
    }
}

quoted_value!(
    Clock; 5,
    "a time of day such as \"08:30\", at most \"24:00\"",
    |clock, out| {
        let two = |n: u16| [n / 10, n % 10].map(|d| b'0' + u8::try_from(d).unwrap_or_default());
        out.extend_from_slice(&two(clock.0 / 60));
        out.push(b':');
        out.extend_from_slice(&two(clock.0 % 60));
    },
    Clock::parse
);

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_time_of_day_has_one_spelling() {
        for minutes in 0..=1_440 {
            let text = Clock(minutes).to_string();
            assert_eq!(Clock::parse(text.as_bytes()), Some(Clock(minutes)), "{text}");
        }
        for bad in ["8:30", "08:60", "24:01", "25:00", "08.30", "", "08:300", "０8:30", "-1:00"] {
            assert!(Clock::parse(bad.as_bytes()).is_none(), "{bad} was taken for a time");
        }
    }
}
