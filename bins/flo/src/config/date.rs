//! Days of the calendar and seconds since 1970, both ways, in UTC.

const DAY: u64 = 86_400;

/// Returns the second at which a day written `YYYY-MM-DD` is over.
pub(crate) fn end_of_day(text: &str) -> Option<u64> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let shaped = parts.next().is_none() && year.len() == 4 && month.len() == 2 && day.len() == 2;
    if !shaped || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let (year, month, day) = (year.parse().ok()?, month.parse().ok()?, day.parse().ok()?);
    if year < 1970 || !(1..=12).contains(&month) || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    Some((days_since_1970(year, month, day) + 1) * DAY)
}

/// Returns the day of a moment as `YYYY-MM-DD`.
pub(crate) fn day_of(seconds: u64) -> String {
    let mut left = seconds / DAY;
    let mut year = 1970;
    loop {
        let days = if is_leap(year) { 366 } else { 365 };
        if left < days {
            break;
        }
        left -= days;
        year += 1;
    }
    let mut month = 1;
    while left >= days_in(year, month) {
        left -= days_in(year, month);
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

/// Returns a moment as `YYYY-MM-DD HH:MM` in UTC.
pub(crate) fn moment(seconds: u64) -> String {
    let (hour, minute) = (seconds % DAY / 3600, seconds % 3600 / 60);
    format!("{} {hour:02}:{minute:02}", day_of(seconds))
}

fn days_since_1970(year: u64, month: u64, day: u64) -> u64 {
    let years: u64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: u64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

fn days_in(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_ends_where_the_next_begins() {
        assert_eq!(end_of_day("1970-01-01"), Some(DAY));
        // 2000-02-29 00:00 UTC is 951 782 400 s.
        assert_eq!(end_of_day("2000-02-29"), Some(951_782_400 + DAY));
        // 2026-12-31 00:00 UTC is 1 798 675 200 s.
        assert_eq!(end_of_day("2026-12-31"), Some(1_798_675_200 + DAY));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026-1-1",
            "2026-13-01",
            "2025-02-29",
            "1969-12-31",
            "2026-01-01T00",
            "+026-01-01",
        ] {
            assert_eq!(end_of_day(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_a_day_and_a_time() {
        assert_eq!(moment(951_782_400 + 3600 * 13 + 59 * 60 + 59), "2000-02-29 13:59");
    }

    #[test]
    fn both_ways_agree() {
        for text in ["1970-01-01", "1999-12-31", "2000-02-29", "2024-03-01", "2100-02-28"] {
            assert_eq!(end_of_day(text).map(|end| day_of(end - 1)).as_deref(), Some(text));
        }
    }
}
