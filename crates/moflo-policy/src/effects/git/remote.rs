//! What others get to see: pushes, and where a URL leads.

use super::{Command, Effects};

/// Services on which people keep repositories.
const HOSTS: &[&str] = &[
    "github.com",
    "gitlab.com",
    "bitbucket.org",
    "codeberg.org",
    "sr.ht",
    "dev.azure.com",
    "visualstudio.com",
    "heroku.com",
    "gitee.com",
    "huggingface.co",
    "amazonaws.com",
    "googlesource.com",
];

/// Looks at a push: whether it overwrites what others have, and whether it leaves the known places.
pub(super) fn push(effects: &mut Effects<'_>, command: &Command<'_>) {
    let operands = &command.operands;
    let plus = operands.iter().any(|operand| operand.starts_with('+') || operand.contains(":+"));
    if command.force || plus || command.given(&[], &[("--mirror", 4)]) {
        effects.hit("git.force-push", command.line());
    }
    if let Some(target) = command.parsed.value(&["--repo"]).or(operands.first().copied()) {
        let url = effects.git.remotes.get(target).map_or(target, String::as_str);
        if is_elsewhere(url) {
            effects.hit("git.push-elsewhere", command.line());
        }
    }
}

/// Whether a URL leads to none of the services on which people keep repositories.
fn is_elsewhere(url: &str) -> bool {
    let host = if let Some((scheme, rest)) = url.split_once("://") {
        if scheme == "file" {
            return false;
        }
        let host = rest.split('/').next().unwrap_or("");
        host.rsplit_once('@').map_or(host, |(_, host)| host).split(':').next().unwrap_or("")
    } else if let Some((user, rest)) = url.split_once('@')
        && !user.contains('/')
        && let Some((host, _)) = rest.split_once(':')
    {
        host
    } else {
        return false;
    };
    // A company's own server is called so, or has no name that the world knows.
    let own = !host.contains('.')
        || ["git.", "gitlab.", "github.", "gitea.", "bitbucket.", "code.", "source."]
            .iter()
            .any(|start| host.starts_with(start))
        || host.ends_with(".local")
        || host.ends_with(".internal");
    !host.is_empty()
        && !own
        && !host.contains(crate::shell::UNKNOWN)
        && !HOSTS.iter().any(|known| {
            host.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
        })
}
