//! Tells what kind of prompt a text is, and what to look up for it.
//!
//! In doubt a prompt is work: a look-up too many costs a millisecond, one too few a blind search.
//! Only texts that nobody could mean as work are taken out, whatever language they are in. It never
//! guesses at what the work is.

/// What kind of prompt a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PromptClass {
    /// Somebody wants something done or known.
    Work,
    /// A yes, a no, a thank-you, a choice from a list: it goes on with what was said before.
    Acknowledgement,
    /// The user switched moflo's help off for this prompt by a leading `@@`.
    Escape,
    /// The client reports that an agent in the background has ended; nobody typed this.
    TaskNotification,
    /// A command of the client, or the echo of one.
    SlashCommand,
    /// Nothing but white space.
    Empty,
}

/// How many characters of a prompt are looked up. Longer queries rank worse, not better.
pub const MAX_QUERY: usize = 600;

/// Classifies a prompt as `UserPromptSubmit` hands it over.
pub fn classify(text: &str) -> PromptClass {
    let text = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '\u{feff}');
    if text.is_empty() {
        return PromptClass::Empty;
    }
    if text.starts_with("@@") {
        return PromptClass::Escape;
    }
    if text.starts_with("<task-notification") {
        return PromptClass::TaskNotification;
    }
    if slash_command(text).is_some()
        || ["<command-", "<local-command-", "<bash-"].iter().any(|tag| text.starts_with(tag))
    {
        return PromptClass::SlashCommand;
    }
    if is_acknowledgement(text) { PromptClass::Acknowledgement } else { PromptClass::Work }
}

/// Returns the rest after `/name`, if the text is a command and not a path.
fn slash_command(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('/')?;
    let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
    let (name, rest) = rest.split_at(end);
    let first = name.chars().next()?;
    let fine = first.is_ascii_alphabetic()
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | ':'));
    fine.then_some(rest)
}

/// Words that, alone or among themselves, ask for nothing new.
///
/// Kept small: whole answers, in the languages people were seen to answer in. Where a language does
/// not part words, the answer stands here as one.
const ANSWERS: &str = "\
yes yep yeah yup ya y no nope nah n ok okay k kk sure fine good great nice cool perfect awesome excellent amazing wow \
thanks thank thx ty you please pls go ahead on continue proceed next done correct right exactly agreed agree approved \
approve confirm confirmed lgtm ship it do that this one looks sounds works to me all so much very well stop wait cancel \
never mind hold skip again retry resume hello hi hey first second third last option both neither either \
ja jo nein doch gut danke bitte weiter genau passt super klar prima los stimmt gerne mach fertig \
oui non merci d'accord daccord vas-y vas y continue parfait bien très suivant stp svp super exact allez \
sí si claro vale gracias dale sigue continúa continua adelante perfecto bueno muy bien correcto listo por favor \
sim não nao obrigado obrigada certo beleza segue prossiga isso perfeito pode \
sì grazie va bene avanti perfetto certo prego procedi d'accordo esatto \
nee bedankt prima graag door verder goed klopt tak nie dziękuję dzieki dzięki dobrze dalej proszę świetnie \
ano ne děkuji díky dobře pokračuj áno nem igen köszönöm köszi rendben tovább da nu mulțumesc bine continuă \
да нет ок хорошо спасибо давай дальше продолжай ладно отлично верно понял ага угу так ні добре дякую далі продовжуй \
evet hayır hayir tamam teşekkürler tesekkurler devam olur tabii nej tack jag japp bra fortsätt takk fortsett tak fortsæt \
kyllä joo ei kiitos jatka hyvä ναι όχι ευχαριστώ συνέχισε εντάξει כן לא תודה בסדר המשך نعم لا شكرا تمام أكمل حسنا استمر \
हाँ नहीं ठीक है धन्यवाद जारी रखें vâng có không cảm ơn được tiếp tục ya tidak baik terima kasih lanjut lanjutkan \
好 好的 是 是的 对 不 不是 不用 可以 行 继续 谢谢 没问题 嗯 下一步 同意 確認 确认 繼續 謝謝 開始 开始 \
はい いいえ ありがとう ありがとうございます お願いします 続けて 続けてください 了解 了解です いいね どうぞ うん \
네 예 아니요 아니 좋아 좋아요 감사합니다 고마워 계속 계속해 계속해줘 응 ㅇㅇ 확인 ใช่ ไม่ โอเค ขอบคุณ ต่อไป";

/// A handful of words from the list, a number, a letter to choose by, or only signs.
fn is_acknowledgement(text: &str) -> bool {
    const MAX_BYTES: usize = 80;
    const MAX_WORDS: usize = 4;
    if text.len() > MAX_BYTES || text.contains('\n') {
        return false;
    }
    // Paths, identifiers, code and questions are work however short they are.
    if text.contains(['/', '\\', '_', '`', '@', '<', '{', '=', '$', '?', '？', '¿', '؟'])
        && text.chars().any(char::is_alphanumeric)
    {
        return false;
    }
    let is_edge = |letter: char| !letter.is_alphanumeric();
    let mut count = 0;
    for word in text.split(|letter: char| {
        letter.is_whitespace() || matches!(letter, ',' | '，' | '、' | '。' | '!' | '！')
    }) {
        let word = word.trim_matches(is_edge);
        if word.is_empty() {
            continue;
        }
        count += 1;
        if count > MAX_WORDS || !(is_choice(word) || is_answer(word)) {
            return false;
        }
    }
    true
}

/// `2`, `1.`, `b`, `2a`.
fn is_choice(word: &str) -> bool {
    let mut letters = word.chars();
    let short = word.chars().count() <= 3;
    let numeral = word.chars().all(char::is_numeric);
    let letter =
        letters.next().is_some_and(|first| first.is_ascii_alphanumeric()) && word.len() == 1;
    let both = word.len() == 2
        && word.as_bytes()[0].is_ascii_digit()
        && word.as_bytes()[1].is_ascii_lowercase();
    short && (numeral || letter || both)
}

fn is_answer(word: &str) -> bool {
    // `isOk` and `OKButton` are names, `OK` and `Ok` are answers.
    let inner_capital =
        word.chars().skip(1).any(char::is_uppercase) && word.chars().any(char::is_lowercase);
    let lower = word.to_lowercase();
    !inner_capital && ANSWERS.split_whitespace().any(|answer| answer == lower)
}

/// Returns what to look up for a prompt: its words, and of code and logs only what names something.
///
/// Fenced code, reminders of the client and long blobs are noise to a ranking; identifiers and paths
/// inside them are kept, for they are often the only exact words of a prompt.
pub fn query(text: &str) -> String {
    let text = text.trim();
    let text = text.strip_prefix("@@").unwrap_or(text);
    let text = slash_command(text).unwrap_or(text);
    let mut query = String::new();
    let mut names: Vec<&str> = Vec::new();
    let mut fenced: Option<&str> = None;
    let mut tagged: Option<&str> = None;
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(end) = tagged {
            tagged = (!trimmed.contains(end)).then_some(end);
            continue;
        }
        if let Some(end) = reminder(trimmed) {
            tagged = (!trimmed.contains(end)).then_some(end);
            continue;
        }
        let mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        match (fenced, mark) {
            (None, Some(mark)) => fenced = Some(mark),
            (Some(open), Some(mark)) if open == mark => fenced = None,
            (Some(_), _) => names_in(trimmed, &mut names),
            // A trace or a dump outside a fence reads like one inside.
            (None, None) if is_dump(trimmed) => names_in(trimmed, &mut names),
            (None, None) => push_words(trimmed, &mut query),
        }
    }
    for name in names {
        push(name, &mut query);
    }
    query
}

/// Returns the end of a block that the client put into the prompt, if one begins here.
fn reminder(line: &str) -> Option<&'static str> {
    const BLOCKS: &[(&str, &str)] = &[
        ("<system-reminder>", "</system-reminder>"),
        ("<local-command-stdout>", "</local-command-stdout>"),
        ("<ide_", "</ide_"),
    ];
    BLOCKS.iter().find(|(start, _)| line.starts_with(start)).map(|&(_, end)| end)
}

/// Whether a line is output rather than speech: few of its words are plain.
fn is_dump(line: &str) -> bool {
    let mut words = 0;
    let mut plain = 0;
    for word in line.split_whitespace() {
        words += 1;
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
        plain += usize::from(
            !word.is_empty()
                && word
                    .chars()
                    .all(|letter| letter.is_alphabetic() || letter == '\'' || letter == '-'),
        );
    }
    words > 6 && plain * 3 < words
}

fn push_words(line: &str, query: &mut String) {
    // `[Image #1]` and `[Pasted text #2 +40 lines]` stand for what the client sends beside the text.
    let mut placeholder = false;
    for word in line.split_whitespace() {
        placeholder = placeholder || word.starts_with("[Image") || word.starts_with("[Pasted");
        if !placeholder {
            push(word, query);
        }
        placeholder = placeholder && !word.ends_with(']');
    }
}

/// Adds a word, as long as the query is short enough and the word is one.
fn push(word: &str, query: &mut String) {
    const MAX_WORD: usize = 120;
    if word.len() > MAX_WORD {
        return;
    }
    // Of an address only the path can occur in a repository.
    let word = match word.split_once("://") {
        Some((_, rest)) => rest.split_once('/').map_or("", |(_, path)| path),
        None => word,
    };
    if word.is_empty() || query.len() + word.len() + 1 > MAX_QUERY {
        return;
    }
    if !query.is_empty() {
        query.push(' ');
    }
    query.push_str(word);
}

/// Collects identifiers and paths, each once, the first few only.
fn names_in<'t>(line: &'t str, names: &mut Vec<&'t str>) {
    const MAX_NAMES: usize = 16;
    let is_part =
        |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '/' | '.' | '-' | ':');
    for word in line.split(|letter: char| !is_part(letter)) {
        let word = word.trim_matches(|letter: char| !letter.is_alphanumeric() && letter != '_');
        if names.len() < MAX_NAMES && is_name(word) && !names.contains(&word) {
            names.push(word);
        }
    }
}

/// Whether a word is a name in code: a path, a qualified name, snake or camel case.
fn is_name(word: &str) -> bool {
    if !(4..=80).contains(&word.len()) || !word.chars().any(char::is_alphabetic) {
        return false;
    }
    let joined = word.contains('_') || word.contains('/') || word.contains("::");
    let dotted = word.rsplit_once('.').is_some_and(|(stem, end)| {
        !stem.is_empty() && end.len() <= 24 && end.chars().all(char::is_alphabetic)
    });
    let camel = word
        .chars()
        .zip(word.chars().skip(1))
        .any(|(one, two)| one.is_lowercase() && two.is_uppercase());
    let hexadecimal =
        word.chars().all(|letter| letter.is_ascii_hexdigit() || letter == '-') && word.len() >= 8;
    (joined || dotted || camel) && !hexadecimal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_from_work_in_many_languages() {
        let answers = "\
            ok; OK!; Ok.; yes; y; no; go on; go ahead; Thanks!; thank you; yes please; \
            looks good; LGTM; 1; 2.; #3; b; 2a; option 2; 1, 3; 👍; 👍🏽🎉; ...; !; ok 👍; \
            do it; perfect, thanks!; next; ja; ja bitte; Nein, danke; weiter; mach weiter; \
            oui; d'accord; vas-y; sí; ¡Sí!; gracias; vale; sim; va bene; да; да, спасибо; \
            продолжай; evet; tamam; 好的; 继续; 好的，谢谢; はい; 続けてください; 네; 계속해줘; نعم; כן; ναι; हाँ; \
            vâng; tak; dziękuję; ano; igen; kyllä; ٣; OK。";
        for text in answers.split("; ") {
            assert_eq!(classify(text), PromptClass::Acknowledgement, "{text}");
        }
        let work = "\
            fix the tests; why?; what is this?; add logging; isOk; OKButton; \
            yes, and rename it; src/a.rs; ok_or_else; run tests; commit; \
            deploy it now please quickly; explain; 修复这个错误; なぜ失敗するの; исправь тесты; \
            ja, und teste es dann auch; go to src/main.rs; refactor; \
            no, use the other parser instead; E0308; 4040; yes\nand also this; `yes`; \
            is it ok?";
        for text in work.split("; ") {
            let expected =
                if text == "404" { PromptClass::Acknowledgement } else { PromptClass::Work };
            assert_eq!(classify(text), expected, "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_prompts_are_told_apart() {
        for (text, class) in [
            ("", PromptClass::Empty),
            (" \n\t\u{feff}", PromptClass::Empty),
            ("@@ just do it", PromptClass::Escape),
            ("  @@fix", PromptClass::Escape),
            ("@src/a.rs explain", PromptClass::Work),
            (
                "<task-notification>\n<task-id>a</task-id>\n</task-notification>",
                PromptClass::TaskNotification,
            ),
            ("why is there a <task-notification> in my log", PromptClass::Work),
            ("/compact", PromptClass::SlashCommand),
            ("/plugin:review-pr 12", PromptClass::SlashCommand),
            ("<command-name>/clear</command-name>", PromptClass::SlashCommand),
            ("/home/dev/x.rs fails", PromptClass::Work),
            ("/ is the root", PromptClass::Work),
        ] {
            assert_eq!(classify(text), class, "{text}");
        }
    }

    #[test]
    fn the_query_keeps_words_and_names_and_drops_noise() {
        for (text, expected) in [
            ("fix the login form", "fix the login form"),
            ("@@ fix it", "fix it"),
            ("/review the gate", "the gate"),
            (
                "this fails:\n```rust\nlet x = parse_header(&buf)?; // at src/http/mod.rs\nif a { b }\n```\nwhy?",
                "this fails: why? parse_header src/http/mod.rs",
            ),
            ("see https://example.com/docs/setup.md now", "see docs/setup.md now"),
            (
                "<system-reminder>\nnever show parse_this\n</system-reminder>\nadd tests",
                "add tests",
            ),
            ("[Image #1] what is wrong here", "what is wrong here"),
            ("crash\n0x00 1234 5678 at: 9f8e7d6c my::Type::run 99 88 77 66", "crash my::Type::run"),
        ] {
            assert_eq!(query(text), expected, "{text}");
        }
        let long = "word ".repeat(10_000);
        assert!(query(&long).len() <= MAX_QUERY);
        assert!(query(&"x".repeat(100_000)).is_empty());
    }
}
