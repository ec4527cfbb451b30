//! Where a URL leads.

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

/// Whether a URL leads to none of the services on which people keep repositories.
pub(super) fn is_elsewhere(url: &str) -> bool {
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
