//! Names of log files that carry their day, and the removal of old ones.

use std::path::Path;

const SECONDS_PER_DAY: u64 = 86_400;

/// Returns the log's name on the day of `now`, in seconds since 1970: `gate-20261125.jsonl`.
pub fn name(stem: &str, now: u64) -> String {
    let (year, month, day) = civil(now / SECONDS_PER_DAY);
    format!("{stem}-{year:04}{month:02}{day:02}.jsonl")
}

/// Removes logs of more than `days` days ago, looking at no more than `limit` names.
pub fn prune(dir: &Path, stem: &str, now: u64, days: u64, limit: usize) {
    let oldest = name(stem, now.saturating_sub(days * SECONDS_PER_DAY));
    let prefix = format!("{stem}-");
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten().take(limit) {
        let file = entry.file_name();
        let file = file.to_string_lossy();
        let is_log = file.starts_with(&prefix) && file.ends_with(".jsonl");
        // Names of one length compare as their dates do.
        if is_log && file.len() == oldest.len() && *file < *oldest {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Turns days since 1970 into a date of the Gregorian calendar.
///
/// Counted from 1 March of year 0, so that the leap day is the last of its year.
fn civil(days: u64) -> (u64, u64, u64) {
    let days = days + 719_468;
    let era = days / 146_097;
    let day_of_era = days % 146_097;
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year_of_era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: u64, expected: &str) {
        assert_eq!(name("gate", seconds), format!("gate-{expected}.jsonl"));
    }

    #[test]
    fn days_have_their_dates() {
        check(0, "19700101");
        check(951_782_400, "20000229");
        check(1_709_164_799, "20240228");
        check(1_709_164_800, "20240229");
        check(1_798_761_599, "20261231");
        check(4_107_542_400, "21000301");
    }
}
