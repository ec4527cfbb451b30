//! Statements that destroy data, in the text given to a database client.

use super::args::{Order, parse};
use super::heads::Heads;
use super::{Effects, Work, wrappers};
use crate::shell::Arg;
use crate::shell::run::{Flow, Shell};

struct Client {
    names: &'static [&'static str],
    shorts: &'static str,
    longs: &'static [&'static str],
    /// Options whose value is statements.
    text: &'static [&'static str],
    /// Options whose value is a file of statements.
    file: &'static [&'static str],
    /// Operands from this one on are statements.
    operands: Option<usize>,
}

const CLIENTS: &[Client] = &[
    Client {
        names: &["psql", "pgcli", "usql", "cockroach", "ysqlsh", "gsql"],
        shorts: "cdfFhLoPpRTUve",
        longs: &[
            "command", "dbname", "file", "host", "port", "username", "output", "set", "variable",
            "execute", "url", "log-file",
        ],
        text: &["-c", "--command", "-e", "--execute"],
        file: &["-f", "--file"],
        operands: None,
    },
    Client {
        names: &["mysql", "mariadb", "mycli", "mysqlsh", "tidb"],
        shorts: "ehuPDSp",
        longs: &[
            "execute",
            "host",
            "user",
            "port",
            "database",
            "socket",
            "password",
            "init-command",
        ],
        text: &["-e", "--execute", "--init-command"],
        file: &[],
        operands: None,
    },
    Client {
        names: &[
            "sqlite3",
            "sqlite",
            "litecli",
            "duckdb",
            "sqlcipher",
            "spatialite",
            "libsql",
            "turso",
        ],
        shorts: "",
        longs: &[],
        text: &[],
        file: &[],
        operands: Some(1),
    },
    Client {
        names: &["sqlcmd", "osql", "isql", "bcp", "mssql-cli"],
        shorts: "QqSUPdiohw",
        longs: &["query"],
        text: &["-Q", "-q", "--query"],
        file: &["-i"],
        operands: None,
    },
    Client {
        names: &["clickhouse-client", "clickhouse", "clickhouse-local"],
        shorts: "qhudn",
        longs: &["query", "host", "user", "password", "database", "port", "queries-file"],
        text: &["-q", "--query"],
        file: &["--queries-file"],
        operands: None,
    },
    Client {
        names: &[
            "cqlsh",
            "snowsql",
            "snow",
            "trino",
            "presto",
            "beeline",
            "hive",
            "impala-shell",
            "spark-sql",
            "phoenix",
            "vsql",
            "influx",
            "questdb",
            "arangosh",
            "cypher-shell",
            "neo4j-shell",
            "dolt",
            "crate",
            "crash",
        ],
        shorts: "eqfhupdk",
        longs: &["execute", "query", "file", "host", "user", "filename", "database"],
        text: &["-e", "-q", "--execute", "--query", "-c"],
        file: &["-f", "--file"],
        operands: None,
    },
    Client { names: &["bq"], shorts: "", longs: &[], text: &[], file: &[], operands: Some(0) },
    Client {
        names: &["heroku"],
        shorts: "ca",
        longs: &["command", "app"],
        text: &["-c", "--command"],
        file: &[],
        operands: None,
    },
    Client {
        names: &["wrangler"],
        shorts: "",
        longs: &["command"],
        text: &["--command"],
        file: &[],
        operands: None,
    },
    Client {
        names: &["mongosh", "mongo"],
        shorts: "upf",
        longs: &["eval", "host", "port", "username", "password", "file"],
        text: &["--eval"],
        file: &["-f", "--file"],
        operands: None,
    },
    Client {
        names: &["sqlplus", "sql", "db2", "isql-fb"],
        shorts: "",
        longs: &[],
        text: &[],
        file: &[],
        operands: Some(0),
    },
];

static HEADS: Heads = {
    let mut heads = Heads::new();
    let mut index = 0;
    while index < CLIENTS.len() {
        heads = heads.with(CLIENTS[index].names);
        index += 1;
    }
    heads
};

/// Looks at the statements given to a database client.
pub(super) fn command(
    effects: &mut Effects<'_>,
    shell: &mut Shell<'_>,
    work: &mut Work<'_>,
    name: &str,
    argv: &[Arg],
) {
    let args = argv.get(1..).unwrap_or(&[]);
    if matches!(name, "redis-cli" | "valkey-cli" | "keydb-cli") {
        if work.stdin.exists {
            let text = work.stdin.text.to_ascii_uppercase();
            if text.lines().any(|line| {
                matches!(line.trim(), "FLUSHALL" | "FLUSHDB")
                    || line.trim().starts_with("FLUSHALL ")
                    || line.trim().starts_with("FLUSHDB ")
            }) {
                effects.hit("db.destroy", "FLUSHALL");
            }
        }
        if args.iter().any(|arg| {
            arg.text.to_ascii_uppercase().contains("FLUSHALL")
                || arg.text.eq_ignore_ascii_case("FLUSHDB")
        }) {
            effects.hit("db.destroy", "FLUSHALL");
        }
        return;
    }
    if !HEADS.may_hold(name) {
        return;
    }
    let Some(client) = CLIENTS.iter().find(|client| client.names.contains(&name)) else { return };
    // Bundles such as `-qAtc` take the value of their last letter.
    let parsed = parse(args, client.shorts, client.longs, Order::Mixed);
    // In memory or among temporary files nothing is lost.
    let memory = client.operands == Some(1)
        && parsed.operands.first().is_none_or(|first| {
            matches!(first.text.as_str(), ":memory:" | "")
                || crate::places::is_scratch(&shell.absolute(&first.text))
        });
    if memory && !parsed.operands.is_empty() {
        return;
    }
    let mongo = name.starts_with("mongo");
    let mut texts: Vec<String> = Vec::new();
    for option in client.text {
        texts.extend(parsed.values(&[option]).map(str::to_owned));
    }
    for option in client.file {
        for file in parsed.values(&[option]) {
            if let Some(content) = shell.file(file) {
                texts.push(content.text.to_string());
            }
        }
    }
    if let Some(from) = client.operands {
        let words: Vec<&Arg> = parsed.operands.iter().skip(from).copied().collect();
        texts.push(wrappers::join(&words));
    }
    if name == "clickhouse" || name == "cockroach" || mongo {
        for operand in &parsed.operands {
            if let Some(content) = shell.file(&operand.text) {
                texts.push(content.text.to_string());
            }
        }
    }
    if work.stdin.exists {
        texts.push(work.stdin.text.to_string());
    }
    for text in &texts {
        shell.steps += text.len() / 4;
        let found = if mongo { mongo_destroys(text) } else { destroys(text) };
        if let Some(found) = found {
            effects.hit("db.destroy", found);
        }
        for line in text.lines().take(512) {
            let line = line.trim_start();
            // The clients' own escapes to the shell.
            for escape in ["\\!", ".shell ", ".system ", "system ", "!!", "\\system "] {
                if let Some(code) = line.strip_prefix(escape)
                    && !(escape == "system "
                        && !name.starts_with("my")
                        && !name.starts_with("maria"))
                {
                    effects.run_text(work, code.trim(), 0, true);
                }
            }
            if let Some(at) = line.find("\\! ") {
                effects.run_text(work, line.get(at + 3..).unwrap_or(""), 0, true);
            }
            if let Some(target) = line
                .strip_prefix(".output ")
                .or_else(|| line.strip_prefix("\\o "))
                .or_else(|| line.strip_prefix(".once "))
            {
                let arg = Arg { text: target.trim().to_owned(), literal: true, ..Arg::default() };
                if arg.text.starts_with('|') {
                    effects.run_text(work, arg.text.trim_start_matches('|'), 0, true);
                } else {
                    effects.write(shell, &arg, work);
                }
            }
        }
        let upper = text.to_ascii_uppercase();
        if upper.contains("COPY")
            && upper.contains("PROGRAM")
            && let Some(code) = text.split('\'').nth(1)
        {
            effects.run_text(work, code, 0, true);
        }
    }
    work.out.output = Flow::unknown();
}

/// Finds the first statement that destroys data.
pub(super) fn destroys(text: &str) -> Option<String> {
    let all = statements(text);
    // What is rolled back did not happen.
    let starts = |statement: Option<&String>, words: &[&str]| {
        statement.is_some_and(|statement| {
            let first = statement.split_whitespace().next().unwrap_or("");
            words.iter().any(|word| first.eq_ignore_ascii_case(word))
        })
    };
    if starts(all.first(), &["BEGIN", "START"])
        && starts(all.last(), &["ROLLBACK"])
        && !all.iter().any(|statement| starts(Some(statement), &["COMMIT", "END"]))
    {
        return None;
    }
    all.into_iter().find_map(|statement| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let upper: Vec<String> =
            words.iter().take(64).map(|word| word.to_ascii_uppercase()).collect();
        let at = |index: usize| upper.get(index).map_or("", String::as_str);
        let where_clause = statement
            .to_ascii_uppercase()
            .split(|character: char| !character.is_ascii_alphanumeric())
            .any(|word| word == "WHERE");
        let show = || words.iter().take(6).copied().collect::<Vec<_>>().join(" ");
        let mut start = 0;
        // `EXEC sql;` and the explain forms only talk about it.
        if matches!(at(0), "EXPLAIN" | "DESCRIBE" | "SHOW" | "--" | "SELECT") {
            return None;
        }
        if at(0) == "WITH" {
            start = upper.iter().position(|word| matches!(word.as_str(), "DELETE" | "UPDATE"))?;
        }
        let target = at(start + 1);
        match at(start) {
            "DROP" => matches!(
                target,
                "TABLE"
                    | "DATABASE"
                    | "SCHEMA"
                    | "KEYSPACE"
                    | "COLLECTION"
                    | "USER"
                    | "ROLE"
                    | "VIEW"
                    | "INDEX"
                    | "MATERIALIZED"
                    | "TABLESPACE"
                    | "OWNED"
                    | "FUNCTION"
                    | "PROCEDURE"
                    | "TRIGGER"
                    | "SEQUENCE"
                    | "TYPE"
                    | "EXTENSION"
                    | "TEMPORARY"
                    | "ALL"
                    | "MEASUREMENT"
                    | "SERIES"
                    | "BUCKET"
                    | "STAGE"
                    | "WAREHOUSE"
                    | "STREAM"
                    | "DICTIONARY"
                    | "CONSTRAINT"
                    | "SERVER"
                    | "PUBLICATION"
                    | "SUBSCRIPTION"
            )
            .then(show),
            "TRUNCATE" => (!target.is_empty()).then(show),
            "DELETE" => (target == "FROM"
                || target == "*"
                || !target.is_empty() && !where_clause && words.len() <= 4)
                .then_some(())
                .filter(|()| !where_clause || trivial(&statement))
                .map(|()| show()),
            "UPDATE" => (upper.iter().any(|word| word == "SET")
                && (!where_clause || trivial(&statement)))
            .then(show),
            "ALTER" => (target == "TABLE"
                && upper.iter().any(|word| word == "DROP")
                && upper.iter().any(|word| matches!(word.as_str(), "COLUMN" | "PARTITION")))
            .then(show),
            "FLUSHALL" | "FLUSHDB" => Some(show()),
            "RESET" => (target == "MASTER" || target == "SLAVE").then(show),
            "PURGE" => {
                matches!(target, "BINARY" | "TABLE" | "RECYCLEBIN" | "DBA_RECYCLEBIN").then(show)
            }
            "DETACH" if upper.iter().any(|word| word == "DELETE") => Some(show()),
            _ => None,
        }
    })
}

fn trivial(statement: &str) -> bool {
    let upper = statement.to_ascii_uppercase();
    let Some(at) = upper.rfind("WHERE") else { return false };
    let condition: String = upper
        .get(at + 5..)
        .unwrap_or("")
        .chars()
        .filter(|character| !character.is_whitespace())
        .collect();
    matches!(
        condition.as_str(),
        "1=1" | "TRUE" | "1" | "''=''" | "'1'='1'" | "0=0" | "1=1RETURNING*"
    )
}

/// Splits text into statements, with comments and strings taken out.
fn statements(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut now = String::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'-' if bytes.get(at + 1) == Some(&b'-') => {
                while bytes.get(at).is_some_and(|&byte| byte != b'\n') {
                    at += 1;
                }
            }
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                // MySQL runs what stands in `/*! … */`.
                if bytes.get(at + 2) == Some(&b'!') {
                    at += 3;
                    while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                        at += 1;
                    }
                    continue;
                }
                at += 2;
                while at < bytes.len()
                    && !(bytes.get(at) == Some(&b'*') && bytes.get(at + 1) == Some(&b'/'))
                {
                    at += 1;
                }
                at += 2;
                now.push(' ');
            }
            b'*' if bytes.get(at + 1) == Some(&b'/') => at += 2,
            b'\'' | b'"' | b'`' => {
                at += 1;
                let quote = byte;
                if quote == b'`' || quote == b'"' {
                    now.push('x');
                } else {
                    now.push_str("''");
                }
                while let Some(&inner) = bytes.get(at) {
                    at += 1;
                    if inner == quote {
                        break;
                    }
                }
            }
            b';' => {
                out.push(std::mem::take(&mut now));
                at += 1;
            }
            _ => {
                now.push(if byte < 0x80 { char::from(byte) } else { 'x' });
                at += 1;
            }
        }
    }
    out.push(now);
    out.into_iter()
        .map(|statement| statement.trim().to_owned())
        .filter(|statement| !statement.is_empty())
        .collect()
}

fn mongo_destroys(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    for call in [
        "dropDatabase(",
        ".drop(",
        ".deleteMany({})",
        ".remove({})",
        ".deleteMany()",
        ".remove()",
        "dropAllUsers(",
        ".dropIndexes(",
        "shutdownServer(",
        "dropUser(",
        ".deleteMany({},",
    ] {
        if compact.contains(call) {
            return Some(call.trim_end_matches('(').to_owned());
        }
    }
    None
}
