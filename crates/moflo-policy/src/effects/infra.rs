//! Commands that destroy what is not a file: clusters, cloud resources, packages, databases by
//! their tools. A table of patterns over the words of the command.

use super::args::is;
use super::heads::{Heads, is_head, mark_of, marks_of};
use super::{Effects, data};
use crate::shell::Arg;

/// `head words… -required !-excluded`: words are matched in a row among the operands, `a|b` are
/// alternatives, `*` matches within a word.
const PATTERNS: &[(&str, &str)] = &[
    // Infrastructure as code.
    ("infra.destroy", "terraform|tofu|terragrunt destroy !-help"),
    ("infra.destroy", "terraform|tofu|terragrunt apply -destroy"),
    ("infra.destroy", "terraform|tofu|terragrunt apply -auto-approve"),
    ("infra.destroy", "terragrunt destroy-all|run-all destroy"),
    ("infra.destroy", "terragrunt run-all destroy"),
    ("infra.destroy", "terraform|tofu|terragrunt state rm|push|replace-provider !-dry-run"),
    ("infra.destroy", "terraform|tofu|terragrunt workspace delete"),
    ("infra.destroy", "terraform|tofu|terragrunt taint|force-unlock"),
    ("infra.destroy", "pulumi destroy|down !--preview-only"),
    ("infra.destroy", "pulumi stack rm"),
    ("infra.destroy", "pulumi state delete"),
    ("infra.destroy", "cdk|aws-cdk|cdktf destroy"),
    ("infra.destroy", "sls|serverless|sst|copilot remove"),
    ("infra.destroy", "sam delete"),
    ("infra.destroy", "copilot app|env|svc delete"),
    ("infra.destroy", "eb terminate"),
    ("infra.destroy", "ansible-galaxy collection|role remove"),
    ("infra.destroy", "packer-cleanup *"),
    // Kubernetes.
    (
        "infra.destroy",
        "kubectl|oc|k3s|microk8s delete !pod !pods !po !--dry-run !--dry-run=client !--dry-run=server",
    ),
    ("infra.destroy", "kubectl|oc drain|cordon !--dry-run !--dry-run=client !--dry-run=server"),
    ("infra.destroy", "kubectl|oc delete pod|pods|po --all"),
    ("infra.destroy", "kubectl|oc scale --replicas=0"),
    ("infra.destroy", "kubectl|oc replace --force"),
    ("infra.destroy", "kubectl|oc rollout undo"),
    ("infra.destroy", "oc adm prune"),
    ("infra.destroy", "kustomize-delete *"),
    ("infra.destroy", "helm uninstall|delete|del|un !--dry-run"),
    ("infra.destroy", "helmfile destroy|delete"),
    ("infra.destroy", "helm rollback !--dry-run"),
    ("infra.destroy", "kind|k3d delete"),
    ("infra.destroy", "k3d cluster|node|registry delete"),
    ("infra.destroy", "kind delete cluster|clusters"),
    ("infra.destroy", "minikube delete"),
    ("infra.destroy", "kubeadm reset"),
    ("infra.destroy", "eksctl delete"),
    ("infra.destroy", "kops delete"),
    ("infra.destroy", "argocd app|cluster|proj|repo delete|rm"),
    ("infra.destroy", "flux uninstall|delete"),
    ("infra.destroy", "istioctl uninstall|x"),
    ("infra.destroy", "velero backup|schedule|restore delete"),
    ("infra.destroy", "rancher clusters|rm delete"),
    ("infra.destroy", "etcdctl del"),
    ("infra.destroy", "consul kv delete"),
    ("infra.destroy", "nomad job stop|purge"),
    ("infra.destroy", "nomad stop"),
    // Containers.
    (
        "infra.destroy",
        "docker|podman|nerdctl system|volume|image|container|network|builder|buildx prune -a",
    ),
    (
        "infra.destroy",
        "docker|podman|nerdctl system|volume|image|container|network|builder prune --all",
    ),
    ("infra.destroy", "docker|podman|nerdctl system|volume|container|network|image prune -f"),
    ("infra.destroy", "docker|podman|nerdctl system|volume|container|network|image prune --force"),
    ("infra.destroy", "docker|podman|nerdctl system|volume prune"),
    ("infra.destroy", "docker|podman|nerdctl volume rm|remove"),
    ("infra.destroy", "podman system reset"),
    ("infra.destroy", "docker compose down -v"),
    ("infra.destroy", "docker compose down --volumes"),
    ("infra.destroy", "docker compose down --rmi"),
    ("infra.destroy", "docker compose rm -v"),
    ("infra.destroy", "docker-compose|podman-compose down -v"),
    ("infra.destroy", "docker-compose|podman-compose down --volumes"),
    ("infra.destroy", "docker-compose|podman-compose down --rmi"),
    ("infra.destroy", "docker swarm leave --force"),
    ("infra.destroy", "docker stack|service|secret|node|config rm"),
    ("infra.destroy", "docker context|plugin rm -f"),
    ("infra.destroy", "lxc|incus delete"),
    ("infra.destroy", "vagrant destroy"),
    ("infra.destroy", "multipass purge|delete"),
    ("infra.destroy", "limactl|colima delete"),
    (
        "infra.destroy",
        "virsh destroy|undefine|vol-delete|pool-delete|snapshot-delete|pool-destroy|net-destroy|vol-wipe",
    ),
    ("infra.destroy", "vboxmanage|VBoxManage unregistervm|closemedium --delete"),
    ("infra.destroy", "qm|pct destroy"),
    ("infra.destroy", "machinectl remove"),
    // Clouds.
    ("infra.destroy", "aws s3 rb !--dryrun"),
    ("infra.destroy", "aws s3 rm !--dryrun"),
    ("infra.destroy", "aws s3 sync --delete !--dryrun"),
    (
        "infra.destroy",
        "aws * delete-*|terminate-*|purge-*|deregister-*|destroy-*|remove-*|disable-*|detach-*|revoke-*|release-*|cancel-*|reset-*|schedule-key-deletion|batch-delete-*|stop-db-*|empty-* !--dry-run",
    ),
    ("infra.destroy", "gcloud delete|destroy|remove-iam-policy-binding"),
    ("infra.destroy", "gcloud * delete"),
    ("infra.destroy", "gcloud * * delete"),
    ("infra.destroy", "gcloud * * * delete"),
    ("infra.destroy", "gcloud storage rm"),
    ("infra.destroy", "gcloud projects delete"),
    ("infra.destroy", "gsutil rm|rb"),
    ("infra.destroy", "gsutil -m rm|rb"),
    ("infra.destroy", "gsutil rsync -d"),
    ("infra.destroy", "bq rm"),
    ("infra.destroy", "az delete|purge"),
    ("infra.destroy", "az * delete|purge|delete-batch"),
    ("infra.destroy", "az * * delete|purge|delete-batch"),
    ("infra.destroy", "az * * * delete|purge"),
    ("infra.destroy", "doctl delete|rm|d"),
    ("infra.destroy", "doctl * delete|rm|destroy"),
    ("infra.destroy", "doctl * * delete|rm|destroy"),
    (
        "infra.destroy",
        "heroku apps:destroy|pg:reset|addons:destroy|domains:clear|config:unset|ps:stop|spaces:destroy|pipelines:destroy|redis:reset",
    ),
    ("infra.destroy", "fly|flyctl destroy"),
    (
        "infra.destroy",
        "fly|flyctl apps|machine|machines|volumes|volume|postgres destroy|delete|remove",
    ),
    ("infra.destroy", "vercel|netlify|surge remove|rm|teardown"),
    ("infra.destroy", "netlify sites:delete|env:unset"),
    ("infra.destroy", "vercel|vc project|env|domains|dns|secrets rm|remove"),
    ("infra.destroy", "wrangler delete"),
    ("infra.destroy", "wrangler * delete|bulk-delete"),
    ("infra.destroy", "wrangler kv:key|kv:namespace|kv:bulk|r2|d1|queues|pages|secret delete"),
    ("infra.destroy", "wrangler * * delete"),
    ("infra.destroy", "railway down|delete"),
    ("infra.destroy", "render services delete"),
    ("infra.destroy", "linode-cli * delete|rebuild"),
    ("infra.destroy", "hcloud * delete|rebuild"),
    ("infra.destroy", "scw * delete|terminate"),
    ("infra.destroy", "scw * * delete|terminate"),
    ("infra.destroy", "oci * delete|terminate"),
    ("infra.destroy", "oci * * delete|terminate"),
    ("infra.destroy", "oci * * * delete|terminate|bulk-delete"),
    ("infra.destroy", "ibmcloud * delete|rm"),
    ("infra.destroy", "ibmcloud * *-delete|*-rm|*-cancel"),
    ("infra.destroy", "openstack * delete"),
    ("infra.destroy", "openstack * * delete"),
    ("infra.destroy", "vultr-cli|vultr * delete|destroy"),
    ("infra.destroy", "civo * remove|delete|rm"),
    ("infra.destroy", "exo * * delete"),
    ("infra.destroy", "dokku apps:destroy|*:destroy|*:unlink"),
    ("infra.destroy", "cf delete|delete-*|purge-*"),
    (
        "infra.destroy",
        "firebase firestore:delete|database:remove|hosting:disable|functions:delete|projects:delete|apps:delete|remoteconfig:rollback",
    ),
    ("infra.destroy", "supabase projects|branches|functions|secrets delete|unset"),
    ("infra.destroy", "amplify delete"),
    ("infra.destroy", "juju destroy-*|remove-*|kill-controller"),
    ("infra.destroy", "confluent * delete"),
    ("infra.destroy", "confluent * * delete"),
    ("infra.destroy", "eas|expo *:delete"),
    ("infra.destroy", "planetscale|pscale * delete"),
    ("infra.destroy", "neonctl|neon * delete|reset"),
    ("infra.destroy", "turso db|group|org destroy"),
    ("infra.destroy", "atlas * delete|terminate"),
    ("infra.destroy", "atlas * * delete|terminate"),
    ("infra.destroy", "upstash * delete"),
    // Object stores and backups.
    (
        "infra.destroy",
        "rclone delete|purge|rmdirs|sync|move|cleanup|deletefile|moveto|rmdir|dedupe !--dry-run !-n",
    ),
    ("infra.destroy", "s3cmd del|rb|rm|sync-delete !--dry-run !-n"),
    ("infra.destroy", "s3cmd sync --delete-removed !--dry-run !-n"),
    ("infra.destroy", "s5cmd rm|rb !--dry-run"),
    ("infra.destroy", "mc rm|rb|mirror-remove"),
    ("infra.destroy", "mc mirror --remove"),
    ("infra.destroy", "mc admin * remove|rm"),
    ("infra.destroy", "b2 delete-bucket|delete-file-version|delete-key|rm"),
    ("infra.destroy", "azcopy remove|rm"),
    ("infra.destroy", "azcopy sync --delete-destination=true"),
    ("infra.destroy", "restic forget|prune|rewrite !--dry-run !-n"),
    ("infra.destroy", "restic key remove"),
    ("infra.destroy", "borg delete|prune|recreate|compact|break-lock !--dry-run !-n"),
    (
        "infra.destroy",
        "duplicity remove-older-than|remove-all-but-n-full|cleanup|remove-all-inc-of-but-n-full --force",
    ),
    ("infra.destroy", "kopia snapshot delete --delete"),
    ("infra.destroy", "kopia snapshot|policy|blob|content|repository delete|expire"),
    ("infra.destroy", "tarsnap -d"),
    ("infra.destroy", "rdiff-backup --remove-older-than"),
    ("infra.destroy", "rdiff-backup remove"),
    ("infra.destroy", "tmutil delete|deletelocalsnapshots|disable"),
    ("infra.destroy", "timeshift --delete"),
    ("infra.destroy", "timeshift --delete-all"),
    ("infra.destroy", "timeshift --restore"),
    ("infra.destroy", "snapper delete|rollback|undochange"),
    ("infra.destroy", "vault delete"),
    ("infra.destroy", "vault kv delete|destroy"),
    ("infra.destroy", "vault kv metadata delete"),
    ("infra.destroy", "vault secrets|auth|audit disable|move"),
    ("infra.destroy", "vault lease revoke"),
    ("infra.destroy", "vault token revoke"),
    ("infra.destroy", "vault policy delete"),
    ("infra.destroy", "vault operator seal|step-down|rekey"),
    ("infra.destroy", "op item|vault|document|user|group delete"),
    ("infra.destroy", "doppler secrets|projects|configs|environments delete"),
    ("infra.destroy", "bw delete|purge"),
    ("infra.destroy", "pass rm|delete|remove"),
    ("infra.destroy", "gpg --delete-secret-keys"),
    ("infra.destroy", "gpg --delete-secret-and-public-key"),
    (
        "infra.destroy",
        "security delete-keychain|delete-generic-password|delete-internet-password|delete-certificate",
    ),
    // Forges and package registries.
    ("infra.destroy", "gh repo delete|archive"),
    ("infra.destroy", "gh release delete|delete-asset"),
    (
        "infra.destroy",
        "gh secret|variable|ssh-key|gpg-key|label|gist|cache|issue|codespace|ruleset|run delete",
    ),
    ("infra.destroy", "gh api -X=DELETE"),
    ("infra.destroy", "gh api --method=DELETE"),
    ("infra.destroy", "glab repo|release|variable|label|issue|mr|ssh-key|snippet delete"),
    ("infra.destroy", "glab api --method=DELETE"),
    ("infra.destroy", "glab api -X=DELETE"),
    ("infra.destroy", "tea repos delete"),
    ("infra.destroy", "npm|pnpm|yarn unpublish !--dry-run"),
    ("infra.destroy", "npm|pnpm deprecate|unstar"),
    ("infra.destroy", "npm|pnpm owner|access|dist-tag|team|org|token rm|remove|revoke|destroy"),
    ("infra.destroy", "yarn npm unpublish"),
    ("infra.destroy", "cargo yank !--undo"),
    ("infra.destroy", "cargo owner --remove"),
    ("infra.destroy", "gem yank"),
    ("infra.destroy", "gem owner -r"),
    ("infra.destroy", "hex publish|package retire"),
    ("infra.destroy", "mix hex.publish|hex.retire --revert"),
    ("infra.destroy", "dotnet nuget delete"),
    ("infra.destroy", "nuget delete"),
    ("infra.destroy", "pod trunk delete|deprecate"),
    ("infra.destroy", "skopeo|crane|regctl delete"),
    ("infra.destroy", "regctl image|tag delete|rm"),
    ("infra.destroy", "huggingface-cli repo|repo-files|delete-cache delete"),
    ("infra.destroy", "ollama rm"),
    // The machine's own services.
    ("infra.destroy", "apt|apt-get|aptitude purge|autoremove --purge"),
    (
        "infra.destroy",
        "apt|apt-get|aptitude|dnf|yum|pacman|apk|zypper remove|purge|erase|autoremove|del|rm !--dry-run !-s !--simulate",
    ),
    ("infra.destroy", "pacman -R"),
    ("infra.destroy", "pacman -Rns"),
    ("infra.destroy", "pacman -Rs"),
    ("infra.destroy", "pacman -Rcns"),
    ("infra.destroy", "dpkg -P|--purge|-r|--remove"),
    ("infra.destroy", "dpkg --purge"),
    ("infra.destroy", "dpkg --remove"),
    ("infra.destroy", "rpm -e"),
    ("infra.destroy", "snap|flatpak remove|uninstall --purge"),
    ("infra.destroy", "userdel|groupdel|deluser|delgroup *"),
    ("infra.destroy", "iptables|ip6tables -F"),
    ("infra.destroy", "iptables|ip6tables --flush"),
    ("infra.destroy", "iptables|ip6tables -X"),
    ("infra.destroy", "nft flush|delete"),
    ("infra.destroy", "ufw disable|reset"),
    ("infra.destroy", "firewall-cmd --panic-on"),
    ("infra.destroy", "ip link|route|addr delete|del|flush"),
    ("infra.destroy", "ip route|addr|neigh flush"),
    ("infra.destroy", "ifconfig * down"),
    ("infra.destroy", "nmcli connection|con|device delete|down|disconnect"),
    ("infra.destroy", "setenforce 0"),
    ("infra.destroy", "passwd -d"),
    ("infra.destroy", "passwd -l"),
    ("infra.destroy", "atrm|atq-remove *"),
    ("infra.destroy", "history -c"),
    (
        "infra.destroy",
        "rabbitmqctl reset|force_reset|delete_queue|delete_vhost|delete_user|purge_queue|stop|stop_app",
    ),
    ("infra.destroy", "rabbitmqadmin delete|purge"),
    ("infra.destroy", "kafka-topics|kafka-topics.sh --delete"),
    ("infra.destroy", "kafka-consumer-groups|kafka-consumer-groups.sh --delete"),
    ("infra.destroy", "kafka-consumer-groups|kafka-consumer-groups.sh --reset-offsets"),
    ("infra.destroy", "kafka-delete-records|kafka-delete-records.sh *"),
    ("infra.destroy", "kcat-delete *"),
    ("infra.destroy", "nats stream|consumer|kv|object rm|delete|purge|del"),
    ("infra.destroy", "pulsar-admin topics|namespaces|tenants delete"),
    ("infra.destroy", "hdfs dfs -rm"),
    ("infra.destroy", "hdfs dfs -rmr"),
    ("infra.destroy", "hadoop fs -rm"),
    ("infra.destroy", "hadoop fs -rmr"),
    ("infra.destroy", "hdfs namenode -format"),
    ("infra.destroy", "zkcli|zkCli.sh deleteall|rmr"),
    ("infra.destroy", "zookeeper-shell deleteall"),
    ("infra.destroy", "docker|podman rm -f @all"),
    ("infra.destroy", "docker|podman rmi|rm @all"),
    ("infra.destroy", "docker|podman volume rm @all"),
    ("infra.destroy", "aws configservice stop-*"),
    ("infra.destroy", "terraform-cleanup *"),
    ("infra.destroy", "stripe * delete"),
    ("infra.destroy", "twilio * remove"),
    ("infra.destroy", "sentry-cli * delete"),
    ("infra.destroy", "launchdarkly|ldcli * delete"),
    ("infra.destroy", "circleci * delete|remove-secret"),
    ("infra.destroy", "buildkite-agent stop|pipeline"),
    ("infra.destroy", "jenkins-cli delete-job|delete-node|delete-builds"),
    ("infra.destroy", "iptables|ip6tables -P DROP|REJECT"),
    ("infra.destroy", "ip link set * down"),
    ("infra.destroy", "ip link set down"),
    ("infra.destroy", "launchctl bootout|unload|remove|disable system/*|/Library/*|/System/*"),
    ("infra.destroy", "modprobe -r"),
    ("infra.destroy", "rmmod|insmod *"),
    ("infra.destroy", "umount -a"),
    ("infra.destroy", "heroku destroy"),
    ("fs.permissions", "usermod|gpasswd|adduser sudo|wheel|root|admin"),
    ("fs.write-outside", "defaults write|delete|import"),
    ("git.checkout-discard", "hg update|up|checkout|co -C !--dry-run !-n"),
    ("git.checkout-discard", "hg update|up|checkout|co --clean !--dry-run !-n"),
    ("git.restore", "hg revert !--dry-run !-n"),
    ("git.clean", "hg purge|clean !-p !--print"),
    ("git.rewrite-history", "hg strip"),
    ("git.restore", "svn revert"),
    ("git.clean", "svn cleanup --remove-unversioned"),
    ("git.restore", "p4 revert !-n"),
    ("git.restore", "fossil revert"),
    // Databases by their tools.
    ("db.destroy", "dotnet ef database drop !--dry-run"),
    ("db.destroy", "mikro-orm schema:drop|migration:fresh"),
    ("db.destroy", "mikro-orm schema:fresh"),
    ("db.destroy", "atlas schema clean"),
    ("db.destroy", "convex import --replace-all"),
    ("db.destroy", "dropdb *"),
    ("db.destroy", "dropuser *"),
    ("db.destroy", "mysqladmin drop|flush-*|shutdown"),
    ("db.destroy", "mariadb-admin drop|shutdown"),
    (
        "db.destroy",
        "rails|rake db:drop|db:reset|db:purge|db:drop:all|db:schema:load|db:migrate:reset|db:truncate_all|db:seed:replant|db:structure:load|db:mongoid:drop|db:mongoid:purge",
    ),
    ("db.destroy", "rake|rails environment db:drop|db:reset"),
    ("db.destroy", "mix ecto.drop|ecto.reset"),
    ("db.destroy", "prisma migrate reset"),
    ("db.destroy", "prisma db push --force-reset"),
    ("db.destroy", "prisma db push --accept-data-loss"),
    ("db.destroy", "drizzle-kit drop"),
    ("db.destroy", "sequelize|sequelize-cli db:drop|db:migrate:undo:all|db:seed:undo:all"),
    ("db.destroy", "typeorm schema:drop|schema:drop"),
    ("db.destroy", "knex migrate:rollback --all"),
    ("db.destroy", "alembic downgrade base"),
    ("db.destroy", "flask db downgrade base"),
    ("db.destroy", "flyway clean"),
    ("db.destroy", "liquibase dropAll|drop-all|rollback|rollback-count"),
    ("db.destroy", "supabase db reset"),
    ("db.destroy", "dbmate drop"),
    ("db.destroy", "goose reset|down-to"),
    ("db.destroy", "migrate drop"),
    ("db.destroy", "sqlx database drop|reset"),
    ("db.destroy", "diesel database reset|drop"),
    ("db.destroy", "diesel migration redo --all"),
    ("db.destroy", "sea-orm-cli migrate fresh|reset|refresh"),
    ("db.destroy", "artisan migrate:fresh|migrate:reset|migrate:refresh|db:wipe|cache:clear-all"),
    (
        "db.destroy",
        "console doctrine:database:drop|doctrine:schema:drop|doctrine:mongodb:schema:drop|doctrine:fixtures:load",
    ),
    ("db.destroy", "manage.py flush|reset_db|sqlflush-run|reset_schema|delete_all"),
    ("db.destroy", "django-admin flush|reset_db"),
    (
        "db.destroy",
        "redis-cli|valkey-cli|keydb-cli FLUSHALL|FLUSHDB|flushall|flushdb|FlushAll|SHUTDOWN|shutdown|DEBUG",
    ),
    ("db.destroy", "redis-cli|valkey-cli|keydb-cli script|function flush"),
    ("db.destroy", "mongorestore --drop"),
    ("db.destroy", "pg_restore --clean"),
    ("db.destroy", "pg_restore -c"),
    ("db.destroy", "pg_resetwal *"),
    ("db.destroy", "pg_dropcluster *"),
    ("db.destroy", "initdb --no-clean-wipe"),
    ("db.destroy", "nodetool clearsnapshot|decommission|removenode|assassinate"),
    ("db.destroy", "influx delete"),
    ("db.destroy", "influx bucket|org delete"),
    ("db.destroy", "cockroach node decommission"),
    ("db.destroy", "cockroach demo-drop"),
    ("db.destroy", "elasticdump --delete"),
    ("db.destroy", "curator_cli delete-indices|delete_indices"),
    ("db.destroy", "wp db reset|drop|clean"),
    ("db.destroy", "wp site empty|delete"),
    ("db.destroy", "drush sql-drop|sql:drop|site-install|si"),
    ("db.destroy", "hasura metadata clear"),
    ("db.destroy", "medusa db:drop"),
    ("db.destroy", "strapi transfer|import --force"),
    ("db.destroy", "edgedb|gel database|branch|instance drop|wipe|destroy"),
    ("db.destroy", "surreal remove"),
    // Credentials printed by tools.
    ("secrets.read", "gh auth token"),
    ("secrets.read", "gh auth status -t"),
    ("secrets.read", "gh auth status --show-token"),
    ("secrets.read", "gcloud auth print-access-token|print-identity-token"),
    ("secrets.read", "aws configure get aws_secret_access_key|aws_access_key_id|aws_session_token"),
    ("secrets.read", "aws configure export-credentials"),
    ("secrets.read", "aws sts get-session-token"),
    ("secrets.read", "aws ecr get-login-password"),
    ("secrets.read", "az account get-access-token"),
    ("secrets.read", "kubectl|oc get secret|secrets -o !-o=name !-o=wide"),
    ("secrets.read", "kubectl|oc get secret|secrets --output !--output=name !--output=wide"),
    ("secrets.read", "kubectl|oc get secret|secrets --template"),
    ("secrets.read", "getent shadow|gshadow"),
    ("secrets.read", "kubectl|oc config view --raw"),
    ("secrets.read", "security find-generic-password|find-internet-password -w"),
    ("secrets.read", "security find-generic-password|find-internet-password -g"),
    ("secrets.read", "security dump-keychain"),
    ("secrets.read", "secret-tool lookup|search"),
    ("secrets.read", "pass show"),
    ("secrets.read", "bw get password|totp|item"),
    ("secrets.read", "lpass show"),
    ("secrets.read", "gopass show"),
    ("secrets.read", "heroku auth:token"),
    ("secrets.read", "heroku config -s"),
    ("secrets.read", "npm config get *authToken*"),
    ("secrets.read", "npm token list|create"),
    ("secrets.read", "gpg --export-secret-keys"),
    ("secrets.read", "gpg --export-secret-subkeys"),
    ("secrets.read", "gpg --export-secret-key"),
    ("secrets.read", "sops -d"),
    ("secrets.read", "sops --decrypt"),
    ("secrets.read", "sops decrypt"),
    ("secrets.read", "ansible-vault view|decrypt"),
    ("secrets.read", "age-keygen -y"),
    (
        "secrets.read",
        "docker-credential-desktop|docker-credential-osxkeychain|docker-credential-secretservice|docker-credential-pass get|list",
    ),
    ("secrets.read", "vercel|vc env pull"),
    ("secrets.read", "dotenvx decrypt|get"),
    ("secrets.read", "unshadow|john|hashcat|mimikatz|lazagne *"),
    ("self.tamper", "npm|pnpm|yarn|bun uninstall|remove|rm|un moflo"),
    ("self.tamper", "cargo|brew|pipx uninstall flo|moflo|moflo-gate|setup-project"),
    ("self.tamper", "claude mcp remove"),
];

static HEADS: Heads = {
    let mut heads = Heads::new();
    let mut index = 0;
    while index < PATTERNS.len() {
        heads = heads.with_alternatives(PATTERNS[index].1);
        index += 1;
    }
    heads
};

/// A filter for each pattern, so that most are passed over without reading them.
static MARKS: [u64; PATTERNS.len()] = {
    let mut marks = [0; PATTERNS.len()];
    let mut index = 0;
    while index < PATTERNS.len() {
        marks[index] = marks_of(PATTERNS[index].1);
        index += 1;
    }
    marks
};

/// Compares a command with the patterns that begin with its name.
pub(super) fn command(effects: &mut Effects<'_>, name: &str, argv: &[Arg]) {
    let name = name.rsplit('/').next().unwrap_or(name);
    let mut args = argv.get(1..).unwrap_or(&[]);
    let mut head = name;
    // `python manage.py flush`, `php artisan migrate:fresh`, `php bin/console …`.
    if matches!(name, "python" | "python3" | "php" | "bin/console" | "ruby" | "bundle")
        && let Some(first) = args.iter().position(|arg| !arg.text.starts_with('-'))
        && let Some(script) = args.get(first)
    {
        head = script.text.rsplit('/').next().unwrap_or(&script.text);
        args = args.get(first + 1..).unwrap_or(&[]);
    }
    if head.is_empty() {
        return;
    }
    if !HEADS.may_hold(head) {
        return;
    }
    if args.iter().any(|arg| matches!(arg.text.as_str(), "--help" | "help")) && args.len() <= 6 {
        return;
    }
    let mark = mark_of(head);
    for ((rule, pattern), marks) in PATTERNS.iter().zip(&MARKS) {
        if marks & mark == 0 || !is_head(pattern, head) {
            continue;
        }
        if matches(pattern.split_once(' ').map_or("", |(_, rest)| rest), args) {
            let mut detail = head.to_owned();
            for arg in args.iter().take(6) {
                detail.push(' ');
                detail.push_str(&arg.text);
            }
            effects.hit(rule, detail);
            return;
        }
    }
}

fn matches(pattern: &str, args: &[Arg]) -> bool {
    let mut words: Vec<&str> = Vec::new();
    for word in pattern.split(' ').filter(|word| !word.is_empty()) {
        if word == "@all" {
            if !args.iter().any(|arg| arg.taint & data::WHOLE_LIST != 0) {
                return false;
            }
        } else if let Some(excluded) = word.strip_prefix('!') {
            if has_flag(args, excluded) {
                return false;
            }
        } else if word.starts_with('-') && word.len() > 1 {
            if !word.split('|').any(|option| has_flag(args, option)) {
                return false;
            }
        } else {
            words.push(word);
        }
    }
    if words.is_empty() {
        return true;
    }
    // What follows an option may be its value, and then stands between the words of a row.
    let mut operands: Vec<(&str, bool)> = Vec::new();
    let mut value = false;
    for arg in args {
        let text = arg.text.as_str();
        if text.starts_with('-') {
            value = !text.contains('=');
        } else {
            operands.push((text, value));
            value = false;
        }
    }
    (0..=2usize).any(|start| {
        let mut rest = operands.iter().skip(start).peekable();
        words.iter().enumerate().all(|(index, word)| {
            let meets = |operand: &str| {
                word.split('|').any(|choice| {
                    choice == operand
                        || (choice.contains('*') && crate::places::glob_match(choice, operand))
                })
            };
            while index > 0 && rest.peek().is_some_and(|(operand, value)| *value && !meets(operand))
            {
                rest.next();
            }
            rest.next().is_some_and(|(operand, _)| meets(operand))
        })
    })
}

fn has_flag(args: &[Arg], option: &str) -> bool {
    let (name, value) =
        option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
    args.iter().enumerate().any(|(index, arg)| {
        let text = arg.text.as_str();
        if text == option {
            return true;
        }
        if let Some(value) = value {
            return text == name
                && args.get(index + 1).is_some_and(|next| next.text.eq_ignore_ascii_case(value))
                || (name.len() == 2
                    && text
                        .strip_prefix(name)
                        .is_some_and(|rest| rest.eq_ignore_ascii_case(value)));
        }
        let given = text.split_once('=').map_or(text, |(given, _)| given);
        if given == name {
            return !text.ends_with("=false") && !text.ends_with("=none");
        }
        if name.starts_with("--") {
            // `--export` is a whole option beside those that begin with it.
            return given.len() > 5 && given != "--export" && is(given, name);
        }
        // One letter may stand in a bundle.
        name.len() == 2
            && !text.starts_with("--")
            && text.starts_with('-')
            && text.len() <= 6
            && text.bytes().skip(1).all(|byte| byte.is_ascii_alphabetic())
            && name.as_bytes().get(1).is_some_and(|letter| text.as_bytes().contains(letter))
    })
}
