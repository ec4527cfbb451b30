//! Variables that hold secrets, by what they are called.

/// Names of environment variables that hold secrets.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const WORDS: [&str; 9] = [
        "SECRET",
        "SECRETS",
        "TOKEN",
        "PASSWORD",
        "PASSWD",
        "APIKEY",
        "CREDENTIALS",
        "PAT",
        "PASSPHRASE",
    ];
    const PAIRS: [[&str; 2]; 5] = [
        ["API", "KEY"],
        ["ACCESS", "KEY"],
        ["PRIVATE", "KEY"],
        ["DATABASE", "URL"],
        ["SIGNING", "KEY"],
    ];
    // What a secret is called, where it lies and how long it lasts is none.
    const ABOUT: [&str; 14] = [
        "PATH", "FILE", "DIR", "NAME", "TTL", "COUNT", "LENGTH", "LIMIT", "ARN", "PREFIX",
        "HEADER", "TYPE", "EXPIRY", "MANAGER",
    ];
    if name.len() < 3
        || !name
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
    {
        return false;
    }
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    if words.last().is_some_and(|last| ABOUT.contains(last)) {
        return false;
    }
    words.iter().any(|word| WORDS.contains(word) || word.ends_with("PASSWORD"))
        || words.windows(2).any(|pair| PAIRS.iter().any(|known| pair == known))
}
